"""What may stand within count(…), in the words of a register, and that whatever is typed is counted or refused."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from indicators.formulas import Count, Formula, NotAFormula, counts, evaluate, read
from indicators.formulas.evaluating import Lacking
from indicators.models import Audience, RowStatus
from indicators.register_rules import FILTERS, IsNot, counted, matches
from indicators.register_words import _WORDS, COLUMNS, NotCounted, asked_of


def count_of(typed: str) -> Count:
    return counts(read(f"count(CSDL; {typed})"))[0]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("audience = government", {"audience": "government"}),
        ('"đối tượng" = "chính quyền"', {"audience": "government"}),
        ('"Đối tượng phục vụ" = "Người dân"', {"audience": "citizens"}),
        ("status ≠ stopped", {"status": IsNot("stopped")}),
        ('"trạng thái" = "sử dụng chính thức"', {"status": "in_use"}),
        ('status = "in use"', {"status": "in_use"}),
        ("LGSP = có; chia_sẻ_dữ_liệu = không", {"via_lgsp": True, "shares_data": False}),
        ("lgsp ≠ yes; NDXP ≠ no", {"via_lgsp": False, "in_official_use": True}),
        ('kind = "nền tảng tích hợp"; code = PL.01', {"kind": "nền tảng tích hợp", "code": "PL.01"}),
        ("kind ≠ CSDL", {"kind": IsNot("CSDL")}),
    ],
)
def test_columns_and_values_are_read_in_english_and_as_pages_print_them(typed: str, asked: dict) -> None:
    for language in ("vi", "en"):
        with override(language):
            assert asked_of(count_of(typed)) == asked


def test_every_filter_has_its_words_and_every_choice_too() -> None:
    assert tuple(COLUMNS) == FILTERS
    assert set(_WORDS["audience"]) == set(Audience)
    assert set(_WORDS["status"]) == set(RowStatus)


@pytest.mark.parametrize(
    ("says", "is_meant"), [("in_use", True), ("stopped", False), ("", None)], ids=["other", "same", "unsaid"]
)
def test_what_a_row_must_not_be_is_open_where_it_does_not_say(says: str, is_meant: bool | None) -> None:
    assert matches(SimpleNamespace(status=says), {"status": IsNot("stopped")}) is is_meant


def test_rows_may_be_those_of_an_owner() -> None:
    rows = [SimpleNamespace(owner_id=owner, via_lgsp=True) for owner in (1, 2, None)]
    assert (counted(rows, {"owner_id": 1}).n, counted(rows, {"owner_id": 1}).undecided) == (1, 1)
    with pytest.raises(ValueError, match="no filter"):
        counted(rows, {"reporter": 1})


WORDS = st.sampled_from(
    [*FILTERS, *(word for words in COLUMNS.values() for word in words), "yes", "no", "có", "in_use", "x", "2026-Q3"]
)
ROW = st.fixed_dictionaries({name: st.sampled_from(["", None, True, False, "in_use", "x"]) for name in FILTERS})


@st.composite
def typed_counts(draw: st.DrawFn) -> str:
    signs = st.sampled_from(["=", "≠", "<>", "==", ""])
    conditions = draw(st.lists(st.tuples(WORDS, signs, WORDS), max_size=3))
    return "count(CSDL" + "".join(f'; "{column}" {sign} "{value}"' for column, sign, value in conditions) + ")"


def formula_or_none(typed: str) -> Formula | None:
    """None where a sentence says why it is none."""
    found, sentence = None, ""
    try:
        formula = read(typed)
        asked_of(counts(formula)[0])
        found = formula
    except (NotAFormula, NotCounted) as wrong:
        sentence = str(wrong)
    assert found or sentence
    return found


@given(typed_counts(), st.lists(ROW, max_size=4))
def test_whatever_is_typed_is_counted_by_the_rule_or_refused_in_words(typed: str, rows: list[dict]) -> None:
    """And never a silent zero: where a row leaves open what was asked, there is no number."""
    formula = formula_or_none(typed)
    if formula is None:
        return
    asked, things = asked_of(counts(formula)[0]), [SimpleNamespace(**row) for row in rows]
    found = counted(things, asked)
    given_ = found.n if found.is_sure else Lacking("CSDL", "undecided")
    outcome = evaluate(formula, {}, counting=lambda _count: given_)  # type: ignore[arg-type, return-value]
    meant = [matches(thing, asked) for thing in things]
    assert outcome.value == (None if None in meant else meant.count(True))
    assert bool(outcome.lacking) is (None in meant)
