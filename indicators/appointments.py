"""What the contact of a unit does for it: appoints those who enter its figures, ends them, hands their work over.
Never more: who signs, verifies, approves or administers is named by administrators, who may do this here as well.
Every act is kept in the history of the membership, with who did it and why."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.contrib.admin.models import ADDITION, LogEntry
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from . import contact
from .accounts import with_locks
from .calendars import show_day
from .clock import today
from .models import BEGINNING, Membership, Role, State, Submission, Unit, User
from .models.units import UnitQuerySet
from .refusals import Refused

ORDINARY = (Role.REPORTER, Role.READER)  # roles that let nobody decide about anything
KEEP = "indicators.change_membership"


def units_of(user: User) -> UnitQuerySet:
    """The units whose contact the person is today, and those whose accounts he or she administers."""
    mine = Membership.objects.on(today()).filter(user=user, is_contact=True).order_by()
    allowed = Q(pk__in=mine.values("unit"))
    if user.has_perm(KEEP):
        allowed |= Q(pk__in=Unit.objects.visible_to(user).order_by().values("pk"))
    return Unit.objects.alive_on(today()).filter(allowed)


# --- Who works for the unit


@dataclass(frozen=True)
class Officer:
    """A membership in force today or later, and what bars the contact from each act: a sentence, or nothing."""

    membership: Membership
    account: Any  # a User with the annotations of `_accounts`
    is_own: bool

    @property
    def since(self) -> str:
        begun = self.membership.valid_from
        return "" if begun == BEGINNING else show_day(begun)

    @property
    def last_day(self) -> str:
        """The last day with it; what is stored is the first without."""
        end = self.membership.valid_until
        return show_day(end - timedelta(days=1)) if end else ""

    @cached_property
    def no_unlock(self) -> str:
        return self._beyond

    @cached_property
    def no_password(self) -> str:
        if self.is_own:
            return _("The own password is changed on its own page.")
        if not self.account.is_active:
            return _("The account is switched off.")
        if self._beyond or not self.account.works_elsewhere:
            return self._beyond
        sentence = _("This account works for other units too; its password is given by %(contact)s.")
        return sentence % {"contact": contact.of_system()}

    @cached_property
    def no_end(self) -> str:
        if self.membership.role == Role.REPORTER and not self.membership.is_contact:
            return ""
        return _("This role is given and ended by %(contact)s.") % {"contact": contact.of_system()}

    @property
    def _beyond(self) -> str:
        if self.account.is_plain and self.membership.role == Role.REPORTER:
            return ""
        return _("This account is kept by %(contact)s.") % {"contact": contact.of_system()}


def officers(unit: Unit, *, by: User) -> list[Officer]:
    """Two queries."""
    rows = Membership.objects.from_today().filter(unit=unit).order_by("role", "valid_from", "pk")
    accounts = {a.pk: a for a in _accounts(unit).filter(pk__in=[row.user_id for row in rows]).order_by("pk")}
    shown = [Officer(row, accounts[row.user_id], row.user_id == by.pk) for row in rows]
    return sorted(shown, key=lambda each: each.membership.role != Role.REPORTER)


def officer(unit: Unit, membership: int, *, by: User) -> Officer | None:
    return next((each for each in officers(unit, by=by) if each.membership.pk == membership), None)


def _accounts(unit: Unit) -> QuerySet[User]:
    memberships = Membership.objects.filter(user=OuterRef("pk")).order_by()
    decides = memberships.from_today().exclude(role__in=ORDINARY)
    return with_locks(User.objects.all()).annotate(
        is_plain=Q(is_staff=False, is_superuser=False) & ~Exists(decides),
        works_elsewhere=Exists(memberships.exclude(unit=unit)),
    )


def known_here(unit: Unit) -> QuerySet[User]:
    """Who belongs or once belonged to the unit and does not enter its figures today or later."""
    memberships = Membership.objects.filter(user=OuterRef("pk"), unit=unit).order_by()
    enters = memberships.from_today().filter(role=Role.REPORTER)
    here = User.objects.filter(Exists(memberships), ~Exists(enters), is_active=True, is_superuser=False)
    return here.order_by("full_name", "username", "pk")


def open_reports(unit: Unit) -> QuerySet[Submission]:
    """What is not approved yet and can still be worked on: it stays with the unit, whoever enters."""
    reports = Submission.objects.filter(unit=unit, round__locked_at__isnull=True, round__opens_on__lte=today())
    return (
        reports.exclude(state__in=[State.APPROVED, State.CLOSED])
        .select_related("round__form", "round__period", "unit")
        .order_by("due_on", "pk")
    )


# --- Acts


@transaction.atomic
def appoint(unit: Unit, account: User, *, by: User, until: date | None = None, reason: str = "") -> Membership:
    """Enters the figures of the unit from today on. An account that is not saved yet is opened, without a password
    that works. Raises Refused."""
    _lock(unit, by)
    if account.pk is None:
        account.set_unusable_password()
        account.save()
        LogEntry.objects.log_actions(by.pk, [account], ADDITION, _("Opened to report."), single_object=True)
    return _begin(unit, account, by=by, until=until, reason=reason)


@transaction.atomic
def hand_over(
    unit: Unit, membership: Membership, *, by: User, reason: str, to: User | None = None
) -> Membership | None:
    """Ends one reporter of the unit and, where `to` is named, begins another on the same day, both with the reason.
    Raises Refused where it has ended meanwhile."""
    _lock(unit, by)
    found = officer(unit, membership.pk, by=by)
    if found is None or found.membership.valid_until != membership.valid_until:
        raise Refused(ended_by(membership))
    if found.no_end:
        raise Refused(found.no_end)
    ended = found.membership
    ended.valid_until = max(today(), ended.valid_from + timedelta(days=1))
    _keep(ended, by=by, reason=reason)
    return _begin(unit, to, by=by, until=None, reason=reason) if to is not None else None


def _lock(unit: Unit, by: User) -> None:
    """One act at a time for a unit, and the right to it once more."""
    Unit.objects.select_for_update().get(pk=unit.pk)
    if not units_of(by).filter(pk=unit.pk).exists():
        sentence = _("The accounts of this unit are kept by somebody else now. Call %(contact)s.")
        raise Refused(sentence % {"contact": contact.of_system()})


def _begin(unit: Unit, account: User, *, by: User, until: date | None, reason: str) -> Membership:
    if Membership.objects.from_today().filter(user=account, unit=unit, role=Role.REPORTER).exists():
        raise Refused(_("%(account)s enters figures for this unit already.") % {"account": account})
    if until is not None and until <= today():
        raise Refused(_("The appointment must end after today."))
    begun = Membership(user=account, unit=unit, role=Role.REPORTER, valid_from=today(), valid_until=until)
    return _keep(begun, by=by, reason=reason)


def _keep(membership: Membership, *, by: User, reason: str) -> Membership:
    membership._history_user = by  # type: ignore[attr-defined]
    membership._change_reason = reason  # type: ignore[attr-defined]
    membership.save()
    return membership


def ended_by(membership: Membership) -> str:
    last = membership.history.select_related("history_user").order_by("history_date", "history_id").last()
    if last is None or last.history_user is None:
        return _("This appointment has changed meanwhile. Open the page again.")
    sentence = _("This appointment was changed meanwhile by %(who)s. Open the page again.")
    return sentence % {"who": last.history_user}
