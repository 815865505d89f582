"""The summary's columns of change and its small lines, and what moved most."""

import re

import pytest

from indicators.calendars import Window, quarter, window
from indicators.models import Definition, Indicator
from tests.factories import cell, indicator, ratio, unit
from tests.reporting.conftest import Site, cells_of, text_of


def report(site: Site, asked: Indicator, *figures: tuple[Window, str], **facts) -> None:
    for when, value in figures:
        made = site.province.round(asked, window=when)
        site.approve(made.submissions.get(), cell(value, **facts))


def moved(site: Site, code: str, **query) -> tuple[str, str]:
    cells = cells_of(site.summary(**query), code)
    return cells["moved"], cells["in_a_year"]


Q3, Q2, Q3_BEFORE = quarter(2025, 3), quarter(2025, 2), quarter(2024, 3)


def test_an_amount_moves_in_per_cent_and_a_percentage_in_points(site: Site) -> None:
    report(site, indicator("HT.01"), (Q3_BEFORE, "10"), (Q2, "14120"), (Q3, "14433"))
    report(site, ratio("XH.01"), (Q3_BEFORE, "60.1"), (Q2, "50"), (Q3, "53.8"))
    assert moved(site, "HT.01") == ("+2,2%", "+144.230,0%")
    assert moved(site, "XH.01") == ("+3,8 pp", "−6,3 pp")


def test_nothing_before_is_a_dash(site: Site) -> None:
    report(site, indicator("HT.01"), (Q3, "5"))
    assert moved(site, "HT.01") == ("–", "–")


def test_a_period_between_is_not_passed_over(site: Site) -> None:
    report(site, indicator("HT.01"), (quarter(2025, 1), "4"), (Q3, "5"))
    assert moved(site, "HT.01") == ("–", "–")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"value": "4"}, {"value": "5", "qualifier": "nearly"}, "not exact"),
        ({"value": "0"}, {"value": "5"}, "from 0 before"),
    ],
)
def test_what_may_not_be_compared_says_why(site: Site, old: dict, new: dict, said: str) -> None:
    asked = indicator("HT.01")
    for when, figure in ((Q2, old), (Q3, new)):
        site.approve(site.province.round(asked, window=when).submissions.get(), cell(**figure))
    assert moved(site, "HT.01")[0] == said


def test_two_ways_of_measuring_are_not_compared(site: Site) -> None:
    asked = indicator("HT.01")
    old = Definition.objects.get()
    Definition.objects.create(
        indicator=asked,
        valid_from=Q3.first_day,
        **{
            name: getattr(old, name)
            for name in ("value_kind", "unit_of_measure", "direction", "over_units", "over_time", "source_kind")
        },
    )
    report(site, asked, (Q2, "4"), (Q3, "5"))
    page = site.summary()
    assert cells_of(page, "HT.01")["moved"] == "measured differently"
    assert 'class="spark"' not in page.content.decode()


def test_a_running_total_is_compared_within_its_year_and_with_last_years(site: Site) -> None:
    asked = indicator("KT.02", over_time="running")
    first, last = quarter(2025, 1), quarter(2024, 4)
    report(site, asked, (quarter(2024, 1), "8"), (last, "40"), (first, "10"), (Q2, "15"))
    assert moved(site, "KT.02", period=first.label) == ("a new year began", "+25,0%")
    assert moved(site, "KT.02", period=Q2.label) == ("+50,0%", "–")


def test_a_sum_that_lacks_a_unit_is_not_compared(site: Site) -> None:
    asked, both = indicator("DL.01"), [site.province.department, site.province.sister]
    for when, n in ((Q2, 2), (Q3, 1)):
        made = site.province.round(asked, units=both, subject="self", window=when)
        for each in both[:n]:
            site.approve(made.submissions.get(unit=each), cell("5"))
    assert moved(site, "DL.01")[0] == "units missing"


