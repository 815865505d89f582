"""Indicators that are computed from others: on the summary, their own page, the page of a unit, and in files."""

import pytest
from django.urls import reverse

from indicators.calendars import window
from indicators.models import Indicator, Round
from tests.factories import cell, indicator, ratio, unit
from tests.reporting.conftest import Site, cells_of, text_of
from tests.reporting.exports.books import rows_of, sheet_of
from tests.reporting.test_public import everybody, open_to_all

Q1, Q2 = window("2026-Q1"), window("2026-Q2")
BY_FORMULA = "computed by formula"


def formula(code: str, text: str, **facts) -> Indicator:
    made = {"formula": text, "source_kind": "", "over_units": "none", "unit_of_measure": "%", "decimals": 1}
    return indicator(code, **made | facts)


@pytest.fixture
def share(db: None) -> Indicator:
    """7 of 13"""
    return formula("TM.01", "HT.01 / HT.02 * 100", name="Tỷ lệ xã có cáp quang")


def publish(site: Site, *figures, when=Q1, **facts) -> None:
    asked = [Indicator.objects.filter(code=code).first() or indicator(code) for code, _cell in figures]
    submission = site.province.submission(*asked, window=when, **facts)
    site.approve(submission, *(said for _code, said in figures))


class TestOnTheSummary:
    def test_the_figure_is_that_of_the_figures_beside_it_and_marked(self, site: Site, share: Indicator) -> None:
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")))
        page = site.summary(period="2026-Q1")
        found = cells_of(page, "TM.01")
        assert (found["value"], found["coverage"]) == (f"53,8% {BY_FORMULA}", "1/1")
        assert "3 of 3 indicators have data" in text_of(page)

    def test_without_one_of_them_there_is_none_and_the_page_says_which(self, site: Site, share: Indicator) -> None:
        publish(site, ("HT.01", cell("7")), ("HT.02", cell(state="not_available", note="Chưa thống kê")))
        found = cells_of(site.summary(period="2026-Q1"), "TM.01")
        assert found["value"] == f"Cannot be computed {BY_FORMULA}"
        assert "Cannot be computed: no data on HT.02." in found["status"]
        assert "1 of 3 indicators have data" in text_of(site.summary(period="2026-Q1"))

    @pytest.mark.parametrize(
        ("second", "said"),
        [
            (cell("0"), "Cannot be computed: the formula divides by 0."),
            (cell("400", qualifier="nearly"), "Cannot be computed: the figure of HT.02 is only about right."),
        ],
    )
    def test_nothing_is_computed_of_what_gives_no_number(self, site: Site, share, second, said: str) -> None:
        publish(site, ("HT.01", cell("7")), ("HT.02", second))
        found = cells_of(site.summary(period="2026-Q1"), "TM.01")
        assert found["value"] == f"Cannot be computed {BY_FORMULA}"
        assert said in found["status"]

    def test_what_the_formula_counts_as_zero_is_said(self, site: Site) -> None:
        formula("KT.09", "HT.01 + or0(HT.02)", unit_of_measure="km", decimals=0)
        publish(site, ("HT.01", cell("7")), ("HT.02", cell(state="not_available", note="Chưa thống kê")))
        found = cells_of(site.summary(period="2026-Q1"), "KT.09")
        assert (found["value"], found["coverage"]) == (f"7 km {BY_FORMULA}", "0/1")
        assert "Counted as 0 without a figure: HT.02." in found["status"]

    def test_a_partial_figure_makes_it_partial(self, site: Site) -> None:
        both = [site.province.department, site.province.sister]
        asked = indicator("HT.01")
        formula("KT.09", "HT.01 × 2", unit_of_measure="km", decimals=0)
        made = site.province.round(asked, window=Q1, units=both, subject="self")
        site.approve(made.submissions.get(unit=both[0]), cell("5"))
        found = cells_of(site.summary(period="2026-Q1"), "KT.09")
        assert (found["value"], found["coverage"]) == (f"10 km {BY_FORMULA}", "1/2")
        assert "Partial: HT.01 is from 1 of 2." in found["status"]

    def test_an_estimate_makes_it_an_estimate(self, site: Site, share: Indicator) -> None:
        publish(site, ("HT.01", cell("7", status="estimate")), ("HT.02", cell("13")))
        value = cells_of(site.summary(period="2026-Q1"), "TM.01")["value"]
        assert value == f"53,8% Estimate {BY_FORMULA}"

    def test_it_moves_with_its_figures_and_is_held_against_its_target(self, site: Site, share, aim) -> None:
        aim(share, 2026, "80")
        publish(site, ("HT.01", cell("5")), ("HT.02", cell("10")))
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("10")), when=Q2)
        found = cells_of(site.summary(period="2026-Q2"), "TM.01")
        assert (found["value"], found["moved"]) == (f"70,0% {BY_FORMULA}", "+20,0 pp")
        assert "80" in found["target"]

    def test_a_formula_over_a_formula_takes_it_as_it_is_shown(self, site: Site, share: Indicator) -> None:
        formula("AA.01", "TM.01 - 50", decimals=2)
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")))
        assert cells_of(site.summary(period="2026-Q1"), "AA.01")["value"] == f"3,80% {BY_FORMULA}"

    def test_figures_of_an_earlier_period_stand_in_with_that_period(self, site: Site, share: Indicator) -> None:
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")))
        publish(site, ("HT.03", cell("1")), when=Q2)
        value = cells_of(site.summary(period="2026-Q2"), "TM.01")["value"]
        assert value == f"53,8% {BY_FORMULA} Quarter I/2026"

    def test_a_formula_of_what_nobody_asks_for_is_no_line(self, site: Site) -> None:
        formula("TM.02", "XX.01 × 2")
        publish(site, ("HT.01", cell("7")))
        assert 'id="TM.02"' not in site.summary(period="2026-Q1").content.decode()

    def test_a_draft_moves_nothing(self, site: Site, share: Indicator) -> None:
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")), asks_publication=True)
        assert cells_of(site.summary(period="2026-Q1"), "TM.01")["value"] == f"Cannot be computed {BY_FORMULA}"

    def test_what_is_reported_of_it_by_hand_is_a_cross_check(self, site: Site, share: Indicator) -> None:
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")), ("TM.01", cell("60")))
        assert cells_of(site.summary(period="2026-Q1"), "TM.01")["value"] == f"53,8% {BY_FORMULA}"
        told = text_of(site.indicator("TM.01", period="2026-Q1"))
        assert "+6,2 pp" in told

    def test_of_a_group_alone_it_takes_figures_of_others(self, site: Site) -> None:
        formula("TM.01", "HT.01 / HT.02 * 100", group="TM")
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")))
        page = site.client.get(reverse("group", args=["TM"]), {"period": "2026-Q1"})
        assert f"53,8% {BY_FORMULA}" in text_of(page)
        assert 'id="HT.01"' not in page.content.decode()

    def test_the_public_page_shows_it_like_any_figure(self, site: Site, share: Indicator) -> None:
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")))
        open_to_all()
        assert f"53,8% {BY_FORMULA}" in text_of(everybody(period="2026-Q1"))


