"""The status of a figure: tables worked by hand for a rising and a falling indicator, then random figures against a
reference of its own."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.figures import (
    LATE,
    MET,
    Goal,
    Milestone,
    Path,
    Progress,
    Reading,
    Reason,
    Status,
    attainment,
    path_through,
    progress,
    rounded,
    worst_first,
)
from tests.reporting.figures import reference
from tests.reporting.figures.reference import BANDS, DAYS, FIGURES

D = Decimal
END = {year: date(year, 12, 14) for year in range(2018, 2031)}


def path(baseline: tuple[int, str] | None, *targets: tuple[int, str]) -> Path:
    start = Milestone(END[baseline[0]], D(baseline[1])) if baseline else None
    found = path_through(start, [Milestone(END[year], D(value)) for year, value in targets])
    assert isinstance(found, Path)
    return found


def reading(on: date, value: str | None, **facts) -> Reading:
    year = on.year if on <= END[on.year] else on.year + 1
    known = None if value is None else D(value)
    return Reading(on, known, year_before=END[year - 1], year_end=END[year], **facts)


# From 40 (2020) over 55 (2023) to ≥ 80 (2025): on the day, the band in %, what is asked, attained in %, the status
RISING = [
    (END[2021], "45", "5", "45.00", "12.5", "on_track"),
    (END[2021], "42.75", "5", "45.00", "6.9", "on_track"),  # 95 % of 45
    (END[2021], "42.74", "5", "45.00", "6.9", "late"),
    (END[2021], "44.99", "0", "45.00", "12.5", "late"),
    (END[2021], "38.25", "15", "45.00", "-4.4", "on_track"),  # 85 % of 45, and below the start
    (END[2021], "38.24", "15", "45.00", "-4.4", "late"),
    (END[2021], "79.99", "5", "45.00", "100.0", "on_track"),
    (END[2021], "80", "5", "45.00", "100.0", "already_met"),
    (END[2021], "90", "5", "45.00", "125.0", "already_met"),
    (END[2021], "30", "5", "45.00", "-25.0", "late"),
    (END[2023], "52.25", "5", "55.00", "30.6", "on_track"),
    (END[2023], "52.24", "5", "55.00", "30.6", "late"),
    (END[2024], "64.15", "5", "67.52", "60.4", "on_track"),  # 95 % of 67,5171… is 64,1412…
    (END[2024], "64.14", "5", "67.52", "60.4", "late"),
    (date(2025, 12, 13), "79.99", "5", "79.97", "100.0", "on_track"),
    (END[2025], "79.99", "5", "80.00", "100.0", "missed"),
    (END[2025], "80", "5", "80.00", "100.0", "reached"),
    (END[2025], "84", "5", "80.00", "110.0", "reached"),
    (END[2025], "84.01", "5", "80.00", "110.0", "exceeded"),
    (END[2025], "80.01", "0", "80.00", "100.0", "exceeded"),
    (END[2025], "92", "15", "80.00", "130.0", "reached"),
    (END[2026], "79", "5", "80.00", "97.5", "missed"),
]
# From 30 (2020) over 18 (2023) to ≤ 10 (2025)
FALLING = [
    (END[2021], "26", "5", "26.00", "20.0", "on_track"),
    (END[2021], "27.30", "5", "26.00", "13.5", "on_track"),  # 105 % of 26
    (END[2021], "27.31", "5", "26.00", "13.5", "late"),
    (END[2021], "26.01", "0", "26.00", "20.0", "late"),
    (END[2021], "29.90", "15", "26.00", "0.5", "on_track"),
    (END[2021], "29.91", "15", "26.00", "0.5", "late"),
    (END[2021], "10.01", "5", "26.00", "100.0", "on_track"),
    (END[2021], "10", "5", "26.00", "100.0", "already_met"),
    (END[2021], "8", "5", "26.00", "110.0", "already_met"),
    (END[2021], "35", "5", "26.00", "-25.0", "late"),
    (END[2023], "18.90", "5", "18.00", "55.5", "on_track"),
    (END[2023], "18.91", "5", "18.00", "55.5", "late"),
    (END[2025], "10.01", "5", "10.00", "100.0", "missed"),
    (END[2025], "10", "5", "10.00", "100.0", "reached"),
    (END[2025], "9.50", "5", "10.00", "102.5", "reached"),
    (END[2025], "9.49", "5", "10.00", "102.6", "exceeded"),
    (END[2025], "9.99", "0", "10.00", "100.1", "exceeded"),
    (END[2026], "11", "15", "10.00", "95.0", "missed"),
]


@pytest.mark.parametrize(("on", "value", "band", "asked", "attained", "status"), RISING)
def test_a_rising_indicator(on: date, value: str, band: str, asked: str, attained: str, status: str) -> None:
    goal = Goal(path((2020, "40"), (2023, "55"), (2025, "80")), "gte", "up", D(band))
    assert said(on, value, goal) == (status, D(asked), D(attained))


@pytest.mark.parametrize(("on", "value", "band", "asked", "attained", "status"), FALLING)
def test_a_falling_indicator(on: date, value: str, band: str, asked: str, attained: str, status: str) -> None:
    goal = Goal(path((2020, "30"), (2023, "18"), (2025, "10")), "lte", "down", D(band))
    assert said(on, value, goal) == (status, D(asked), D(attained))


def said(on: date, value: str, goal: Goal):
    found = progress(reading(on, value), goal)
    assert found.reason is None
    assert found.planned is not None
    return found.status, rounded(found.planned, 2), attainment(goal.path, D(value))


@pytest.mark.parametrize(
    ("operator", "qualifier", "is_met"),
    [
        ("gte", "", True),
        ("gte", "nearly", False),
        ("gte", "over", True),
        ("gte", "about", True),
        ("gt", "", False),
        ("gt", "nearly", False),
        ("gt", "over", True),
        ("lte", "", True),
        ("lte", "nearly", True),
        ("lte", "over", False),
        ("lt", "", False),
        ("lt", "nearly", True),
        ("lt", "over", False),
    ],
)
def test_a_figure_equal_to_the_target_meets_it_as_both_are_written(operator, qualifier, is_met) -> None:
    goal = Goal(path((2020, "400"), (2025, "400")), operator)
    found = progress(reading(END[2025], "400", qualifier=qualifier), goal).status
    assert (found == Status.REACHED, found == Status.MISSED) == (is_met, not is_met)


@pytest.mark.parametrize(
    ("direction", "value", "status"),
    [
        ("up", "18.99", "missed"),
        ("up", "19", "reached"),
        ("up", "21.01", "exceeded"),
        ("down", "18.99", "exceeded"),
        ("down", "21", "reached"),
        ("down", "21.01", "missed"),
        ("none", "18.99", "missed"),
        ("none", "21", "reached"),
        ("none", "21.01", "missed"),
    ],
)
def test_about_a_target_is_near_enough_within_the_band(direction: str, value: str, status: str) -> None:
    goal = Goal(path((2020, "10"), (2025, "20")), "about", direction)
    assert progress(reading(END[2025], value), goal).status == status


class TestBaselineIsTheTarget:
    GOAL = Goal(path((2020, "100"), (2025, "100")), "gte")

    @pytest.mark.parametrize(("value", "status"), [("100", "already_met"), ("95", "on_track"), ("94", "late")])
    def test_before_its_date_keeping_it_is_the_plan(self, value: str, status: str) -> None:
        assert progress(reading(END[2022], value), self.GOAL).status == status

    def test_a_start_beyond_the_target_may_come_down_to_it_and_not_below(self) -> None:
        goal = Goal(path((2020, "90"), (2025, "80")), "gte")
        found = [progress(reading(END[2022], value), goal).status for value in ("85", "80", "79")]
        assert found == ["already_met", "already_met", "late"]


class TestNoStatus:
    GOAL = Goal(path((2020, "40"), (2025, "80")), "gte")

    def test_without_a_figure(self) -> None:
        found = progress(reading(END[2022], None), self.GOAL)
        assert (found.status, found.reason) == (Status.NO_DATA, Reason.NO_FIGURE)

    def test_without_a_target_of_the_province(self) -> None:
        assert progress(reading(END[2022], "50"), Reason.NO_TARGET) == Progress(Status.NO_TARGET, Reason.NO_TARGET)

    def test_without_a_figure_or_a_target_the_figure_is_missed_first(self) -> None:
        assert progress(reading(END[2022], None), Reason.NO_TARGET).status == Status.NO_DATA

    @pytest.mark.parametrize("reason", [Reason.DEFINITION_CHANGED, Reason.WITHOUT_PARTS, Reason.NO_DENOMINATOR])
    @pytest.mark.parametrize("value", ["50", None])
    def test_where_something_bars_the_comparison(self, value: str | None, reason: Reason) -> None:
        found = progress(reading(END[2022], value, barred=reason), self.GOAL)
        assert (found.status, found.reason) == (Status.NOT_COMPARABLE, reason)
        assert progress(reading(END[2022], value, barred=reason), Reason.NO_TARGET).status == Status.NO_TARGET

    def test_before_the_way_starts(self) -> None:
        for value in ("50", "80"):
            found = progress(reading(END[2019], value), self.GOAL)
            assert (found.status, found.reason) == (Status.NOT_COMPARABLE, Reason.BEFORE_START)

    def test_without_a_start_but_for_a_target_that_is_met_or_due(self) -> None:
        goal = Goal(path(None, (2025, "80")), "gte")
        assert progress(reading(END[2022], "79"), goal).reason == Reason.NO_BASELINE
        assert progress(reading(END[2022], "80"), goal).status == Status.ALREADY_MET
        assert progress(reading(END[2025], "79"), goal).status == Status.MISSED


class TestSumsThatLackUnits:
    @pytest.mark.parametrize(
        ("operator", "on", "value", "status"),
        [
            ("gte", END[2021], "47", Status.NOT_COMPARABLE),  # 64 is asked for: with the others it may be more
            ("gte", END[2021], "64", Status.ON_TRACK),
            ("gte", END[2021], "80", Status.ALREADY_MET),
            ("gte", END[2025], "79", Status.NOT_COMPARABLE),
            ("gte", END[2025], "80", Status.REACHED),
            ("lte", END[2021], "10", Status.NOT_COMPARABLE),
            ("lte", END[2025], "80", Status.NOT_COMPARABLE),
        ],
    )
    def test_say_only_what_the_missing_ones_cannot_change(self, operator, on, value, status) -> None:
        goal = Goal(path((2020, "60"), (2025, "80")), operator)
        found = progress(reading(on, value, is_partial_sum=True), goal)
        assert found.status == status
        assert (found.reason == Reason.PARTIAL) == (status == Status.NOT_COMPARABLE)


class TestAmountsOfAYear:
    """1.000 in 2026, and nothing known before; half a year is 182 of its 365 days: 498,63 are asked for."""

    RISING = Goal(path(None, (2026, "1000")), "gte", of_year=True)
    FALLING = Goal(path(None, (2026, "1000")), "lte", "down", of_year=True)

    @pytest.mark.parametrize(
        ("on", "value", "status"),
        [
            (date(2026, 6, 14), "474", "on_track"),
            (date(2026, 6, 14), "473", "late"),
            (date(2026, 6, 14), "1000", "already_met"),
            (END[2026], "999", "missed"),
            (END[2026], "1000", "reached"),
            (date(2027, 3, 14), "400", "no_target"),  # of another year
        ],
    )
    def test_are_compared_with_the_share_of_the_days_gone_by(self, on: date, value: str, status: str) -> None:
        assert progress(reading(on, value), self.RISING).status == status

    @pytest.mark.parametrize(
        ("on", "value", "status"),
        [
            (date(2026, 6, 14), "500", "on_track"),  # it may still grow: nothing is met for good
            (date(2026, 6, 14), "524", "late"),
            (END[2026], "1000", "reached"),
            (END[2026], "1001", "missed"),
        ],
    )
    def test_that_should_stay_low_are_met_only_when_the_year_is_over(self, on, value: str, status: str) -> None:
        assert progress(reading(on, value), self.FALLING).status == status


class TestWorstFirst:
    def test_by_the_share_that_is_lacking_and_only_what_is_late(self) -> None:
        def short(status: Status, by: int | None) -> Progress:
            return Progress(status, shortfall=by)

        said = {
            "a": short(Status.LATE, 6),
            "b": short(Status.ON_TRACK, 90),
            "c": short(Status.MISSED, 20),
            "d": short(Status.LATE, None),
            "e": short(Status.MISSED, 6),
        }
        assert worst_first(said.items()) == ["d", "c", "a", "e"]


OPERATORS = st.sampled_from(["gte", "gt", "lte", "lt"])


@given(DAYS, FIGURES, *[FIGURES] * 3, OPERATORS, BANDS, st.integers(1, 500), st.integers(1, 500))
def test_is_what_the_reference_finds(on, value, start, middle, target, operator, band, first, second) -> None:
    days = [reference.FIRST.fromordinal(reference.FIRST.toordinal() + n) for n in (0, first, first + second)]
    stations = list(zip(days, (start, middle, target), strict=True))
    way = path_through(Milestone(*stations[0]), [Milestone(*each) for each in stations[1:]])
    assert isinstance(way, Path)
    found = progress(reading(on, str(value)), Goal(way, operator, band=band))
    assert found.status == reference.status(value, on, stations, operator=operator, band=band)


@given(DAYS, FIGURES, FIGURES, FIGURES, BANDS, BANDS)
def test_a_wider_band_is_never_stricter(on, value, start, target, one: Decimal, other: Decimal) -> None:
    way = path_through(Milestone(reference.FIRST, start), [Milestone(END[2023], target)])
    assert isinstance(way, Path)
    narrow, wide = sorted([one, other])
    found = [progress(reading(on, str(value)), Goal(way, "gte", band=band)).status for band in (narrow, wide)]
    assert found[0] == found[1] or found in ([Status.LATE, Status.ON_TRACK], [Status.EXCEEDED, Status.REACHED])


def test_every_status_is_met_or_late_or_neither() -> None:
    assert set(Status) - set(MET) - set(LATE) == {
        Status.ON_TRACK,
        Status.NO_DATA,
        Status.NO_TARGET,
        Status.NOT_COMPARABLE,
    }
