"""Cut-offs of both calendars: from the 15th to the 14th, and calendar months (NĐ 09/2019; domain.md 18, 20)."""

from datetime import date, timedelta

import pytest

from indicators.calendars import (
    REPORTING,
    STATISTICAL,
    Frequency,
    UnknownLabel,
    Window,
    parts,
    quarter,
    quarter_of,
    window,
    window_of,
    windows_between,
    windows_of_year,
)

DAY = timedelta(days=1)
CALENDARS = [REPORTING, STATISTICAL]
REGULAR = [f for f in Frequency if f != Frequency.AD_HOC]
TILING = [f for f in REGULAR if f != Frequency.NINE_MONTHS]

# The year 2024 day by day as the decree and the calendar have it, leap February included: label, first, last day.
OF_2024 = {
    (REPORTING, Frequency.MONTH): """
        2024-M01 2023-12-15 2024-01-14
        2024-M02 2024-01-15 2024-02-14
        2024-M03 2024-02-15 2024-03-14
        2024-M04 2024-03-15 2024-04-14
        2024-M05 2024-04-15 2024-05-14
        2024-M06 2024-05-15 2024-06-14
        2024-M07 2024-06-15 2024-07-14
        2024-M08 2024-07-15 2024-08-14
        2024-M09 2024-08-15 2024-09-14
        2024-M10 2024-09-15 2024-10-14
        2024-M11 2024-10-15 2024-11-14
        2024-M12 2024-11-15 2024-12-14""",
    (REPORTING, Frequency.QUARTER): """
        2024-Q1 2023-12-15 2024-03-14
        2024-Q2 2024-03-15 2024-06-14
        2024-Q3 2024-06-15 2024-09-14
        2024-Q4 2024-09-15 2024-12-14""",
    (REPORTING, Frequency.HALF): """
        2024-H1 2023-12-15 2024-06-14
        2024-H2 2024-06-15 2024-12-14""",
    (REPORTING, Frequency.NINE_MONTHS): "2024-9M 2023-12-15 2024-09-14",
    (REPORTING, Frequency.YEAR): "2024 2023-12-15 2024-12-14",
    (STATISTICAL, Frequency.MONTH): """
        2024-M01-TK 2024-01-01 2024-01-31
        2024-M02-TK 2024-02-01 2024-02-29
        2024-M03-TK 2024-03-01 2024-03-31
        2024-M04-TK 2024-04-01 2024-04-30
        2024-M05-TK 2024-05-01 2024-05-31
        2024-M06-TK 2024-06-01 2024-06-30
        2024-M07-TK 2024-07-01 2024-07-31
        2024-M08-TK 2024-08-01 2024-08-31
        2024-M09-TK 2024-09-01 2024-09-30
        2024-M10-TK 2024-10-01 2024-10-31
        2024-M11-TK 2024-11-01 2024-11-30
        2024-M12-TK 2024-12-01 2024-12-31""",
    (STATISTICAL, Frequency.QUARTER): """
        2024-Q1-TK 2024-01-01 2024-03-31
        2024-Q2-TK 2024-04-01 2024-06-30
        2024-Q3-TK 2024-07-01 2024-09-30
        2024-Q4-TK 2024-10-01 2024-12-31""",
    (STATISTICAL, Frequency.HALF): """
        2024-H1-TK 2024-01-01 2024-06-30
        2024-H2-TK 2024-07-01 2024-12-31""",
    (STATISTICAL, Frequency.NINE_MONTHS): "2024-9M-TK 2024-01-01 2024-09-30",
    (STATISTICAL, Frequency.YEAR): "2024-TK 2024-01-01 2024-12-31",
}


def windows_of_2024(calendar, frequency):
    rows = [line.split() for line in OF_2024[calendar, frequency].strip().splitlines()]
    return [Window(label, date.fromisoformat(a), date.fromisoformat(b) + DAY) for label, a, b in rows]


def days(first, last):
    return [first + n * DAY for n in range((last - first).days + 1)]


# --- Quarters of the reporting calendar


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


@pytest.mark.parametrize("number", [0, 5, -1])
def test_a_quarter_that_does_not_exist_is_refused(number):
    with pytest.raises(UnknownLabel):
        quarter(2026, number)


# --- Every frequency of both calendars


@pytest.mark.parametrize(("calendar", "frequency"), OF_2024)
def test_the_windows_of_a_year_are_those_of_the_decree(calendar, frequency):
    expected = windows_of_2024(calendar, frequency)
    assert windows_of_year(2024, frequency, calendar) == expected
    assert [window(w.label) for w in expected] == expected


