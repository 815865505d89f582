"""The planned way: where it starts, what it asks for on a day, and how much of it is made."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.figures import (
    Milestone,
    Path,
    Reason,
    attainment,
    path_through,
    planned,
    planned_of_year,
    rounded,
)
from tests.reporting.figures.reference import DAYS, FIGURES, half_up, walk

D = Decimal
END_OF = {year: date(year, 12, 14) for year in range(2019, 2028)}  # NĐ 09/2019: the year's cut-off


def at(year: int, value: str) -> Milestone:
    return Milestone(END_OF[year], D(value))


def way(baseline: Milestone | None, *targets: Milestone) -> Path:
    found = path_through(baseline, targets)
    assert isinstance(found, Path)
    return found


class TestWhereItRuns:
    def test_from_the_baseline_through_the_targets_in_the_order_of_time(self) -> None:
        found = way(at(2020, "40"), at(2025, "80"), at(2023, "55"))
        assert [m.value for m in found.stations] == [40, 55, 80]
        assert (found.start, found.target) == (at(2020, "40"), at(2025, "80"))

    def test_of_two_targets_of_one_year_the_later_one_given_holds(self) -> None:
        assert way(at(2020, "40"), at(2025, "80"), at(2025, "85")).target.value == 85

    def test_targets_of_before_the_baseline_are_left_out(self) -> None:
        assert [m.value for m in way(at(2022, "50"), at(2021, "45"), at(2025, "80")).stations] == [50, 80]

    def test_a_baseline_younger_than_every_target_starts_nothing(self) -> None:
        found = way(at(2026, "90"), at(2025, "80"))
        assert (found.start, found.target.value) == (None, 80)

    def test_there_is_none_without_a_target(self) -> None:
        assert path_through(at(2020, "40"), []) == Reason.NO_TARGET


class TestWhatItAsksFor:
    PATH = way(at(2020, "40"), at(2023, "55"), at(2025, "80"))

    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            (END_OF[2019], Reason.BEFORE_START),
            (END_OF[2020], 40),
            (END_OF[2021], 45),
            (date(2021, 12, 15), Fraction(45) + Fraction(15, 1095)),
            (END_OF[2023], 55),
            (END_OF[2024], 55 + Fraction(25 * 366, 731)),  # 2024 has a day more
            (END_OF[2025], 80),
            (END_OF[2027], 80),
        ],
    )
    def test_on_a_day(self, on: date, expected) -> None:
        assert planned(self.PATH, on) == expected

    def test_between_yearly_targets_without_a_baseline(self) -> None:
        path = way(None, at(2023, "55"), at(2025, "80"))
        assert planned(path, END_OF[2022]) == Reason.NO_BASELINE
        assert planned(path, END_OF[2023]) == 55
        assert planned(path, END_OF[2024]) == 55 + Fraction(25 * 366, 731)

    def test_of_an_amount_of_the_year_the_share_of_the_days_gone_by(self) -> None:
        path = way(None, at(2026, "1000"))
        year = {"year_before": END_OF[2025], "year_end": END_OF[2026]}
        assert planned_of_year(path, date(2026, 6, 14), **year) == Fraction(1000 * 182, 365)
        assert planned_of_year(path, END_OF[2026], **year) == 1000

    def test_of_an_amount_of_a_year_for_which_nothing_is_known(self) -> None:
        year = {"year_before": END_OF[2023], "year_end": END_OF[2024]}
        assert planned_of_year(way(None, at(2026, "9")), date(2024, 6, 14), **year) == Reason.NO_BASELINE

    @given(DAYS, *[FIGURES] * 3, st.integers(1, 600), st.integers(1, 600))
    def test_is_what_walking_day_by_day_finds(self, on, start, middle, end, first: int, second: int) -> None:
        days = [END_OF[2020] + timedelta(days=n) for n in (0, first, first + second)]
        stations = list(zip(days, (start, middle, end), strict=True))
        path = way(Milestone(*stations[0]), Milestone(*stations[1]), Milestone(*stations[2]))
        assert planned(path, on) == walk(stations, on)


class TestAttainment:
    @pytest.mark.parametrize(
        ("start", "target", "value", "expected"),
        [
            ("40", "80", "60", "50.0"),
            ("40", "80", "100", "150.0"),
            ("40", "80", "30", "-25.0"),
            ("30", "10", "26", "20.0"),
            ("30", "10", "8", "110.0"),
            ("30", "10", "35", "-25.0"),
            ("0", "3", "1", "33.3"),
            ("-10", "10", "0", "50.0"),
            ("0", "1000", "0.5", "0.1"),  # 0,05 % goes up
        ],
    )
    def test_runs_from_the_start_to_the_target_in_both_directions(self, start, target, value, expected) -> None:
        assert attainment(way(at(2020, start), at(2025, target)), D(value)) == D(expected)

    def test_is_not_known_without_a_start_and_without_a_way(self) -> None:
        assert attainment(way(None, at(2025, "80")), D(60)) == Reason.NO_BASELINE
        assert attainment(way(at(2020, "80"), at(2025, "80")), D(80)) == Reason.NO_WAY

    @given(FIGURES, FIGURES, FIGURES)
    def test_is_the_share_of_the_way_whichever_way_it_runs(self, start, target, value) -> None:
        found = attainment(way(Milestone(END_OF[2020], start), Milestone(END_OF[2025], target)), value)
        if start == target:
            assert found == Reason.NO_WAY
            return
        share = (Fraction(value) - Fraction(start)) / (Fraction(target) - Fraction(start))
        assert found == half_up(share * 100, 1)
        mirrored = way(Milestone(END_OF[2020], -start), Milestone(END_OF[2025], -target))
        assert attainment(mirrored, -value) == found


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=10**6), st.integers(0, 6))
def test_a_result_is_rounded_once_half_up_and_never_to_minus_zero(number: Fraction, decimals: int) -> None:
    found = rounded(number, decimals)
    assert found == half_up(number, decimals)
    assert abs(Fraction(found) - number) <= Fraction(1, 2 * 10**decimals)
    assert found != 0 or not found.is_signed()
