"""My work: the reports of the units for which a person enters or signs, in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from .clock import today
from .models import (
    Entry,
    Membership,
    Role,
    RoundLine,
    State,
    SubjectRule,
    Submission,
    SubmissionEvent,
    Unit,
    UnitSlice,
    User,
)
from .tree import Tree
from .wording import Said, state_of, timing


@dataclass(frozen=True)
class Task:
    submission: Submission
    unit: str
    filled: int
    total: int
    state: Said
    timing: Said
    todo: str  # what the person can do about it now; empty where it waits for others or is finished

    @property
    def is_finished(self) -> bool:
        return self.submission.state == State.APPROVED or self.submission.round.is_locked


@dataclass(frozen=True)
class MyWork:
    todo: list[Task]
    waiting: list[Task]
    finished: list[Task]


def my_work(user: User) -> MyWork:
    """Due first; what is finished stands apart, newest first."""
    roles = set(
        Membership.objects.on(today())
        .filter(user=user, role__in=[Role.REPORTER, Role.SIGNER])
        .values_list("role", "unit")
    )
    reports = list(_reports(user, {unit for _role, unit in roles}))
    units = Unit.objects.with_slice(today()).filter(pk__in={r.unit_id for r in reports}).order_by("pk")
    names = {unit.pk: str(unit) for unit in units}
    totals = _expected(reports)
    tasks = [_task(r, name=names[r.unit_id], total=totals[r.pk], is_mine=_is_mine(r, roles)) for r in reports]
    return MyWork(
        todo=[t for t in tasks if t.todo],
        waiting=[t for t in tasks if not t.todo and not t.is_finished],
        finished=[t for t in reversed(tasks) if not t.todo and t.is_finished],
    )


def _reports(user: User, units: Iterable[int]) -> QuerySet[Any]:
    entries = Entry.objects.filter(submission=OuterRef("pk")).exclude(state="").order_by()
    entered = entries.values("submission").annotate(n=Count("pk")).values("n")
    lines = RoundLine.objects.filter(round=OuterRef("round")).order_by().values("round")
    in_grid = Q(subject_rule=SubjectRule.EACH_COMMUNE)
    returns = SubmissionEvent.objects.filter(submission=OuterRef("pk"), to_state=State.RETURNED)
    return (
        Submission.objects.visible_to(user)
        .filter(unit__in=units)
        .select_related("round__form", "round__period")
        .annotate(
            filled=Coalesce(Subquery(entered), 0),
            plain_lines=Coalesce(Subquery(lines.annotate(n=Count("pk", filter=~in_grid)).values("n")), 0),
            grid_lines=Coalesce(Subquery(lines.annotate(n=Count("pk", filter=in_grid)).values("n")), 0),
            reason=Subquery(returns.order_by("-number").values("reason")[:1]),
        )
        .order_by("round__due_on", "pk")
    )


def _expected(reports: list[Any]) -> dict[int, int]:
    """Cells a report: one a line, and in a grid one a commune of the period's last day (one query for all days)."""
    days = {r.round.period.last_day for r in reports if r.grid_lines}
    slices = list(UnitSlice.objects.select_related("unit").order_by("valid_from", "pk")) if days else []
    trees = {day: _tree(slices, day) for day in days}
    return {r.pk: r.plain_lines + _grid_cells(r, trees) for r in reports}


def _grid_cells(report: Any, trees: dict[date, Tree]) -> int:
    if not report.grid_lines:
        return 0
    communes = trees[report.round.period.last_day].subjects(SubjectRule.EACH_COMMUNE, report.unit_id)
    return report.grid_lines * len(communes)


def _tree(slices: list[UnitSlice], day: date) -> Tree:
    """tree_on for a day, from slices already read, oldest first."""
    standing = {
        s.unit_id: s
        for s in slices
        if s.valid_from <= day and s.unit.began <= day and (s.unit.ended is None or day < s.unit.ended)
    }
    return Tree({u: s.parent_id for u, s in standing.items()}, {u: s.kind for u, s in standing.items()})


def _is_mine(report: Submission, roles: set[tuple[str, int]]) -> bool:
    """Whether the next step is this person's: to enter and send, or to sign."""
    role = Role.REPORTER if report.is_editable else Role.SIGNER
    waits_for_unit = report.is_editable or report.state == State.AWAITING_SIGN_OFF
    return waits_for_unit and (role.value, report.unit_id) in roles


def _task(report: Any, *, name: str, total: int, is_mine: bool) -> Task:
    round_ = report.round
    is_open = not round_.is_locked and today() >= round_.opens_on
    return Task(
        submission=report,
        unit=name,
        filled=report.filled,
        total=total,
        state=state_of(report.state, round_, is_started=bool(report.filled)),
        timing=timing(round_.due_on, report.handed_in_at, is_locked=round_.is_locked),
        todo=_todo(report) if is_mine and is_open else "",
    )


def _todo(report: Any) -> str:
    if report.state == State.AWAITING_SIGN_OFF:
        return _("Read and sign off")
    if report.state == State.RETURNED:
        return _("Correct and send again")
    return _("Continue") if report.filled else _("Start")
