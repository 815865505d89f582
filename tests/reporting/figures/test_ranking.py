"""Standard competition ranking: 15, 15, 17."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.figures import Entrant, Place, Reason, places_gained, ranking
from tests.reporting.figures.reference import half_up

D = Decimal


def ranks(values: dict, **rule) -> list[tuple]:
    found = ranking(values, **rule)
    assert not isinstance(found, Reason)
    return [(place.key, place.rank, place.is_shared) for place in found[0]]


def test_equals_share_a_rank_and_the_next_one_is_passed_over() -> None:
    values = {f"before {n}": D(100 - n) for n in range(14)} | {"a": D("53.84"), "b": D("53.8"), "c": D("53.7")}
    assert ranks(values, decimals=1)[-3:] == [("a", 15, True), ("b", 15, True), ("c", 17, False)]


def test_what_is_published_decides_not_what_is_behind_it() -> None:
    values = {"a": D("53.84"), "b": D("53.81")}
    assert ranks(values, decimals=1) == [("a", 1, True), ("b", 1, True)]
    assert ranks(values, decimals=2) == [("a", 1, False), ("b", 2, False)]


def test_of_a_falling_indicator_the_least_is_first() -> None:
    values = {"a": D(5), "b": D(3), "c": D(5)}
    assert ranks(values, decimals=0, falls=True) == [("b", 1, False), ("a", 2, True), ("c", 2, True)]


def test_units_without_a_figure_hold_no_place_and_do_not_widen_the_field() -> None:
    found = ranking({"a": D(0), "b": None, "c": D(2), "d": None}, decimals=0)
    assert found == ([Place("c", D(2), 1, 2, False), Place("a", D(0), 2, 2, False)], ["b", "d"])


@pytest.mark.parametrize("values", [{}, {"a": None}, {"a": D(5)}, {"a": D(5), "b": None}])
def test_one_alone_is_no_field(values: dict) -> None:
    assert ranking(values, decimals=0) == Reason.TOO_FEW_UNITS


@given(
    st.dictionaries(st.integers(), st.one_of(st.none(), st.decimals(-999, 999, places=3)), min_size=2),
    st.integers(0, 2),
    st.booleans(),
)
def test_a_rank_is_one_more_than_how_many_are_better(values: dict, decimals: int, falls: bool) -> None:
    found = ranking(values, decimals=decimals, falls=falls)
    shown = {key: half_up(Fraction(value), decimals) for key, value in _known(values)}
    if len(shown) < 2:
        assert found == Reason.TOO_FEW_UNITS
        return
    assert not isinstance(found, Reason)
    sign = -1 if falls else 1
    assert {p.key: p.rank for p in found[0]} == {
        key: 1 + sum(sign * other > sign * value for other in shown.values()) for key, value in shown.items()
    }
    assert {p.field for p in found[0]} == {len(shown)}
    assert found[1] == [key for key, value in values.items() if value is None]


def _known(values: dict) -> list:
    return [(key, value) for key, value in values.items() if value is not None]


@pytest.mark.parametrize(
    ("figure", "unfit"),
    [
        ({}, None),
        ({"value": D(0)}, None),
        ({"value": None}, Reason.NO_FIGURE),
        ({"value": None, "missing": Reason.NO_DENOMINATOR}, Reason.NO_DENOMINATOR),
        ({"is_partial": True, "is_estimate": True}, Reason.PARTIAL),
        ({"is_estimate": True}, Reason.ESTIMATE),
        ({"qualifier": "nearly"}, Reason.ABOUT),
    ],
)
def test_what_is_no_exact_official_figure_is_unfit(figure: dict, unfit: Reason | None) -> None:
    entrant = Entrant(**{"value": D(5)} | figure)
    assert (entrant.unfit, entrant.counted) == (unfit, None if unfit else entrant.value)


def ranked(values: dict) -> list[Place]:
    found = ranking(values, decimals=0)
    assert not isinstance(found, Reason)
    return found[0]


def test_places_are_gained_and_lost_on_the_ranking_before() -> None:
    now, before = ranked({"a": D(9), "b": D(5), "c": D(5)}), ranked({"a": D(1), "b": D(3), "c": D(2)})
    assert places_gained(now, before) == {"a": 2, "b": -1, "c": 0}


def test_no_place_is_gained_where_others_joined_or_left() -> None:
    three, two = ranked({"a": D(3), "b": D(2), "c": D(1)}), ranked({"a": D(3), "b": D(2)})
    assert places_gained(three, two) == places_gained(two, three) == Reason.FIELD_CHANGED


@given(st.dictionaries(st.integers(), st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2))
def test_the_way_back_loses_what_the_way_there_gained(values: dict) -> None:
    first = ranked({key: D(one) for key, (one, _two) in values.items()})
    last = ranked({key: D(two) for key, (_one, two) in values.items()})
    there, back = places_gained(last, first), places_gained(first, last)
    assert not isinstance(there, Reason)
    assert not isinstance(back, Reason)
    assert {key: -gained for key, gained in there.items()} == back
