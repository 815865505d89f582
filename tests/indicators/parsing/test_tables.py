"""What is told of a table that reads otherwise than it looks, and what is refused with its cells."""

import unicodedata

import openpyxl
import pytest

from indicators import spreadsheet
from indicators.parsing.tables import reaches
from indicators.refusals import Refused
from tests.indicators.sheets import csv, saved, workbook

pytestmark = pytest.mark.usefixtures("english")


def refusal(data: bytes, name: str = "t.xlsx") -> str:
    with pytest.raises(Refused) as refused:
        spreadsheet.read(data, name)
    return refused.value.sentence


def book_of(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


# --- All at once


def test_every_formula_is_named_with_a_value_and_without():
    rows = [["=1+1", "x"], ["y", "=A2"]]
    names = "These cells hold formulas: A2, B3. Replace them by their values (Copy, Paste Special, Values)."
    assert refusal(workbook(["a", "b"], *rows)) == refusal(csv("a;b", "=1+1;x", "y;=A2"), "t.csv") == names


def test_every_error_is_named():
    errors = [["#N/A", 1], [2, "#DIV/0!"]]
    assert refusal(workbook(["a", "b"], *errors)) == (
        "These cells hold errors of Excel: A2, B3. Mend them and upload again."
    )


def test_ten_cells_are_named_and_the_others_counted():
    sentence = refusal(workbook(["a"], *[["=1"]] * 1_234))
    assert sentence.startswith(
        "These cells hold formulas: A2, A3, A4, A5, A6, A7, A8, A9, A10, A11 and 1.224 more."
    )


def test_every_cell_in_an_old_font_is_named():
    sentence = "This file uses an old font encoding (TCVN3 or VNI) in these cells: A2, B3. "
    assert refusal(workbook(["a", "b"], ["Lai Ch©u", "x"], ["y", "tØnh"])) == (
        sentence + "Convert it to Unicode and upload again."
    )


# --- Merged


@pytest.mark.parametrize("ref", ["A2:A3", "A1:B1", "B3:C4", "B2:B9"])
def test_merged_cells_inside_the_table_are_named(ref):
    book = book_of(["a", "b"], [1, 2], [3, 4])
    book.active.merged_cells.add(ref)
    assert refusal(saved(book)) == (f"Cells {ref} are merged. Unmerge them and type each figure into its own cell.")


def test_merged_cells_beside_the_table_do_not_matter():
    book = book_of(["a", "b"], [1, 2])
    for ref in ("D1:E2", "A4:B5"):
        book.active.merged_cells.add(ref)
    assert spreadsheet.read(saved(book), "t.xlsx").rows == [["1", "2"]]


@pytest.mark.parametrize(("ref", "within"), [("B2", True), ("$B$2:$C$3", True), ("A1:A9", False), ("x", False)])
def test_a_range_reaches_into_a_part_of_the_sheet_or_not(ref, within):
    assert reaches(ref, range(2, 4), range(2, 4)) is within


# --- Hidden


def test_hidden_rows_and_columns_are_read_and_named():
    book = book_of(["a", "b", "c"], [1, 2, 3], [4, 5, 6], [7, 8, 9])
    book.active.row_dimensions[3].hidden = True
    book.active.row_dimensions[99].hidden = True
    book.active.column_dimensions["B"].hidden = True
    book.active.column_dimensions["Z"].hidden = True
    table = spreadsheet.read(saved(book), "t.xlsx")
    assert table.rows == [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]]
    assert table.notes == ("Hidden rows were read too: 3.", "Hidden columns were read too: B.")


def test_a_hidden_sheet_is_read_and_named():
    book = book_of()
    sheet = book.create_sheet("Ẩn")
    sheet.append(["a"])
    sheet.append([1])
    sheet.sheet_state = "veryHidden"
    table = spreadsheet.read(saved(book), "t.xlsx")
    assert (table.rows, table.notes) == ([["1"]], ("The sheet “Ẩn” is hidden; it was read too.",))


# --- Cleaned


@pytest.mark.parametrize("sign", ["\u200b", "\u00a0", "\u00ad", "\ufeff", "\u202e", "\u2060"])
def test_what_nobody_sees_is_taken_out_and_its_cell_is_named(sign):
    table = spreadsheet.read(workbook(["a", "b"], ["x", f"03{sign}388"]), "t.xlsx")
    assert table.rows in ([["x", "03388"]], [["x", "03 388"]])
    assert table.notes == ("Invisible characters were taken out of cells B2.",)
    (sheet,) = spreadsheet.read_book(workbook(["a", f"03{sign}388"])).sheets
    assert sheet.notes == ("Invisible characters were taken out of cells B1.",)


def test_letters_apart_from_their_tones_are_put_together_and_named():
    table = spreadsheet.read(workbook(["a"], [unicodedata.normalize("NFD", "Mường Tè")]), "t.xlsx")
    assert table.rows == [["Mường Tè"]]
    assert table.notes == ("Letters and their tones stood apart and were put together in cells A2.",)


def test_a_plain_table_has_no_notes():
    assert spreadsheet.read(workbook(["Mã", "Tên"], ["1", "Mường Tè"]), "t.xlsx").notes == ()
