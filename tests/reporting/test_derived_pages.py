"""Longer periods that no round asks for, and lines that are made of their months or quarters, on the summary and on
the page of an indicator (domain.md 9, 11, 18, 19; design.md)."""

import re

import pytest
from django.urls import reverse

from indicators.calendars import Window, quarter, window
from indicators.clock import today
from indicators.models import Indicator
from tests.factories import cell, indicator, ratio
from tests.reporting.conftest import Site, cells_of, text_of
from tests.reporting.exports.books import head_of, rows_of, sheet_of
from tests.reporting.test_public import everybody, open_to_all

M1, M2, M3, M4 = (window(f"2026-M0{n}") for n in (1, 2, 3, 4))
PUBLIC_COLUMNS = ("name", "value", "moved", "target", "coverage", "origin", "status")
OFFERED = "computed from the months"


@pytest.fixture
def flow(db: None) -> Indicator:
    return indicator("KT.01", over_time="flow", unit_of_measure="tỷ đồng")


def publish(site: Site, asked: Indicator, value: str, when: Window, **facts) -> None:
    site.approve(site.province.submission(asked, window=when, **facts), cell(value))


def of_both(site: Site, asked: Indicator, when: Window, *cells) -> None:
    both = [site.province.department, site.province.sister]
    made = site.province.round(asked, window=when, units=both, subject="self")
    for each, said in zip(both, cells, strict=False):
        site.approve(made.submissions.get(unit=each), said)


def options(page) -> tuple[list[str], list[str]]:
    """What the select of periods offers: what was asked for, and what is derived."""
    select = re.search(r'<select id="period".*?</select>', page.content.decode(), re.S)[0]
    asked, _group, derived = select.partition("<optgroup")
    return tuple(re.findall(r'<option value="([^"]*)"', part) for part in (asked, derived))


class TestAFlowOfMonthsOnTheSummary:
    def test_is_their_sum_and_says_which_is_missing_and_whose(self, site: Site, flow: Indicator) -> None:
        publish(site, flow, "10", M1)
        site.province.round(flow, window=M2)
        publish(site, flow, "30", M3)
        page = site.summary(period="2026-Q1")
        found = cells_of(page, "KT.01")
        assert (found["value"], found["coverage"]) == (f"40 tỷ đồng {OFFERED}", "2/3 unit-periods")
        assert found["status"] == (
            "No target Partial: from 2 of 3 unit-periods. Month 2/2026: 0/1; missing: Sở Khoa học và Công nghệ"
        )
        assert "1 of 1 indicators have data" in text_of(page)
        assert "Báo cáo chuyển đổi số, Month 2/2026 Not yet due" in text_of(page)  # who owes which part
        assert '/indicators/KT.01/?period=2026-Q1"' in page.content.decode()

    def test_is_offered_after_what_was_asked_for_and_opens_no_page_by_itself(self, site: Site, flow) -> None:
        publish(site, flow, "10", M1)
        page = site.summary()
        assert options(page) == (["2026-M01"], ["2026", "2026-9M", "2026-H1", "2026-Q1"])
        assert cells_of(page, "KT.01")["value"] == "10 tỷ đồng"
        assert site.summary(period="2026-Q2").status_code == 404

    def test_moves_against_the_derived_period_before_and_is_held_against_the_plan(self, site, flow, aim) -> None:
        aim(flow, 2026, "100")
        for when, value in ((M1, "10"), (M2, "10"), (M3, "20"), (M4, "50")):
            publish(site, flow, value, when)
        found = cells_of(site.summary(period="2026-Q2"), "KT.01")
        assert (found["value"], found["moved"], found["plan"]) == (
            f"50 tỷ đồng {OFFERED}",
            "units missing",
            "≥ 100 2026",
        )
        half = cells_of(site.summary(period="2026-H1"), "KT.01")
        assert (half["value"], half["coverage"]) == (f"90 tỷ đồng {OFFERED}", "4/6 unit-periods")


class TestBesideWhatARoundAsksFor:
    def test_a_line_of_months_is_derived_instead_of_standing_in(self, site: Site) -> None:
        publish(site, indicator("HT.01"), "14433", quarter(2026, 1))
        stock = indicator("HT.02")
        publish(site, stock, "5", M2)
        publish(site, stock, "7", M3)
        page = site.summary(period="2026-Q1")
        assert cells_of(page, "HT.01")["value"] == "14.433 km"
        assert cells_of(page, "HT.02")["value"] == "7 km from the months: Month 3/2026"
        assert "1 of 1 units" in text_of(page)  # of the round of the quarter itself
        assert options(page)[1] == ["2026", "2026-9M", "2026-H1"]


