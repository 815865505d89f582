"""What is kept of a figure, and what is said of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..fields import FigureField


class EntryState(models.TextChoices):
    """What is said of a cell; blank means missing, and missing is not zero (domain.md 10)."""

    REPORTED = "reported", _("Reported")
    NOT_AVAILABLE = "not_available", _("Could not be collected")
    NOT_APPLICABLE = "not_applicable", _("Does not concern this unit")


class FigureStatus(models.TextChoices):
    OFFICIAL = "official", _("Official")
    PROVISIONAL = "provisional", _("Provisional")
    ESTIMATE = "estimate", _("Estimate")


class Qualifier(models.TextChoices):
    NEARLY = "nearly", _("nearly")
    OVER = "over", _("over")
    ABOUT = "about", _("about")


class Figure(models.Model):
    """What is kept of a figure, wherever it stands: the value as written, its parts, and what is said of it.

    `decimals` counts the decimals as written (53,8 and 53,80 differ); a computed value has its definition's.
    """

    state = models.CharField(_("state"), max_length=20, choices=EntryState, blank=True)
    value = FigureField(_("value"), null=True, blank=True)
    numerator = FigureField(_("numerator"), null=True, blank=True)
    denominator = FigureField(_("denominator"), null=True, blank=True)
    text = models.TextField(_("text"), blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals as written"), default=0)
    qualifier = models.CharField(_("qualifier"), max_length=10, choices=Qualifier, blank=True)
    status = models.CharField(
        _("status of the figure"), max_length=20, choices=FigureStatus, default=FigureStatus.OFFICIAL
    )

    class Meta:
        abstract = True

    @property
    def has_parts(self) -> bool:
        return self.numerator is not None and self.denominator is not None
