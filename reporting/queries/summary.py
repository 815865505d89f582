"""The province at one period: every line with its figure, who has not reported, and how complete it all is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators import numbers
from indicators.models import (
    Breakdown,
    Definition,
    IndicatorGroup,
    Observation,
    Period,
    Publication,
    Round,
    Target,
    UnitKind,
)
from indicators.totals import Where

from .. import figures, two_figures
from ..aims import Aim
from ..asked import Field, Line, Plan, field_of
from ..changes import Change, changes_of_lines
from ..computed import Computed
from ..derived import Derived
from ..figures import Coverage, Headline, Standing
from ..known import TODAY, Known
from ..plan_lines import plan_lines
from ..series import archives_of, since
from ..shown import Shown
from ..spans import span_of
from ..tracking import Track, track_of
from ..trend import Then, Trend, trend_of
from ..two_figures import TwoFigures
from .owed import Owed, owed_of, published_units
from .read_lines import Read, read_lines, shown_of

FIRST_NAMES = 4  # of a list of missing units; the section "who has not reported" names them all
FIRST_LATE = 10
FIRST_OF_ALL = 5  # of what is late, and of what moved: leaders look at five (domain.md 46)
FIRST_EXPLANATIONS = 2


@dataclass(frozen=True)
class Row:
    """One indicator on the page of the province."""

    code: str
    name: str
    lead: str
    shown: Shown
    definition: Definition  # that the figure was reported by
    period: Period
    is_stand_in: bool  # not asked for in the period of the page: from the last period before
    source: str  # which kind of unit reports it
    track: Track
    trend: Trend
    notes: list[str]  # sentences: who is missing, why it cannot be computed, why there is none
    explanations: list[str]  # what was accepted with the figure, as it was written
    change: Change | None = None  # by which the figure came to be another than it was
    is_total: bool = False  # else as one source wrote it
    supplier: str = ""  # the one unit, or the kind of unit, that reports it
    two: TwoFigures | None = None  # where a reviewer has another figure than the one source
    derived: Derived | None = None  # from the parts of the period
    computed: Computed | None = None  # by a formula, from other figures
    elsewhere: Sequence[Aim] = ()  # what other places reached

    @property
    def status(self) -> tuple[str, str]:
        return self.track.status

    @property
    def counted_as(self) -> Standing:
        """A formula that has no figure has no data, whatever it lacks."""
        return Standing.MISSING if self.computed and not self.shown.is_reported else self.shown.standing


@dataclass(frozen=True)
class Group:
    code: str
    name: str
    rows: list[Row]


@dataclass(frozen=True)
class Moves:
    """What moved most on the last period; points and per cent are not compared with each other."""

    ratios: list[Row]
    amounts: list[Row]


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
    late: list[Row]
    n_late: int
    moves: Moves
    groups: list[Group]
    owed: list[Owed]
    also_owed: list[str]
    overdue: list[str]  # units that should have sent a report by now and have not, each once

    @property
    def band(self) -> str:
        band = self.plan.band if self.plan else figures.DEFAULT_BAND
        return numbers.with_unit(numbers.show(band, figures.places(band)), "%")

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    @property
    def n_rows(self) -> int:
        return len(self.rows)

    @property
    def kinds(self) -> list[str]:
        """Which kinds of unit report the lines, in the order of the programme."""
        return list(dict.fromkeys(row.source for row in self.rows if row.source))

    @property
    def beside(self) -> list[Row]:
        """Lines that a national value, or what another place reached, can stand beside."""
        others = [row for row in self.rows if row.track.national or row.elsewhere]
        return [row for row in others if row.shown.value is not None]

    def narrowed(self, *, group: str = "", kind: str = "", late: bool = False) -> list[Group]:
        """The groups of the table with the rows that were asked for."""
        found = []
        for each in self.groups:
            rows = [r for r in each.rows if kind in ("", r.source) and (r.track.is_late or not late)]
            if rows and group in ("", each.code):
                found.append(replace(each, rows=rows))
        return found

    @property
    def n_owed(self) -> int:
        return len(self.owed) + len(self.also_owed)


def group_with_code(code: str) -> IndicatorGroup | None:
    return None if "\0" in code else IndicatorGroup.objects.filter(code=code).first()


def summary(
    period: Period,
    found: list[Round],
    *,
    on: date,
    programme: str = "",
    group: str = "",
    known: Known = TODAY,
) -> Summary:
    """As of a day gone by nobody owes anything any more: whom to call is said on the page of today. Of a `group`
    alone, what is said of reports is of the rounds that ask for one of its lines."""
    asked, span = [r for r in found if r.period_id == period.pk], span_of(period, found)
    everything = field_of(period, [*asked, *span.rounds], known)
    chosen = plan_lines(period, asked, everything, programme, known, parts=span.rounds)
    if group:
        chosen = chosen.of_group(group)
    read, lines = read_lines(chosen, span, found, everything, known)
    changed = changes_of_lines(lines, everything, known)
    groups = _groups(read, everything, changed)
    rows = [row for group in groups for row in group.rows]
    late = figures.worst_first((row, row.track.how) for row in rows)
    behind = [r for r in (*asked, *span.rounds) if any(r.pk in line.rounds for line in lines)]
    asked = behind if group else asked or span.rounds  # of its parts, where no round asks for it as a whole
    field = replace(everything, reports=[r for r in everything.reports if r.round in asked])
    owed = [] if known.day else owed_of(field, on, period)
    published = [r.published_at for r in field.reports if r.published_at]
    return Summary(
        period=period,
        province=field.name(field.top),
        published_on=localdate(max(published)) if published else None,
        issues=known.issues(r.pk for r in asked if r.asks_publication),
        reports=published_units(field.reports),
        plans=chosen.plans,
        plan=chosen.plan,
        is_illustrative=any(r.is_illustrative for r in (*asked, *behind)),
        archives=archives_of(asked) if all(r.is_archival for r in asked) else "",
        headline=figures.headline((r.counted_as, r.track.how.status, r.track.has_target) for r in rows),
        late=late[:FIRST_OF_ALL],
        n_late=len(late),
        moves=_moves(rows),
        groups=groups,
        owed=owed[:FIRST_LATE],
        also_owed=[o.unit for o in owed[FIRST_LATE:]],
        overdue=list(dict.fromkeys(o.unit for o in owed if o.days_late)),
    )


def _moves(rows: list[Row]) -> Moves:
    """Farthest first; what stands in from an older period did not move in this one."""
    moved = [row for row in rows if row.trend.moved.size and not row.is_stand_in]
    moved.sort(key=lambda row: -row.trend.moved.size)
    return Moves(
        ratios=[row for row in moved if row.trend.moved.is_points][:FIRST_OF_ALL],
        amounts=[row for row in moved if not row.trend.moved.is_points][:FIRST_OF_ALL],
    )


def row_of(
    line: Line,
    given: list[Observation],
    field: Field,
    *,
    earlier: Sequence[Then],
    targets: Sequence[Target],
    derived: Derived | None = None,
    computed: Computed | None = None,
) -> Row:
    """`earlier`: the figures of its earlier periods. Of a derived line `given` is what was said of its parts."""
    made = derived or computed
    shown = made.shown if made else shown_of(line, given, field.top)
    measured_since = computed.measured_since if computed else since(line.definition)
    trend = trend_of(line.definition, Then(line.period, shown, measured_since), earlier)
    return Row(
        code=line.indicator.code,
        name=line.indicator.name,
        lead=field.name(line.lead),
        shown=shown,
        definition=line.definition,
        period=line.period,
        is_stand_in=line.is_stand_in,
        source=line.definition.source_kind or field.tree.kind.get(line.definition.source_unit_id or 0, ""),
        track=track_of(line, shown, targets, trend),
        trend=trend,
        explanations=_explanations(line, given, field),
        is_total=line.sums is not None or made is not None,
        supplier=field.supplier(line),
        two=None if made else two_figures.of_line(line, given, field),
        notes=made.notes if made else notes_of(shown, line, given, field),
        derived=derived,
        computed=computed,
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


def _explanations(line: Line, given: list[Observation], field: Field) -> list[str]:
    """Of what was reported, as `_reasons` are given: one source about the province without its name; of several
    only where the breakdown is public, and never a company's (domain.md 41)."""
    reported = [o for o in given if o.state == "reported"]
    about_the_top = [o for o in reported if o.subject_id == field.top]
    if line.sums is None and len(about_the_top) == 1:
        return [o.explanation for o in about_the_top if o.explanation]
    if line.definition.breakdown != Breakdown.PUBLIC:
        return []
    by_state = [o for o in reported if field.tree.kind.get(o.reporter_id) != UnitKind.COMPANY and o.explanation]
    return [f"{field.name(_whose(o, field))}: {o.explanation}" for o in by_state[:FIRST_EXPLANATIONS]]


def _groups(read: list[Read], field: Field, changed: dict[Where, Change]) -> list[Group]:
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for each in read:
        line = each.line
        row = row_of(
            line,
            each.given,
            field,
            earlier=each.earlier,
            targets=each.targets,
            derived=each.derived,
            computed=each.computed,
        )
        change = changed.get((each.line.period.pk, each.line.indicator.pk))
        row = replace(row, change=change, elsewhere=each.elsewhere)
        groups[each.line.group_code, each.line.group].append(row)
    return [Group(code, name, rows) for (code, name), rows in groups.items()]
