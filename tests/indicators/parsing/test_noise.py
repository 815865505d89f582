"""Whatever bytes come, there is a table or a sentence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import spreadsheet
from indicators.refusals import Refused
from tests.indicators.parsing import hostile
from tests.indicators.sheets import SHEET, workbook

pytestmark = pytest.mark.usefixtures("english")

SOUND = workbook(["Mã", "Tên"], ["03388", "Mường Tè"], [1, 2.5])
XML = hostile.zipfile.ZipFile(hostile.io.BytesIO(SOUND)).read(SHEET)
NAMES = st.sampled_from(["t.xlsx", "t.csv", "t.txt", ""])
FEW = settings(max_examples=150, deadline=None)
EDITS = st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=8)), min_size=1, max_size=5)


def outcome(data: bytes, name: str = "t.xlsx") -> str:
    """Raises anything but Refused."""
    try:
        spreadsheet.read_book(data)
        spreadsheet.read(data, name)
    except Refused as refused:
        return refused.sentence
    return "read"


def edited(data: bytes, edits) -> bytes:
    spoilt = bytearray(data)
    for place, piece in edits:
        place %= len(spoilt)
        spoilt[place : place + len(piece)] = piece
    return bytes(spoilt)


def test_the_sound_file_is_read():
    assert outcome(SOUND) == "read"


@given(st.binary(max_size=400), NAMES)
@FEW
def test_any_bytes_have_a_sentence(data, name):
    assert outcome(data, name)
    assert outcome(b"PK\x03\x04" + data, name)


@given(st.text(max_size=200))
@FEW
def test_any_text_has_a_sentence(text):
    assert outcome(text.encode("utf-8", "replace"), "t.csv")


@given(EDITS)
@FEW
def test_a_spoilt_package_has_a_sentence(edits):
    assert outcome(edited(SOUND, edits))


@given(EDITS)
@FEW
def test_a_spoilt_sheet_has_a_sentence(edits):
    assert outcome(hostile.with_part(SOUND, SHEET, edited(XML, edits)))


@given(st.integers(0, len(SOUND)))
@FEW
def test_a_file_cut_anywhere_has_a_sentence(length):
    assert (outcome(SOUND[:length]) == "read") == (length == len(SOUND))
