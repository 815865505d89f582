"""Remarks and notes on the review page: typed, kept, given back where the page is refused, and shown to no unit."""

import io
import json

import openpyxl
import pytest
from django.urls import reverse

from indicators import remarks
from indicators.models import Membership, Remark, Submission, VerifierNote
from tests import factories, people
from tests.factories import Province, cell

from .pages import at, browser, seen

pytestmark = pytest.mark.usefixtures("english")
CANARY = "CANARY-NOTE-8413"


def address(submission: Submission) -> str:
    return reverse("admin:indicators_submission_change", args=[submission.pk])


def page_of(user, submission: Submission):
    return browser(user).get(address(submission))


def press(user, submission: Submission, action: str, **posted):
    """What the page's form would send."""
    page = page_of(user, submission).context["page"]
    data = {"revision": page.revision.sha256, "seen": page.seen, "key": page.key, "action": action}
    return browser(user).post(address(submission), data | {k.replace("_", "-"): v for k, v in posted.items()})


@pytest.fixture
def submitted(province: Province) -> Submission:
    submission = province.submission(factories.indicator("HT.01"), factories.indicator("HT.02"))
    factories.type_in(submission, cell("1", note="Theo biên bản"), cell("2"), by=province.reporter)
    return province.walk(submission, "submit", "sign")


def test_a_remark_is_saved_and_stands_in_its_field(province, submitted):
    response = press(province.verifier, submitted, "remark", **{"HT.01-remark": "Đối chiếu\r\nlại"})
    assert (response.status_code, response["Location"]) == (302, address(submitted))
    remark = Remark.objects.get()
    assert (remark.text, remark.line.indicator.code, remark.by) == ("Đối chiếu\nlại", "HT.01", province.verifier)
    shown = page_of(province.verifier, submitted)
    assert "Đối chiếu\nlại</textarea>" in shown.content.decode()
    assert Submission.objects.get().state == "submitted"


def test_a_field_stands_open_where_there_is_something_to_look_at_and_folded_elsewhere(province, submitted):
    body = page_of(province.verifier, submitted).content.decode()
    assert body.count('<div class="say">') == 1
    assert body.count('<details class="say">') == 1
    assert 'name="HT.01-remark"' in body


