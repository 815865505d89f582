"""What a filled Excel form is understood to say, and that it is written whole once it is confirmed."""

import io
import re
import time
import unicodedata
import zipfile
from decimal import Decimal
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from indicators.models import Entry, EntryChange
from tests.factories import cell, indicator, type_in, unit
from tests.indicators.pages import browser, seen
from tests.indicators.sheets import repacked, saved
from tests.indicators.workbooks import (
    book_of,
    confirm,
    download,
    fill,
    form_of_each_kind,
    importing,
    opened,
    place,
    sentences,
    stored,
    upload,
)


@pytest.fixture(autouse=True)
def _in_november(clock, kept_files) -> None:
    clock.set(2026, 11, 24, 9, 42)


@pytest.fixture
def submission(province):
    made = form_of_each_kind(province)
    story = cell(state="reported", text="- Thiếu cán bộ\n- Thiếu máy")
    figure = cell("-53.80", qualifier="nearly", status="provisional", note="=SUM(A1)")
    parts = cell("53.8", of=("7", "13"))
    return type_in(made, cell("14433"), figure, parts, cell("1"), story, by=province.reporter)


def changes(response) -> list[list[str]]:
    """The table of the preview: the line's code, what stands, what the file says, what was understood."""
    body = response.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    rows = []
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.S):
        words = [words_of(each) for each in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        rows.append([words[0].split()[2], *words[1:]])
    return rows


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def entry(submission, code: str) -> Entry:
    return Entry.objects.get(submission=submission, line__indicator__code=code)


def written(submission, by, book) -> list[list[str]]:
    """Uploads and confirms; gives back what the preview had shown."""
    response = upload(submission, by, book)
    assert sentences(response) == []
    assert confirm(submission, by, response).status_code == 302
    return changes(response)


# --- There and back


def test_a_form_that_comes_back_unchanged_changes_nothing(province, submission):
    before = stored()
    response = upload(submission, province.reporter, download(submission, province.reporter).content)
    assert "Nothing changes: the file says what stands in the system." in seen(response)
    assert "5 lines filled in, 3 figures. Totals of the file: 14.433 km; −53,8 tỷ đồng." in seen(response)
    assert "Changed: 0. As they stand: 5. Refused: 0." in seen(response)
    assert (changes(response), 'value="write"' in response.content.decode()) == ([], False)
    assert stored() == before


def test_saved_anew_by_another_program_it_changes_nothing_either(province, submission):
    response = upload(submission, province.reporter, book_of(submission, province.reporter))
    assert "Nothing changes: the file says what stands in the system." in seen(response)


def test_what_is_typed_is_shown_and_written_once_it_is_confirmed(province, submission):
    book = fill(book_of(submission, province.reporter), "HT.01", value=14500, status="Estimate", note="ước")
    fill(book, "XH.01", numerator=8)
    fill(book, "DL.01", value="chưa ban hành")
    fill(book, "TM.01", value="- Thiếu cán bộ")
    before = stored()
    response = upload(submission, province.reporter, book)
    assert stored() == before
    assert changes(response) == [
        ["HT.01", "14.433 km", "14.500 km; Estimate; “ước”", ""],
        ["XH.01", "7 / 13 = 53,8%", "8 / 13 = 61,5%", ""],
        ["DL.01", "Đã ban hành, có hiệu lực", "Chưa ban hành", ""],
        ["TM.01", "- Thiếu cán bộ - Thiếu máy", "- Thiếu cán bộ", ""],
    ]
    assert "5 lines filled in, 3 figures. Totals of the file: 14.500 km; −53,8 tỷ đồng." in seen(response)
    answer = confirm(submission, province.reporter, response)
    assert answer["Location"] == f"/submissions/{submission.pk}/"
    assert (entry(submission, "HT.01").value, entry(submission, "HT.01").status) == (14500, "estimate")
    assert (entry(submission, "XH.01").numerator, entry(submission, "XH.01").value) == (8, Decimal("61.5"))
    assert (entry(submission, "DL.01").value, entry(submission, "TM.01").text) == (0, "- Thiếu cán bộ")
    submission.refresh_from_db()
    last = EntryChange.objects.filter(version=submission.version)
    assert (submission.version, last.count(), {change.by for change in last}) == (2, 4, {province.reporter})


def test_a_figure_keeps_the_decimals_that_are_seen(province, submission):
    assert entry(submission, "HT.02").decimals == 2
    book = fill(book_of(submission, province.reporter), "HT.02", value=-53.9)
    assert written(submission, province.reporter, book)[0][2].startswith("nearly −53,90 tỷ đồng")
    book = book_of(submission, province.reporter)
    place(book, "HT.02", "value").number_format = "0.0"
    assert written(submission, province.reporter, book)[0][2].startswith("nearly −53,9 tỷ đồng")


def test_a_percentage_formatted_as_one_is_what_is_seen(province, submission):
    book = fill(book_of(submission, province.reporter), "XH.01", numerator=None, denominator=None, value=0.538)
    place(book, "XH.01", "value").number_format = "0.0%"
    assert written(submission, province.reporter, book) == [["XH.01", "7 / 13 = 53,8%", "53,8%", ""]]
    assert entry(submission, "XH.01").numerator is None


# --- Words and blanks


@pytest.mark.parametrize("text", ["-", "–", "không phát sinh", "KHÔNG PHÁT SINH (= 0)", "Nothing occurred"])
def test_a_dash_or_nothing_occurred_is_zero_and_said_so(province, submission, text):
    book = fill(book_of(submission, province.reporter), "HT.01", value=text)
    said = f"“{text}” is understood as 0: nothing occurred."
    assert written(submission, province.reporter, book) == [["HT.01", "14.433 km", "0 km", said]]
    assert (entry(submission, "HT.01").value, entry(submission, "HT.01").state) == (0, "reported")


@pytest.mark.parametrize("text", ["…", "..."])
def test_dots_are_not_available_and_said_so(province, submission, text):
    book = fill(book_of(submission, province.reporter), "HT.01", value=text, note="Chưa đo")
    said = f"“{text}” is understood as: could not be collected."
    assert written(submission, province.reporter, book) == [
        ["HT.01", "14.433 km", "Could not be collected; “Chưa đo”", said]
    ]
    assert (entry(submission, "HT.01").value, entry(submission, "HT.01").state) == (None, "not_available")


def test_a_dash_in_a_narrative_is_a_dash(province, submission):
    book = fill(book_of(submission, province.reporter), "TM.01", value="-")
    assert written(submission, province.reporter, book)[0][1:] == ["- Thiếu cán bộ - Thiếu máy", "-", ""]


def test_an_empty_cell_clears_nothing(province, submission):
    book = fill(book_of(submission, province.reporter), "HT.01", value=None, status=None)
    fill(book, "HT.02", note=None, status=None)
    fill(book, "XH.01", numerator=None, denominator=None)
    fill(book, "TM.01", value=None)
    before = stored()
    response = upload(submission, province.reporter, book)
    assert (changes(response), sentences(response), stored()) == ([], [], before)
    said = seen(response)
    assert "5 lines stay as they stand HT.01 Chỉ tiêu HT.01: 14.433 km empty in the file" in said
    assert "TM.01 Tồn tại: - Thiếu cán bộ - Thiếu máy empty in the file" in said


def test_a_figure_typed_without_its_word_is_exact(province, submission):
    """The word belongs to the figure; note and status are left as they were."""
    book = fill(book_of(submission, province.reporter), "HT.02", value=-60, qualifier=None, note=None, status=None)
    assert written(submission, province.reporter, book)[0][2] == "−60,00 tỷ đồng; Provisional; “=SUM(A1)”"


def test_a_state_alone_takes_the_figure_away(province, submission):
    book = fill(
        book_of(submission, province.reporter),
        "HT.02",
        value=None,
        qualifier=None,
        state="Không thuộc phạm vi của đơn vị",
    )
    fill(book, "HT.01", value=None, state="Could not be collected")
    shown = written(submission, province.reporter, book)
    assert [row[2] for row in shown] == ["Could not be collected", "Does not concern this unit; “=SUM(A1)”"]
    assert entry(submission, "HT.02").value is None


def test_a_word_with_the_figure_may_be_typed_with_it_or_chosen(province, submission):
    book = fill(book_of(submission, province.reporter), "HT.01", value="trên 14.000")
    fill(book, "XH.01", numerator=None, denominator=None, value="53,8%", qualifier="khoảng")
    assert [row[2] for row in written(submission, province.reporter, book)] == ["over 14.000 km", "about 53,8%"]


def test_text_in_decomposed_letters_is_composed(province, submission):
    note = "Số liệu của xã Mường Tè"
    book = fill(
        book_of(submission, province.reporter),
        "HT.01",
        note=unicodedata.normalize("NFD", note),
        qualifier=unicodedata.normalize("NFD", "khoảng"),
    )
    written(submission, province.reporter, book)
    assert (entry(submission, "HT.01").note, entry(submission, "HT.01").qualifier) == (note, "about")


# --- Awkward workbooks


def test_lines_are_found_by_their_keys_wherever_they_have_moved(province, submission):
    book = fill(book_of(submission, province.reporter), "HT.01", value=14500)
    book["Form"].insert_rows(3, 2)
    book["Form"].insert_cols(4)
    book["Form"].title = "Biểu của Sở"
    book.move_sheet("Narrative part", -1)
    assert written(submission, province.reporter, book) == [["HT.01", "14.433 km", "14.500 km", ""]]


def test_a_wrong_size_of_the_sheet_loses_no_rows(province, submission):
    data = saved(fill(book_of(submission, province.reporter), "DL.01", value="Chưa ban hành"))
    stated = re.search(rb'<dimension ref="[^"]+" ?/>', opened_sheet(data))[0]
    data = repacked(data, replace=[(stated, b'<dimension ref="A1:B2"/>')])
    assert written(submission, province.reporter, data)[0][:3] == [
        "DL.01",
        "Đã ban hành, có hiệu lực",
        "Chưa ban hành",
    ]


def opened_sheet(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return parts.read("xl/worksheets/sheet1.xml")


def test_hidden_rows_and_sheets_are_read_and_said(province, submission):
    book = fill(book_of(submission, province.reporter), "HT.01", value=14500)
    book["Form"].row_dimensions[place(book, "HT.01", "value").row].hidden = True
    book["Narrative part"].sheet_state = "hidden"
    book.create_sheet("Nháp").append(["7000 + 7433"])
    response = upload(submission, province.reporter, book)
    said = seen(response)
    assert "Rows that are hidden in the file were read too: 1." in said
    assert "The sheet “Narrative part” is hidden; it was read too." in said
    assert "Sheets that are no part of the form were not read: Nháp." in said
    assert changes(response) == [["HT.01", "14.433 km", "14.500 km", ""]]


def test_a_form_saved_in_vietnamese_is_read_by_an_english_page(province, submission):
    client = browser(province.reporter)
    client.cookies["django_language"] = "vi"
    book = opened(client.get(importing(submission).replace("import/", "workbook.xlsx")).content)
    assert place(book, "HT.02", "status").value == "Sơ bộ"
    response = upload(submission, province.reporter, book)
    assert "Nothing changes: the file says what stands in the system." in seen(response)


def test_a_hundred_lines_of_communes_are_read_in_one_breath(province, django_assert_num_queries):
    for number in range(50):
        unit(f"Xã {number}", "commune", code=f"{number:05}", parent=province.root)
    few = province.submission(indicator("HT.01"))
    many = province.submission(indicator("HT.02"), indicator("HT.03"), subject="each_commune")
    started = time.monotonic()
    for submission, count in ((few, 1), (many, 100)):
        book = book_of(submission, province.reporter)
        keys = ["HT.01"] if count == 1 else [f"HT.0{2 + n // 50}@{n % 50:05}" for n in range(100)]
        for key in keys:
            fill(book, key, value=7)
        data, client = saved(book), browser(province.reporter)
        with django_assert_num_queries(QUERIES):
            response = client.post(importing(submission), {"file": named(data)})
        assert len(changes(response)) == count
    assert time.monotonic() - started < 20


def named(data: bytes):
    return SimpleUploadedFile("a.xlsx", data)


QUERIES = 11
