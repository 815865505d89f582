"""What the province knows: approved figures with the moments of their life, and the totals over them.

Reporting reads these two tables and no other figures, so a draft cannot leak.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..fields import FigureField
from .catalogue import Definition, Indicator
from .rounds import Period
from .submissions import EntryState, Figure, Revision, Submission
from .units import Unit


class Stage(models.TextChoices):
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")


class ObservationQuerySet(models.QuerySet["Observation"]):
    def at(self, stage: Stage) -> "ObservationQuerySet":
        """What stands today at a stage: approved and not superseded, or published and not withdrawn."""
        if stage == Stage.APPROVED:
            return self.filter(superseded_at__isnull=True)
        return self.filter(published_at__isnull=False, unpublished_at__isnull=True)


class Observation(Figure):
    """An approved figure. Append-only but for three moments, each written once: superseded, published,
    unpublished. `contributes` is False for a cross-check (domain.md 7)."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="observations")
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, models.PROTECT, related_name="observations")
    subject = models.ForeignKey(Unit, models.PROTECT, related_name="observations")
    reporter = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    contributes = models.BooleanField()
    explanation = models.TextField(_("explanation"), blank=True)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="observations")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="observations")
    approved_at = models.DateTimeField(_("approved at"))
    superseded_at = models.DateTimeField(_("superseded at"), null=True)
    published_at = models.DateTimeField(_("published at"), null=True)
    unpublished_at = models.DateTimeField(_("no longer published since"), null=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("approved figure")
        verbose_name_plural = _("approved figures")
        ordering = ["indicator", "-period__day_after_last", "subject", "pk"]
        indexes = [models.Index(fields=["period", "indicator", "subject"])]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "subject", "reporter"],
                condition=Q(superseded_at__isnull=True),
                name="one_current_observation",
            ),
            models.CheckConstraint(name="observation_says_something", condition=Q(state__in=EntryState.values)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Total(models.Model):
    """Sums over the contributions about a subject and below it, in one base period at one stage (totals.py).

    A ratio is shown only where n_without_parts is 0; coverage is n_reported of (n_expected - n_not_applicable).
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="totals")
    period = models.ForeignKey(Period, models.PROTECT, related_name="totals")
    subject = models.ForeignKey(Unit, models.PROTECT, related_name="totals")
    stage = models.CharField(max_length=10, choices=Stage)
    value = FigureField(null=True, max_digits=21)
    numerator = FigureField(null=True, max_digits=21)
    denominator = FigureField(null=True, max_digits=21)
    n_expected = models.PositiveIntegerField()
    n_reported = models.PositiveIntegerField()
    n_without_parts = models.PositiveIntegerField()
    n_not_available = models.PositiveIntegerField()
    n_not_applicable = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("total")
        verbose_name_plural = _("totals")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "subject", "stage"], name="one_total_a_place_and_stage"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
