"""What a successor's running totals begin with ("chuyển sang"): the sum of its predecessors' last of the year,
where all are known, else why it is not known. Nothing is apportioned (domain.md 2, 3, 9)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import numbers
from .calendars import Frequency, show_day, windows_of_year
from .models import Definition, EntryState, Observation, OverTime, Period, Stage, Succession, ValueKind
from .rollup import add

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Last:
    """The last running total of one predecessor, to the end of a day; None where it said none that may be added."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    until: date | None = None
    is_of_the_measure: bool = True


@dataclass(frozen=True)
class Carried:
    """`n` of `m` predecessors are known. The sum stands where all are, none was split and all measured alike."""

    n: int
    m: int
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    until: date | None = None  # the earliest of their days
    is_split: bool = False
    measured_alike: bool = True

    @property
    def is_known(self) -> bool:
        return self.value is not None or self.numerator is not None


def carry(last: Sequence[Last], *, is_ratio: bool, is_split: bool) -> Carried:
    """Pure. Of a ratio the parts are added, never the percentage (domain.md 7)."""
    known = [each for each in last if (each.numerator if is_ratio else each.value) is not None]
    alike = all(each.is_of_the_measure for each in last)
    counts = Carried(len(known), len(last), is_split=is_split, measured_alike=alike)
    if is_split or not alike or len(known) < len(last) or not last:
        return counts
    days = [each.until for each in last if each.until]
    return Carried(
        len(known),
        len(last),
        value=None if is_ratio else add(each.value for each in last),
        numerator=add(each.numerator for each in last) if is_ratio else None,
        denominator=add(each.denominator for each in last) if is_ratio else None,
        until=min(days, default=None),
    )


def words(carried: Carried, definition: Definition) -> str:
    if carried.is_split:
        return _("Carried over: not known, as a former unit was split.")
    if not carried.measured_alike:
        return _("Carried over: not known, as it was measured another way.")
    if not carried.is_known or carried.until is None:
        said = {"n": carried.n, "m": carried.m}
        return _("Carried over: not known; %(n)s of %(m)s former units have a figure of this year.") % said
    sentence = ngettext(
        "Carried over from %(count)s former unit to the end of %(date)s: %(figure)s",
        "Carried over from %(count)s former units to the end of %(date)s: %(figure)s",
        carried.m,
    )
    figure = _figure(carried, definition)
    return sentence % {"count": carried.m, "date": show_day(carried.until), "figure": figure}


def _figure(carried: Carried, definition: Definition) -> str:
    if carried.value is not None:
        return numbers.show_with_unit(carried.value, _places(carried.value), definition.unit_of_measure, "")
    parts = [each for each in (carried.numerator, carried.denominator) if each is not None]
    return "/".join(numbers.show(each, _places(each)) for each in parts)


def _places(number: Decimal) -> int:
    return max(0, -int(number.normalize().as_tuple().exponent))


def carried_to(
    unit: int, period: Period, definitions: Iterable[Definition], standing: QuerySet[Observation] | None = None
) -> dict[int, Carried]:
    """Indicator → what was carried over to the unit since the year of the period began. No query where nothing of
    it runs through the year; one where nobody was taken over, two else. `standing`: what is approved, unless a page
    reads something else."""
    asked = {d.indicator_id: d for d in definitions if _runs(d)}
    since = _year_begins(period)
    if not asked or since is None:
        return {}
    others = Succession.objects.filter(predecessor=OuterRef("predecessor")).exclude(successor=unit)
    rows = Succession.objects.filter(successor=unit, effective_on__gt=since, effective_on__lte=period.last_day)
    pairs = list(
        rows.annotate(is_split=Exists(others)).order_by("pk").values_list("predecessor", "effective_on", "is_split")
    )
    if not pairs:
        return {}
    is_split = any(split for *_pair, split in pairs)
    ended = {gone: day for gone, day, _split in pairs}
    last = _last(ended, asked, period, Observation.objects.at(Stage.APPROVED) if standing is None else standing)
    return {
        indicator: carry(
            [last.get((indicator, gone), Last()) for gone in sorted(ended)],
            is_ratio=definition.is_ratio,
            is_split=is_split,
        )
        for indicator, definition in asked.items()
    }


def _runs(definition: Definition) -> bool:
    counted = (ValueKind.NUMBER, ValueKind.RATIO)
    return definition.over_time == OverTime.RUNNING and definition.value_kind in counted


def _year_begins(period: Period) -> date | None:
    """The first day of its year, by its calendar (domain.md 18)."""
    years = windows_of_year(period.last_day.year, Frequency.YEAR, period.calendar)
    return years[0].first_day if years else None


def _last(
    ended: dict[int, date], asked: dict[int, Definition], period: Period, standing: QuerySet[Observation]
) -> dict[tuple[int, int], Last]:
    """(indicator, predecessor) → what it said last of itself in the year of the period."""
    rows = standing.filter(
        indicator__in=asked,
        reporter__in=ended,
        subject__in=ended,
        period__calendar=period.calendar,
        period__day_after_last__lte=period.day_after_last,
    )
    said: dict[tuple[int, int], list[Observation]] = defaultdict(list)
    for row in rows.select_related("period", "definition").order_by("period__day_after_last", "pk"):
        is_own = row.subject_id == row.reporter_id
        if is_own and row.period.last_day.year == period.last_day.year:
            said[row.indicator_id, row.subject_id].append(row)
    return {place: _of(said[place], asked[place[0]], ended[place[1]]) for place in said}


def _of(said: Collection[Observation], definition: Definition, ended: date) -> Last:
    newest = list(said)[-1]
    if newest.state != EntryState.REPORTED or newest.qualifier:
        return Last()
    until = min(newest.period.last_day, ended - ONE_DAY)
    alike = definition.measures_as(newest.definition)
    return Last(newest.value, newest.numerator, newest.denominator, until, is_of_the_measure=alike)
