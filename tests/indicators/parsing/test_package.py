"""What a workbook is as a package, before its cells are looked at: each refusal has its sentence."""

import ast
import zipfile
from pathlib import Path

import pytest

from indicators import spreadsheet
from indicators.parsing.package import OLE
from indicators.refusals import Refused
from indicators.spreadsheet.sentences import CODES
from tests.indicators.parsing import hostile
from tests.indicators.sheets import SHEET, repacked, workbook

pytestmark = pytest.mark.usefixtures("english")

PARSING = Path(spreadsheet.__file__).parents[1] / "parsing"
NO_TABLE = "This file is not a table that can be read here. Save it as an Excel workbook (.xlsx) or as CSV UTF-8."
ENCRYPTED = "This file is protected by a password. Save it without one and upload it again."
TOO_LARGE = "The workbook is too large once unpacked. Delete sheets, pictures and formats."
MACROS = "This workbook holds macros. Save it as .xlsx, without macros."
LINKS = "This workbook takes data from other files. Break the links (Data, Edit Links) and save it again."
LYING = "This workbook does not hold what its directory says. Open it in Excel and save it again."
DOCTYPE = (
    "This workbook holds definitions that no workbook of Excel has (DOCTYPE). Open it in Excel and save it again."
)
EMBEDDED = "This workbook holds another file inside it (%s). Delete the inserted file and save it again."
TWICE = "This workbook holds the part %s twice. Open it in Excel and save it again."
NAME = "This workbook holds a part whose name points outside it (%s). Open it in Excel and save it again."
PLAIN = workbook(["a"], [4711])


def refusal(data: bytes) -> str:
    """By both doors: the tables' and the Excel form's."""
    sentences = []
    for read in (lambda: spreadsheet.read(data, "t.xlsx"), lambda: spreadsheet.read_book(data)):
        with pytest.raises(Refused) as refused:
            read()
        sentences.append(refused.value.sentence)
    assert sentences[0] == sentences[1]
    return sentences[0]


def test_the_workbook_that_is_spoilt_below_is_sound():
    assert spreadsheet.read(PLAIN, "t.xlsx").rows == [["4711"]]
    assert spreadsheet.read(hostile.padded(PLAIN), "t.xlsx").rows == [["4711"]]


def test_every_code_has_a_sentence_and_every_sentence_its_code():
    raised = {"too_slow"}  # which the clock says
    for path in PARSING.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = {"Refusal": 0, "_refuse": 1}.get(getattr(getattr(node, "func", None), "id", ""))
            if place is not None:
                said = [each for each in ast.walk(node.args[place]) if isinstance(each, ast.Constant)]
                raised |= {each.value for each in said if isinstance(each.value, str)}
    assert raised == CODES


@pytest.mark.parametrize("size", [0, 1, 100, 500_000])
def test_a_directory_that_lies_about_a_size_is_found_out(size):
    assert refusal(hostile.lying(PLAIN, SHEET, size=size)) == LYING


def test_a_part_that_swells_further_than_it_says_is_stopped_there():
    data = hostile.lying(repacked(PLAIN, xl__media__a_dot_png=bytes(200_000_000)), "xl/media/a.png", size=100)
    assert refusal(data) == LYING


def test_a_size_left_to_a_missing_field_of_zip64_is_refused():
    assert refusal(hostile.zip64_lying(PLAIN, SHEET)) in (NO_TABLE, TOO_LARGE)


def test_parts_that_share_their_bytes_are_counted_each():
    assert refusal(hostile.overlapping()) == TOO_LARGE


def test_more_parts_than_any_workbook_has_are_refused():
    assert refusal(repacked(PLAIN, **{f"xl__part{n}": b"" for n in range(1_000)})) == TOO_LARGE


@pytest.mark.parametrize("bit", [0x01, 0x40])
def test_an_encrypted_part_is_named(bit):
    assert refusal(hostile.flagged(PLAIN, bit)) == ENCRYPTED


