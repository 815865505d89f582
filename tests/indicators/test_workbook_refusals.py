"""Excel forms that are refused: each with the sentence and the cell, and nothing written."""

import datetime

import pytest

from indicators.calendars import quarter
from indicators.models import ReportingForm, Submission
from indicators.opening import open_round
from tests import factories, people
from tests.factories import cell, indicator, type_in
from tests.indicators.pages import browser, seen
from tests.indicators.sheets import repacked, workbook
from tests.indicators.workbooks import (
    book_of,
    download,
    fill,
    form_of_each_kind,
    importing,
    note_of,
    opened,
    place,
    sentences,
    stored,
    upload,
)

WRITE = 'value="write"'
FORMULA = "Cell %s holds a formula. Replace it by its value (Copy, Paste Special, Values)."
NO_FORM = "This file is not the Excel form of this system. Download the Excel form of this report and fill it in."
NO_TABLE = "This file is not a table that can be read here. Save it as an Excel workbook (.xlsx) or as CSV UTF-8."
CHANGED = "The hidden parts of this file were changed. Download the Excel form anew and copy the figures into it."
OUTSIDE = "Cell %s stands outside the lines of the form. Move what it holds, or empty it."


@pytest.fixture(autouse=True)
def _in_november(clock, kept_files) -> None:
    clock.set(2026, 11, 24, 9, 42)


@pytest.fixture
def submission(province):
    made = form_of_each_kind(province)
    return type_in(made, cell("14433"), by=province.reporter)


def refused(submission, book, by=None) -> list[str]:
    """The sentences of a refusal, which wrote nothing and cannot be confirmed."""
    before = stored()
    response = upload(submission, by, book)
    assert response.status_code == 200
    assert stored() == before
    assert WRITE not in response.content.decode()
    return sentences(response)


# --- Whole files


def test_a_workbook_of_another_report_is_refused_by_name(province, submission):
    other = province.submission(indicator("KT.01"))
    there = "This page is of the form 02/CĐS of Sở Khoa học và Công nghệ, Quarter IV/2026. Nothing was written."
    assert refused(other, book_of(submission, province.reporter), province.reporter) == [
        f"Error: This file is the form 01/CĐS of Sở Khoa học và Công nghệ, Quarter IV/2026. {there}"
    ]


def test_a_workbook_of_another_unit_is_refused_by_name(province):
    form_of_each_kind(province, units=[province.department, province.sister])
    mine = Submission.objects.get(unit=province.department)
    theirs = Submission.objects.get(unit=province.sister)
    said = refused(mine, book_of(theirs, province.outsider), province.reporter)
    assert said == [
        "Error: This file is the form 01/CĐS of Sở Tài chính, Quarter IV/2026. This page is of the form 01/CĐS of "
        "Sở Khoa học và Công nghệ, Quarter IV/2026. Nothing was written."
    ]


def test_a_workbook_of_another_period_is_refused_by_name(province, submission):
    form = ReportingForm.objects.get()
    first = open_round(
        form,
        factories.period(quarter(2026, 3)),
        due_on=datetime.date(2026, 9, 30),
        opens_on=datetime.date(2020, 1, 1),
    )
    said = refused(submission, book_of(first.submissions.get(), province.reporter), province.reporter)
    assert said[0].startswith("Error: This file is the form 01/CĐS of Sở Khoa học và Công nghệ, Quarter III/2026. ")


@pytest.mark.parametrize("data", [b"", b"no workbook", workbook(["code", "value"], ["HT.01", 1])])
def test_what_is_no_form_is_refused_at_the_field(province, submission, data):
    said = refused(submission, data, province.reporter)
    assert len(said) == 1
    assert said[0] in (
        "Error: The submitted file is empty.",
        f"Error: {NO_TABLE}",
        f"Error: {NO_FORM}",
    )


def test_a_form_whose_sheet_was_copied_out_is_no_form(province, submission):
    book = book_of(submission, province.reporter)
    del book["meta"]
    assert refused(submission, book, province.reporter) == [f"Error: {NO_FORM}"]


