"""Reading a workbook of several sheets cell by cell, behind the guard of the tables."""

import datetime
import io

import openpyxl
import pytest
import xlsxwriter

from indicators.parsing.limits import PAGE
from indicators.refusals import Refused
from indicators.spreadsheet import Content, Kind, read_book
from tests.indicators.sheets import repacked, saved, workbook

pytestmark = pytest.mark.usefixtures("english")


def contents(*values, shown: str = "General") -> list[Content]:
    book = openpyxl.Workbook()
    book.active.append(values)
    for cell in book.active[1]:
        if cell.number_format == "General":
            cell.number_format = shown
    return list(read_book(saved(book)).sheets[0].rows[1].values())


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_book(data)
    return refused.value.sentence


def test_filled_cells_alone_are_there_by_row_and_column():
    book = openpyxl.Workbook()
    book.active["C4"], book.active["B2"], book.active["A1"] = 5, " Mường Tè ", "   "
    (sheet,) = read_book(saved(book)).sheets
    assert sheet.rows == {2: {2: Content("Mường Tè")}, 4: {3: Content("5", Kind.NUMBER)}}
    assert sheet.name(4, 3) == "C4"


def test_each_kind_of_cell_is_called_what_it_is():
    day, noon = datetime.datetime(2026, 3, 5), datetime.time(12, 30)
    assert contents("x", 0.1 + 0.2, True, "=A1+1", "#REF!", day, noon, datetime.timedelta(hours=5)) == [
        Content("x"),
        Content("0,3", Kind.NUMBER),
        Content("1", Kind.YES_NO),
        Content("=A1+1", Kind.FORMULA),
        Content("#REF!", Kind.ERROR),
        Content("05/03/2026", Kind.DAY),
        Content("12:30:00", Kind.DAY),
        Content("5:00:00", Kind.DAY),
    ]


def test_a_formula_is_one_with_its_value_and_without():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet().write_formula(0, 0, "=1+1", None, 2)
    for data in (out.getvalue(), workbook(["=1+1"])):
        assert read_book(data).sheets[0].rows[1][1] == Content("=1+1", Kind.FORMULA)


@pytest.mark.parametrize(
    ("value", "shown", "content"),
    [
        (53.8, "0.00", Content("53,8", Kind.NUMBER, 2)),
        (53.8, "#,##0.0#", Content("53,8", Kind.NUMBER, 1)),
        (0.538, "0.0%", Content("53,8%", Kind.NUMBER, 1)),
        (14433, "#,##0", Content("14433", Kind.NUMBER)),
        (14433, '0" 0.00"', Content("14433", Kind.NUMBER)),
    ],
)
def test_a_number_says_how_many_decimals_are_seen(value, shown, content):
    assert contents(value, shown=shown) == [content]


def test_hidden_rows_hidden_sheets_and_merged_cells_are_told():
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["c", "d"])
    book.active.row_dimensions[2].hidden = True
    book.active.merge_cells("B2:C3")
    other = book.create_sheet("Ẩn")
    other.append(["x"])
    other.sheet_state = "veryHidden"
    first, second = read_book(saved(book)).sheets
    assert (first.is_hidden, first.hidden_rows, first.merged) == (False, frozenset({2}), ("B2:C3",))
    assert (second.title, second.is_hidden, second.merged) == ("Ẩn", True, ())
    assert first.merged_into(range(3, 9), range(3, 5)) == ["B2:C3"]
    assert first.merged_into(range(4, 9), range(1, 5)) == first.merged_into(range(1, 9), range(4, 5)) == []


def test_the_size_that_a_sheet_states_is_not_believed():
    data = repacked(workbook(["a"], ["b"], ["c"]), replace=[(b'ref="A1:A3"', b'ref="A1:A1"')])
    assert list(read_book(data).sheets[0].rows) == [1, 2, 3]


def test_the_guard_of_the_tables_stands_before():
    assert (
        refusal(b"code;value")
        == refusal(b"PK nothing")
        == ("This file is not a table that can be read here. Save it as an Excel workbook (.xlsx) or as CSV UTF-8.")
    )
    assert refusal(repacked(workbook(["a"]), xl__vbaProject_dot_bin=b"x")).startswith("This workbook holds macros.")
    assert refusal(workbook(["a"], sheets={"Hai": [["Tối mật"], ["TỐI MẬT"]]})) == (
        'This file is marked "MẬT". Classified content must not be entered here.'
    )
    assert refusal(workbook(["a"], sheets={"Hai": [["cña tØnh"]]})).startswith("This file uses an old font")


def test_a_sheet_without_end_is_refused(monkeypatch):
    data = repacked(
        workbook(["a"], ["b"]), replace=[(b'<row r="2"', b'<row r="1048576"'), (b'r="A2"', b'r="A1048576"')]
    )
    assert refusal(data).startswith("The table goes on below row 20.000.")
    assert PAGE.rows == 20_000
