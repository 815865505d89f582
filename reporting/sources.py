"""Where a figure comes from: who reported what, when it was approved and published, and what stood there before.

What a unit reported is shown to whom the indicator's breakdown allows (domain.md 41). The one figure that is the
province's as written is the published figure itself, and hides nothing.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from indicators import base_figures
from indicators.check_codes import short
from indicators.models import (
    Definition,
    Indicator,
    Observation,
    Period,
    Reader,
)

from . import two_figures
from .asked import Field, Line
from .changes import Change, Place, changes, with_reasons
from .differences import Difference, difference
from .figures import Standing
from .known import TODAY, Known
from .shown import Shown, of_observation
from .two_figures import TwoFigures


@dataclass(frozen=True)
class Scope:
    """Whose figures somebody sees: all units', or those of the own units."""

    sees_all: bool
    units: frozenset[int] = frozenset()

    def holds(self, reporter: int) -> bool:
        return self.sees_all or reporter in self.units


def scope_of(reader: Reader, definition: Definition, *, companies: int | None) -> Scope:
    return Scope(reader.sees_all(definition.breakdown, companies=companies), reader.units)


@dataclass(frozen=True)
class SourceRow:
    unit: str
    sort: tuple[str | int, ...]  # by name, and by the keys of reporter and subject where names are the same
    about: str  # the subject, where it is another unit
    contributes: bool
    shown: Shown
    place: Place = (0, 0)
    code: str = ""  # of the reporting unit on `day`, the period's last; empty where it has none
    about_code: str = ""
    day: date | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    change: Difference | None = None  # against the period before, where the two may be compared
    against: Difference | None = None  # of a cross-check to the figure that counts
    base: str = ""  # which base figure the denominator is, in words
    explanation: str = ""
    approved_at: datetime | None = None
    published_at: datetime | None = None
    revision: str = ""
    two: TwoFigures | None = None  # where a reviewer has another figure
    on_behalf: str = ""  # which unit entered it for the reporting one, which could not
    on_behalf_document: str = ""  # of the reporting unit, signed
    changes: list[Change] = field(default_factory=list)

    @property
    def on(self) -> str:
        """For an address: which day's unit a code means (domain.md 1)."""
        return self.day.isoformat() if self.day else ""


@dataclass(frozen=True)
class Said:
    """What is and was published about an indicator, as far as one period's page needs it."""

    now: list[Observation]  # for the period, contributions first
    former: dict[Place, list[Observation]]  # published for it once and no longer, oldest first
    last: dict[Place, Observation]  # for the period before
    written: dict[int, Observation]  # by period, the contribution about the province


def said_about(
    indicator: Indicator, period: Period, before: Period | None, top: int | None, known: Known = TODAY
) -> Said:
    """One query. On a page of published figures what was never published stays unread. Each row says for what
    reason it came to be, and for what reason it went."""
    elsewhere = known.stands() & (Q(period=before) | Q(subject=top or 0, contributes=True))
    rows = (
        Observation.objects.filter(known.ever(), indicator=indicator)
        .filter(Q(period=period) | elsewhere)
        .select_related("revision__on_behalf", "definition", "assessment__explanation", "base")
        .defer("revision__content")
    )
    said = Said([], defaultdict(list), {}, {})
    for row in with_reasons(rows, known).order_by("-contributes", known.begun, "pk"):
        _sort_in(said, row, period, before, top, known)
    return said


def _sort_in(said: Said, row: Any, period: Period, before: Period | None, top: int | None, known: Known) -> None:
    place = (row.subject_id, row.reporter_id)
    if known.has_ended(row):
        said.former[place].append(row)
        return
    if row.period_id == period.pk:
        said.now.append(row)
    if before is not None and row.period_id == before.pk:
        said.last[place] = row
    if row.subject_id == top and row.contributes:
        said.written[row.period_id] = row


