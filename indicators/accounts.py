"""Accounts as others keep them: locked after failed logins and unlocked, given a one-time password on a letter
(domain.md 38). Each act stands in the log of the account; a given password stands nowhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher, make_password
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _

from . import contact, passwords
from .calendars import show_day
from .clock import now, today
from .models import BEGINNING, Membership, Unit, User
from .refusals import Refused

LOCKED_FOR = timedelta(hours=settings.AXES_COOLOFF_TIME)
ITERATIONS = 50_000  # a random password of 48 bits, changed at once, needs no more; a hundred letters take seconds


# --- The lock


def with_locks(accounts: QuerySet[User]) -> QuerySet[Any]:
    """Adds `is_locked`: so many failed tries under this username that the next is refused."""
    tries = AccessAttempt.objects.filter(username=OuterRef("username"), attempt_time__gte=now() - LOCKED_FOR)
    counted = tries.order_by().values("username").annotate(failures=Sum("failures_since_start"))
    return accounts.annotate(is_locked=Exists(counted.filter(failures__gte=settings.AXES_FAILURE_LIMIT)))


@transaction.atomic
def unlock(accounts: Iterable[User], *, by: User) -> int:
    """How many of them were locked."""
    asked = User.objects.filter(pk__in=[account.pk for account in accounts]).order_by("pk")
    locked = [account for account in with_locks(asked) if account.is_locked]
    _forget_failures(locked)
    _log(locked, by=by, act=_("Unlocked after failed logins."))
    return len(locked)


def _forget_failures(accounts: Iterable[User]) -> None:
    AccessAttempt.objects.filter(username__in=[account.username for account in accounts]).delete()


# --- One-time passwords and their letters


@dataclass(frozen=True)
class Letter:
    """One page for one person; `does` says what the account may do for which unit."""

    account: User
    password: str
    does: list[str]


@transaction.atomic
def give_passwords(accounts: Sequence[User], *, by: User) -> list[Letter]:
    """A new password for each, which has to be changed at the next login and which nobody can read again: the
    letters are its only copy. It opens the account's lock and ends its sessions. Raises Refused."""
    if own := next((a for a in accounts if a.pk == by.pk or not a.is_active), None):
        sentence = _("%(account)s is the own account or is switched off; no one-time password is given to it.")
        raise Refused(sentence % {"account": own})
    does = _what_they_do(accounts)
    return [Letter(account, _give(account, by), does.get(account.pk, [])) for account in accounts]


def _give(account: User, by: User) -> str:
    password = passwords.one_time()
    account.password, account.must_change_password = _hashed(password), True
    account.save(update_fields=["password", "must_change_password"])
    _forget_failures([account])
    _log([account], by=by, act=_("Given a one-time password."))
    return password


def _hashed(password: str) -> str:
    hasher = get_hasher()
    if isinstance(hasher, PBKDF2PasswordHasher):
        return hasher.encode(password, hasher.salt(), iterations=ITERATIONS)
    return make_password(password)


def _what_they_do(accounts: Sequence[User]) -> dict[int, list[str]]:
    """From today on, in words; two queries."""
    later = Membership.objects.from_today().filter(user__in=accounts)
    rows = list(later.order_by("user", "role", "valid_from", "pk"))
    units = Unit.objects.with_slice(today()).filter(pk__in={row.unit_id for row in rows}).order_by("pk")
    names = {unit.pk: str(unit) for unit in units}
    said: dict[int, list[str]] = {}
    for row in rows:
        said.setdefault(row.user_id, []).append(_said(row, names[row.unit_id]))
    return said


def _said(row: Membership, unit: str) -> str:
    facts = {"unit": unit, "role": row.get_role_display(), "first": show_day(row.valid_from)}
    if row.valid_until is not None:
        facts["last"] = show_day(row.valid_until - timedelta(days=1))
        return _("%(unit)s: %(role)s, to the end of %(last)s") % facts
    if row.valid_from == BEGINNING:
        return _("%(unit)s: %(role)s") % facts
    return _("%(unit)s: %(role)s, from %(first)s") % facts


def letters_page(letters: list[Letter], *, back: str) -> dict[str, Any]:
    """What the template of the letters shows; `back` is the address of the page that asked for them."""
    return {
        "letters": letters,
        "address": settings.BASE_URL,
        "help": contact.of_system(),
        "date": show_day(today()),
        "back": back,
    }


def _log(accounts: Sequence[User], *, by: User, act: str) -> None:
    for account in accounts:
        LogEntry.objects.log_actions(by.pk, [account], CHANGE, act, single_object=True)
