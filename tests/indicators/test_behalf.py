"""Entering on behalf of a unit (domain.md 21): who may, once, until when, and who reads the signed scan."""

from datetime import date, timedelta

import pytest

from indicators import behalf, evidence, files
from indicators.clock import now, today
from indicators.models import (
    Entry,
    Membership,
    OnBehalf,
    Role,
    Round,
    StepHolder,
    StoredFile,
    Submission,
    UsedKey,
)
from indicators.permissions import standing
from indicators.refusals import Refused
from tests import people
from tests.factories import PNG, cell, enter_on_behalf, indicator, perform, type_in
from tests.indicators.sheets import workbook

pytestmark = pytest.mark.usefixtures("english", "media")

ROLE = "Only those who verify the report can enter on behalf of the unit."
BELONGS = "Nobody enters on behalf of the unit he or she works for."
NO_STEP = "This form has no verification step, so nobody enters on behalf of its units."
TYPIST = "Only those who enter figures for the unit can change its report."
PAPER = {
    "reason": "Mưa lũ",
    "number": "",
    "signed_on": date(2020, 1, 2),
    "signer": "Lò A",
    "signer_title": "Chủ tịch",
}


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


def scan(name="công văn.png"):
    return files.accept(PNG, name)


def stored(media):
    folder = media / "evidence"
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


# --- Who, and when


def test_a_verifier_who_began_enters_for_the_unit_and_nobody_else_of_the_office_does(
    province, submission, colleague
):
    assert refusal(type_in, submission, cell("1"), by=colleague) == TYPIST
    opened = enter_on_behalf(submission, by=colleague)
    assert vars(standing(colleague, opened)) == {
        "reports": True,
        "signs": False,
        "verifies": True,
        "approves": False,
        "belongs": False,
        "on_behalf": True,
        "signs_as": None,
        "signers": (province.unit_leader.memberships.get(),),
    }
    type_in(opened, cell("14433"), by=colleague)
    assert Entry.objects.get().value == 14433
    assert refusal(type_in, opened, cell("2"), by=province.verifier) == TYPIST


def test_evidence_is_attached_by_the_person_on_behalf_as_by_the_unit(province, opened, colleague):
    [line] = opened.round.lines.all()
    key, said = (line.pk, province.root.pk), {"description": ""}
    assert refusal(evidence.attach_link, opened, key, "https://a.vn/x", by=province.verifier, **said)
    assert evidence.attach_link(opened, key, "https://a.vn/x", by=colleague, **said)


def test_the_act_says_who_for_which_office_why_and_on_which_paper(province, opened, colleague):
    act = OnBehalf.objects.select_related("file").get()
    assert (act.by, act.unit, act.submission, act.ended_at) == (colleague, province.office, opened, None)
    assert (act.reason, act.number, act.signed_on) == ("Mưa lũ, mất mạng", "15/UBND", today())
    assert act.document == f"Document 15/UBND of {today():%d/%m/%Y}, signed by Lò Văn Pâng (Chủ tịch)"
    assert (act.file.name, act.file.sha256) == ("công văn.png", scan().sha256)
    act.number = ""
    assert act.document == f"Document of {today():%d/%m/%Y}, signed by Lò Văn Pâng (Chủ tịch)"


@pytest.mark.parametrize("who", ["reporter", "unit_leader", "approver", "leader", "outsider"])
def test_only_those_who_verify_the_report_begin(province, submission, media, who):
    assert refusal(enter_on_behalf, submission, by=getattr(province, who)) == ROLE
    assert (OnBehalf.objects.count(), StoredFile.objects.count(), stored(media)) == (0, 0, [])


def test_a_superuser_without_the_role_does_not_begin(submission):
    assert refusal(enter_on_behalf, submission, by=people.superuser()) == ROLE


def test_the_holder_named_for_the_unit_begins_and_the_general_one_does_not(province, submission, colleague):
    StepHolder.objects.create(
        form=submission.round.form, step="verify", reporting_unit=province.department, holder=province.sister
    )
    named = people.person("named", province.sister, Role.VERIFIER)
    assert refusal(enter_on_behalf, submission, by=colleague) == ROLE
    enter_on_behalf(submission, by=named)
    assert OnBehalf.objects.get().unit == province.sister


@pytest.mark.parametrize("role", list(Role))
def test_nobody_enters_on_behalf_of_the_own_unit(province, submission, colleague, role):
    Membership.objects.create(user=colleague, unit=province.department, role=role)
    assert refusal(enter_on_behalf, submission, by=colleague) == BELONGS


def test_without_a_verification_step_there_is_nobody_to_enter(province, colleague):
    submission = province.submission(indicator("HT.01"), asks_verification=False)
    assert refusal(enter_on_behalf, submission, by=colleague) == NO_STEP


@pytest.mark.parametrize("moves", [["submit"], ["submit", "sign"], ["submit", "sign", "verify", "approve"]])
def test_what_the_unit_sent_is_not_entered_on_its_behalf(province, submission, colleague, moves):
    submission = province.walk(type_in(submission, cell("1"), by=province.reporter), *moves)
    sentence = refusal(enter_on_behalf, submission, by=colleague)
    assert sentence.startswith(("Waiting for a signature", "The report was sent at", "These figures are approved"))
    assert not OnBehalf.objects.exists()


def test_a_locked_round_takes_nothing_on_behalf_either(submission, colleague, opened):
    Round.objects.update(locked_at=now())
    assert "was closed on" in refusal(type_in, opened, cell("1"), by=colleague)


