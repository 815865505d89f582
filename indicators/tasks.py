"""Acts on the tasks of a programme: what the lead unit reports, what the unit that follows it up answers, a
deadline that is moved, and a leader's directive, which becomes a task. The only writer of what a task's acts say of
it now.

Four eyes: who reported a task as done does not confirm it, and nobody confirms one that a unit of his or hers
leads. A confirmation is bound to what was read: the version of the task travels with the page. Each act is a
compare-and-swap on that version and writes its row in the same transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from . import files, keys, task_reminders
from .calendars import show_day
from .clock import now, today
from .models import Indicator, Programme, StoredFile, Task, TaskAct, TaskActKind, Unit, User
from .permissions import TaskStanding, directs, task_standing
from .refusals import ContentChanged, Refused

LENGTH = 2_000
DIRECTIVE = "CĐ."  # begins the code of a task that a leader gave: chỉ đạo
KEEP_TASKS = "indicators.change_task"  # of administrators, who keep tasks by hand and by table


@dataclass(frozen=True)
class Report:
    """What the lead unit says: progress in words or, with a day, that it is done; evidence beside it."""

    text: str = ""
    done_on: date | None = None
    document: str = ""
    link: str = ""
    upload: files.Upload | None = None

    @property
    def kind(self) -> TaskActKind:
        return TaskActKind.PROGRESS if self.done_on is None else TaskActKind.CLAIMED


class _Repeated(Exception):
    """The page with this one-time key had been sent already: what was written beside it is taken back."""


# --- Reporting


def report(task: Task, said: Report, *, by: User, key: str = "") -> bool:
    """False where the page with this one-time key had been sent already. Raises Refused."""
    try:
        with _keeping(said.upload, by) as kept:
            if key and keys.use(key, by=by, result=str(task.pk)) is not None:
                raise _Repeated
            task = _lock(task)
            _refuse(barred_report(task, task_standing(by, task)), _unfit(task, said))
            claims = {} if said.done_on is None else {"claimed_on": said.done_on}
            beside = {"document": said.document, "link": said.link, "file": kept}
            _write(task, said.kind, claims, by=by, text=said.text.strip(), done_on=said.done_on, **beside)
            if claims:
                _tell(task, by)
    except _Repeated:
        return False
    return True


@contextmanager
def _keeping(upload: files.Upload | None, by: User) -> Iterator[StoredFile | None]:
    if upload is None:
        with transaction.atomic():
            yield None
    else:
        with files.keeping(upload, by=by) as kept:
            yield kept


def barred_report(task: Task, where: TaskStanding) -> str:
    if not where.reports:
        return _("Those who enter or sign for the lead unit report on a task.")
    return _confirmed(task)


def _confirmed(task: Task) -> str:
    if task.done_on is None:
        return ""
    return _("The task is confirmed as done on %(date)s; nothing more is reported on it.") % {
        "date": show_day(task.done_on)
    }


def _unfit(task: Task, said: Report) -> str:
    if len(said.text) > LENGTH:
        return _("The text is too long.")
    if said.done_on is None:
        return "" if said.text.strip() else _("Say how the task stands.")
    if task.claimed_on is not None:
        return _("The task is reported as done already and waits for its confirmation.")
    return _("A task is not done on a day to come.") if said.done_on > today() else ""


# --- The answer of the unit that follows it up


@transaction.atomic
def confirm(task: Task, *, by: User, read: int) -> None:
    """`read`: the version of the task on the page. Raises Refused."""
    task = _lock(task)
    _refuse(barred_answer(task, task_standing(by, task), by), stale=_is_stale(task, read))
    done = {"claimed_on": None, "done_on": task.claimed_on}
    _write(task, TaskActKind.CONFIRMED, done, by=by, done_on=task.claimed_on)
    _tell(task, by)


@transaction.atomic
def refuse(task: Task, *, by: User, read: int, reason: str) -> None:
    """The task goes on as it was. Raises Refused."""
    task = _lock(task)
    _refuse(barred_answer(task, task_standing(by, task), by), stale=_is_stale(task, read))
    _refuse("" if reason.strip() else _("Say why the task is not accepted as done."))
    _write(task, TaskActKind.REFUSED, {"claimed_on": None}, by=by, text=reason.strip()[:LENGTH])
    _tell(task, by)


def barred_answer(task: Task, where: TaskStanding, user: User) -> str:
    """Who may, then four eyes, then whether anything waits. One query where something does."""
    if where.belongs:
        return _("Nobody confirms a task that his or her own unit leads; another person must do it.")
    if not where.confirms:
        return _("Those who verify or approve in the unit that follows a task up confirm it.")
    if task.claimed_on is None:
        return _confirmed(task) or _("The task is not reported as done, so there is nothing to confirm.")
    if claim_of(task).by_id == user.pk:
        return _("Whoever reported the task as done does not confirm it; another person must do it.")
    return ""


def claim_of(task: Task) -> TaskAct:
    """The report that it is done, which waits or was confirmed."""
    return TaskAct.objects.filter(task=task, kind=TaskActKind.CLAIMED).select_related("by").latest("number")


# --- A leader's directive


@dataclass(frozen=True)
class Directive:
    programme: Programme
    indicator: Indicator
    text: str
    lead: Unit
    follower: Unit
    due_on: date


@transaction.atomic
def direct(said: Directive, *, by: User, key: str = "") -> Task:
    """The task that it became; of a page that was sent twice the one of the first time. Raises Refused."""
    _refuse("" if directs(by) else _only_leaders(), _unfit_directive(said))
    programme = Programme.objects.select_for_update().get(pk=said.programme.pk)  # one number after the other
    code = _next_code(programme)
    if key and (first := keys.use(key, by=by, result=f"{programme.pk} {code}")) is not None:
        pk, _space, code = first.partition(" ")
        return Task.objects.get(programme=int(pk), code=code)
    made = Task.objects.create(
        programme=programme,
        code=code,
        text=said.text.strip(),
        lead=said.lead,
        follower=said.follower,
        indicator=said.indicator,
        due_on=said.due_on,
        is_illustrative=programme.is_illustrative,
        given_by=by,
        given_at=now(),
    )
    _tell(made, by)
    return made


def _only_leaders() -> str:
    return _("Who reads the whole province, or approves for it, gives directives.")


def _unfit_directive(said: Directive) -> str:
    if not said.text.strip():
        return _("Say what is to be done.")
    if len(said.text) > LENGTH:
        return _("The text is too long.")
    if said.lead == said.follower:
        return _("Another unit than the lead unit follows a task up and confirms it.")
    return _("The deadline of a directive lies ahead.") if said.due_on < today() else ""


def _next_code(programme: Programme) -> str:
    given = Task.objects.filter(programme=programme, code__startswith=DIRECTIVE).order_by("pk")
    numbers = [int(code.removeprefix(DIRECTIVE)) for code in given.values_list("code", flat=True) if _is_ours(code)]
    return f"{DIRECTIVE}{max(numbers, default=0) + 1:02}"


def _is_ours(code: str) -> bool:
    return code.removeprefix(DIRECTIVE).isdecimal()


# --- Another deadline


@transaction.atomic
def move_deadline(task: Task, due_on: date, *, by: User, reason: str) -> None:
    """In the task's own history too, with the reason. Raises Refused."""
    task = _lock(task)
    _refuse(barred_move(task, task_standing(by, task), by))
    if not reason.strip():
        raise Refused(_("Say why the deadline is moved."))
    if due_on == task.due_on:
        raise Refused(_("This is the deadline of the task already."))
    facts = {"text": reason.strip()[:LENGTH], "due_before": task.due_on, "due_on": due_on}
    _write(task, TaskActKind.MOVED, {"due_on": due_on}, by=by, **facts)
    task.due_on = due_on
    task._change_reason = reason.strip()[:LENGTH]  # type: ignore[attr-defined]
    task.save(update_fields=["due_on"])
    task_reminders.end_of_deadline(task, at=now())


