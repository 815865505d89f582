"""The reviewer's own figure ("số thẩm định") beside the reported one, and what the unit says to it (domain.md 26).
Append-only; each belongs to an act in the report's chain of events, whose version it bears."""

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from .figures import EntryState, Figure
from .people import User
from .rounds import RoundLine
from .submissions import Revision, Submission
from .units import Unit


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def holding(self) -> "AssessmentQuerySet":
        """The newest of each figure, unless it took back what held. Whether it still is about what the unit says,
        assessed.py tells."""
        same = {name: OuterRef(name) for name in ("submission", "line", "subject")}
        newer = Assessment.objects.filter(pk__gt=OuterRef("pk"), **same)
        return self.filter(~Exists(newer), state=EntryState.REPORTED).order_by("pk")

    def open_on(self, day: date) -> "AssessmentQuerySet":
        """Those that the unit may still explain."""
        return self.holding().filter(explain_by__gte=day, explanation__isnull=True)


class Assessment(Figure):
    """What a reviewer takes one figure of a hand-in to be. The newest of a figure holds; one with an empty state
    took back what held. `reported` is the cell that it stands beside, as it was handed in (drafts.Cell.as_json):
    it stands as long as the unit's figure is that one (assessed.py)."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="assessments", verbose_name=_("report"))
    version = models.PositiveIntegerField(_("version"))  # of the report, once it was written
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="assessments", verbose_name=_("revision"))
    line = models.ForeignKey(RoundLine, models.PROTECT, related_name="+", verbose_name=_("line"))
    subject = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("about whom"))
    reported = models.JSONField(_("reported figure"))
    reason = models.TextField(_("reason"), blank=True)
    explain_by = models.DateField(_("may be explained until"), null=True)  # none where it took back what held
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("reviewer's own figure")
        verbose_name_plural = _("reviewers' own figures")
        ordering = ["submission", "pk"]
        indexes = [models.Index(fields=["submission", "line", "subject"])]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "version", "line", "subject"], name="one_assessment_a_version_and_figure"
            ),
            models.CheckConstraint(
                name="assessment_is_a_figure_with_a_reason",
                condition=Q(state="", value__isnull=True, numerator__isnull=True, explain_by__isnull=True)
                | Q(state=EntryState.REPORTED, value__isnull=False, explain_by__isnull=False) & ~Q(reason=""),
                violation_error_message=_("Give the reason for the reviewer's own figure."),
            ),
            models.CheckConstraint(
                name="assessment_parts_come_together",
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(numerator__isnull=False, denominator__gt=0),
                violation_error_message=_("The denominator must be greater than 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def cell(self) -> tuple[int, int]:
        return self.line_id, self.subject_id

    @property
    def explained(self) -> "Explanation | None":
        """What the unit says to it; no query where it was brought along."""
        return getattr(self, "explanation", None)


class Explanation(models.Model):
    """What the unit says to a reviewer's own figure, once."""

    assessment = models.OneToOneField(
        Assessment, models.PROTECT, related_name="explanation", verbose_name=_("reviewer's own figure")
    )
    version = models.PositiveIntegerField(_("version"))  # of the report, once it was written
    text = models.TextField(_("text"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("unit's explanation of a reviewer's figure")
        verbose_name_plural = _("units' explanations of reviewers' figures")
        ordering = ["assessment"]
        constraints = [
            models.CheckConstraint(
                name="explanation_says_something",
                condition=~Q(text=""),
                violation_error_message=_("The explanation is empty."),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
