"""What each coming period has to bring, and when the target is reached at the pace so far; in both directions."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reporting.figures import Goal, Milestone, Path, Reason, ends_left, needed_each_period, path_through, reached_on
from tests.reporting.figures.reference import FIGURES

D = Decimal
START, TARGET = date(2020, 12, 14), date(2025, 12, 14)


def goal(start: str | None, target: str, operator: str = "gte") -> Goal:
    begun = Milestone(START, D(start)) if start else None
    path = path_through(begun, [Milestone(TARGET, D(target))])
    assert isinstance(path, Path)
    return Goal(path, operator)


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2025, 9, 14), 3, 1),
        (date(2024, 12, 14), 3, 4),
        (date(2024, 12, 14), 12, 1),
        (date(2025, 1, 14), 12, 0),
        (date(2025, 11, 14), 1, 1),
        (TARGET, 3, 0),
        (date(2026, 3, 14), 3, 0),
    ],
)
def test_cut_offs_are_counted_through_the_targets_own(on: date, months: int, expected: int) -> None:
    assert ends_left(on, TARGET, months=months) == expected


@pytest.mark.parametrize(
    ("operator", "target", "value", "left", "expected"),
    [
        ("gte", "80", "53.8", 1, D("26.2")),
        ("gte", "80", "70", 3, D("3.4")),  # 3,33 three times is not enough
        ("gte", "80", "80", 3, Reason.REACHED),
        ("gte", "80", "79", 0, Reason.DATE_PASSED),
        ("lte", "10", "30", 3, D("-6.7")),
        ("lte", "10", "10", 3, Reason.REACHED),
    ],
)
def test_what_each_period_has_to_bring(operator, target, value, left, expected) -> None:
    assert needed_each_period(goal("40", target, operator), D(value), left=left, decimals=1) == expected


@pytest.mark.parametrize(
    ("operator", "start", "target", "value", "on", "expected"),
    [
        ("gte", "40", "80", "60", START + timedelta(days=100), START + timedelta(days=200)),
        ("gte", "40", "80", "43", START + timedelta(days=10), START + timedelta(days=134)),  # 133,3 days
        ("lte", "30", "10", "25", START + timedelta(days=100), START + timedelta(days=400)),
        ("gte", "40", "80", "80", START + timedelta(days=100), Reason.REACHED),
        ("gte", "40", "80", "40", START + timedelta(days=100), Reason.STANDS_STILL),
        ("gte", "40", "80", "39", START + timedelta(days=100), Reason.STANDS_STILL),
        ("lte", "30", "10", "31", START + timedelta(days=100), Reason.STANDS_STILL),
        ("gte", "40", "80", "60", START, Reason.BEFORE_START),
        ("gte", None, "80", "60", START + timedelta(days=100), Reason.NO_BASELINE),
        ("gte", "40", "80", "40.01", START + timedelta(days=100), Reason.TOO_FAR),
        ("gt", "40", "80", "80", START + timedelta(days=100), Reason.STANDS_STILL),  # on it, and not beyond
    ],
)
def test_when_it_is_reached_at_the_present_pace(operator, start, target, value, on, expected) -> None:
    assert reached_on(goal(start, target, operator), Milestone(on, D(value))) == expected


@given(FIGURES, FIGURES, st.sampled_from(["gte", "lte"]), st.integers(1, 60), st.integers(0, 3))
def test_so_many_periods_are_enough_and_a_step_less_is_not(target, value, operator, left, decimals) -> None:
    aimed = goal("0", str(target), operator)
    found = needed_each_period(aimed, value, left=left, decimals=decimals)
    if found == Reason.REACHED:
        assert value >= target if operator == "gte" else value <= target
        return
    assert isinstance(found, Decimal)
    sign, step = (1 if operator == "gte" else -1), Fraction(1, 10**decimals)
    short = sign * (Fraction(target) - Fraction(value))
    assert sign * Fraction(found) * left >= short
    assert (sign * Fraction(found) - step) * left < short


@given(FIGURES, FIGURES, FIGURES, st.integers(1, 2000))
def test_the_day_found_is_the_first_on_which_the_line_is_there(start, target, value, days: int) -> None:
    """In both directions: the straight line through the start and the figure, looked at on the day and the day
    before."""
    assume(target != start)
    operator = "gte" if target > start else "lte"
    found = reached_on(goal(str(start), str(target), operator), Milestone(START + timedelta(days=days), value))
    if isinstance(found, Reason):
        return
    step = (Fraction(value) - Fraction(start)) / days
    sign = 1 if operator == "gte" else -1
    there = [sign * (Fraction(start) + step * n) for n in ((found - START).days, (found - START).days - 1)]
    assert there[0] >= sign * Fraction(target) > there[1]
