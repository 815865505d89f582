"""The province at one period: every line with its figure, who has not reported, and how complete it all is."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators.models import Breakdown, Observation, OverUnits, Period, Publication, Round, UnitKind

from .. import figures
from ..asked import Field, Line, Plan, Report, field_of, plan_lines
from ..figures import Coverage, Headline, Standing
from ..known import TODAY, Known
from ..series import archives_of
from ..shown import Shown, of_observation, of_total

FIRST_NAMES = 4  # of a list of missing units; the section "who has not reported" names them all
FIRST_LATE = 10


@dataclass(frozen=True)
class Row:
    """One indicator on the page of the province."""

    code: str
    name: str
    lead: str
    shown: Shown
    period: Period
    is_stand_in: bool  # not asked for in the period of the page: from the last period before
    has_target: bool  # the province has set one of its own
    notes: list[str]  # sentences: who is missing, why it cannot be computed, why there is none

    @property
    def status(self) -> tuple[str, str]:
        return figures.status(self.shown.standing, has_target=self.has_target)


@dataclass(frozen=True)
class Group:
    name: str
    rows: list[Row]


@dataclass(frozen=True)
class Owed:
    """A report that has not been handed in, and whom to call about it."""

    unit: str
    code: str
    form: str
    contact: str
    due_on: date | None
    days_late: int
    is_locked: bool


@dataclass(frozen=True)
class Summary:
    period: Period
    province: str
    published_on: date | None
    issues: list[Publication]  # the last publication of each round that publishes as a step of its own
    reports: Coverage  # of units: figures published / asked
    plans: list[Plan]
    plan: Plan | None
    is_illustrative: bool
    archives: str  # the documents that the figures were typed from, where all are of the past
    headline: Headline
    groups: list[Group]
    owed: list[Owed]
    also_owed: list[str]

    @property
    def n_rows(self) -> int:
        return sum(len(group.rows) for group in self.groups)

    @property
    def n_owed(self) -> int:
        return len(self.owed) + len(self.also_owed)


def summary(period: Period, found: list[Round], *, on: date, programme: str = "", known: Known = TODAY) -> Summary:
    """As of a day gone by nobody owes anything any more: whom to call is said on the page of today."""
    asked = [r for r in found if r.period_id == period.pk]
    field = field_of(period, asked, known)
    chosen = plan_lines(period, asked, field, programme, known)
    groups = _groups(chosen.lines, _contributions(period, chosen.lines, field.top, known), field)
    owed = [] if known.day else _owed(field, on)
    published = [r.published_at for r in field.reports if r.published_at]
    return Summary(
        period=period,
        province=field.name(field.top),
        published_on=localdate(max(published)) if published else None,
        issues=known.issues(r.pk for r in asked if r.asks_publication),
        reports=_published_units(field.reports),
        plans=chosen.plans,
        plan=chosen.plan,
        is_illustrative=any(r.is_illustrative for r in asked),
        archives=archives_of(asked) if all(r.is_archival for r in asked) else "",
        headline=figures.headline((row.shown.standing, row.has_target) for group in groups for row in group.rows),
        groups=groups,
        owed=owed[:FIRST_LATE],
        also_owed=[o.unit for o in owed[FIRST_LATE:]],
    )


def _contributions(
    period: Period, lines: list[Line], top: int | None, known: Known
) -> dict[int, list[Observation]]:
    """Indicator → the published contributions that the page speaks of: those about the province; percentages
    alone; what was not available; and, where a line may be left out, all that was said."""
    here = [line for line in lines if not line.is_stand_in]
    incomplete = [line for line in here if line.sums and figures.coverage(line.sums).is_partial]
    without_parts = [line.indicator for line in here if line.sums and line.sums.n_without_parts]
    said_elsewhere = Q(indicator__in=[line.indicator for line in incomplete]) & ~Q(state="reported")
    optional = Q(indicator__in=[line.indicator for line in incomplete if not line.is_mandatory])
    of_period = Q(period=period) & (
        Q(subject=top or 0)
        | Q(indicator__in=without_parts, state="reported", numerator__isnull=True)
        | said_elsewhere
        | optional
    )
    rows = known.observations().filter(of_period | _before(lines, top), contributes=True)
    found: dict[int, list[Observation]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.indicator_id].append(row)
    return found


def _before(lines: list[Line], top: int | None) -> Q:
    """What stands in: said about the province in each line's own earlier period."""
    of_period: dict[int, list[int]] = defaultdict(list)
    for line in lines:
        if line.is_stand_in:
            of_period[line.period.pk].append(line.indicator.pk)
    wanted = Q(pk__in=[])
    for period, indicators in of_period.items():
        wanted |= Q(period=period, indicator__in=indicators, subject=top or 0)
    return wanted


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
        lead=field.name(line.lead),
        shown=shown,
        period=line.period,
        is_stand_in=line.is_stand_in,
        has_target=line.has_target,
        notes=notes_of(shown, line, given, field),
    )


def notes_of(shown: Shown, line: Line, given: list[Observation], field: Field) -> list[str]:
    """Why there is no figure of the province, and who is missing in it."""
    return [*_why(shown.standing, line, given, field), *_partial(shown, line, given, field)]


def _why(standing: Standing, line: Line, given: list[Observation], field: Field) -> list[str]:
    """Why there is no figure of the province."""
    if standing == Standing.NOT_COMPUTABLE and line.is_stand_in:
        return [_("Cannot be computed: some units reported only a percentage.")]
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
    if line.is_stand_in:
        return [_("Partial: from %(n)s of %(m)s") % {"n": shown.coverage.n, "m": shown.coverage.m}]
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
    late.sort(key=lambda r: (r.due_on or date.max, field.units[r.unit].sort_on_day or "", r.unit, r.round.pk))
    return [
        Owed(
            unit=field.name(r.unit),
            code=field.units[r.unit].code_on_day or "",
            form=r.round.form.name,
            contact=r.round.form.contact,
            due_on=r.due_on,
            days_late=figures.days_late(r.due_on or on, on),
            is_locked=r.round.is_locked,
        )
        for r in late
    ]