@pytest.mark.parametrize(("row", "value"), [(3, "0"), (3, "9"), (3, "x"), (4, "77"), (8, "0000"), (8, None)])
def test_a_stamp_that_was_changed_is_found(province, submission, row, value):
    book = book_of(submission, province.reporter)
    book["meta"].cell(row, 2).value = value
    assert refused(submission, book, province.reporter) == [f"Error: {CHANGED}"]


def test_a_version_still_to_come_is_refused(province, submission):
    """As a file from before a backup was restored would have it."""
    book = book_of(submission, province.reporter)
    Submission.objects.update(version=0)
    assert refused(submission, book, province.reporter) == [f"Error: {CHANGED}"]


def test_a_column_that_was_deleted_is_found(province, submission):
    book = book_of(submission, province.reporter)
    book["Form"].delete_cols(place(book, "HT.01", "status").column)
    assert refused(submission, book, province.reporter) == [f"Error: {CHANGED}"]


def test_the_guard_stands_before_the_form(province, submission):
    data = download(submission, province.reporter).content
    macros = repacked(data, xl__vbaProject_dot_bin=b"x")
    assert refused(submission, macros, province.reporter) == [
        "Error: This workbook holds macros. Save it as .xlsx, without macros."
    ]
    entity = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet'
    hostile = repacked(data, replace=[(b"<worksheet", entity)])
    assert refused(submission, hostile, province.reporter) == [
        "Error: This workbook holds definitions that no workbook of Excel has (DOCTYPE). "
        "Open it in Excel and save it again."
    ]


def test_classified_text_and_old_fonts_are_refused(province, submission):
    book = fill(book_of(submission, province.reporter), "HT.01", note="MẬT")
    assert refused(submission, book, province.reporter) == [
        'Error: This file is marked "MẬT". Classified content must not be entered here.'
    ]
    book = fill(book_of(submission, province.reporter), "HT.01", note="B¸o c¸o cña tØnh")
    name = place(book, "HT.01", "note").coordinate
    assert refused(submission, book, province.reporter) == [
        f"Error: This file uses an old font encoding (TCVN3 or VNI) in these cells: Form!{name}. "
        "Convert it to Unicode and upload again."
    ]


# --- Lines


def test_a_code_that_is_not_of_the_form_is_named_with_its_cell(province, submission):
    book = book_of(submission, province.reporter)
    key = place(book, "HT.02", "key")
    key.value = "HT.77"
    assert refused(submission, book, province.reporter) == [
        f"Cell {key.coordinate}: code HT.77 does not belong to this form. Nothing was written.",
        "The line HT.02 is missing from the file.",
    ]


def test_a_line_that_comes_twice_is_named_with_both_cells(province, submission):
    book = book_of(submission, province.reporter)
    first, second = place(book, "HT.01", "key").coordinate, place(book, "HT.02", "key").coordinate
    book["Form"][second].value = "HT.01"
    assert refused(submission, book, province.reporter) == [
        f"Cell {second}: the line HT.01 stands in the file twice, first in {first}.",
        "The line HT.02 is missing from the file.",
    ]


def test_a_copied_sheet_is_a_line_that_comes_twice(province, submission):
    book = book_of(submission, province.reporter)
    book.copy_worksheet(book["Narrative part"]).title = "Bản sao"
    assert refused(submission, book, province.reporter) == [
        "Cell Bản sao!A8: the line TM.01 stands in the file twice, first in Narrative part!A8."
    ]


def test_nothing_typed_beside_the_lines_is_passed_over(province, submission):
    book = book_of(submission, province.reporter)
    book["Form"]["N9"].value = "14.434"
    book["Form"]["G30"].value = 5
    assert refused(submission, book, province.reporter) == [OUTSIDE % "N9", OUTSIDE % "G30"]


def test_merged_cells_are_refused_among_the_lines_alone(province, submission):
    book = book_of(submission, province.reporter)
    book["Form"].merge_cells("B2:F2")
    assert refused(submission, book, province.reporter) == []
    book["Form"].merge_cells("G9:G10")
    assert refused(submission, book, province.reporter) == [
        "Cells G9:G10 are merged. Unmerge them and type each figure into its own cell."
    ]


# --- Cells

