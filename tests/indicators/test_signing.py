"""Signing off: what is frozen of a signature on the system and on paper, who may bring the paper, and what bars."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from indicators import check_codes, event_chain, signing, workflow
from indicators.clock import today
from indicators.models import Membership, Role, Signature, StoredFile, SubmissionEvent, Way
from indicators.refusals import ContentChanged, Refused
from tests.factories import cell, indicator, perform, signed_paper, type_in

pytestmark = pytest.mark.usefixtures("english")
DEPUTY = {"capacity": "deputy", "title": "Phó Giám đốc", "authority_number": "7/QĐ-SKHCN"}


@pytest.fixture
def waiting(province):
    draft = type_in(province.submission(indicator("HT.01")), cell("14433"), by=province.reporter)
    return province.walk(draft, "submit")


@pytest.fixture
def scan(province):
    said = {"name": "bản ký.pdf", "content_type": "application/pdf", "size": 1, "sha256": "5" * 64}
    return StoredFile.objects.create(**said, stored_as="0", added_by=province.reporter)


def sign(submission, by, **paper):
    latest = workflow.latest_revision(submission)
    made = signing.Paper(**paper) if paper else None
    return workflow.perform("sign", submission, by=by, revision=latest.sha256, paper=made)


def refusal(*args, **paper):
    with pytest.raises(Refused) as refused:
        sign(*args, **paper)
    return refused.value.sentence


def standing_as(way, submission):
    """Bars the other way of signing."""
    submission.round.sign_off_way = way
    submission.round.save()


# --- On the system


def test_what_is_signed_keeps_who_in_which_capacity_with_which_title(province, waiting):
    province.unit_leader.memberships.update(**DEPUTY, authority_date=date(2025, 7, 1))
    sign(waiting, province.unit_leader)
    signature = waiting.events.get(move="sign").signature
    assert (signature.way, signature.signer, signature.revision) == (
        Way.SYSTEM,
        "unit leader",
        workflow.latest_revision(waiting),
    )
    assert (signature.capacity, signature.title) == ("deputy", "Phó Giám đốc")
    assert signature.authority == "Document 7/QĐ-SKHCN of 01/07/2025"
    assert (signature.document, signature.file, signature.signed_on) == ("", None, None)


def test_later_changes_of_the_membership_and_the_account_change_nothing_signed(province, waiting):
    province.unit_leader.memberships.update(**DEPUTY)
    sign(waiting, province.unit_leader)
    before = waiting.events.get(move="sign").signature.as_json()
    province.unit_leader.memberships.update(capacity="head", title="Giám đốc")
    province.unit_leader.full_name = "Khác"
    province.unit_leader.save()
    assert waiting.events.get(move="sign").signature.as_json() == before


def test_the_accounts_position_stands_in_for_a_title_that_is_not_stated(province, waiting):
    province.unit_leader.position = "Phó Giám đốc Sở"
    province.unit_leader.save()
    sign(waiting, province.unit_leader)
    signature = Signature.objects.get()
    assert (signature.title, signature.capacity, signature.authority) == ("Phó Giám đốc Sở", "", "")


def test_the_event_covers_the_signature_with_its_hash(province, waiting):
    sign(waiting, province.unit_leader)
    event = waiting.events.get(move="sign")
    said = event_chain.facts_of(event)
    assert said["signature"] == event.signature.as_json()
    assert event.hash == event_chain.event_hash(waiting.pk, event.by_id, event.at, said)
    forged = said | {"signature": said["signature"] | {"title": "Giám đốc"}}
    assert event.hash != event_chain.event_hash(waiting.pk, event.by_id, event.at, forged)


def test_an_event_without_a_signature_keeps_the_hash_it_always_had(province, waiting):
    assert "signature" not in event_chain.facts_of(waiting.events.get(move="submit"))


# --- By an attached document


@pytest.mark.parametrize("who", ["reporter", "unit_leader"])
def test_the_unit_s_own_people_bring_what_its_leader_signed(province, waiting, scan, who):
    by = getattr(province, who)
    signed = sign(waiting, by, **signed_paper(scan))
    assert (signed.state, signed.handed_in_at) == ("submitted", signed.changed_at)
    event = waiting.events.get(move="sign")
    assert (event.by, event.signature.signer) == (by, "Nguyễn Văn Hùng")
    assert (event.signature.title, event.signature.number) == ("Phó Giám đốc", "45/BC-SKHCN")
    assert event.signature.document == f"Document 45/BC-SKHCN of {today():%d/%m/%Y}"
    assert event.signature.as_json()["sha256"] == "5" * 64
    assert event.signature.code_compared is False


@pytest.mark.parametrize("who", ["verifier", "approver", "leader", "outsider"])
def test_nobody_else_brings_it(province, waiting, scan, who):
    assert refusal(waiting, getattr(province, who), **signed_paper(scan)) == str(workflow.WHO["sign"])
    assert not Signature.objects.exists()


def test_whoever_entered_brings_it_and_still_signs_nothing(province, waiting, scan):
    """Four eyes: the paper names another person, and the event both."""
    assert workflow.refusals(waiting, province.reporter)["sign"] == str(workflow.WHO["sign"])
    sentence = "The document names the person who attaches it, who is no signer of the unit."
    assert refusal(waiting, province.reporter, **signed_paper(scan, signer="REPORTER")) == sentence
    Membership.objects.create(user=province.reporter, unit=province.department, role=Role.SIGNER)
    assert refusal(waiting, province.reporter, **signed_paper(scan, signer="Reporter")) == (
        "Whoever entered figures of this report cannot sign or verify it; another person must do it."
    )
    assert sign(waiting, province.reporter, **signed_paper(scan)).state == "submitted"


def test_a_signer_brings_what_he_or_she_signed(province, waiting, scan):
    signed = sign(waiting, province.unit_leader, **signed_paper(scan, signer="Unit Leader"))
    assert signed.state == "submitted"


@pytest.mark.parametrize("moves", [(), ("submit", "sign"), ("submit", "sign", "verify")])
def test_only_what_waits_for_a_signature_is_signed(province, scan, moves):
    report = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    report = province.walk(report, *moves)
    workflow_bar = workflow.paper_bar(report, province.reporter, workflow.standing(province.reporter, report))
    assert workflow_bar.startswith("This step is not open now.")
    latest = workflow.latest_revision(report)
    paper, read = signing.Paper(**signed_paper(scan)), latest.sha256 if latest else None
    with pytest.raises(Refused) as refused:
        workflow.perform("sign", report, by=province.reporter, revision=read, paper=paper)
    assert refused.value.sentence == workflow_bar


def test_it_is_bound_to_what_was_signed(province, waiting, scan):
    paper = signing.Paper(**signed_paper(scan))
    with pytest.raises(ContentChanged):
        workflow.perform("sign", waiting, by=province.reporter, revision="0" * 64, paper=paper)
    assert not Signature.objects.exists()


def test_a_code_that_is_not_of_what_waits_is_refused(province, waiting, scan):
    first = workflow.latest_revision(waiting)
    waiting = province.walk(waiting, "withdraw")
    waiting = province.walk(type_in(waiting, cell("2"), by=province.reporter), "submit")
    old = signed_paper(scan, code=check_codes.of(first.sha256, 1))
    assert refusal(waiting, province.reporter, **old) == signing.wrong_code(2)
    latest = workflow.latest_revision(waiting)
    assert check_codes.of(latest.sha256, 2) not in signing.wrong_code(2)
    sign(waiting, province.reporter, **signed_paper(scan, code=check_codes.of(latest.sha256, 2).lower()))
    assert Signature.objects.get().code_compared is True


def test_equal_figures_handed_in_again_are_another_hand_in(province, waiting, scan):
    waiting = province.walk(waiting, "withdraw", "submit")
    first, second = waiting.revisions.order_by("number")
    assert first.sha256 == second.sha256
    old = signed_paper(scan, code=check_codes.of(first.sha256, first.number))
    assert refusal(waiting, province.reporter, **old) == signing.wrong_code(2)


@pytest.mark.parametrize("lacking", ["number", "signer", "title", "capacity"])
def test_what_the_paper_must_say_is_asked_for(province, waiting, scan, lacking):
    sentence = "State the number of the document, and who signed it, with which title and in which capacity."
    assert refusal(waiting, province.reporter, **signed_paper(scan, **{lacking: ""})) == sentence


def test_no_paper_was_signed_after_today(province, waiting, scan):
    paper = signed_paper(scan, signed_on=today() + timedelta(days=1))
    assert refusal(waiting, province.reporter, **paper) == "The document cannot have been signed after today."


def test_an_authorisation_on_paper_has_its_document_and_its_days(province, waiting, scan):
    authorised = signed_paper(scan, capacity="authorised")
    assert refusal(waiting, province.reporter, **authorised).startswith("Signing by authorisation (TUQ.) needs")
    days = {"authority_number": "1/GUQ", "authority_date": today(), "authorised_from": today()}
    over = authorised | days | {"authorised_to": today(), "signed_on": today() - timedelta(days=1)}
    sentence = "The document was signed outside the days of the authorisation."
    assert refusal(waiting, province.reporter, **over) == sentence
    sign(waiting, province.reporter, **over | {"signed_on": today()})
    assert Signature.objects.get().authority.startswith("Document 1/GUQ of ")


# --- Which ways a form allows


def test_a_form_signed_on_paper_alone_has_no_button(province, waiting, scan):
    standing_as("paper", waiting)
    sentence = "Reports of this form are signed on paper; attach the signed document."
    assert workflow.refusals(waiting, province.unit_leader)["sign"] == sentence
    assert refusal(waiting, province.unit_leader) == sentence
    assert sign(waiting, province.unit_leader, **signed_paper(scan)).state == "submitted"


def test_a_form_signed_on_the_system_alone_takes_no_paper(province, waiting, scan):
    standing_as("system", waiting)
    sentence = "Reports of this form are signed off on the system."
    assert refusal(waiting, province.reporter, **signed_paper(scan)) == sentence
    assert sign(waiting, province.unit_leader).state == "submitted"


def test_a_round_keeps_the_way_its_form_had_when_it_opened(province):
    round_ = province.round(indicator("HT.01"), sign_off_way="paper")
    round_.form.sign_off_way = "system"
    round_.form.save()
    round_.refresh_from_db()
    assert round_.sign_off_way == "paper"


def test_both_ways_are_open_where_nothing_else_is_said(province, waiting):
    assert waiting.round.sign_off_way == "both"


# --- What the database refuses


@pytest.mark.parametrize(
    "facts",
    [
        {"way": "paper", "number": ""},
        {"way": "paper", "signed_on": None},
        {"way": "paper", "title": ""},
        {"way": "paper", "capacity": ""},
        {"way": "paper", "file": None},
        {"way": "system"},
        {"way": "paper", "signer": ""},
    ],
)
def test_half_a_signature_is_refused(province, waiting, scan, facts):
    whole = {name: value for name, value in signed_paper(scan).items() if name != "code"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(revision=workflow.latest_revision(waiting), **whole | facts)


def test_a_hand_in_is_signed_once(province, waiting):
    sign(waiting, province.unit_leader)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature(way="system", signer="x", revision=workflow.latest_revision(waiting)).save(force_insert=True)


def test_a_signature_taken_back_by_withdrawing_is_not_one_on_the_next_hand_in(province, waiting):
    sign(waiting, province.unit_leader)
    waiting.refresh_from_db()
    again = province.walk(waiting, "withdraw", "submit")
    assert not hasattr(workflow.latest_revision(again), "signature")
    perform("sign", again, by=province.unit_leader)
    assert Signature.objects.count() == 2
    assert SubmissionEvent.objects.filter(signature__isnull=False).count() == 2
