"""Past figures restated on the units of today ("quy đổi theo đơn vị hành chính hiện nay"): a view of its own, never
stored, offered where the rule over units allows it (domain.md 3, 4, 7, 8). Reporting only reads."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from indicators.models import Definition, Observation, OverUnits, Period, Reader, Succession, Unit, UnitSlice
from indicators.rollup import Contribution, Rollup, as_one_unit, over_reporters, over_subjects

from .figures import Standing, sums_of
from .figures.restating import Barred, Lives, Made, Passing, made_of
from .known import Known
from .series import since
from .shown import Shown, of_total

RULES = (OverUnits.SUM, OverUnits.RATIO, OverUnits.COUNT)


@dataclass(frozen=True)
class Restated:
    """One figure, as the units of that day give it for the unit of today; `barred` where they do not."""

    shown: Shown | None
    barred: Barred | None
    units: tuple[int, ...]  # of that day


@dataclass
class Map:
    """Every unit with its life and its places, and who took over from whom among units of one kind: a district that
    ended passed its tasks to communes, and is no part of any of them. Three queries."""

    lives: Lives
    passings: list[Passing]
    acts: dict[date, str]  # day of a succession → the document, where it is known
    places: dict[int, list[tuple[date, str, str, int | None]]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Map":
        units = Unit.objects.order_by("pk").values_list("pk", "began", "ended")
        rows = Succession.objects.order_by("effective_on", "pk")
        passings = list(rows.values_list("predecessor", "successor", "effective_on", "act__name"))
        places: dict[int, list[tuple[date, str, str, int | None]]] = defaultdict(list)
        slices = UnitSlice.objects.order_by("valid_from", "pk")
        for unit, day, name, kind, above in slices.values_list("unit", "valid_from", "name", "kind", "parent"):
            places[unit].append((day, name, kind, above))
        found = cls({pk: (began, ended) for pk, began, ended in units}, [], {}, places)
        for gone, heir, day, act in passings:
            if found.kind(gone, day) == found.kind(heir, day):
                found.passings.append((gone, heir, day))
                found.acts[day] = act or ""
        return found

    def made_of(self, unit: int, day: date) -> Made:
        return made_of(unit, self.passings, self.lives, day)

    def name(self, unit: int, day: date) -> str:
        return self._place(unit, day)[1]

    def kind(self, unit: int, day: date) -> str:
        return self._place(unit, day)[2]

    def parent(self, unit: int, day: date) -> int | None:
        return self._place(unit, day)[3]

    def living(self, day: date, kinds: Collection[str]) -> list[int]:
        """By name."""
        alive = [u for u, (began, ended) in self.lives.items() if began <= day and (ended is None or day < ended)]
        return sorted((u for u in alive if self.kind(u, day) in kinds), key=lambda u: (self.name(u, day), u))

    def _place(self, unit: int, day: date) -> tuple[date, str, str, int | None]:
        held = [place for place in self.places.get(unit, ()) if place[0] <= day]
        return held[-1] if held else (day, "–", "", None)


Said = Mapping[tuple[int, int], Mapping[int, list[Any]]]  # (indicator, period) → subject → what contributes
Figures = Mapping[int, list[Observation]]  # subject → what contributes about it, in one period of one indicator


def restate(units: Map, unit: int, period: Period, said: Figures, hidden: Collection[int]) -> Restated:
    """One indicator in one period. `hidden`: subjects whose figures this reader may not see."""
    made = units.made_of(unit, period.last_day)
    if made.barred:
        return Restated(None, made.barred, ())
    rows = {member: said.get(member, []) for member in made.units}
    given = [o for of_member in rows.values() for o in of_member]
    barred = _barred(units, made, period, given, said, hidden)
    if barred:
        return Restated(None, barred, made.units)
    definition = given[-1].definition
    sums = _added(definition, rows.values())
    shown = of_total(definition, sums_of(sums))
    if shown.standing == Standing.NOT_COMPUTABLE:
        return Restated(None, Barred.PERCENT_ONLY, made.units)
    return Restated(shown, None, made.units)


def _barred(
    units: Map, made: Made, period: Period, given: list[Observation], said: Figures, hidden: Collection[int]
) -> Barred | None:
    if set(hidden) & set(made.units):
        return Barred.HIDDEN
    if not given:
        above = {units.parent(member, period.last_day) for member in made.units}
        return Barred.CROSSED if any(parent in said for parent in above) else Barred.MISSING
    definitions = {o.definition.pk: o.definition for o in given}
    if len({since(each) for each in definitions.values()}) > 1:
        return Barred.SEVERAL_MEASURES
    if any(each.over_units not in RULES for each in definitions.values()):
        return Barred.NO_RULE
    return None


def _added(definition: Definition, of_members: Iterable[list[Observation]]) -> Rollup:
    """Each member one unit, as the totals add them: one that said nothing is missing in the coverage."""
    rollups = []
    for given in of_members:
        said = [Contribution(o.state, o.value, o.numerator, o.denominator) for o in given] or [Contribution()]
        rollups.append(as_one_unit(over_reporters(definition.over_units, said)))
    return over_subjects(rollups)


def read_figures(
    wanted: QuerySet[Observation], reader: Reader, known: Known
) -> tuple[dict[tuple[int, int], dict[int, list[Observation]]], dict[tuple[int, int], set[int]]]:
    """(indicator, period) → subject → what contributes and is seen; and whose is hidden. Two queries."""
    contributing = wanted.filter(contributes=True)
    places = contributing.order_by("pk").values_list("indicator", "period", "subject", "pk")
    visible: Any = contributing.seen_by(reader, until=known.until)  # type: ignore[attr-defined]
    visible = visible.annotate(is_illustrative=F("submission__round__is_illustrative"))
    rows = list(visible.select_related("definition", "period", "indicator").order_by("pk"))
    seen: dict[tuple[int, int], dict[int, list[Observation]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        seen[row.indicator_id, row.period_id][row.subject_id].append(row)
    shown = {row.pk for row in rows}
    hidden: dict[tuple[int, int], set[int]] = defaultdict(set)
    for indicator, period, subject, pk in places:
        if pk not in shown:
            hidden[indicator, period].add(subject)
    return {place: dict(of) for place, of in seen.items()}, hidden


def is_illustrative(seen: Said) -> bool:
    return any(row.is_illustrative for of in seen.values() for rows in of.values() for row in rows)