def test_an_encrypted_workbook_and_an_old_one_are_told_apart():
    assert refusal(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")) == ENCRYPTED
    assert refusal(OLE + bytes(600)) == (
        "This file is in the old Excel format. Open it in Excel and save it as .xlsx."
    )


@pytest.mark.parametrize(
    "part", ["xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml", "xl/activeX/activeX1.xml"]
)
def test_macros_are_named_wherever_they_hide(part):
    assert refusal(hostile.with_part(PLAIN, part, b"x")) == MACROS


def test_a_workbook_that_says_that_it_may_hold_macros_is_refused():
    with zipfile.ZipFile(hostile.io.BytesIO(PLAIN)) as archive:
        types = archive.read("[Content_Types].xml")
    plain, macros = b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    enabled = types.replace(plain, macros)
    assert enabled != types
    assert refusal(hostile.with_part(PLAIN, "[Content_Types].xml", enabled)) == MACROS


@pytest.mark.parametrize(
    "part", ["xl/externalLinks/externalLink1.xml", "xl/connections.xml", "xl/queryTables/queryTable1.xml"]
)
def test_data_of_other_files_is_named(part):
    assert refusal(hostile.with_part(PLAIN, part, b"<x/>")) == LINKS


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/embeddings/oleobject1.bin", b"x"),
        ("xl/media/inner.zip", b"x"),
        ("docprops/inner.xlsx", b"x"),
        ("xl/media/image1.png", PLAIN),
        ("xl/media/image2.png", OLE + b"x"),
    ],
)
def test_a_file_inside_the_file_is_named(part, content):
    assert refusal(hostile.with_part(PLAIN, part, content)) == EMBEDDED % part


@pytest.mark.parametrize(
    "part", ["/etc/passwd", "../../evil.xml", "xl/../../evil.xml", "c:/evil.xml", "xl\\evil.xml"]
)
def test_a_name_that_leaves_the_package_is_refused(part):
    assert refusal(hostile.with_part(PLAIN, part, b"x")) == NAME % part


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize("part", [SHEET, SHEET.upper()])
def test_two_parts_of_one_name_have_no_single_reading(part):
    assert refusal(hostile.twice(PLAIN, part, b"<worksheet/>")) == TWICE % SHEET


@pytest.mark.parametrize("head", [hostile.LAUGHS, hostile.QUADRATIC, hostile.OUTSIDE, hostile.REMOTE])
def test_a_document_that_defines_something_is_refused(head):
    assert refusal(hostile.sheet_of(hostile.TEXT % "x", head=head)) == DOCTYPE


def test_a_definition_is_found_in_either_width_of_letters_and_no_other_is_read():
    for encoding, sentence in (("utf-16", DOCTYPE), ("cp037", NO_TABLE)):
        text = f'<?xml version="1.0" encoding="{encoding}"?>{hostile.OUTSIDE}<worksheet/>'
        assert refusal(hostile.with_part(PLAIN, SHEET, text.encode(encoding))) == sentence


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"])
@pytest.mark.parametrize("content", [b"", b"<", b"<a/>", bytes(100)])
def test_a_spoilt_part_is_no_table(part, content):
    data = hostile.with_part(PLAIN, part, content)
    if (part, content) == ("xl/styles.xml", b"<a/>"):
        assert spreadsheet.read(data, "t.xlsx").rows == [["4711"]]
    elif (part, content) == ("xl/workbook.xml", b"<a/>"):
        with pytest.raises(Refused, match="The file holds no table"):
            spreadsheet.read(data, "t.xlsx")
    else:
        assert refusal(data) == NO_TABLE


@pytest.mark.parametrize("cut", [3, 30, 500, -1, -30, -500])
def test_a_file_cut_off_is_no_table(cut):
    assert refusal(PLAIN[:cut]) == NO_TABLE
