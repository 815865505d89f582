"""One function a page. Only published figures: Observation and Total, and of the rounds what was asked of whom.

Entries are never read, so a draft cannot leak; reports are read for who handed in, never for what.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators.clock import today
from indicators.models import (
    Breakdown,
    Definition,
    Indicator,
    Membership,
    Observation,
    OverUnits,
    Period,
    Round,
    Stage,
    Total,
    Unit,
    UnitKind,
    User,
)
from indicators.permissions import reviews

from . import figures
from .asked import Field, Line, Report, field_of, lines_of
from .figures import Coverage, Standing
from .shown import NOBODY, Shown, of_observation, of_total
from .sources import Scope, SourceRow, published_about, sources_of

FIRST_NAMES = 4  # of a list of missing units; the section "who has not reported" names them all
FIRST_LATE = 10


@dataclass(frozen=True)
class Row:
    """One indicator on the page of the province."""

    code: str
    name: str
    lead: str
    shown: Shown
    notes: list[str]  # sentences: who is missing, why it cannot be computed, why there is none

    @property
    def status(self) -> tuple[str, str]:
        return figures.status(self.shown.standing)


@dataclass(frozen=True)
class Group:
    name: str
    rows: list[Row]


@dataclass(frozen=True)
class Owed:
    """A report that has not been handed in, and whom to call about it."""

    unit: str
    form: str
    contact: str
    due_on: date
    days_late: int
    is_locked: bool


@dataclass(frozen=True)
class Summary:
    period: Period
    province: str
    published_on: date | None
    reports: Coverage  # of units: figures published / asked
    headline: tuple[int, int]
    groups: list[Group]
    owed: list[Owed]
    also_owed: list[str]

    @property
    def n_rows(self) -> int:
        return sum(len(group.rows) for group in self.groups)

    @property
    def n_owed(self) -> int:
        return len(self.owed) + len(self.also_owed)


def summary(period: Period, found: list[Round], *, on: date) -> Summary:
    asked = [r for r in found if r.period_id == period.pk]
    field = field_of(period, asked)
    lines = lines_of(period, asked, field)
    groups = _groups(lines, _contributions(period, lines, field.top), field)
    owed = _owed(field, on)
    published = [r.published_at for r in field.reports if r.published_at]
    return Summary(
        period=period,
        province=field.name(field.top),
        published_on=localdate(max(published)) if published else None,
        reports=_published_units(field.reports),
        headline=figures.headline(row.shown.standing for group in groups for row in group.rows),
        groups=groups,
        owed=owed[:FIRST_LATE],
        also_owed=[o.unit for o in owed[FIRST_LATE:]],
    )


def _contributions(period: Period, lines: list[Line], top: int | None) -> dict[int, list[Observation]]:
    """Indicator → the published contributions that the page speaks of: those about the province; percentages
    alone; what was not available; and, where a line may be left out, all that was said."""
    incomplete = [line for line in lines if line.sums and figures.coverage(line.sums).is_partial]
    without_parts = [line.indicator for line in lines if line.sums and line.sums.n_without_parts]
    said_elsewhere = Q(indicator__in=[line.indicator for line in incomplete]) & ~Q(state="reported")
    optional = Q(indicator__in=[line.indicator for line in incomplete if not line.is_mandatory])
    rows = Observation.objects.at(Stage.PUBLISHED).filter(
        Q(subject=top or 0)
        | Q(indicator__in=without_parts, state="reported", numerator__isnull=True)
        | said_elsewhere
        | optional,
        period=period,
        contributes=True,
    )
    found: dict[int, list[Observation]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.indicator_id].append(row)
    return found


def shown_of(line: Line, given: list[Observation], top: int | None) -> Shown:
    """The figure of the province: its total, else the one contribution about it as written."""
    if line.sums is not None:
        return of_total(line.definition, line.sums)
    expected = figures.expected_sums(line.expected, top)
    about = [o for o in given if o.subject_id == top]
    if len(about) == 1:
        return of_observation(about[0], line.definition, n_expected=expected.n_expected)
    if about:
        return Shown(Standing.NO_RULE, coverage=figures.coverage(expected))
    is_by_unit = line.definition.over_units == OverUnits.NONE and line.expected and top not in line.expected
    return Shown(Standing.BY_UNIT if is_by_unit else Standing.MISSING, coverage=figures.coverage(expected))


def row_of(line: Line, given: list[Observation], field: Field) -> Row:
    shown = shown_of(line, given, field.top)
    return Row(
        code=line.indicator.code,
        name=line.indicator.name,
        lead=field.name(line.definition.lead_unit_id),
        shown=shown,
        notes=[*_why(shown.standing, line, given, field), *_partial(shown, line, given, field)],
    )


def _why(standing: Standing, line: Line, given: list[Observation], field: Field) -> list[str]:
    """Why there is no figure of the province."""
    if standing == Standing.NOT_COMPUTABLE:
        alone = {_whose(o, field) for o in given if o.state == "reported" and o.numerator is None}
        names = ", ".join(field.names(alone))
        return [_("Cannot be computed: %(names)s reported only a percentage.") % {"names": names}]
    if standing == Standing.NO_RULE:
        return [_("Several figures were reported, and no rule makes them one.")]
    return _reasons(line, given, field) if standing == Standing.NOT_AVAILABLE else []


def _partial(shown: Shown, line: Line, given: list[Observation], field: Field) -> list[str]:
    """A total is never silently partial (domain.md 11)."""
    if not shown.coverage.is_partial or shown.standing in (*figures.WITHOUT_DATA, Standing.BY_UNIT):
        return []
    names = field.names(figures.lacking(line.expected, _said(line, given), field.top))
    counted = {"n": shown.coverage.n, "m": shown.coverage.m, "names": ", ".join(names[:FIRST_NAMES])}
    if more := len(names[FIRST_NAMES:]):
        sentence = _("Partial: from %(n)s of %(m)s; missing: %(names)s and %(count)s more")
        return [sentence % {**counted, "count": more}]
    return [_("Partial: from %(n)s of %(m)s; missing: %(names)s") % counted]


def _said(line: Line, given: list[Observation]) -> set[tuple[int, int]]:
    """(subject, reporter) that reported, or whom the line does not concern."""
    states = {(o.subject_id, o.reporter_id): o.state for o in given}
    answered = {(s, r): "reported" for s, reporters in line.expected.items() for r in reporters & line.answered}
    return {place for place, state in (answered | states).items() if state != "not_available"}


def _reasons(line: Line, given: list[Observation], field: Field) -> list[str]:
    """Without the name where one source speaks of the province; not at all where the breakdown by unit is not
    public, and never a company's (domain.md 41)."""
    unavailable = [o for o in given if o.state == "not_available"]
    if len(unavailable) == 1 and unavailable[0].subject_id == field.top:
        return [unavailable[0].explanation]
    if line.definition.breakdown != Breakdown.PUBLIC:
        return []
    by_state = [o for o in unavailable if field.tree.kind.get(o.reporter_id) != UnitKind.COMPANY]
    return [f"{field.name(_whose(o, field))}: {o.explanation}" for o in by_state[:FIRST_NAMES]]


