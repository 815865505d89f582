"""The cells of a workbook are what a person reads in Excel, or have no reading; openpyxl is the second opinion."""

import datetime
import io

import openpyxl
import pytest
import xlsxwriter
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from indicators import numbers, old_fonts, spreadsheet
from indicators.refusals import Refused
from indicators.spreadsheet import Content, Kind
from tests.indicators.parsing import hostile
from tests.indicators.sheets import SHEET, repacked, saved, workbook

pytestmark = pytest.mark.usefixtures("english")

NO_TABLE = "This file is not a table that can be read here. Save it as an Excel workbook (.xlsx) or as CSV UTF-8."
ERROR = Kind.ERROR
TEXTS = st.text(st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" ắễợ"), min_size=1, max_size=20)


def contents(data: bytes) -> list[list[Content]]:
    (sheet,) = spreadsheet.read_book(data).sheets
    return [list(sheet.rows[number].values()) for number in sorted(sheet.rows)]


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        spreadsheet.read_book(data)
    return refused.value.sentence


def raw(*values: str, kind: str = "n") -> list[Content]:
    (row,) = contents(hostile.sheet_of(hostile.cells(*values, kind=kind)))
    return row


# --- Numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1", "1"),
        ("-0.5", "-0,5"),
        ("1E+3", "1000"),
        ("1.5e-7", "0,00000015"),
        ("1e308", "1" + "0" * 308),
        ("0.30000000000000004", "0,3"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_a_number_is_read_to_the_digits_that_excel_keeps(value, text):
    assert raw(value) == [Content(text, Kind.NUMBER)]


@pytest.mark.parametrize("value", ["NaN", "INF", "-INF", "Infinity", "1e999", "1e99999"])
def test_what_is_no_finite_number_is_an_error_of_its_cell(value):
    assert [cell.kind for cell in raw(value)] == [ERROR]
    with pytest.raises(Refused, match="Cell A2 holds an error of Excel"):
        spreadsheet.read(hostile.sheet_of(hostile.cells("1") + hostile.cells(value)), "t.xlsx")


@pytest.mark.parametrize("value", ["1_000", "0x10", "١٢", "1,5", "one", "1 2", "9" * 500, "1e5555555"])
def test_what_excel_never_writes_as_a_number_is_no_number(value):
    assert refusal(hostile.sheet_of(hostile.cells(value))) == NO_TABLE


def test_a_number_kept_as_text_stays_the_text_that_was_typed():
    assert contents(workbook(["03388", "1.250", "8.569"])) == [[Content(t) for t in ("03388", "1.250", "8.569")]]


# --- Texts


def test_texts_are_read_from_either_place():
    texts = ["Lai Châu", "a  b", "Mường\nTè"]
    assert contents(hostile.shared(*texts)) == contents(workbook(texts)) == [[Content(text) for text in texts]]


def test_what_xml_cannot_hold_is_read_as_excel_writes_it():
    assert contents(hostile.shared("a_x000D_b")) == [[Content("a_x000D_b")]]  # typed so, and escaped by the writer
    assert contents(workbook(["a_x000D_b", "_x0000_", "_x0041_"])) == [
        [Content("a\rb"), Content("_x0000_"), Content("A")]
    ]


def test_the_fonts_of_a_text_are_one_text_and_its_reading_aside_is_none():
    rich = "<si><r><t>Mường </t></r><r><t>Tè</t></r><rPh><t>aside</t></rPh></si>"
    table = f'<sst xmlns="{hostile.MAIN}">{rich}</sst>'
    data = hostile.with_part(hostile.shared("a"), "xl/sharedStrings.xml", table.encode())
    assert contents(data) == [[Content("Mường Tè")]]


@pytest.mark.parametrize("place", ["-1", "1", "x", "1e0"])
def test_a_text_that_is_not_in_the_list_has_no_reading(place):
    data = hostile.sheet_of(hostile.cells(place, kind="s"), book=hostile.shared("a"))
    assert refusal(data) == NO_TABLE


@given(st.lists(TEXTS, min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_any_text_comes_back_as_it_was_written(texts):
    assume(not old_fonts.are_used_in(texts))
    found = [cell.text for row in contents(hostile.shared(*texts)) for cell in row]
    expected = [numbers.normalise(text) for text in texts]
    assert found == [text for text in expected if text]


# --- Days


def test_days_are_counted_from_1904_where_the_workbook_says_so():
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append([datetime.datetime(2026, 3, 5), datetime.datetime(1904, 1, 2)])
    assert contents(saved(book)) == [[Content("05/03/2026", Kind.DAY), Content("02/01/1904", Kind.DAY)]]


@given(st.datetimes(datetime.datetime(1900, 3, 1), datetime.datetime(9999, 12, 31)))
@settings(max_examples=40, deadline=None)
def test_any_day_is_read_as_openpyxl_reads_it(day):
    day = day.replace(microsecond=0)
    data = workbook([day])
    value = openpyxl.load_workbook(io.BytesIO(data)).active["A1"].value
    assert contents(data) == [[Content(f"{value:%d/%m/%Y %H:%M:%S}".removesuffix(" 00:00:00"), Kind.DAY)]]


@pytest.mark.parametrize("value", ["-1", "9999999", "1e300"])
def test_a_day_that_excel_cannot_show_is_an_error(value):
    day = workbook([datetime.datetime(2026, 3, 5)])
    data = repacked(day, replace=[(b"<v>46086</v>", f"<v>{value}</v>".encode())])
    assert contents(data) == [[Content("#VALUE!", ERROR)]]


@pytest.mark.parametrize(
    ("shown", "is_day"),
    [("[$-vi-VN]dd/mm/yyyy", True), ('0" ngày"', False), ("[Red]#,##0", False), ("0\\d", False), ("[h]:mm", True)],
)
def test_the_format_says_what_is_a_day(shown, is_day):
    book = openpyxl.Workbook()
    book.active["A1"] = 5
    book.active["A1"].number_format = shown
    assert [(cell.kind == Kind.DAY) for cell in contents(saved(book))[0]] == [is_day]


def test_formats_of_conditions_name_no_format_of_cells():
    """Both lists number their formats alike."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_datetime(0, 0, datetime.datetime(2026, 3, 5), book.add_format({"num_format": "dd/mm/yyyy"}))
        condition = {"type": "cell", "criteria": ">", "value": 0, "format": book.add_format({"num_format": "0.00"})}
        sheet.conditional_format("A1", condition)
    assert contents(out.getvalue()) == [[Content("05/03/2026", Kind.DAY)]]


# --- Places


def test_rows_and_cells_without_a_name_follow_the_one_before():
    data = hostile.sheet_of('<row r="3"><c r="C3"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>')
    (sheet,) = spreadsheet.read_book(data).sheets
    assert {row: list(cells) for row, cells in sheet.rows.items()} == {3: [3, 4], 4: [1]}


@pytest.mark.parametrize(
    "inside",
    [
        '<row r="2"><c r="A9"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v><v>2</v></c></row>',
        '<row r="x"><c><v>1</v></c></row>',
        '<row r="2"><c r="ZZZZ2"><v>1</v></c></row>',
        '<row r="2"><c r="a2"><v>1</v></c></row>',
        '<row r="2"><c t="z"><v>1</v></c></row>',
        '<row r="2"><c t="b"><v>2</v></c></row>',
        '<row r="2"><c s="99"><v>1</v></c></row>',
    ],
)
def test_a_cell_with_two_readings_has_none(inside):
    assert refusal(hostile.sheet_of(inside)) == NO_TABLE


def test_a_row_at_the_end_of_excel_is_too_far_unless_it_is_empty():
    far = '<row r="1"><c><v>1</v></c></row><row r="1048576"><c>%s</c></row>'
    assert contents(hostile.sheet_of(far % "")) == [[Content("1", Kind.NUMBER)]]
    assert refusal(hostile.sheet_of(far % "<v>1</v>")).startswith("The table goes on below row 20.000.")


@pytest.mark.parametrize("stated", ["A1", "A1:XFD1048576", "B7:C8", "nonsense"])
def test_the_stated_size_of_a_sheet_changes_nothing(stated):
    data = repacked(workbook(["a"], ["b"], ["c"]), replace=[(b'ref="A1:A3"', f'ref="{stated}"'.encode())])
    assert [row[0].text for row in contents(data)] == ["a", "b", "c"]


def test_two_sheets_of_one_name_are_both_read():
    data = workbook(["a"], sheets={"Hai": [["b"]]})
    data = hostile.with_part(
        data, "xl/workbook.xml", _part(data, "xl/workbook.xml").replace(b'name="Hai"', b'name="Sheet"')
    )
    assert [sheet.title for sheet in spreadsheet.read_book(data).sheets] == ["Sheet", "Sheet"]
    with pytest.raises(Refused, match="Several sheets hold data: Sheet, Sheet"):
        spreadsheet.read(data, "t.xlsx")


def test_one_part_is_not_two_sheets():
    data = workbook(["a"], sheets={"Hai": [["b"]]})
    name = "xl/_rels/workbook.xml.rels"
    data = hostile.with_part(data, name, _part(data, name).replace(b"sheet2.xml", b"sheet1.xml"))
    assert refusal(data) == NO_TABLE


def _part(data: bytes, name: str) -> bytes:
    with hostile.zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def test_the_strict_form_of_the_standard_is_read_too():
    data = workbook(["a"])
    for name in ("xl/workbook.xml", SHEET):
        part = _part(data, name).replace(hostile.MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        data = hostile.with_part(data, name, part)
    assert contents(data) == [[Content("a")]]
