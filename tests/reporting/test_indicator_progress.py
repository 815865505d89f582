"""The page of an indicator says how its figure stands to the target, and draws the planned way beside it."""

import re
from datetime import date
from decimal import Decimal

import pytest

from indicators import targets
from indicators.calendars import quarter, window
from indicators.models import Document, Indicator, Programme
from reporting.charts import Planned, Point, Way, line_chart
from tests.factories import cell, indicator, ratio
from tests.reporting.conftest import Site, text_of

D = Decimal


@pytest.fixture
def asked(site: Site) -> Indicator:
    """From 40% at the end of 2024 to ≥ 80% at the end of 2026; 45% in the first quarter of 2025, then 50%."""
    asked = ratio("XH.01")
    document = Document.objects.create(name="Nghị quyết")
    facts = {"indicator": asked, "unit": None, "document": document, "by": None}
    targets.record_baseline(year=2024, value=D(40), **facts)
    targets.record_target(
        level="province", year=2026, operator="gte", value=D(80), programme=Programme.objects.get(), **facts
    )
    for number, value in ((1, "45"), (2, "50")):
        made = site.province.round(asked, window=quarter(2025, number))
        site.approve(made.submissions.get(), cell(value))
    return asked


def test_says_what_is_planned_made_and_left(site: Site, asked: Indicator) -> None:
    """182 of 730 days are gone on 14/6/2025: 49,97… are planned."""
    said = text_of(site.indicator("XH.01"))
    for sentence in (
        "On track",
        "Target ≥ 80% 2026",
        "Planned for 14/06/2025 50,0% the figure against it: 0,0 pp",
        "Made of the way from the starting value to the target 25,0%",
        "Needed in each of the 6 periods that are left +5,0 pp",
        "Reached at the pace since the starting value 12/12/2026",
    ):
        assert sentence in said


def test_says_why_it_is_not_compared(site: Site, asked: Indicator) -> None:
    from indicators.models import Baseline

    targets.withdraw_baseline(Baseline.objects.get(), reason="Nhầm.", by=None)
    said = text_of(site.indicator("XH.01"))
    assert "Not comparable" in said
    assert "No starting value has been entered." in said
    assert "Made of the way" not in said


def test_says_that_it_is_never_reached_at_that_pace(site: Site, asked: Indicator) -> None:
    made = site.province.round(asked, window=quarter(2025, 3))
    site.approve(made.submissions.get(), cell("39"))
    said = text_of(site.indicator("XH.01"))
    assert "At the present pace it is never reached." in said
    assert "Reached at the pace" not in said


def test_draws_the_way_only_where_one_is_known(site: Site, asked: Indicator) -> None:
    html = site.indicator("XH.01").content.decode()
    assert len(re.search(r'class="c-path" points="([^"]+)"', html)[1].split()) == 2
    assert "Dashed: the planned way to the target." in html
    targets.withdraw_target(asked.targets.get(), reason="Nhầm.", by=None)
    html = site.indicator("XH.01").content.decode()
    assert 'class="c-path"' not in html
    assert "Dashed" not in html


class TestInThePeriodAndSinceTheYearBegan:
    def said(self, site: Site, over_time: str, *values: str | None, **facts) -> str:
        asked = indicator("KT.02", over_time=over_time, unit_of_measure="tỷ đồng")
        for number, value in enumerate(values, 1):
            if value is not None:
                made = site.province.round(asked, window=quarter(2025, number))
                site.approve(made.submissions.get(), cell(value, **facts))
        return text_of(site.indicator("KT.02"))

    def test_a_flow_adds_up(self, site: Site) -> None:
        assert "In the period 7 tỷ đồng Since the start of the year 12 tỷ đồng" in self.said(site, "flow", "5", "7")

    def test_a_running_total_gives_what_came_since(self, site: Site) -> None:
        assert "In the period 2 tỷ đồng Since the start of the year 7 tỷ đồng" in self.said(
            site, "running", "5", "7"
        )

    def test_a_period_that_is_missing_is_counted(self, site: Site) -> None:
        said = self.said(site, "flow", "5", None, "7")
        assert "Since the start of the year 12 tỷ đồng (2 of 3 periods)" in said

    def test_a_running_total_without_the_one_before_says_nothing_of_the_period(self, site: Site) -> None:
        said = self.said(site, "running", "5", None, "7")
        assert "In the period" not in said
        assert "Since the start of the year 7 tỷ đồng" in said

    @pytest.mark.parametrize(("over_time", "facts"), [("stock", {}), ("flow", {"qualifier": "nearly"})])
    def test_a_stock_and_what_is_only_about_right_have_neither(
        self, site: Site, over_time: str, facts: dict
    ) -> None:
        assert "Since the start of the year" not in self.said(site, over_time, "5", "7", **facts)


def points(*values: str) -> list[Point]:
    days = [window(f"{2020 + n}").last_day for n in range(len(values))]
    return [Point(day, str(day.year), "", D(v), v, Way(1)) for day, v in zip(days, values, strict=True)]


class TestTheWayOnTheChart:
    def test_bends_at_its_stations_within_the_chart(self) -> None:
        bends = [
            Planned(date(2020, 12, 14), D(0)),
            Planned(date(2021, 12, 14), D(10)),
            Planned(date(2022, 12, 14), D(10)),
        ]
        chart = line_chart(points("0", "5", "10"), way=bends)
        assert chart is not None
        xs, ys = zip(*(each.split(",") for each in chart.way.split()), strict=True)
        assert xs == ("12.00", "53.00", "94.00")
        assert (ys[0], ys[1], ys[2]) == ("220.0", "30.0", "30.0")

    def test_stretches_the_scale_and_leaves_what_lies_outside(self) -> None:
        bends = [
            Planned(date(2020, 12, 14), D(100)),
            Planned(date(2021, 12, 14), D(100)),
            Planned(date(2030, 1, 1), D(0)),
        ]
        chart = line_chart(points("0", "5"), way=bends)
        assert chart is not None
        assert len(chart.way.split()) == 2
        assert chart.scale[-1].label.text == "100"

    @pytest.mark.parametrize("bends", [[], [Planned(date(2020, 12, 14), D(1))]])
    def test_of_less_than_two_points_there_is_none(self, bends: list[Planned]) -> None:
        chart = line_chart(points("0", "5"), way=bends)
        assert chart is not None
        assert chart.way == ""