def test_one_person_at_a_time(province, opened, colleague):
    sentence = refusal(enter_on_behalf, opened, by=province.verifier)
    assert sentence.startswith("colleague has been entering this report on behalf of the unit since ")
    assert refusal(enter_on_behalf, opened, by=colleague) == sentence
    assert (OnBehalf.objects.count(), opened.events.count()) == (1, 1)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reason": " "}, "State why the unit cannot enter its figures itself."),
        ({"signer": ""}, "State who signed the document, and in which position."),
        ({"signer_title": " "}, "State who signed the document, and in which position."),
        ({"signed_on": today() + timedelta(days=1)}, "The document cannot have been signed after today."),
    ],
)
def test_reason_and_signature_are_asked_for(submission, colleague, media, said, sentence):
    assert refusal(enter_on_behalf, submission, by=colleague, **said) == sentence
    assert (OnBehalf.objects.count(), StoredFile.objects.count(), stored(media)) == (0, 0, [])
    assert submission.events.count() == 0


@pytest.mark.parametrize("how", ["membership", "joined"])
def test_the_right_goes_with_the_role_that_it_rests_on(province, opened, colleague, how):
    if how == "membership":
        Membership.objects.filter(user=colleague).update(valid_until=today())
    else:
        Membership.objects.create(user=colleague, unit=province.department, role=Role.READER)
    assert not standing(colleague, opened).on_behalf
    assert refusal(type_in, opened, cell("1"), by=colleague) == TYPIST
    assert list(Submission.objects.entered_on_behalf_by(colleague)) == []


# --- Once


def test_the_same_page_sent_twice_is_done_once(submission, colleague, media):
    paper = behalf.Paper(**PAPER)
    assert behalf.enter(submission, paper, scan(), by=colleague, key="k") is True
    assert behalf.enter(submission, paper, scan(), by=colleague, key="k") is False
    assert (OnBehalf.objects.count(), StoredFile.objects.count(), len(stored(media))) == (1, 1, 1)
    assert submission.events.count() == 1


def test_a_refused_page_keeps_its_key(submission, colleague):
    assert refusal(behalf.enter, submission, behalf.Paper(**PAPER | {"reason": ""}), scan(), by=colleague, key="k")
    assert not UsedKey.objects.exists()
    assert behalf.enter(submission, behalf.Paper(**PAPER), scan(), by=colleague, key="k")


def test_a_failure_half_way_leaves_neither_row_nor_file(submission, colleague, media, monkeypatch):
    def break_off(*args, **facts):
        raise RuntimeError("the power went")

    monkeypatch.setattr(OnBehalf.objects, "create", break_off)
    with pytest.raises(RuntimeError):
        behalf.enter(submission, behalf.Paper(**PAPER), scan(), by=colleague, key="k")
    assert (StoredFile.objects.count(), stored(media), submission.events.count()) == (0, [], 0)
    assert not UsedKey.objects.exists()


@pytest.mark.parametrize("name", ["công văn.pdf", "công văn.png", "không tên"])
def test_a_scan_is_taken_by_its_content(name):
    assert files.accept_scan(PNG, name).kind == files.accepting.Kind.PNG


def test_what_bears_no_signature_is_no_scan():
    sentence = refusal(files.accept_scan, workbook(["Số liệu"]), "bảng.xlsx")
    assert sentence == "The scan of a signed document is a PDF, PNG or JPG file."


# --- Ending it without a hand-in


def test_its_person_or_a_colleague_ends_it_and_another_takes_over(province, opened, colleague):
    act = OnBehalf.objects.get()
    for stranger in (province.reporter, province.approver, province.leader):
        assert refusal(behalf.end, opened, act.pk, by=stranger) == ROLE
    behalf.end(opened, act.pk, by=province.verifier)
    act.refresh_from_db()
    assert (act.ended_by, standing(colleague, opened).on_behalf) == (province.verifier, False)
    enter_on_behalf(opened, by=province.verifier)
    assert list(opened.events.values_list("move", "from_state", "to_state")) == [
        ("behalf_opened", "draft", "draft"),
        ("behalf_ended", "draft", "draft"),
        ("behalf_opened", "draft", "draft"),
    ]


def test_it_is_ended_once_and_an_old_page_ends_nobody_else_s(province, opened, colleague):
    first = OnBehalf.objects.get().pk
    behalf.end(opened, first, by=colleague)
    enter_on_behalf(opened, by=province.verifier)
    assert refusal(behalf.end, opened, first, by=colleague) == "This entry on behalf of the unit has ended already."
    assert standing(province.verifier, opened).on_behalf


# --- The signed scan


def readable(who, submission):
    return behalf.readable_scan(submission, OnBehalf.objects.get().pk, standing(who, submission)) is not None


def test_before_the_hand_in_the_paper_is_for_those_who_work_on_the_report(province, opened, colleague):
    who = {name: readable(getattr(province, name), opened) for name in ("reporter", "unit_leader", "verifier")}
    assert (who, readable(colleague, opened)) == ({"reporter": True, "unit_leader": True, "verifier": False}, True)


def test_what_was_handed_in_is_read_by_those_who_decide(province, sent, colleague):
    assert readable(province.verifier, sent)
    assert readable(province.approver, sent)


def test_what_waits_for_the_unit_s_signature_is_not_out_yet(province, opened, colleague):
    waiting = province.walk(type_in(opened, cell("1"), by=colleague), "submit")
    assert (waiting.state, readable(province.verifier, waiting)) == ("awaiting_sign_off", False)


def test_a_scan_is_found_under_its_own_report_alone(province, sent):
    other = province.submission(indicator("HT.02"))
    act = OnBehalf.objects.get().pk
    assert behalf.readable_scan(other, act, standing(province.reporter, other)) is None
