"""What a notice says, on the page of a person's notices and in a digest by mail alike."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .calendars import show_day, show_moment
from .clock import now
from .models import Notice, NoticeKind, Submission, SubmissionEvent, Task, User
from .wording import Said, deed, reopened_for, timing

ON_A_PAGE = 50
TITLE = 120  # characters of a task in the title of a notice
SHAPES = {
    NoticeKind.RETURNED: "returned",
    NoticeKind.TO_SIGN: "waiting",
    NoticeKind.TO_VERIFY: "waiting",
    NoticeKind.TO_APPROVE: "waiting",
    NoticeKind.ASSESSED: "returned",
    NoticeKind.TO_DECIDE: "waiting",
    NoticeKind.DECLINED: "returned",
    NoticeKind.OVERDUE: "missing",
    NoticeKind.DUE_SOON: "late",
    NoticeKind.OPENED: "draft",
    NoticeKind.TASK_BACK: "returned",
    NoticeKind.TASK_DONE: "waiting",
    NoticeKind.TASK_GIVEN: "draft",
    NoticeKind.TASK_LATE: "missing",
    NoticeKind.TASK_SOON: "late",
}


@dataclass(frozen=True)
class Row:
    """A notice as the page draws it."""

    notice: Any
    address: str  # of the report or the task; empty where the reader may not see it any more

    @property
    def title(self) -> str:
        return title(self.notice)

    @property
    def owner(self) -> str:
        """Whose report it is; of a task its programme."""
        return str(self.notice.task.programme) if self.notice.task else self.notice.unit_name or ""

    @property
    def is_illustrative(self) -> bool:
        of = self.notice.task or self.notice.submission.round
        return bool(of.is_illustrative)

    @property
    def kind(self) -> Said:
        shape = "closed" if self.is_past else SHAPES[NoticeKind(self.notice.kind)]
        return Said(self.notice.get_kind_display(), shape)

    @property
    def details(self) -> list[str]:
        if self.is_past:
            return [_("No longer current since %(time)s") % {"time": show_moment(self.notice.done_at)}]
        return details(self.notice)

    @property
    def is_past(self) -> bool:
        return self.notice.done_at is not None

    @property
    def is_unread(self) -> bool:
        return not self.is_past and self.notice.read_at is None


@dataclass(frozen=True)
class MyNotices:
    page: Page[Any]
    rows: list[Row]
    unread: int
    newest: int  # the last notice there was when the page was drawn; 0 without any

    @property
    def lead(self) -> str:
        if not self.rows:
            return _("There are no notices.")
        if not self.unread:
            return _("All notices are read.")
        return ngettext("%(count)s unread notice.", "%(count)s unread notices.", self.unread) % {
            "count": self.unread
        }


def my_notices(user: User, number: str) -> MyNotices:
    """Newest first, in a constant number of queries; a number that is no page is the nearest one."""
    mine = Notice.objects.visible_to(user)
    page = Paginator(mine.in_full().order_by("-at", "-pk"), ON_A_PAGE).get_page(number)
    notices = list(page.object_list)
    reports = {notice.submission_id for notice in notices if notice.submission_id}
    seen = Submission.objects.visible_to(user).filter(pk__in=reports).order_by("pk").values_list("pk", flat=True)
    found = {(report, None) for report in seen} | _tasks_seen(user, notices)
    last = mine.order_by("-pk").values_list("pk", flat=True).first()
    return MyNotices(
        page=page,
        rows=[Row(n, address(n) if (n.submission_id, n.task_id) in found else "") for n in notices],
        unread=mine.unread().count(),
        newest=last or 0,
    )


def _tasks_seen(user: User, notices: list[Any]) -> set[tuple[None, int]]:
    """One query where a notice is about a task."""
    tasks = {notice.task_id for notice in notices if notice.task_id}
    if not tasks:
        return set()
    seen = Task.objects.visible_to(user).filter(pk__in=tasks).order_by("pk")
    return {(None, pk) for pk in seen.values_list("pk", flat=True)}


@transaction.atomic
def mark_read(user: User, *, until: int) -> int:
    """Those that stood on the page, or before it: what came since is unread."""
    mine = Notice.objects.visible_to(user).filter(pk__lte=until, read_at__isnull=True)
    pks = list(mine.locked().values_list("pk", flat=True))
    return Notice.objects.filter(pk__in=pks).update(read_at=now())


def address(notice: Notice) -> str:
    if notice.task_id:
        return reverse("task", args=[notice.task_id])
    return reverse("submission", args=[notice.submission_id])


def title(notice: Notice) -> str:
    if notice.task:
        said = {"code": notice.task.code, "text": Truncator(notice.task.text).chars(TITLE)}
        return _("Task %(code)s: %(text)s") % said
    return str(notice.submission.round) if notice.submission else ""


def details(notice: Notice) -> list[str]:
    """What is to be known before the report is opened: why it came back, since when it waits, when it is due."""
    if notice.task:
        return _of_task(notice, notice.task)
    if notice.event is None:
        return [_due(notice)]
    if notice.kind == NoticeKind.ASSESSED:
        return _assessed(notice)
    if notice.kind in (NoticeKind.TO_DECIDE, NoticeKind.DECLINED):
        return [deed(notice.event), _reason(notice.event)]
    if notice.kind != NoticeKind.RETURNED:
        return [_("Waiting since %(time)s") % {"time": show_moment(notice.event.at)}, _due(notice)]
    said = [_reason(notice.event)]
    if notice.event.move == "reopen":
        said.insert(0, reopened_for(notice.adjusts))
    if notice.due_on is not None:
        said.append(_("To be sent again by %(date)s") % {"date": show_day(notice.due_on)})
    return said


def _of_task(notice: Notice, task: Task) -> list[str]:
    """Why it was not accepted, or since when it waits; and its deadline of now."""
    said = []
    if notice.act and notice.kind == NoticeKind.TASK_BACK:
        said.append(_("Reason: %(reason)s (%(who)s)") % {"reason": notice.act.text, "who": notice.act.by})
    elif notice.act:
        said.append(_("Waiting since %(time)s") % {"time": show_moment(notice.act.at)})
    if task.due_on:
        said.append(_("Deadline: %(date)s") % {"date": show_day(task.due_on)})
    return said


def _assessed(notice: Notice) -> list[str]:
    """Which lines, by whom, and until when the unit may say something to it."""
    if notice.event is None or notice.due_on is None:
        return []
    said = {"lines": notice.event.reason, "who": notice.event.by, "date": show_day(notice.due_on)}
    return [
        _("Lines: %(lines)s (%(who)s)") % said,
        _("May be explained until the end of %(date)s") % said,
    ]


def _reason(event: SubmissionEvent) -> str:
    return _("Reason: %(reason)s (%(who)s)") % {"reason": event.reason, "who": event.by}


def _due(notice: Notice) -> str:
    """By the report's due date of now, so that an extension counts at once; of a return by the return's own day."""
    report = notice.submission
    if report is None:
        return ""
    if notice.is_about_a_return and notice.due_on is not None:
        said = timing(notice.due_on, None, is_locked=report.round.is_locked)
        return f"{_('To be sent again by %(date)s') % {'date': show_day(notice.due_on)}} · {said.word}"
    said = timing(report.due_on, report.handed_in_at, is_locked=report.round.is_locked)
    if report.due_on is None:
        return said.word
    due = _("Due on %(date)s") % {"date": show_day(report.due_on)}
    return f"{due} · {said.word}"
