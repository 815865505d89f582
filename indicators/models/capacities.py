"""In which capacity somebody signs (domain.md 21; Decree 30/2020, article 13): as head, or in the head's place."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

FACTS = ("capacity", "title", "authority_number", "authority_date", "authorised_from", "authorised_to")


class Capacity(models.TextChoices):
    HEAD = "head", _("Head of the unit")
    DEPUTY = "deputy", _("Deputy, signs for the head (KT.)")
    AUTHORISED = "authorised", _("By authorisation of the head (TUQ.)")
    BY_ORDER = "by_order", _("By order of the head (TL.)")
    ACTING = "acting", _("Acting head (Q.)")
    IN_CHARGE = "in_charge", _("In charge of the unit (phụ trách)")


class Way(models.TextChoices):
    SYSTEM = "system", _("On the system")
    PAPER = "paper", _("By attached signed document")


class SignOffWay(models.TextChoices):
    """Which ways of signing a form allows."""

    BOTH = "both", _("On the system or by attached signed document")
    SYSTEM = "system", _("On the system only")
    PAPER = "paper", _("By attached signed document only")

    def allows(self, way: str) -> bool:
        return self == SignOffWay.BOTH or self.value == way


class SignsAs(models.Model):
    """The capacity, and what it rests on. An authorisation has its own days, both included; no other capacity has
    any. An empty capacity: not stated, as of whoever signed before it was asked for."""

    capacity = models.CharField(_("signs as"), max_length=12, choices=Capacity, blank=True)
    title = models.CharField(
        _("title when signing"),
        max_length=150,
        blank=True,
        help_text=_("As printed under the capacity, for example Phó Giám đốc. Empty: the account's position."),
    )
    authority_number = models.CharField(_("number of the authorising document"), max_length=100, blank=True)
    authority_date = models.DateField(_("day of the authorising document"), null=True, blank=True)
    authorised_from = models.DateField(_("authorised from"), null=True, blank=True)
    authorised_to = models.DateField(_("authorised to the end of"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_authorisation_is_whole",
                condition=~Q(capacity=Capacity.AUTHORISED)
                | (
                    ~Q(authority_number="")
                    & Q(authority_date__isnull=False, authorised_from__isnull=False, authorised_to__isnull=False)
                ),
                violation_error_message=_(
                    "Signing by authorisation (TUQ.) needs the number and the day of the document, and from when "
                    "to when it holds."
                ),
            ),
            models.CheckConstraint(
                name="%(class)s_only_authorisation_has_days",
                condition=Q(capacity=Capacity.AUTHORISED)
                | Q(authorised_from__isnull=True, authorised_to__isnull=True),
                violation_error_message=_("Only signing by authorisation (TUQ.) has days of its own."),
            ),
            models.CheckConstraint(
                name="%(class)s_authorisation_in_order",
                condition=Q(authorised_from__isnull=True)
                | Q(authorised_to__isnull=True)
                | Q(authorised_to__gte=F("authorised_from")),
                violation_error_message=_("An authorisation ends on the day it begins or later."),
            ),
        ]

    @property
    def is_authorised(self) -> bool:
        return self.capacity == Capacity.AUTHORISED

    def may_sign_on(self, day: date) -> bool:
        """Outside its days an authorisation lets nobody sign."""
        if not self.is_authorised or self.authorised_from is None or self.authorised_to is None:
            return not self.is_authorised
        return self.authorised_from <= day <= self.authorised_to

    def capacity_facts(self) -> dict[str, Any]:
        """Column → what stands in it."""
        return {name: getattr(self, name) for name in FACTS}


_WITHOUT_DAYS = ("", *(each.value for each in Capacity if each != Capacity.AUTHORISED))


def authorised_on(day: date, path: str = "") -> Q:
    """SignsAs.may_sign_on as a filter, along a path such as "unit__memberships__". Nothing in it is negated: along
    a path with many rows that would ask about all of them at once."""
    within = Q(**{f"{path}authorised_from__lte": day, f"{path}authorised_to__gte": day})
    return Q(**{f"{path}capacity__in": _WITHOUT_DAYS}) | within
