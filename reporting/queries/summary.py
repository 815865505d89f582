"""The province at one period: every line with its figure, who has not reported, and how complete it all is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.timezone import localdate

from indicators import numbers
from indicators.models import (
    Definition,
    IndicatorGroup,
    Observation,
    Period,
    Publication,
    Round,
    Target,
)
from indicators.totals import Where

from .. import counting, facts, figures, two_figures
from ..aims import Aim
from ..asked import Field, Line, Plan, field_of, issues_of
from ..changes import Change, changes_of_lines
from ..computed import Computed
from ..counting import FromRegister
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
from . import read_lines
from .notes import explanations_of, notes_of
from .owed import Owed, owed_of, published_units
from .read_lines import Read, shown_of

FIRST_LATE = 10
FIRST_OF_ALL = 5  # of what is late, and of what moved: leaders look at five (domain.md 46)


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
    counted: FromRegister | None = None  # beside what was reported, or in the place of nothing

    @property
    def is_counted(self) -> bool:
        return self.counted is not None and self.shown is self.counted.shown

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
    also_owed: list[str]  # the units of the others, each once
    n_owed: int  # reports
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


def group_with_code(code: str) -> IndicatorGroup | None:
    return None if "\0" in code else _group(code)


@facts.kept("catalogue")
def _group(code: str) -> IndicatorGroup | None:
    return IndicatorGroup.objects.filter(code=code).first()


def summary(
    period: Period,
    found: list[Round],
    *,
    on: date,
    programme: str = "",
    group: str = "",
    known: Known = TODAY,
    counts: bool = True,
) -> Summary:
    """As of a day gone by nobody owes anything any more: whom to call is said on the page of today. Of a `group`
    alone, what is said of reports is of the rounds that ask for one of its lines."""
    asked, span = [r for r in found if r.period_id == period.pk], span_of(period, found)
    everything = field_of(period, [*asked, *span.rounds], known)
    also = read_lines.beside(span, found, known)
    chosen = plan_lines(period, asked, everything, programme, known, parts=span.rounds, beside=also)
    if group:
        chosen = chosen.of_group(group)
    read, lines, replaced = read_lines.read_lines(chosen, span, found, everything, known)
    changed = changes_of_lines(lines, replaced, everything, known)
    here = [line for line in lines if counts and not line.is_stand_in]
    groups = _groups(read, everything, changed, counting.counts_of(here, period.last_day, known))
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
        issues=issues_of(asked),
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
        also_owed=list(dict.fromkeys(o.unit for o in owed[FIRST_LATE:])),
        n_owed=len(owed),
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
    counted: FromRegister | None = None,
) -> Row:
    """`earlier`: the figures of its earlier periods. Of a derived line `given` is what was said of its parts."""
    made = derived or computed
    shown = made.shown if made else shown_of(line, given, field.top)
    counted = counting.beside(counted, shown)
    stands_in = counted.shown if counted and shown.is_empty else None
    shown = stands_in or shown
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
        explanations=explanations_of(line, given, field),
        is_total=line.sums is not None or made is not None,
        supplier=field.supplier(line),
        two=None if made else two_figures.of_line(line, given, field),
        notes=[] if stands_in else made.notes if made else notes_of(shown, line, given, field),
        derived=derived,
        computed=computed,
        counted=counted,
    )


def _groups(
    read: list[Read], field: Field, changed: dict[Where, Change], counted: dict[int, FromRegister]
) -> list[Group]:
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
            counted=counted.get(line.indicator.pk),
        )
        change = changed.get((each.line.period.pk, each.line.indicator.pk))
        row = replace(row, change=change, elsewhere=each.elsewhere)
        groups[each.line.group_code, each.line.group].append(row)
    return [Group(code, name, rows) for (code, name), rows in groups.items()]