READINGS = {
    "HT.01": (
        ("nhiều", "“nhiều” is not a number. Where there is none, choose a state on the right."),
        (
            14433.5,
            "“14433,5” is not a whole number. Only whole numbers are taken here; dots separate groups of "
            "three digits, as in 14.433.",
        ),
        (-3, "The figure cannot be below 0 km."),
        (True, "TRUE or FALSE stands here, not a figure."),
    ),
    "HT.02": (
        ("8.569", "“8.569” can be read as 8,569 or 8569. Choose one."),
        ("1.250", "“1.250” can be read as 1,250 or 1250. Choose one."),
        (53.849, "“53,849” has 3 decimals; at most 2 are kept here, and nothing is rounded silently."),
    ),
    "DL.01": (("Có thể", "Choose one of the listed values."),),
}


@pytest.mark.parametrize(("key", "value", "sentence"), [(k, *row) for k, rows in READINGS.items() for row in rows])
def test_a_cell_that_cannot_be_taken_is_refused_with_its_reason(province, submission, key, value, sentence):
    book = fill(book_of(submission, province.reporter), key, value=value)
    name = place(book, key, "value").coordinate
    said = [each.replace('"', "”") for each in refused(submission, book, province.reporter)]
    assert said == [f"Cell {name}: {sentence}".replace("“", "”")]


def test_a_day_where_a_figure_belongs_is_named(province, submission):
    """Excel makes a day of 5/3."""
    book = fill(book_of(submission, province.reporter), "HT.01", value=datetime.datetime(2026, 3, 5))
    place(book, "HT.01", "value").number_format = "dd/mm/yyyy"
    assert refused(submission, book, province.reporter) == [
        f"Cell {place(book, 'HT.01', 'value').coordinate}: Excel holds the day 05/03/2026 here, not a figure. "
        "Set the format of the cell to a number and type the figure anew."
    ]


def test_every_formula_and_error_is_named_at_once(province, submission):
    book = fill(book_of(submission, province.reporter), "HT.01", value="=7000+7433")
    fill(book, "HT.02", value="#REF!", note="=HYPERLINK(1)")
    book["Form"]["C8"].value = "=1+1"
    first, error, note = (
        place(book, *at).coordinate for at in (("HT.01", "value"), ("HT.02", "value"), ("HT.02", "note"))
    )
    assert refused(submission, book, province.reporter) == [
        FORMULA % "C8",
        FORMULA % first,
        f"Cell {error} holds an error of Excel. Mend it and upload again.",
        FORMULA % note,
    ]


def test_a_column_that_the_line_does_not_have_takes_nothing(province, submission):
    book = fill(book_of(submission, province.reporter), "HT.01", numerator=7)
    fill(book, "DL.01", qualifier="about")
    a, b = place(book, "HT.01", "numerator").coordinate, place(book, "DL.01", "qualifier").coordinate
    sentence = "Cell %s: This line takes nothing in this column. Empty the cell."
    assert refused(submission, book, province.reporter) == [sentence % a, sentence % b]


@pytest.mark.parametrize("code", ["state", "status", "qualifier"])
def test_a_word_that_no_list_has_is_refused(province, submission, code):
    book = fill(book_of(submission, province.reporter), "HT.01", **{code: "chắc là"})
    name = place(book, "HT.01", code).coordinate
    assert refused(submission, book, province.reporter) == [f"Cell {name}: Choose one of the listed values."]


def test_a_figure_beside_a_state_without_one_is_refused(province, submission):
    book = fill(book_of(submission, province.reporter), "HT.01", value=5, state="Could not be collected")
    name = place(book, "HT.01", "state").coordinate
    assert refused(submission, book, province.reporter) == [
        f"Cell {name}: A figure was typed, but the state says that there is none. Keep one of them."
    ]


def test_dots_for_no_figure_beside_a_figure_are_refused(province, submission):
    book = fill(book_of(submission, province.reporter), "XH.01", numerator="…", denominator=13)
    name = place(book, "XH.01", "numerator").coordinate
    assert refused(submission, book, province.reporter) == [
        f"Cell {name}: “…” says that there is no figure, another cell of the line says otherwise. Keep one of them."
    ]