def test_a_share_over_fewer_than_half_of_the_units_is_not_compared(site: Site) -> None:
    three = [site.province.department, site.province.sister, unit("Sở Xây dựng", parent=site.province.root)]
    asked = ratio("XH.01")
    for when, n in ((Q2, 3), (Q3, 1)):
        made = site.province.round(asked, units=three, subject="self", window=when)
        for each in three[:n]:
            site.approve(made.submissions.get(unit=each), cell(of=("1", "2")))
    assert moved(site, "XH.01")[0] == "too few units"


def test_totals_are_compared_too(site: Site) -> None:
    asked, both = ratio("XH.01"), [site.province.department, site.province.sister]
    for when, a in ((Q2, "5"), (Q3, "10")):
        made = site.province.round(asked, units=both, subject="self", window=when)
        for each in both:
            site.approve(made.submissions.get(unit=each), cell(of=(a, "40")))
    assert moved(site, "XH.01")[0] == "+12,5 pp"


class TestTheSmallLine:
    def spark(self, page) -> str:
        return re.search(r'<svg class="spark".*?<title>(.*?)</title>', page.content.decode(), re.S)[1]

    def test_holds_the_figures_of_one_pace_up_to_the_period(self, site: Site) -> None:
        asked = indicator("HT.01")
        report(site, asked, (window("2024"), "99"), (quarter(2025, 1), "4"), (Q2, "5"), (Q3, "6"))
        assert self.spark(site.summary()) == "Quarter I/2025: 4 km; Quarter II/2025: 5 km; Quarter III/2025: 6 km"
        assert self.spark(site.summary(period=Q2.label)) == "Quarter I/2025: 4 km; Quarter II/2025: 5 km"

    def test_of_one_figure_there_is_none(self, site: Site) -> None:
        report(site, indicator("HT.01"), (Q3, "6"))
        assert 'class="spark"' not in site.summary().content.decode()


class TestWhatMovedMost:
    def test_percentages_and_amounts_apart_farthest_first(self, site: Site) -> None:
        made = {
            "HT.01": (indicator("HT.01"), "100", "101"),
            "HT.02": (indicator("HT.02"), "100", "50"),
            "XH.01": (ratio("XH.01"), "50", "51"),
            "XH.02": (ratio("XH.02"), "50", "45"),
            "XH.03": (ratio("XH.03"), "50", "50"),
        }
        for place, when in ((1, Q2), (2, Q3)):
            round_ = site.province.round(*[row[0] for row in made.values()], window=when)
            site.approve(round_.submissions.get(), *[cell(row[place]) for row in made.values()])
        page = site.summary().content.decode()
        said = text_of(site.summary()).partition("What moved most")[2].partition("All 5 indicators")[0]
        order = [said.index(f"Chỉ tiêu {code}") for code in ("XH.02", "XH.01", "HT.02", "HT.01")]
        assert order == sorted(order)
        assert "XH.03" not in said
        assert "Chỉ tiêu XH.02 50% 45% −5 pp" in said
        assert "Chỉ tiêu HT.02 100 km 50 km −50,0%" in said
        assert page.index('aria-labelledby="moves"') < page.index('aria-labelledby="all"')

    def test_is_left_out_where_nothing_did(self, site: Site) -> None:
        report(site, indicator("HT.01"), (Q2, "5"), (Q3, "5"))
        assert 'aria-labelledby="moves"' not in site.summary().content.decode()


def test_as_known_on_a_day_changes_are_of_what_was_known_then(site: Site) -> None:
    from datetime import datetime, timedelta

    from django.utils import timezone

    from indicators import clock

    asked = indicator("HT.01")
    day = timezone.make_aware(datetime(2026, 3, 2, 8))
    with clock.at(day):
        report(site, asked, (Q2, "100"), (Q3, "110"))
    with clock.at(day + timedelta(days=5)):
        made = site.province.round(indicator("HT.02"), window=Q3)
        site.approve(made.submissions.get(), cell("7"))
    assert moved(site, "HT.01", as_of="2026-03-03") == ("+10,0%", "–")
    assert cells_of(site.summary(as_of="2026-03-03"), "HT.02")["value"] == "–"
