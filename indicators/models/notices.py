"""What people are told: one notice a person and matter, and the digests that carry notices out by mail."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from ..clock import now
from .adjustments import AdjustmentRequest
from .people import User
from .submissions import Submission, SubmissionEvent
from .tasks import Task, TaskAct
from .units import UnitSlice

OF_TASKS = ("task__programme", "act__by")
OF_A_RETURN = "return-"  # begins what a notice is about where the day is that of a return; its version follows


class NoticeKind(models.TextChoices):
    """In the order of a digest: what presses most stands first."""

    RETURNED = "returned", _("Report returned for completion")
    TO_SIGN = "to_sign", _("Report waiting for the signature")
    TO_VERIFY = "to_verify", _("Report waiting for verification")
    TO_APPROVE = "to_approve", _("Report waiting for approval")
    ASSESSED = "assessed", _("Reviewer entered another figure, may be explained")
    TO_DECIDE = "to_decide", _("Request for adjustment waiting for a decision")
    DECLINED = "declined", _("Request for adjustment declined")
    OVERDUE = "overdue", _("Report overdue, can still be sent")
    DUE_SOON = "due_soon", _("Report due soon")
    OPENED = "opened", _("Reporting period opened")
    TASK_BACK = "task_back", _("Task not accepted as done")
    TASK_DONE = "task_done", _("Task reported as done, waiting for confirmation")
    TASK_GIVEN = "task_given", _("Directive of a leader")
    TASK_LATE = "task_late", _("Task overdue")
    TASK_SOON = "task_soon", _("Task due soon")


class Delivery(models.TextChoices):
    """What became of a digest. Whoever claims it writes SENDING first, so what stands there after a crash may have
    gone out: that is never tried again by itself."""

    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    WAITING = "waiting", _("Refused, waiting for the next try")
    UNKNOWN = "unknown", _("Outcome not known")
    GIVEN_UP = "given_up", _("Refused, given up")
    DROPPED = "dropped", _("Not sent, nothing was left to do")


class Digest(models.Model):
    """One mail to one person. `number` counts a person's digests: of two senders that claim the next one the
    database lets one pass."""

    user = models.ForeignKey(User, models.PROTECT, related_name="digests", verbose_name=_("account"))
    number = models.PositiveIntegerField(_("number"))
    address = models.EmailField(_("e-mail address"), max_length=254)
    delivery = models.CharField(_("state"), max_length=10, choices=Delivery, default=Delivery.SENDING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=1)
    tried_at = models.DateTimeField(_("last try"))
    next_try_at = models.DateTimeField(_("next try"), null=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("digest by mail")
        verbose_name_plural = _("digests by mail")
        ordering = ["-tried_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "number"], name="one_digest_a_person_and_number"),
            models.CheckConstraint(name="digest_delivery_known", condition=Q(delivery__in=Delivery.values)),
            models.CheckConstraint(
                name="digest_that_waits_has_its_next_try",
                condition=Q(delivery=Delivery.WAITING, next_try_at__isnull=False)
                | (~Q(delivery=Delivery.WAITING) & Q(next_try_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> "NoticeQuerySet":
        """A person's own, superusers not excepted."""
        return self.filter(user=user)

    def unread(self) -> "NoticeQuerySet":
        """What was done meanwhile need not be read any more."""
        return self.filter(read_at__isnull=True, done_at__isnull=True)

    def locked(self) -> "NoticeQuerySet":
        """Inside a transaction, in the order in which reports are locked: an act on many reports ends their notices
        in the same order, so that nobody waits across."""
        return self.select_for_update(of=("self",)).order_by("submission_id", "task_id", "pk")

    def in_full(self) -> "NoticeQuerySet":
        """With all that is said of them, `unit_name` on the last day of the report's period included, and for which
        kind of adjustment the event reopened the report, if it did (`adjusts`)."""
        slices = UnitSlice.objects.filter(
            unit=OuterRef("submission__unit"), valid_from__lt=OuterRef("submission__round__period__day_after_last")
        )
        names = slices.order_by("-valid_from").values("name")
        reports = self.select_related(
            "submission__round__form", "submission__round__period", "event__by", *OF_TASKS
        )
        accepted = AdjustmentRequest.objects.filter(
            submission=OuterRef("submission"), decided_version=OuterRef("event__version"), outcome="accepted"
        )
        return reports.annotate(unit_name=Subquery(names[:1]), adjusts=Subquery(accepted.values("kind")[:1]))


class Notice(models.Model):
    """That somebody has something to do about a report or a task. `about` is what makes it one thing: the event
    that led there, the due date, or a return whose own day has passed; the database lets nobody be told of it
    twice. Of a task it is the number of the act, or the due date."""

    user = models.ForeignKey(User, models.PROTECT, related_name="notices", verbose_name=_("account"))
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind)
    submission = models.ForeignKey(
        Submission, models.CASCADE, null=True, related_name="notices", verbose_name=_("report")
    )
    task = models.ForeignKey(
        Task, models.CASCADE, null=True, related_name="notices", verbose_name=_("task of a programme")
    )
    act = models.ForeignKey(TaskAct, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    about = models.CharField(max_length=20)
    event = models.ForeignKey(  # held by no constraint: what guards the chain of events is the chain
        SubmissionEvent, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    due_on = models.DateField(_("due on"), null=True)  # of a return the day for sending again, where it names one
    at = models.DateTimeField(_("at"), default=now)
    read_at = models.DateTimeField(_("read at"), null=True)
    done_at = models.DateTimeField(
        _("done at"), null=True
    )  # no longer current: the report moved on, or its due date did
    digest = models.ForeignKey(Digest, models.PROTECT, null=True, related_name="notices")

    unit_name: str | None  # brought along by in_full()
    adjusts: str | None  # so too

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "submission", "about"], name="one_notice_a_person_and_matter"
            ),
            models.UniqueConstraint(fields=["user", "kind", "task", "about"], name="one_notice_a_person_and_task"),
            models.CheckConstraint(
                name="notice_of_a_report_or_a_task",
                condition=Q(submission__isnull=False, task__isnull=True)
                | Q(submission__isnull=True, task__isnull=False),
            ),
            models.CheckConstraint(name="notice_kind_known", condition=Q(kind__in=NoticeKind.values)),
        ]
        indexes = [
            models.Index(fields=["user", "-at"], name="notice_of_person"),
            models.Index(
                fields=["user"], name="notice_unread", condition=Q(read_at__isnull=True, done_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_about_a_return(self) -> bool:
        return self.about.startswith(OF_A_RETURN)
