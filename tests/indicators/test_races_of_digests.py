"""Two senders at once: a person gets one digest, and a retry is made by one of them."""

import pytest
from django.db import connection

from indicators import outbox
from indicators.models import Delivery, Digest, Notice, User
from indicators.models.notices import NoticeQuerySet
from indicators.outbox import Claimed
from tests.factories import indicator
from tests.indicators.racing import attempt, meanwhile, province

__all__ = ["province"]  # the fixture, on real connections

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reporter(province):
    User.objects.filter(pk=province.reporter.pk).update(email="nhap@example.gov.vn")
    province.submission(indicator("HT.01"))
    return User.objects.get(pk=province.reporter.pk)


def without_lock(monkeypatch, name):
    """PostgreSQL locks the notices; on SQLite the transaction is the lock."""
    monkeypatch.setattr(NoticeQuerySet, "locked", lambda notices: notices.order_by("pk"))
    if connection.vendor == "sqlite":
        monkeypatch.setattr(outbox, name, getattr(outbox, name).__wrapped__)


def race_two_claims(monkeypatch, reporter):
    """The first stands still once it has found what is to be said."""
    other = meanwhile(monkeypatch, outbox, "find_again", lambda: outbox.claim(reporter))
    return attempt(lambda: outbox.claim(reporter)), other.outcome()


def claimed(*outcomes):
    return sum(isinstance(outcome, Claimed) for outcome in outcomes)


def test_of_two_senders_at_once_one_claims_the_digest(monkeypatch, reporter):
    assert claimed(*race_two_claims(monkeypatch, reporter)) == 1
    assert Notice.objects.get().digest == Digest.objects.get()


def test_without_the_lock_the_number_alone_lets_one_claim(monkeypatch, reporter):
    without_lock(monkeypatch, "_claim")
    assert claimed(*race_two_claims(monkeypatch, reporter)) == 1
    assert Digest.objects.count() == 1


def test_control_without_any_guard_both_claim(monkeypatch, reporter):
    without_lock(monkeypatch, "_claim")
    numbers = iter((1, 2))
    monkeypatch.setattr(outbox, "_next_number", lambda user: next(numbers))
    assert claimed(*race_two_claims(monkeypatch, reporter)) == 2
    assert Digest.objects.count() == 2


# --- A retry


@pytest.fixture
def waiting(reporter):
    digest = outbox.claim(reporter).digest
    outbox._record(digest, Delivery.WAITING, OSError("refused"))
    outbox.try_again([digest.pk])
    return Digest.objects.select_related("user").get()


def race_two_retries(monkeypatch, waiting):
    """Both have read the digest as waiting."""
    second = Digest.objects.select_related("user").get()
    other = meanwhile(monkeypatch, outbox, "now", lambda: outbox.claim_again(second))
    return attempt(lambda: outbox.claim_again(waiting)), other.outcome()


def test_of_two_senders_at_once_one_tries_again(monkeypatch, waiting):
    assert claimed(*race_two_retries(monkeypatch, waiting)) == 1
    assert Digest.objects.get().tries == 2


def test_without_the_lock_the_compare_and_swap_alone_lets_one_try_again(monkeypatch, waiting):
    without_lock(monkeypatch, "claim_again")
    assert claimed(*race_two_retries(monkeypatch, waiting)) == 1
    assert Digest.objects.get().tries == 2


def test_control_without_compare_and_swap_both_try_again(monkeypatch, waiting):
    without_lock(monkeypatch, "claim_again")
    monkeypatch.setattr(outbox, "_waits_as_read", lambda digest: Digest.objects.filter(pk=digest.pk))
    assert claimed(*race_two_retries(monkeypatch, waiting)) == 2
