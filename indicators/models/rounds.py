"""A round asks for one form in one period; it keeps its own copy of the lines, so a later change of the form
never rewrites what was asked."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..calendars import period_name
from .catalogue import Definition, Indicator, ReportingForm, SubjectRule


class Calendar(models.TextChoices):
    REPORTING = "nd09", _("Reporting calendar (Decree 09/2019): 15th to 14th")
    STATISTICAL = "tk", _("Statistical calendar: calendar months")


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
    due_on = models.DateField(_("due on"))
    asks_sign_off = models.BooleanField(_("asks for sign-off by the unit's leader"))
    asks_verification = models.BooleanField(_("asks for verification"))
    asks_publication = models.BooleanField(_("publication is a step of its own"))
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
            )
        ]

    def __str__(self) -> str:
        return f"{self.form.name}, {self.period}"

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

    class Meta:
        verbose_name = _("line of a round")
        verbose_name_plural = _("lines of rounds")
        ordering = ["round", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "indicator"], name="one_line_a_round_and_indicator")
        ]

    def __str__(self) -> str:
        return str(self.order)
