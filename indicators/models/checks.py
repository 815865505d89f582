"""Rules between the figures of one report, as data: what must agree, come together or exclude one another."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .forms import ReportingForm
from .history import recorded
from .rounds import Round


class CheckKind(models.TextChoices):
    COMPARE = "compare", _("Both sides compare as stated")
    TOGETHER = "together", _("Where the left has a figure, the right has one too")
    EXCLUSIVE = "exclusive", _("Left and right never both have a figure")


class Comparison(models.TextChoices):
    EQUAL = "eq", "="
    AT_MOST = "lte", "≤"
    LESS = "lt", "<"
    AT_LEAST = "gte", "≥"
    MORE = "gt", ">"


class IfMissing(models.TextChoices):
    """What a comparison does where figures are missing."""

    SKIP_ANY = "skip_any", _("Not checked if any figure is missing")
    SKIP_ALL = "skip_all", _("Not checked only if all figures of a side are missing")
    NEVER = "never", _("Always checked; a missing figure counts as 0")


class Severity(models.TextChoices):
    ERROR = "error", _("Error: blocks the hand-in")
    WARNING = "warning", _("Warning: asks for an explanation")


class Check(models.Model):
    """`left` and `right` are codes of indicators joined by "+"; on the right of a comparison a number may stand."""

    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind of rule"), max_length=10, choices=CheckKind, default=CheckKind.COMPARE)
    left = models.CharField(
        _("left side"), max_length=300, help_text=_("Codes joined by +, for example HT.04 + HT.05")
    )
    comparison = models.CharField(_("comparison"), max_length=3, choices=Comparison, blank=True)
    right = models.CharField(_("right side"), max_length=300, help_text=_("Codes joined by +, or a number"))
    if_missing = models.CharField(
        _("if figures are missing"), max_length=10, choices=IfMissing, default=IfMissing.SKIP_ANY
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.ERROR)
    sentence = models.CharField(_("sentence for the officer"), max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.left} {self.get_comparison_display() or '↔'} {self.right}"


COMPARES = Q(kind=CheckKind.COMPARE) & ~Q(comparison="") | ~Q(kind=CheckKind.COMPARE) & Q(comparison="")


class FormCheck(Check):
    form = models.ForeignKey(ReportingForm, models.CASCADE, related_name="checks", verbose_name=_("reporting form"))

    history = recorded()

    class Meta:
        verbose_name = _("rule of a form")
        verbose_name_plural = _("rules of forms")
        ordering = ["form", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="form_check_compares",
                condition=COMPARES,
                violation_error_message=_("A comparison names its sign; any other rule has none."),
            )
        ]


class RoundCheck(Check):
    """The rule as it was when the round opened."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="checks", verbose_name=_("round"))

    class Meta:
        verbose_name = _("rule of a round")
        verbose_name_plural = _("rules of rounds")
        ordering = ["round", "order", "pk"]
