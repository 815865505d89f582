"""What a move writes: state, version, event, revision, hand-in; and what it refuses beside the matrix."""

from datetime import timedelta

import pytest

from indicators import sealing, workflow
from indicators.clock import now, today
from indicators.models import Entry, Observation, Revision, Round, Submission, SubmissionEvent, Total
from indicators.refusals import ContentChanged, Refused
from tests.factories import cell, indicator, perform, type_in

pytestmark = pytest.mark.usefixtures("english")

FIRST, SECOND = (2026, 9, 15, 16, 20), (2026, 9, 16, 8, 5)


@pytest.fixture
def submission(province):
    return type_in(province.submission(indicator("HT.01")), cell("14433"), by=province.reporter)


def what_stands(submission):
    row = Submission.objects.values_list("state", "version", "handed_in_at").get(pk=submission.pk)
    return row, submission.events.count(), submission.revisions.count()


def sentence_of(move, submission, by, **options):
    """The refusal, after making sure that it wrote nothing."""
    before = what_stands(submission)
    with pytest.raises(Refused) as refused:
        workflow.perform(move, submission, by=by, **options)
    assert what_stands(submission) == before
    return refused.value.sentence


def lock_round(submission, at=None):
    Round.objects.filter(pk=submission.round_id).update(locked_at=at or now())
    submission.refresh_from_db()


# --- What every move writes


def test_each_move_adds_one_version_and_one_event_that_tells_who_when_from_to_and_why(province, submission, clock):
    at = clock.set(*FIRST)
    submission = province.walk(submission, "submit")
    first = submission.events.get()
    assert (first.number, first.version, submission.version) == (1, 2, 2)
    assert (first.move, first.from_state, first.to_state) == ("submit", "draft", "awaiting_sign_off")
    assert (first.by, first.at, first.previous_hash) == (province.reporter, at, "")
    assert first.revision_sha256 == submission.revisions.get().sha256
    submission = perform("return", submission, by=province.unit_leader, comment="  Thiếu phụ lục \n")
    second = submission.events.last()
    assert (second.number, second.version, submission.version) == (2, 3, 3)
    assert (second.reason, second.previous_hash) == ("Thiếu phụ lục", first.hash)
    assert submission.changed_at == at


def test_a_hand_in_freezes_a_numbered_revision_each_time(province, submission):
    submission = province.walk(submission, "submit", "withdraw")
    submission = type_in(submission, cell("14500"), by=province.reporter)
    province.walk(submission, "submit")
    first, second = Revision.objects.order_by("number")
    assert (first.number, second.number) == (1, 2)
    assert (first.by, first.sha256) == (province.reporter, sealing.sha256(first.content))
    assert first.sha256 != second.sha256
    assert '"value":"14433"' in first.content
    assert '"value":"14500"' in second.content


def test_the_same_content_handed_in_again_has_the_same_hash(province, submission):
    province.walk(submission, "submit", "withdraw", "submit")
    first, second = Revision.objects.order_by("number")
    assert (first.sha256, first.content) == (second.sha256, second.content)


def test_approval_writes_what_was_frozen_and_not_what_lies_in_the_entries(province, submission):
    submission = province.walk(submission, "submit", "sign", "verify")
    Entry.objects.filter(submission=submission).update(value=1)
    province.walk(submission, "approve")
    assert Observation.objects.get().value == 14433


def test_the_caller_gets_the_submission_as_it_stands(province, submission):
    after = workflow.perform("submit", submission, by=province.reporter)
    assert (after.state, after.version, submission.state) == ("awaiting_sign_off", 2, "draft")


def test_a_stale_copy_in_the_callers_hand_decides_nothing(province, submission):
    province.walk(submission, "submit")
    assert submission.state == "draft"
    sentence = sentence_of("submit", submission, province.reporter)
    assert sentence.startswith("This step is not open now. State of the report: Waiting for signature (reporter, ")


# --- Refusals beside the matrix


