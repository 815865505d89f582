"""The tasks that a person sees, counted by unit and by programme, and how those of a programme stand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from indicators.clock import today
from indicators.models import Task, Unit, User
from indicators.task_page import TaskRow, rows_of
from indicators.task_states import Tally, TaskState, tally


@dataclass(frozen=True)
class Counted:
    """`code` is what the page is narrowed by."""

    code: str
    name: str
    tally: Tally


@dataclass(frozen=True)
class TasksPage:
    """`rows` are as asked, open ones first; what is counted leaves the state aside."""

    rows: list[TaskRow]
    tally: Tally
    by_unit: list[Counted]
    by_programme: list[Counted]
    units: list[tuple[str, str]]  # offered: those that lead a task which this person sees
    programmes: list[tuple[str, str]]

    @property
    def is_illustrative(self) -> bool:
        return any(row.task.is_illustrative for row in self.rows)


def tasks_page(user: User, *, programme: str = "", unit: str = "", state: str = "") -> TasksPage:
    """Three queries, whatever the number of tasks."""
    seen = rows_of(Task.objects.visible_to(user).that_press())
    leads = _leads(seen)
    asked = [
        row
        for row in seen
        if programme in ("", row.task.programme.code) and unit in ("", leads[row.task.lead_id][0])
    ]
    return TasksPage(
        rows=sorted((row for row in asked if state in ("", row.stands)), key=lambda row: row.is_finished),
        tally=tally([row.stands for row in asked]),
        by_unit=_counted(asked, lambda row: leads[row.task.lead_id], leads.values()),
        by_programme=_counted(asked, _programme, _programmes(seen)),
        units=list(leads.values()),
        programmes=_programmes(seen),
    )


def _leads(rows: list[TaskRow]) -> dict[int, tuple[str, str]]:
    """Unit → its code and name today, in the Vietnamese order."""
    found: Any = Unit.objects.with_slice(today()).filter(pk__in={row.task.lead_id for row in rows}).order_by("pk")
    units = sorted(found, key=lambda each: (each.sort_on_day or "", each.pk))
    return {each.pk: (each.code_on_day or str(each.pk), str(each)) for each in units}


def _programme(row: TaskRow) -> tuple[str, str]:
    return row.task.programme.code, row.task.programme.name


def _programmes(rows: list[TaskRow]) -> list[tuple[str, str]]:
    return sorted({_programme(row) for row in rows})


def _counted(
    rows: list[TaskRow], key: Callable[[TaskRow], tuple[str, str]], order: Iterable[tuple[str, str]]
) -> list[Counted]:
    states: dict[tuple[str, str], list[TaskState]] = {}
    for row in rows:
        states.setdefault(key(row), []).append(row.stands)
    return [Counted(*each, tally(states[each])) for each in dict.fromkeys(order) if each in states]
