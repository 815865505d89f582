"""Figures that no report brings: what many units and indicators are measured against (domain.md 44), and what other
places reached (domain.md 42). Append-only, like targets."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..fields import FigureField
from ..numbers import MAX_DIGITS
from .catalogue import BaseKind, Indicator
from .targets import REASON_WHEN_REPLACED, YEAR_IN_SIGHT, FromDocument
from .units import Unit


class BaseFigure(FromDocument):
    """What is counted of a unit on a day; one figure that holds for each unit, kind and day."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="base_figures", verbose_name=_("unit"))
    kind = models.CharField(_("kind of base figure"), max_length=15, choices=BaseKind)
    day = models.DateField(_("as of"), help_text=_("The day that the figure speaks of."))
    value = FigureField(_("value"), max_digits=MAX_DIGITS, decimal_places=0)
    source = models.CharField(_("source"), max_length=200, help_text=_("Who counted, for example Cục Thống kê."))

    class Meta:
        verbose_name = _("base figure")
        verbose_name_plural = _("base figures")
        ordering = ["unit", "kind", "-day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind", "day"],
                condition=Q(superseded_at__isnull=True),
                name="one_base_figure_a_unit_kind_and_day",
                violation_error_message=_("This base figure of the unit is already recorded for that day."),
            ),
            models.CheckConstraint(
                name="base_figure_is_a_count",
                condition=Q(value__gte=0),
                violation_error_message=_("A base figure is counted and cannot be below 0."),
            ),
            models.CheckConstraint(
                name="base_figure_replaced_for_a_reason",
                condition=REASON_WHEN_REPLACED,
                violation_error_message=_("Give the reason for replacing the base figure."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ReferenceFigure(FromDocument):
    """What another place reached in a year. It stands beside the province's figure, in no total and no ranking."""

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="reference_figures", verbose_name=_("indicator")
    )
    place = models.CharField(
        _("place"), max_length=200, help_text=_("Another province or the country, for example Đà Nẵng, Cả nước.")
    )
    year = models.PositiveSmallIntegerField(_("year"))

    class Meta:
        verbose_name = _("reference figure")
        verbose_name_plural = _("reference figures")
        ordering = ["indicator__code", "place", "year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "place", "year"],
                condition=Q(superseded_at__isnull=True),
                name="one_reference_figure_a_place_and_year",
                violation_error_message=_("The figure of this place is already recorded for that year."),
            ),
            models.CheckConstraint(
                name="reference_figure_year_in_sight",
                condition=YEAR_IN_SIGHT,
                violation_error_message=_("The year has four digits, for example 2030."),
            ),
            models.CheckConstraint(
                name="reference_figure_replaced_for_a_reason",
                condition=REASON_WHEN_REPLACED,
                violation_error_message=_("Give the reason for replacing the reference figure."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
