"""Working days and due days, counted from the cut-off (domain.md 19)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.calendars import WorkingDays, due_day, window

DAY = timedelta(days=1)
PLAIN = WorkingDays()

# The turn of 2026 and Tết Bính Ngọ (first day of the year 17/2): Friday 2/1 is taken off for Saturday 10/1,
# and Monday 16/2 to Friday 20/2 are off between two weekends.
TET = WorkingDays(
    holidays=frozenset([date(2026, 1, 1), date(2026, 1, 2), *(date(2026, 2, day) for day in range(16, 21))]),
    swapped=frozenset([date(2026, 1, 10)]),
)

some_days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
near_days = st.frozensets(st.dates(date(2025, 12, 1), date(2026, 3, 31)), max_size=60)
tables = st.builds(WorkingDays, holidays=near_days, swapped=near_days)
numbers = st.integers(-40, 40)


def naive_add(working, day, n):
    """Walks day by day and counts."""
    step = DAY if n > 0 else -DAY
    left = abs(n)
    while left:
        day += step
        left -= working.is_working_day(day)
    return day


# --- Which days are worked


def test_a_week_is_monday_to_friday():
    week = [date(2026, 3, 16) + n * DAY for n in range(7)]
    assert [PLAIN.is_working_day(day) for day in week] == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2025, 12, 31), True),
        (date(2026, 1, 1), False),
        (date(2026, 1, 2), False),
        (date(2026, 1, 3), False),
        (date(2026, 1, 5), True),
        (date(2026, 1, 10), True),
        (date(2026, 1, 11), False),
        (date(2026, 1, 17), False),
        (date(2026, 2, 13), True),
        (date(2026, 2, 16), False),
        (date(2026, 2, 20), False),
        (date(2026, 2, 21), False),
        (date(2026, 2, 23), True),
    ],
)
def test_holidays_are_off_and_the_saturday_in_exchange_is_worked(day, is_worked):
    assert TET.is_working_day(day) is is_worked


@pytest.mark.parametrize("day", [date(2026, 1, 9), date(2026, 1, 10)])
def test_a_holiday_wins_over_an_exchange(day):
    assert WorkingDays(frozenset([day]), frozenset([day])).is_working_day(day) is False


# --- Counting


@pytest.mark.parametrize(
    ("working", "day", "n", "result"),
    [
        (PLAIN, date(2026, 3, 13), 1, date(2026, 3, 16)),
        (PLAIN, date(2026, 3, 14), 1, date(2026, 3, 16)),
        (PLAIN, date(2026, 3, 15), 1, date(2026, 3, 16)),
        (PLAIN, date(2026, 3, 16), 5, date(2026, 3, 23)),
        (PLAIN, date(2026, 3, 14), 0, date(2026, 3, 14)),
        (PLAIN, date(2026, 3, 16), -1, date(2026, 3, 13)),
        (PLAIN, date(2026, 3, 15), -1, date(2026, 3, 13)),
        (PLAIN, date(2026, 3, 14), -1, date(2026, 3, 13)),
        (PLAIN, date(2026, 3, 14), -6, date(2026, 3, 6)),
        (TET, date(2025, 12, 31), 1, date(2026, 1, 5)),
        (TET, date(2026, 1, 9), 1, date(2026, 1, 10)),
        (TET, date(2026, 1, 9), 2, date(2026, 1, 12)),
        (TET, date(2026, 1, 12), -1, date(2026, 1, 10)),
        (TET, date(2026, 1, 5), -1, date(2025, 12, 31)),
        (TET, date(2026, 2, 13), 1, date(2026, 2, 23)),
        (TET, date(2026, 2, 18), 1, date(2026, 2, 23)),
        (TET, date(2026, 2, 18), 0, date(2026, 2, 18)),
        (TET, date(2026, 2, 18), -1, date(2026, 2, 13)),
        (TET, date(2026, 2, 23), -1, date(2026, 2, 13)),
    ],
)
def test_working_days_are_counted_over_weekends_and_tet(working, day, n, result):
    assert working.add(day, n) == result


@given(tables, some_days, numbers)
def test_the_count_is_the_one_that_walking_day_by_day_gives(working, day, n):
    assert working.add(day, n) == naive_add(working, day, n)


@given(tables, some_days, numbers)
def test_the_result_is_a_working_day_on_the_side_that_was_asked_for(working, day, n):
    result = working.add(day, n)
    assert (result > day) - (result < day) == (n > 0) - (n < 0)
    assert n == 0 or working.is_working_day(result)


@given(tables, some_days, numbers)
def test_from_a_working_day_the_way_back_leads_to_it(working, day, n):
    start = working.add(day, 1)
    assert working.add(working.add(start, n), -n) == start


@given(tables, some_days, st.integers(0, 20), st.integers(0, 20))
def test_counting_in_two_steps_is_counting_in_one(working, day, a, b):
    assert working.add(working.add(day, a), b) == working.add(day, a + b)
    assert working.add(working.add(day, -a), -b) == working.add(day, -a - b)


class EveryDay(frozenset):
    """A table that holds every day there is."""

    def __contains__(self, day):
        return True


@pytest.mark.parametrize("n", [1, -1])
def test_a_table_without_working_days_is_refused_instead_of_searched_for_ever(n):
    with pytest.raises(ValueError, match="No working day within ten years of 14/03/2026"):
        WorkingDays(holidays=EveryDay()).add(date(2026, 3, 14), n)


def test_a_year_of_rest_is_still_counted_over():
    year = frozenset(date(2026, 1, 1) + n * DAY for n in range(365))
    assert WorkingDays(holidays=year).add(date(2025, 12, 31), 1) == date(2027, 1, 1)


# --- Due days


@pytest.mark.parametrize(
    ("label", "days", "due"),
    [
        ("2026-Q1", 2, date(2026, 3, 17)),
        ("2026-Q1", 1, date(2026, 3, 16)),
        ("2026-Q1", 0, date(2026, 3, 14)),
        ("2026-Q1", -1, date(2026, 3, 13)),
        ("2026-M01", 2, date(2026, 1, 16)),
        ("2026-M01", -3, date(2026, 1, 10)),
        ("2026-M01", -8, date(2026, 1, 5)),
        ("2026-M01", -9, date(2025, 12, 31)),
        ("2026-M02", 2, date(2026, 2, 24)),
        ("2026-M02", -1, date(2026, 2, 13)),
        ("2025-TK", 1, date(2026, 1, 5)),
    ],
)
def test_a_due_day_is_counted_from_the_cut_off_in_working_days(label, days, due):
    assert due_day(window(label).last_day, days, in_working_days=True, working=TET) == due


@pytest.mark.parametrize(
    ("label", "days", "due"),
    [
        ("2026-M02", 2, date(2026, 2, 16)),
        ("2026-M02", 0, date(2026, 2, 14)),
        ("2026-M02", -5, date(2026, 2, 9)),
        ("2026", 20, date(2027, 1, 3)),
        ("2024-M02-TK", 1, date(2024, 3, 1)),
    ],
)
def test_a_due_day_in_calendar_days_stays_where_it_falls(label, days, due):
    assert due_day(window(label).last_day, days, in_working_days=False, working=TET) == due
