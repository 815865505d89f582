"""What would stand published of a round after its next publication, read without writing anything."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from .. import totals
from ..models import (
    Definition,
    EntryState,
    Observation,
    Publication,
    Reader,
    Round,
    RoundLine,
    Stage,
    State,
    Submission,
    Unit,
    UnitKind,
    ValueKind,
)
from ..rollup import Rollup
from ..sealing import canonical, sha256
from .content import body


@dataclass(frozen=True)
class LineFigure:
    """One line's figure of the province: a total, else the one contribution about it as written."""

    line: RoundLine
    total: Rollup | None
    written: Observation | None
    of_units: list[Observation]  # what units reported, where everybody may read it (domain.md 41)
    counts: bool  # False: what this round reports of it is a cross-check, never added (domain.md 7)


@dataclass(frozen=True)
class Report:
    """A report behind the publication. New: first published by it; adjusted: its figures replace published ones."""

    unit: Unit
    revision: int
    sha256: str
    is_new: bool
    is_adjusted: bool
    is_open: bool  # reopened since: its approved figures stand until the next approval


@dataclass(frozen=True)
class Proposal:
    round: Round
    number: int
    figures: list[LineFigure]
    before: dict[int, LineFigure]  # by line, what stands published now
    reports: list[Report]
    missing: list[Unit]
    units: dict[int, Unit]
    n_news: int  # figures approved and not published yet
    n_replaced: int  # published figures that an approval has replaced since

    @property
    def has_news(self) -> bool:
        return bool(self.n_news or self.n_replaced)

    @property
    def n_expected(self) -> int:
        return len(self.reports) + len(self.missing)

    @property
    def body(self) -> dict[str, Any]:
        return body(self)

    @property
    def sha256(self) -> str:
        """Of what would be published, without its number, document and moment: what a press is bound to."""
        return sha256(canonical(self.body | {"number": self.number}))


def of_round(round_: Round) -> QuerySet[Observation]:
    return Observation.objects.filter(submission__round=round_)


def news(round_: Round) -> QuerySet[Observation]:
    """Approved and not published yet."""
    return Observation.objects.waiting().filter(submission__round=round_)


def replaced(round_: Round) -> QuerySet[Observation]:
    """Published figures that an approval has replaced since."""
    return of_round(round_).filter(
        superseded_at__isnull=False, published_at__isnull=False, unpublished_at__isnull=True
    )


def propose(round_: Round) -> Proposal:
    """As many queries for one report as for many."""
    units = _units(round_)
    lines = _lines(round_)
    reports, missing = _reports(round_, units)
    return Proposal(
        round=round_,
        number=Publication.objects.filter(round=round_).count() + 1,
        figures=list(_figures(round_, lines, units, _after(round_)).values()),
        before=_figures(round_, lines, units, Observation.objects.at(Stage.PUBLISHED)),
        reports=reports,
        missing=missing,
        units=units,
        n_news=news(round_).count(),
        n_replaced=replaced(round_).count(),
    )


def _after(round_: Round) -> QuerySet[Observation]:
    mine = Q(submission__round=round_)
    published = Q(published_at__isnull=False, unpublished_at__isnull=True)
    return Observation.objects.filter((mine & Q(superseded_at__isnull=True)) | (~mine & published))


def _units(round_: Round) -> dict[int, Unit]:
    """All units of the cut-off day, in the Vietnamese order of their names."""
    named = Unit.objects.with_slice(round_.period.last_day).order_by("pk")
    return {u.pk: u for u in sorted(named, key=lambda u: (u.sort_on_day or "", u.pk))}


def _lines(round_: Round) -> list[RoundLine]:
    """Sections of prose are for whoever compiles the report (domain.md 43): they stand in no programme."""
    lines = round_.lines.select_related("indicator", "definition").order_by("order", "pk")
    prose = ~Q(indicator__programme_places__isnull=False) & Q(definition__value_kind=ValueKind.TEXT)
    return list(lines.exclude(prose))


