"""What stands beside the figures of a report on its review page: what the unit had approved before, what is aimed
at, and what others say about the same thing. A constant number of queries, whatever the number of lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef

from .. import numbers
from ..calendars import frequency_of
from ..carried import carried_to, words
from ..drafts import Cell, CellKey
from ..models import (
    Definition,
    EntryState,
    Level,
    Observation,
    Operator,
    Period,
    RoundLine,
    Stage,
    SubjectRule,
    Submission,
    Target,
    ValueKind,
)
from ..previous import approved_before, last_approved
from ..sparkline import MOST, Spark, spark
from ..validation import as_typed
from .base import unit_name
from .printing import Change, Printed, change, printed

Places = Mapping[CellKey, RoundLine]
DRAWN = (ValueKind.NUMBER, ValueKind.RATIO)
SLACK = timedelta(days=31)  # quarters and months are not all equally long


@dataclass(frozen=True)
class Aim:
    figure: str
    year: int
    is_national: bool  # a reference, never the province's own


@dataclass(frozen=True)
class Other:
    """What another unit had approved about the same thing in the same period (domain.md 7)."""

    unit: str
    said: Printed
    change: Change  # from that figure to the one of this report
    explanation: str
    contributes: bool
    is_same: bool

    @property
    def differs(self) -> bool:
        return bool(self.change.figure)


@dataclass(frozen=True)
class Beside:
    before: Observation | None = None
    spark: Spark | None = None
    aim: Aim | None = None
    others: list[Other] = field(default_factory=list)
    carried: str = ""  # what its running total began with

    @property
    def differs(self) -> bool:
        return any(other.differs for other in self.others)


def beside(submission: Submission, places: Places, cells: Mapping[CellKey, Cell]) -> dict[CellKey, Beside]:
    """Four queries. Those who review see the figures of all units (Reader.sees_all)."""
    indicators = {line.indicator_id for line in places.values()}
    last = last_approved(submission, indicators)
    series, targets, others = _series(submission, indicators), _targets(submission, indicators), _others(submission)
    own = [line.definition for key, line in places.items() if key[1] == submission.unit_id]
    carried = carried_to(submission.unit_id, submission.round.period, own)
    found = {}
    for key, line in places.items():
        place, cell = (line.indicator_id, key[1]), cells.get(key, Cell())
        found[key] = Beside(
            before=last.get(place),
            spark=_spark(series.get(place, []), line.definition, cell, submission.round.period),
            aim=_aim(targets.get(line.indicator_id, []), line, subject=key[1]),
            carried=words(begun, line.definition)
            if key[1] == submission.unit_id and (begun := carried.get(line.indicator_id))
            else "",
            others=[_other(o, cell, line.definition) for o in others.get(place, [])],
        )
    return found


# --- The unit's own approved figures


def _series(submission: Submission, indicators: set[int]) -> dict[tuple[int, int], list[Observation]]:
    """Of as many periods as are drawn, oldest first."""
    period = submission.round.period
    reach = (period.day_after_last - period.first_day) * (MOST - 1) + SLACK
    rows = approved_before(submission, indicators).filter(
        state=EntryState.REPORTED, value__isnull=False, period__first_day__gte=period.first_day - reach
    )
    found: dict[tuple[int, int], list[Observation]] = {}
    for o in rows.select_related("period", "definition").order_by("period__day_after_last", "pk"):
        found.setdefault((o.indicator_id, o.subject_id), []).append(o)
    return found


def _spark(earlier: list[Observation], definition: Definition, cell: Cell, period: Period) -> Spark | None:
    """Figures of one measure and one frequency, the reported one last (domain.md 13)."""
    if definition.value_kind not in DRAWN or cell.value is None:
        return None
    frequency = frequency_of(period.label)
    said: list[tuple[str, Decimal, str]] = [
        (str(o.period), o.value, _plain(o, definition))
        for o in earlier
        if o.value is not None
        and definition.measures_as(o.definition)
        and frequency_of(o.period.label) == frequency
    ]
    return spark([*said, (str(period), cell.value, _plain(cell, definition))])


def _plain(said: Cell | Observation, definition: Definition) -> str:
    """The figure with its unit, without parts and marks."""
    shown = printed(said, definition)
    return numbers.with_unit(shown.figure, shown.unit)


# --- Targets


def _targets(submission: Submission, indicators: set[int]) -> dict[int, list[Target]]:
    """Those that hold from the period's year on, the nearest year first."""
    rows = Target.objects.filter(
        indicator__in=indicators,
        superseded_at__isnull=True,
        year__gte=submission.round.period.last_day.year,
    )
    found: dict[int, list[Target]] = {}
    for target in rows.order_by("year", "document__signed_on", "pk"):
        found.setdefault(target.indicator_id, []).append(target)
    return found


def _aim(targets: list[Target], line: RoundLine, *, subject: int) -> Aim | None:
    """The province's target for what is about the province, with the national one as a reference where there is
    none; the unit's own for what is about a unit (domain.md 15)."""
    if line.subject_rule != SubjectRule.PROVINCE:
        chosen = next((t for t in targets if t.level == Level.UNIT and t.unit_id == subject), None)
    else:
        levels = (Level.PROVINCE, Level.NATIONAL)
        chosen = next((t for level in levels for t in targets if t.level == level), None)
    if chosen is None:
        return None
    figure = numbers.with_unit(as_typed(chosen.value), line.definition.unit_of_measure)
    operator = str(Operator(chosen.operator).label)
    return Aim(f"{operator} {figure}", chosen.year, is_national=chosen.level == Level.NATIONAL)


# --- Other sources


def _others(submission: Submission) -> dict[tuple[int, int], list[Any]]:
    asked = submission.round.lines.order_by().values("indicator")
    rows = Observation.objects.at(Stage.APPROVED).filter(
        period=submission.round.period_id, indicator__in=asked, state=EntryState.REPORTED
    )
    named = unit_name("reporter", valid_from__lt=OuterRef("period__day_after_last"))
    found: dict[tuple[int, int], list[Any]] = {}
    for o in (
        rows.exclude(reporter=submission.unit_id)
        .select_related("definition")
        .annotate(unit_name=named)
        .order_by("-contributes", "pk")
    ):
        found.setdefault((o.indicator_id, o.subject_id), []).append(o)
    return found


def _other(said: Any, cell: Cell, definition: Definition) -> Other:
    return Other(
        unit=said.unit_name or "",
        said=printed(said, said.definition),
        change=change(cell, said, definition),
        explanation=said.explanation,
        contributes=said.contributes,
        is_same=cell.value is not None and cell.value == said.value,
    )