@pytest.mark.parametrize("comment", ["", "  \n"])
def test_a_return_needs_a_reason(province, submission, comment):
    submission = province.walk(submission, "submit")
    sentence = sentence_of("return", submission, province.unit_leader, comment=comment)
    assert sentence == "Give a reason for the return."


def test_reopening_needs_a_reason(province, submission):
    submission = province.walk(submission, "submit", "sign", "verify", "approve")
    assert sentence_of("reopen", submission, province.approver) == "Give a reason for reopening."


def test_a_hand_in_with_an_empty_mandatory_line_is_refused(province):
    submission = province.submission(indicator("HT.01"), indicator("HT.02"))
    type_in(submission, cell("1"), by=province.reporter)
    assert sentence_of("submit", submission, province.reporter) == "1 of 2 lines are still empty."


def test_the_wrong_step_names_the_state_the_person_and_the_time(province, submission, clock):
    clock.set(*FIRST)
    submission = province.walk(submission, "submit")
    assert sentence_of("submit", submission, province.reporter) == (
        "This step is not open now. State of the report: Waiting for signature (reporter, 15/09/2026 16:20)."
    )


def test_the_wrong_step_before_any_move_names_the_state_alone(province, submission):
    assert sentence_of("sign", submission, province.unit_leader) == (
        "This step is not open now. State of the report: Draft."
    )


def test_a_locked_round_takes_no_hand_in_and_names_whom_to_call(province, submission, clock):
    lock_round(submission, clock.set(*FIRST))
    assert sentence_of("submit", submission, province.reporter) == (
        "This round was closed on 15/09/2026. For changes call Phòng Chuyển đổi số, 02133 000 000."
    )


def test_a_locked_round_is_still_verified_and_approved(province, submission):
    submission = province.walk(submission, "submit", "sign")
    lock_round(submission)
    submission = province.walk(submission, "verify", "approve")
    assert submission.state == "approved"


def test_a_locked_round_opens_no_report_again(province, submission):
    submission = province.walk(submission, "submit", "sign", "verify")
    lock_round(submission)
    assert workflow.open_transitions(submission, province.reporter) == []
    assert workflow.open_transitions(submission, province.approver) == ["approve"]
    submission = province.walk(submission, "approve")
    assert workflow.open_transitions(submission, province.approver) == []


def test_nothing_is_handed_in_before_the_round_opens(province, submission):
    Round.objects.filter(pk=submission.round_id).update(opens_on=today() + timedelta(days=1))
    tomorrow = f"{today() + timedelta(days=1):%d/%m/%Y}"
    assert sentence_of("submit", submission, province.reporter) == f"This round opens on {tomorrow}."


# --- A decision is bound to what was read (domain.md 23)


@pytest.mark.parametrize(
    ("move", "before", "who"),
    [
        ("sign", ["submit"], "unit_leader"),
        ("verify", ["submit", "sign"], "verifier"),
        ("approve", ["submit", "sign", "verify"], "approver"),
    ],
)
@pytest.mark.parametrize("read", [None, "", "0" * 64])
def test_a_decision_without_the_hash_of_what_stands_is_refused(
    province, submission, clock, move, before, who, read
):
    clock.set(*FIRST)
    submission = province.walk(submission, *before)
    with pytest.raises(ContentChanged) as refused:
        workflow.perform(move, submission, by=getattr(province, who), revision=read)
    last = {"sign": "reporter", "verify": "unit leader", "approve": "verifier"}[move]
    assert refused.value.sentence == (
        f"The report changed after you opened it ({last}, 15/09/2026 16:20). See the differences before deciding."
    )
    submission.refresh_from_db()
    assert (submission.state, submission.events.count()) == (
        {"sign": "awaiting_sign_off", "verify": "submitted", "approve": "verified"}[move],
        len(before),
    )


def test_an_approval_of_what_was_replaced_meanwhile_is_refused(province, submission):
    submission = province.walk(submission, "submit", "sign", "verify")
    read = workflow.latest_revision(submission).sha256
    submission = province.walk(submission, "withdraw")
    submission = type_in(submission, cell("15000"), by=province.reporter)
    submission = province.walk(submission, "submit", "sign", "verify")
    with pytest.raises(ContentChanged):
        workflow.perform("approve", submission, by=province.approver, revision=read)
    assert not Observation.objects.exists()
    workflow.perform(
        "approve", submission, by=province.approver, revision=workflow.latest_revision(submission).sha256
    )
    assert Observation.objects.get().value == 15000


