"""Which sign separates the cells of a text file: known, asked, or refused; never guessed."""

import pytest

from indicators import spreadsheet
from indicators.refusals import Refused
from indicators.spreadsheet import Undecided
from tests.indicators.sheets import csv

pytestmark = pytest.mark.usefixtures("english")

QUESTION = "The cells of this file can be told apart in more than one way. Choose the way that was meant."
NO_TABLE = "This file is not a table that can be read here. Save it as an Excel workbook (.xlsx) or as CSV UTF-8."
OLD_FONT = "This file uses an old font encoding (TCVN3 or VNI). Convert it to Unicode and upload again."


def rows(*lines: str, reading: str = "") -> list[list[str]]:
    table = spreadsheet.read(csv(*lines), "t.csv", reading=reading)
    return [table.headers, *table.rows]


def asked(*lines: str) -> list[str]:
    with pytest.raises(Undecided) as undecided:
        rows(*lines)
    assert undecided.value.sentence == QUESTION
    return [each["name"] for each in undecided.value.readings]


def refusal(data: bytes | str, **facts) -> str:
    with pytest.raises(Refused) as refused:
        spreadsheet.read(data if isinstance(data, bytes) else data.encode(), "t.csv", **facts)
    assert not isinstance(refused.value, Undecided)
    return refused.value.sentence


# --- The sign


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        (("a;b", "1;53,8"), [["a", "b"], ["1", "53,8"]]),
        (("a\tb", "x, y\t53,8"), [["a", "b"], ["x, y", "53,8"]]),
        (("a,b", "x;y,2"), [["a", "b"], ["x;y", "2"]]),
        (("a,b;c", '"x";2', "3;4"), [["a,b", "c"], ["x", "2"], ["3", "4"]]),
        (("a;b, tỷ đồng", "x;5", "y;7"), [["a", "b, tỷ đồng"], ["x", "5"], ["y", "7"]]),
        (("a,b,c", "1,2"), [["a", "b", "c"], ["1", "2", ""]]),
        (('"a,b"', '"1,2"'), [["a,b"], ["1,2"]]),
        (("giá trị", "53,8", "x;y"), [["giá trị"], ["53,8"], ["x;y"]]),
    ],
)
def test_what_the_file_itself_says_is_not_asked(lines, read):
    assert rows(*lines) == read


def test_a_first_line_that_two_signs_split_alike_is_a_question():
    lines = ("a,b;c", "1,5;2")
    assert asked(*lines) == ["comma", "semicolon"]
    assert rows(*lines, reading="comma") == [["a", "b;c"], ["1", "5;2"]]
    assert rows(*lines, reading="semicolon") == [["a,b", "c"], ["1,5", "2"]]


def test_three_signs_alike_are_one_question():
    assert asked("a,b;c\td", "1,2;3\t4") == ["comma", "semicolon", "tab"]


def test_decimal_commas_between_commas_are_a_question():
    lines = ("code,value", "A,53,8", "B,7")
    assert asked(*lines) == ["decimal", "comma"]
    assert rows(*lines, reading="decimal") == [["code", "value"], ["A", "53,8"], ["B", "7"]]
    assert refusal("\n".join(lines), reading="comma") == "Cell C2 stands outside the table: its column has no name."


@pytest.mark.parametrize("number", ["-53,8", "1.250,5", "53,8%", "0,05"])
def test_any_figure_with_a_decimal_comma_is_put_together(number):
    assert rows("code,value", f"A,{number}", reading="decimal") == [["code", "value"], ["A", number]]


@pytest.mark.parametrize("row", ["A,1,2,3", "A,53,x", "A,5,8,9,1", "A,x,53"])
def test_a_long_row_that_commas_do_not_explain_in_one_way_is_refused_with_its_cell(row):
    outside = "Cell C2 stands outside the table: its column has no name."
    assert refusal(f"code,value\n{row}") == refusal(f"code,value\n{row}", reading="decimal") == outside


def test_a_row_that_fits_but_may_hide_a_decimal_leaves_no_reading():
    """Beside A,53,8,x below three names, B,53,8 may be B, 53 and 8, or B and 53,8."""
    assert (
        refusal("code,value,note\nA,53,8,x\nB,53,8") == "Cell D2 stands outside the table: its column has no name."
    )


def test_a_question_shows_the_first_rows_by_each_reading():
    with pytest.raises(Undecided) as undecided:
        rows("a,b;c", *["1,5;2"] * 9, "x" * 99)
    first, second = undecided.value.readings
    assert first["rows"] == [["a", "b;c"], ["1", "5;2"], ["1", "5;2"]]
    assert second["rows"] == [["a,b", "c"], ["1,5", "2"], ["1,5", "2"]]


# --- The letters


@pytest.mark.parametrize("mark", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["Mã;Tên\r\n12;Lai Châu – Mường Tè…", "a\tb\r\n1\t2"])
def test_every_unicode_is_read_with_its_mark_and_without(encoding, mark, text):
    data = (("\ufeff" if mark else "") + text).encode(encoding)
    found = spreadsheet.read(data, "t.txt")
    assert [found.headers, *found.rows] == spreadsheet_rows(text)


def spreadsheet_rows(text: str) -> list[list[str]]:
    return [line.split(";" if ";" in text else "\t") for line in text.split("\r\n")]


@pytest.mark.parametrize(
    "data",
    [
        "Mã\n中文字".encode("utf-16-le"),  # without a mark, bytes of anything
        "a\nb".encode("utf-32"),
        "a\nb".encode("utf-16-le") + b"\x00",
        b"\x00\x00\x00\x00",
        "a;b".encode("utf-16")[:-1],
    ],
)
def test_what_may_be_anything_is_no_table(data):
    assert refusal(data) == NO_TABLE


@pytest.mark.parametrize("encoding", ["windows-1258", "latin-1", "windows-1252"])
def test_letters_of_one_byte_are_an_old_font(encoding):
    assert refusal("name\nLà côté".encode(encoding)) == OLD_FONT


def test_a_mark_inside_the_text_is_taken_out_and_told():
    table = spreadsheet.read("name\n\ufeffLai\u00a0Ch\u00adâu".encode(), "t.csv")
    assert table.rows == [["Lai Châu"]]
    assert table.notes == ("Invisible characters were taken out of cells A2.",)
