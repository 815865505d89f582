"""The printed form of a report, on a page and in Word, and the page that tells what a check code belongs to."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document as read_docx
from docx.oxml.ns import qn

from indicators import check_codes, workflow
from tests import people
from tests.factories import cell, enter_on_behalf, indicator, perform, type_in
from tests.indicators.pages import browser, seen
from tests.indicators.test_views_form import table

pytestmark = pytest.mark.usefixtures("english", "media")


@pytest.fixture
def draft(province):
    report = province.submission(indicator("HT.01"), indicator("HT.02"))
    return type_in(report, cell("14433", note="=1+1"), by=province.reporter)


@pytest.fixture
def sent(province, draft):
    draft = type_in(draft, cell("14433"), cell("7"), by=province.reporter)
    return province.walk(draft, "submit", "sign")


def printed(submission, by, **asked):
    return browser(by).get(reverse("submission_print", args=[submission.pk]), asked)


def word(submission, by, **asked):
    answer = browser(by).get(reverse("submission_docx", args=[submission.pk]), asked)
    assert answer.status_code == 200, answer.status_code
    return read_docx(BytesIO(answer.content)), answer


def text_of(made) -> str:
    """Paragraphs and cells in the order of the document."""
    return " ".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in made.element.body.iter(qn("w:p")))


def code_of(submission) -> str:
    latest = workflow.latest_revision(submission)
    return check_codes.of(latest.sha256, latest.number)


# --- The page


def test_a_draft_says_so_and_bears_no_code(province, draft):
    said = seen(printed(draft, province.reporter))
    assert "SOCIALIST REPUBLIC OF VIET NAM" in said
    assert "DRAFT" in said
    assert "Draft: not handed in, the figures may still change." in said
    assert "check code" not in said


def test_what_was_handed_in_bears_its_code_and_the_columns_of_the_issued_form(province, sent):
    answer = printed(sent, province.reporter)
    said = seen(answer)
    assert "DRAFT" not in said
    assert f"Hand-in 1, check code {code_of(sent)}. To be checked at" in said
    heads = (
        "No. Indicator Unit of measure Plan of the year Previous period In the period Since the start of the year"
    )
    assert f"{heads} On the same period Note" in said
    assert [row[5] for row in table(answer)[1:]] == ["14.433", "7"]


def test_the_same_sheet_comes_out_of_the_printer_from_the_page_of_the_report(province, sent):
    page = browser(province.reporter).get(reverse("submission", args=[sent.pk]))
    assert '<div class="official print-only">' in page.content.decode()
    assert f"check code {code_of(sent)}." in seen(page)


def test_reviewers_print_what_reached_them_and_never_a_draft(province, sent):
    assert table(printed(sent, province.verifier))[1][5] == "14.433"
    returned = perform("return", sent, by=province.verifier)
    type_in(returned, cell("98765"), by=province.reporter)
    assert "98.765" in seen(printed(returned, province.reporter))
    for answer in (printed(returned, province.verifier), printed(returned, province.approver)):
        assert ("14.433" in seen(answer), "98.765" in seen(answer)) == (True, False)


def test_before_the_first_hand_in_reviewers_have_nothing_to_print(province, draft):
    for report in (draft, province.walk(type_in(draft, cell("1"), cell("2"), by=province.reporter), "submit")):
        assert printed(report, province.verifier).status_code == 404
        assert printed(report, province.verifier, revision="1").status_code == 404


@pytest.mark.parametrize("who", ["leader", "outsider"])
def test_to_others_it_is_not_there(province, sent, who):
    assert printed(sent, getattr(province, who)).status_code == 404
    assert browser(getattr(province, who)).get(f"/submissions/{sent.pk}/report.docx").status_code == 404


def test_who_is_not_logged_in_is_sent_to_the_login(sent):
    for name in ("submission_print", "submission_docx", "check"):
        address = reverse(name, args=[] if name == "check" else [sent.pk])
        assert Client().get(address).status_code == 302


def test_an_earlier_hand_in_is_printed_by_its_number_and_says_that_a_newer_one_stands(province, sent):
    again = province.walk(sent, "withdraw")
    again = province.walk(type_in(again, cell("5"), cell("7"), by=province.reporter), "submit", "sign")
    earlier = printed(again, province.verifier, revision="1")
    assert table(earlier)[1][5] == "14.433"
    assert "A newer hand-in of this report stands" in seen(earlier)
    newest = printed(again, province.verifier)
    assert (table(newest)[1][5], "A newer hand-in" in seen(newest)) == ("5", False)


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "²", "9" * 30])
def test_a_hand_in_that_is_none_is_not_found(province, sent, number):
    assert printed(sent, province.reporter, revision=number).status_code == 404


def test_a_signature_on_an_earlier_hand_in_of_the_same_figures_is_not_one_on_the_next(province, sent):
    again = province.walk(sent, "withdraw", "submit")
    assert "Signed off on the system" in seen(printed(again, province.reporter, revision="1"))
    assert "Signed off on the system" not in seen(printed(again, province.reporter))


def test_an_entry_on_behalf_is_told(province):
    colleague = people.person("colleague", province.office, "verifier", is_staff=True)
    opened = enter_on_behalf(province.submission(indicator("HT.01")), by=colleague)
    handed = perform("submit", type_in(opened, cell("1"), by=colleague), by=colleague)
    for user in (province.reporter, province.verifier):
        assert "Entered on behalf of the unit: colleague" in seen(printed(handed, user))
    assert "Entered on behalf of the unit: colleague" in text_of(word(handed, province.reporter)[0])


@pytest.mark.parametrize("lines", [1, 3])
def test_it_costs_the_same_queries_whatever_its_length(province, lines, django_assert_num_queries):
    report = province.submission(*[indicator(f"HT.0{n}") for n in range(1, lines + 1)])
    report = type_in(report, *[cell("1")] * lines, by=province.reporter)
    province.walk(report, "submit", "sign")
    client = browser(province.reporter)
    with django_assert_num_queries(14):
        client.get(reverse("submission_print", args=[report.pk]))


# --- Word


def test_word_says_what_the_page_says(province, sent):
    made, answer = word(sent, province.verifier)
    assert answer["Content-Disposition"].startswith('attachment; filename="bao-cao-01-cds-')
    said = text_of(made)
    for part in ("SOCIALIST REPUBLIC OF VIET NAM", "REPORT", "Báo cáo chuyển đổi số", f"code {code_of(sent)}."):
        assert part in said
    rows = [[c.text for c in row.cells] for row in made.tables[1].rows]
    assert rows[0] == [
        "No.",
        "Indicator",
        "Unit of measure",
        "Plan of the year",
        "Previous period",
        "In the period",
        "Since the start of the year",
        "On the same period",
        "Note",
    ]
    assert set(rows[1]) == {"Nhóm HT"}
    assert [(row[0], row[2], row[5]) for row in rows[2:]] == [("1", "km", "14.433"), ("2", "km", "7")]


def test_word_keeps_the_decree_s_page(province, sent):
    made, _answer = word(sent, province.reporter)
    section = made.sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [297, 210]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side.mm) for side in margins] == [20, 20, 30, 15]
    assert (made.styles["Normal"].font.name, made.styles["Normal"].font.size.pt) == ("Times New Roman", 13)
    assert section.different_first_page_header_footer is True
    assert "PAGE" in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml
    heads = made.tables[1].rows[0]._tr
    assert heads.find(f".//{qn('w:tblHeader')}") is not None


def test_what_looks_like_a_formula_is_text_and_what_xml_cannot_hold_is_left_out(province, draft):
    type_in(draft, cell("1", note="=cmd|' /C calc'!A0\x0b"), by=province.reporter)
    made, _answer = word(draft, province.reporter)
    assert made.tables[1].rows[2].cells[8].text == "=cmd|' /C calc'!A0"
    assert "DRAFT" in text_of(made)


def test_narrative_sections_stand_behind_the_table(province):
    about = indicator("TM.01", name="Tồn tại", value_kind="text", unit_of_measure="", over_units="none")
    report = province.submission(indicator("HT.01"), about)
    report = type_in(report, cell("1"), cell(state="reported", text="Thiếu nhân lực"), by=province.reporter)
    assert "Tồn tại Thiếu nhân lực" in text_of(word(report, province.reporter)[0])
    assert "Tồn tại Thiếu nhân lực" in seen(printed(report, province.reporter))


# --- Which hand-in a code belongs to


def check(by, code):
    return browser(by).get(reverse("check"), {"code": code})


def test_a_code_leads_to_its_hand_in(province, sent):
    for typed in (code_of(sent), code_of(sent).lower().replace("-", " "), code_of(sent)[:9]):
        said = seen(check(province.verifier, typed))
        assert "This is the newest hand-in of the report." in said
        assert "01/CĐS, Báo cáo chuyển đổi số" in said
        assert "Signed off by unit leader" in said
    answer = browser(province.verifier).get(reverse("check_code", args=[code_of(sent)]))
    address = f'href="{reverse("submission_print", args=[sent.pk])}?revision=1"'
    assert address in answer.content.decode()


def test_a_code_of_an_earlier_hand_in_says_so(province, sent):
    old = code_of(sent)
    again = province.walk(sent, "withdraw")
    again = province.walk(type_in(again, cell("5"), cell("7"), by=province.reporter), "submit", "sign")
    assert "A newer hand-in stands: number 2 of" in seen(check(province.verifier, old))
    assert "This is the newest" in seen(check(province.verifier, code_of(again)))


def test_a_code_without_its_number_tells_all_hand_ins_of_those_figures(province, sent):
    again = province.walk(sent, "withdraw", "submit", "sign")
    found = check(province.reporter, code_of(again)[:9]).context["found"]
    assert [(each.revision.number, each.is_newest) for each in found] == [(2, True), (1, False)]


def test_of_what_others_see_and_of_what_is_none_the_answer_is_the_same(province, sent):
    code = code_of(sent)
    asked = [(province.outsider, code), (province.leader, code), (province.verifier, "2222-2222")]
    answers = [check(user, text) for user, text in asked]
    assert [answer.status_code for answer in answers] == [404] * 3
    sentence = "No hand-in with the code “{}” was found among the reports that this account may see."
    for answer, (_user, text) in zip(answers, asked, strict=True):
        assert sentence.format(text) in seen(answer)
        assert "Sở Khoa học và Công nghệ" not in seen(answer)


def test_a_hand_in_that_waits_for_its_signature_is_the_unit_s_own(province, draft):
    waiting = province.walk(type_in(draft, cell("1"), cell("2"), by=province.reporter), "submit")
    assert check(province.unit_leader, code_of(waiting)).status_code == 200
    assert check(province.verifier, code_of(waiting)).status_code == 404


def test_the_empty_box_asks_and_finds_nothing(province):
    answer = browser(province.verifier).get(reverse("check"))
    assert (answer.status_code, answer.context["found"]) == (200, [])
