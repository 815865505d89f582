"""The rules of four eyes, each by its name (domain.md 21)."""

from datetime import timedelta

import pytest

from indicators import workflow
from indicators.clock import today
from indicators.models import Membership, Role, StepHolder
from indicators.refusals import Refused
from tests import people
from tests.factories import cell, indicator, perform, type_in

pytestmark = pytest.mark.usefixtures("english")

ENTERED = "You entered this report, so another person must approve it."
ENTERED_EARLIER_STEP = "Whoever entered figures of this report cannot sign or verify it; another person must do it."
BELONGS = "Nobody verifies or approves a report of the unit he or she works for; another person must do it."
BOTH = "Nobody both verifies and approves the same report; another person must do it."


@pytest.fixture
def submission(province):
    return type_in(province.submission(indicator("HT.01")), cell("14433"), by=province.reporter)


def give(user, unit, role, **days):
    return Membership.objects.create(user=user, unit=unit, role=role, **days)


def typed_by_a_former_reporter(submission, content, *, by):
    """Entered while reporting for the unit, which is over now."""
    then = give(by, submission.unit, Role.REPORTER)
    submission = type_in(submission, content, by=by)
    then.delete()
    return submission


def bar(move, submission, user):
    """The sentence that bars a move; None where it is open. What the button says is what the act does."""
    sentence = workflow.refusals(submission, user)[move]
    if sentence:
        with pytest.raises(Refused) as refused:
            perform(move, submission, by=user)
        assert refused.value.sentence == sentence
    return sentence


def yesterday():
    return today() - timedelta(days=1)


# --- Nobody who changed an entry signs, verifies or approves


def test_a_signer_who_changed_an_entry_does_not_sign(province, submission):
    give(province.reporter, province.department, Role.SIGNER)
    submission = province.walk(submission, "submit")
    assert bar("sign", submission, province.reporter) == ENTERED_EARLIER_STEP


def test_a_signer_who_changed_an_entry_long_before_others_did_does_not_sign(province, submission):
    give(province.unit_leader, province.department, Role.REPORTER)
    submission = type_in(submission, cell("1"), by=province.unit_leader)
    submission = type_in(submission, cell("14433"), by=province.reporter)
    submission = province.walk(submission, "submit", "withdraw", "submit")
    assert bar("sign", submission, province.unit_leader) == ENTERED_EARLIER_STEP


def test_a_signer_who_handed_in_but_changed_nothing_signs(province, submission):
    give(province.unit_leader, province.department, Role.REPORTER)
    submission = perform("submit", submission, by=province.unit_leader)
    assert bar("sign", submission, province.unit_leader) is None


def test_a_verifier_who_entered_for_the_unit_and_left_it_does_not_verify(province, submission):
    submission = typed_by_a_former_reporter(submission, cell("1"), by=province.verifier)
    submission = province.walk(submission, "submit", "sign")
    assert bar("verify", submission, province.verifier) == ENTERED_EARLIER_STEP


def test_an_approver_who_changed_an_entry_does_not_approve(province, submission):
    submission = typed_by_a_former_reporter(submission, cell("1"), by=province.approver)
    submission = province.walk(submission, "submit", "sign", "verify")
    assert bar("approve", submission, province.approver) == ENTERED


def test_whoever_entered_may_still_return_the_report(province, submission):
    submission = typed_by_a_former_reporter(submission, cell("1"), by=province.verifier)
    submission = province.walk(submission, "submit", "sign")
    assert bar("return", submission, province.verifier) is None


def test_entering_into_another_report_bars_nothing_here(province, submission):
    other = province.submission(indicator("HT.02"))
    typed_by_a_former_reporter(other, cell("1"), by=province.verifier)
    submission = province.walk(submission, "submit", "sign")
    assert bar("verify", submission, province.verifier) is None


# --- … since the last approval


def test_who_changed_an_entry_before_the_last_approval_may_sign_the_next_version(province, submission):
    give(province.unit_leader, province.department, Role.REPORTER)
    submission = type_in(submission, cell("1"), by=province.unit_leader)
    second = people.person("second leader", province.department, Role.SIGNER)
    submission = perform("sign", province.walk(submission, "submit"), by=second)
    submission = province.walk(submission, "verify", "approve", "reopen", "submit")
    assert bar("sign", submission, province.unit_leader) is None


def test_who_changed_an_entry_after_the_reopening_does_not_approve(province, submission):
    submission = province.walk(submission, "submit", "sign", "verify", "approve", "reopen")
    submission = typed_by_a_former_reporter(submission, cell("2"), by=province.approver)
    submission = province.walk(submission, "submit", "sign", "verify")
    assert bar("approve", submission, province.approver) == ENTERED


def test_the_last_change_before_the_approval_and_the_first_after_it_are_told_apart(province, submission):
    """The approval is a version of its own: a change one version before it is past, one after it counts."""
    second = people.person("second approver", province.root, Role.APPROVER)
    submission = typed_by_a_former_reporter(submission, cell("5"), by=second)
    submission = province.walk(submission, "submit", "sign", "verify")
    assert bar("approve", submission, second) == ENTERED
    submission = province.walk(submission, "approve", "reopen", "submit", "sign", "verify")
    assert bar("approve", submission, second) is None


