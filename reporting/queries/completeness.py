"""Who has handed in and who has not: units by periods. Reports are read for when they were sent, never for what.

Whether a unit has reported is no secret among state bodies; anybody else sees the own units only (domain.md 41).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators.models import Extension, Period, Reader, Round, Submission, UnitCode, UnitKind, UnitSlice

from ..completeness import Report, Tally, report, tally

KINDS = (UnitKind.DEPARTMENT, UnitKind.COMMUNE, UnitKind.DISTRICT, UnitKind.PROVINCE, UnitKind.COMPANY)


@dataclass(frozen=True)
class Column:
    """One period: the rounds shown of it, and how complete they are together."""

    period: Period
    rounds: list[Round]
    tally: Tally

    @property
    def due_dates(self) -> list[date]:
        return sorted({r.due_on for r in self.rounds if r.due_on})

    @property
    def is_archival(self) -> bool:
        return any(r.is_archival for r in self.rounds)

    @property
    def is_illustrative(self) -> bool:
        return any(r.is_illustrative for r in self.rounds)


@dataclass(frozen=True)
class Cell:
    round: Round
    report: Report


@dataclass(frozen=True)
class Line:
    """One unit and, for each period shown, what became of the reports expected of it."""

    name: str
    code: str
    last_day: date  # of the newest period that expects a report of it: its name and code are of that day
    ended: date | None
    periods: list[list[Cell]]
    tally: Tally


@dataclass(frozen=True)
class Kind:
    name: str
    lines: list[Line]


@dataclass(frozen=True)
class Call:
    """The reports of one round that are missing, and whom to call about them."""

    round: Round
    lines: list[Line]


@dataclass(frozen=True)
class Completeness:
    columns: list[Column]
    kinds: list[Kind]
    calls: list[Call]
    headline: str  # empty where no round is shown

    @property
    def is_illustrative(self) -> bool:
        return any(column.is_illustrative for column in self.columns)

    @property
    def archival(self) -> list[tuple[Period, str, str]]:
        """(period, codes of its forms, the document their figures were typed from)"""
        codes: dict[tuple[Period, str], list[str]] = defaultdict(list)
        for each in (r for column in self.columns for r in column.rounds if r.is_archival):
            codes[each.period, each.source_document].append(each.form.code)
        return [(period, ", ".join(forms), document) for (period, document), forms in codes.items()]

    @property
    def n_missing(self) -> int:
        return sum(column.tally.missing for column in self.columns)


Found = dict[tuple[int, int], list[Cell]]  # (unit, period) → its reports, in the order of the forms' codes


def sees_reports_of_all(reader: Reader) -> bool:
    return reader.works_for_state or reader.reviews


def expected_reports(reader: Reader) -> QuerySet[Any]:
    """The reports of which this reader may know whether they came, with the unit's kind on the period's own day."""
    found: QuerySet[Any] = Submission.objects.counted().alias(kind=_slice_then("kind"))
    return found if sees_reports_of_all(reader) else found.filter(unit__in=reader.units)


def _slice_then(field: str) -> Subquery:
    slices = UnitSlice.objects.filter(
        unit=OuterRef("unit"), valid_from__lt=OuterRef("round__period__day_after_last")
    )
    return Subquery(slices.order_by("-valid_from").values(field)[:1])


def with_extension(found: QuerySet[Any]) -> QuerySet[Any]:
    """Adds whether the due date was moved, for the unit or for all."""
    moved = Extension.objects.filter(Q(unit=OuterRef("unit")) | Q(unit__isnull=True), round=OuterRef("round"))
    return found.annotate(is_extended=Exists(moved))


def report_of(row: Any, round_: Round, on: date) -> Report:
    return report(
        row.due_on,
        localdate(row.handed_in_at) if row.handed_in_at else None,
        today=on,
        is_locked=round_.is_locked,
        is_extended=row.is_extended,
    )


def asked_rounds(reader: Reader, kind: str = "") -> list[Any]:
    """Every round, newest period first; `is_asked` where it expects a report of such a unit that counts here."""
    expected = expected_reports(reader).filter(round=OuterRef("pk"))
    if kind in UnitKind:
        expected = expected.filter(kind=kind)
    found = Round.objects.select_related("period", "form").annotate(is_asked=Exists(expected))
    return list(found.order_by("-period__day_after_last", "-period__first_day", "period", "form__code", "pk"))


def by_period(rounds: list[Round]) -> list[list[Round]]:
    """In the order given."""
    of_period: dict[int, list[Round]] = defaultdict(list)
    for each in rounds:
        of_period[each.period_id].append(each)
    return list(of_period.values())


def completeness(periods: list[list[Round]], *, reader: Reader, on: date, kind: str = "") -> Completeness:
    """One query, however many periods and units. Each period is the rounds of it that are shown."""
    rows = _rows([r for rounds in periods for r in rounds], reader, kind)
    by_pk = {r.pk: r for rounds in periods for r in rounds}
    found: Found = defaultdict(list)
    for row in rows:
        asked = by_pk[row.round_id]
        found[row.unit_id, asked.period_id].append(Cell(asked, report_of(row, asked, on)))
    columns = [_column(rounds, found) for rounds in periods]
    kinds = _kinds(_newest(rows), columns, found)
    return Completeness(
        columns=columns,
        kinds=kinds,
        calls=_calls(periods, [line for each in kinds for line in each.lines]),
        headline=_headline(columns),
    )


def _column(rounds: list[Round], found: Found) -> Column:
    period = rounds[0].period
    return Column(period, rounds, _tally(c for (_u, of), cells in found.items() if of == period.pk for c in cells))


def _tally(cells: Iterable[Cell]) -> Tally:
    return tally(cell.report for cell in cells)


def _rows(rounds: list[Round], reader: Reader, kind: str) -> list[Any]:
    """Each report with its unit as it stood on the last day of the period, newest period first."""
    codes = UnitCode.objects.filter(unit=OuterRef("unit"), valid_from__lt=OuterRef("round__period__day_after_last"))
    expected = expected_reports(reader).filter(round__in=rounds)
    if kind:
        expected = expected.filter(kind=kind)
    found = with_extension(expected).annotate(
        kind_then=_slice_then("kind"),
        name_then=_slice_then("name"),
        sort_then=_slice_then("sort_key"),
        code_then=Subquery(codes.order_by("-valid_from", "system").values("code")[:1]),
        day_after=F("round__period__day_after_last"),
        ended=F("unit__ended"),
    )
    return list(found.order_by("-day_after", "round__form__code", "pk"))


def _newest(rows: list[Any]) -> list[Any]:
    """One row a unit: what it is called is what it was called in the newest round that asked it."""
    newest: dict[int, Any] = {}
    for row in rows:
        newest.setdefault(row.unit_id, row)
    return list(newest.values())


def _kinds(units: list[Any], columns: list[Column], found: Found) -> list[Kind]:
    """Departments, communes and companies stand apart (domain.md 6)."""
    of_kind: dict[str, list[Any]] = defaultdict(list)
    for unit in units:
        of_kind[unit.kind_then].append(unit)
    kinds = []
    for kind in (kind for kind in KINDS if kind in of_kind):
        lines = [(_line(unit, columns, found), unit) for unit in of_kind[kind]]
        lines.sort(key=lambda each: (*_merit(each[0].tally), each[1].sort_then, each[1].unit_id))
        kinds.append(Kind(str(kind.label), [line for line, _unit in lines]))
    return kinds


def _merit(own: Tally) -> tuple[int, int]:
    """Worst first: who misses most, then who was late most often."""
    return (-own.missing, own.on_time - own.due)


def _line(unit: Any, columns: list[Column], found: Found) -> Line:
    periods = [found.get((unit.unit_id, column.period.pk), []) for column in columns]
    return Line(
        name=unit.name_then,
        code=unit.code_then or "",
        last_day=unit.day_after - timedelta(days=1),
        ended=unit.ended,
        periods=periods,
        tally=_tally(cell for cells in periods for cell in cells),
    )


def _calls(periods: list[list[Round]], lines: list[Line]) -> list[Call]:
    lacking: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        for cell in (cell for cells in line.periods for cell in cells if cell.report.is_missing):
            lacking[cell.round.pk].append(line)
    return [Call(r, lacking[r.pk]) for rounds in periods for r in rounds if r.pk in lacking]


def _headline(columns: list[Column]) -> str:
    """About the newest period of which every report is due or in, or one is missing; else about the newest."""
    told = [c for c in columns if c.tally.missing or 0 < c.tally.due == c.tally.expected]
    if not columns:
        return ""
    column = (told or columns)[0]
    counted = column.tally
    said = {"period": column.period, "sent": counted.sent, "all": counted.expected, "on_time": counted.on_time}
    if counted.missing:
        missing = {**said, "missing": counted.missing}
        return _("%(period)s: %(sent)s of %(all)s reports sent, %(on_time)s on time; %(missing)s missing") % missing
    if not counted.due:
        return _("%(period)s: %(sent)s of %(all)s reports sent") % said
    if counted.sent == counted.expected:
        return _("%(period)s: all %(all)s reports sent, %(on_time)s on time") % said
    return _("%(period)s: %(sent)s of %(all)s reports sent, %(on_time)s on time; none is missing") % said