@pytest.mark.parametrize("move", ["withdraw", "return"])
def test_moves_that_decide_nothing_about_the_content_ask_for_no_hash(province, submission, move):
    submission = province.walk(submission, "submit")
    by = province.unit_leader
    assert workflow.perform(move, submission, by=by, comment="Lý do").state in ("draft", "returned")


# --- When a report counts as handed in (domain.md 24)


def test_handed_in_is_the_moment_of_the_signature_where_one_is_asked(province, submission, clock):
    clock.set(*FIRST)
    submission = province.walk(submission, "submit")
    assert submission.handed_in_at is None
    at = clock.set(*SECOND)
    submission = province.walk(submission, "sign")
    assert submission.handed_in_at == at


def test_handed_in_is_the_moment_of_sending_where_no_signature_is_asked(province, clock):
    at = clock.set(*FIRST)
    submission = province.submission(indicator("HT.01"), asks_sign_off=False)
    submission = province.walk(type_in(submission, cell("1"), by=province.reporter), "submit")
    assert submission.handed_in_at == at


def test_a_return_and_a_second_hand_in_keep_the_first_moment(province, submission, clock):
    at = clock.set(*FIRST)
    submission = province.walk(submission, "submit", "sign", "return")
    assert submission.handed_in_at == at
    clock.set(*SECOND)
    submission = province.walk(submission, "submit", "sign")
    assert submission.handed_in_at == at


def test_a_return_by_the_approver_keeps_the_first_moment(province, submission, clock):
    at = clock.set(*FIRST)
    submission = province.walk(submission, "submit", "sign", "verify", "return")
    assert (submission.state, submission.handed_in_at) == ("returned", at)


def test_reopening_keeps_the_first_moment(province, submission, clock):
    at = clock.set(*FIRST)
    submission = province.walk(submission, "submit", "sign", "verify", "approve")
    clock.set(*SECOND)
    submission = province.walk(submission, "reopen")
    assert (submission.state, submission.handed_in_at) == ("returned", at)


@pytest.mark.parametrize("steps", [["submit", "sign"], ["submit", "sign", "verify"]])
def test_a_report_that_its_own_unit_withdrew_counts_from_the_next_hand_in(province, submission, clock, steps):
    clock.set(*FIRST)
    submission = province.walk(submission, *steps, "withdraw")
    assert (submission.state, submission.handed_in_at) == ("draft", None)
    at = clock.set(*SECOND)
    submission = province.walk(submission, "submit", "sign")
    assert submission.handed_in_at == at


def test_taking_back_what_waits_for_a_signature_withdraws_no_hand_in(province, submission, clock):
    at = clock.set(*FIRST)
    submission = province.walk(submission, "submit", "sign", "return")
    clock.set(*SECOND)
    submission = province.walk(submission, "submit", "withdraw")
    assert (submission.state, submission.handed_in_at) == ("draft", at)


# --- Nothing is left half done


def test_an_approval_whose_totals_are_refused_leaves_nothing_behind(province):
    asked = indicator("HT.01", decimals=6, source_kind="department")
    units = [province.department, province.sister]
    round_ = province.round(asked, units=units, asks_sign_off=False, asks_verification=False)
    submission = round_.submissions.get(unit=province.department)
    submission = province.walk(type_in(submission, cell("999999999999"), by=province.reporter), "submit")
    sentence = sentence_of(
        "approve", submission, province.approver, revision=workflow.latest_revision(submission).sha256
    )
    assert sentence == ("The total of “Chỉ tiêu HT.01” has more than 15 digits. Choose a larger unit of measure.")
    assert (Observation.objects.count(), Total.objects.count()) == (0, 0)
    assert list(SubmissionEvent.objects.values_list("move", flat=True)) == ["submit"]
