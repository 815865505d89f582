"""What is aimed at and where it starts: targets and baselines. Append-only: another figure is another row, and the
row before keeps when, by whom and why it was replaced (domain.md 15, 16)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..clock import now
from ..fields import FigureField
from .catalogue import Indicator, Programme
from .documents import Document
from .people import User
from .units import Unit


class Level(models.TextChoices):
    NATIONAL = "national", _("National (reference)")
    PROVINCE = "province", _("Province")
    UNIT = "unit", _("Unit")


class Operator(models.TextChoices):
    AT_LEAST = "gte", "≥"
    MORE = "gt", ">"
    AT_MOST = "lte", "≤"
    LESS = "lt", "<"
    ABOUT = "about", _("about")


class FromDocument(models.Model):
    """A figure that somebody entered from a document; another figure is another row."""

    value = FigureField(_("value"))
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name=_("document"))
    recorded_at = models.DateTimeField(_("recorded at"), default=now, editable=False)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("recorded by")
    )
    superseded_at = models.DateTimeField(_("replaced at"), null=True, editable=False)
    superseded_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("replaced by")
    )
    superseded_because = models.TextField(_("why it was replaced"), blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None


class Recorded(FromDocument):
    """Of an indicator, for a year."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="%(class)ss", verbose_name=_("indicator"))
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
        help_text=_("Only for the figure of one unit; the province's own has none."),
    )
    year = models.PositiveSmallIntegerField(_("year"))

    class Meta:
        abstract = True


YEAR_IN_SIGHT = Q(year__gte=2000, year__lte=2100)
REASON_WHEN_REPLACED = Q(superseded_at__isnull=True, superseded_because="") | (
    Q(superseded_at__isnull=False) & ~Q(superseded_because="")
)


class Target(Recorded):
    """A national target is a reference and never the province's own. Several documents may stand side by side."""

    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("programme"),
    )
    level = models.CharField(_("level"), max_length=10, choices=Level)
    operator = models.CharField(_("operator"), max_length=10, choices=Operator)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["indicator__code", "year", "level", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "level", "year", "document"],
                condition=Q(superseded_at__isnull=True, unit__isnull=True),
                name="one_target_a_level_and_document",
                violation_error_message=_(
                    "This document already sets a target for that indicator, level and year."
                ),
            ),
            models.UniqueConstraint(
                fields=["indicator", "unit", "year", "document"],
                condition=Q(superseded_at__isnull=True, unit__isnull=False),
                name="one_target_a_unit_and_document",
                violation_error_message=_("This document already sets that unit a target for the year."),
            ),
            models.CheckConstraint(
                name="target_unit_only_at_its_level",
                condition=(Q(level=Level.UNIT) & Q(unit__isnull=False))
                | (~Q(level=Level.UNIT) & Q(unit__isnull=True)),
                violation_error_message=_("A target of the level “unit” names its unit; any other names none."),
            ),
            models.CheckConstraint(
                name="target_year_in_sight",
                condition=YEAR_IN_SIGHT,
                violation_error_message=_("The year has four digits, for example 2030."),
            ),
            models.CheckConstraint(
                name="target_replaced_for_a_reason",
                condition=REASON_WHEN_REPLACED,
                violation_error_message=_("Give the reason for replacing the target."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Baseline(Recorded):
    """Where the path to the target starts."""

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        ordering = ["indicator__code", "year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator"],
                condition=Q(superseded_at__isnull=True, unit__isnull=True),
                name="one_baseline_an_indicator",
                violation_error_message=_("This indicator already has a baseline."),
            ),
            models.UniqueConstraint(
                fields=["indicator", "unit"],
                condition=Q(superseded_at__isnull=True, unit__isnull=False),
                name="one_baseline_a_unit",
                violation_error_message=_("This unit already has a baseline for the indicator."),
            ),
            models.CheckConstraint(
                name="baseline_year_in_sight",
                condition=YEAR_IN_SIGHT,
                violation_error_message=_("The year has four digits, for example 2030."),
            ),
            models.CheckConstraint(
                name="baseline_replaced_for_a_reason",
                condition=REASON_WHEN_REPLACED,
                violation_error_message=_("Give the reason for replacing the baseline."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