def _whose(given: Observation, field: Field) -> int:
    """Under whose name a contribution is spoken of: the reporter about the province, else the subject."""
    return given.reporter_id if given.subject_id == field.top else given.subject_id


def _groups(lines: list[Line], given: dict[int, list[Observation]], field: Field) -> list[Group]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for line in lines:
        groups[line.group].append(row_of(line, given.get(line.indicator.pk, []), field))
    return [Group(name, rows) for name, rows in groups.items()]


def _published_units(reports: list[Report]) -> Coverage:
    """Units all of whose reports are published, of the units asked."""
    published: dict[int, bool] = defaultdict(lambda: True)
    for report in reports:
        published[report.unit] &= report.published_at is not None
    return Coverage(sum(published.values()), len(published))


def _owed(field: Field, on: date) -> list[Owed]:
    """Reports not handed in, worst first."""
    late = [r for r in field.reports if r.handed_in_at is None]
    late.sort(key=lambda r: (r.round.due_on, field.units[r.unit].sort_on_day or "", r.unit, r.round.pk))
    return [
        Owed(
            unit=field.name(r.unit),
            form=r.round.form.name,
            contact=r.round.form.contact,
            due_on=r.round.due_on,
            days_late=figures.days_late(r.round.due_on, on),
            is_locked=r.round.is_locked,
        )
        for r in late
    ]


@dataclass(frozen=True)
class SeriesRow:
    period: Period
    shown: Shown
    approved_at: datetime
    published_at: datetime


@dataclass(frozen=True)
class IndicatorPage:
    indicator: Indicator
    definition: Definition | None
    lead: str
    source: str
    period: Period | None
    group: str
    row: Row | None
    published_on: date | None
    series: list[SeriesRow]
    sources: list[SourceRow]
    n_contributions: int
    is_total: bool
    hides: str  # the rule that keeps what other units reported from this reader; empty where all is shown


