"""The Excel form as it is downloaded."""

import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import translation

from indicators.models import ReportingForm, Round
from tests import people
from tests.factories import cell, indicator, type_in, unit
from tests.indicators.pages import browser
from tests.indicators.workbooks import book_of, download, form_of_each_kind, place

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def _in_november(clock) -> None:
    clock.set(2026, 11, 24, 9, 42)


def typed(province):
    """A form with something in every line."""
    submission = form_of_each_kind(province)
    ratio, answer = cell("53.8", of=("7", "13")), cell("1")
    story = cell(state="reported", text="- Thiếu cán bộ\n- Thiếu máy")
    figure = cell("-1250.50", qualifier="nearly", status="provisional", note="=SUM(A1)")
    return type_in(submission, cell("14433"), figure, ratio, answer, story, by=province.reporter)


def line(book, key: str, *codes: str) -> list:
    return [place(book, key, code).value for code in codes]


# --- Who gets it


def test_the_unit_downloads_its_form_under_a_name_of_its_own(province):
    submission = form_of_each_kind(province)
    for person in (province.reporter, province.unit_leader):
        response = download(submission, person)
        assert (response.status_code, response["Content-Type"]) == (200, XLSX)
        name = f"01-cds-{submission.unit_id}-2026-q4.xlsx"
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'
        assert "no-store" in response["Cache-Control"]


def test_nobody_else_learns_that_there_is_a_draft(province):
    submission = form_of_each_kind(province)
    for person in (province.outsider, province.verifier, province.approver, province.leader, people.superuser()):
        assert download(submission, person).status_code == 404
    assert download(submission, province.reporter).status_code == 200


def test_without_login_or_by_post_there_is_no_file(client, province):
    address = reverse("submission_workbook", args=[form_of_each_kind(province).pk])
    assert client.get(address)["Location"].startswith("/accounts/login/")
    assert browser(province.reporter).post(address).status_code == 405


# --- What stands in it


def test_the_title_names_form_unit_period_due_date_and_whom_to_call(province):
    submission = form_of_each_kind(province)
    ReportingForm.objects.update(issued_by="Quyết định 12/QĐ-UBND")
    sheet = book_of(submission, province.reporter)["Form"]
    assert [sheet.cell(row, 2).value for row in range(2, 7)] == [
        "Form 01/CĐS (Quyết định 12/QĐ-UBND)",
        "Báo cáo chuyển đổi số",
        "Reporting unit: Sở Khoa học và Công nghệ",
        "Quarter IV/2026. Figures from 15/09/2026 to the end of 14/12/2026. Due on 04/12/2026.",
        "Questions: Phòng Chuyển đổi số, 02133 000 000",
    ]


def test_lines_stand_in_their_groups_as_on_the_page(province):
    sheet = book_of(form_of_each_kind(province), province.reporter)["Form"]
    rows = [[c.value or "" for c in row[:6]] for row in sheet.iter_rows(min_row=8)]
    window = "\n(to the end of 14/12/2026)"
    assert rows == [
        ["", "Nhóm HT", "", "", "", ""],
        ["HT.01", 1, "Chỉ tiêu HT.01" + window, "", "km", ""],
        ["HT.02", 2, "Chỉ tiêu HT.02" + window, "", "tỷ đồng", ""],
        ["", "Nhóm XH", "", "", "", ""],
        ["XH.01", 3, "Chỉ tiêu XH.01" + window, "", "%", ""],
        ["", "Nhóm DL", "", "", "", ""],
        ["DL.01", 4, "Chỉ tiêu DL.01" + window, "", "", ""],
    ]


def test_figures_of_the_draft_are_numbers_and_the_rest_are_words(province):
    book = book_of(typed(province), province.reporter)
    codes = ("value", "numerator", "denominator", "state", "status", "qualifier", "note")
    assert line(book, "HT.01", *codes) == [14433, None, None, None, "Official", None, None]
    assert line(book, "HT.02", *codes) == [-1250.5, None, None, None, "Provisional", "nearly", "=SUM(A1)"]
    assert line(book, "XH.01", *codes) == [None, 7, 13, None, "Official", None, None]
    assert line(book, "DL.01", *codes)[0] == "Đã ban hành, có hiệu lực"
    assert line(book, "TM.01", "value", "state", "note") == ["- Thiếu cán bộ\n- Thiếu máy", None, None]
    assert {place(book, "HT.02", "note").data_type, place(book, "TM.01", "value").data_type} == {"s"}
    assert place(book, "HT.02", "note").number_format == place(book, "TM.01", "value").number_format == "@"


def test_a_state_without_a_figure_is_said_in_words(province):
    submission = form_of_each_kind(province)
    absent, none = cell(state="not_available", note="Chưa có"), cell(state="not_applicable")
    book = book_of(type_in(submission, absent, none, by=province.reporter), province.reporter)
    assert line(book, "HT.01", "value", "state", "status", "note") == [
        None,
        "Could not be collected",
        None,
        "Chưa có",
    ]
    assert line(book, "HT.02", "value", "state") == [None, "Does not concern this unit"]


def test_a_figure_shows_the_decimals_it_was_written_with(province):
    book = book_of(typed(province), province.reporter)
    assert place(book, "HT.02", "value").number_format == "#,##0.00####"
    assert place(book, "HT.01", "value").number_format == "#,##0.######"
    whole = [rule for rule in book["Form"].conditional_formatting if "G9" in rule.sqref]
    assert [each.rules[0].formula for each in whole] == [["AND(ISNUMBER(G9),G9=INT(G9))"]]


