"""What is read of a table, and which tables are not."""

import unicodedata
from datetime import date, datetime

import openpyxl
import pytest

from indicators import spreadsheet
from indicators.parsing.package import OLE
from indicators.refusals import Refused
from indicators.spreadsheet import reading
from tests.indicators.sheets import csv, repacked, saved, workbook

pytestmark = pytest.mark.usefixtures("english")

OLD_FONT = "This file uses an old font encoding (TCVN3 or VNI). Convert it to Unicode and upload again."
OLD_CELLS = (
    "This file uses an old font encoding (TCVN3 or VNI) in these cells: %s. Convert it to Unicode and upload again."
)
DOCTYPE = (
    "This workbook holds definitions that no workbook of Excel has (DOCTYPE). Open it in Excel and save it again."
)
NO_TABLE = "This file is not a table that can be read here. Save it as an Excel workbook (.xlsx) or as CSV UTF-8."
CLASSIFIED = 'This file is marked "MẬT". Classified content must not be entered here.'
FORMULA = "Cell %s holds a formula. Replace it by its value (Copy, Paste Special, Values)."
ENCRYPTED = "This file is protected by a password. Save it without one and upload it again."
TOO_LARGE = "The workbook is too large once unpacked. Delete sheets, pictures and formats."


def refusal(data: bytes, name: str = "table.xlsx") -> str:
    with pytest.raises(Refused) as refused:
        spreadsheet.read(data, name)
    return refused.value.sentence


def cells_of(*rows, formats=()) -> list[list[str]]:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, shown in formats:
        book.active[name].number_format = shown
    return spreadsheet.read(saved(book), "table.xlsx").rows


def csv_rows(*lines: str) -> list[list[str]]:
    return spreadsheet.read(csv(*lines), "table.csv").rows


def test_a_workbook_is_read_as_texts_with_the_rows_of_its_sheet():
    table = spreadsheet.read(workbook([], ["Mã", " Tên "], ["03388", None], [], [None, "Mường Tè"]), "t.xlsx")
    assert table.headers == ["Mã", "Tên"]
    assert table.rows == [["03388", ""], ["", "Mường Tè"]]
    assert table.numbers == [3, 5]


def test_a_csv_file_is_read_with_the_rows_that_excel_shows():
    table = spreadsheet.read(csv("", 'code,"name"', "", '03388,"a', 'b"', ",,"), "t.CSV")
    assert (table.headers, table.rows, table.numbers) == (["code", "name"], [["03388", "a\r\nb"]], [4])


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_header_says_what_separates_the_cells(mark):
    assert csv_rows(mark.join(["code", "value", "name"]), mark.join(["A", "x", "y"])) == [["A", "x", "y"]]