def barred_move(task: Task, where: TaskStanding, user: User) -> str:
    if not where.moves and not (user.has_perm(KEEP_TASKS) and not where.belongs):
        return _("The unit that follows a task up, or whoever set it, moves its deadline.")
    return _confirmed(task)


# --- Writing


def _lock(task: Task) -> Task:
    return Task.objects.select_for_update(of=("self",)).get(pk=task.pk)


def _tell(task: Task, by: User) -> None:
    task_reminders.tell(Task.objects.get(pk=task.pk), by=by, at=now())


def _is_stale(task: Task, read: int) -> bool:
    return task.version != read


def _refuse(*sentences: str, stale: bool = False) -> None:
    for sentence in filter(None, sentences):
        raise Refused(sentence)
    if stale:
        raise ContentChanged(_changed())


def _changed() -> str:
    return _("Somebody else has just changed this task. Read it again before deciding.")


def _write(task: Task, kind: TaskActKind, changes: dict[str, Any], *, by: User, **said: Any) -> TaskAct:
    """Of two who act at once one wins, on SQLite too, where no row is locked."""
    same = Task.objects.filter(pk=task.pk, version=task.version)
    if not same.update(version=task.version + 1, **changes):
        raise ContentChanged(_changed())
    return TaskAct.objects.create(task=task, number=task.version + 1, kind=kind, by=by, at=now(), **said)
