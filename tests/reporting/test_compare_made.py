"""Two longer periods that no round asks for side by side, and what a formula gives in two periods. By hand."""

import pytest

from indicators.calendars import window
from tests.factories import cell, indicator, ratio
from tests.reporting.conftest import Site, text_of
from tests.reporting.test_compare import Desk, pairs
from tests.reporting.test_formulas import formula

M1, M2, M3, M4, M5, M6 = (window(f"2026-M0{n}") for n in range(1, 7))
Q1, Q2 = "2026-Q1", "2026-Q2"
FROM_MONTHS = "computed from the months"


@pytest.fixture
def desk(site: Site) -> Desk:
    return Desk(site)


def both(desk: Desk, asked, *values: str) -> None:
    """Month by month."""
    for when, value in zip((M1, M2, M3, M4, M5, M6), values, strict=False):
        desk.report(asked, cell(value), window=when)


def test_two_quarters_of_months_are_compared(desk: Desk) -> None:
    """10 + 20 + 30 = 60 against 20 + 30 + 40 = 90: half as much again."""
    both(desk, indicator("KT.01", over_time="flow"), "10", "20", "30", "20", "30", "40")
    (found,) = pairs(desk.page(period=Q2, against=Q1))
    assert found[1:] == (f"90 km {FROM_MONTHS}", f"60 km {FROM_MONTHS}", "+50,0%")


def test_without_one_asked_for_it_is_against_the_quarter_before(desk: Desk) -> None:
    both(desk, indicator("KT.01", over_time="flow"), "10", "20", "30", "20", "30", "40")
    (found,) = pairs(desk.page(period=Q2))
    assert found[2] == f"60 km {FROM_MONTHS}"


def test_a_ratio_is_compared_in_points_of_its_sums(desk: Desk) -> None:
    """1/10 + 90/100 + 9/10 = 100/120 against three times 1/2: 83,3 % and 50,0 %."""
    asked = ratio("XH.01", over_time="flow")
    parts = [("1", "2")] * 3 + [("1", "10"), ("90", "100"), ("9", "10")]
    for when, of in zip((M1, M2, M3, M4, M5, M6), parts, strict=True):
        desk.report(asked, cell(of=of), window=when)
    (found,) = pairs(desk.page(period=Q2, against=Q1))
    assert found[1:] == (f"83,3% 100/120 {FROM_MONTHS}", f"50,0% 3/6 {FROM_MONTHS}", "+33,3 pp")


def test_a_partial_one_shows_its_coverage_and_is_not_compared(desk: Desk) -> None:
    both(desk, indicator("KT.01", over_time="flow"), "10", "20", "30", "20", "30")
    page = desk.page(period=Q2, against=Q1)
    (found,) = pairs(page)
    assert found[1] == f"50 km {FROM_MONTHS} 2/3 unit-periods"
    assert "+" not in found[3]
    assert page.context["page"].n_compared == 0


def test_what_was_asked_for_is_compared_with_what_is_made(desk: Desk) -> None:
    asked = indicator("KT.01", over_time="flow")
    both(desk, asked, "10", "20", "30")
    desk.report(asked, cell("90"), window=window(Q2))
    (found,) = pairs(desk.page(period=Q2, against=Q1))
    assert found[1:] == ("90 km", f"60 km {FROM_MONTHS}", "+50,0%")


def test_what_a_formula_gives_is_compared(desk: Desk) -> None:
    formula("AA.01", "HT.01 ÷ HT.02 × 100")
    first, second = indicator("HT.01"), indicator("HT.02")
    for when, value in ((Q1, "5"), (Q2, "7")):
        desk.report(first, cell(value), window=window(when))
        desk.report(second, cell("10"), window=window(when))
    found = {row[0].split()[-1]: row[1:] for row in pairs(desk.page(period=Q2, against=Q1))}
    assert found["AA.01"] == ("70,0% computed by formula", "50,0% computed by formula", "+20,0 pp")


def test_a_formula_over_the_months_beside_the_country(desk: Desk, aim) -> None:
    made = formula("AA.01", "HT.01 ÷ HT.02 × 100")
    aim(made, 2026, "80", level="national", programme=None)
    first, second = (indicator(code, over_time="flow") for code in ("HT.01", "HT.02"))
    for when in (M1, M2, M3):
        desk.report(first, cell("5"), window=when)
        desk.report(second, cell("10"), window=when)
    assert "50,0%" in text_of(desk.page(what="references", period=Q1))


@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_same_queries_however_many_lines(desk: Desk, count: int, after_an_approval) -> None:
    asked = [indicator(f"KT.{n}", over_time="flow") for n in range(count)]
    for number in range(count):
        formula(f"TM.{number}", f"KT.0 × {number + 2}", unit_of_measure="km", decimals=0)
    for when in (M1, M2, M3, M4, M5, M6):
        for each in asked:
            desk.report(each, cell("5"), window=when)
    after_an_approval(7, lambda: desk.page(period=Q2, against=Q1))
