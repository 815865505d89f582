"""Figures of one unit in a period that asks for none of them: made of what it reported, or what was reported about
it, for the months or quarters of the period. Only of those whose every part the reader may see."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from indicators.models import Observation, Period, RoundLine

from ..derived import Derived, Piece, derive
from ..known import Known
from ..parts import due_on
from ..series import since
from ..shown import of_observation
from ..spans import Span, has_row, parts_of
from ..trend import Then

Place = tuple[int, int, int]  # (indicator, subject, reporter)
Asked = dict[tuple[int, int], set[int]]  # (indicator, reporter) → the periods


def place_of(given: Observation) -> Place:
    return given.indicator_id, given.subject_id, given.reporter_id


def part_keys(period: Period, periods: Sequence[Period]) -> list[int]:
    """Of the parts that a round asks for; `periods` are all of those."""
    parts = parts_of(period, {each.label: each for each in periods})
    return [each.pk for of in parts.values() for each in of if has_row(each)]


def hidden_of(published: QuerySet[Observation], read: Iterable[Observation], keys: Iterable[int]) -> set[Place]:
    """One query: places of which something was published in those periods that is not among what was read."""
    seen = {(*place_of(each), each.period_id) for each in read}
    rows = published.filter(period__in=list(keys)).order_by("pk")
    found = rows.values_list("indicator", "subject", "reporter", "period")
    return {
        (indicator, subject, reporter)
        for indicator, subject, reporter, *rest in found
        if (indicator, subject, reporter, *rest) not in seen
    }


def derived_of_unit(
    period: Period, periods: Sequence[Period], read: Sequence[Any], hidden: set[Place], known: Known
) -> dict[Place, tuple[Derived, list[Any]]]:
    """`read`: what was read of the period and its parts. By place: the figure, and what it is made of, oldest
    first. One query, and none where no part has a figure."""
    of_place: dict[Place, dict[int, Any]] = defaultdict(dict)
    for each in read:
        of_place[place_of(each)][each.period_id] = each
    made_of_parts = {place: of for place, of in of_place.items() if period.pk not in of and place not in hidden}
    if not made_of_parts:
        return {}
    by_label = {each.label: each for each in periods}
    asked = _asked(made_of_parts, [period.pk, *part_keys(period, periods)])
    span, found = Span(period, parts_of(period, by_label), []), {}
    for place, of in made_of_parts.items():
        of_reporter = asked[place[0], place[2]]
        if period.pk not in of_reporter and (derived := _derived(span, of, of_reporter, known)):
            found[place] = derived, [of[key] for key in sorted(of, key=lambda key: of[key].approved_at)]
    return found


def _asked(places: Iterable[Place], keys: Sequence[int]) -> Asked:
    indicators, reporters = ({place[n] for place in places} for n in (0, 2))
    lines = RoundLine.objects.filter(
        indicator__in=indicators, round__period__in=keys, round__submissions__unit__in=reporters
    )
    found: Asked = defaultdict(set)
    rows = lines.order_by("pk").values_list("indicator", "round__submissions__unit", "round__period")
    for indicator, reporter, period in rows:
        found[indicator, reporter].add(period)
    return found


def _derived(span: Span, of: Mapping[int, Any], asked: set[int], known: Known) -> Derived | None:
    parts = span.of({*of, *asked})
    if parts is None:
        return None
    pieces = [
        Piece(each, each.pk in asked, _then(each, of.get(each.pk)), n_expected=int(each.pk in asked) or None)
        for each in parts[1]
    ]
    newest = max(of.values(), key=lambda given: (given.period.day_after_last, given.pk))
    return derive(newest.definition, parts[0], pieces, on=due_on(known))


def _then(period: Period, given: Any) -> Then | None:
    if given is None:
        return None
    return Then(period, of_observation(given, given.definition), since(given.definition))
