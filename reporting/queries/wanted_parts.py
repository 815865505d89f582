"""Figures by name in a period that asks for none of them: made of its months or quarters, of the province and of a
unit, as the pages show them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from indicators.models import Definition, Period, User

from .. import past
from ..asked import Field
from ..derived import Derived
from ..known import TODAY
from ..parts import Recipe, derived_of, due_on, rules_of, to_read
from ..spans import Span
from .unit_parts import derived_of_unit, hidden_of, part_keys


@dataclass(frozen=True)
class Derivable:
    """Of one longer period, by indicator."""

    of_province: dict[int, Derived] = field(default_factory=dict)
    illustrative: set[int] = field(default_factory=set)


def of_province(span: Span, wanted: Collection[int], units: Field) -> Derivable:
    """Five queries however many are wanted; none where nothing shorter was asked for."""
    if not span.is_made or not wanted:
        return Derivable()
    rules = rules_of(span, wanted)
    recipes = _recipes(span, rules)
    reading = {pk: to_read([span.period], span.asked) for pk in recipes}
    said = TODAY.observations().filter(past.said_of(reading, units.top), contributes=True)
    earlier = past.past_of(reading, said.order_by("pk"), units.top, TODAY)
    made_up, found = {each.pk for each in span.rounds if each.is_illustrative}, {}
    for pk, recipe in recipes.items():
        of_period = {then.period.pk: then for then in earlier[pk]}
        found[pk] = derived_of(recipe, of_period, units, on=due_on(TODAY), known={})
    rounds_of = {pk: {each for of in rules[pk].values() for each in of} for pk in recipes}
    return Derivable(found, {pk for pk, rounds in rounds_of.items() if rounds & made_up})


def _recipes(span: Span, rules: Mapping[int, dict[int, dict[int, str]]]) -> dict[int, Recipe]:
    """Measured as the newest of the parts that were asked for."""
    definitions: dict[int, list[Definition]] = defaultdict(list)
    for each in Definition.objects.filter(indicator__in=rules).order_by("valid_from"):
        definitions[each.indicator_id].append(each)
    found = {}
    for pk, of_indicator in rules.items():
        newest = next(each.last_day for each in span.asked if each.pk in of_indicator)
        measured = [each for each in definitions[pk] if each.valid_from <= newest]
        if measured and (parts := span.of(of_indicator)):
            found[pk] = Recipe(measured[-1], *parts, of_indicator)
    return found


def of_units(
    span: Span, wanted: Iterable[int], units: Collection[int], top: int | None, reader: User
) -> dict[tuple[int, int], list[Derived]]:
    """(indicator, unit) → what was reported about the unit; where there is none, what it reported about the
    province. Three queries."""
    if not span.is_made:
        return {}
    periods: Sequence[Period] = span.asked
    keys = [span.period.pk, *part_keys(span.period, periods)]
    published = TODAY.observations().filter(
        Q(subject__in=units) | Q(reporter__in=units), indicator__in=list(wanted), contributes=True
    )
    seen = published.visible_to(reader).filter(period__in=keys)  # type: ignore[attr-defined]
    read = list(seen.select_related("definition", "period").order_by("pk"))
    made = derived_of_unit(span.period, periods, read, hidden_of(published, read, keys), TODAY)
    about: dict[tuple[int, int], list[Derived]] = defaultdict(list)
    by: dict[tuple[int, int], list[Derived]] = defaultdict(list)
    for (indicator, subject, reporter), (derived, _given) in made.items():
        about[indicator, subject].append(derived)
        if subject == top:
            by[indicator, reporter].append(derived)
    return {**by, **about}
