"""Requests to adjust what is approved (đề nghị điều chỉnh số liệu, domain.md 22): asked for by the unit or begun by
those who verify or approve; accepted, declined, or taken back."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ..sealing import canonical, sha256
from .people import User
from .submissions import Submission, SubmissionEvent


class AdjustmentKind(models.TextChoices):
    """Replacing an estimate or a provisional figure by the official one mends no error (domain.md 12)."""

    MISTAKE = "mistake", _("Adjustment of figures")
    UPDATE = "update", _("Update to the official figure")


class AdjustmentSide(models.TextChoices):
    UNIT = "unit", _("The unit")
    REVIEWER = "reviewer", _("Those who verify or approve")


class AdjustmentOutcome(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")


class AdjustmentRequestQuerySet(models.QuerySet["AdjustmentRequest"]):
    def open(self) -> "AdjustmentRequestQuerySet":
        """Waiting for a decision; at most one a report."""
        return self.filter(outcome="")

    def under_way(self) -> "AdjustmentRequestQuerySet":
        """Accepted, and not approved again yet; at most one a report."""
        after = SubmissionEvent.objects.filter(submission=OuterRef("submission"), move__in=("approve", "reopen"))
        later = after.filter(version__gt=OuterRef("decided_version"))
        return self.filter(~Exists(later), outcome=AdjustmentOutcome.ACCEPTED).order_by("submission", "version")

    def newest(self) -> "AdjustmentRequestQuerySet":
        """The last of each report, whatever became of it."""
        newer = AdjustmentRequest.objects.filter(submission=OuterRef("submission"), version__gt=OuterRef("version"))
        return self.filter(~Exists(newer)).order_by("submission", "version")


class AdjustmentRequest(models.Model):
    """Append-only but for its outcome. The event of `version` holds the check code of what was asked; that of
    `decided_version` is the reopening, the refusal or the taking back."""

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="adjustment_requests", verbose_name=_("report")
    )
    version = models.PositiveIntegerField(_("version"))  # of the report, once it was asked
    kind = models.CharField(_("kind"), max_length=10, choices=AdjustmentKind)
    side = models.CharField(_("asked for by"), max_length=10, choices=AdjustmentSide)
    lines = models.JSONField(_("lines"))  # [{"line", "subject", "wished": text as shown, or ""}]
    reason = models.TextField(_("reason"))
    document = models.CharField(_("number of the document"), max_length=100, blank=True)
    document_date = models.DateField(_("date of the document"), null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=AdjustmentOutcome, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_version = models.PositiveIntegerField(null=True)
    answer = models.TextField(_("answer"), blank=True)

    objects = AdjustmentRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for adjustment")
        verbose_name_plural = _("requests for adjustment")
        ordering = ["submission", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(outcome=""),
                name="one_open_adjustment_request_a_report",
                violation_error_message=_("An adjustment of this report has been asked for already."),
            ),
            models.UniqueConstraint(fields=["submission", "version"], name="one_adjustment_request_a_version"),
            models.CheckConstraint(
                name="adjustment_request_kinds_known",
                condition=Q(kind__in=AdjustmentKind.values, side__in=AdjustmentSide.values),
            ),
            models.CheckConstraint(
                name="adjustment_request_says_why",
                condition=~Q(reason=""),
                violation_error_message=_("Give the reason for the adjustment."),
            ),
            models.CheckConstraint(
                name="adjustment_request_decided_in_full",
                condition=Q(
                    outcome="", decided_at__isnull=True, decided_by__isnull=True, decided_version__isnull=True
                )
                | Q(
                    outcome__in=AdjustmentOutcome.values,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    decided_version__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="adjustment_request_declined_with_a_reason",
                condition=~Q(outcome=AdjustmentOutcome.DECLINED, answer=""),
                violation_error_message=_("Give the reason why the adjustment is declined."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_open(self) -> bool:
        return not self.outcome

    @property
    def is_update(self) -> bool:
        return self.kind == AdjustmentKind.UPDATE

    @property
    def wished(self) -> dict[tuple[int, int], str]:
        """The figures named (line, subject), each with the new figure that is wished, or nothing."""
        return {(each["line"], each["subject"]): each["wished"] for each in self.lines}

    @property
    def content(self) -> str:
        """All that was asked, as canonical JSON."""
        said: dict[str, Any] = {"submission": self.submission_id, "lines": self.lines}
        said |= {name: getattr(self, name) for name in ("version", "kind", "side", "reason", "document")}
        day = self.document_date.isoformat() if self.document_date else ""
        return canonical(said | {"document_date": day})

    @property
    def sha256(self) -> str:
        return sha256(self.content)