def test_a_comma_in_a_figure_separates_nothing_where_semicolons_do():
    assert csv_rows("code;value", "A;53,8") == [["A", "53,8"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_files_of_excel_are_read(encoding):
    data = "Mã\tTên\r\n12\tLai Châu".encode(encoding)
    assert spreadsheet.read(data, "t.txt").rows == [["12", "Lai Châu"]]


def test_decomposed_text_is_composed():
    decomposed = unicodedata.normalize("NFD", "Đoàn Kết")
    assert csv_rows("name", decomposed) == cells_of(["name"], [decomposed]) == [["Đoàn Kết"]]


@pytest.mark.parametrize(
    ("value", "shown", "text"),
    [
        (3388, "General", "3388"),
        ("03388", "@", "03388"),
        (3388, "00000", "03388"),
        (1250, "#,##0", "1250"),
        (1.250, "General", "1,25"),
        ("1.250", "General", "1.250"),
        (53.8, "General", "53,8"),
        (0.1 + 0.2, "General", "0,3"),
        (8.569, "0.000", "8,569"),
        (-0.38, "General", "-0,38"),
        (1250.0, "General", "1250"),
        (0.538, "0.0%", "53,8%"),
        (53.8, '0.0"%"', "53,8"),
        (1e20, "General", "100000000000000000000"),
        (True, "General", "1"),
        (False, "General", "0"),
        (date(2025, 4, 3), "dd/mm/yyyy", "03/04/2025"),
        (date(2025, 4, 3), "mm-dd-yy", "03/04/2025"),
        (datetime(2025, 4, 3, 7, 30), "dd/mm/yyyy hh:mm", "03/04/2025 07:30:00"),
        ("03/04/2025", "General", "03/04/2025"),
    ],
)
def test_a_cell_of_excel_has_one_reading(value, shown, text):
    assert cells_of(["x"], [value], formats=[("A2", shown)]) == [[text]]


def test_texts_of_csv_stay_as_typed():
    assert csv_rows("a;b;c;d", "3388;1.250;03/04/2025;-0,38") == [["3388", "1.250", "03/04/2025", "-0,38"]]


def test_the_apostrophe_before_a_formula_stays_for_the_widget_that_takes_it_away():
    assert csv_rows("a", "'=1+1") == [["'=1+1"]]


# --- Formulas, errors, classified


def test_a_formula_is_refused_with_its_cell():
    assert refusal(workbook(["a", "b"], [1, 2], [3, "=A2+1"])) == FORMULA % "B3"
    assert refusal(csv("a,b", "1,=A2+1"), "t.csv") == FORMULA % "B2"
    assert refusal(csv("a,b", '1,"=""03388"""'), "t.csv") == FORMULA % "B2"


def test_a_text_that_begins_as_a_formula_is_refused_too():
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.active["A2"].value = "=1"
    book.active["A2"].data_type = "s"
    assert refusal(saved(book)) == FORMULA % "A2"


@pytest.mark.parametrize("value", ["#N/A", "#DIV/0!"])
def test_an_error_of_excel_is_refused_with_its_cell(value):
    assert refusal(workbook(["a"], [value])) == "Cell A2 holds an error of Excel. Mend it and upload again."


def test_a_number_without_end_is_an_error_too():
    data = repacked(workbook(["a"], [4711]), replace=[(b"<v>4711</v>", b"<v>1e999</v>")])
    assert refusal(data) == "Cell A2 holds an error of Excel. Mend it and upload again."


@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "TUYỆT  MẬT", "(MẬT)", unicodedata.normalize("NFD", "MẬT")])
def test_a_classified_file_is_refused(mark):
    assert refusal(workbook(["a"], [mark])) == CLASSIFIED
    assert refusal(csv(mark, "a", "b"), "t.csv") == CLASSIFIED


def test_the_word_inside_a_text_marks_nothing():
    texts = ["BẢO MẬT", "Mật", "An toàn và bảo mật", "MẬT ĐỘ"]
    assert csv_rows("a", *texts) == [[text] for text in texts]


# --- Old fonts


@pytest.mark.parametrize("raw", [b"x\xb7 M\xad\xeang T\xcc", b"Xa\xf5 M\xf6\xf4\xf8ng Te\xf8"])
def test_an_8_bit_file_is_refused_as_an_old_font(raw):
    assert refusal(b"name\r\n" + raw, "t.csv") == OLD_FONT


@pytest.mark.parametrize("text", ["Lai Ch©u", "Tænh Lai Chaâu", "Ph\u00adêng"])
def test_an_old_font_inside_unicode_is_refused(text):
    assert refusal(workbook(["name"], [text])) == refusal(csv("name", text), "t.csv") == OLD_CELLS % "A2"


# --- Not a table


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "t.csv"),
        (b"%PDF-1.7", "t.pdf"),
        (b"code,name\r\n1,2", "t.xlsx"),
        (b"PK\x03\x04 cut off", "t.xlsx"),
        (b"a\x00b", "t.csv"),
        (b"a\x01,b", "t.csv"),
        (b'a,"b', "t.csv"),
    ],
)
def test_what_is_no_table_is_refused(data, name):
    assert refusal(data, name) == NO_TABLE


def test_another_package_is_no_workbook():
    data = repacked(workbook(["a"]))
    assert refusal(data.replace(b"[Content_Types].xml", b"[Content-Types].xml")) == NO_TABLE
    assert refusal(repacked(data, xl__workbook_dot_bin=b"")) == NO_TABLE


