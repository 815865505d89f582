"""How a report's state, its time limit and its history are said, each word with its shape."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from indicators import adjustments, assessed, behalf, transitions, wording, workflow
from indicators.admin import queue
from indicators.models import Round, State, Submission, SubmissionEvent
from indicators.wording import Said, deed, state_of, timing
from tests import factories
from tests.conftest import Clock

DUE = date(2026, 9, 15)
OPENS = date(2026, 6, 15)
LOCKED_AT = datetime(2026, 9, 20, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _in_august(clock: Clock) -> None:
    clock.set(2026, 8, 20, 9, 0)


def asked(*, verifies: bool = True, is_locked: bool = False, opens_on: date = OPENS) -> Round:
    return Round(
        opens_on=opens_on,
        due_on=DUE,
        asks_verification=verifies,
        locked_at=LOCKED_AT if is_locked else None,
    )


def local(*when: int) -> datetime:
    return timezone.make_aware(datetime(*when))


@pytest.mark.parametrize(
    ("state", "word", "shape"),
    [
        ("draft", "Draft", "draft"),
        ("awaiting_sign_off", "Waiting for signature", "waiting"),
        ("submitted", "Sent, waiting for verification", "waiting"),
        ("verified", "Verified, waiting for approval", "waiting"),
        ("returned", "Returned for completion", "returned"),
        ("approved", "Approved", "done"),
    ],
)
def test_each_state_of_an_open_round_has_its_word_and_shape(state, word, shape):
    assert state_of(state, asked()) == Said(word, shape)


@pytest.mark.parametrize("state", ["draft", "awaiting_sign_off", "submitted", "verified", "returned"])
def test_a_locked_round_is_said_before_what_it_holds_back(state):
    assert state_of(state, asked(is_locked=True)) == Said("Round locked", "closed")


def test_an_approved_report_is_approved_in_a_locked_round_too():
    assert state_of("approved", asked(is_locked=True)) == Said("Approved", "done")


def test_a_lock_is_said_before_an_opening_that_is_still_to_come():
    round_ = asked(is_locked=True, opens_on=date(2026, 12, 15))
    assert state_of("draft", round_, is_started=False) == Said("Round locked", "closed")


@pytest.mark.parametrize("is_started", [True, False])
def test_a_round_that_is_not_open_yet_is_said_so_of_drafts_alone(is_started):
    coming = asked(opens_on=date(2026, 8, 21))
    assert state_of("draft", coming, is_started=is_started) == Said("Not open yet", "not-due")
    assert state_of("returned", coming, is_started=is_started) == Said("Returned for completion", "returned")


def test_a_round_opens_at_midnight_of_the_province(clock):
    clock.set(2026, 6, 14, 23, 59, 59)
    assert state_of("draft", asked()) == Said("Not open yet", "not-due")
    clock.set(2026, 6, 15, 0, 0)
    assert state_of("draft", asked()) == Said("Draft", "draft")


def test_what_nobody_began_is_not_a_draft():
    assert state_of("draft", asked(), is_started=False) == Said("Not started", "draft")
    assert state_of("submitted", asked(), is_started=False) == Said("Sent, waiting for verification", "waiting")


def test_without_verification_only_the_sent_report_has_another_word():
    round_ = asked(verifies=False)
    said = {state: state_of(state, round_).word for state in ("awaiting_sign_off", "submitted", "verified")}
    assert said == {
        "awaiting_sign_off": "Waiting for signature",
        "submitted": "Sent, waiting for approval",
        "verified": "Verified, waiting for approval",
    }


def test_no_state_is_left_without_a_shape():
    assert set(wording.SHAPES) == set(State)


@pytest.mark.parametrize(
    ("state", "version", "word", "shape"),
    [
        ("submitted", 3, "Sent, waiting for verification", "waiting"),
        ("verified", 3, "Verified, waiting for approval", "waiting"),
        ("draft", 0, "Round locked", "closed"),
        ("returned", 3, "Round locked", "closed"),
        ("awaiting_sign_off", 3, "Round locked", "closed"),
        ("approved", 3, "Approved", "done"),
    ],
)
def test_the_queue_says_in_a_locked_round_what_still_waits_for_a_reviewer(state, version, word, shape):
    report = Submission(round=asked(is_locked=True), state=state, version=version)
    assert queue.state_of(report) == Said(word, shape)


@pytest.mark.parametrize(("version", "word"), [(0, "Not started"), (1, "Draft")])
def test_the_first_save_starts_a_report(version, word):
    assert queue.state_of(Submission(round=asked(), state="draft", version=version)) == Said(word, "draft")


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (local(2026, 8, 1, 8, 0), Said("Sent on time", "done")),
        (local(2026, 9, 15, 23, 59, 59), Said("Sent on time", "done")),
        (datetime(2026, 9, 15, 16, 59, 59, tzinfo=UTC), Said("Sent on time", "done")),
        (datetime(2026, 9, 15, 17, 0, tzinfo=UTC), Said("Sent late by 1 days", "late")),
        (local(2026, 9, 16, 0, 0), Said("Sent late by 1 days", "late")),
        (local(2026, 9, 16, 23, 59), Said("Sent late by 1 days", "late")),
        (local(2026, 10, 15, 0, 0), Said("Sent late by 30 days", "late")),
    ],
)
def test_the_day_of_the_hand_in_in_the_province_decides_whether_it_was_late(at, said):
    assert timing(DUE, at) == said


@pytest.mark.parametrize("is_locked", [True, False])
def test_what_was_handed_in_stays_on_time_however_late_it_is_looked_at(clock, is_locked):
    clock.set(2027, 3, 1, 12, 0)
    assert timing(DUE, local(2026, 9, 15, 10, 0), is_locked=is_locked) == Said("Sent on time", "done")


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ((2026, 9, 5, 0, 0), Said("10 days left")),
        ((2026, 9, 13, 23, 59), Said("2 days left")),
        ((2026, 9, 14, 0, 0), Said("1 day left")),
        ((2026, 9, 14, 23, 59, 59), Said("1 day left")),
        ((2026, 9, 15, 0, 0), Said("Due today")),
        ((2026, 9, 15, 23, 59, 59), Said("Due today")),
        ((2026, 9, 16, 0, 0), Said("Overdue by 1 days, still open", "missing")),
        ((2026, 9, 25, 6, 0), Said("Overdue by 10 days, still open", "missing")),
    ],
)
def test_until_the_hand_in_the_days_left_turn_at_midnight(clock, now, said):
    clock.set(*now)
    assert timing(DUE, None) == said


@pytest.mark.parametrize("day", [1, 15, 30])
def test_a_locked_round_counts_no_days(clock, day):
    clock.set(2026, 9, day, 12, 0)
    assert timing(DUE, None, is_locked=True) == Said("Not sent", "missing")


def test_the_queue_takes_the_time_from_the_report_and_its_round(clock):
    clock.set(2026, 9, 18, 0, 0)
    open_, locked = (Submission(round=asked(is_locked=shut), due_on=DUE) for shut in (False, True))
    assert queue.timing_of(open_) == Said("Overdue by 3 days, still open", "missing")
    assert queue.timing_of(locked) == Said("Not sent", "missing")
    locked.handed_in_at = local(2026, 9, 17, 9, 0)
    assert queue.timing_of(locked) == Said("Sent late by 2 days", "late")


@pytest.mark.parametrize(
    ("move", "to_state", "words"),
    [
        ("submit", "awaiting_sign_off", "Sent for signature"),
        ("submit", "submitted", "Report sent"),
        ("sign", "submitted", "Signed off and sent"),
        ("withdraw", "draft", "Withdrawn"),
        ("return", "returned", "Returned for completion"),
        ("verify", "verified", "Verified"),
        ("approve", "approved", "Approved"),
        ("reopen", "returned", "Reopened"),
        ("behalf_opened", "draft", "Entry on behalf of the unit begun"),
        ("behalf_ended", "returned", "Entry on behalf of the unit ended without a hand-in"),
    ],
)
def test_a_deed_is_said_in_the_past(move, to_state, words):
    assert deed(SubmissionEvent(move=move, to_state=to_state)) == words


def test_a_hand_in_on_behalf_of_the_unit_is_said_so():
    sent = SubmissionEvent(move="submit", to_state="submitted")
    assert deed(sent, is_on_behalf=True) == "Report sent on behalf of the unit"


def test_every_move_of_the_workflow_and_every_other_act_has_words():
    ends = ("declined", "withdrawn")
    answers = {asked.replace("asked", end) for asked in adjustments.ASKED for end in ends}
    acts = {behalf.OPENED, behalf.ENDED, *assessed.ACTS, *adjustments.ASKED, *answers}
    assert {"submit", *wording.DEEDS} == {*workflow.MOVES, *acts, *transitions.ENDINGS, transitions.CLOSE}


def test_the_province_reads_it_in_vietnamese(clock):
    clock.set(2026, 9, 16, 0, 0)
    with translation.override("vi"):
        assert timing(DUE, None) == Said("Quá hạn 1 ngày, vẫn gửi được", "missing")
        assert timing(DUE, local(2026, 9, 17, 9, 0)) == Said("Gửi muộn 2 ngày", "late")
        assert state_of("verified", asked()) == Said("Đã thẩm định, chờ phê duyệt", "waiting")


def test_a_locked_round_without_verification_waits_for_approval_in_the_queue(province):
    """Found in the queue: it said "waiting for verification" of a round in which nobody verifies."""
    submission = factories.type_in(
        province.submission(factories.indicator("HT.01"), asks_verification=False),
        factories.cell("1"),
        by=province.reporter,
    )
    submission = province.walk(submission, "submit", "sign")
    Round.objects.update(locked_at=timezone.now())
    submission = Submission.objects.select_related("round").get(pk=submission.pk)
    assert queue.state_of(submission) == Said("Sent, waiting for approval", "waiting")
