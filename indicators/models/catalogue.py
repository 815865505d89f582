"""What is reported: programmes, groups, and indicators with their dated definitions."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..clock import now
from ..fields import FigureField, FoldedField
from ..formulas import MAX_LENGTH
from ..numbers import MAX_DECIMALS
from .documents import Document
from .history import recorded
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


BAND_IN_SIGHT = Q(band__isnull=True) | Q(band__gte=0, band__lte=100)
BAND_OUT_OF_SIGHT = _("The band is between 0 and 100 per cent.")
FEWEST_COMPANIES = 3  # a public breakdown over fewer suppliers tells each what the other sells (domain.md 41)


class Breakdown(models.TextChoices):
    """Who may see which unit reported what (domain.md 41)."""

    PUBLIC = "public", _("Everybody")
    STATE = "state", _("State bodies only")
    UNIT = "unit", _("The unit and its verifiers only")


class BaseKind(models.TextChoices):
    """What is counted of a unit, and shared by many ratios (domain.md 44)."""

    HOUSEHOLDS = "households", _("Households")
    ADULTS = "adults", _("Adults")
    AGED_15 = "aged_15", _("People of 15 and over")
    VILLAGES = "villages", _("Villages")
    POPULATION = "population", _("Population")


class ReportSection(models.TextChoices):
    """The sections of the province's report, in its order (domain.md 34)."""

    LEADING = "leading", _("Leadership and direction")
    RESULTS = "results", _("Results")
    SHORTCOMINGS = "shortcomings", _("Shortcomings and their causes")
    TASKS = "tasks", _("Tasks and measures of the coming period")
    PROPOSALS = "proposals", _("Requests and proposals")


class Outliers(models.TextChoices):
    """How a figure far from the unit's own history is found; from twelve periods of it on."""

    NONE = "", _("Not looked for")
    Z = "z", _("Z-score above 3")
    MODIFIED_Z = "modified_z", _("Modified z-score above 3,5")
    MIN_MAX = "min_max", _("Outside the least and the greatest so far")


class Programme(models.Model):
    """A programme or plan over some years; programmes overlap in time (domain.md 42)."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=300)
    first_year = models.PositiveSmallIntegerField(_("first year"), default=2021)
    last_year = models.PositiveSmallIntegerField(_("last year"), default=2025)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    band = FigureField(
        _("band, per cent"),
        null=True,
        blank=True,
        help_text=_(
            "How far a figure may lie behind the planned way and still count as on track, in per cent of what is "
            "planned for the day. Empty: 5."
        ),
    )
    is_illustrative = models.BooleanField(
        _("illustration"), default=False, help_text=_("Made-up targets; every page that shows them says so.")
    )

    history = recorded()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="programme_band_in_sight", condition=BAND_IN_SIGHT, violation_error_message=BAND_OUT_OF_SIGHT
            ),
            models.CheckConstraint(
                name="programme_lasts_forward",
                condition=Q(last_year__gte=models.F("first_year")),
                violation_error_message=_("A programme ends in or after its first year."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorGroup(models.Model):
    """A group of indicators: hạ tầng số, dữ liệu số, … (only some of them are official pillars)."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    history = recorded()

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
    is_ranked = models.BooleanField(
        _("units are ranked by it"),
        default=False,
        help_text=_(
            "Whoever answers for the indicator decides it. Departments and communes are ranked apart, by published "
            "ratios and percentages alone; companies never."
        ),
    )
    section = models.CharField(
        _("section of the province's report"),
        max_length=15,
        choices=ReportSection,
        blank=True,
        help_text=_("Of a narrative line: where what the units wrote stands for whoever compiles the report."),
    )

    history = recorded()

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
    band = FigureField(_("band, per cent"), null=True, blank=True, help_text=_("Empty: the band of the programme."))

    history = recorded()

    class Meta:
        verbose_name = _("indicator of a programme")
        verbose_name_plural = _("indicators of programmes")
        ordering = ["programme", "group__order", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="place_band_in_sight", condition=BAND_IN_SIGHT, violation_error_message=BAND_OUT_OF_SIGHT
            ),
            models.UniqueConstraint(
                fields=["programme", "indicator"],
                name="one_place_a_programme_and_indicator",
                violation_error_message=_("The programme already holds this indicator."),
            ),
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

    def computed(self) -> "DefinitionQuerySet":
        """Those whose figure a formula gives."""
        return self.exclude(formula="")


