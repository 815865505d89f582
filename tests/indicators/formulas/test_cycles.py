"""Indicators that wait for each other."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from indicators.formulas import cycle_through


def test_a_circle_is_told_from_its_beginning_to_its_beginning() -> None:
    asks = {"A": ["B", "X"], "B": ["C"], "C": ["A"], "X": ["Y", "X"]}
    assert cycle_through("A", asks) == ("A", "B", "C", "A")


def test_an_indicator_that_asks_for_itself_is_one() -> None:
    assert cycle_through("A", {"A": ["B", "A"]}) == ("A", "A")


def test_a_circle_elsewhere_is_none_of_this_indicator() -> None:
    assert cycle_through("A", {"A": ["B"], "B": ["C"], "C": ["B"]}) == ()


def test_two_ways_to_the_same_figure_are_no_circle() -> None:
    assert cycle_through("A", {"A": ["B", "C"], "B": ["D"], "C": ["D"]}) == ()


def test_a_long_way_needs_no_recursion() -> None:
    asks = {str(n): [str(n + 1)] for n in range(5000)} | {"5000": ["0"]}
    assert len(cycle_through("0", asks)) == 5002


CODES = st.sampled_from("ABCDEF")


@given(st.dictionaries(CODES, st.lists(CODES, max_size=3)))
def test_a_told_way_is_there_and_where_none_is_told_there_is_none(asks: dict[str, list[str]]) -> None:
    way = cycle_through("A", asks)
    if way:
        assert way[0] == way[-1] == "A"
        assert all(to in asks[here] for here, to in pairwise(way))
        return
    reached, before = set(asks.get("A", ())), set()
    while reached != before:
        before, reached = reached, reached.union(*(asks.get(code, ()) for code in reached))
    assert "A" not in reached
