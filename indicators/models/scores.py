"""Score frameworks (bộ chỉ số): what a year of a kind of unit is scored by (domain.md 31, 32).

A component takes its figure from an indicator, so what units say, with evidence, verification, a reviewer's own
figure, explanation, sign-off, approval and publication, is a report of figures like any other. Points are computed
where they are read (scoring.py), and never stored.
"""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from .. import scoring
from ..fields import FigureField
from .catalogue import Indicator
from .documents import Document
from .history import recorded
from .units import Unit, UnitKind

SCORED_KINDS = (UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.DEPARTMENT)  # no company


class ScoreRule(models.TextChoices):
    SUM = scoring.Rule.SUM, _("Sum of its parts, at most the maximum")
    GIVEN = scoring.Rule.GIVEN, _("The figure is the points")
    RATIO = scoring.Rule.RATIO, _("Ratio, of the maximum")
    STEPS = scoring.Rule.STEPS, _("Steps")
    YES_NO = scoring.Rule.YES_NO, _("Yes or no")
    BEST = scoring.Rule.BEST, _("Ratio over that of the best unit")
    THRESHOLD = scoring.Rule.THRESHOLD, _("All points from a share on, proportional below")


class WhenZero(models.TextChoices):
    NO_VALUE = scoring.Zero.NO_VALUE, _("It cannot be scored")
    NO_POINTS = scoring.Zero.NO_POINTS, _("No points")
    ALL_POINTS = scoring.Zero.ALL_POINTS, _("All points")
    NOT_APPLICABLE = scoring.Zero.NOT_APPLICABLE, _("Does not apply: its points leave the maximum")


class ScoreScale(models.TextChoices):
    POINTS = "points", _("Points")
    INDEX = "index", _("Index from 0 to 1: points over the maximum")


def validate_kinds(text: str) -> None:
    """The kinds of unit, each once, with spaces between."""
    kinds = text.split()
    if not kinds or len(set(kinds)) < len(kinds) or not set(kinds) <= set(SCORED_KINDS):
        raise ValidationError(_("Choose kinds of unit that are scored; companies never are."))


def validate_steps(text: str) -> None:
    _refuse_unreadable(scoring.read_steps, text)


def validate_levels(text: str) -> None:
    _refuse_unreadable(scoring.read_levels, text)


def _refuse_unreadable(read: object, text: str) -> None:
    try:
        read(text)  # type: ignore[operator]
    except scoring.Unreadable as wrong:
        raise ValidationError(str(wrong)) from wrong


class ScoreFrameworkQuerySet(models.QuerySet["ScoreFramework"]):
    def in_force(self) -> "ScoreFrameworkQuerySet":
        return self.filter(issued_at__isnull=False)

    def for_year(self, year: int) -> "ScoreFrameworkQuerySet":
        """Of each set the version that a year is scored by: the last that began by then, unless it ended before."""
        newer = ScoreFramework.objects.in_force().filter(
            code=OuterRef("code"), first_year__gt=OuterRef("first_year"), first_year__lte=year
        )
        begun = self.in_force().filter(~Exists(newer), first_year__lte=year)
        return begun.filter(Q(last_year__isnull=True) | Q(last_year__gte=year))


