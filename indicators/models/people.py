"""Accounts, and what their holders may do for which unit from when to when (domain.md 21, 40)."""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .units import BEGINNING, Unit


class Role(models.TextChoices):
    REPORTER = "reporter", _("Enters figures for the unit")
    SIGNER = "signer", _("Signs off for the unit")
    VERIFIER = "verifier", _("Verifies reports where the unit holds that step")
    APPROVER = "approver", _("Approves reports where the unit holds that step")
    READER = "reader", _("Reads the figures of the unit and of the units below it")


class User(AbstractUser):
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    position = models.CharField(_("position"), max_length=150, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date) -> "MembershipQuerySet":
        return self.filter(valid_from__lte=day).filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day))


class Membership(models.Model):
    """One role of one account in one unit, from a day until the day before `valid_until`."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("account"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    valid_from = models.DateField(_("valid from"), default=BEGINNING)
    valid_until = models.DateField(_("valid until (first day without it)"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user", "unit", "role", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role", "valid_from"],
                name="one_membership_a_role_and_day",
                violation_error_message=_("This account already has that role in the unit from that day."),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_began",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                violation_error_message=_("A membership ends after the day it began."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()