def test_a_grid_names_the_commune_in_the_field(province):
    commune = factories.unit("Phường Đoàn Kết", "commune", code="03388", parent=province.root)
    submission = province.submission(factories.indicator("HT.01"), subject="each_commune")
    factories.type_in(submission, cell("3"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    press(province.verifier, submission, "remark", **{"HT.01@03388-remark": "Xem lại"})
    remark = Remark.objects.get()
    assert (remark.subject, remark.text) == (commune, "Xem lại")


def test_a_decision_keeps_what_was_typed_with_it(province, submitted):
    response = press(province.verifier, submitted, "verify", note="Đã đối chiếu", **{"HT.01-remark": "Hợp lý"})
    assert response["Location"] == reverse("admin:indicators_submission_changelist")
    assert Submission.objects.get().state == "verified"
    assert (Remark.objects.get().text, VerifierNote.objects.get().text) == ("Hợp lý", "Đã đối chiếu")
    page = page_of(province.approver, submitted)
    assert "Hợp lý" in seen(page)
    assert "Đã đối chiếu" in seen(page)


def test_a_refused_decision_saves_nothing_and_gives_everything_back(province, submitted):
    response = press(province.verifier, submitted, "return", note="Gọi lại", **{"HT.01-remark": "Đối chiếu"})
    assert response.status_code == 409
    assert response.context["refused"] == "Give a reason for the return."
    assert (Remark.objects.count(), VerifierNote.objects.count()) == (0, 0)
    body = response.content.decode()
    assert "Đối chiếu</textarea>" in body
    assert "Gọi lại</textarea>" in body


def test_the_same_page_sent_twice_does_it_once(province, submitted):
    page = page_of(province.verifier, submitted).context["page"]
    data = {"revision": page.revision.sha256, "key": page.key, "action": "note", "note": "Một lần"}
    client = browser(province.verifier)
    assert [client.post(address(submitted), data).status_code for _ in range(2)] == [302, 302]
    assert VerifierNote.objects.count() == 1


def test_a_refused_page_may_be_sent_again_with_its_key(province, submitted):
    page = page_of(province.verifier, submitted).context["page"]
    data = {"revision": page.revision.sha256, "key": page.key, "action": "return"}
    client = browser(province.verifier)
    assert client.post(address(submitted), data).status_code == 409
    assert client.post(address(submitted), data | {"comment": "Xem lại"}).status_code == 302


def test_an_empty_note_is_refused_in_words(province, submitted):
    response = press(province.verifier, submitted, "note", note="  ")
    assert (response.status_code, response.context["refused"]) == (409, "The note is empty.")


def test_who_may_not_see_the_report_writes_nothing_on_it(province, submitted):
    other = people.person("other", province.sister, "verifier", is_staff=True)
    response = browser(other).post(address(submitted), {"action": "note", "note": "x"})
    assert (response.status_code, VerifierNote.objects.count()) == (404, 0)


def test_an_unknown_action_is_no_request_of_ours(province, submitted):
    assert browser(province.verifier).post(address(submitted), {"action": "delete"}).status_code == 400


def test_after_the_approval_remarks_are_read_and_no_longer_typed(province, submitted):
    press(province.verifier, submitted, "verify", **{"HT.01-remark": "Hợp lý"})
    province.walk(submitted, "approve")
    body = page_of(province.verifier, submitted).content.decode()
    assert "Hợp lý" in body
    assert 'HT.01-remark"' not in body


def test_whoever_works_for_the_unit_finds_no_field(province, submitted):
    Membership.objects.create(user=province.verifier, unit=province.department, role="reader")
    body = page_of(province.verifier, submitted).content.decode()
    assert 'HT.01-remark"' not in body
    assert 'name="note"' not in body


def test_markup_in_a_remark_and_a_note_stays_text(province, submitted):
    press(province.verifier, submitted, "verify", note="<b>x</b>", **{"HT.01-remark": "</textarea><script>"})
    body = page_of(province.approver, submitted).content.decode()
    assert "<b>x</b>" not in body
    assert "</textarea><script>" not in body


# --- What the unit must not see


def everything_of_the_unit(province: Province, submission: Submission) -> dict[str, str]:
    """Every page, file and answer that the unit's people get of a report, as text."""
    found = {}
    for name in ("reporter", "unit_leader"):
        client = browser(getattr(province, name))
        for path in (at(submission), at(submission) + "?group=1", reverse("submissions"), reverse("home")):
            found[f"{name} {path}"] = client.get(path, follow=True).content.decode()
        for act in ("submission_evidence", "submission_import"):
            found[f"{name} {act}"] = client.get(reverse(act, args=[submission.pk])).content.decode()
        book = client.get(reverse("submission_workbook", args=[submission.pk]))
        assert book.status_code == 200
        sheets = openpyxl.load_workbook(io.BytesIO(book.getvalue())).worksheets
        cells = [str(c.value) + str(c.comment.text if c.comment else "") for s in sheets for r in s for c in r]
        found[f"{name} workbook"] = "\n".join(cells)
    version = Submission.objects.values_list("version", flat=True).get(pk=submission.pk)
    answer = browser(province.reporter).post(
        at(submission), {"version": version, "action": "save"}, headers={"accept": "application/json"}
    )
    found["json"] = json.dumps(json.loads(answer.content)) if answer.status_code == 200 else answer.content.decode()
    return found


@pytest.mark.parametrize("moves", [(), ("return",), ("verify",), ("verify", "approve"), ("withdraw",)])
def test_no_page_file_or_answer_of_the_unit_holds_a_note_or_an_unsent_remark(province, submitted, moves):
    remarks.note(submitted, CANARY, by=province.verifier)
    remark = "CANARY-REMARK-5512"
    press(province.verifier, submitted, "remark", **{"HT.01-remark": remark})
    assert CANARY in page_of(province.verifier, submitted).content.decode()
    assert remark in page_of(province.verifier, submitted).content.decode()
    province.walk(submitted, *moves)
    pages = everything_of_the_unit(province, submitted)
    assert [name for name, text in pages.items() if CANARY in text] == []
    if moves != ("return",):
        assert [name for name, text in pages.items() if remark in text] == []


def test_readers_of_the_province_and_other_units_see_neither(province, submitted):
    remarks.note(submitted, CANARY, by=province.verifier)
    press(province.verifier, submitted, "verify", **{"HT.01-remark": CANARY})
    province.walk(submitted, "approve")
    for user in (province.leader, province.outsider):
        for path in ("/summary/", "/indicators/HT.01/", "/units/LC-SKHCN/", "/completeness/", at(submitted)):
            assert CANARY not in browser(user).get(path, follow=True).content.decode()
