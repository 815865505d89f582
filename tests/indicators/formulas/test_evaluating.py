"""What a formula gives: held against plain fractions, and never a zero in place of what is not there."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.formulas import Count, Input, Lacking, Outcome, evaluate, read, within_reach
from indicators.formulas.evaluating import NOT_GIVEN, ZERO_BELOW

D = Decimal
ABSENT = Lacking("KT.02", "missing", is_absent=True)
ABOUT = Lacking("KT.03", "about")
FIGURES: dict[str, Input] = {
    "HT.01": D(7),
    "HT.02": D(13),
    "HT.03": D("53.8"),
    "HT.04": D(0),
    "KT.02": ABSENT,
    "KT.03": ABOUT,
}

VALUES = [
    ("HT.01", Fraction(7)),
    ("HT.01 ÷ HT.02 × 100", Fraction(700, 13)),
    ("100 × HT.01 : HT.02", Fraction(700, 13)),
    ("HT.01 + HT.02 × 2", Fraction(33)),
    ("(HT.01 + HT.02) × 2", Fraction(40)),
    ("HT.02 − HT.01 − 1", Fraction(5)),
    ("HT.02 − (HT.01 − 1)", Fraction(7)),
    ("12 ÷ 3 ÷ 2", Fraction(2)),
    ("−HT.03", Fraction(-538, 10)),
    ("−2 × −3", Fraction(6)),
    ("0,1 + 0,2", Fraction(3, 10)),
    ("1 ÷ 3 × 3", Fraction(1)),
    ("HT.04 ÷ HT.01", Fraction(0)),
    ("or0(KT.02) + HT.01", Fraction(7)),
    ("or0(HT.01)", Fraction(7)),
    ("or0(HT.04)", Fraction(0)),
]


@pytest.mark.parametrize(("typed", "value"), VALUES)
def test_values(typed: str, value: Fraction) -> None:
    assert evaluate(read(typed), FIGURES) == Outcome(value)


NONE = [
    ("KT.02", (ABSENT,)),
    ("KT.02 × 0", (ABSENT,)),
    ("0 ÷ KT.02", (ABSENT,)),
    ("KT.02 + KT.02 − HT.01", (ABSENT,)),
    ("KT.03 + KT.02", (ABOUT, ABSENT)),
    ("or0(KT.03)", (ABOUT,)),
    ("XH.01", (Lacking("XH.01", NOT_GIVEN),)),
    ("or0(XH.01)", (Lacking("XH.01", NOT_GIVEN),)),
    ("HT.01 ÷ HT.04", (Lacking("", ZERO_BELOW),)),
    ("HT.01 ÷ or0(KT.02)", (Lacking("", ZERO_BELOW),)),
    ("0 ÷ 0", (Lacking("", ZERO_BELOW),)),
    ("HT.01 ÷ (HT.02 − 13) + KT.02", (Lacking("", ZERO_BELOW), ABSENT)),
    ("count(applications)", (Lacking("applications", NOT_GIVEN),)),
]


@pytest.mark.parametrize(("typed", "lacking"), NONE)
def test_without_a_value_the_answer_names_what_lacks(typed: str, lacking: tuple[Lacking, ...]) -> None:
    assert evaluate(read(typed), FIGURES) == Outcome(None, lacking)


def test_counts_are_the_callers() -> None:
    asked: list[Count] = []

    def counting(count: Count) -> Input:
        asked.append(count)
        return D(7) if count.conditions else D(13)

    formula = read("count(applications; LGSP = yes) ÷ count(applications) × 100")
    assert evaluate(formula, {}, counting=counting) == Outcome(Fraction(700, 13))
    assert [(each.register, len(each.conditions)) for each in asked] == [("applications", 1), ("applications", 0)]


@pytest.mark.parametrize(
    ("value", "is_within"), [("999999999999999", True), ("1000000000000000", False), ("12.345", True)]
)
def test_a_value_of_more_digits_than_a_total_may_have_is_out_of_reach(value: str, is_within: bool) -> None:
    assert within_reach(D(value)) is is_within


def test_the_longest_product_is_computed_at_once() -> None:
    found = evaluate(read("×".join(["999999999999"] * 38)), {})
    assert found.value == Fraction(999999999999) ** 38


# --- Against arithmetic in Python's own syntax: the text is typed for both

NAMES = sorted(FIGURES)
GIVEN = st.decimals(-(10**9), 10**9, places=3) | st.sampled_from([D(0), ABSENT, ABOUT])
LEAVES = st.one_of(
    st.sampled_from(NAMES), st.sampled_from(NAMES).map(lambda name: f"or0({name})"), st.integers(0, 10**6).map(str)
)
FORMULAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map("".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}" if text[0] != "-" else text),
    ),
    max_leaves=12,
)


class NoValue(Exception):
    pass


class Exactly:
    """A fraction, or nothing; nothing comes through every operation, and through no `or0` unless it is absent."""

    def __init__(self, value: Input) -> None:
        self.value = value

    def plain(self) -> Fraction:
        if isinstance(self.value, Lacking):
            raise NoValue
        return Fraction(self.value)


def by_python(text: str, figures: dict[str, Input]) -> Fraction | None:
    """The reference is allowed what the program is not: Python reads the same text."""
    names: dict[str, object] = {}
    for name, value in figures.items():
        names[name.replace(".", "_")] = Exactly(value)
        is_absent = isinstance(value, Lacking) and value.is_absent
        names["or0_" + name.replace(".", "_")] = Exactly(D(0) if is_absent else value)
    prepared = text
    for name in figures:
        plain = name.replace(".", "_")
        prepared = prepared.replace(f"or0({name})", f"or0_{plain}.plain()").replace(name, f"{plain}.plain()")
    prepared = exact_numbers(prepared)
    try:
        return eval(prepared, {"__builtins__": {}, "F": Fraction}, names)
    except (NoValue, ZeroDivisionError):
        return None


def exact_numbers(text: str) -> str:
    return re.sub(r"(?<![\w.])([0-9]+)(?![\w.])", r"F(\1)", text)


@given(FORMULAS, st.fixed_dictionaries(dict.fromkeys(NAMES, GIVEN)))
def test_the_value_is_that_of_exact_fractions_and_lacks_where_that_does(
    typed: str, figures: dict[str, Input]
) -> None:
    found = evaluate(read(typed), figures)
    assert found.value == by_python(typed, figures)
    assert (found.value is None) == bool(found.lacking)
