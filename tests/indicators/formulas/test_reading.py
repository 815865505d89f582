"""Formulas as people type them, and what is said where they cannot be read."""

from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from indicators.formulas import MAX_LENGTH, NotAFormula, codes, counts, pieces, read

SHOWN = [
    ("HT.01", "HT.01"),
    ("HT.01/HT.02*100", "HT.01 ÷ HT.02 × 100"),
    ("HT.01 : HT.02 × 100", "HT.01 ÷ HT.02 × 100"),
    ("KT.01 - KT.02", "KT.01 − KT.02"),
    ("KT.01 – KT.02 − 1", "KT.01 − KT.02 − 1"),
    ("( KT.01+KT.02 ) / 2", "(KT.01 + KT.02) ÷ 2"),
    ("KT.01 + KT.02 / 2", "KT.01 + KT.02 ÷ 2"),
    ("KT.01 - (KT.02 - 1)", "KT.01 − (KT.02 − 1)"),
    ("(KT.01 - KT.02) - 1", "(KT.01 − KT.02) − 1"),
    ("KT.01 / (2 * 3)", "KT.01 ÷ (2 × 3)"),
    ("-HT.01 * -2", "−HT.01 × (−2)"),
    ("-(HT.01 + 1)", "−(HT.01 + 1)"),
    ("12,5 + 12.5 + 1.250.000 + 0.125", "12,5 + 12,5 + 1250000 + 0,125"),
    ("OR0(HT.02) + 1", "or0(HT.02) + 1"),
    ("[2.1-a] * or0([I/3])", "[2.1-a] × or0([I/3])"),
    ("count(applications)", "count(applications)"),
    ("count(ứng_dụng, LGSP=yes, kind != “nội bộ”; level <> 3)", None),
]


@pytest.mark.parametrize(("typed", "shown"), SHOWN)
def test_a_formula_is_shown_in_one_shape_and_read_again_as_it_was(typed: str, shown: str | None) -> None:
    found = "".join(piece.text for piece in pieces(read(typed)))
    assert found == (shown or 'count(ứng_dụng; LGSP = yes; kind ≠ "nội bộ"; level ≠ 3)')
    assert read(found) == read(typed)


WRONG = [
    ("", 1, "The formula is empty."),
    ("HT.01 +", 7, "The formula ends after character 7, where a number"),
    ("HT.01 HT.02", 7, 'Character 7: +, −, × or ÷ is expected before "HT.02".'),
    ("+ HT.01", 1, 'Character 1: a number, the code of an indicator or "(" is expected here, not "+".'),
    ("HT.01 + × 2", 9, 'is expected here, not "×".'),
    ("(HT.01 + 2", 1, 'The "(" at character 1 is not closed.'),
    ("HT.01 + 2)", 10, 'The ")" at character 10 closes nothing.'),
    ("HT.01 ^ 2", 7, 'Character 7: "^" is not understood.'),
    ("HT.01 × 5%", 10, 'Character 10: "%" is not understood.'),
    ("12abc + 1", 1, 'Character 1: "12abc" is not understood.'),
    ("HT.01 + 1.250", 9, 'Character 9: "1.250" can be read as 1,250 or 1250.'),
    ("HT.01 + 1,2,3", 9, 'The dots or commas in "1,2,3" are misplaced'),
    ("1234567890123", 1, "is too long"),
    ("[HT.01 + 1", 1, 'The "[" at character 1 is not closed.'),
    ("[ ] + 1", 1, 'The "[" at character 1 is not closed.'),
    ("sum(HT.01)", 1, 'there is no function "sum"'),
    ("__import__(1)", 1, "is not understood"),
    ("or0(5)", 5, 'or0 takes the code of one indicator, as in or0(HT.02), not "5".'),
    ("or0(HT.01 + 1)", 11, 'is expected before "+"'),
    ("or0(count(applications))", 5, "or0 takes the code of one indicator"),
    ("or0(HT.01", 4, 'The "(" at character 4 is not closed.'),
    ("count()", 7, "count begins with the name of a register"),
    ("count(applications; LGSP)", 25, 'as in LGSP = yes; ")" is in its place.'),
    ("count(applications; LGSP = )", 28, 'as in LGSP = yes; ")" is in its place.'),
    ("count(applications LGSP = yes)", 20, 'is expected before "LGSP"'),
    ("(" * 21 + "1" + ")" * 21, 21, "more than 20 brackets lie within each other"),
    ("-" * 21 + "1", 21, "more than 20 brackets"),
    ("1+" * 250 + "1", MAX_LENGTH + 1, "The formula has 501 characters; at most 500 are taken."),
]


@pytest.mark.parametrize(("typed", "at", "said"), WRONG)
def test_what_cannot_be_read_is_named_with_its_place_and_what_was_expected(typed: str, at: int, said: str) -> None:
    with pytest.raises(NotAFormula) as wrong:
        read(typed)
    with override("en"):
        assert said in wrong.value.sentence
    assert wrong.value.at == at


def test_the_longest_formula_is_read() -> None:
    assert len(read("1+" * 249 + "1").rest) == 249


def test_what_a_formula_asks_for_is_listed_once_and_in_its_order() -> None:
    formula = read("KT.02 + or0(HT.01) × -KT.02 + count(apps; a = b) / count(apps; a = b) - count(apps)")
    assert codes(formula) == ("KT.02", "HT.01")
    assert [len(each.conditions) for each in counts(formula)] == [1, 0]


@pytest.mark.parametrize(
    ("typed", "register"),
    [
        ("count(NEN-TANG; LGSP = yes)", "NEN-TANG"),
        ('count("NEN-TANG"; LGSP = yes)', "NEN-TANG"),
        ("count([NEN-TANG]; LGSP = yes)", "NEN-TANG"),
        ("count(A-2-b; LGSP = yes)", "A-2-b"),
    ],
)
def test_within_count_a_hyphen_that_touches_two_words_joins_them(typed: str, register: str) -> None:
    (count,) = counts(read(typed))
    assert count.register == register
    assert "".join(piece.text for piece in pieces(count)) == f"count({register}; LGSP = yes)"


@pytest.mark.parametrize("typed", ["count(NEN - TANG)", "count(NEN- TANG)", "count(NEN−TANG)", "count(NEN-)"])
def test_any_other_minus_within_count_is_none_of_its_words(typed: str) -> None:
    assert sentence_or_none(typed) is not None


def test_a_tree_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        read("1").value = Decimal(2)


SIGNS = list('+-−×/:();,=≠"“[] ^%.\n\u0110\u0301')
WORDS = [
    "NEN-TANG",
    "2026-Q3",
    "LGSP",
    "≠",
    "HT.01",
    "[x-1]",
    "12,5",
    "1.250",
    "0",
    "or0(",
    "count(",
    "yes",
    "__class__",
    "1e9",
]
PARTS = st.sampled_from(SIGNS + WORDS)


def sentence_or_none(typed: str) -> NotAFormula | None:
    try:
        read(typed)
    except NotAFormula as wrong:
        return wrong
    return None


@given(st.one_of(st.text(max_size=60), st.lists(PARTS, max_size=25).map("".join)))
@example("[" * 500)
@example('"' * 499)
@example("1" * 500)
@example("1." * 250)
def test_whatever_is_typed_is_a_formula_or_a_sentence(typed: str) -> None:
    wrong = sentence_or_none(typed)
    if wrong:
        assert wrong.sentence
        assert 1 <= wrong.at <= len(typed) + 1
    else:
        formula = read(typed)
        assert read("".join(piece.text for piece in pieces(formula))) == formula
