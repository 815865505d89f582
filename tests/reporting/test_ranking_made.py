"""Rankings of longer periods that no round asks for, and of indicators that a formula computes: the figures of each
unit as its own page makes them, by the rules of every ranking (domain.md 19, 47). Tables worked out by hand."""

import pytest

from indicators.calendars import window
from indicators.models import Indicator
from tests import lists
from tests.factories import cell as factory_cell
from tests.factories import indicator, ratio
from tests.reporting.conftest import Site, text_of
from tests.reporting.test_formulas import formula
from tests.reporting.test_ranking import Contest, apart, places

M1, M2, M3, M4, M5, M6 = (window(f"2026-M0{n}") for n in range(1, 7))
Q1, Q2 = "2026-Q1", "2026-Q2"
FROM_MONTHS = "computed from the months"


@pytest.fixture
def contest(site: Site) -> Contest:
    return Contest(site)


def report(contest: Contest, asked: Indicator, when, *cells: str | tuple[str, str] | dict | None) -> None:
    """Numerator and denominator of each commune; None: nothing is handed in."""
    said = [{"of": each} if isinstance(each, tuple) else each for each in cells]
    contest.report(asked, *said, window=when)


@pytest.fixture
def flow(contest: Contest) -> Indicator:
    """
    |          | A      | B      | C      |
    | month 1  | 1/10   | 9/10   | 5/10   |
    | month 2  | 90/100 | 1/10   | 5/10   |
    | month 3  | 4/10   | 8/10   | 5/10   |
    | quarter  | 95/120 | 18/30  | 15/30  |   79,2 %, 60,0 %, 50,0 %: no average of 46,7 %, 60,0 %, 50,0 %
    """
    asked = contest.ranked(over_time="flow")
    report(contest, asked, M1, ("1", "10"), ("9", "10"), ("5", "10"))
    report(contest, asked, M2, ("90", "100"), ("1", "10"), ("5", "10"))
    report(contest, asked, M3, ("4", "10"), ("8", "10"), ("5", "10"))
    return asked


class TestOfMonths:
    def test_a_quarter_is_ranked_by_what_its_months_make(self, contest: Contest, flow) -> None:
        page = contest.page(period=Q1)
        assert places(page) == [
            ("1/3", "Xã A", f"79,2% 95/120 {FROM_MONTHS}"),
            ("2/3", "Xã B", f"60,0% 18/30 {FROM_MONTHS}"),
            ("3/3", "Xã C", f"50,0% 15/30 {FROM_MONTHS}"),
        ]
        assert "The whole province: 71,1%." in text_of(page)  # 128/180

    def test_whoever_lacks_a_month_stands_apart(self, contest: Contest) -> None:
        asked = contest.ranked(over_time="flow")
        report(contest, asked, M1, ("1", "10"), ("9", "10"), ("5", "10"))
        report(contest, asked, M2, ("1", "10"), None, ("5", "10"))
        report(contest, asked, M3, ("1", "10"), ("9", "10"), ("5", "10"))
        page = contest.page(period=Q1)
        assert [row[1] for row in places(page)] == ["Xã C", "Xã A"]
        assert apart(page) == [
            f"Xã B · 90,0% 18/20 {FROM_MONTHS} 2/3 Not every part of the period has a figure yet."
        ]

    def test_a_month_that_nobody_was_asked_for_leaves_no_ranking(self, contest: Contest) -> None:
        asked = contest.ranked(over_time="flow")
        report(contest, asked, M1, ("1", "10"), ("9", "10"), ("5", "10"))
        assert places(contest.page(period=Q1)) == []

    def test_an_estimate_among_them_is_ranked_with_nobody(self, contest: Contest) -> None:
        asked = contest.ranked(over_time="flow")
        for when in (M1, M2):
            report(contest, asked, when, ("1", "10"), ("9", "10"), ("5", "10"))
        estimate = {"of": ("9", "10"), "status": "estimate"}
        report(contest, asked, M3, ("1", "10"), estimate, ("5", "10"))
        page = contest.page(period=Q1)
        assert [row[1] for row in places(page)] == ["Xã C", "Xã A"]

    def test_of_a_stock_the_last_month_counts(self, contest: Contest) -> None:
        asked = contest.ranked(over_time="stock")
        report(contest, asked, M1, ("9", "10"), ("1", "10"), ("1", "10"))
        report(contest, asked, M3, ("1", "10"), ("9", "10"), ("5", "10"))
        found = places(contest.page(period=Q1))
        assert [row[1] for row in found] == ["Xã B", "Xã C", "Xã A"]
        assert found[0][2] == "90,0% 9/10 from the months: Month 3/2026"

    def test_the_movement_is_against_the_quarter_before(self, contest: Contest, flow) -> None:
        for when in (M4, M5, M6):
            report(contest, flow, when, ("1", "10"), ("9", "10"), ("5", "10"))
        page = contest.page(period=Q2)
        moved = [(row[0], row[1], row[3]) for row in places(page)]
        assert [row[1] for row in moved] == ["Xã B", "Xã C", "Xã A"]
        assert "Movement: places against Quarter I/2026, of the same units." in text_of(page)
        gained = [each.gained for each in page.context["page"].places]
        assert gained == [1, 1, -2]

    def test_another_way_of_measuring_shows_no_movement(self, contest: Contest, flow) -> None:
        for when in (M4, M5):
            report(contest, flow, when, ("1", "10"), ("9", "10"), ("5", "10"))
        report(contest, flow, M6, ("1", "10"), ("9", "10"), None)
        assert "No movement" in text_of(contest.page(period=Q2))

    def test_the_quarter_that_a_round_asks_for_is_as_it_was_reported(self, contest: Contest, flow) -> None:
        report(contest, flow, window(Q1), ("1", "10"), ("2", "10"), ("3", "10"))
        assert [row[2] for row in places(contest.page(period=Q1))] == ["30,0% 3/10", "20,0% 2/10", "10,0% 1/10"]

    @pytest.mark.parametrize("count", [1, 3])
    def test_takes_the_same_queries_however_many_units(self, contest: Contest, count, after_an_approval) -> None:
        asked = contest.ranked(over_time="flow")
        for when in (M1, M2, M3):
            report(contest, asked, when, *[("1", "10")] * count, *[None] * (3 - count))
        after_an_approval(6, lambda: contest.page(period=Q1))


