"""Sending notices by mail: one digest a person, after the commit of whatever it tells.

Never twice comes before surely once. A digest is claimed and committed as "being sent" before the mail server is
asked, and its outcome is recorded afterwards. What stands as claimed after a crash, or broke off in the middle, may
have gone out: its outcome is not known, and only a person sends it again. What the server refused, or was never
reached for, is tried again by itself, later and later, and at last given up.

Of two senders one claims: the number of a person's next digest is unique, and a retry is a compare-and-swap on
(delivery, tries). No mail is sent inside a transaction.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from smtplib import (
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from .clock import now
from .digests import compose
from .models import Delivery, Digest, Notice, User
from .models.notices import NoticeQuerySet
from .notifications import find_again

logger = logging.getLogger(__name__)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=12)
STOPPED = (Delivery.WAITING, Delivery.GIVEN_UP, Delivery.UNKNOWN)  # what a person may try again at once
MOST_TRIES = 10  # two days and a half, so that a weekend without a mail server is survived
STUCK = timedelta(hours=1)  # nobody is still sending a mail that was claimed so long ago
NO_SERVER = "django.core.mail.backends.dummy.EmailBackend"
REFUSALS = (SMTPResponseException, SMTPRecipientsRefused, SMTPNotSupportedError)


@dataclass(frozen=True)
class Claimed:
    """A digest that this sender alone may send now, and what it says."""

    digest: Digest
    message: EmailMessage


@dataclass
class Tally:
    """What became of the digests of one run; `unreachable` says why it was broken off."""

    count: dict[Delivery, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    unreachable: str = ""


class Unreachable(Exception):
    """The mail server was not reached, so nothing was handed over."""


def send_all() -> Tally:
    """Whoever is next, until nobody is. A server that is not reached ends the run; the others wait."""
    tally = Tally()
    if settings.EMAIL_BACKEND == NO_SERVER:  # what waits goes out once there is one
        return tally
    _give_up_stuck()
    for claimed in _claims():
        delivery, error = _deliver(claimed)
        stands = _record(claimed.digest, delivery, error)
        tally.count[stands] = tally.count.get(stands, 0) + 1
        if error:
            tally.errors.append(f"{claimed.digest.address}: {error}")
        if isinstance(error, Unreachable):
            tally.unreachable = str(error)
            break
    return tally


def try_again(digests: Iterable[int]) -> int:
    """By hand: one more try of what waits, was given up, or has an outcome nobody knows. How many there are."""
    rows = Digest.objects.filter(pk__in=list(digests), delivery__in=STOPPED)
    return rows.update(delivery=Delivery.WAITING, next_try_at=now())


def _give_up_stuck() -> None:
    stuck = Digest.objects.filter(delivery=Delivery.SENDING, tried_at__lt=now() - STUCK)
    stuck.update(delivery=Delivery.UNKNOWN, error="The sender stopped before it knew the outcome.")


# --- Claiming


def _claims() -> Iterator[Claimed]:
    """Each is claimed when the one before has been sent, and what it says is read then."""
    due = Digest.objects.filter(delivery=Delivery.WAITING, next_try_at__lte=now())
    for digest in due.select_related("user").order_by("next_try_at", "pk"):
        if claimed := claim_again(digest):
            yield claimed
    for user in _people():
        if claimed := claim(user):
            yield claimed


def _people() -> list[User]:
    """Who can get a digest now and has something in it, in a constant number of queries."""
    waiting = _unsent().filter(user__is_active=True).exclude(user__email="")
    notices = find_again(list(waiting.exclude(_has_had_one(now())).order_by("pk")))
    return list(User.objects.filter(pk__in={notice.user_id for notice in notices}).order_by("pk"))


def _unsent() -> NoticeQuerySet:
    return Notice.objects.unread().filter(digest__isnull=True)


def _has_had_one(at: datetime) -> Exists:
    """A digest within the hours between two, or one that is still on its way."""
    under_way = Q(delivery__in=(Delivery.SENDING, Delivery.WAITING))
    recent = Q(tried_at__gt=at - timedelta(hours=settings.DIGEST_HOURS)) & ~Q(delivery=Delivery.DROPPED)
    return Exists(Digest.objects.filter(under_way | recent, user=OuterRef("user")))


def claim(user: User) -> Claimed | None:
    """The person's next digest, committed; None where there is nothing to say, or another sender was first."""
    try:
        return _claim(user, now())
    except IntegrityError:
        return None


@transaction.atomic
def _claim(user: User, at: datetime) -> Claimed | None:
    number = _next_number(user)
    unsent = _unsent().filter(user=user).exclude(_has_had_one(at))
    notices = find_again(list(unsent.in_full().locked()))
    if not notices:
        return None
    digest = Digest.objects.create(user=user, number=number, address=user.email, tried_at=at)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(digest=digest)
    return Claimed(digest, compose(user, notices))


def _next_number(user: User) -> int:
    last = Digest.objects.filter(user=user).order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


@transaction.atomic
def claim_again(digest: Digest) -> Claimed | None:
    """One more try, with what is still true of it, to the address of now; with nothing left it is dropped."""
    at, user, tries = now(), digest.user, digest.tries + 1
    taken = {"delivery": Delivery.SENDING, "tries": tries, "tried_at": at, "next_try_at": None}
    if not _waits_as_read(digest).update(**taken, address=user.email or digest.address):
        return None
    digest.refresh_from_db()
    notices = find_again(list(Notice.objects.unread().filter(digest=digest).in_full().order_by("pk")))
    if not notices or not user.is_active or not user.email:
        _record(digest, Delivery.DROPPED, None)
        return None
    return Claimed(digest, compose(user, notices))


def _waits_as_read(digest: Digest) -> QuerySet[Digest]:
    return Digest.objects.filter(pk=digest.pk, delivery=Delivery.WAITING, tries=digest.tries)


# --- Sending, and what became of it


def _deliver(claimed: Claimed) -> tuple[Delivery, Exception | None]:
    """A connection a mail: one that broke off says nothing about the next."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        return Delivery.WAITING, Unreachable(_text(error))
    try:
        connection.send_messages([claimed.message])
    except REFUSALS as error:
        return Delivery.WAITING, error
    except Exception as error:  # the line broke, or the mail could not even be written
        logger.exception("Digest %s of %s", claimed.digest.number, claimed.digest.address)
        return Delivery.UNKNOWN, error
    finally:
        _close(connection)
    return Delivery.SENT, None


def _close(connection: BaseEmailBackend) -> None:
    """The mail is out by now, whatever the server says to the farewell."""
    try:
        connection.close()
    except (OSError, SMTPException) as error:
        logger.warning("The mail server at the end of a connection: %s", error)


def _record(digest: Digest, delivery: Delivery, error: Exception | None) -> Delivery:
    if delivery == Delivery.WAITING and digest.tries >= MOST_TRIES:
        delivery = Delivery.GIVEN_UP
    waits = delivery == Delivery.WAITING
    wait = min(FIRST_WAIT * 3 ** (digest.tries - 1), LONGEST_WAIT) if waits else None
    mine = Digest.objects.filter(pk=digest.pk, delivery=Delivery.SENDING, tries=digest.tries)
    mine.update(
        delivery=delivery, next_try_at=digest.tried_at + wait if wait else None, error=_text(error) if error else ""
    )
    return delivery


def _text(error: Exception) -> str:
    if isinstance(error, Unreachable):
        return str(error)
    return f"{type(error).__name__}: {error}"[:1000]
