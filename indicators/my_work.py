"""My work: the reports of the units for which a person enters or signs, in a constant number of queries."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .calendars import show_day, window_sentence
from .clock import today
from .entry import closed_because
from .models import (
    Ending,
    Entry,
    Membership,
    Observation,
    OnBehalf,
    OverTime,
    Return,
    Role,
    RoundLine,
    State,
    SubjectRule,
    Submission,
    SubmissionEvent,
    Succession,
    Unit,
    User,
    authorised_on,
)
from .returns import WITH_THE_UNIT
from .tree import Tree, trees_on
from .wording import Said, state_of, timing_now


@dataclass(frozen=True)
class MyReport:
    submission: Submission
    unit: str
    filled: int
    total: int
    state: Said
    timing: Said
    todo: str  # what the person can do about it now; empty where it waits for others or is finished
    closed: str  # why nothing can be typed, where that is so (domain.md 25)
    returned: SubmissionEvent | None  # the return that stands, with its remark
    on_behalf: OnBehalf | None  # what stands in it was entered by another unit
    resend_on: date | None = None  # by which a standing return asks for it again

    @property
    def is_finished(self) -> bool:
        return self.submission.state in (State.APPROVED, State.CLOSED)

    @property
    def is_shut(self) -> bool:
        """Nobody of the unit can do anything about it: not open yet, locked, or the unit ended."""
        return bool(self.closed) and (self.submission.is_editable or self.submission.round.is_locked)

    @property
    def due_on(self) -> date | None:
        return self.resend_on or self.submission.due_on

    @property
    def is_overdue(self) -> bool:
        is_awaited = self.resend_on is not None or self.submission.handed_in_at is None
        return is_awaited and self.due_on is not None and self.due_on < today()

    @property
    def window(self) -> str:
        report = self.submission
        return window_sentence(report.round.period.first_day, report.last_day)

    @property
    def contact(self) -> str:
        """Whom to call about a closed report, where the sentence does not say so itself."""
        contact = self.submission.round.form.contact
        return contact if self.closed and contact not in self.closed else ""


@dataclass(frozen=True)
class MyWork:
    units: list[str]
    todo: list[MyReport]
    waiting: list[MyReport]
    shut: list[MyReport]
    finished: list[MyReport]

    @property
    def lead(self) -> str:
        """The finding in one sentence: what is to be done by when, or what comes next."""
        if not self.todo:
            return self._next
        said = {"count": len(self.todo), "late": sum(task.is_overdue for task in self.todo)}
        if said["late"]:
            return (
                ngettext(
                    "%(count)s report to do, %(late)s of them overdue.",
                    "%(count)s reports to do, %(late)s of them overdue.",
                    said["count"],
                )
                % said
            )
        due = next((day for task in self.todo if (day := task.due_on)), None)
        if due is None:
            return ngettext("%(count)s report to do.", "%(count)s reports to do.", said["count"]) % said
        return ngettext(
            "%(count)s report to do, due on %(date)s.",
            "%(count)s reports to do, the first due on %(date)s.",
            said["count"],
        ) % {**said, "date": show_day(due)}

    @property
    def _next(self) -> str:
        if not self.units:
            return _("This account enters or signs figures of no unit.")
        coming = [t.submission for t in self.shut if not t.submission.round.is_locked]
        following = next(((report.round, due) for report in coming if (due := report.due_on)), None)
        if following is None:
            return _("No report is waiting for you.")
        form, due = following
        said = {"form": form, "date": show_day(due)}
        return _("Nothing to do. Next report: %(form)s, due %(date)s.") % said


def my_work(user: User) -> MyWork:
    """Due first, what has no due date last; what is finished stands apart, newest first."""
    held = Membership.objects.on(today()).filter(user=user, role__in=[Role.REPORTER, Role.SIGNER])
    held = held.annotate(acts=Q(role=Role.REPORTER) | authorised_on(today()))
    rows = list(held.order_by("pk").values_list("role", "unit", "acts"))
    roles = {(role, unit) for role, unit, acts in rows if acts}
    own = {unit for _role, unit, _acts in rows}
    reports = list(_reports(user))
    if any(report.round.is_archival or report.heir_id for report in reports):
        roles |= _of_predecessors(roles)
    units = Unit.objects.with_slice(today()).filter(pk__in=own | {r.unit_id for r in reports}).order_by("pk")
    names = {unit.pk: str(unit) for unit in sorted(units, key=lambda unit: unit.sort_on_day or "")}
    places = list(names)
    resend_on = _resend_days(reports)
    reports.sort(key=lambda r: (resend_on.get(r.pk, r.due_on) or date.max, places.index(r.unit_id), r.pk))
    tasks = _tasks(reports, names, roles, user, resend_on)
    pending = [t for t in tasks if not t.todo and not t.is_finished]
    return MyWork(
        units=[name for unit, name in names.items() if unit in own],
        todo=[t for t in tasks if t.todo],
        waiting=[t for t in pending if not t.is_shut],
        shut=[t for t in pending if t.is_shut],
        finished=[t for t in reversed(tasks) if t.is_finished],
    )


def _of_predecessors(roles: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """The same roles in ended units that the person's units succeed; only archival rounds and what was
    handed over bring such reports."""
    took_over = Succession.objects.filter(successor__in={unit for _role, unit in roles})
    pairs = list(took_over.order_by("pk").values_list("successor", "predecessor"))
    return {(role, old) for role, unit in roles for new, old in pairs if new == unit}


def _reports(user: User) -> QuerySet[Any]:
    """Of the person's units, and of those for which he or she enters while they cannot. As a closing report asks no
    stock (`validation.expected_cells`), none is counted in it."""
    mine = Submission.objects.written_by(user).order_by().values("pk")
    behalf = Submission.objects.entered_on_behalf_by(user).order_by().values("pk")
    acts = OnBehalf.objects.that_stands(OuterRef("pk"))
    entries = Entry.objects.filter(submission=OuterRef("pk")).exclude(state="").order_by()
    entries = entries.exclude(submission__ending=Ending.CUT_OFF, line__definition__over_time=OverTime.STOCK)
    entered = entries.values("submission").annotate(n=Count("pk")).values("n")
    ending = ExpressionWrapper(OuterRef("ending"), CharField())
    asked = RoundLine.objects.filter(round=OuterRef("round")).alias(ending=ending).order_by()
    lines = asked.exclude(ending=Ending.CUT_OFF, definition__over_time=OverTime.STOCK).values("round")
    in_grid = Q(subject_rule=SubjectRule.EACH_COMMUNE)
    sent = SubmissionEvent.objects.filter(submission=OuterRef("pk"), move__in=("submit", "sign"))
    return (
        Submission.objects.filter(Q(pk__in=mine) | Q(pk__in=behalf))
        .select_related("round__form", "round__period", "unit")
        .annotate(
            filled=Coalesce(Subquery(entered), 0),
            plain_lines=Coalesce(Subquery(lines.annotate(n=Count("pk", filter=~in_grid)).values("n")), 0),
            grid_lines=Coalesce(Subquery(lines.annotate(n=Count("pk", filter=in_grid)).values("n")), 0),
            sent_at=Subquery(sent.order_by("-number").values("at")[:1]),
            act=Subquery(acts.values("pk")[:1]),
            waits=Exists(Observation.objects.waiting().filter(submission=OuterRef("pk"))),
        )
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def _expected(reports: list[Any]) -> dict[int, int]:
    """Cells a report: one a line, and in a grid one a commune of the period's last day."""
    days = {r.round.period.last_day for r in reports if r.grid_lines}
    trees = trees_on(days) if days else {}
    return {r.pk: r.plain_lines + _grid_cells(r, trees) for r in reports}