class ScoreFramework(models.Model):
    """One version of a set. A draft until `issued_at`; then it is only read, and another version takes over."""

    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(
        _("version"), default=1, help_text=_("A set that changes is another version with years of its own.")
    )
    name = models.CharField(_("name"), max_length=300)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(
        _("last year"), null=True, blank=True, help_text=_("Empty: until another version takes over.")
    )
    kinds = models.CharField(_("kinds of unit"), max_length=60, validators=[validate_kinds])
    scale = models.CharField(_("shown as"), max_length=10, choices=ScoreScale, default=ScoreScale.POINTS)
    decimals = models.PositiveSmallIntegerField(
        _("decimals"),
        default=2,
        validators=[MaxValueValidator(4)],
        help_text=_("As it is published: units that are equal so share a place."),
    )
    levels = models.CharField(
        _("levels"),
        max_length=500,
        blank=True,
        validators=[validate_levels],
        help_text=_("From which share of the maximum on, for example 90: Dẫn đầu; 70: Khá; 50: Trung bình."),
    )
    is_ranked = models.BooleanField(
        _("units are ranked by it"), default=False, help_text=_("Whoever issued the set decides it.")
    )
    is_illustrative = models.BooleanField(
        _("illustration"), default=False, help_text=_("An example of a set; every page that shows it says so.")
    )
    issued_at = models.DateTimeField(_("in force since"), null=True, blank=True, editable=False)

    objects = ScoreFrameworkQuerySet.as_manager()
    history = recorded()

    class Meta:
        verbose_name = _("score framework")
        verbose_name_plural = _("score frameworks")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                name="one_framework_a_code_and_version",
                violation_error_message=_("This version of the set exists already."),
            ),
            models.CheckConstraint(
                name="framework_lasts_forward",
                condition=Q(last_year__isnull=True) | Q(last_year__gte=F("first_year")),
                violation_error_message=_("A set ends in or after its first year."),
            ),
            models.CheckConstraint(
                name="framework_year_in_sight",
                condition=Q(first_year__gte=2000, first_year__lte=2100),
                violation_error_message=_("The year has four digits, for example 2026."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_force(self) -> bool:
        return self.issued_at is not None

    @property
    def unit_kinds(self) -> list[UnitKind]:
        return [UnitKind(kind) for kind in self.kinds.split()]


def is_scored() -> Exists:
    """Of a row that names an indicator: whether a set in force gives points to its figure."""
    return Exists(ScoreItem.objects.filter(indicator=OuterRef("indicator"), issued_at__isnull=False))


class ScoreItem(models.Model):
    """A group, a criterion or a component, under the one that it is a part of."""

    framework = models.ForeignKey(
        ScoreFramework, models.CASCADE, related_name="items", verbose_name=_("score framework")
    )
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=500)
    parent_code = models.CharField(
        _("part of"), max_length=20, blank=True, help_text=_("The code of the group; empty: a main index.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    maximum = FigureField(_("maximum points"))
    rule = models.CharField(_("rule"), max_length=10, choices=ScoreRule)
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="score_items",
        verbose_name=_("indicator"),
        help_text=_("Whose figure of the unit is scored; of a group none."),
    )
    base_indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("indicator of the denominator"),
        help_text=_("Where a ratio is that of two indicators."),
    )
    full_at = FigureField(
        _("all points at"),
        null=True,
        blank=True,
        help_text=_("Of a threshold: the per cent that is asked for. Of a plain number: what counts as all of it."),
    )
    when_zero = models.CharField(
        _("where the denominator is 0"), max_length=15, choices=WhenZero, default=WhenZero.NO_VALUE
    )
    may_not_apply = models.BooleanField(
        _("may not apply to a unit"), default=False, help_text=_("Then its points leave the unit's maximum.")
    )
    steps = models.CharField(
        _("steps"),
        max_length=300,
        blank=True,
        validators=[validate_steps],
        help_text=_("From which figure on how many points, for example 4: 20; 3: 15; 2: 10; 1: 5."),
    )
    evidence = models.CharField(_("evidence that is asked for"), max_length=500, blank=True)
    data_source = models.CharField(_("source of the data"), max_length=300, blank=True)
    lead_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead unit")
    )
    verifying_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by")
    )
    issued_at = models.DateTimeField(_("in force since"), null=True, blank=True, editable=False)

    history = recorded()

    class Meta:
        verbose_name = _("part of a score framework")
        verbose_name_plural = _("parts of score frameworks")
        ordering = ["framework", "order", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "code"],
                name="one_item_a_framework_and_code",
                violation_error_message=_("The set already has a part with this code."),
            ),
            models.CheckConstraint(
                name="score_item_rule_known", condition=Q(rule__in=[rule.value for rule in scoring.Rule])
            ),
            models.CheckConstraint(
                name="score_item_has_points",
                condition=Q(maximum__gte=0),
                violation_error_message=_("The maximum is 0 or more points."),
            ),
            models.CheckConstraint(
                name="score_item_is_group_or_component",
                condition=Q(rule="sum", indicator__isnull=True, base_indicator__isnull=True)
                | (~Q(rule="sum") & Q(indicator__isnull=False)),
                violation_error_message=_("A component names its indicator, a group names none."),
            ),
            models.CheckConstraint(
                name="score_item_steps_where_asked",
                condition=Q(rule="steps") & ~Q(steps="") | ~Q(rule="steps") & Q(steps=""),
                violation_error_message=_("Steps belong to the rule “steps”, and to it alone."),
            ),
            models.CheckConstraint(
                name="score_item_full_at_positive",
                condition=Q(full_at__isnull=True) & ~Q(rule="threshold")
                | Q(full_at__isnull=False, full_at__gt=0, rule__in=("threshold", "ratio", "best")),
                violation_error_message=_("A threshold names the share, above 0, that gives all points."),
            ),
            models.CheckConstraint(
                name="score_item_base_of_a_ratio",
                condition=Q(base_indicator__isnull=True) | Q(rule__in=("ratio", "best", "threshold")),
                violation_error_message=_("Only a ratio has an indicator for its denominator."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_group(self) -> bool:
        return self.rule == ScoreRule.SUM

    @property
    def plain(self) -> scoring.Item:
        """As the arithmetic takes it."""
        return scoring.Item(
            self.code,
            self.maximum,
            scoring.Rule(self.rule),
            parent=self.parent_code,
            full_at=self.full_at,
            when_zero=scoring.Zero(self.when_zero),
            may_not_apply=self.may_not_apply,
            steps=scoring.read_steps(self.steps),
        )