def indicator(code: str) -> Indicator | None:
    return None if "\0" in code else Indicator.objects.filter(code=code).first()


def indicator_page(
    found: Indicator, period: Period | None, rounds_of_it: list[Round], *, reader: User
) -> IndicatorPage:
    definitions = list(found.definitions.order_by("-valid_from"))
    if period is None:
        return _never_asked(found, definitions)
    asked = [r for r in rounds_of_it if r.period_id == period.pk]
    field = field_of(period, asked)
    line = lines_of(period, asked, field, found)[0]
    published = published_about(found, period)
    contributions = [o for o in published if o.contributes]
    scope = breakdown_visible_to(line.definition, reader, companies=_companies(contributions, field))
    shown, hidden = sources_of(line, period, published, field, scope)
    moments = [o.published_at for o in contributions if o.published_at]
    return IndicatorPage(
        indicator=found,
        definition=line.definition,
        lead=field.name(line.definition.lead_unit_id),
        source=field.name(line.definition.source_unit_id) or line.definition.get_source_kind_display(),
        period=period,
        group=line.group,
        row=row_of(line, contributions, field),
        published_on=localdate(max(moments)) if moments else None,
        series=_series(found, rounds_of_it, definitions, field.top),
        sources=shown,
        n_contributions=sum(o.state == "reported" for o in contributions),
        is_total=line.sums is not None,
        hides=line.definition.breakdown if hidden else "",
    )


def _never_asked(found: Indicator, definitions: list[Definition]) -> IndicatorPage:
    definition = definitions[0] if definitions else None
    units = Unit.objects.with_slice(today()).order_by("pk")
    return IndicatorPage(
        indicator=found,
        definition=definition,
        lead=_first_name(units, definition.lead_unit_id if definition else None),
        source=_first_name(units, definition.source_unit_id if definition else None)
        or (definition.get_source_kind_display() if definition else ""),
        period=None,
        group="",
        row=None,
        published_on=None,
        series=[],
        sources=[],
        n_contributions=0,
        is_total=False,
        hides="",
    )


def _first_name(units: QuerySet[Unit], pk: int | None) -> str:
    return str(units.filter(pk=pk).first() or "") if pk else ""


def breakdown_visible_to(definition: Definition, user: User, *, companies: int | None = None) -> Scope:
    """Whose figures the reader sees beside the province's (domain.md 41): all units', or the own units' alone.
    `companies`: how many companies reported; too few are hidden even where the breakdown is public."""
    mine = Membership.objects.on(today()).filter(user=user).values("unit")
    units = list(Unit.objects.with_slice(today()).filter(pk__in=mine).order_by("pk"))
    sees_all = figures.sees_all_units(
        definition.breakdown, [u.kind_on_day for u in units], reviews=reviews(user), companies=companies
    )
    return Scope(sees_all, frozenset(u.pk for u in units))


def _companies(contributions: list[Observation], field: Field) -> int | None:
    """How many companies reported a figure: one that says "not applicable" hides nobody's."""
    of_companies = [o for o in contributions if field.tree.kind.get(o.reporter_id) == UnitKind.COMPANY]
    return len({o.reporter_id for o in of_companies if o.state == "reported"}) if of_companies else None


def _series(
    found: Indicator, rounds_of_it: list[Round], definitions: list[Definition], top: int | None
) -> list[SeriesRow]:
    """The province's published figures, newest period first: totals, or the one figure about it as written."""
    published = Observation.objects.at(Stage.PUBLISHED).filter(indicator=found, contributes=True)
    moments = published.values("period").annotate(approved_at=Max("approved_at"), at=Max("published_at"))
    of_period = {m["period"]: m for m in moments.order_by("period")}
    of_stage = Total.objects.filter(indicator=found, stage=Stage.PUBLISHED, subject=top)
    totals = {t.period_id: t for t in of_stage.order_by("pk")}
    written = {o.period_id: o for o in published.filter(subject=top).select_related("definition").order_by("pk")}
    periods = {r.period_id: r.period for r in rounds_of_it if r.period_id in of_period}
    rows = []
    for pk, period in periods.items():
        shown = Shown(Standing.BY_UNIT, coverage=NOBODY)
        if pk in totals:
            definition = next(d for d in definitions if d.valid_from <= period.last_day)
            shown = of_total(definition, figures.sums_of(totals[pk]))
        elif pk in written:
            shown = of_observation(written[pk], written[pk].definition)
        rows.append(SeriesRow(period, shown, of_period[pk]["approved_at"], of_period[pk]["at"]))
    return rows