def test_a_return_forgets_no_hand(province, submission):
    submission = typed_by_a_former_reporter(submission, cell("1"), by=province.approver)
    submission = province.walk(submission, "submit", "sign", "verify", "return", "submit", "sign", "verify")
    assert bar("approve", submission, province.approver) == ENTERED


# --- Nobody with any membership in the unit on the day verifies or approves


@pytest.mark.parametrize("role", list(Role))
def test_a_verifier_who_works_for_the_unit_in_any_role_does_not_verify(province, submission, role):
    give(province.verifier, province.department, role)
    submission = province.walk(submission, "submit", "sign")
    assert bar("verify", submission, province.verifier) == BELONGS


@pytest.mark.parametrize("role", list(Role))
def test_an_approver_who_works_for_the_unit_in_any_role_does_not_approve(province, submission, role):
    give(province.approver, province.department, role)
    submission = province.walk(submission, "submit", "sign", "verify")
    assert bar("approve", submission, province.approver) == BELONGS


def test_an_ended_membership_no_longer_bars(province, submission):
    give(province.verifier, province.department, Role.REPORTER, valid_until=today())
    submission = province.walk(submission, "submit", "sign")
    assert bar("verify", submission, province.verifier) is None


def test_a_membership_bars_through_its_last_day(province, submission):
    give(province.verifier, province.department, Role.REPORTER, valid_until=today() + timedelta(days=1))
    submission = province.walk(submission, "submit", "sign")
    assert bar("verify", submission, province.verifier) == BELONGS


def test_a_membership_bars_from_its_first_day(province, submission):
    membership = give(province.verifier, province.department, Role.READER, valid_from=today())
    submission = province.walk(submission, "submit", "sign")
    assert bar("verify", submission, province.verifier) == BELONGS
    Membership.objects.filter(pk=membership.pk).update(valid_from=today() + timedelta(days=1))
    assert bar("verify", submission, province.verifier) is None


def test_a_department_that_holds_verification_does_not_verify_its_own_report(province, submission):
    own = people.person("verifier of the department", province.department, Role.VERIFIER)
    StepHolder.objects.filter(step="verify").update(holder=province.department)
    submission = province.walk(submission, "submit", "sign")
    assert bar("verify", submission, own) == BELONGS


def test_working_for_the_unit_does_not_bar_its_signer(province, submission):
    submission = province.walk(submission, "submit")
    assert bar("sign", submission, province.unit_leader) is None


# --- Nobody both verifies and approves


def test_whoever_verified_does_not_approve(province, submission):
    give(province.verifier, province.root, Role.APPROVER)
    submission = province.walk(submission, "submit", "sign", "verify")
    assert bar("approve", submission, province.verifier) == BOTH
    assert bar("approve", submission, province.approver) is None


def test_whoever_verified_a_version_that_was_returned_does_not_approve_the_next(province, submission):
    give(province.verifier, province.root, Role.APPROVER)
    second = people.person("second verifier", province.office, Role.VERIFIER)
    submission = province.walk(submission, "submit", "sign", "verify", "return", "submit", "sign")
    submission = perform("verify", submission, by=second)
    assert bar("approve", submission, province.verifier) == BOTH


def test_whoever_approved_the_last_version_may_verify_the_next_and_not_approve_it(province, submission):
    give(province.approver, province.office, Role.VERIFIER)
    submission = province.walk(submission, "submit", "sign", "verify", "approve", "reopen", "submit", "sign")
    assert bar("verify", submission, province.approver) is None
    submission = perform("verify", submission, by=province.approver)
    assert bar("approve", submission, province.approver) == BOTH


def test_whoever_verified_the_last_version_may_approve_the_next(province, submission):
    give(province.verifier, province.root, Role.APPROVER)
    second = people.person("second verifier", province.office, Role.VERIFIER)
    submission = province.walk(submission, "submit", "sign", "verify", "approve", "reopen", "submit", "sign")
    submission = perform("verify", submission, by=second)
    assert bar("approve", submission, province.verifier) is None


# --- Superusers and delegates count as themselves


def test_a_superuser_with_the_role_is_barred_by_what_he_entered(province, submission):
    admin = people.superuser()
    give(admin, province.root, Role.APPROVER)
    submission = typed_by_a_former_reporter(submission, cell("1"), by=admin)
    submission = province.walk(submission, "submit", "sign", "verify")
    assert bar("approve", submission, admin) == ENTERED


def test_a_superuser_with_the_role_and_clean_hands_approves(province, submission):
    admin = people.superuser()
    give(admin, province.root, Role.APPROVER)
    submission = province.walk(submission, "submit", "sign", "verify")
    assert bar("approve", submission, admin) is None


def test_a_superuser_does_not_both_verify_and_approve(province, submission):
    admin = people.superuser()
    give(admin, province.root, Role.APPROVER)
    give(admin, province.office, Role.VERIFIER)
    submission = perform("verify", province.walk(submission, "submit", "sign"), by=admin)
    assert bar("approve", submission, admin) == BOTH


def test_a_role_that_ended_yesterday_is_no_role(province, submission):
    Membership.objects.filter(user=province.approver).update(valid_until=yesterday())
    submission = province.walk(submission, "submit", "sign", "verify")
    assert bar("approve", submission, province.approver) == (
        "Only those who approve this form's reports can approve it."
    )
