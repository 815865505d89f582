"""Two at once around an entry on behalf of a unit: one begins, one page is done once, and the unit's own hand-in is
before it or ends it. Each guard has its control, as racing.py says."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from indicators import behalf, files, workflow
from indicators.clock import today
from indicators.models import OnBehalf, Role, StoredFile, Submission, SubmissionEvent
from indicators.refusals import Refused
from tests import people
from tests.factories import PNG, cell, indicator, type_in
from tests.indicators.racing import act_of, attempt, meanwhile, province, take_locks_away

__all__ = ["province"]  # the fixture, on real connections

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]


@pytest.fixture
def colleague(province):
    return people.person("colleague", province.office, Role.VERIFIER)


@pytest.fixture
def report(province):
    return type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)


def paper():
    return behalf.Paper("Mưa lũ", "15/UBND", today(), "Lò A", "Chủ tịch")


def beginning(report, user, key=""):
    scan = files.accept(PNG, "công văn.png")
    return lambda: behalf.enter(report, paper(), scan, by=user, key=key)


def begun():
    return OnBehalf.objects.count(), StoredFile.objects.count(), SubmissionEvent.objects.count()


def test_of_two_who_begin_at_once_one_does(monkeypatch, province, report, colleague, media):
    other = meanwhile(monkeypatch, behalf, "barred", beginning(report, colleague))
    assert attempt(beginning(report, province.verifier)) is True
    assert isinstance(other.outcome(), Refused)
    assert begun() == (1, 1, 1)
    assert len(list((media / "evidence").iterdir())) == 1


def test_a_page_sent_twice_at_once_is_begun_once(monkeypatch, province, report, media):
    other = meanwhile(monkeypatch, behalf, "barred", beginning(report, province.verifier, key="k"))
    assert attempt(beginning(report, province.verifier, key="k")) is True
    assert other.outcome() is False
    assert begun() == (1, 1, 1)
    assert len(list((media / "evidence").iterdir())) == 1


# --- The guards one by one: the lock is taken away, then the compare-and-swap


def opening_unlocked(report, user):
    """What `enter` does once the scan is kept; on SQLite without its transaction, which is the lock there."""
    kept = StoredFile.objects.create(
        name=f"{user}.png", content_type="image/png", size=1, sha256="0", stored_as=str(user), added_by=user
    )

    def begin():
        behalf._open(behalf.lock(report), paper(), kept, by=user)
        return True

    return begin if connection.vendor == "sqlite" else transaction.atomic(begin)


def race_without_locks(monkeypatch, province, report, colleague):
    take_locks_away(monkeypatch)
    monkeypatch.setattr(behalf, "lock", workflow.lock)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(workflow, "note", workflow.note.__wrapped__)
    theirs, mine = (opening_unlocked(report, user) for user in (colleague, province.verifier))
    other = meanwhile(monkeypatch, behalf, "barred", theirs)
    return attempt(mine), other.outcome()


def test_without_the_lock_the_compare_and_swap_alone_lets_one_begin(monkeypatch, province, report, colleague):
    first, second = race_without_locks(monkeypatch, province, report, colleague)
    assert (type(first), second) == (Refused, True)
    assert OnBehalf.objects.get().by == colleague


def test_without_both_the_database_refuses_a_second_open_act(monkeypatch, province, report, colleague):
    def move(submission, target, *, move, at):
        Submission.objects.filter(pk=submission.pk).update(version=F("version") + 1)

    monkeypatch.setattr(workflow, "_move", move)
    monkeypatch.setattr(workflow, "_record", lambda *args, **facts: None)  # its number is unique as well
    first, second = race_without_locks(monkeypatch, province, report, colleague)
    assert (type(first), second) == (IntegrityError, True)
    assert OnBehalf.objects.get().by == colleague


# --- Against the unit's own hand-in


def test_a_hand_in_that_waited_for_the_beginning_ends_it(monkeypatch, province, report, colleague):
    def send():
        return workflow.perform("submit", report, by=province.reporter)

    other = meanwhile(monkeypatch, behalf, "barred", send)
    assert attempt(beginning(report, colleague)) is True
    assert other.outcome().state == "awaiting_sign_off"
    assert OnBehalf.objects.get().ended_by == province.reporter


def test_a_beginning_that_waited_for_the_hand_in_finds_nothing_to_enter(monkeypatch, province, report, colleague):
    other = meanwhile(monkeypatch, workflow, "_require_complete", beginning(report, colleague))
    assert attempt(lambda: workflow.perform("submit", report, by=province.reporter)).state == "awaiting_sign_off"
    assert isinstance(other.outcome(), Refused)
    assert begun() == (0, 0, 1)


def test_a_verification_by_whoever_begins_at_that_moment_is_barred(province, report, colleague):
    """He or she may begin only before the hand-in, and then is barred for good."""
    beginning(report, colleague)()
    report = province.walk(report, "submit", "sign")
    assert isinstance(attempt(act_of("verify", report, colleague)), Refused)
