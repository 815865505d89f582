"""What those who verify and approve a report say of it, and what asks them for a look. Append-only."""

import json

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from .people import User
from .rounds import RoundLine
from .submissions import Revision, State, Submission, SubmissionEvent
from .units import Unit


class Flags(models.Model):
    """What of a hand-in asks for a look, counted once when it was frozen, so that the queue need not count."""

    revision = models.OneToOneField(
        Revision, models.PROTECT, related_name="flags", verbose_name=_("revision"), primary_key=True
    )
    warnings = models.PositiveIntegerField(_("warnings"))
    large_changes = models.PositiveIntegerField(_("large changes"))
    without_evidence = models.PositiveIntegerField(_("lines without the evidence they ask for"))

    class Meta:
        verbose_name = _("flags of a hand-in")
        verbose_name_plural = _("flags of hand-ins")

    def __str__(self) -> str:
        return f"#{self.pk}"


class RemarkQuerySet(models.QuerySet["Remark"]):
    def standing(self) -> "RemarkQuerySet":
        """The newest of each figure of a hand-in, unless it took back what stood."""
        newer = Remark.objects.filter(
            revision=OuterRef("revision"), line=OuterRef("line"), subject=OuterRef("subject"), pk__gt=OuterRef("pk")
        )
        return self.filter(~Exists(newer), ~Q(text="")).order_by("pk")


class Remark(models.Model):
    """What a reviewer says about one figure of a hand-in. The newest of a figure stands, and an empty one takes
    back what stood. The unit reads it only once it stands in a return."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="remarks", verbose_name=_("revision"))
    line = models.ForeignKey(RoundLine, models.PROTECT, related_name="+", verbose_name=_("line"))
    subject = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("about whom"))
    text = models.TextField(_("text"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("reviewer's remark")
        verbose_name_plural = _("reviewers' remarks")
        ordering = ["revision", "pk"]
        indexes = [models.Index(fields=["revision", "line", "subject"])]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def cell(self) -> tuple[int, int]:
        return self.line_id, self.subject_id


class VerifierNote(models.Model):
    """What reviewers tell each other about a report. The unit never reads it: nothing that it sees asks for one."""

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="verifier_notes", verbose_name=_("report")
    )
    text = models.TextField(_("text"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("note among reviewers")
        verbose_name_plural = _("notes among reviewers")
        ordering = ["submission", "pk"]
        constraints = [
            models.CheckConstraint(
                name="verifier_note_says_something",
                condition=~Q(text=""),
                violation_error_message=_("The note is empty."),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ReturnQuerySet(models.QuerySet["Return"]):
    def standing(self) -> "ReturnQuerySet":
        """Those after which the report was not handed in again; at most one a report."""
        events = SubmissionEvent.objects.filter(
            submission=OuterRef("submission"), to_state=State.SUBMITTED, version__gt=OuterRef("version")
        )
        newer = Return.objects.filter(submission=OuterRef("submission"), version__gt=OuterRef("version"))
        return self.filter(~Exists(events), ~Exists(newer)).order_by("submission", "version")


class Return(models.Model):
    """What a reviewer's return asks of the unit (returns.py): canonical JSON text and the SHA-256 over it, which
    the event of the same version holds."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="returns", verbose_name=_("report"))
    version = models.PositiveIntegerField(_("version"))  # of the report, once it was returned
    resend_due_on = models.DateField(_("to be sent again by"))
    content = models.TextField()
    sha256 = models.CharField(_("check code"), max_length=64)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("return of a report")
        verbose_name_plural = _("returns of reports")
        ordering = ["submission", "version"]
        constraints = [models.UniqueConstraint(fields=["submission", "version"], name="one_return_a_version")]

    def __str__(self) -> str:
        return self.sha256[:12]

    @cached_property
    def lines(self) -> dict[tuple[int, int], str]:
        """The figures to mend (line, subject), each with the reviewer's remark or nothing."""
        return {(each["line"], each["subject"]): each["remark"] for each in json.loads(self.content)["lines"]}
