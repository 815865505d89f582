"""Nobody is locked out silently: a refusal names its cause, how things stand and whom to call (domain.md 25)."""

import pytest

from indicators import workflow
from indicators.refusals import Refused
from tests import people
from tests.factories import cell, indicator, perform, type_in
from tests.indicators.pages import browser, press, seen

pytestmark = pytest.mark.usefixtures("english")
CONTACT = "Questions: Phòng Chuyển đổi số, 02133 000 000"


@pytest.fixture
def waiting(province, clock):
    clock.set(2026, 11, 24, 9, 30)
    submission = province.submission(indicator("HT.01"))
    type_in(submission, cell("1"), by=province.reporter)
    return province.walk(submission, "submit")


def refused(move: str, submission, by) -> Refused:
    with pytest.raises(Refused) as caught:
        perform(move, submission, by=by)
    return caught.value


STANDS = "State of the report: Waiting for signature (reporter, 24/11/2026 09:30)."


@pytest.mark.parametrize(
    ("move", "who", "standing"),
    [
        ("sign", "reporter", f"{STANDS} {CONTACT}"),  # a role one lacks
        ("verify", "leader", f"{STANDS} {CONTACT}"),
        ("submit", "reporter", CONTACT),  # a wrong state, whose sentence says it itself
    ],
)
def test_a_barred_move_says_how_the_report_stands_and_whom_to_call(province, waiting, move, who, standing):
    found = refused(move, waiting, getattr(province, who))
    assert (found.status, found.standing) == (409, standing)
    assert found.sentence == workflow.refusals(waiting, getattr(province, who))[move]
    assert found.in_full == f"{found.sentence} {standing}"


def test_so_does_four_eyes(province, waiting):
    people.Membership.objects.create(user=province.reporter, unit=province.department, role="signer")
    found = refused("sign", waiting, province.reporter)
    assert found.sentence.startswith("Whoever entered figures of this report cannot sign or verify it")
    assert found.standing == f"{STANDS} {CONTACT}"


def test_a_contact_that_the_sentence_names_is_not_said_twice(province, waiting):
    perform("sign", waiting, by=province.unit_leader)
    done = province.walk(waiting.__class__.objects.get(pk=waiting.pk), "verify", "approve")
    type(done.round).objects.filter(pk=done.round_id).update(locked_at="2026-11-24T03:00:00Z")
    found = refused("withdraw", done.__class__.objects.get(pk=done.pk), province.reporter)
    assert found.in_full.count("02133 000 000") == 1


def test_a_refusal_without_more_to_say_stands_alone():
    assert Refused("The round is already locked.").in_full == "The round is already locked."


def test_the_form_says_all_of_it(province, waiting):
    response = press(waiting, province.reporter, "sign")
    assert response.status_code == 409
    assert f"Only a signer of the unit can sign off its report. {STANDS} {CONTACT}" in seen(response)


def test_a_save_that_comes_too_late_says_whom_to_call(province, waiting):
    response = press(waiting, province.reporter, "save", HT_01_value="2")
    assert response.status_code == 409
    late = "Waiting for a signature since 24/11/2026 09:30; to be changed only once withdrawn or returned."
    assert f"{late} {CONTACT}" in seen(response)
    signer = press(waiting, province.unit_leader, "save", HT_01_value="2")
    assert f"Only those who enter figures for the unit can change its report. {CONTACT}" in seen(signer)


def test_the_review_page_says_all_of_it_and_always_whom_to_call(province, waiting):
    perform("sign", waiting, by=province.unit_leader)
    client = browser(province.verifier)
    page = f"/admin/indicators/submission/{waiting.pk}/change/"
    assert "Whom to call Phòng Chuyển đổi số, 02133 000 000" in seen(client.get(page))
    response = client.post(page, {"action": "approve", "comment": "", "revision": ""})
    assert response.status_code == 409
    said = seen(response)
    assert "Only those who approve this form's reports can approve it. State of the report: " in said
    assert f"(unit leader, 24/11/2026 09:30). {CONTACT}" in said


@pytest.mark.parametrize("page", ["evidence/", "import/"])
def test_the_pages_beside_the_form_name_the_contact(province, waiting, page):
    response = browser(province.reporter).get(f"/submissions/{waiting.pk}/{page}")
    assert "Waiting for a signature since 24/11/2026 09:30" in seen(response)
    assert CONTACT in seen(response)


def test_so_does_the_page_of_entering_on_behalf(province, waiting):
    assert CONTACT in seen(browser(province.verifier).get(f"/submissions/{waiting.pk}/on-behalf/"))


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/nowhere/", 404, "If it should be open to this account, call Sở KH&CN, 0213 3876 000."),
        (
            "/admin/indicators/target/",
            403,
            "If it is needed for the work, ask Sở KH&CN, 0213 3876 000 for the right.",
        ),
    ],
)
def test_a_page_that_does_not_open_names_the_systems_own_contact(province, settings, address, status, sentence):
    settings.SITE_UNIT, settings.SITE_TELEPHONE = "Sở KH&CN", "0213 3876 000"
    response = browser(province.verifier).get(address)
    assert (response.status_code, sentence in seen(response)) == (status, True)


def test_who_may_not_see_a_report_is_told_nothing_of_it(province, waiting):
    client = browser(province.outsider)
    for page in ("", "evidence/", "import/", "on-behalf/", "workbook.xlsx"):
        assert client.get(f"/submissions/{waiting.pk}/{page}").status_code == 404
    assert press(waiting, province.outsider, "withdraw").status_code == 404
