"""What the approval of a reopened report would move (domain.md 22): its own figures, the totals above, the sums of
the year, and the publications in which the old figures stood. The arithmetic is that of `forecast` and `year`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from .. import assessed, calendars, forecast, numbers, report_points, year
from ..drafts import EMPTY, Cell, CellKey, frozen_cells
from ..models import (
    Definition,
    FigureStatus,
    Observation,
    Publication,
    Revision,
    RoundLine,
    Stage,
    SubjectRule,
    Submission,
    Unit,
    is_scored,
)
from ..rollup import Rollup
from ..tree import tree_on
from .printing import printed


@dataclass(frozen=True)
class MovedLine:
    """`is_update`: an estimate or a provisional figure gives way to the official one (domain.md 12)."""

    title: str
    before: str
    now: str
    is_update: bool


@dataclass(frozen=True)
class MovedSum:
    """A total, `of` which unit; or a sum of the year, up to the end `of` which period."""

    title: str
    before: str
    now: str
    of: str
    is_reported: bool = False  # a later running total: as reported, to be looked at


@dataclass(frozen=True)
class Moves:
    lines: list[MovedLine]
    sums: list[MovedSum]
    later: list[MovedSum]
    issues: list[Publication]
    published_at: datetime | None  # since when the oldest of the old figures stands published
    points: list[MovedSum]  # by the sets that score the unit
    moves_others: bool  # a component is measured by the best unit


def moves_of(submission: Submission, revision: Revision) -> Moves:
    """Ten queries, whatever the number of lines; one more where figures of the report are scored."""
    period = submission.round.period
    asked = submission.round.lines.select_related("indicator", "definition").annotate(is_scored=is_scored())
    lines = {line.pk: line for line in asked}
    own = assessed.standing_on(submission, revision)
    cells = assessed.counting(submission.round, frozen_cells(revision), own)
    stands = _standing(submission)
    on_the_day = {unit.pk: unit for unit in Unit.objects.with_slice(period.last_day).order_by("pk")}
    units = {pk: str(unit) for pk, unit in on_the_day.items()}
    changed = _changed(lines, cells, stands)
    old = [old for _line, old, _cell in changed.values() if old is not None]
    published = [o.published_at for o in old if o.published_at is not None]
    wanted = [line for line in lines.values() if line.pk in {line_id for line_id, _subject in changed}]
    kind = on_the_day[submission.unit_id].kind_on_day if submission.unit_id in on_the_day else ""
    points, moves_others = _points(submission, lines, cells, stands, kind)
    totals = forecast.moved_totals(wanted, period, {submission.unit_id: cells}, tree_on(period.last_day))
    return Moves(
        lines=[_moved(line, key[1], old, cell, units) for key, (line, old, cell) in changed.items()],
        sums=[_total(each, units) for each in totals],
        later=[_sum(each, units) for each in year.moved_by(submission, changed)],
        issues=_issues(submission, old, min(published, default=None)),
        published_at=min(published, default=None),
        points=points,
        moves_others=moves_others,
    )


def _points(
    submission: Submission,
    lines: Mapping[int, RoundLine],
    cells: Mapping[CellKey, Cell],
    stands: Mapping[tuple[int, int], Observation],
    kind: str,
) -> tuple[list[MovedSum], bool]:
    """What the figures come to as they stand, and as they would."""
    expected = {key: lines[key[0]] for key in cells}
    sets = report_points.sets_of(submission, expected, kind)
    of_old = {key: _as_cell(stands.get((line.indicator_id, key[1]))) for key, line in expected.items()}
    before, now = (
        report_points.points_of(sets, expected, each, {}, submission.unit_id) for each in (of_old, cells)
    )
    found = report_points.moved(before, now)
    moved = [
        MovedSum(
            f"{each.code} {each.name}" if each.code else _("Sum of these components"),
            each.before or "–",
            each.now or "–",
            of=each.framework.name,
        )
        for each in found
    ]
    return moved, bool(found) and any(each.by_best for each in now)


def _as_cell(old: Observation | None) -> Cell:
    return EMPTY if old is None else Cell(**{name: getattr(old, name) for name in assessed.FIGURE})


def _standing(submission: Submission) -> dict[tuple[int, int], Observation]:
    rows = Observation.objects.at(Stage.APPROVED).filter(submission=submission).select_related("definition")
    return {(row.indicator_id, row.subject_id): row for row in rows.order_by("pk")}


def _changed(
    lines: Mapping[int, RoundLine], cells: Mapping[CellKey, Cell], stands: Mapping[tuple[int, int], Observation]
) -> dict[CellKey, tuple[RoundLine, Observation | None, Cell]]:
    """In the order of the form; a figure that was left out now counts as one that is missing."""
    by_indicator = {line.indicator_id: line.pk for line in lines.values()}
    gone = {(by_indicator[i], s) for i, s in stands if i in by_indicator} - cells.keys()
    found = {}
    for key in sorted([*cells, *gone], key=lambda key: (lines[key[0]].order, key)):
        line, cell = lines[key[0]], cells.get(key, EMPTY)
        old = stands.get((line.indicator_id, key[1]))
        if _text(old, line.definition) != _text(cell, line.definition):
            found[key] = (line, old, cell)
    return found


def _text(said: Cell | Observation | None, definition: Definition) -> str:
    return str(printed(EMPTY if said is None else said, definition))


def _moved(
    line: RoundLine, subject: int, old: Observation | None, cell: Cell, units: Mapping[int, str]
) -> MovedLine:
    was_estimate = old is not None and old.status != FigureStatus.OFFICIAL
    return MovedLine(
        _title(line, subject, units),
        _text(old, line.definition),
        _text(cell, line.definition),
        is_update=was_estimate and cell.status == FigureStatus.OFFICIAL,
    )


def _title(line: RoundLine, subject: int, units: Mapping[int, str]) -> str:
    if line.subject_rule != SubjectRule.EACH_COMMUNE:
        return line.indicator.name
    return f"{line.indicator.name}, {units.get(subject, '')}"


def _total(moved: forecast.MovedTotal, units: Mapping[int, str]) -> MovedSum:
    before, after = moved.values()
    definition = moved.line.definition
    return MovedSum(
        moved.line.indicator.name,
        _with_coverage(before, definition, moved.before),
        _with_coverage(after, definition, moved.after),
        of=units.get(moved.subject, ""),
    )


def _with_coverage(value: Decimal | None, definition: Definition, sums: Rollup) -> str:
    said = {"n": sums.n_reported, "m": sums.n_expected - sums.n_not_applicable, "figure": "–"}
    if value is not None:
        decimals = forecast.decimals(definition, value)
        said["figure"] = numbers.show_with_unit(value, decimals, definition.unit_of_measure)
    return _("%(figure)s (%(n)s of %(m)s units)") % said


def _sum(moved: year.Later, units: Mapping[int, str]) -> MovedSum:
    return MovedSum(
        _title(moved.line, moved.subject, units),
        moved.before,
        moved.now,
        of=calendars.period_name(moved.label),
        is_reported=moved.is_reported,
    )


def _issues(submission: Submission, old: Iterable[Observation], since: datetime | None) -> list[Publication]:
    """Of every round of the period that published the same indicators since the old figures stand published."""
    indicators = {o.indicator_id for o in old if o.published_at is not None}
    issued = Publication.objects.filter(
        round__period=submission.round.period_id, round__lines__indicator__in=indicators
    )
    if since is not None:
        issued = issued.filter(at__gte=since)
    found = issued.select_related("round__form").defer("content").order_by("at", "pk").distinct()
    return list(found)
