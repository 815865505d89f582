"""Several periods become one value by the rule over time; in the period and since the year began."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.figures import Part, Reason, Spanned, in_period, since_new_year, spanned
from tests.reporting.figures.reference import FIGURES, half_up

D = Decimal


def parts(*values: str | None) -> list[Part | None]:
    return [None if value is None else Part(D(value)) for value in values]


def shares(*pairs: tuple[str, str] | str) -> list[Part | None]:
    """ "50" is a percentage alone."""
    return [Part(D(p)) if isinstance(p, str) else Part(D(p[0]) / D(p[1]) * 100, D(p[0]), D(p[1])) for p in pairs]


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        ("flow", ("1", "2", "3.5"), Spanned(D("6.5"), 3, 3)),
        ("flow", ("1", None, "3"), Spanned(D(4), 2, 3)),
        ("flow", ("0", "0"), Spanned(D(0), 2, 2)),
        ("flow", (None, None), Reason.NO_FIGURE),
        ("flow", (), Reason.NO_FIGURE),
        ("stock", ("1", "2", "3"), Spanned(D(3), 1, 1)),
        ("stock", ("1", "2", None), Reason.NO_FIGURE),  # never replaced by an older one
        ("running", ("1", "2", "0"), Spanned(D(0), 1, 1)),
        ("running", (), Reason.NO_FIGURE),
    ],
)
def test_the_last_cut_off_or_the_sum_of_the_periods(rule: str, values, expected) -> None:
    found = spanned(rule, parts(*values))
    assert found == expected
    if isinstance(found, Spanned):
        assert found.is_partial == (found.n < found.m)


@pytest.mark.parametrize(
    ("given_parts", "expected"),
    [
        (shares(("1", "10"), ("90", "100")), Spanned(D("82.7"), 2, 2)),  # not 50, the average
        (shares(("1", "10"), "53.8"), Reason.WITHOUT_PARTS),
        ([Part(D("53.8"))], Spanned(D("53.8"), 1, 1)),
        ([Part(D(0), D(0), D(0))] * 2, Reason.NO_DENOMINATOR),
    ],
)
def test_a_ratio_is_of_the_sums_of_its_parts(given_parts, expected) -> None:
    assert spanned("flow", given_parts, is_ratio=True, decimals=1) == expected


class TestSinceTheYearBegan:
    def test_a_flow_is_added_a_running_total_is_one_already_and_a_stock_has_none(self) -> None:
        three = parts("1", "2", "3")
        assert since_new_year("flow", three) == Spanned(D(6), 3, 3)
        assert since_new_year("running", three) == Spanned(D(3), 1, 1)
        assert since_new_year("stock", three) == Reason.NOT_ADDED


class TestInThePeriod:
    @pytest.mark.parametrize(
        ("rule", "now", "before", "is_first", "expected"),
        [
            ("flow", "5", "3", False, D(5)),
            ("running", "5", "3.25", False, D("1.75")),
            ("running", "5", None, True, D(5)),
            ("running", "5", None, False, Reason.NO_FIGURE),
            ("running", None, "3", False, Reason.NO_FIGURE),
            ("stock", "5", "3", False, Reason.NOT_ADDED),
        ],
    )
    def test_a_running_total_gives_what_came_since(self, rule, now, before, is_first, expected) -> None:
        (new, old) = parts(now, before)
        assert in_period(rule, new, old, is_first=is_first) == expected

    def test_two_running_percentages_are_not_taken_from_each_other(self) -> None:
        new, old = shares(("9", "10"), ("4", "5"))
        assert in_period("running", new, old, is_first=False) == Reason.NOT_ADDED


@given(st.lists(st.one_of(FIGURES, st.none()), max_size=12))
def test_a_flow_is_the_exact_sum_of_what_is_known(values: list[Decimal | None]) -> None:
    found = spanned("flow", [None if v is None else Part(v) for v in values])
    known = [Fraction(v) for v in values if v is not None]
    if not known:
        assert found == Reason.NO_FIGURE
        return
    assert isinstance(found, Spanned)
    assert (Fraction(found.value), found.n, found.m) == (sum(known), len(known), len(values))


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=2, max_size=12))
def test_a_ratio_of_a_flow_is_what_the_fractions_say(pairs: list[tuple[int, int]]) -> None:
    found = spanned("flow", [Part(D(0), D(a), D(b)) for a, b in pairs], is_ratio=True, decimals=2)
    below = sum(b for _a, b in pairs)
    if not below:
        assert found == Reason.NO_DENOMINATOR
        return
    assert isinstance(found, Spanned)
    assert found.value == half_up(Fraction(sum(a for a, _b in pairs), below) * 100, 2)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_what_came_in_each_period_adds_up_to_the_running_total(amounts: list[int]) -> None:
    totals = [Part(D(sum(amounts[: n + 1]))) for n in range(len(amounts))]
    each = [
        in_period("running", now, before, is_first=not n)
        for n, (now, before) in enumerate(zip(totals, [None, *totals], strict=False))
    ]
    assert each == amounts
