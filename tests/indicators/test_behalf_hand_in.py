"""A report entered on behalf of its unit (domain.md 21): what its hand-in says, whom it bars, and what two people
at once do to it."""

import hashlib
import json

import pytest

from indicators import behalf, sealing, workflow
from indicators.clock import today
from indicators.drafts import save
from indicators.models import Entry, Membership, OnBehalf, Revision, Role
from indicators.permissions import standing
from indicators.refusals import ContentChanged, Refused
from tests import people
from tests.factories import PNG, cell, enter_on_behalf, indicator, perform, type_in

pytestmark = pytest.mark.usefixtures("english", "media")

OPENER = "Whoever entered on behalf of the unit cannot sign, verify or approve; another person must do it."
TYPIST = "Only those who enter figures for the unit can change its report."


@pytest.fixture
def colleague(province):
    return people.person("colleague", province.office, Role.VERIFIER, is_staff=True)


@pytest.fixture
def submission(province):
    return province.submission(indicator("HT.01"))


@pytest.fixture
def opened(submission, colleague):
    return enter_on_behalf(submission, by=colleague)


@pytest.fixture
def sent(opened, colleague):
    return perform("submit", type_in(opened, cell("14433"), by=colleague), by=colleague)


def refusal(act, *args, **facts):
    with pytest.raises(Refused) as refused:
        act(*args, **facts)
    return refused.value.sentence


# --- The hand-in


def test_it_goes_straight_to_the_verifiers_since_the_unit_signed_on_paper(sent, colleague):
    assert (sent.state, sent.handed_in_at is not None) == ("submitted", True)
    event = sent.events.last()
    assert (event.move, event.from_state, event.to_state, event.by) == ("submit", "draft", "submitted", colleague)


def test_the_unit_s_own_hand_in_still_waits_for_its_signature(province, opened, colleague):
    type_in(opened, cell("14433"), by=colleague)
    assert perform("submit", opened, by=province.reporter).state == "awaiting_sign_off"


def test_an_incomplete_report_is_not_sent_on_behalf_either(opened, colleague):
    assert refusal(perform, "submit", opened, by=colleague) == "1 of 1 lines are still empty."
    assert OnBehalf.objects.get().ended_at is None


def test_the_frozen_content_names_it_and_so_does_the_check_code(sent, colleague, province):
    revision = Revision.objects.get()
    assert revision.on_behalf == OnBehalf.objects.get()
    assert json.loads(revision.content)["on_behalf"] == {
        "by": colleague.pk,
        "name": "colleague",
        "unit": province.office.pk,
        "reason": "Mưa lũ, mất mạng",
        "number": "15/UBND",
        "signed_on": today().isoformat(),
        "signer": "Lò Văn Pâng",
        "signer_title": "Chủ tịch",
        "sha256": hashlib.sha256(PNG).hexdigest(),
    }
    assert sealing.sha256(revision.content) == revision.sha256


def test_a_report_of_the_unit_s_own_names_nobody(province, submission):
    province.walk(type_in(submission, cell("1"), by=province.reporter), "submit", "sign")
    revision = Revision.objects.get()
    assert (revision.on_behalf, "on_behalf" in json.loads(revision.content)) == (None, False)


def test_the_same_figures_on_another_scan_are_another_content(province, sent, colleague):
    read = sent.revisions.get().sha256
    returned = perform("return", sent, by=province.verifier)
    again = enter_on_behalf(returned, by=colleague, number="16/UBND")
    again = perform("submit", again, by=colleague)
    with pytest.raises(ContentChanged):
        workflow.perform("verify", again, by=province.verifier, revision=read)


def test_the_hand_in_ends_the_right(sent, colleague):
    act = OnBehalf.objects.get()
    assert (act.ended_at, act.ended_by) == (sent.events.last().at, colleague)
    assert not standing(colleague, sent).on_behalf
    assert refusal(save, sent, {}, by=colleague, version=sent.version) == TYPIST
    assert refusal(perform, "withdraw", sent, by=colleague).startswith("Only the unit's own people can withdraw")


@pytest.mark.parametrize("who", ["reporter", "unit_leader"])
def test_the_unit_takes_back_what_was_sent_on_its_behalf(province, sent, colleague, who):
    draft = perform("withdraw", sent, by=getattr(province, who))
    assert (draft.state, draft.handed_in_at) == ("draft", None)
    assert refusal(type_in, draft, cell("1"), by=colleague) == TYPIST
    type_in(draft, cell("2"), by=province.reporter)


def test_a_return_opens_entry_for_the_unit_and_another_act_takes_another_scan(province, sent, colleague):
    returned = perform("return", sent, by=province.verifier)
    assert refusal(type_in, returned, cell("1"), by=colleague) == TYPIST
    again = enter_on_behalf(returned, by=colleague)
    assert perform("submit", type_in(again, cell("5"), by=colleague), by=colleague).state == "submitted"
    assert OnBehalf.objects.count() == 2