def _figures(
    round_: Round, lines: list[RoundLine], units: dict[int, Unit], standing: QuerySet[Observation]
) -> dict[int, LineFigure]:
    top = next((u.pk for u in units.values() if u.kind_on_day == UnitKind.PROVINCE), 0)
    sums = totals.of_standing(standing, [(round_.period_id, line.indicator_id) for line in lines])
    said, reporting = _said(round_, lines, standing), _reporting(round_, units)
    figures = {}
    for line in lines:
        given = said[line.indicator_id]
        total = sums.get((round_.period_id, line.indicator_id), {}).get(top)
        about = [o for o in given if o.contributes and o.subject_id == top]
        figures[line.pk] = LineFigure(
            line=line,
            total=total,
            written=about[0] if about and total is None else None,
            of_units=_seen_by_all(line.definition, given, units),
            counts=_counts(line.definition, reporting),
        )
    return figures


def _said(round_: Round, lines: list[RoundLine], standing: QuerySet[Observation]) -> dict[int, list[Observation]]:
    """By indicator, what stands for the period, contributions first; of every round that asks for it."""
    found: dict[int, list[Observation]] = defaultdict(list)
    rows = standing.filter(period=round_.period_id, indicator__in=[line.indicator_id for line in lines])
    rows = rows.select_related("revision", "definition", "assessment__explanation").defer("revision__content")
    for row in rows.order_by("-contributes", "pk"):
        found[row.indicator_id].append(row)
    return found


def _reporting(round_: Round, units: dict[int, Unit]) -> list[Unit]:
    asked = round_.submissions.expected().order_by("pk").values_list("unit", flat=True)
    return [units[pk] for pk in asked if pk in units]


def _counts(definition: Definition, reporting: list[Unit]) -> bool:
    return any(definition.is_contributed_by(unit_id=unit.pk, kind=unit.kind_on_day or "") for unit in reporting)


def _seen_by_all(definition: Definition, said: list[Observation], units: dict[int, Unit]) -> list[Observation]:
    """What units reported, where everybody may read it; else the check code of the report stands for it."""
    reported = [o for o in said if o.contributes and o.state == EntryState.REPORTED]
    kinds = {o.reporter_id: units[o.reporter_id].kind_on_day for o in said if o.reporter_id in units}
    companies = {o.reporter_id for o in reported if kinds.get(o.reporter_id) == UnitKind.COMPANY}
    holds_companies = any(o.contributes and kinds.get(o.reporter_id) == UnitKind.COMPANY for o in said)
    everybody = Reader()
    sees = everybody.sees_all(definition.breakdown, companies=len(companies) if holds_companies else None)
    return said if sees else []


def _reports(round_: Round, units: dict[int, Unit]) -> tuple[list[Report], list[Unit]]:
    """In the order of the units' names: the reports that would stand published, and the units without."""
    rows: dict[int, list[Observation]] = defaultdict(list)
    known = of_round(round_).filter(Q(superseded_at__isnull=True) | Q(pk__in=replaced(round_).values("pk")))
    for row in known.select_related("revision").defer("revision__content").order_by("pk"):
        rows[row.reporter_id].append(row)
    expected: dict[int, Submission] = {s.unit_id: s for s in round_.submissions.expected().order_by("pk")}
    in_order = [unit for unit in units.values() if unit.pk in expected]
    given = ((unit, [o for o in rows[unit.pk] if o.superseded_at is None]) for unit in in_order)
    reports = [_report(unit, now, rows[unit.pk], expected[unit.pk]) for unit, now in given if now]
    reported = {report.unit.pk for report in reports}
    return reports, [unit for unit in in_order if unit.pk not in reported]


def _report(unit: Unit, now: list[Observation], known: Iterable[Observation], submission: Submission) -> Report:
    is_out = any(o.published_at is None for o in now)
    was_out = any(o.superseded_at is not None for o in known)
    revision = now[0].revision
    return Report(
        unit=unit,
        revision=revision.number,
        sha256=revision.sha256,
        is_new=is_out and not was_out,
        is_adjusted=was_out,
        is_open=submission.state != State.APPROVED,
    )