@pytest.mark.parametrize("before", [b"<sheetData>", b"<v>"])
def test_a_damaged_workbook_is_refused(before):
    assert refusal(repacked(workbook(["a"], [4711]), replace=[(before, b"<")])) == NO_TABLE


def test_the_old_format_of_excel_is_named():
    sentence = "This file is in the old Excel format. Open it in Excel and save it as .xlsx."
    assert refusal(OLE + b"\x00" * 600, "t.xls") == sentence


def test_a_password_is_named():
    assert refusal(OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")) == ENCRYPTED


def test_macros_and_links_are_refused():
    plain = workbook(["a"], [1])
    macros = "This workbook holds macros. Save it as .xlsx, without macros."
    assert refusal(repacked(plain, xl__vbaProject_dot_bin=b"x"), "t.xlsm") == macros
    assert refusal(repacked(plain, xl__macrosheets__sheet1_dot_xml=b"x")) == macros
    linked = repacked(plain, xl__externalLinks__externalLink1_dot_xml=b"x")
    assert refusal(linked) == (
        "This workbook takes data from other files. Break the links (Data, Edit Links) and save it again."
    )


# --- Too much


def test_a_large_file_is_refused_unread():
    assert refusal(b"a" * (reading.MAX_BYTES + 1), "t.csv") == "The file is larger than 5 MB."


def test_a_bomb_is_refused_before_it_is_unpacked():
    plain = workbook(["a"], [1])
    assert refusal(repacked(plain, xl__big_dot_xml=b" " * 20_000_000)) == TOO_LARGE
    assert refusal(repacked(plain, **{f"xl__part{n}": b"" for n in range(1_000)})) == TOO_LARGE
    assert spreadsheet.read(repacked(plain, xl__big_dot_xml=b" " * 4_000_000), "t.xlsx").rows == [["1"]]


def test_entities_that_multiply_are_not_expanded():
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet'
    data = repacked(workbook(["name"], [4711]), replace=[(b"<worksheet", laughs), (b"4711", b"&b;")])
    assert refusal(data) == DOCTYPE


def test_long_and_wide_tables_are_refused():
    long = "The table goes on below row 20.000. Delete empty rows at its end, or split the file."
    assert refusal(csv("a", *["1"] * 20_000), "t.csv") == long
    assert len(csv_rows("a", *["1"] * 19_999)) == 19_999
    far = repacked(workbook(["a"], [4711]), replace=[(b'r="2"', b'r="999999999"'), (b"A2", b"A999999999")])
    assert refusal(far) == long
    wide = "The table has more than 100 columns."
    assert refusal(workbook([f"c{n}" for n in range(101)])) == refusal(csv(",".join("a" * 101)), "t.csv") == wide


# --- The shape of the table


def test_a_second_sheet_with_data_is_refused():
    both = workbook(["a"], [1], sheets={"Ghi chú": [["x"]], "Trống": []})
    assert refusal(both) == "Several sheets hold data: Sheet, Ghi chú. Keep one and delete the others."


def test_empty_sheets_do_not_count():
    data = workbook(sheets={"Dữ liệu": [["a"], [1]], "Trống": []})
    assert spreadsheet.read(data, "t.xlsx").rows == [["1"]]


@pytest.mark.parametrize("data", [workbook(), workbook([" "]), csv("", " , ")])
def test_an_empty_file_holds_no_table(data):
    assert refusal(data, "t.csv") == "The file holds no table."


def test_headers_are_complete_and_distinct():
    assert refusal(workbook(["a", None, "c"])) == "Cell B1 must name its column: it is empty."
    assert refusal(csv("", "Mã,Tên,MA"), "t.csv") == "Two columns are named MA: cells A2 and C2."


def test_a_cell_outside_the_table_is_named():
    sentence = "Cell C3 stands outside the table: its column has no name."
    assert refusal(workbook(["a", "b"], [1, 2], [1, 2, 3])) == sentence
    assert refusal(csv("a,b", "1,2", "1,2,3"), "t.csv") == sentence
