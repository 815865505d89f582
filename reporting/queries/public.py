"""What everybody reads without an account: the summary of a programme that an administrator opened, of published
figures alone, each with its lineage (domain.md 36), and less of them than people with an account read (41)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators.models import (
    Breakdown,
    Period,
    Programme,
    Publication,
    PublicPage,
    Round,
    RoundLine,
    UnitKind,
    UnitSlice,
)

from .. import figures
from ..asked import Offered
from ..figures import Headline, Standing
from ..known import TODAY
from .summary import Group, Row, Summary, summary

Place = tuple[str, int]  # code of an indicator, period
Slices = dict[int, list[UnitSlice]]  # of a unit, oldest first
Opened = dict[int, list[Programme]]  # period → the open programmes with published figures in it


@dataclass(frozen=True)
class Origin:
    """Where a published figure comes from."""

    source: str  # the unit; its kind where which unit reported what is not public; empty of several
    n_sources: int
    is_archival: bool  # typed from documents of the past, whose own day is not known
    revision: int  # which hand-in of the one source
    published_on: date
    issue: Publication | None  # that published it, where publication is a step of its own


@dataclass(frozen=True)
class PublicRow:
    row: Row
    origin: Origin | None  # None where nothing is published


@dataclass(frozen=True)
class PublicGroup:
    name: str
    rows: list[PublicRow]


@dataclass(frozen=True)
class PublicSummary:
    summary: Summary
    programme: Programme
    programmes: list[Programme]
    groups: list[PublicGroup]
    headline: Headline
    issues: list[Publication]

    @property
    def n_rows(self) -> int:
        return sum(len(group.rows) for group in self.groups)


def opened() -> Opened | None:
    """One query where the page is closed (None), else two."""
    programmes = [page.programme for page in PublicPage.objects.open().select_related("programme").order_by("pk")]
    if not programmes:
        return None
    by_pk = {programme.pk: programme for programme in programmes}
    place = "indicator__programme_places__programme"
    published = TODAY.observations().filter(indicator=OuterRef("indicator"), period=OuterRef("round__period"))
    lines = RoundLine.objects.filter(Exists(published), **{f"{place}__in": list(by_pk)})
    pairs = lines.order_by("round__period", place).values_list("round__period", place).distinct()
    found: Opened = defaultdict(list)
    for period, programme in pairs:
        found[period].append(by_pk[programme])
    return {period: sorted(of, key=lambda each: (-each.first_year, each.code)) for period, of in found.items()}


def programme_of(period: Period, open_there: list[Programme], code: str) -> Programme | None:
    """The one that was asked for; else the newest that runs in the year of the cut-off, else the newest."""
    if code:
        return next((each for each in open_there if each.code == code), None)
    year = period.last_day.year
    running = [each for each in open_there if each.first_year <= year <= each.last_year]
    return (running or open_there)[0]


def offered_to_all(opened_periods: Opened, offered: list[Offered]) -> list[Offered]:
    return [each for each in offered if each.period.pk in opened_periods]


def public_summary(
    period: Period, rounds: list[Round], *, programme: Programme, programmes: list[Programme], on: date
) -> PublicSummary:
    """`summary` of published figures, without what stands in no programme and what is counted from registers, each
    of which has a switch of its own."""
    page = summary(period, rounds, on=on, programme=programme.code, known=TODAY, counts=False)
    groups = [group for group in page.groups if group.name]
    rows = [row for group in groups for row in group.rows]
    behind = _contributions(rows)
    slices = _slices(rows, behind)
    origins = _origins(rows, behind, slices)
    return PublicSummary(
        summary=page,
        programme=programme,
        programmes=programmes,
        groups=[_group(group, origins, slices) for group in groups],
        headline=figures.headline((row.counted_as, row.track.how.status, row.track.has_target) for row in rows),
        issues=_issues(origins.values()),
    )


def _group(group: Group, origins: dict[Place, Origin], slices: Slices) -> PublicGroup:
    rows = [
        PublicRow(
            _for_everybody(row, slices), None if row.shown.is_empty else origins.get((row.code, row.period.pk))
        )
        for row in group.rows
    ]
    return PublicGroup(group.name, rows)


def _for_everybody(row: Row, slices: Slices) -> Row:
    """That a figure was adjusted is told, its reason is not: that is talk between offices."""
    notes = row.notes if _may_name(row, slices) else _without_names(row)
    return replace(row, notes=notes, change=row.change and replace(row.change, reason=""))


def _may_name(row: Row, slices: Slices) -> bool:
    """Whether which unit reported what may be told to everybody: never of companies, where the name of who is
    missing tells whose figure the rest is."""
    source = _standing(slices, row.definition.source_unit_id, row)
    kind = row.definition.source_kind or (source.kind if source else "")  # of prose nobody's: anybody contributes
    return row.definition.breakdown == Breakdown.PUBLIC and kind not in ("", UnitKind.COMPANY)


def _without_names(row: Row) -> list[str]:
    if row.computed:
        return row.computed.notes  # codes of indicators, and how many units
    if row.derived:
        return row.derived.notes_without_names
    if row.shown.standing == Standing.NOT_COMPUTABLE:
        return [_("Cannot be computed: some units reported only a percentage.")]
    if row.shown.is_reported and row.shown.coverage.is_partial:
        return [_("Partial: from %(n)s of %(m)s") % {"n": row.shown.coverage.n, "m": row.shown.coverage.m}]
    return []


def _standing(slices: Slices, unit: int | None, row: Row) -> UnitSlice | None:
    """As the unit was called on the last day of the figure's own period (domain.md 4)."""
    return next((s for s in reversed(slices.get(unit or 0, [])) if s.valid_from <= row.period.last_day), None)