def _grid_cells(report: Any, trees: dict[date, Tree]) -> int:
    if not report.grid_lines:
        return 0
    communes = trees[report.round.period.last_day].subjects(SubjectRule.EACH_COMMUNE, report.unit_id)
    return report.grid_lines * len(communes)


def _is_mine(report: Submission, roles: set[tuple[str, int]], act: OnBehalf | None, user: User) -> bool:
    """Whether the next step is this person's: to enter and send, or to sign."""
    if act is not None and act.ended_at is None and act.by_id == user.pk:
        return True
    role = Role.REPORTER if report.is_editable else Role.SIGNER
    waits_for_unit = report.is_editable or report.state == State.AWAITING_SIGN_OFF
    return waits_for_unit and (role.value, report.unit_id) in roles


def _tasks(
    reports: list[Any],
    names: dict[int, str],
    roles: set[tuple[str, int]],
    user: User,
    resend_on: dict[int, date],
) -> list[MyReport]:
    totals, returns, closed = _expected(reports), _returns(reports), _closed(reports)
    acts = _acts(reports)
    return [
        MyReport(
            submission=report,
            unit=names[report.unit_id],
            filled=report.filled,
            total=totals[report.pk],
            state=state_of(
                report.state,
                report.round,
                is_started=bool(report.filled),
                resend_on=resend_on.get(report.pk),
                waits=report.waits,
            ),
            timing=timing_now(report, resend_on.get(report.pk)),
            todo=_todo(report)
            if _is_mine(report, roles, acts.get(report.act), user) and _is_open(report, closed[report.pk])
            else "",
            closed=closed[report.pk],
            returned=returns.get(report.pk),
            on_behalf=acts.get(report.act),
            resend_on=resend_on.get(report.pk),
        )
        for report in reports
    ]