class TestARatioOverUnitsAndMonths:
    @pytest.fixture
    def months(self, site: Site) -> Site:
        asked = ratio("XH.01", over_time="flow")
        of_both(site, asked, M1, cell("10", of=("1", "10")), cell("90", of=("90", "100")))
        of_both(site, asked, M2, cell("50", of=("5", "10")))
        return site

    def test_is_of_the_sums_of_all_parts(self, months: Site) -> None:
        found = cells_of(months.summary(period="2026-Q1"), "XH.01")
        assert (found["value"], found["coverage"]) == (f"80,0% 96/120 {OFFERED}", "3/6 unit-periods")
        assert found["status"].endswith(
            "Partial: from 3 of 6 unit-periods. Month 2/2026: 1/2; missing: Sở Tài chính;"
            " Not asked for: Month 3/2026"
        )

    def test_is_of_a_day_gone_by_as_of_today(self, months: Site) -> None:
        then = months.summary(period="2026-Q1", as_of=today().isoformat())
        assert cells_of(then, "XH.01") == cells_of(months.summary(period="2026-Q1"), "XH.01")
        text = text_of(months.indicator("XH.01", period="2026-Q1", as_of=today().isoformat()))
        assert "80,0% 96/120 computed from the months" in text

    def test_leads_on_its_page_to_each_part(self, months: Site) -> None:
        page = months.indicator("XH.01", period="2026-Q1")
        text = text_of(page)
        assert "80,0% 96/120 computed from the months" in text
        assert "3/6 unit-periods" in text
        assert "the sum of the numerators of its parts over the sum of their denominators." in text
        assert "Month 2/2026 50,0% 5/10 1/2 Sở Tài chính" in text
        assert "Month 3/2026 No data – No round asked for it." in text
        assert "?period=2026-M02" in page.content.decode()
        assert "?period=2026-M03" not in page.content.decode()
        assert options(page)[1][-1] == "2026-Q1"

    def test_leaves_as_numbers_with_its_parts(self, months: Site) -> None:
        taken = months.client.get(reverse("indicator_xlsx", args=["XH.01"]), {"period": "2026-Q1"})
        first, second, third = rows_of(sheet_of(taken, "Parts of the period"))
        assert [row["Figure"] for row in (first, second)] == [82.7, 50]
        assert (second["Missing"], third["Missing"]) == ("Sở Tài chính", "No round asked for it.")
        (over_time, *_others) = rows_of(sheet_of(taken, "Figures over time"))
        assert (over_time["Period"], over_time["Notes"]) == ("Quarter I/2026", OFFERED)
        assert "Figures of 3 of 6 unit-periods" in " ".join(map(str, head_of(sheet_of(taken, "Figures over time"))))

    def test_leaves_the_summary_with_what_it_was_counted_in(self, months: Site) -> None:
        (row,) = rows_of(sheet_of(months.client.get(reverse("summary_xlsx"), {"period": "2026-Q1"}), "Overview"))
        assert (row["Figure"], row["Numerator"], row["Units that reported"], row["Units expected"]) == (
            80,
            96,
            3,
            6,
        )
        assert row["Notes"].startswith(f"{OFFERED}, counted in unit-periods\n")


def test_a_group_says_of_reports_what_the_parts_of_its_lines_were_asked(site: Site, flow: Indicator) -> None:
    publish(site, flow, "10", M1)
    publish(site, indicator("DL.01", group="DL"), "5", quarter(2026, 1))
    site.province.round(flow, window=M2)
    text = text_of(site.client.get("/groups/HT/", {"period": "2026-Q1"}))
    assert "10 tỷ đồng computed from the months" in text
    assert "0 of 1 units" in text


def test_the_public_page_names_the_parts_and_no_unit_that_is_missing(site: Site, flow: Indicator) -> None:
    flow.definitions.update(breakdown="state")
    of_both(site, flow, M1, cell("10"))
    publish(site, indicator("HT.01"), "5", quarter(2026, 1))
    open_to_all()
    found = cells_of(everybody(period="2026-Q1", language="en"), "KT.01", PUBLIC_COLUMNS)
    assert found["value"] == f"10 tỷ đồng {OFFERED}"
    assert found["origin"] == "Month 1/2026, up to the end of 14/01/2026"
    assert found["status"].endswith("Partial: from 1 of 6 unit-periods")


def test_only_what_is_published_is_added_up(site: Site, flow: Indicator) -> None:
    publish(site, flow, "10", M1)
    publish(site, flow, "31337", M2, asks_publication=True)
    hidden, seen = site.summary(period="2026-Q1"), site.summary(period="2026-Q1", figures="latest")
    assert cells_of(hidden, "KT.01")["value"] == f"10 tỷ đồng {OFFERED}"
    assert cells_of(seen, "KT.01")["value"] == f"31.347 tỷ đồng {OFFERED}"
    for page in (hidden, site.indicator("KT.01", period="2026-Q1")):
        assert "31.3" not in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_same_queries_for_one_line_or_month_and_three(site, after_an_approval, count) -> None:
    asked = [indicator(f"HT.{n}", over_time="flow") for n in range(count)]
    for when in (M1, M2, M3)[:count]:
        site.approve(site.province.round(*asked, window=when).submissions.get(), *[cell("5")] * count)
    after_an_approval(6, lambda: site.summary(period="2026-Q1"))
    after_an_approval(6, lambda: site.indicator("HT.0", period="2026-Q1"))


class TestItsRanking:
    """The page of the indicator leads there wherever units may hold places by what is made of the months."""

    def page(self, site: Site, **ranked):
        asked = ratio("XH.02", source_kind="department")
        Indicator.objects.filter(pk=asked.pk).update(**ranked)
        of_both(site, asked, M1, cell("50.0", of=("1", "2")), cell("25.0", of=("1", "4")))
        return text_of(site.indicator("XH.02", period="2026-Q1"))

    def test_is_led_to_where_it_was_switched_on(self, site: Site) -> None:
        assert "Ranking of the units" in self.page(site, is_ranked=True)

    def test_is_not_led_to_where_nobody_is_ranked(self, site: Site) -> None:
        assert "Ranking of the units" not in self.page(site, is_ranked=False)
