"""Cut-offs of the reporting calendar: from the 15th to the 14th (NĐ 09/2019; domain.md 18, 20)."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from indicators.calendars import Window, period_name, quarter, quarter_of, show_day

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("number", "first", "after"),
    [
        (1, date(2025, 12, 15), date(2026, 3, 15)),
        (2, date(2026, 3, 15), date(2026, 6, 15)),
        (3, date(2026, 6, 15), date(2026, 9, 15)),
        (4, date(2026, 9, 15), date(2026, 12, 15)),
    ],
)
def test_each_quarter_of_2026(number, first, after):
    assert quarter(2026, number) == Window(f"2026-Q{number}", first, after)


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2025, 12, 14), "2025-Q4"),
        (date(2025, 12, 15), "2026-Q1"),
        (date(2025, 12, 31), "2026-Q1"),
        (date(2026, 1, 1), "2026-Q1"),
        (date(2026, 3, 14), "2026-Q1"),
        (date(2026, 3, 15), "2026-Q2"),
        (date(2026, 6, 14), "2026-Q2"),
        (date(2026, 6, 15), "2026-Q3"),
        (date(2026, 9, 14), "2026-Q3"),
        (date(2026, 9, 15), "2026-Q4"),
        (date(2026, 12, 14), "2026-Q4"),
        (date(2026, 12, 15), "2027-Q1"),
    ],
)
def test_the_quarter_at_each_boundary(day, label):
    assert quarter_of(day).label == label


def test_every_day_of_nine_years_is_in_exactly_one_quarter_and_it_is_the_one_that_is_named():
    quarters = [quarter(year, number) for year in range(2019, 2030) for number in (1, 2, 3, 4)]
    day = date(2020, 1, 1)
    while day < date(2029, 1, 1):
        assert [q for q in quarters if q.first_day <= day < q.day_after_last] == [quarter_of(day)]
        day += DAY


def test_quarters_follow_one_another_without_a_gap():
    quarters = [quarter(year, number) for year in range(2019, 2030) for number in (1, 2, 3, 4)]
    assert [q.day_after_last for q in quarters[:-1]] == [q.first_day for q in quarters[1:]]


def test_a_leap_day_belongs_to_the_first_quarter_and_makes_it_a_day_longer():
    leap, common = quarter(2028, 1), quarter(2027, 1)
    assert quarter_of(date(2028, 2, 29)) == leap
    assert ((leap.day_after_last - leap.first_day).days, (common.day_after_last - common.first_day).days) == (
        91,
        90,
    )


def test_a_quarter_is_named_in_roman_numbers_and_an_unknown_label_stands_as_it_is():
    with translation.override("en"):
        assert [period_name(f"2026-Q{n}") for n in (1, 2, 3, 4)] == [
            "Quarter I/2026",
            "Quarter II/2026",
            "Quarter III/2026",
            "Quarter IV/2026",
        ]
    for label in ("2026", "2026-Q5", "2026-Q1-TK", "x2026-Q1", "2026-A01"):
        assert period_name(label) == label


def test_days_are_written_with_two_digits():
    assert show_day(date(2022, 2, 5)) == "05/02/2022"
