"""Whom a task waits for, and the notices that tell them so: as notifications.py does of reports.

What an act brings (not accepted, reported as done, a directive) is told inside its transaction; what the calendar
brings (due soon, overdue) is found by the timer, through `remind`. A notice goes out by mail only while it is found
still, so nobody is told of what is done already. Each matter is told once: the database holds it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from .clock import now, today
from .models import REVIEWING, Membership, Notice, NoticeKind, Role, Task, TaskAct, TaskActKind, User

KEPT = timedelta(days=365)  # as notices of reports: what was purged is not found again
LEAD = (Role.REPORTER, Role.SIGNER)
BY_DATE = (NoticeKind.TASK_SOON, NoticeKind.TASK_LATE)
BY_AN_ACT = (NoticeKind.TASK_BACK, NoticeKind.TASK_DONE, NoticeKind.TASK_GIVEN)
KINDS = (*BY_DATE, *BY_AN_ACT)
GIVEN = "given"


@dataclass(frozen=True)
class Found:
    """A task that waits for a person; `about` as in Notice."""

    user: int
    kind: NoticeKind
    task: int
    about: str
    act: int | None = None
    due_on: date | None = None

    @property
    def key(self) -> tuple[int, str, int, str]:
        return self.user, self.kind.value, self.task, self.about


# --- Writing notices


def tell(task: Task, *, by: User, at: datetime) -> None:
    """After an act that changes whom a task waits for, inside its transaction: what was told of it before is done,
    and whoever has to act now is told, except the one who acted. `task` as it stands now."""
    waits_for_lead = task.claimed_on is None and task.done_on is None
    ended = BY_AN_ACT if waits_for_lead else KINDS
    Notice.objects.filter(task=task, kind__in=ended, done_at__isnull=True).update(done_at=at)
    found = find(BY_AN_ACT, Q(pk=task.pk))
    _write([each for each in found if each.user != by.pk], at=at)


def end_of_deadline(task: Task, *, at: datetime) -> None:
    """Inside the transaction that moves it: what was told of the day before is done."""
    told = Notice.objects.filter(task=task, kind__in=BY_DATE, done_at__isnull=True)
    told.exclude(due_on=task.due_on).update(done_at=at)


def remind() -> int:
    """What the calendar alone brings; how many notices were written. Safe to run twice, and at the same time."""
    at = now()
    _end_what_is_past(at)
    found = find(BY_DATE)
    told = Notice.objects.filter(kind__in=BY_DATE, task__in={each.task for each in found}).order_by("pk")
    known = set(told.values_list("user", "kind", "task", "about"))
    fresh = [each for each in found if each.key not in known]
    _write(fresh, at=at)
    return len(fresh)


def _end_what_is_past(at: datetime) -> None:
    """A deadline that was moved or is over, and a task that is reported as done."""
    moved = ~Q(due_on=F("task__due_on")) | Q(task__claimed_on__isnull=False) | Q(task__done_on__isnull=False)
    over = Q(kind=NoticeKind.TASK_SOON, due_on__lt=today())
    with transaction.atomic():
        rows = Notice.objects.filter(moved | over, kind__in=BY_DATE, done_at__isnull=True).locked()
        Notice.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(done_at=at)


def _write(found: Iterable[Found], *, at: datetime) -> None:
    """The unique key holds where two timers found the same at once."""
    rows = [
        Notice(
            user_id=each.user,
            kind=each.kind,
            task_id=each.task,
            about=each.about,
            act_id=each.act,
            due_on=each.due_on,
            at=at,
        )
        for each in sorted(found, key=lambda each: (each.task, each.user))
    ]
    if rows:
        Notice.objects.bulk_create(rows, ignore_conflicts=True)


# --- Whom a task waits for


def find(kinds: Collection[NoticeKind], within: Q | None = None) -> list[Found]:
    """Three queries at most, whatever the number of tasks."""
    day = today()
    open_ones = Task.objects.open().filter(within or Q())
    waits = [(task, kind) for task in open_ones.order_by("pk") for kind in kinds if _waits(task, kind, day)]
    if not waits:
        return []
    acts, held = _last_acts({task.pk for task, _kind in waits}), _held(day)
    return [each for task, kind in waits for each in _found(task, kind, acts.get(task.pk), held)]


def _waits(task: Task, kind: NoticeKind, day: date) -> bool:
    if kind == NoticeKind.TASK_DONE:
        return task.claimed_on is not None
    if task.claimed_on is not None:
        return False
    if kind == NoticeKind.TASK_SOON:
        soon = day + timedelta(days=settings.DUE_SOON_DAYS)
        return task.due_on is not None and day <= task.due_on <= soon
    if kind == NoticeKind.TASK_LATE:
        return task.due_on is not None and day - KEPT <= task.due_on < day
    return task.given_by_id is not None if kind == NoticeKind.TASK_GIVEN else True


def _last_acts(tasks: Collection[int]) -> dict[int, TaskAct]:
    """Of each task the last act that changes what it waits for: progress does not."""
    kinds = (TaskActKind.CLAIMED, TaskActKind.REFUSED, TaskActKind.CONFIRMED)
    acts = TaskAct.objects.filter(task__in=tasks, kind__in=kinds).order_by("number", "pk")
    return {act.task_id: act for act in acts}


def _held(day: date) -> dict[tuple[str, int], set[int]]:
    """(role, unit) → whose it is today; without a unit every unit in which somebody has any role."""
    found: dict[tuple[str, int], set[int]] = {}
    for role, unit, user in Membership.objects.on(day).order_by("pk").values_list("role", "unit", "user"):
        found.setdefault((role, unit), set()).add(user)
        found.setdefault(("", unit), set()).add(user)
    return found


def _found(
    task: Task, kind: NoticeKind, last: TaskAct | None, held: dict[tuple[str, int], set[int]]
) -> Iterable[Found]:
    """The people of the lead unit; to confirm, those who decide in the unit that follows it up and whom four eyes
    do not keep from it."""
    leading = set[int]().union(*(held.get((role, task.lead_id), set()) for role in LEAD))
    if kind in BY_DATE and task.due_on:
        return [Found(who, kind, task.pk, task.due_on.isoformat(), due_on=task.due_on) for who in sorted(leading)]
    if kind == NoticeKind.TASK_GIVEN:
        is_new = last is None
        return [Found(who, kind, task.pk, GIVEN, due_on=task.due_on) for who in sorted(leading) if is_new]
    if last is None:
        return []
    if kind == NoticeKind.TASK_BACK:
        is_back = last.kind == TaskActKind.REFUSED
        return [Found(who, kind, task.pk, str(last.number), last.pk) for who in sorted(leading) if is_back]
    deciding = set[int]().union(*(held.get((role, task.follower_id), set()) for role in REVIEWING))
    may = deciding - held.get(("", task.lead_id), set()) - {last.by_id}
    return [Found(who, kind, task.pk, str(last.number), last.pk) for who in sorted(may)]


def find_again(notices: Collection[Any]) -> list[Any]:
    """Those that are true still, in the order given."""
    if not notices:
        return []
    keys = {each.key for each in find(KINDS, Q(pk__in={notice.task_id for notice in notices}))}
    return [n for n in notices if (n.user_id, n.kind, n.task_id, n.about) in keys]