# --- What a hand-in of the unit itself rests on


def rests_on(submission):
    return submission.revisions.latest("number").on_behalf


def test_figures_typed_on_behalf_are_named_where_the_unit_sends_them(province, opened, colleague):
    perform("submit", type_in(opened, cell("14433"), by=colleague), by=province.reporter)
    assert rests_on(opened) == OnBehalf.objects.get()
    assert OnBehalf.objects.get().ended_by == province.reporter


def test_an_act_under_which_nothing_stands_is_not_named(province, opened, colleague):
    typed = type_in(opened, cell("1"), by=colleague)
    perform("submit", type_in(typed, cell("2"), by=province.reporter), by=province.reporter)
    assert rests_on(opened) is None
    assert OnBehalf.objects.get().ended_at is not None


def test_figures_that_stand_after_a_withdrawal_are_still_named(province, sent, colleague):
    draft = province.walk(sent, "withdraw", "submit")
    assert rests_on(draft) == OnBehalf.objects.get()
    draft = province.walk(draft, "withdraw")
    province.walk(type_in(draft, cell("2"), by=province.reporter), "submit")
    assert rests_on(draft) is None


def test_what_its_person_typed_for_the_unit_before_the_act_is_the_unit_s_own(province, submission, colleague):
    then = Membership.objects.create(user=colleague, unit=province.department, role=Role.REPORTER)
    submission = type_in(submission, cell("1"), by=colleague)
    then.delete()
    province.walk(enter_on_behalf(submission, by=colleague), "submit")
    assert rests_on(submission) is None


# --- Two at once


def test_the_unit_and_its_helper_on_different_lines_are_merged(province, colleague):
    submission = enter_on_behalf(province.submission(indicator("HT.01"), indicator("HT.02")), by=colleague)
    first, second = ((line.pk, province.root.pk) for line in submission.round.lines.order_by("order"))
    version = submission.version
    save(submission, {first: cell("1")}, by=colleague, version=version)
    saved = save(submission, {second: cell("2")}, by=province.reporter, version=version)
    assert saved.conflicts == {}
    assert list(Entry.objects.order_by("line__order").values_list("value", flat=True)) == [1, 2]


def test_on_the_same_line_both_are_given_back(province, opened, colleague):
    [line] = opened.round.lines.all()
    key = (line.pk, province.root.pk)
    save(opened, {key: cell("1")}, by=colleague, version=opened.version)
    [conflict] = save(opened, {key: cell("2")}, by=province.reporter, version=opened.version).conflicts.values()
    assert (conflict.theirs.value, conflict.mine.value, conflict.by) == (1, 2, "colleague")


def test_beginning_disturbs_nobody_s_page(province, submission, colleague):
    [line] = submission.round.lines.all()
    enter_on_behalf(submission, by=colleague)
    saved = save(submission, {(line.pk, province.root.pk): cell("1")}, by=province.reporter, version=0)
    assert (saved.conflicts, saved.changed) == ({}, 1)


# --- Four eyes


def bar(move, submission, user):
    sentence = workflow.refusals(submission, user)[move]
    if sentence:
        assert refusal(perform, move, submission, by=user) == sentence
    return sentence


def test_whoever_entered_on_behalf_does_not_verify_and_a_colleague_does(province, sent, colleague):
    assert bar("verify", sent, colleague) == OPENER
    assert bar("verify", sent, province.verifier) is None


def test_whoever_only_began_does_not_verify_either(province, opened, colleague):
    sent = province.walk(type_in(opened, cell("1"), by=province.reporter), "submit", "sign")
    assert bar("verify", sent, colleague) == OPENER


def test_whoever_began_and_ended_does_not_verify_either(province, opened, colleague):
    behalf.end(opened, OnBehalf.objects.get().pk, by=colleague)
    opened.refresh_from_db()
    sent = province.walk(type_in(opened, cell("1"), by=province.reporter), "submit", "sign")
    assert bar("verify", sent, colleague) == OPENER


def test_whoever_entered_on_behalf_does_not_approve(province, sent, colleague):
    Membership.objects.create(user=colleague, unit=province.root, role=Role.APPROVER)
    assert bar("approve", perform("verify", sent, by=province.verifier), colleague) == OPENER


def test_a_superuser_who_entered_on_behalf_is_barred_too(province, submission):
    admin = people.superuser()
    Membership.objects.create(user=admin, unit=province.office, role=Role.VERIFIER)
    opened = enter_on_behalf(submission, by=admin)
    sent = perform("submit", type_in(opened, cell("1"), by=admin), by=admin)
    assert bar("verify", sent, admin) == OPENER


def test_the_next_version_after_an_approval_is_verified_by_anybody_again(province, sent, colleague):
    approved = province.walk(sent, "verify", "approve")
    sent_again = province.walk(perform("reopen", approved, by=province.approver), "submit", "sign")
    assert bar("verify", sent_again, colleague) is None
