"""Tasks of a programme (nhiệm vụ): set by a document or by a leader's directive, led by one unit, followed up and
confirmed by another.

Where a task stands is never stored: `state_on` computes it from its days (task_states.py). What is said and done of
it is a row of `TaskAct`, which nobody rewrites.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from ..clock import today
from ..task_states import TaskState, state_of
from .catalogue import Indicator, Programme
from .documents import Document
from .evidence import StoredFile
from .history import recorded
from .people import Membership, User
from .units import Unit, UnitSlice


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: User) -> "TaskQuerySet":
        """Who reads the whole province, decides or publishes: all. Others: those that a unit of theirs leads,
        supports or follows up. No query of its own."""
        if user.is_superuser:
            return self.all()
        mine = Membership.objects.on(today()).filter(user=user).order_by()
        units = mine.values("unit")
        supports = Task.supporting.through.objects.filter(task=OuterRef("pk"), unit__in=units)
        of_units = Q(lead__in=units) | Q(follower__in=units) | Exists(supports)
        return self.filter(of_units | Q(Exists(mine.that_see_unpublished(today()))))

    def of_units(self, units: Any) -> "TaskQuerySet":
        """That one of these units leads, supports or follows up."""
        supports = Task.supporting.through.objects.filter(task=OuterRef("pk"), unit__in=units)
        return self.filter(Q(lead__in=units) | Q(follower__in=units) | Exists(supports))

    def with_names(self, day: date) -> "TaskQuerySet":
        """`lead_name` and `follower_name`, as the units are called on a day; programme and indicator joined."""
        rows = self.select_related("programme", "indicator")
        return rows.annotate(lead_name=name_on(day, "lead"), follower_name=name_on(day, "follower"))

    def open(self) -> "TaskQuerySet":
        """Not confirmed as done."""
        return self.filter(done_on__isnull=True)

    def that_press(self) -> "TaskQuerySet":
        """Due first; regular ones last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "programme__code", "code", "pk")


def name_on(day: date, unit: str) -> Subquery:
    slices = UnitSlice.objects.filter(unit=OuterRef(unit), valid_from__lte=day).order_by("-valid_from")
    return Subquery(slices.values("name")[:1])


class Task(models.Model):
    """`version` counts its acts and is what two acts at once are compared by; `claimed_on` and `done_on` are what
    the acts say of it now: only tasks.py writes these three, and the due day of a task that stands."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="tasks", verbose_name=_("programme"))
    code = models.CharField(_("code"), max_length=40)
    text = models.TextField(_("task"), max_length=2_000)
    document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("document that sets the task"),
    )
    lead = models.ForeignKey(Unit, models.PROTECT, related_name="led_tasks", verbose_name=_("lead unit"))
    supporting = models.ManyToManyField(
        Unit, blank=True, related_name="supported_tasks", verbose_name=_("supporting units")
    )
    follower = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="followed_tasks",
        verbose_name=_("unit that follows it up"),
        help_text=_("Those who verify or approve there confirm that it is done."),
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("indicator")
    )
    due_on = models.DateField(_("deadline"), null=True, blank=True, help_text=_("Empty: a regular task."))
    is_illustrative = models.BooleanField(_("illustration"), default=False)
    given_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("directed by")
    )
    given_at = models.DateTimeField(_("directed at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    claimed_on = models.DateField(_("reported done on"), null=True, editable=False)
    done_on = models.DateField(_("done on"), null=True, editable=False)

    lead_name: str | None  # brought along by with_names()
    follower_name: str | None  # so too

    objects = TaskQuerySet.as_manager()
    history = recorded(
        m2m_fields=[supporting],
        excluded_fields=["version", "claimed_on", "done_on"],
        history_change_reason_field=models.TextField(null=True),
    )

    class Meta:
        verbose_name = _("task of a programme")
        verbose_name_plural = _("tasks of programmes")
        ordering = ["programme", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="one_task_a_programme_and_code",
                violation_error_message=_("The programme already holds a task with this code."),
            ),
            models.CheckConstraint(
                name="task_has_code_and_text",
                condition=~Q(code="") & ~Q(text=""),
                violation_error_message=_("Give the code and the text of the task."),
            ),
            models.CheckConstraint(
                name="task_followed_up_by_another_unit",
                condition=~Q(lead=F("follower")),
                violation_error_message=_("Another unit than the lead unit follows a task up and confirms it."),
            ),
            models.CheckConstraint(
                name="task_claimed_or_done", condition=Q(claimed_on__isnull=True) | Q(done_on__isnull=True)
            ),
            models.CheckConstraint(
                name="task_directed_by_somebody_at_a_time",
                condition=Q(given_by__isnull=True, given_at__isnull=True)
                | Q(given_by__isnull=False, given_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def state_on(self, day: date) -> TaskState:
        return state_of(due_on=self.due_on, claimed_on=self.claimed_on, done_on=self.done_on, today=day)

    @property
    def state(self) -> TaskState:
        return self.state_on(today())


class TaskActKind(models.TextChoices):
    PROGRESS = "progress", _("Progress reported")
    CLAIMED = "claimed", _("Reported as done")
    CONFIRMED = "confirmed", _("Confirmed as done")
    REFUSED = "refused", _("Not accepted as done")
    MOVED = "moved", _("Deadline moved")


class TaskAct(models.Model):
    """Append-only: what was said or done of a task, in its order. Of a report `text` is the progress in words, and
    evidence stands beside it as a document, a link or a file; of the others it is the reason."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="acts", verbose_name=_("task of a programme"))
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=TaskActKind)
    text = models.TextField(_("text"), blank=True)
    done_on = models.DateField(_("done on"), null=True)
    due_before = models.DateField(_("deadline before"), null=True)
    due_on = models.DateField(_("deadline"), null=True)
    document = models.CharField(_("document"), max_length=300, blank=True)
    link = models.CharField(_("link"), max_length=500, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("file"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("act on a task")
        verbose_name_plural = _("acts on tasks")
        ordering = ["task", "number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "number"],
                name="one_task_act_a_number",
                violation_error_message=_("Somebody else has just changed this task."),
            ),
            models.CheckConstraint(name="task_act_kind_known", condition=Q(kind__in=TaskActKind.values)),
            models.CheckConstraint(
                name="task_act_says_why",
                condition=Q(kind__in=(TaskActKind.CLAIMED, TaskActKind.CONFIRMED)) | ~Q(text=""),
                violation_error_message=_("Say what was done, or why."),
            ),
            models.CheckConstraint(
                name="task_act_done_on_a_day",
                condition=Q(kind__in=(TaskActKind.CLAIMED, TaskActKind.CONFIRMED), done_on__isnull=False)
                | (~Q(kind__in=(TaskActKind.CLAIMED, TaskActKind.CONFIRMED)) & Q(done_on__isnull=True)),
                violation_error_message=_("Give the day on which the task was done."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
