"""Who holds which place by one indicator among units of one kind, and why there is no ranking (domain.md 33, 47). A
place tells what a unit reported, so it is shown to whoever may read that (domain.md 41)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from indicators.models import (
    Definition,
    Direction,
    FigureStatus,
    Indicator,
    Observation,
    Reader,
    UnitKind,
    UnitSlice,
    ValueKind,
)
from indicators.rollup import Contribution, over_reporters

from . import figures
from .asked import Field, Line
from .figures import Coverage, Entrant, Place, Reason, Standing
from .series import since
from .shown import Shown, of_observation, of_total

KINDS = (UnitKind.COMMUNE, UnitKind.DEPARTMENT, UnitKind.DISTRICT)
By = Mapping[int, Sequence[Any]]  # subject → what was reported about it


@dataclass(frozen=True)
class Figure:
    """What stands of one unit, and what was said where there is none."""

    shown: Shown
    is_estimate: bool = False
    is_about: bool = False
    explanation: str = ""

    @property
    def entrant(self) -> Entrant:
        return Entrant(
            None if self.shown.words else self.shown.value,
            missing=self.shown.barred or Reason.NO_FIGURE,
            is_partial=self.shown.coverage.is_partial,
            is_estimate=self.is_estimate,
            qualifier="about" if self.is_about else "",
        )


def barred(found: Indicator, definition: Definition) -> Reason | None:
    """Why nobody is ranked by it in any period that is measured so."""
    if not found.is_ranked:
        return Reason.NOT_SWITCHED_ON
    if definition.value_kind in (ValueKind.YES_NO, ValueKind.TEXT):
        return Reason.NO_NUMBER
    if not (definition.is_ratio or definition.is_percent):
        return Reason.RAW_COUNT
    return Reason.NO_DIRECTION if definition.direction == Direction.NONE else None


def kinds_asked(line: Line, field: Field) -> list[UnitKind]:
    """The kinds whose units the line is about, the most numerous first."""
    about = [field.tree.kind.get(subject) for subject in line.expected]
    return sorted((kind for kind in KINDS if kind in about), key=lambda kind: -about.count(kind))


def is_secret(definition: Definition, given: Iterable[Any], reader: Reader) -> bool:
    """Whether a place would tell this reader what the breakdown keeps from him or her. `given` carry the kind of
    their reporter."""
    of_companies = [o for o in given if o.reporter_kind == UnitKind.COMPANY]
    companies = len({o.reporter_id for o in of_companies if o.state == "reported"}) if of_companies else None
    return not reader.sees_all(definition.breakdown, companies=companies)


def with_kinds(standing: QuerySet[Observation]) -> QuerySet[Any]:
    """With the kinds of subject and reporter on the last day of the period."""

    def kind(unit: str) -> Subquery:
        slices = UnitSlice.objects.filter(unit=OuterRef(unit), valid_from__lt=OuterRef("period__day_after_last"))
        return Subquery(slices.order_by("-valid_from").values("kind")[:1])

    return standing.annotate(subject_kind=kind("subject"), reporter_kind=kind("reporter"))


def by_subject(given: Iterable[Any]) -> By:
    found: dict[int, list[Any]] = defaultdict(list)
    for each in given:
        found[each.subject_id].append(each)
    return found


def has_places(found: Indicator, line: Line, field: Field, given: Iterable[Observation]) -> bool:
    """Whether two units of one kind have a figure by which they may be ranked."""
    if barred(found, line.definition):
        return False
    reported = {o.subject_id for o in given if o.state == "reported" and o.subject_id in line.expected}
    kinds = [field.tree.kind.get(subject) for subject in reported]
    return any(kinds.count(kind) >= figures.SMALLEST_FIELD for kind in KINDS)


def figure_of(definition: Definition, given: Sequence[Any], reporters: Iterable[int]) -> Figure:
    """Of one unit: as written where one reports about it, else the sum over those who do."""
    said, expected = {o.reporter_id: o for o in given}, sorted(reporters)
    known = [said[r] for r in expected if r in said]
    return Figure(
        _shown(definition, said, expected),
        is_estimate=any(o.status == FigureStatus.ESTIMATE for o in known if o.state == "reported"),
        is_about=any(o.qualifier for o in known if o.state == "reported"),
        explanation="; ".join(o.explanation for o in known if o.state == "not_available" and o.explanation),
    )


def _shown(definition: Definition, said: Mapping[int, Any], expected: list[int]) -> Shown:
    if len(expected) == 1:
        alone = said.get(expected[0])
        missing = Shown(Standing.MISSING, coverage=Coverage(0, 1))
        return of_observation(alone, definition) if alone else missing
    parts = [_contribution(said.get(reporter)) for reporter in expected]
    return of_total(definition, figures.sums_of(over_reporters(definition.over_units, parts)))


def _contribution(given: Any) -> Contribution:
    if given is None:
        return Contribution()
    return Contribution(given.state, given.value, given.numerator, given.denominator)


def rank(definition: Definition, known: Mapping[int, Figure]) -> tuple[list[Place[int]], list[int]] | Reason:
    """(places, units apart), each in the order given where nothing else decides."""
    values: dict[int, Decimal | None] = {unit: figure.entrant.counted for unit, figure in known.items()}
    falls = definition.direction == Direction.DOWN
    return figures.ranking(values, decimals=definition.decimals, falls=falls)


@dataclass(frozen=True)
class Before:
    """What stood in the period before: `was` of each unit of the kind, `reporters`: who had reported about it."""

    definition: Definition
    measured_since: date
    was: Mapping[int, Figure]
    reporters: Mapping[int, set[int]]
    is_secret: bool


def as_reported(last: Sequence[Any], kind: str, reader: Reader) -> Before | None:
    """Of what was reported in the period before; None where there is none of the kind."""
    given = [o for o in last if o.subject_kind == kind]
    if not given:
        return None
    definition, mine = given[0].definition, by_subject(given)
    reporters = {subject: {o.reporter_id for o in of} for subject, of in mine.items()}
    was = {subject: figure_of(definition, of, reporters[subject]) for subject, of in mine.items()}
    return Before(definition, since(definition), was, reporters, is_secret(definition, last, reader))


def gained(
    now: Sequence[Place[int]], line: Line, before: Before | None, *, measured_since: date | None = None
) -> dict[int, int] | Reason:
    """Places gained on the ranking of the period before, of the same units, each reported about by the same ones,
    and measured the same way; a figure that stands apart then makes another field."""
    if before is None:
        return Reason.NO_FIGURE
    definition = before.definition
    is_measured_alike = before.measured_since == (measured_since or since(line.definition))
    if not is_measured_alike or definition.direction != line.definition.direction:
        return Reason.DEFINITION_CHANGED
    if before.is_secret:
        return Reason.HIDDEN
    if any(before.reporters.get(place.key, set()) != line.expected[place.key] for place in now):
        return Reason.FIELD_CHANGED
    ranked = rank(definition, before.was)
    return ranked if isinstance(ranked, Reason) else figures.places_gained(now, ranked[0])