class TestOnItsOwnPage:
    def test_the_formula_and_every_figure_in_it_lead_to_their_pages(self, site: Site, share: Indicator) -> None:
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")))
        page = site.indicator("TM.01")
        told = text_of(page)
        assert "TM.01 = HT.01 ÷ HT.02 × 100" in told
        assert "HT.01 Chỉ tiêu HT.01 7 km Quarter I/2026 1/1" in told
        assert '/indicators/HT.02/?period=2026-Q1"' in page.content.decode()
        assert "Shown as the one source reported it" not in told

    def test_shows_its_figures_of_earlier_periods(self, site: Site, share: Indicator) -> None:
        publish(site, ("HT.01", cell("5")), ("HT.02", cell("10")))
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("10")), when=Q2)
        told = text_of(site.indicator("TM.01", period="2026-Q2"))
        assert f"Quarter II/2026 70,0% {BY_FORMULA}" in told.replace("\xa0", " ")
        assert f"Quarter I/2026 50,0% {BY_FORMULA}" in told.replace("\xa0", " ")

    def test_made_up_figures_make_a_made_up_one(self, site: Site, share: Indicator) -> None:
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")))
        Round.objects.update(is_illustrative=True)
        told = text_of(site.indicator("TM.01")).replace("\xa0", " ")
        assert f"Quarter I/2026 Illustration 53,8% {BY_FORMULA}" in told

    def test_before_anything_was_asked_for_it_says_so(self, site: Site, share: Indicator) -> None:
        assert "No round has asked for this indicator yet." in text_of(site.indicator("TM.01"))


class TestOnThePageOfAUnit:
    def test_it_is_computed_of_what_was_reported_about_that_unit(self, site: Site, share: Indicator) -> None:
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")), subject="self")
        told = text_of(site.client.get(reverse("unit", args=["LC-SKHCN"]), {"period": "2026-Q1"}))
        assert "Tỷ lệ xã có cáp quang TM.01 HT.01 ÷ HT.02 × 100 53,8%" in told

    def test_what_it_reports_about_the_province_is_computed_there_alone(self, site: Site, share) -> None:
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")))
        assert "TM.01" not in text_of(site.client.get(reverse("unit", args=["LC-SKHCN"]), {"period": "2026-Q1"}))

    def test_a_hidden_figure_is_neither_told_nor_taken_for_zero(self, site: Site) -> None:
        formula("KT.09", "HT.01 + or0(HT.02)", unit_of_measure="km", decimals=0)
        indicator("HT.02", breakdown="unit")
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("987654")), subject="self")
        site.log_in(site.province.outsider)
        told = text_of(site.client.get(reverse("unit", args=["LC-SKHCN"]), {"period": "2026-Q1"}))
        assert "Cannot be computed: the figure of HT.02 is not shown to this account." in told
        assert "987654" not in told


class TestInFiles:
    def test_the_overview_names_the_formula(self, site: Site, share: Indicator) -> None:
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")))
        sheet = sheet_of(site.client.get("/summary.xlsx", {"period": "2026-Q1"}))
        (row,) = [row for row in rows_of(sheet) if row["Code"] == "TM.01"]
        assert row["Notes"].splitlines()[:2] == [BY_FORMULA, "HT.01 ÷ HT.02 × 100"]

    def test_the_page_of_the_indicator_brings_the_figures_in_it(self, site: Site, share: Indicator) -> None:
        publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")))
        sheet = sheet_of(site.client.get("/indicators/TM.01.xlsx"), "Figures in the formula")
        assert [(row["Code"], row["Figure"]) for row in rows_of(sheet)] == [("HT.01", 7), ("HT.02", 13)]


@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_same_queries_for_one_formula_and_three(site, after_an_approval, count: int) -> None:
    for number in range(count):
        formula(f"TM.{number}", f"HT.01 × {number} + HT.02 + ZZ.01")
    publish(site, ("HT.01", cell("7")), ("HT.02", cell("13")))
    ratio("XX.01")
    unit("Sở Nội vụ", parent=site.province.root)
    after_an_approval(6, lambda: site.summary())
    after_an_approval(8, lambda: site.indicator("TM.0"))