@pytest.mark.parametrize(("calendar", "frequency"), OF_2024)
def test_first_and_last_day_are_inside_and_the_days_around_them_are_not(calendar, frequency):
    for w in windows_of_2024(calendar, frequency):
        around = [w.first_day - DAY, w.first_day, w.last_day, w.day_after_last]
        assert [window_of(day, frequency, calendar) == w for day in around] == [False, True, True, False]


@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize("frequency", TILING)
def test_the_day_after_a_window_begins_the_next_one_over_the_turn_of_the_year_too(calendar, frequency):
    windows = [w for year in range(2022, 2030) for w in windows_of_year(year, frequency, calendar)]
    assert [window_of(w.day_after_last, frequency, calendar) for w in windows[:-1]] == windows[1:]
    assert [window_of(w.first_day - DAY, frequency, calendar) for w in windows[1:]] == windows[:-1]


@pytest.mark.parametrize(
    ("calendar", "first_without", "next_begins"),
    [
        (REPORTING, date(2026, 9, 15), date(2026, 12, 15)),
        (STATISTICAL, date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_the_quarter_after_the_nine_months_is_in_no_nine_months(calendar, first_without, next_begins):
    found = {window_of(day, Frequency.NINE_MONTHS, calendar) for day in days(first_without, next_begins - DAY)}
    assert found == {None}
    assert window_of(first_without - DAY, Frequency.NINE_MONTHS, calendar) == window_of(
        date(2026, 1, 1), Frequency.NINE_MONTHS, calendar
    )
    assert window_of(next_begins, Frequency.NINE_MONTHS, calendar).first_day == next_begins


@pytest.mark.parametrize(
    ("frequency", "label"),
    [
        (Frequency.MONTH, "2026-M01"),
        (Frequency.QUARTER, "2026-Q1"),
        (Frequency.HALF, "2026-H1"),
        (Frequency.NINE_MONTHS, "2026-9M"),
        (Frequency.YEAR, "2026"),
    ],
)
def test_the_year_of_a_label_is_the_one_of_its_cut_off(frequency, label):
    assert window_of(date(2025, 12, 15), frequency).label == label
    assert window_of(date(2026, 1, 1), frequency, STATISTICAL).label == f"{label}-TK"


@pytest.mark.parametrize(
    ("label", "last_day"),
    [
        ("2023-M02-TK", date(2023, 2, 28)),
        ("2024-M02-TK", date(2024, 2, 29)),
        ("2100-M02-TK", date(2100, 2, 28)),
        ("2000-M02-TK", date(2000, 2, 29)),
        ("2024-M02", date(2024, 2, 14)),
    ],
)
def test_february_ends_on_its_own_last_day(label, last_day):
    assert window(label).last_day == last_day


def test_a_leap_day_makes_the_month_of_march_a_day_longer_in_the_reporting_calendar():
    lengths = [(w.day_after_last - w.first_day).days for w in (window("2023-M03"), window("2024-M03"))]
    assert lengths == [28, 29]
    assert window_of(date(2024, 2, 29), Frequency.MONTH) == window("2024-M03")


def test_ad_hoc_rounds_have_no_windows_of_their_own():
    assert windows_of_year(2026, Frequency.AD_HOC) == []
    assert window_of(date(2026, 7, 1), Frequency.AD_HOC) is None
    assert windows_between(Frequency.AD_HOC, REPORTING, date(2026, 1, 1), date(2026, 12, 31)) == []


# --- Catching up, from each day of a leap year


@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize("frequency", REGULAR)
def test_each_day_of_a_leap_year_is_in_the_window_that_its_label_names(calendar, frequency):
    for day in days(date(2024, 1, 1), date(2024, 12, 31)):
        found = window_of(day, frequency, calendar)
        around = [w for year in (2024, 2025) for w in windows_of_year(year, frequency, calendar)]
        assert [w for w in around if w.first_day <= day <= w.last_day] == ([found] if found else [])
        assert found is None or window(found.label) == found


@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize("frequency", TILING)
def test_catching_up_from_any_day_leaves_no_gap_and_opens_nothing_twice(calendar, frequency):
    for day in days(date(2024, 1, 1), date(2024, 12, 31)):
        found = windows_between(frequency, calendar, day, date(2026, 12, 31))
        today = window_of(day, frequency, calendar)
        assert found[0].first_day == (day if today.first_day == day else today.day_after_last)
        assert [w.first_day for w in found[1:]] == [w.day_after_last for w in found[:-1]]
        assert found[-1] == window_of(date(2026, 12, 31), frequency, calendar)


@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize("frequency", REGULAR)
def test_days_off_change_nothing_about_what_is_opened_in_the_end(calendar, frequency):
    first, last = date(2024, 1, 1), date(2025, 12, 31)
    at_once = windows_between(frequency, calendar, first, last)
    daily = [w for day in days(first, last) for w in windows_between(frequency, calendar, day, day)]
    assert daily == at_once
    for day in days(date(2024, 1, 1), date(2024, 12, 31)):
        before = windows_between(frequency, calendar, first, day)
        assert [*before, *windows_between(frequency, calendar, day + DAY, last)] == at_once


def test_a_window_counts_from_its_first_day_through_the_last_day_asked_for():
    assert [
        w.label for w in windows_between(Frequency.QUARTER, REPORTING, date(2025, 12, 15), date(2026, 6, 15))
    ] == ["2026-Q1", "2026-Q2", "2026-Q3"]
    assert windows_between(Frequency.QUARTER, REPORTING, date(2025, 12, 16), date(2026, 3, 14)) == []
    assert windows_between(Frequency.MONTH, REPORTING, date(2026, 6, 15), date(2026, 6, 14)) == []


# --- Parts


@pytest.mark.parametrize("mark", ["", "-TK"])
@pytest.mark.parametrize(
    ("label", "frequency", "endings"),
    [
        ("2026-Q1", Frequency.MONTH, ["M01", "M02", "M03"]),
        ("2026-Q4", Frequency.MONTH, ["M10", "M11", "M12"]),
        ("2026-H1", Frequency.MONTH, ["M01", "M02", "M03", "M04", "M05", "M06"]),
        ("2026-H1", Frequency.QUARTER, ["Q1", "Q2"]),
        ("2026-H2", Frequency.QUARTER, ["Q3", "Q4"]),
        ("2026-9M", Frequency.MONTH, [f"M{n:02}" for n in range(1, 10)]),
        ("2026-9M", Frequency.QUARTER, ["Q1", "Q2", "Q3"]),
        ("2026", Frequency.MONTH, [f"M{n:02}" for n in range(1, 13)]),
        ("2026", Frequency.QUARTER, ["Q1", "Q2", "Q3", "Q4"]),
        ("2026", Frequency.HALF, ["H1", "H2"]),
        ("2026-M01", Frequency.MONTH, []),
        ("2026-M01", Frequency.QUARTER, []),
        ("2026-Q1", Frequency.QUARTER, []),
        ("2026-H1", Frequency.HALF, []),
        ("2026-H1", Frequency.NINE_MONTHS, []),
        ("2026-H1", Frequency.YEAR, []),
        ("2026-9M", Frequency.HALF, []),
        ("2026-9M", Frequency.NINE_MONTHS, []),
        ("2026", Frequency.NINE_MONTHS, []),
        ("2026", Frequency.YEAR, []),
        ("2026", Frequency.AD_HOC, []),
    ],
)
def test_a_window_is_made_of_shorter_ones_only_where_they_tile_it(label, mark, frequency, endings):
    expected = [window(f"2026-{ending}{mark}") for ending in endings]
    assert parts(window(label + mark), frequency) == expected


@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize("frequency", REGULAR)
def test_the_parts_of_every_window_around_a_leap_year_hold_each_of_its_days_once(calendar, frequency):
    for whole in windows_between(frequency, calendar, date(2023, 12, 1), date(2025, 2, 1)):
        for shorter in Frequency:
            held = [day for part in parts(whole, shorter) for day in days(part.first_day, part.last_day)]
            assert held in ([], days(whole.first_day, whole.last_day))


@pytest.mark.parametrize("label", ["2026-A01", "2026-A01-TK", "no label"])
@pytest.mark.parametrize("frequency", Frequency)
def test_nothing_tiles_an_ad_hoc_window_even_where_its_days_are_those_of_a_year(label, frequency):
    year = window("2026-TK" if label.endswith("TK") else "2026")
    assert parts(Window(label, year.first_day, year.day_after_last), frequency) == []


def test_parts_follow_the_days_of_the_window_not_only_its_label():
    moved = Window("2026-H1", date(2025, 12, 15), date(2026, 6, 14))
    assert [parts(moved, frequency) for frequency in (Frequency.MONTH, Frequency.QUARTER)] == [[], []]
