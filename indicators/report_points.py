"""What a report's figures come to by the sets of points that score its unit, before anything is approved: for who
types them, and for reviewers beside their own figures (domain.md 26).

Only figures of this report are looked at; what another report brings, and what is measured by the best unit, waits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from . import numbers, scoring
from .drafts import EMPTY, Cell, CellKey
from .models import Definition, EntryState, RoundLine, ScoreFramework, ScoreItem, Submission, UnitKind
from .scoring import Given, Points, Rule, Why

WHY = {EntryState.NOT_AVAILABLE: Why.NOT_AVAILABLE, EntryState.NOT_APPLICABLE: Why.NOT_APPLICABLE}
Expected = Mapping[CellKey, RoundLine]
Cells = Mapping[CellKey, Cell]


@dataclass(frozen=True)
class Row:
    """One component that figures of the report give points to."""

    code: str
    name: str
    maximum: str
    reported: str
    verified: str
    why: str  # there are none


@dataclass(frozen=True)
class ReportPoints:
    """`by_best`: some component is measured by the best unit, so the points of others may move with it."""

    framework: ScoreFramework
    rows: list[Row]
    reported: str
    verified: str
    maximum: str
    n_components: int  # of the whole set
    by_best: bool


def sets_of(submission: Submission, expected: Expected, kind: str) -> list[tuple[ScoreFramework, list[ScoreItem]]]:
    """Those in force for the year that score this kind of unit by a figure of the report; no query where no figure
    of it is scored, else one."""
    if kind not in UnitKind or not any(getattr(line, "is_scored", False) for line in expected.values()):
        return []
    year = submission.round.period.last_day.year
    indicators = {line.indicator_id for line in expected.values()}
    sets = ScoreFramework.objects.for_year(year).filter(items__indicator__in=indicators)
    rows = ScoreItem.objects.filter(framework__in=sets.order_by().values("pk")).select_related("framework")
    found: dict[ScoreFramework, list[ScoreItem]] = {}
    for item in rows.order_by("framework__code", "order", "code", "pk"):
        if kind in item.framework.unit_kinds:
            found.setdefault(item.framework, []).append(item)
    return list(found.items())


def points_of(
    sets: Iterable[tuple[ScoreFramework, list[ScoreItem]]], expected: Expected, cells: Cells, own: Cells, unit: int
) -> list[ReportPoints]:
    """`own`: the reviewers' figures that stand beside some cells. No query."""
    lines = {line.indicator_id: (key, line) for key, line in expected.items() if key[1] == unit}
    return [_of_set(framework, items, lines, cells, own) for framework, items in sets]


Lines = Mapping[int, tuple[CellKey, RoundLine]]


@dataclass(frozen=True)
class MovedPoints:
    """A component whose points change, or the sum of those of the report (no code)."""

    framework: ScoreFramework
    code: str
    name: str
    before: str
    now: str


def moved(before: Iterable[ReportPoints], now: Iterable[ReportPoints]) -> list[MovedPoints]:
    """Both of the same sets, in the same order."""
    found = []
    for was, becomes in zip(before, now, strict=True):
        mine = [
            MovedPoints(was.framework, old.code, old.name, old.reported, new.reported)
            for old, new in zip(was.rows, becomes.rows, strict=True)
            if old.reported != new.reported
        ]
        if mine:
            found += [*mine, MovedPoints(was.framework, "", "", was.reported, becomes.reported)]
    return found


def _of_set(
    framework: ScoreFramework, items: list[ScoreItem], lines: Lines, cells: Cells, own: Cells
) -> ReportPoints:
    mine = [item for item in items if not item.is_group and _is_here(item, lines)]
    plain = [item.plain for item in items if item.is_group or item in mine]  # the cap of a group holds here too
    reported, verified = (
        scoring.score(plain, {item.code: _given(item, lines, each) for item in mine})
        for each in (cells, {**cells, **own})
    )
    whole = scoring.total(plain, verified)
    return ReportPoints(
        framework,
        [_row(item, reported[item.code], verified[item.code]) for item in mine],
        _said(scoring.total(plain, reported)),
        _said(whole),
        _show(whole.maximum),
        sum(not item.is_group for item in items),
        by_best=any(item.rule == Rule.BEST for item in mine),
    )


def _is_here(item: ScoreItem, lines: Lines) -> bool:
    return all(key in lines for key in (item.indicator_id, item.base_indicator_id) if key)


def _given(item: ScoreItem, lines: Lines, cells: Cells) -> Given:
    part = _one(item.indicator_id, lines, cells)
    if not item.base_indicator_id or not part.is_known:
        return part
    whole = _one(item.base_indicator_id, lines, cells)
    return Given(part.part, whole.part) if whole.is_known else whole


def _one(indicator: int | None, lines: Lines, cells: Cells) -> Given:
    key, line = lines[indicator or 0]
    return given_of(cells.get(key, EMPTY), line.definition)


def given_of(cell: Cell, definition: Definition) -> Given:
    """Of a cell, whatever is said there."""
    if cell.state != EntryState.REPORTED:
        return Given(why=WHY.get(EntryState(cell.state), Why.NO_FIGURE) if cell.state else Why.NO_FIGURE)
    return reported(definition, cell.value, cell.numerator, cell.denominator)


def reported(
    definition: Definition, value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None
) -> Given:
    """A figure as a rule looks at it: its two parts; a percentage is a part of its whole."""
    if numerator is not None and denominator is not None:
        return Given(numerator, denominator)
    if value is None:
        return Given(why=Why.NO_FIGURE)
    if definition.is_ratio:
        return Given(value, Decimal(definition.ratio_base))
    return Given(value, Decimal(100) if definition.is_percent else None)


def _row(item: ScoreItem, reported: Points, verified: Points) -> Row:
    why = verified.why or reported.why
    return Row(
        item.code,
        item.name,
        _show(verified.maximum),
        _said(reported),
        _said(verified),
        in_short(why) if why else "",
    )


def in_short(why: Why) -> str:
    words = {
        Why.NO_FIGURE: _("no data yet"),
        Why.NOT_AVAILABLE: _("could not be collected"),
        Why.NOT_APPLICABLE: _("does not apply"),
        Why.MAY_NOT_BE_LEFT_OUT: _("this component applies to every unit"),
        Why.NOTHING_TO_COUNT: _("the denominator is 0"),
        Why.WAITS: _("waits for the close of the round"),
        Why.OUT_OF_RANGE: _("below 0 or above the maximum"),
    }
    return words.get(why, "")


def _said(points: Points) -> str:
    return "" if points.points is None else _show(points.points)


def _show(exact: Fraction) -> str:
    return numbers.show(scoring.shown(exact, 2), 2)
