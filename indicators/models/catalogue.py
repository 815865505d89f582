"""What is reported: programmes, indicators with their dated definitions, and the forms that ask for them."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..fields import FigureField, FoldedField
from ..numbers import MAX_DECIMALS
from .units import BEGINNING, Unit, UnitKind


class ValueKind(models.TextChoices):
    NUMBER = "number", _("Number")
    RATIO = "ratio", _("Ratio of two numbers")
    YES_NO = "yes_no", _("Yes or no")
    TEXT = "text", _("Text")


class Direction(models.TextChoices):
    UP = "up", _("Higher is better")
    DOWN = "down", _("Lower is better")
    NONE = "none", _("Neither")


class OverUnits(models.TextChoices):
    """How the figures of several units become one (domain.md 9); whoever defines an indicator must choose."""

    SUM = "sum", _("Sum")
    RATIO = "ratio", _("Ratio of sums: numerators over denominators")
    COUNT = "count", _("Count of yes")
    NONE = "none", _("None: the level reported only")


class OverTime(models.TextChoices):
    """How the figures of several periods become one (domain.md 9)."""

    STOCK = "stock", _("Stock: the last cut-off")
    FLOW = "flow", _("Flow: the sum of the periods")
    RUNNING = "running", _("Running total of the year, as reported")


class Breakdown(models.TextChoices):
    """Who may see which unit reported what (domain.md 41)."""

    PUBLIC = "public", _("Everybody")
    STATE = "state", _("State bodies only")
    UNIT = "unit", _("The unit and its verifiers only")


class SubjectRule(models.TextChoices):
    """Whom a line of a form is about (domain.md 6)."""

    SELF = "self", _("The reporting unit itself")
    PROVINCE = "province", _("The province")
    EACH_COMMUNE = "each_commune", _("Each commune")


class Step(models.TextChoices):
    VERIFY = "verify", _("Verification")
    APPROVE = "approve", _("Approval")


class Programme(models.Model):
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=300)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class IndicatorGroup(models.Model):
    """A group of indicators: hạ tầng số, dữ liệu số, … (only some of them are official pillars)."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("group of indicators")
        verbose_name_plural = _("groups of indicators")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=300)
    search = FoldedField(source="name", max_length=300)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ProgrammeIndicator(models.Model):
    """An indicator may serve several programmes, in a group and at a place of each (domain.md 42)."""

    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name=_("programme"))
    group = models.ForeignKey(IndicatorGroup, models.PROTECT, verbose_name=_("group of indicators"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="programme_places", verbose_name=_("indicator")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("indicator of a programme")
        verbose_name_plural = _("indicators of programmes")
        ordering = ["programme", "group__order", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "indicator"],
                name="one_place_a_programme_and_indicator",
                violation_error_message=_("The programme already holds this indicator."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}/{self.indicator_id}"


class DefinitionQuerySet(models.QuerySet["Definition"]):
    def on(self, cut_off: date) -> "DefinitionQuerySet":
        """The newest definition of each indicator on a cut-off day."""
        newer = Definition.objects.filter(
            indicator=models.OuterRef("indicator"),
            valid_from__gt=models.OuterRef("valid_from"),
            valid_from__lte=cut_off,
        )
        return self.filter(~models.Exists(newer), valid_from__lte=cut_off)


class Definition(models.Model):
    """How an indicator is measured from a day on; a new way of measuring is a new row (domain.md 9, 13)."""

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="definitions", verbose_name=_("indicator")
    )
    valid_from = models.DateField(_("valid from"), default=BEGINNING)
    description = models.TextField(_("how it is measured"), blank=True)
    value_kind = models.CharField(_("kind of value"), max_length=10, choices=ValueKind)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)
    ratio_base = models.PositiveIntegerField(_("ratio: value when part equals whole"), default=100)
    numerator_name = models.CharField(_("name of the numerator"), max_length=200, blank=True)
    denominator_name = models.CharField(_("name of the denominator"), max_length=200, blank=True)
    yes_words = models.CharField(_("words for yes"), max_length=100, blank=True)
    no_words = models.CharField(_("words for no"), max_length=100, blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    lower_bound = FigureField(_("lower bound"), null=True, blank=True)
    upper_bound = FigureField(_("upper bound"), null=True, blank=True)
    over_units = models.CharField(_("rule over units"), max_length=10, choices=OverUnits)
    over_time = models.CharField(_("rule over time"), max_length=10, choices=OverTime)
    source_kind = models.CharField(_("contributing kind of unit"), max_length=20, choices=UnitKind, blank=True)
    source_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contributing unit")
    )
    lead_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead unit")
    )
    breakdown = models.CharField(
        _("who sees the breakdown by unit"), max_length=10, choices=Breakdown, default=Breakdown.PUBLIC
    )

    objects = DefinitionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("definition")
        verbose_name_plural = _("definitions")
        ordering = ["indicator", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "valid_from"],
                name="one_definition_an_indicator_and_day",
                violation_error_message=_("This indicator already has a definition beginning on that day."),
            ),
            models.CheckConstraint(
                name="definition_decimals_within_reach",
                condition=Q(decimals__lte=MAX_DECIMALS),
                violation_error_message=_("At most six decimals are kept."),
            ),
            models.CheckConstraint(
                name="definition_one_contributing_source",
                condition=Q(source_kind="", source_unit__isnull=False)
                | (~Q(source_kind="") & Q(source_unit__isnull=True)),
                violation_error_message=_("Name one contributing source: either a kind of unit or one unit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%d/%m/%Y}"

    @property
    def is_ratio(self) -> bool:
        return self.value_kind == ValueKind.RATIO

    @property
    def is_percent(self) -> bool:
        return self.unit_of_measure == "%"

    def is_contributed_by(self, *, unit_id: int, kind: str) -> bool:
        """Whether a reporting unit is the one contributing source; any other report is a cross-check."""
        return unit_id == self.source_unit_id if self.source_unit_id else kind == self.source_kind


class ReportingForm(models.Model):
    """A form (biểu mẫu) as issued: its lines, who fills it, and which steps a report goes through."""

    code = models.CharField(_("form code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=300)
    issued_by = models.CharField(_("issuing document"), max_length=300, blank=True)
    contact = models.CharField(_("whom to call"), max_length=200)
    units = models.ManyToManyField(Unit, related_name="forms", verbose_name=_("units that report"))
    asks_sign_off = models.BooleanField(_("asks for sign-off by the unit's leader"), default=True)
    asks_verification = models.BooleanField(_("asks for verification"), default=True)
    asks_publication = models.BooleanField(_("publication is a step of its own"), default=False)

    history = HistoricalRecords(m2m_fields=[units])

    class Meta:
        verbose_name = _("reporting form")
        verbose_name_plural = _("reporting forms")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class FormLine(models.Model):
    form = models.ForeignKey(ReportingForm, models.CASCADE, related_name="lines", verbose_name=_("reporting form"))
    order = models.PositiveSmallIntegerField(_("order"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    subject_rule = models.CharField(_("about whom"), max_length=20, choices=SubjectRule)
    is_mandatory = models.BooleanField(_("must be filled"), default=True)

    class Meta:
        verbose_name = _("line of a form")
        verbose_name_plural = _("lines of forms")
        ordering = ["form", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "indicator"],
                name="one_line_a_form_and_indicator",
                violation_error_message=_("The form already has a line for this indicator."),
            )
        ]

    def __str__(self) -> str:
        return str(self.order)


class StepHolder(models.Model):
    """Which unit's people carry out a step of a form, for one reporting unit or (None) for all others."""

    form = models.ForeignKey(
        ReportingForm, models.CASCADE, related_name="step_holders", verbose_name=_("reporting form")
    )
    step = models.CharField(_("step"), max_length=10, choices=Step)
    reporting_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for reports of")
    )
    holder = models.ForeignKey(Unit, models.PROTECT, related_name="held_steps", verbose_name=_("held by"))

    class Meta:
        verbose_name = _("holder of a step")
        verbose_name_plural = _("holders of steps")
        ordering = ["form", "step", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "step", "reporting_unit"],
                name="one_holder_a_step_and_unit",
                violation_error_message=_("This step already has a holder for that unit."),
            ),
            models.UniqueConstraint(
                fields=["form", "step"],
                condition=Q(reporting_unit__isnull=True),
                name="one_holder_a_step_for_the_others",
                violation_error_message=_("This step already has a holder for all other units."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_step_display()