class Definition(models.Model):
    """How an indicator is measured from a day on; a new way of measuring is a new row (domain.md 9, 13)."""

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="definitions", verbose_name=_("indicator")
    )
    valid_from = models.DateField(_("valid from"), default=BEGINNING)
    measured_since = models.DateField(
        _("measured this way since"),
        null=True,
        blank=True,
        help_text=_(
            "Empty: since the definition holds. An earlier day where only the sources or the lead unit changed: "
            "the series goes on without a break."
        ),
    )
    description = models.TextField(_("how it is measured"), blank=True)
    value_kind = models.CharField(_("kind of value"), max_length=10, choices=ValueKind)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)
    ratio_base = models.PositiveIntegerField(_("ratio: value when part equals whole"), default=100)
    numerator_name = models.CharField(_("name of the numerator"), max_length=200, blank=True)
    denominator_name = models.CharField(_("name of the denominator"), max_length=200, blank=True)
    denominator_kind = models.CharField(
        _("base figure of the denominator"),
        max_length=15,
        choices=BaseKind,
        blank=True,
        help_text=_("Empty: the unit types it. Else it is the base figure in force on the cut-off day."),
    )
    yes_words = models.CharField(_("words for yes"), max_length=100, blank=True)
    no_words = models.CharField(_("words for no"), max_length=100, blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    lower_bound = FigureField(_("lower bound"), null=True, blank=True)
    upper_bound = FigureField(_("upper bound"), null=True, blank=True)
    never_falls = models.BooleanField(
        _("cannot fall"), default=False, help_text=_("A figure below that of the last period is refused.")
    )
    change_limit = FigureField(
        _("usual change, per cent"),
        null=True,
        blank=True,
        help_text=_("A greater change on the last period asks for an explanation."),
    )
    outliers = models.CharField(
        _("unusual figures"), max_length=10, choices=Outliers, blank=True, default=Outliers.NONE
    )
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
    formula = models.CharField(
        _("formula"),
        max_length=MAX_LENGTH,
        blank=True,
        help_text=_(
            "Only where the figure is computed from other indicators, for example HT.01 ÷ HT.02 × 100. It is "
            "evaluated at each unit and never stored; where a figure is missing there is none. or0(HT.02) counts a "
            "figure that nobody reported as 0."
        ),
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=now, editable=False)

    objects = DefinitionQuerySet.as_manager()
    history = recorded()

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
                name="definition_change_limit_is_positive",
                condition=Q(change_limit__isnull=True) | Q(change_limit__gt=0),
                violation_error_message=_("The usual change is greater than 0 per cent."),
            ),
            models.CheckConstraint(
                name="definition_measured_since_the_past",
                condition=Q(measured_since__isnull=True) | Q(measured_since__lte=models.F("valid_from")),
                violation_error_message=_(
                    "The day since which it is measured this way cannot come after the day from which it holds."
                ),
            ),
            models.CheckConstraint(
                name="definition_one_contributing_source",
                condition=Q(formula="", source_kind="", source_unit__isnull=False)
                | (Q(formula="", source_unit__isnull=True) & ~Q(source_kind=""))
                | Q(formula="", value_kind=ValueKind.TEXT, source_kind="", source_unit__isnull=True)
                | (~Q(formula="") & Q(source_kind="", source_unit__isnull=True)),
                violation_error_message=_(
                    "Name one contributing source: either a kind of unit or one unit; of a formula none, since "
                    "what is reported of it is a cross-check."
                ),
            ),
            models.CheckConstraint(
                name="definition_denominator_of_a_ratio",
                condition=Q(denominator_kind="") | Q(value_kind=ValueKind.RATIO),
                violation_error_message=_("Only a ratio takes its denominator from base figures."),
            ),
            models.CheckConstraint(
                name="definition_formula_gives_a_number",
                condition=Q(formula="")
                | Q(value_kind=ValueKind.NUMBER, over_units=OverUnits.NONE, over_time=OverTime.STOCK),
                violation_error_message=_(
                    "A formula gives a number and is evaluated anew at each unit and period: choose “number” as "
                    "its kind, “none” over units and “stock” over time."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%d/%m/%Y}"

    def measures_as(self, other: "Definition") -> bool:
        """Whether figures of both may be compared: the same measure, whoever reports it or answers for it."""
        same_day = (self.measured_since or self.valid_from) == (other.measured_since or other.valid_from)
        return self.indicator_id == other.indicator_id and same_day

    @property
    def is_ratio(self) -> bool:
        return self.value_kind == ValueKind.RATIO

    @property
    def is_percent(self) -> bool:
        return self.unit_of_measure == "%"

    @property
    def large_change(self) -> Decimal:
        """In per cent of the last figure; more than that is called large. The setting's where none is stated."""
        return Decimal(settings.LARGE_CHANGE_PERCENT) if self.change_limit is None else self.change_limit

    def is_contributed_by(self, *, unit_id: int, kind: str) -> bool:
        """Whether a reporting unit is the one contributing source; any other report is a cross-check. A narrative
        section has none: what each unit wrote stands for itself (domain.md 43). A formula has none either: what is
        reported of it is held against what it gives."""
        if self.formula:
            return False
        if self.value_kind == ValueKind.TEXT:
            return True
        return unit_id == self.source_unit_id if self.source_unit_id else kind == self.source_kind
