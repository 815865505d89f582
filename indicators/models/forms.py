"""The forms that ask for figures: their lines, who fills them, when they are due, and who holds their steps."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .. import calendars
from .capacities import SignOffWay
from .catalogue import Indicator
from .history import recorded
from .units import Unit


class SubjectRule(models.TextChoices):
    """Whom a line of a form is about (domain.md 6)."""

    SELF = "self", _("The reporting unit itself")
    PROVINCE = "province", _("The province")
    EACH_COMMUNE = "each_commune", _("Each commune")


class Calendar(models.TextChoices):
    REPORTING = calendars.REPORTING, _("Reporting calendar (Decree 09/2019): 15th to 14th")
    STATISTICAL = calendars.STATISTICAL, _("Statistical calendar: calendar months")


class Frequency(models.TextChoices):
    """How often a form is asked for; rounds of an ad-hoc form are opened by hand alone."""

    MONTH = calendars.Frequency.MONTH, _("Every month")
    QUARTER = calendars.Frequency.QUARTER, _("Every quarter")
    HALF = calendars.Frequency.HALF, _("Every half year")
    NINE_MONTHS = calendars.Frequency.NINE_MONTHS, _("First nine months")
    YEAR = calendars.Frequency.YEAR, _("Every year")
    AD_HOC = calendars.Frequency.AD_HOC, _("When asked for")


class FormKind(models.TextChoices):
    """What a report of the form holds; each kind freezes, checks and applies its own way (workflow.py)."""

    FIGURES = "figures", _("Figures and narrative")
    REGISTER = "register", _("A list for a register")


class CountingFigure(models.TextChoices):
    """Which figure counts on approval where a reviewer has entered another (domain.md 26)."""

    REPORTED = "reported", _("The reported figure")
    ASSESSED = "assessed", _("The reviewer's own figure")


class Step(models.TextChoices):
    VERIFY = "verify", _("Verification")
    APPROVE = "approve", _("Approval")
    PUBLISH = "publish", _("Publication")


class ReportingForm(models.Model):
    """A form (biểu mẫu) as issued: its lines, who fills it, and which steps a report goes through."""

    code = models.CharField(_("form code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=300)
    issued_by = models.CharField(_("issuing document"), max_length=300, blank=True)
    contact = models.CharField(_("whom to call"), max_length=200)
    units = models.ManyToManyField(Unit, related_name="forms", verbose_name=_("units that report"))
    asks_sign_off = models.BooleanField(_("asks for sign-off by the unit's leader"), default=True)
    sign_off_way = models.CharField(
        _("how it is signed off"), max_length=10, choices=SignOffWay, default=SignOffWay.BOTH
    )
    asks_verification = models.BooleanField(_("asks for verification"), default=True)
    asks_publication = models.BooleanField(_("publication is a step of its own"), default=False)
    counting_figure = models.CharField(
        _("figure that counts where a reviewer has another"),
        max_length=10,
        choices=CountingFigure,
        default=CountingFigure.REPORTED,
        help_text=_("The other one is shown beside it, with the reviewer's reason."),
    )
    days_to_explain = models.PositiveSmallIntegerField(
        _("days to explain, in working days"),
        default=3,
        validators=[MaxValueValidator(60)],
        help_text=_("So long the unit may explain its figure where a reviewer has entered another."),
    )
    kind = models.CharField(_("kind of form"), max_length=10, choices=FormKind, default=FormKind.FIGURES)
    register = models.OneToOneField(
        "Register",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="form",
        verbose_name=_("register"),
        help_text=_("Only of a form that collects a list; such a form has no lines."),
        error_messages={"unique": _("Another form collects this register already.")},
    )
    calendar = models.CharField(_("calendar"), max_length=10, choices=Calendar, default=Calendar.REPORTING)
    frequency = models.CharField(_("frequency"), max_length=15, choices=Frequency, default=Frequency.QUARTER)
    opens_after = models.SmallIntegerField(
        _("opens, days after the first day of the period"),
        default=0,
        help_text=_("0: on the first day of the period."),
    )
    due_after = models.SmallIntegerField(
        _("due, days after the cut-off day"),
        default=2,
        help_text=_("0: on the cut-off day; a negative number: before it."),
    )
    due_in_working_days = models.BooleanField(_("the due date counts working days"), default=True)
    opens_itself_from = models.DateField(
        _("rounds open by themselves from"),
        null=True,
        blank=True,
        help_text=_("For periods that begin on or after this day. Empty: rounds are opened by hand."),
    )

    history = recorded(m2m_fields=[units])

    class Meta:
        verbose_name = _("reporting form")
        verbose_name_plural = _("reporting forms")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="ad_hoc_forms_open_by_hand",
                condition=~Q(frequency=Frequency.AD_HOC) | Q(opens_itself_from__isnull=True),
                violation_error_message=_("Rounds of a form without a frequency are opened by hand."),
            ),
            models.CheckConstraint(
                name="list_form_names_its_register",
                condition=Q(kind="register", register__isnull=False)
                | (~Q(kind="register") & Q(register__isnull=True)),
                violation_error_message=_("A form that collects a list names its register, and only such a form."),
            ),
            models.CheckConstraint(
                name="list_is_published_on_approval",
                condition=~Q(kind="register") | Q(asks_publication=False),
                violation_error_message=_("A list is published with its approval, not by a step of its own."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class FormLine(models.Model):
    form = models.ForeignKey(ReportingForm, models.CASCADE, related_name="lines", verbose_name=_("reporting form"))
    order = models.PositiveSmallIntegerField(_("order"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    subject_rule = models.CharField(_("about whom"), max_length=20, choices=SubjectRule)
    is_mandatory = models.BooleanField(_("must be filled"), default=True)
    asks_evidence = models.BooleanField(_("evidence must be attached"), default=False)

    history = recorded()

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

    history = recorded()

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
            models.CheckConstraint(
                name="publication_is_held_for_all",
                condition=~Q(step=Step.PUBLISH) | Q(reporting_unit__isnull=True),
                violation_error_message=_("A round is published as a whole: one unit holds that step for all."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_step_display()