def _is_open(report: Submission, closed: str) -> bool:
    """To be entered where nothing closes it, to be signed unless the round is locked."""
    return not closed if report.is_editable else not report.round.is_locked


def _closed(reports: list[Any]) -> dict[int, str]:
    """Report → the sentence of the gate. Only of a unit that ended does it read more, once a unit."""
    ended: dict[int, str] = {}
    said = {}
    for report in reports:
        unit = report.unit
        if unit.ended is None or unit.ended > today() or report.round.is_archival or report.ending:
            said[report.pk] = closed_because(report, sent_at=report.sent_at) or ""
            continue
        if unit.pk not in ended:
            ended[unit.pk] = closed_because(report) or ""
        said[report.pk] = ended[unit.pk]
    return said


def _acts(reports: list[Any]) -> dict[int, OnBehalf]:
    """One query where there is any."""
    wanted = [report.act for report in reports if report.act]
    if not wanted:
        return {}
    acts = OnBehalf.objects.filter(pk__in=wanted).with_unit_name().select_related("by")
    return {act.pk: act for act in acts.order_by("pk")}


def _resend_days(reports: list[Any]) -> dict[int, date]:
    """Report → the day that a standing return names (domain.md 21); one query where one may stand."""
    back = [r.pk for r in reports if r.state in WITH_THE_UNIT and r.handed_in_at is not None]
    if not back:
        return {}
    rows = Return.objects.standing().filter(submission__in=back)
    return dict(rows.values_list("submission", "resend_due_on"))


def _returns(reports: list[Any]) -> dict[int, SubmissionEvent]:
    """Report → the return that stands; one query where there is any."""
    returned = [report.pk for report in reports if report.state == State.RETURNED]
    if not returned:
        return {}
    events = SubmissionEvent.objects.filter(submission__in=returned, to_state=State.RETURNED)
    moves = events.exclude(from_state=State.RETURNED)  # an entry on behalf that was begun or ended returns nothing
    return {event.submission_id: event for event in moves.select_related("by").order_by("number", "pk")}


def _todo(report: Any) -> str:
    if report.state == State.AWAITING_SIGN_OFF:
        return _("Read and sign off")
    if report.state == State.RETURNED:
        return _("Correct and send again")
    return _("Continue") if report.filled else _("Start")