def sources_of(line: Line, said: Said, units: Field, scope: Scope) -> tuple[list[SourceRow], bool]:
    """The rows this reader sees, and whether others are hidden. Expected units without a figure are rows too."""
    is_sole = line.sums is None
    given = {(o.subject_id, o.reporter_id): o for o in said.now}
    expected = [(s, r) for s, reporters in sorted(line.expected.items()) for r in sorted(reporters)]
    rows, hidden = [], False
    for place in dict.fromkeys([*given, *expected]):
        found = given.get(place)
        is_the_figure = is_sole and place[0] == units.top and (found is None or found.contributes)
        if not is_the_figure and not scope.holds(place[1]):
            hidden = True
            continue
        row = _missing_row(place, line, units) if found is None else _given_row(found, line, units, said)
        told = changes(said.former.get(place, []), found)
        if not scope.holds(place[1]):  # the figure is the province's own; why it changed is the unit's
            told = [replace(change, reason="") for change in told]
        rows.append(replace(row, changes=told))
    return sorted(rows, key=lambda row: (not row.contributes, row.sort)), hidden


def _missing_row(place: Place, line: Line, units: Field) -> SourceRow:
    return _row(place, line, units, contributes=True, shown=Shown(Standing.MISSING))


def _row(place: Place, line: Line, units: Field, *, contributes: bool, shown: Shown) -> SourceRow:
    subject, reporter = place
    is_about_another = subject not in (reporter, units.top)
    return SourceRow(
        unit=units.name(reporter),
        sort=(_sort_key(reporter, units), reporter, _sort_key(subject, units), subject),
        about=units.name(subject) if is_about_another else "",
        contributes=contributes,
        shown=shown,
        place=place,
        code=_code(reporter, units),
        about_code=_code(subject, units) if is_about_another else "",
        day=line.period.last_day,
    )


def _sort_key(unit: int, units: Field) -> str:
    return (units.units[unit].sort_on_day or "") if unit in units.units else ""


def _code(unit: int, units: Field) -> str:
    return (units.units[unit].code_on_day or "") if unit in units.units else ""


def _given_row(given: Observation, line: Line, units: Field, said: Said) -> SourceRow:
    place = (given.subject_id, given.reporter_id)
    shown, act = of_observation(given, given.definition), given.revision.on_behalf
    plain = _row(place, line, units, contributes=given.contributes, shown=shown)
    return replace(
        plain,
        numerator=given.numerator,
        denominator=given.denominator,
        change=_change(shown, given, said.last.get(place)),
        base=_base(given),
        explanation=given.explanation,
        approved_at=given.approved_at,
        published_at=given.published_at,
        revision=short(given.revision.sha256),
        two=two_figures.of(given),
        on_behalf=units.name(act.unit_id) if act else "",
        on_behalf_document=act.document if act else "",
    )


def _base(given: Observation) -> str:
    return base_figures.plain(given.base).told if given.base else ""


def _change(shown: Shown, given: Observation, last: Observation | None) -> Difference | None:
    if last is None or not given.definition.measures_as(last.definition):
        return None
    return difference(shown, of_observation(last, last.definition))


# --- Cross-checks (domain.md 7)


@dataclass(frozen=True)
class CrossCheck:
    """Another report of the same figure, beside the one that counts; never added to it."""

    row: SourceRow
    whose: str  # who reported the figure that counts; empty where it is a total
    counted: Shown | None  # None where nothing counts yet, or this reader does not see it


def cross_checks(
    rows: list[SourceRow], figure: Shown, top: int | None, *, is_total: bool
) -> tuple[list[SourceRow], list[CrossCheck]]:
    """The rows with their differences, and the cross-checks among them beside what counts. `rows` are those that
    the reader sees, so that no difference tells what is hidden; `figure` is the province's published one."""
    counting: dict[int, list[SourceRow]] = defaultdict(list)
    for row in rows:
        if row.contributes:
            counting[row.place[0]].append(row)
    done, checks = [], []
    for row in rows:
        if not row.contributes:
            check = _beside(row, counting[row.place[0]], figure if is_total and row.place[0] == top else None)
            row = replace(row, against=difference(row.shown, check.counted) if check.counted else None)
            checks.append(replace(check, row=row))
        done.append(row)
    return done, checks


def _beside(row: SourceRow, counting: list[SourceRow], total: Shown | None) -> CrossCheck:
    if total is not None:
        return CrossCheck(row, "", total)
    if len(counting) == 1:
        return CrossCheck(row, counting[0].unit, counting[0].shown)
    return CrossCheck(row, "", None)
