"""A round asks for one form in one period; it keeps its own copy of the lines, so a later change of the form
never rewrites what was asked."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..calendars import period_name
from ..clock import now
from ..fields import FoldedField
from ..source import address
from .capacities import SignOffWay
from .catalogue import Definition, Indicator
from .forms import Calendar, CountingFigure, ReportingForm, SubjectRule
from .history import recorded
from .people import User
from .units import Unit


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("Holiday")
    SWAPPED = "swapped", _("Weekend day worked in exchange")


class SpecialDay(models.Model):
    """A day on which the week does not decide who works: due dates in working days rest on it (domain.md 19)."""

    day = models.DateField(_("day"), unique=True, error_messages={"unique": _("This day is already recorded.")})
    kind = models.CharField(_("kind of day"), max_length=10, choices=DayKind)
    name = models.CharField(_("occasion"), max_length=200)
    search = FoldedField(source="name", max_length=200)

    history = recorded()

    class Meta:
        verbose_name = _("holiday or swapped day")
        verbose_name_plural = _("holidays and swapped days")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"


class Period(models.Model):
    """Half-open: from the first day to the day after the last. Approvals lock its row (see totals.py)."""

    calendar = models.CharField(_("calendar"), max_length=10, choices=Calendar, default=Calendar.REPORTING)
    label = models.CharField(_("label"), max_length=20)
    first_day = models.DateField(_("first day"))
    day_after_last = models.DateField(_("day after the last"))

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        ordering = ["-day_after_last", "-first_day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "label"],
                name="one_period_a_calendar_and_label",
                violation_error_message=_("This calendar already has a period with that label."),
            ),
            models.CheckConstraint(
                name="period_has_days",
                condition=Q(day_after_last__gt=F("first_day")),
                violation_error_message=_("A period ends after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return period_name(self.label)

    @property
    def last_day(self) -> date:
        return self.day_after_last - timedelta(days=1)


class Round(models.Model):
    form = models.ForeignKey(ReportingForm, models.PROTECT, related_name="rounds", verbose_name=_("reporting form"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="rounds", verbose_name=_("period"))
    opens_on = models.DateField(_("opens on"))
    due_on = models.DateField(_("due on"), null=True)  # an archival round has none
    is_archival = models.BooleanField(
        _("entered from archived documents"),
        default=False,
        help_text=_(
            "Figures of the past, typed from the document that is named; members of a successor enter them."
        ),
    )
    source_document = models.CharField(_("archived document"), max_length=300, blank=True)
    asking_document = models.CharField(_("document that asks for it"), max_length=300, blank=True)
    is_illustrative = models.BooleanField(
        _("illustration"), default=False, help_text=_("Made-up figures; every page that shows them says so.")
    )
    asks_sign_off = models.BooleanField(_("asks for sign-off by the unit's leader"))
    sign_off_way = models.CharField(
        _("how it is signed off"), max_length=10, choices=SignOffWay, default=SignOffWay.BOTH
    )
    asks_verification = models.BooleanField(_("asks for verification"))
    asks_publication = models.BooleanField(_("publication is a step of its own"))
    counting_figure = models.CharField(
        _("figure that counts where a reviewer has another"),
        max_length=10,
        choices=CountingFigure,
        default=CountingFigure.REPORTED,
    )
    days_to_explain = models.PositiveSmallIntegerField(_("days to explain, in working days"), default=3)
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["-period__day_after_last", "form__code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "period"],
                name="one_round_a_form_and_period",
                violation_error_message=_("This form already has a round for that period."),
            ),
            models.CheckConstraint(
                name="round_is_due_unless_archival",
                condition=Q(is_archival=False, due_on__isnull=False) | Q(is_archival=True, due_on__isnull=True),
                violation_error_message=_("A round has a due date, unless it is entered from archived documents."),
            ),
            models.CheckConstraint(
                name="archival_round_names_its_document",
                condition=Q(is_archival=False) | ~Q(source_document=""),
                violation_error_message=_("Name the document that the figures are taken from."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form.name}, {self.period}"

    @property
    def counts_assessed(self) -> bool:
        """Where a reviewer has entered a figure, that one counts."""
        return self.counting_figure == CountingFigure.ASSESSED

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None


class RoundLine(models.Model):
    round = models.ForeignKey(Round, models.PROTECT, related_name="lines", verbose_name=_("round"))
    order = models.PositiveSmallIntegerField(_("order"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="+", verbose_name=_("definition"))
    subject_rule = models.CharField(_("about whom"), max_length=20, choices=SubjectRule)
    is_mandatory = models.BooleanField(_("must be filled"), default=True)
    asks_evidence = models.BooleanField(_("evidence must be attached"), default=False)

    class Meta:
        verbose_name = _("line of a round")
        verbose_name_plural = _("lines of rounds")
        ordering = ["round", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "indicator"], name="one_line_a_round_and_indicator")
        ]

    def __str__(self) -> str:
        return str(self.order)


class RoundAct(models.TextChoices):
    OPENED = "opened", _("Opened")
    LOCKED = "locked", _("Locked")
    UNLOCKED = "unlocked", _("Unlocked")
    ADDED = "added", _("Unit added")
    DROPPED = "dropped", _("Unit taken out")


ABOUT_A_UNIT = (RoundAct.ADDED.value, RoundAct.DROPPED.value)


class RoundEvent(models.Model):
    """Append-only: who opened, locked or unlocked a round, or added or took out a unit, when and why. The timer
    opens as nobody; of an opening with gaps `reason` names them."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="events", verbose_name=_("round"))
    act = models.CharField(_("act"), max_length=10, choices=RoundAct)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reporting unit")
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=now)
    reason = models.TextField(_("reason"), blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, default=address)

    class Meta:
        verbose_name = _("event of a round")
        verbose_name_plural = _("events of rounds")
        ordering = ["round", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="round_event_names_its_unit_and_why",
                condition=(Q(act__in=ABOUT_A_UNIT, unit__isnull=False) & ~Q(reason=""))
                | (~Q(act__in=ABOUT_A_UNIT) & Q(unit__isnull=True)),
                violation_error_message=_("Name the unit, and give the reason."),
            )
        ]

    def __str__(self) -> str:
        return self.get_act_display()


class Extension(models.Model):
    """Append-only: the due date moved, for one unit or (None) for all. It changes timeliness, not access
    (domain.md 19)."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="extensions", verbose_name=_("round"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for reports of")
    )
    due_on = models.DateField(_("new due date"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=now)
    address = models.GenericIPAddressField(_("address"), null=True, default=address)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["round", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="extension_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Give the reason for the extension."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.due_on:%d/%m/%Y}"