def _contributions(rows: list[Row]) -> dict[Place, dict[str, Any]]:
    """One query: how many sources stand behind each figure, and what was published of it last."""
    wanted = {(row.code, row.period.pk) for row in rows}
    contributing = TODAY.observations().filter(
        contributes=True,
        state="reported",
        indicator__code__in={code for code, _period in wanted},
        period__in={period for _code, period in wanted},
    )
    counted = contributing.order_by("indicator__code", "period").values("indicator__code", "period")
    found: Any = counted.annotate(
        n=Count("reporter", distinct=True),
        n_archival=Count("pk", filter=Q(submission__round__is_archival=True)),
        reporter=Min("reporter"),
        revision=Max("revision__number"),
        last=Max("published_at"),
    )
    places = {(each["indicator__code"], each["period"]): each for each in found}
    return {place: each for place, each in places.items() if place in wanted}


def _slices(rows: list[Row], behind: dict[Place, dict[str, Any]]) -> Slices:
    """Of the units that may be named."""
    units = {each["reporter"] for each in behind.values() if each["n"] == 1}
    units |= {row.definition.source_unit_id for row in rows if row.definition.source_unit_id}
    found: Slices = defaultdict(list)
    for part in UnitSlice.objects.filter(unit__in=units).order_by("valid_from", "pk"):
        found[part.unit_id].append(part)
    return found


def _origins(rows: list[Row], behind: dict[Place, dict[str, Any]], slices: Slices) -> dict[Place, Origin]:
    issues = _issues_at({each["last"] for each in behind.values()})
    by_place = {(row.code, row.period.pk): row for row in rows}
    return {
        place: Origin(
            source=_source(by_place[place], each["reporter"], slices) if each["n"] == 1 else "",
            n_sources=each["n"],
            is_archival=each["n_archival"] > 0,
            revision=each["revision"],
            published_on=localdate(each["last"]),
            issue=issues.get(each["last"]),
        )
        for place, each in behind.items()
    }


def _source(row: Row, reporter: int, slices: Slices) -> str:
    """A state body by its name, unless it alone of several has reported and which unit reported what is not public;
    a company by its kind."""
    named = _standing(slices, reporter, row)
    if named is None:
        return ""
    is_told = _may_name(row, slices) or not row.shown.coverage.is_partial
    is_named = is_told and named.kind != UnitKind.COMPANY
    return named.name if is_named else str(UnitKind(named.kind).label)


def _issues_at(moments: set[datetime]) -> dict[datetime, Publication]:
    """The moment of a publication is that of its figures."""
    rows = Publication.objects.filter(at__in=moments).select_related("round__form").defer("content")
    return {issue.at: issue for issue in rows.order_by("pk")}


def _issues(origins: Iterable[Origin]) -> list[Publication]:
    """Newest first."""
    found = {origin.issue.pk: origin.issue for origin in origins if origin.issue}
    return sorted(found.values(), key=lambda issue: (issue.at, issue.pk), reverse=True)
