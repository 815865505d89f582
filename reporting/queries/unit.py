"""One unit: what it was called and where it stood on a day, who came before and after, what it reports, and those
of its published figures that a reader may see."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from indicators.models import (
    BEGINNING,
    CodeSystem,
    Period,
    Publication,
    Reader,
    Revision,
    Round,
    Submission,
    Unit,
    UnitCode,
    UnitKind,
    UnitSlice,
)

from .. import asked, facts
from ..completeness import Report, Tally, tally
from ..kin import Kin, Named, Span, kin_of
from ..known import TODAY, Known
from .completeness import report_of, sees_reports_of_all, with_extension
from .unit_figures import FigureRow, figures_of, published_of


@dataclass(frozen=True)
class Code:
    code: str
    system: str
    span: Span


@dataclass(frozen=True)
class Name:
    name: str
    kind: str
    is_confirmed: bool
    span: Span


@dataclass(frozen=True)
class Child:
    name: str
    sort: tuple[str, int]
    kind: str
    code: str
    on: date


@dataclass(frozen=True)
class ReportRow:
    round: Round
    due_on: date | None
    handed_in_at: datetime | None
    report: Report
    on_behalf: str  # which unit entered and sent it for this one, which could not
    order: tuple[date, date, str]


@dataclass(frozen=True)
class UnitPage:
    unit: Unit
    code: str
    on: date
    kind: str
    parent: Named | None
    codes: list[Code]
    names: list[Name]
    predecessors: list[Kin]
    successors: list[Kin]
    children: list[Child]
    counts: list[tuple[str, int]]
    reports: list[ReportRow]
    tally: Tally
    sees_reports: bool
    figures: list[FigureRow]
    figures_of: Period | None
    issues: list[Publication]  # that published them
    others: list[Named]  # units that the code meant on other days, oldest first
    hides: bool  # whether the unit has figures of that period that this reader may not see

    @property
    def began(self) -> date | None:
        return None if self.unit.began == BEGINNING else self.unit.began

    @property
    def is_divided(self) -> bool:
        """Its successors hold parts of others too, so no sum of theirs is its own (domain.md 3)."""
        return len(self.successors) > 1 and any(kin.has_others for kin in self.successors)

    @property
    def is_illustrative(self) -> bool:
        of_reports = any(row.round.is_illustrative for row in self.reports)
        return of_reports or any(row.is_illustrative for row in self.figures)


def unit_with_code(code: str, day: date, *, system: str = "") -> Unit | None:
    """At most one in each code system; two systems are not meant to share a code."""
    if "\0" in code or (system and system not in CodeSystem):
        return None
    return _unit_with_code(code, day, system)


@facts.kept("catalogue")
def _unit_with_code(code: str, day: date, system: str) -> Unit | None:
    return Unit.objects.with_code(code, day, system=system).with_slice(day).order_by("pk").first()


@facts.kept("catalogue")
def bearers(code: str, on: date) -> list[Named]:
    """Who bore a code from when to when, oldest first; `on` of each is a day that leads to it."""
    if "\0" in code:
        return []
    borne = list(UnitCode.objects.filter(code=code).select_related("unit").order_by("valid_from", "pk"))
    mine = [held.unit_id for held in borne]
    codes = list(UnitCode.objects.filter(Q(unit__in=mine) | Q(code=code)).order_by("valid_from", "pk"))
    slices = list(UnitSlice.objects.filter(unit__in=mine).order_by("valid_from", "pk"))
    found = []
    for held in borne:
        span = _held(held, codes)
        day = span.last or max(on, held.valid_from, held.unit.began)
        names = [s.name for s in slices if s.unit_id == held.unit_id and s.valid_from <= day]
        if names and (span.first is None or span.first <= day):
            found.append(Named(names[-1], code, day, span))
    return found


@facts.kept("catalogue")
def _borne(unit: Unit, code: str) -> list[UnitCode]:
    """All codes of the unit, and whoever else bore this one."""
    rows = UnitCode.objects.filter(Q(unit=unit) | Q(code=code)).select_related("unit")
    return list(rows.order_by("valid_from", "system", "pk"))


def _others(unit: Unit, code: str, borne: list[UnitCode], today: date) -> list[Named]:
    """Whom the code meant on other days; three queries where it meant somebody else."""
    if all(held.unit_id == unit.pk for held in borne):
        return []
    spans = [each.span for each in _codes(unit, borne) if each.code == code]
    return [each for each in bearers(code, today) if each.span not in spans]


def _held(held: UnitCode, codes: list[UnitCode]) -> Span:
    """Until another unit takes the code over, the unit takes a newer one, or ends."""
    later = [
        c.valid_from
        for c in codes
        if c.system == held.system
        and c.valid_from > held.valid_from
        and (c.code == held.code or c.unit_id == held.unit_id)
    ]
    ends = [*later, *([held.unit.ended] if held.unit.ended else [])]
    first = max(held.valid_from, held.unit.began)
    return Span(None if first == BEGINNING else first, min(ends) - timedelta(days=1) if ends else None)


def unit_page(
    unit: Unit,
    code: str,
    *,
    period: Period | None,
    reader: Reader,
    on: date,
    today: date,
    known: Known = TODAY,
) -> UnitPage:
    """`unit` as with_slice(on) brought it. Figures are of `period`, else of the newest begun by `on`."""
    sees_reports = sees_reports_of_all(reader) or unit.pk in reader.units
    reports = _reports(unit, today) if sees_reports else []
    children, borne = _children(unit, on), _borne(unit, code)
    published = published_of(unit, known)
    rounds = asked.rounds(known=known, of=published)
    of_period = period or next((r.period for r in rounds if _has_figures(r) and r.period.first_day <= on), None)
    figures: list[FigureRow] = []
    hides = False
    if of_period:
        periods = list(dict.fromkeys(r.period for r in rounds))
        figures, hides = figures_of(unit, published, of_period, reader, known, periods=periods)
    behind = {row.round for row in figures}
    return UnitPage(
        unit=unit,
        code=code,
        on=on,
        kind=str(UnitKind(unit.kind_on_day).label),
        parent=_parent(unit, on),
        codes=_codes(unit, borne),
        names=_names(unit),
        predecessors=_kin(unit, "predecessor"),
        successors=_kin(unit, "successor"),
        children=children,
        counts=[(str(k.label), n) for k in UnitKind if (n := sum(c.kind == k.label for c in children))],
        reports=reports,
        tally=tally(row.report for row in reports),
        sees_reports=sees_reports,
        figures=figures,
        figures_of=of_period,
        others=_others(unit, code, borne, today),
        issues=asked.issues_of(r for r in rounds if r.pk in behind),
        hides=hides,
    )


def _has_figures(asking: Any) -> bool:
    return bool(asking.is_published)


@facts.kept("catalogue")
def _kin(unit: Unit, side: str) -> list[Kin]:
    return kin_of([unit.pk], side)[unit.pk]


@facts.kept("catalogue")
def _parent(unit: Unit, on: date) -> Named | None:
    found = Unit.objects.with_slice(on).filter(pk=unit.parent_on_day or 0).order_by("pk").first()
    return Named(str(found), found.code_on_day or "", on) if found else None


@facts.kept("catalogue")
def _children(unit: Unit, on: date) -> list[Child]:
    """Those that stood directly under it on the day, kind by kind in the Vietnamese order."""
    under: dict[str, Any] = {"parent_on_day": unit.pk}
    found = Unit.objects.alive_on(on).with_slice(on).filter(**under).order_by("pk")
    place = {kind.value: n for n, kind in enumerate(UnitKind)}
    return [
        Child(str(u), (u.sort_on_day or "", u.pk), str(UnitKind(u.kind_on_day).label), u.code_on_day or "", on)
        for u in sorted(found, key=lambda u: (place[u.kind_on_day], u.sort_on_day or "", u.pk))
    ]


def _codes(unit: Unit, borne: list[UnitCode]) -> list[Code]:
    own = [held for held in borne if held.unit_id == unit.pk]
    return [Code(held.code, held.get_system_display(), _held(held, borne)) for held in own]


@facts.kept("catalogue")
def _names(unit: Unit) -> list[Name]:
    """Oldest first, each until the day before the next."""
    slices = list(UnitSlice.objects.filter(unit=unit).order_by("valid_from", "pk"))
    ends = [*(s.valid_from for s in slices[1:]), unit.ended]
    return [
        Name(
            s.name,
            s.get_kind_display(),
            s.is_confirmed,
            Span(
                None if max(s.valid_from, unit.began) == BEGINNING else max(s.valid_from, unit.began),
                end - timedelta(days=1) if end else None,
            ),
        )
        for s, end in zip(slices, ends, strict=True)
    ]


def _reports(unit: Unit, today: date) -> list[ReportRow]:
    """All that was and is expected of the unit, newest period first."""
    last = Revision.objects.filter(submission=OuterRef("pk")).order_by("-number")
    entered = last.filter(submission__handed_in_at__isnull=False).annotate(by_unit=_entered_by("on_behalf__unit"))
    expected = (
        Submission.objects.expected()
        .filter(unit=unit)
        .select_related("round__form", "round__period")
        .annotate(entered_by=Subquery(entered.values("by_unit")[:1]))
    )
    order = ("-round__period__day_after_last", "-round__period__first_day", "round__form__code", "pk")
    return [
        ReportRow(
            round=row.round,
            due_on=row.due_on,
            handed_in_at=row.handed_in_at,
            report=report_of(row, row.round, today),
            on_behalf=row.entered_by or "",
            order=(row.round.period.day_after_last, row.round.period.first_day, row.round.form.code),
        )
        for row in with_extension(expected).order_by(*order)
    ]


def _entered_by(unit: str) -> Subquery:
    """What the unit that entered on behalf of another was called on the last day of the period."""
    end = OuterRef("submission__round__period__day_after_last")
    slices = UnitSlice.objects.filter(unit=OuterRef(unit), valid_from__lt=end)
    return Subquery(slices.order_by("-valid_from").values("name")[:1])
