"""By how much two figures differ: only where both are exact numbers, and in points for percentages."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reporting.differences import difference
from reporting.figures import Standing
from reporting.shown import Shown


def shown(value: str | None, unit: str = "km", **facts) -> Shown:
    known = None if value is None else Decimal(value)
    return Shown(Standing.REPORTED, value=known, unit=unit, **facts)


@pytest.mark.parametrize(
    ("new", "old", "unit", "decimals", "expected"),
    [
        ("14433", "14000", "km", 0, "+433 km"),
        ("14000", "15400", "km", 0, "−1.400 km"),
        ("5", "5", "km", 0, "0 km"),
        ("53.8", "51.1", "%", 1, "+2,7 pp"),
        ("53.80", "53.80", "%", 2, "0,00 pp"),
        ("5", "6", "", 0, "−1"),
    ],
)
def test_is_always_signed(new: str, old: str, unit: str, decimals: int, expected: str) -> None:
    with translation.override("en"):
        assert str(difference(shown(new, unit, decimals=decimals), shown(old, unit))) == expected


def test_has_the_decimals_of_the_finer_figure() -> None:
    found = difference(shown("53.8", decimals=1), shown("53.33", decimals=2))
    assert (found.value, found.decimals) == (Decimal("0.47"), 2)


@pytest.mark.parametrize(
    "other", [shown(None), shown("5", qualifier="nearly"), shown("1", words="Yes"), Shown(Standing.MISSING)]
)
def test_is_none_where_one_of_them_is_no_exact_number(other: Shown) -> None:
    assert difference(shown("5"), other) is None
    assert difference(other, shown("5")) is None


@given(*[st.decimals(min_value=-(10**12), max_value=10**12, places=6)] * 2)
def test_of_two_figures_is_the_same_both_ways_but_for_the_sign(new: Decimal, old: Decimal) -> None:
    there, back = (difference(shown(str(a)), shown(str(b))).value for a, b in ((new, old), (old, new)))
    assert there == -back
