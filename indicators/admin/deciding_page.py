"""What the page shows on which a round is approved: the province's figures as they would be, the reports that wait
with what is odd about them, and who is missing. As many queries for one report as for sixty."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from .. import assessed, numbers, rules, transitions
from ..check_codes import short
from ..clock import today
from ..drafts import EMPTY, Cell, CellKey, frozen_cells
from ..forecast import Forecast, province_figures
from ..four_eyes import said_of
from ..history import Past
from ..models import (
    Assessment,
    Definition,
    Membership,
    Observation,
    Revision,
    Role,
    Round,
    RoundLine,
    Stage,
    State,
    SubjectRule,
    Submission,
    SubmissionEvent,
    Unit,
    User,
)
from ..models.submissions import BARS
from ..previous import Previous, is_comparable
from ..tree import Tree, tree_on
from ..validation import Known, Problem, cells_asked, findings
from ..wording import Said
from .printing import printed
from .queue import approved_by, state_of, timing_of, with_acts, with_unit_names

MOST_CHANGES = 5  # of one report; its own page shows all


@dataclass(frozen=True)
class Change:
    """A figure that moved by more than its indicator's own limit, or the setting's."""

    name: str
    before: str
    now: str
    far: str
    note: str  # the unit's explanation


@dataclass(frozen=True)
class OwnLine:
    """A reviewer's own figure beside the reported one."""

    name: str
    reported: str
    own: str
    reason: str
    explanation: str


@dataclass(frozen=True)
class Waiting:
    """A report whose approval is the reader's; `read` is the code of what stands here of it (assessed.py)."""

    pk: int
    unit: str
    read: str
    check_code: str
    timing: Said
    barred: str  # why this reader may not approve it; empty where nothing bars
    is_on_behalf: bool
    is_adjusted: bool  # something of it was approved before: its own page lists what moves
    verified: SubmissionEvent | None  # its reason is the verifier's note
    changes: list[Change]
    unexplained: list[str]
    own: list[OwnLine]  # the reviewers' own figures
    open_until: date | None  # so long the unit may explain one of these

    @property
    def n_more(self) -> int:
        return max(0, len(self.changes) - MOST_CHANGES)

    @property
    def first_changes(self) -> list[Change]:
        return self.changes[:MOST_CHANGES]


@dataclass(frozen=True)
class Lacking:
    """A unit whose report is not among those that wait for this reader, nor approved. `barred`: it waits for the
    approval of others."""

    unit: str
    state: Said
    timing: Said
    contacts: list[User]
    barred: str


@dataclass(frozen=True)
class Figure:
    forecast: Forecast
    now: str
    before: str
    far: str
    is_large: bool


@dataclass(frozen=True)
class DecidingPage:
    round: Round
    figures: list[Figure]
    waiting: list[Waiting]  # may be ticked
    barred: list[Waiting]  # shown with the sentence, since four eyes keep them from the reader
    lacking: list[Lacking]
    n_approved: int
    n_expected: int

    @property
    def n_waiting(self) -> int:
        return len(self.waiting) + len(self.barred)

    @property
    def n_unexplained(self) -> int:
        return sum(len(report.unexplained) for report in self.waiting)

    @property
    def read(self) -> dict[int, str]:
        return {report.pk: report.read for report in self.waiting}


def page(round_: Round, user: User) -> DecidingPage:
    named = with_acts(with_unit_names(Submission.objects.filter(round=round_).with_bars(user, "approve")))
    approvals = SubmissionEvent.objects.filter(submission=OuterRef("pk"), move="approve")
    named = named.select_related("round", "unit").annotate(is_adjusted=Exists(approvals))
    reports: list[Any] = list(named.order_by(F("unit_sort"), "pk"))
    source = State.VERIFIED if round_.asks_verification else State.SUBMITTED
    mine = set(approved_by(user, Submission.objects.filter(round=round_)).values_list("pk", flat=True))
    ready = [report for report in reports if report.state == source]
    waiting = [report for report in ready if report.pk in mine]
    for report in waiting:
        report.round = round_
    looked = _look_at(round_, waiting)
    others = [
        r for r in reports if r.state not in (State.APPROVED, State.CLOSED) and r.pk not in {w.pk for w in waiting}
    ]
    return DecidingPage(
        round=round_,
        figures=[_figure(each) for each in looked.forecasts],
        waiting=[report for report in looked.reports if not report.barred],
        barred=[report for report in looked.reports if report.barred],
        lacking=_lacking(others, {report.pk for report in ready}),
        n_approved=sum(report.state == State.APPROVED for report in reports),
        n_expected=sum(report.state != State.CLOSED for report in reports),
    )


