"""Markers that name an indicator which a formula computes: filled in with what it gives for the province."""

import pytest

from indicators.calendars import quarter, window
from indicators.models import Indicator, Round
from tests.factories import cell, indicator
from tests.reporting.filling.conftest import Desk, lines_of
from tests.reporting.test_formulas import formula, publish

Q1, Q2 = quarter(2026, 1), quarter(2026, 2)


def test_of_a_period_in_which_every_figure_stands(desk: Desk) -> None:
    formula("TM.01", "HT.01 / HT.02 * 100")
    publish(desk.site, ("HT.01", cell("7")), ("HT.02", cell("13")))
    publish(desk.site, ("HT.03", cell("1")), when=Q2)
    answer = desk.fill("{{TM.01|2026-Q1}}", "{{TM.01|2026-Q2}}", "{{TM.01|2026-Q1|LC-SKHCN}}")
    assert desk.cells(answer)[0] == 53.8
    assert desk.cells(answer)[1:] == ["{{TM.01|2026-Q2}}", "{{TM.01|2026-Q1|LC-SKHCN}}"]
    (found,) = lines_of(answer, "filled")
    assert found[2] == "53,8% computed by formula"


def test_of_a_longer_period_out_of_its_months(desk: Desk) -> None:
    """(2 + 3) ÷ (10 + 10)"""
    for code in ("HT.01", "HT.02"):
        indicator(code, over_time="flow")
    formula("TM.01", "HT.01 / HT.02 * 100")
    for when, value in (("2026-M01", "2"), ("2026-M02", "3")):
        publish(desk.site, ("HT.01", cell(value)), ("HT.02", cell("10")), when=window(when))
    answer = desk.fill("{{TM.01|2026-Q1}}")
    assert desk.cells(answer) == [25]
    assert "Partial: HT.01 is from 2 of 3; HT.02 is from 2 of 3." in lines_of(answer, "filled")[0][4]


def test_without_one_of_its_figures_the_marker_stays_with_the_reason(desk: Desk) -> None:
    formula("TM.01", "HT.01 / HT.02 * 100")
    publish(desk.site, ("HT.01", cell("7")), ("HT.02", cell(state="not_available", note="Chưa thống kê")))
    answer = desk.fill("{{TM.01|2026-Q1}}")
    assert "Cannot be computed: no data on HT.02." in lines_of(answer, "unfilled")[0][2]


def test_made_up_figures_make_a_made_up_one(desk: Desk) -> None:
    formula("TM.01", "HT.01 × 2", unit_of_measure="km", decimals=0)
    publish(desk.site, ("HT.01", cell("7")))
    Round.objects.update(is_illustrative=True)
    (line,) = lines_of(desk.fill("{{TM.01|2026-Q1}}"), "unfilled")
    assert "The figure is made up to show the system." in line[2]
    assert desk.cells(desk.fill("{{TM.01|2026-Q1}}", illustrative="on")) == [14]


@pytest.mark.parametrize("count", [1, 3])
def test_takes_as_many_queries_for_one_as_for_three(desk: Desk, django_assert_num_queries, count: int) -> None:
    for number in range(count):
        formula(f"TM.{number}", f"HT.01 × {number + 1}")
    publish(desk.site, ("HT.01", cell("7")))
    assert Indicator.objects.count() == count + 1
    with django_assert_num_queries(17):
        desk.fill(*(f"{{{{TM.{number}|2026-Q1}}}}" for number in range(count)))