class TestByAFormula:
    """HT.01 ÷ HT.02 × 100 of each commune: A 5/10, B 9/10, C 1/10."""

    @pytest.fixture
    def computed(self, contest: Contest) -> Indicator:
        for code in ("HT.01", "HT.02"):
            indicator(code, source_kind="commune", over_time="flow")
        made = formula("XH.02", "HT.01 ÷ HT.02 × 100")
        Indicator.objects.filter(pk=made.pk).update(is_ranked=True)
        return made

    def reports(self, contest: Contest, when, first: list, second: list) -> None:
        for code, values in (("HT.01", first), ("HT.02", second)):
            cells = [each and {"value": each} if isinstance(each, str) else each for each in values]
            self.one(contest, Indicator.objects.get(code=code), when, cells)

    def one(self, contest: Contest, asked: Indicator, when, cells: list) -> None:
        made = contest.open(asked, contest.communes, window=when)
        for each, said in zip(contest.communes, cells, strict=True):
            if said is not None:
                facts = dict(said)
                contest.approve(made, each, factory_cell(facts.pop("value"), **facts))

    def test_units_are_ranked_by_what_it_gives(self, contest: Contest, computed) -> None:
        self.reports(contest, window(Q1), ["5", "9", "1"], ["10", "10", "10"])
        page = contest.page(period=Q1)
        assert places(page) == [
            ("1/3", "Xã B", "90,0% computed by formula"),
            ("2/3", "Xã A", "50,0% computed by formula"),
            ("3/3", "Xã C", "10,0% computed by formula"),
        ]
        assert "The whole province: 50,0%." in text_of(page)
        assert "HT.01 ÷ HT.02 × 100 · the greatest is first" in text_of(page)

    def test_what_lacks_a_figure_is_last_nowhere_but_apart(self, contest: Contest, computed) -> None:
        self.reports(contest, window(Q1), ["5", "9", "1"], ["10", None, "10"])
        page = contest.page(period=Q1)
        assert [row[1] for row in places(page)] == ["Xã A", "Xã C"]
        assert "Cannot be computed: no data on HT.02." in apart(page)[0]
        assert "2 units are ranked; without data: 1." in text_of(page)

    def test_an_estimate_in_it_is_ranked_with_nobody(self, contest: Contest, computed) -> None:
        self.reports(contest, window(Q1), ["5", "9", "1"], ["10", {"value": "10", "status": "estimate"}, "10"])
        assert [row[1] for row in places(contest.page(period=Q1))] == ["Xã A", "Xã C"]

    def test_of_a_longer_period_it_is_over_what_the_months_make(self, contest: Contest, computed) -> None:
        """HT.01 and HT.02 add up: A 6/30, B 27/30, C 3/30."""
        for when in (M1, M2, M3):
            self.reports(contest, when, ["2", "9", "1"], ["10", "10", "10"])
        assert [row[1:3] for row in places(contest.page(period=Q1))] == [
            ("Xã B", "90,0% computed by formula"),
            ("Xã A", "20,0% computed by formula"),
            ("Xã C", "10,0% computed by formula"),
        ]

    def test_a_hidden_breakdown_of_a_figure_in_it_bars_the_ranking(self, contest: Contest, computed) -> None:
        Indicator.objects.get(code="HT.02").definitions.update(breakdown="unit")
        self.reports(contest, window(Q1), ["5", "9", "1"], ["10", "10", "10"])
        contest.site.log_in(contest.site.province.outsider)
        page = contest.page(period=Q1)
        assert places(page) == []
        assert "90,0%" not in text_of(page)

    def test_it_may_count_what_each_unit_owns(self, contest: Contest, site: Site) -> None:
        """Connected of all: A 1 of 2, B 1 of 1, C owns nothing and is not asked."""
        made = formula("XH.02", "count(NEN-TANG; LGSP = yes) ÷ count(NEN-TANG) × 100")
        Indicator.objects.filter(pk=made.pk).update(is_ranked=True)
        ratio("HT.09")
        contest.report(Indicator.objects.get(code="HT.09"), "410", "657", "228", window=window(Q1))
        first, second, _third = contest.communes
        report_ = lists.submission(
            site.province, lists.list_form(site.province, lists.register()), window=window(Q1)
        )
        owned = {"A1": (first, True), "A2": (first, False), "B1": (second, True)}
        rows = {
            code: lists.facts(report_, code, owner_id=unit.pk, via_lgsp=connected)
            for code, (unit, connected) in owned.items()
        }
        lists.approve(site.province, report_, **rows)
        assert [row[1:3] for row in places(contest.page(period=Q1))] == [
            ("Xã B", "100,0% computed by formula"),
            ("Xã A", "50,0% computed by formula"),
        ]

    @pytest.mark.parametrize("count", [1, 3])
    def test_takes_the_same_queries_however_many_units(self, contest, computed, count, after_an_approval) -> None:
        self.reports(contest, window(Q1), *[["5"] * count + [None] * (3 - count)] * 2)
        after_an_approval(6 if count == 1 else 8, lambda: contest.page(period=Q1))
