"""A figure against the one before: points of a percentage, per cent of an amount, or why neither can be said."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from reporting.figures import Change, Compared, Reason, Scale, on_last_period, on_last_year
from tests.reporting.figures.reference import FIGURES, half_up

D = Decimal


def figure(value: str | None, decimals: int = 0, **facts) -> Compared:
    return Compared(None if value is None else D(value), decimals, **facts)


@pytest.mark.parametrize(
    ("new", "old", "is_percent", "scale", "amount", "decimals"),
    [
        (("53.8", 1), ("50", 0), True, Scale.POINTS, "3.8", 1),
        (("59.72", 2), ("60.1", 1), True, Scale.POINTS, "-0.38", 2),
        (("97", 0), ("97", 0), True, Scale.POINTS, "0", 0),
        (("12", 0), ("0", 0), True, Scale.POINTS, "12", 0),
        (("14433", 0), ("14120", 0), False, Scale.PERCENT, "2.2", 1),
        (("80", 0), ("100", 0), False, Scale.PERCENT, "-20.0", 1),
        (("-80", 0), ("-100", 0), False, Scale.PERCENT, "20.0", 1),  # rose: nearer to 0
        (("0", 0), ("5", 0), False, Scale.PERCENT, "-100.0", 1),
        (("200.1", 1), ("200", 0), False, Scale.PERCENT, "0.1", 1),  # 0,05 goes up
    ],
)
def test_is_in_points_of_a_percentage_and_in_per_cent_of_an_amount(
    new, old, is_percent: bool, scale: Scale, amount: str, decimals: int
) -> None:
    found = on_last_year(figure(*new), figure(*old), is_percent=is_percent)
    assert found == Change(scale, D(amount), decimals)


@pytest.mark.parametrize(
    ("new", "old", "reason"),
    [
        (figure("5"), None, Reason.NO_FIGURE),
        (figure(None), figure("5"), Reason.NO_FIGURE),
        (figure("5"), figure(None, missing=Reason.WITHOUT_PARTS), Reason.WITHOUT_PARTS),
        (figure(None, missing=Reason.NO_NUMBER), figure("5"), Reason.NO_NUMBER),
        (figure("5"), figure("4", measured_since=date(2025, 5, 1)), Reason.DEFINITION_CHANGED),
        (figure("400", qualifier="nearly"), figure("4"), Reason.ABOUT),
        (figure("4"), figure("400", qualifier="about"), Reason.ABOUT),
        (figure("4", is_partial_sum=True), figure("5"), Reason.PARTIAL),
        (figure("4"), figure("5", is_partial_sum=True), Reason.PARTIAL),
        (figure("4"), figure("0"), Reason.FROM_ZERO),
    ],
)
def test_says_why_where_the_two_may_not_be_compared(new: Compared, old: Compared | None, reason: Reason) -> None:
    assert on_last_period(new, old, is_percent=False) == reason


def test_a_running_total_begins_anew_every_year_but_not_the_same_period_of_it() -> None:
    new, old = figure("10", year=2026), figure("40", year=2025)
    assert on_last_period(new, old, is_percent=False, is_running=True) == Reason.NEW_YEAR
    assert on_last_year(new, old, is_percent=False) == Change(Scale.PERCENT, D("-75.0"), 1)
    old = replace(old, year=2026)
    assert on_last_period(new, old, is_percent=False, is_running=True) == Change(Scale.PERCENT, D("-75.0"), 1)


@given(FIGURES, FIGURES)
def test_there_and_back_is_the_same_number_of_points(new: Decimal, old: Decimal) -> None:
    there, back = (
        on_last_year(Compared(a, 2), Compared(b, 2), is_percent=True) for a, b in ((new, old), (old, new))
    )
    assert isinstance(there, Change)
    assert isinstance(back, Change)
    assert there.amount == new - old == -back.amount


@given(FIGURES, FIGURES)
def test_in_per_cent_is_what_the_fractions_say(new: Decimal, old: Decimal) -> None:
    found = on_last_year(Compared(new, 2), Compared(old, 2), is_percent=False)
    if not old:
        assert found == Reason.FROM_ZERO
        return
    share = Fraction(new) / Fraction(old) - 1
    assert isinstance(found, Change)
    assert found.amount == half_up(share * 100 if old > 0 else -share * 100, 1)
