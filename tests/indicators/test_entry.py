"""The one gate of entry: open, or the sentence that says why not and whom to call (domain.md 25)."""

from datetime import timedelta

import pytest

from indicators import drafts
from indicators.clock import today
from indicators.entry import closed_because
from indicators.models import EntryChange, Round
from indicators.refusals import Refused
from tests.factories import cell, indicator, perform, type_in

pytestmark = pytest.mark.usefixtures("english")

SENT = "The report was sent at 15/09/2026 16:20 and can be changed only after it is withdrawn or returned."
UNSIGNED = "Waiting for a signature since 15/09/2026 16:20; to be changed only once withdrawn or returned."
APPROVED = (
    "These figures are approved. To change them use “Ask to adjust figures”, or call Phòng Chuyển đổi số, "
    "02133 000 000."
)
LOCKED = "This round was closed on 15/09/2026. For changes call Phòng Chuyển đổi số, 02133 000 000."


@pytest.fixture
def submission(province):
    return type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)


def refusal(submission, province):
    """What the gate says is what a save runs into, and nothing is stored."""
    sentence = closed_because(drafts.lock(submission))
    changes = EntryChange.objects.count()
    with pytest.raises(Refused) as refused:
        type_in(submission, cell("2"), by=province.reporter)
    assert refused.value.sentence == sentence
    assert EntryChange.objects.count() == changes
    return sentence


def change_round(submission, **facts):
    Round.objects.filter(pk=submission.round_id).update(**facts)


def test_entry_is_open_in_a_draft_and_after_a_return(province, submission):
    assert closed_because(submission) is None
    submission = perform("return", province.walk(submission, "submit"), by=province.unit_leader)
    assert closed_because(submission) is None
    assert type_in(submission, cell("2"), by=province.reporter).version == submission.version


def test_entry_is_open_after_the_due_date(province):
    """The due date decides on time or late; it does not shut the door (domain.md 19)."""
    late = province.submission(indicator("HT.01"), due_in=-30)
    assert type_in(late, cell("2"), by=province.reporter).version == 1


def test_entry_is_shut_until_the_first_day_of_the_round(province, submission, clock):
    clock.set(2026, 9, 15, 16, 20)
    change_round(submission, opens_on=today() + timedelta(days=1))
    assert refusal(submission, province) == "This round opens on 16/09/2026."
    clock.set(2026, 9, 16, 0, 0)
    assert closed_because(drafts.lock(submission)) is None


def test_entry_is_shut_in_a_locked_round(province, submission, clock):
    change_round(submission, locked_at=clock.set(2026, 9, 15, 16, 20))
    assert refusal(submission, province) == LOCKED


def test_the_day_of_locking_is_the_provinces_day(province, submission, clock):
    """00:30 in Lai Châu is still the day before in UTC (domain.md 20)."""
    change_round(submission, locked_at=clock.set(2026, 9, 15, 0, 30))
    assert refusal(submission, province) == LOCKED


def test_a_locked_round_says_so_before_it_speaks_of_the_state(province, submission, clock):
    at = clock.set(2026, 9, 15, 16, 20)
    submission = province.walk(submission, "submit", "sign", "verify", "approve")
    change_round(submission, locked_at=at)
    assert refusal(submission, province) == LOCKED


def test_entry_is_shut_while_the_report_waits_for_its_signature_and_is_not_said_to_be_sent(
    province, submission, clock
):
    clock.set(2026, 9, 15, 16, 20)
    assert refusal(province.walk(submission, "submit"), province) == UNSIGNED


@pytest.mark.parametrize("steps", [["submit", "sign"], ["submit", "sign", "verify"]])
def test_entry_is_shut_while_the_report_is_with_others(province, submission, clock, steps):
    clock.set(2026, 9, 15, 16, 20)
    submission = province.walk(submission, *steps)
    assert refusal(submission, province) == SENT


def test_the_sentence_names_when_the_unit_sent_the_report_and_not_when_others_verified_it(
    province, submission, clock
):
    clock.set(2026, 9, 15, 16, 20)
    submission = province.walk(submission, "submit", "sign")
    clock.set(2026, 9, 17, 9, 0)
    submission = province.walk(submission, "verify")
    assert refusal(submission, province) == SENT


def test_entry_is_shut_once_approved_and_names_whom_to_call_for_an_adjustment(province, submission):
    submission = province.walk(submission, "submit", "sign", "verify", "approve")
    assert refusal(submission, province) == APPROVED
    assert closed_because(province.walk(submission, "reopen")) is None
