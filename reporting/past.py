"""The province's figures of earlier periods for the lines of a page at once, in one query however many there are,
and in none where it has been read."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from django.db.models import Q

from indicators.models import Definition, Observation, Period

from . import facts
from .asked import Line
from .known import Known
from .rows import Totals, totals_at
from .series import since
from .shown import of_observation, of_total
from .trend import Then, periods_read

Wanted = dict[int, list[Period]]  # indicator → the periods its trend is made of, oldest first
Past = dict[int, list[Then]]  # indicator → its figures of these periods


def wanted_by(lines: Sequence[Line], periods: Iterable[Period], known: Known) -> Wanted:
    """Of a day gone by, whose totals are added up anew, only what is compared."""
    all_of_them, of_period = list(periods), {}
    for line in lines:
        if line.period.pk not in of_period:
            of_period[line.period.pk] = periods_read(line.period, all_of_them, least=known.day is not None)
    return {line.indicator.pk: of_period[line.period.pk] for line in lines}


def said_of(wanted: Wanted, top: int | None) -> Q:
    """Which observations to read for it: what was said about the province itself."""
    periods = {period.pk for of_line in wanted.values() for period in of_line}
    return Q(indicator__in=wanted, period__in=periods, subject=top or 0)


def beside(periods: Sequence[Period], known: Known) -> Callable[[Period], list[Period]]:
    """For a line of a period, those its trend may be made of."""
    return lru_cache(None)(lambda period: periods_read(period, periods, least=known.day is not None))


def past_of(
    wanted: Wanted, said: Iterable[Observation], top: int | None, known: Known, read: Totals | None = None
) -> Past:
    """`said`: the standing contributions, those of `said_of` among them. `read`: the totals, where the page has
    read them of all periods that are wanted."""
    definitions = definitions_of(frozenset(wanted))
    places = {(period.pk, indicator) for indicator, periods in wanted.items() for period in periods}
    totals = totals_at(places, top, known) if read is None else read
    about: dict[tuple[int, int], list[Observation]] = defaultdict(list)
    for given in said:
        if given.subject_id == top:
            about[given.period_id, given.indicator_id].append(given)
    return {
        indicator: [
            then
            for period in periods
            if (then := _then(period, definitions[indicator], totals, about, indicator)) is not None
        ]
        for indicator, periods in wanted.items()
    }


@facts.kept("catalogue")
def definitions_of(indicators: frozenset[int]) -> dict[int, list[Definition]]:
    """By indicator, oldest first."""
    found: dict[int, list[Definition]] = {each: [] for each in indicators}
    for each in Definition.objects.filter(indicator__in=indicators).order_by("valid_from"):
        found[each.indicator_id].append(each)
    return found


def _then(
    period: Period,
    definitions: Sequence[Definition],
    totals: Totals,
    about: dict[tuple[int, int], list[Observation]],
    indicator: int,
) -> Then | None:
    """As the page of that period shows it: the total, else the one figure about the province as written."""
    held = [each for each in definitions if each.valid_from <= period.last_day]
    sums, said = totals.get((period.pk, indicator)), about.get((period.pk, indicator), [])
    if sums is not None and held:
        return Then(period, of_total(held[-1], sums), since(held[-1]))
    if len(said) != 1:
        return None
    measured = next((each for each in definitions if each.pk == said[0].definition_id), None)
    return None if measured is None else Then(period, of_observation(said[0], measured), since(measured))