def _lacking(reports: list[Any], ready: set[int]) -> list[Lacking]:
    contacts = _contacts(reports)
    return [
        Lacking(
            r.unit_name,
            state_of(r),
            timing_of(r),
            contacts.get(r.unit_id, []),
            str(transitions.WHO["approve"]) if r.pk in ready else "",
        )
        for r in reports
    ]


def _bar(report: Any) -> str:
    """The sentence with which workflow.py would refuse the approval, from the columns of the one query."""
    bar = next((bar for bar in BARS["approve"] if getattr(report, f"bar_{bar}")), None)
    return said_of(bar, "approve") if bar else ""


@dataclass(frozen=True)
class _Looked:
    forecasts: list[Forecast]
    reports: list[Waiting]


def _look_at(round_: Round, waiting: list[Any]) -> _Looked:
    lines = list(round_.lines.select_related("indicator", "definition").order_by("order", "pk"))
    tree = tree_on(round_.period.last_day)
    revisions = _revisions(waiting)
    frozen = {report.pk: frozen_cells(revisions.get(report.pk)) for report in waiting}
    facts = _facts(round_, waiting, lines, tree)
    stands = {r.pk: assessed.standing(facts.own.get(r.pk, []), revisions[r.pk]) for r in waiting}
    handed = {r.unit_id: assessed.counting(round_, frozen[r.pk], stands[r.pk]) for r in waiting if not _bar(r)}
    return _Looked(
        province_figures(lines, round_.period, handed, tree) if handed else [],
        [_waiting(r, revisions[r.pk], frozen[r.pk], stands[r.pk], facts) for r in waiting],
    )


def _revisions(waiting: list[Any]) -> dict[int, Revision]:
    """The last of each: what was handed in."""
    rows = Revision.objects.filter(submission__in=[report.pk for report in waiting]).order_by("number")
    return {revision.submission_id: revision for revision in rows}


@dataclass(frozen=True)
class _Facts:
    lines: list[RoundLine]
    tree: Tree
    past: Past
    before: Mapping[int, Previous]  # reporting unit → its last approved figures
    checks: list[Any]
    names: Mapping[int, str]
    verified: Mapping[int, SubmissionEvent]
    versions: Mapping[int, int]  # report → its last act with figures of reviewers
    own: Mapping[int, list[Assessment]]


def _facts(round_: Round, waiting: list[Any], lines: list[RoundLine], tree: Tree) -> _Facts:
    units = [report.unit_id for report in waiting]
    checks = list(round_.checks.order_by("order", "pk"))
    versions = assessed.last_versions([report.pk for report in waiting])  # before the rows: found too old, not new
    grid = any(line.subject_rule == SubjectRule.EACH_COMMUNE for line in lines)
    return _Facts(
        lines=lines,
        tree=tree,
        past=Past(units, [line.definition for line in lines], adds_flows=bool(checks)),
        before=_before(round_, units, lines),
        checks=checks,
        names=_names(round_) if grid else {},
        verified=_verified(waiting),
        versions=versions,
        own=assessed.rows_of(versions) if versions else {},
    )


def _before(round_: Round, units: list[int], lines: list[RoundLine]) -> dict[int, Previous]:
    """Each unit's newest figure of an earlier period, as previous.last_approved says of one."""
    earlier = Observation.objects.at(Stage.APPROVED).filter(
        reporter__in=units,
        indicator__in=[line.indicator_id for line in lines],
        period__day_after_last__lt=round_.period.day_after_last,
        value__isnull=False,
    )
    same = {name: OuterRef(name) for name in ("indicator", "subject", "reporter")}
    later = earlier.filter(period__day_after_last__gt=OuterRef("period__day_after_last"), **same)
    found: dict[int, Previous] = defaultdict(dict)
    for o in earlier.filter(~Exists(later)).select_related("period", "definition").order_by("pk"):
        found[o.reporter_id][o.indicator_id, o.subject_id] = o
    return found


def _names(round_: Round) -> dict[int, str]:
    named: QuerySet[Unit] = Unit.objects.with_slice(round_.period.last_day).order_by("pk")
    return {unit.pk: str(unit) for unit in named}


def _verified(waiting: list[Any]) -> dict[int, SubmissionEvent]:
    events = SubmissionEvent.objects.filter(submission__in=[report.pk for report in waiting], move="verify")
    return {event.submission_id: event for event in events.select_related("by").order_by("number")}


def _contacts(reports: list[Any]) -> dict[int, list[User]]:
    held = Membership.objects.on(today()).filter(
        unit__in=[report.unit_id for report in reports], role=Role.REPORTER, user__is_active=True
    )
    found: dict[int, list[User]] = defaultdict(list)
    for each in held.select_related("user").order_by("user__full_name", "pk"):
        found[each.unit_id].append(each.user)
    return found


