"""Tasks as pages draw them: rows of a table, a person's own, and one with all that was said and done of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from . import tasks
from .calendars import show_day
from .clock import today
from .models import Membership, Role, Task, TaskAct, User
from .models.tasks import TaskQuerySet, name_on
from .permissions import TaskStanding, task_standing
from .task_states import FINISHED, TaskState
from .task_words import due_of, said_of
from .wording import Said


@dataclass(frozen=True)
class TaskRow:
    """`due` is the day in words."""

    task: Task
    lead: str
    follower: str
    supporting: list[str]
    units: frozenset[int]  # that lead, support or follow it up

    @property
    def stands(self) -> TaskState:
        return self.task.state

    @property
    def state(self) -> Said:
        return said_of(self.stands)

    @property
    def due(self) -> str:
        return due_of(self.task)

    @property
    def days_late(self) -> int:
        """Of what is overdue."""
        is_late = self.stands == TaskState.OVERDUE and self.task.due_on
        return (today() - self.task.due_on).days if is_late and self.task.due_on else 0

    @property
    def done(self) -> str:
        return show_day(self.task.done_on) if self.task.done_on else ""

    @property
    def is_finished(self) -> bool:
        return self.stands in FINISHED


def rows_of(found: TaskQuerySet) -> list[TaskRow]:
    """Two queries, whatever their number; in the order of `found`."""
    day = today()
    listed = list(found.with_names(day))
    beside = _supporting(listed)
    return [_row(each, beside.get(each.pk, {})) for each in listed]


def _row(task: Task, supporting: dict[int, str]) -> TaskRow:
    units = frozenset({task.lead_id, task.follower_id, *supporting})
    return TaskRow(task, task.lead_name or "–", task.follower_name or "–", list(supporting.values()), units)


def _supporting(listed: Iterable[Task]) -> dict[int, dict[int, str]]:
    """Task → its supporting units, each with its name; no query where there is no task."""
    through: Any = Task.supporting.through.objects.filter(task__in=[each.pk for each in listed])
    named = through.annotate(name=name_on(today(), "unit")).order_by("name", "pk")
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for task, unit, name in named.values_list("task", "unit", "name"):
        found[task][unit] = name or "–"
    return found


def my_tasks(user: User) -> list[TaskRow]:
    """Open ones that a unit leads, supports or follows up for which the person enters or signs; due first."""
    held = Membership.objects.on(today()).filter(user=user, role__in=(Role.REPORTER, Role.SIGNER)).order_by()
    of_units = Task.objects.of_units(held.values("unit"))
    return rows_of(of_units.open().that_press())


@dataclass(frozen=True)
class Happened:
    """One act, with where its file or link leads."""

    act: TaskAct
    evidence: str

    @property
    def name(self) -> str:
        return self.act.file.name if self.act.file else self.act.link


@dataclass(frozen=True)
class TaskPage:
    row: TaskRow
    history: list[Happened]
    where: TaskStanding
    barred_report: str
    barred_answer: str
    barred_move: str

    @property
    def task(self) -> Task:
        return self.row.task

    @property
    def answers(self) -> bool:
        """Whether this person may be told why nothing can be confirmed now: it is his or hers as a rule."""
        return self.where.confirms

    @property
    def claimed(self) -> str:
        return show_day(self.task.claimed_on) if self.task.claimed_on else ""


def task_page(task: Task, user: User) -> TaskPage:
    """What the page of a task shows this person. `task` as `seen_by` brought it."""
    where = task_standing(user, task)
    acts = TaskAct.objects.filter(task=task).select_related("by", "file").order_by("-number")
    (row,) = rows_of(Task.objects.filter(pk=task.pk).select_related("document", "given_by").order_by("pk"))
    return TaskPage(
        row=row,
        history=[Happened(act, _address(act)) for act in acts],
        where=where,
        barred_report=tasks.barred_report(task, where),
        barred_answer=tasks.barred_answer(task, where, user),
        barred_move=tasks.barred_move(task, where, user),
    )


def _address(act: TaskAct) -> str:
    return reverse("task_evidence", args=[act.task_id, act.number]) if act.file_id or act.link else ""


def seen_by(user: User, pk: int) -> Task | None:
    return Task.objects.visible_to(user).filter(pk=pk).first()