def test_half_a_ratio_is_refused_as_on_the_page(province, submission):
    book = fill(book_of(submission, province.reporter), "XH.01", numerator=7)
    name = place(book, "XH.01", "denominator").coordinate
    assert refused(submission, book, province.reporter) == [
        f"Cell {name}: Both parts are needed: the numerator and the denominator."
    ]


# --- The refused file goes back


def mark(submission, by, response):
    return browser(by).post(importing(submission), {"action": "mark", "kept": note_of(response)})


def test_the_refused_form_comes_back_with_its_faulty_cells_marked(province, submission):
    book = fill(book_of(submission, province.reporter), "HT.01", value="nhiều", note="Đang rà soát")
    fill(book, "HT.02", value=53.8, status="Estimate")
    fill(book, "XH.01", value="=7/13")
    book["Form"]["N9"].value = "lạc"
    response = mark(submission, province.reporter, upload(submission, province.reporter, book))
    assert response["Content-Disposition"].startswith("attachment; ")
    back = opened(response.content)
    wrong, right, formula = (place(back, key, "value") for key in ("HT.01", "HT.02", "XH.01"))
    assert (wrong.value, right.value, formula.value) == ("nhiều", 53.8, "=7/13")
    assert formula.data_type == "s"
    assert (place(back, "HT.01", "note").value, place(back, "HT.02", "status").value) == (
        "Đang rà soát",
        "Estimate",
    )
    assert wrong.comment.text == f'Cell {wrong.coordinate}: "nhiều" is not a number. ' + (
        "Where there is none, choose a state on the right."
    )
    assert (wrong.fill.fgColor.rgb, right.fill.fgColor.rgb, right.comment) == ("FFFFD0C7", "FFFFFBE6", None)
    told = [row[0].value for row in back["Instructions"].iter_rows(min_row=2, max_row=3)]
    assert told == ["What is wrong outside the lines of the form", OUTSIDE % "N9"]


def test_the_marked_form_can_be_mended_and_uploaded(province, submission):
    book = fill(book_of(submission, province.reporter), "HT.01", value="nhiều")
    back = opened(mark(submission, province.reporter, upload(submission, province.reporter, book)).content)
    response = upload(submission, province.reporter, fill(back, "HT.01", value=14434))
    assert sentences(response) == []
    assert WRITE in response.content.decode()


# --- Who, and when


def test_nobody_else_uploads(province, submission):
    data = download(submission, province.reporter).content
    before = stored()
    for person in (province.outsider, province.verifier, province.leader, people.superuser()):
        assert upload(submission, person, data).status_code == 404
        assert browser(person).get(importing(submission)).status_code == 404
    response = upload(submission, province.unit_leader, data)
    assert (response.status_code, stored() == before) == (409, True)
    assert "Figures are entered by those who report for the unit." in seen(response)


def test_a_report_that_is_not_open_says_why(province, submission):
    full = type_in(
        submission,
        *[cell("5"), cell("5"), cell("50"), cell("1"), cell(state="reported", text="x")],
        by=province.reporter,
    )
    data = download(full, province.reporter).content
    province.walk(full, "submit")
    before = stored()
    response = upload(full, province.reporter, data)
    assert (response.status_code, stored() == before) == (409, True)
    sentence = "Waiting for a signature since 24/11/2026 09:42; "
    assert sentence in seen(response)
    shown = browser(province.reporter).get(importing(full))
    assert (shown.status_code, sentence in seen(shown), 'type="file"' in shown.content.decode()) == (
        200,
        True,
        False,
    )
    assert download(full, province.reporter).status_code == 200


def test_no_file_is_said_at_the_field(province, submission):
    response = browser(province.reporter).post(importing(submission), {})
    assert sentences(response) == ["Error: This field is required."]


def test_a_file_too_large_is_refused_before_it_is_opened(province, submission, monkeypatch):
    monkeypatch.setattr("indicators.spreadsheet.reading.MAX_BYTES", 1_000)
    book = book_of(submission, province.reporter)
    assert refused(submission, book, province.reporter) == ["Error: The file is larger than 0 MB."]


def test_without_login_or_a_token_nothing_is_read(client, province, submission):
    assert client.get(importing(submission))["Location"].startswith("/accounts/login/")
    assert browser(province.reporter).delete(importing(submission)).status_code == 405