def _waiting(
    report: Any,
    revision: Revision,
    frozen: Mapping[CellKey, Cell],
    stands: assessed.Standing,
    facts: _Facts,
) -> Waiting:
    expected = cells_asked(facts.lines, lambda rule: facts.tree.subjects(rule, report.unit_id))
    definitions = [line.definition for line in facts.lines]
    known = Known(
        last=facts.past.last_figures(report, definitions),
        series=facts.past.series(report, definitions),
        checks=facts.checks,
        names=facts.names,
        proven=set(),
        past=facts.past,
    )
    odd: list[Problem] = findings(report, expected, frozen, known)
    return Waiting(
        pk=report.pk,
        unit=report.unit_name,
        read=assessed.code(revision.sha256, facts.versions.get(report.pk, 0)),
        check_code=short(revision.sha256),
        timing=timing_of(report),
        barred=_bar(report),
        is_on_behalf=report.is_on_behalf,
        is_adjusted=report.is_adjusted,
        verified=facts.verified.get(report.pk),
        changes=_changes(report, expected, frozen, facts),
        unexplained=[found.in_full for found in odd if found.blocks],
        own=[_own_line(key, line, frozen, stands[key], facts) for key, line in expected.items() if key in stands],
        open_until=assessed.open_until(stands.values(), today()),
    )


def _own_line(
    key: CellKey, line: RoundLine, frozen: Mapping[CellKey, Cell], row: Assessment, facts: _Facts
) -> OwnLine:
    return OwnLine(
        name=_name(key, line, facts),
        reported=str(printed(frozen.get(key, EMPTY), line.definition)),
        own=str(printed(row, line.definition)),
        reason=row.reason,
        explanation=row.explained.text if row.explained else "",
    )


def _name(key: CellKey, line: RoundLine, facts: _Facts) -> str:
    if line.subject_rule != SubjectRule.EACH_COMMUNE:
        return line.indicator.name
    return f"{line.indicator.name}, {facts.names.get(key[1], '')}"


def _changes(
    report: Any, expected: Mapping[CellKey, RoundLine], frozen: Mapping[CellKey, Cell], facts: _Facts
) -> list[Change]:
    """The largest first."""
    found: list[tuple[Fraction, Change]] = []
    before = facts.before.get(report.unit_id, {})
    for key, line in expected.items():
        cell, last = frozen.get(key, EMPTY), before.get((line.indicator_id, key[1]))
        if cell.value is None or last is None or last.value is None:
            continue
        if not is_comparable(line.definition, last, report.round.period):
            continue
        moved = rules.change_percent(cell.value, last.value)
        if moved is None or abs(moved) <= line.definition.large_change:
            continue
        name = _name(key, line, facts)
        before_and_now = str(printed(last, last.definition)), str(printed(cell, line.definition))
        far = _far(line.definition, moved, cell.value - last.value, max(cell.decimals, last.decimals))
        found.append((abs(moved), Change(name, *before_and_now, far, cell.note)))
    return [change for _moved, change in sorted(found, key=lambda each: -each[0])]


def _far(definition: Definition, moved: Fraction, difference: Decimal, decimals: int) -> str:
    """A percentage moves by percentage points, never by per cent of itself; an amount by per cent, to one decimal,
    half up as every figure and exact until then."""
    if definition.is_percent:
        return _("%(number)s pp") % {"number": rules.signed(difference, decimals)}
    rounded = numbers.ratio(Decimal(moved.numerator), Decimal(moved.denominator), base=1, decimals=1)
    return f"{rules.signed(rounded, 1)}%"


def _figure(forecast: Forecast) -> Figure:
    definition, published = forecast.line.definition, forecast.published
    unit = definition.unit_of_measure
    moved, far = None, ""
    if published and forecast.is_comparable and forecast.value is not None:
        moved = rules.change_percent(forecast.value, published.value)
        decimals = max(forecast.decimals, published.decimals)
        far = _far(definition, moved, forecast.value - published.value, decimals) if moved else ""
    return Figure(
        forecast=forecast,
        now=_shown(forecast.value, forecast.decimals, unit, forecast.qualifier),
        before=_shown(published.value, published.decimals, unit, published.qualifier) if published else "",
        far=far,
        is_large=moved is not None and abs(moved) > definition.large_change,
    )


def _shown(value: Decimal | None, decimals: int, unit: str, qualifier: str) -> str:
    return "" if value is None else numbers.show_with_unit(value, decimals, unit, qualifier)
