"""Accounts, and what their holders may do for which unit from when to when (domain.md 21, 40)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history import register

from ..clock import today
from .capacities import SignsAs, authorised_on
from .catalogue import FEWEST_COMPANIES, Breakdown
from .history import OfAccounts, Past, Sourced, recorded
from .units import BEGINNING, Unit, UnitKind, UnitSlice


class Role(models.TextChoices):
    REPORTER = "reporter", _("Enters figures for the unit")
    SIGNER = "signer", _("Signs off for the unit")
    VERIFIER = "verifier", _("Verifies reports where the unit holds that step")
    APPROVER = "approver", _("Approves reports where the unit holds that step")
    PUBLISHER = "publisher", _("Publishes rounds where the unit holds that step")
    READER = "reader", _("Reads the figures of the unit and of the units below it")
    ADMINISTRATOR = "administrator", _("Keeps the accounts of the unit and of the units below it")


REVIEWING = (Role.VERIFIER, Role.APPROVER)
BEFORE_PUBLICATION = (*REVIEWING, Role.PUBLISHER)  # their work is figures that are not published yet

# What a group may do is a right too; the model is Django's own, its history stands among ours.
register(Group, app="indicators", bases=[Sourced], m2m_fields=["permissions"])


class AccountManager(UserManager["User"]):
    use_in_migrations = False

    def visible_to(self, user: "User") -> models.QuerySet["User"]:
        """Accounts with a membership, past or present, in a unit that the asking person administers."""
        if user.is_superuser:
            return self.all()
        units = Unit.objects.visible_to(user).order_by()
        own = Membership.objects.filter(user=models.OuterRef("pk"), unit__in=units.values("pk"))
        return self.filter(models.Exists(own))


class User(AbstractUser):
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    position = models.CharField(_("position"), max_length=150, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    must_change_password = models.BooleanField(
        _("must change the password"),
        default=False,
        help_text=_("The password was set by somebody else; nothing opens before its owner has chosen another."),
    )

    objects: ClassVar[AccountManager] = AccountManager()
    history = OfAccounts(
        bases=[Sourced],
        history_manager=Past,
        excluded_fields=["password", "last_login"],
        m2m_fields=["groups", "user_permissions"],
    )

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
    def visible_to(self, user: User) -> "MembershipQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user).order_by().values("pk"))

    def on(self, day: date) -> "MembershipQuerySet":
        return self.filter(valid_from__lte=day).filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day))

    def that_sign(self, day: date) -> "MembershipQuerySet":
        """Whose holder may sign off on the day: an authorisation that is over lets nobody."""
        return self.on(day).filter(authorised_on(day), role=Role.SIGNER)

    def from_today(self) -> "MembershipQuerySet":
        """In force today or later."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=today()))

    def that_see_unpublished(self, day: date) -> "MembershipQuerySet":
        """Whose holder may read what is approved and not published: who decides or publishes, and who reads the
        whole province. Readers of single units wait for the publication like everybody else."""
        slices = UnitSlice.objects.filter(unit=OuterRef("unit"), valid_from__lte=day).order_by("-valid_from")
        of_province = Q(role=Role.READER, kind_on_day=UnitKind.PROVINCE)
        known = self.on(day).alias(kind_on_day=Subquery(slices.values("kind")[:1]))
        return known.filter(Q(role__in=BEFORE_PUBLICATION) | of_province)

    def that_direct(self, day: date) -> "MembershipQuerySet":
        """Whose holder turns a late indicator into a task: who reads the whole province, or approves for it."""
        slices = UnitSlice.objects.filter(unit=OuterRef("unit"), valid_from__lte=day).order_by("-valid_from")
        known = self.on(day).alias(kind_on_day=Subquery(slices.values("kind")[:1]))
        return known.filter(role__in=(Role.READER, Role.APPROVER), kind_on_day=UnitKind.PROVINCE)


class Membership(SignsAs):
    """One role of one account in one unit, from a day until the day before `valid_until`. Of a signer it says in
    which capacity he or she signs, which nobody passes on: signers are named by administrators alone."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("account"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    valid_from = models.DateField(_("valid from"), default=BEGINNING)
    valid_until = models.DateField(_("valid until (first day without it)"), null=True, blank=True)
    is_contact = models.BooleanField(
        _("contact of the unit"),
        default=False,
        help_text=_("Appoints the unit's reporters, ends them and unlocks their accounts; never other roles."),
    )

    objects = MembershipQuerySet.as_manager()
    history = recorded(history_change_reason_field=models.TextField(null=True))

    class Meta(SignsAs.Meta):
        abstract = False
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user", "unit", "role", "valid_from", "pk"]
        constraints = [
            *SignsAs.Meta.constraints,
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
            models.CheckConstraint(
                name="membership_capacity_is_a_signers",
                condition=Q(role=Role.SIGNER)
                | Q(capacity="", title="", authority_number="", authority_date__isnull=True),
                violation_error_message=_("Only whoever signs off for the unit signs in a capacity."),
            ),
            models.CheckConstraint(
                name="membership_authorisation_lies_within",
                condition=Q(authorised_from__isnull=True)
                | Q(authorised_to__isnull=True)
                | (
                    Q(authorised_from__gte=F("valid_from"))
                    & (Q(valid_until__isnull=True) | Q(authorised_to__lt=F("valid_until")))
                ),
                violation_error_message=_("An authorisation lies within the days of the membership."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()

    @property
    def signs_in(self) -> str:
        """The capacity in words; of a signer before it was asked for, that it is not stated."""
        if self.role != Role.SIGNER:
            return ""
        return self.get_capacity_display() or gettext("Not stated")


@dataclass(frozen=True)
class Reader:
    """Somebody who asks which unit reported what. `sees_all` is the one check of domain.md 41: queries
    (Observation.objects.visible_to) and pages ask it alike."""

    units: frozenset[int] = frozenset()  # whose own figures are always seen
    works_for_state: bool = False
    reviews: bool = False

    @classmethod
    def of(cls, user: User) -> "Reader":
        mine = set(Membership.objects.on(today()).filter(user=user).order_by("pk").values_list("unit", "role"))
        units = Unit.objects.with_slice(today()).filter(pk__in={unit for unit, _role in mine}).order_by("pk")
        return cls(
            units=frozenset(unit for unit, _role in mine),
            works_for_state=any(unit.kind_on_day != UnitKind.COMPANY for unit in units),
            reviews=user.is_superuser or any(role in REVIEWING for _unit, role in mine),
        )

    def sees_all(self, rule: str, *, companies: int | None) -> bool:
        """What every unit reported, or the own units' figures alone. `companies`: how many companies reported a
        figure, None where the breakdown holds none."""
        if self.reviews:
            return True
        if rule == Breakdown.PUBLIC:
            return self.works_for_state or companies is None or companies >= FEWEST_COMPANIES
        return rule == Breakdown.STATE and self.works_for_state
