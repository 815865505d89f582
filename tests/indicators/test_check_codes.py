"""The short code of a content: read back as it was printed, however it is typed."""

import hashlib

import pytest

from indicators import check_codes

SHA = hashlib.sha256(b"x").hexdigest()
CODE = check_codes.short(SHA)


def test_it_is_two_groups_of_four_from_letters_that_read_as_no_other():
    assert [len(group) for group in CODE.split("-")] == [4, 4]
    assert set(check_codes.ALPHABET).isdisjoint("01IO")
    assert len(set(check_codes.ALPHABET)) == 32
    assert check_codes.short("") == ""


@pytest.mark.parametrize(
    ("digits", "code"), [("0000000000", "2222-2222"), ("ffffffffff", "ZZZZ-ZZZZ"), ("0000000001", "2222-2223")]
)
def test_the_first_forty_bits_decide(digits, code):
    assert check_codes.short(digits + "0" * 54) == code
    assert check_codes.short(digits + "f" * 54) == code


@pytest.mark.parametrize(
    "typed",
    [CODE, CODE.lower(), f"  {CODE} ", CODE.replace("-", ""), CODE.replace("-", " "), CODE.replace("-", "–")],
)
def test_it_is_read_back_however_it_was_typed(typed):
    assert check_codes.read(typed) == (SHA[:10], None)
    assert check_codes.is_of(typed, SHA, 3)


@pytest.mark.parametrize("between", ["-", "/", " ", " - "])
def test_the_number_of_the_hand_in_stands_behind_it(between):
    assert check_codes.of(SHA, 2) == f"{CODE}-2"
    assert check_codes.read(f"{CODE}{between}2") == (SHA[:10], 2)
    assert check_codes.is_of(f"{CODE}{between}2", SHA, 2)
    assert not check_codes.is_of(f"{CODE}{between}2", SHA, 3)


@pytest.mark.parametrize(
    "text", ["", "-", CODE[:-1], f"{CODE}A", f"{CODE}-", f"{CODE}-x", f"{CODE}-12345", "OOOO-IIII", "Mã kiểm tra"]
)
def test_what_is_no_code_is_none(text):
    expected = (SHA[:10], None) if text == f"{CODE}-" else None
    assert check_codes.read(text) == expected
    assert check_codes.is_of(text, SHA, 1) is (expected is not None)


def test_another_content_has_another_code():
    other = hashlib.sha256(b"y").hexdigest()
    assert not check_codes.is_of(CODE, other, 1)