def test_the_figure_approved_before_stands_beside_with_its_period(province, clock):
    clock.set(2026, 8, 24, 9, 0)
    asked = indicator("HT.01")
    first = province.submission(asked)
    province.walk(type_in(first, cell("14000"), by=province.reporter), "submit", "sign", "verify", "approve")
    clock.set(2026, 11, 24, 9, 0)
    book = book_of(province.submission(asked), province.reporter)
    assert line(book, "HT.01", "before", "value") == ["14.000\n(Quarter III/2026)", None]


def test_a_grid_has_one_line_a_commune_with_its_name(province):
    for name, code in (("Xã Mường Kim", "03388"), ("Xã Bum Tở", "03389")):
        unit(name, "commune", code=code, parent=province.root)
    book = book_of(province.submission(indicator("HT.01"), subject="each_commune"), province.reporter)
    assert line(book, "HT.01@03389", "number", "subject") == [1, "Xã Bum Tở"]
    assert line(book, "HT.01@03388", "number", "subject") == [1, "Xã Mường Kim"]


def test_an_archival_form_has_no_due_date(province):
    submission = form_of_each_kind(province)
    Round.objects.filter(pk=submission.round_id).update(is_archival=True, due_on=None, source_document="BC 1")
    type(submission).objects.update(due_on=None)
    sheet = book_of(submission, province.reporter)["Form"]
    assert sheet.cell(5, 2).value == "Quarter IV/2026. Figures from 15/09/2026 to the end of 14/12/2026"


# --- How it is guarded and printed


def test_only_what_is_filled_in_is_unlocked(province):
    book = book_of(form_of_each_kind(province), province.reporter)
    assert [sheet.protection.sheet for sheet in book.worksheets[:3]] == [True, True, True]
    assert [sheet.protection.password for sheet in book.worksheets[:3]] == [None, None, None]
    open_cells = {
        key: {
            code
            for code in ("name", "value", "numerator", "denominator", "state", "status", "qualifier", "note")
            if not place(book, key, code).protection.locked
        }
        for key in ("HT.01", "XH.01", "DL.01")
    }
    assert open_cells == {
        "HT.01": {"value", "state", "status", "qualifier", "note"},
        "XH.01": {"value", "numerator", "denominator", "state", "status", "qualifier", "note"},
        "DL.01": {"value", "state", "status", "note"},
    }
    assert [place(book, "TM.01", code).protection.locked for code in ("name", "value", "note")] == [
        True,
        False,
        False,
    ]


def test_lists_offer_the_words_of_the_page(province):
    book = book_of(form_of_each_kind(province), province.reporter)
    offered = {}
    for rule in book["Form"].data_validations.dataValidation:
        if rule.type == "list":
            words = book["meta"][rule.formula1.removeprefix("meta!").replace("$", "")]
            offered[str(rule.sqref)] = [word.value for (word,) in words]
    assert offered[place(book, "HT.01", "state").coordinate] == [
        "Reported",
        "Could not be collected",
        "Does not concern this unit",
    ]
    assert offered[place(book, "HT.01", "status").coordinate] == ["Official", "Provisional", "Estimate"]
    assert offered[place(book, "HT.01", "qualifier").coordinate] == ["nearly", "over", "about"]
    assert offered[place(book, "DL.01", "value").coordinate] == ["Đã ban hành, có hiệu lực", "Chưa ban hành"]


def test_a_cell_tells_what_belongs_into_it(province):
    book = book_of(form_of_each_kind(province), province.reporter)
    told = {str(r.sqref): r.prompt for r in book["Form"].data_validations.dataValidation if r.type != "list"}
    assert told[place(book, "HT.01", "value").coordinate] == "A whole number."
    assert told[place(book, "HT.02", "value").coordinate] == "A number with at most 2 decimals."
    assert told[place(book, "XH.01", "numerator").coordinate] == "Số xã có mạng"
    assert told[place(book, "XH.01", "denominator").coordinate] == "Tổng số xã"


def test_keys_are_hidden_and_the_sheet_prints_on_a4_across(province):
    book = book_of(form_of_each_kind(province), province.reporter)
    assert [(s.title, s.sheet_state) for s in book.worksheets] == [
        ("Form", "visible"),
        ("Narrative part", "visible"),
        ("Instructions", "visible"),
        ("meta", "veryHidden"),
    ]
    sheet = book["Form"]
    assert (sheet.column_dimensions["A"].hidden, sheet.row_dimensions[1].hidden) == (True, True)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("D8", "$7:$7")
    assert {c.font.name for row in sheet.iter_rows() for c in row} == {"Times New Roman"}
    assert (sheet["C7"].alignment.wrap_text, sheet["C7"].font.bold) == (True, True)


def test_the_form_speaks_vietnamese_to_those_who_do(province):
    with translation.override("vi"):
        told = translation.gettext("Unit of measure")
    client = browser(province.reporter)
    client.cookies["django_language"] = "vi"
    submission = form_of_each_kind(province)
    data = client.get(reverse("submission_workbook", args=[submission.pk])).content
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert told in parts.read("xl/sharedStrings.xml").decode()
    assert told == "Đơn vị tính"


def test_the_number_of_queries_does_not_grow_with_the_lines(province, django_assert_num_queries):
    few = province.submission(indicator("HT.01"))
    many = province.submission(*[indicator(f"KT.{n:02}") for n in range(30)])
    for submission in (few, many):
        client = browser(province.reporter)
        with django_assert_num_queries(QUERIES):
            client.get(reverse("submission_workbook", args=[submission.pk]))


QUERIES = 10
