"""The scores of a year: who holds which place, who stands apart and why, and one unit with every component."""

import re

import pytest

from indicators import assessing, calendars, counters, frameworks, workflow
from indicators.assessing import Own
from indicators.models import Assessment, Definition, Round, ScoreFramework, ScoreItem, Submission, Unit
from indicators.validation import expected_cells
from reporting import queries
from tests import factories
from tests.factories import cell, framework, perform, publish, ratio, score_item, type_in, unit

from .conftest import Site, text_of

pytestmark = pytest.mark.django_db
YEARS = {year: calendars.windows_of_year(year, calendars.Frequency.YEAR)[0] for year in (2024, 2025)}
SHORT = {"asks_sign_off": False, "asks_verification": False, "subject": "self"}
WHY = "Đối chiếu hồ sơ chỉ có một phần"


class Contest:
    """Communes scored by a ratio (60 points, of the best unit) and a yes or no (40, which may not apply)."""

    def __init__(self, site: Site, names: str = "ABC", **facts) -> None:
        self.site = site
        self.communes = [unit(f"Xã {n}", "commune", code=n, parent=site.province.root) for n in names]
        measured = {"source_kind": "commune", "numerator_name": "Số hộ", "denominator_name": "Tổng số hộ"}
        self.ratio = ratio("CX.1", **measured)
        answered = {"value_kind": "yes_no", "unit_of_measure": "", "over_units": "count", "lower_bound": None}
        self.yes_no = factories.indicator("CX.2", source_kind="commune", **answered)
        said = {"first_year": 2024, "is_ranked": True, "levels": "90: Tốt; 50: Khá", "decimals": 2}
        self.set = framework("DTI-XA", **said | facts)
        score_item(self.set, "1", maximum=100, name="Chính quyền số")
        score_item(self.set, "1.1", maximum=60, rule="ratio", indicator=self.ratio, evidence="Báo cáo của xã")
        score_item(self.set, "1.2", maximum=40, rule="yes_no", indicator=self.yes_no, may_not_apply=True)

    def change(self, code: str, **facts) -> None:
        ScoreItem.objects.filter(framework=self.set, code=code).update(**facts)

    def issue(self) -> None:
        frameworks.issue(self.set)

    def open(self, year: int = 2025, **facts) -> Round:
        window = YEARS[year]
        return self.site.province.round(
            self.ratio, self.yes_no, units=self.communes, window=window, **SHORT | facts
        )

    def report(self, *said, year: int = 2025, **facts) -> Round:
        """(share of 1000, yes or no) of each commune; None: nothing is handed in."""
        made = self.open(year, **facts)
        for each, given in zip(self.communes, said, strict=True):
            if given is not None:
                self.approve(made, each, *given)
        return made

    def approve(self, made: Round, of: Unit, share, answer) -> Submission:
        return perform("approve", self.hand_in(made, of, share, answer), by=self.site.province.approver)

    def hand_in(self, made: Round, of: Unit, share, answer) -> Submission:
        by, _signer = self.site.people_of(of)
        cells = [cell(of=(share, "1000")) if isinstance(share, str) else cell(**share)]
        cells += [cell(answer) if isinstance(answer, str) else cell(**answer)]
        return perform("submit", type_in(made.submissions.get(unit=of), *cells, by=by), by=by)

    def page(self, **query):
        return self.site.client.get("/scores/DTI-XA/", query)

    def unit(self, code: str, **query):
        return self.site.client.get(f"/scores/DTI-XA/{code}/", query)


@pytest.fixture
def contest(site: Site) -> Contest:
    return Contest(site)


def table(response, section: str) -> list[list[str]]:
    body = response.content.decode().partition(f'id="{section}"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr.*?>(.*?)</tr>", body.partition("<tbody>")[2], re.S)
    return [[plain(each) for each in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


NOT_HERE = {"state": "not_applicable"}


class TestPlaces:
    def test_points_of_what_counts_decide_and_equals_share_a_place(self, contest: Contest) -> None:
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), ("500", "1"))
        assert table(contest.page(), "places") == [
            ["1/3", "Xã B", "100,00", "100,00", "100,00 /100", "Tốt"],
            ["2/3", "Xã A shared place", "70,00", "70,00", "70,00 /100", "Khá"],
            ["2/3", "Xã C shared place", "70,00", "70,00", "70,00 /100", "Khá"],
        ]
        assert "3 units are ranked; without data: 0." in text_of(contest.page())

    def test_a_unit_to_which_less_applies_is_ranked_on_the_full_scale(self, contest: Contest) -> None:
        contest.issue()
        contest.report(("500", "1"), ("900", NOT_HERE), ("100", "0"))
        assert [row[:2] + row[4:6] for row in table(contest.page(), "places")] == [
            ["1/3", "Xã B", "54,00 /60", "90,00"],
            ["2/3", "Xã A", "70,00 /100", "70,00"],
            ["3/3", "Xã C", "6,00 /100", "6,00"],
        ]

    def test_who_lacks_a_figure_stands_apart_and_is_not_at_0(self, contest: Contest) -> None:
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), None)
        assert [row[1] for row in table(contest.page(), "places")] == ["Xã B", "Xã A"]
        assert table(contest.page(), "apart") == [["Xã C", "–", "–", "–", "–", "No figure of the set is known."]]
        assert "2 units are ranked; without data: 1." in text_of(contest.page())

    def test_a_part_of_the_score_is_no_score(self, contest: Contest) -> None:
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), ("900", {"state": "not_available", "note": "Chưa rà soát"}))
        (row,) = table(contest.page(), "apart")
        assert row == ["Xã C", "54,00", "54,00", "54,00 /100 1/2 components", "–", "1 of 2 components have points."]

    def test_an_estimate_holds_no_place(self, contest: Contest) -> None:
        contest.issue()
        estimate = {"of": ("900", "1000"), "status": "estimate"}
        contest.report(("500", "1"), ("1000", "1"), (estimate, "1"))
        (row,) = table(contest.page(), "apart")
        assert row[-1] == "It rests on an estimate or on a figure that is only about right."

    def test_where_no_ranking_was_switched_on_the_units_are_listed(self, contest: Contest) -> None:
        contest.set.is_ranked = False
        contest.set.save()
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), ("100", "0"))
        assert "Whoever issued the set has not switched a ranking on." in text_of(contest.page())
        assert [row[0] for row in table(contest.page(), "apart")] == ["Xã A", "Xã B", "Xã C"]

    def test_newest_figures_are_listed_and_not_ranked(self, contest: Contest) -> None:
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), ("100", "0"), asks_publication=True)
        contest.site.log_in(contest.site.province.approver)
        page = contest.page(figures="latest", year="2025")
        assert "Only published scores are ranked." in text_of(page)
        assert table(page, "apart")[1][3] == "100,00 /100"
        assert "100,00" not in text_of(contest.page(year="2025"))

    def test_what_was_not_published_by_a_day_is_not_in_its_scores(self, contest: Contest) -> None:
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), ("100", "0"))
        page = contest.page(year="2025", as_of="2025-12-31")
        assert [row[3] for row in table(page, "apart")] == ["–", "–", "–"]


class TestMovement:
    def test_places_are_held_against_the_year_before(self, contest: Contest) -> None:
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), ("100", "0"), year=2024)
        contest.report(("1000", "1"), ("500", "1"), ("100", "0"))
        page = contest.page()
        assert [row[-1] for row in table(page, "places")] == ["up 1", "down 1", "same place"]
        assert "Movement: places against 2024, of the same units." in text_of(page)

    def test_none_is_shown_where_the_field_was_another(self, contest: Contest) -> None:
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), None, year=2024)
        contest.report(("1000", "1"), ("500", "1"), ("100", "0"))
        assert "No movement is shown: not the same units have a whole score." in text_of(contest.page())

    def test_none_is_shown_where_the_set_has_changed(self, contest: Contest) -> None:
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), ("100", "0"), year=2024)
        contest.report(("1000", "1"), ("500", "1"), ("100", "0"))
        contest.set.refresh_from_db()
        frameworks.issue(frameworks.next_version(contest.set))
        assert "No movement is shown: the set has changed since the year before." in text_of(contest.page())

    def test_a_year_is_scored_by_its_own_version(self, contest: Contest) -> None:
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), ("100", "0"), year=2024)
        contest.set.refresh_from_db()
        newer = frameworks.next_version(contest.set)
        ScoreItem.objects.filter(framework=newer, code="1.1").update(maximum=160)
        frameworks.issue(newer)
        contest.report(("500", "1"), ("1000", "1"), ("100", "0"))
        assert "100,00 /100" in text_of(contest.page(year="2024"))
        assert "200,00 /100" not in text_of(contest.page(year="2025"))


class TestBestUnit:
    @pytest.fixture
    def contest(self, site: Site) -> Contest:
        made = Contest(site)
        made.change("1.1", rule="best")
        made.issue()
        return made

    def test_it_waits_until_every_unit_has_reported(self, contest: Contest) -> None:
        contest.report(("250", "1"), ("500", "1"), None)
        assert "There is no ranking here. Too few units have a whole score." in text_of(contest.page())
        assert "Waits until every unit has reported, or the round is closed." in text_of(contest.unit("A"))

    def test_once_all_are_in_the_best_has_all_points(self, contest: Contest) -> None:
        contest.report(("250", "1"), ("500", "1"), ("0", "1"))
        assert [row[4] for row in table(contest.page(), "places")] == ["100,00 /100", "70,00 /100", "40,00 /100"]
        assert "(250/1.000) ÷ 0,5 × 60 = 30" in text_of(contest.unit("A"))

    def test_a_closed_round_waits_for_nobody(self, contest: Contest) -> None:
        made = contest.report(("250", "1"), ("500", "1"), None)
        Round.objects.filter(pk=made.pk).update(locked_at=made.submissions.get(unit=contest.communes[0]).changed_at)
        assert [row[1] for row in table(contest.page(), "places")] == ["Xã B", "Xã A"]

    def test_an_adjustment_of_the_best_moves_the_others(self, contest: Contest) -> None:
        made = contest.report(("250", "1"), ("500", "1"), ("0", "1"))
        best = perform("reopen", made.submissions.get(unit=contest.communes[1]), by=contest.site.province.approver)
        contest.approve(made, best.unit, "1000", "1")
        assert [row[4] for row in table(contest.page(), "places")] == ["100,00 /100", "55,00 /100", "40,00 /100"]


class TestThreeScores:
    def assessed(self, contest: Contest, counting: str, **facts) -> Round:
        contest.issue()
        made = contest.open(asks_verification=True, counting_figure=counting, **facts)
        province, first = contest.site.province, contest.communes[0]
        report = contest.hand_in(made, first, "900", "1")
        key = next(iter(expected_cells(report)))
        own = {key: Own(cell("60.0", of=("600", "1000")), WHY)}
        assessing.write(report, own, by=province.verifier, read=workflow.what_stands(report))
        by, _signer = contest.site.people_of(first)
        assessing.explain(report, {Assessment.objects.get().pk: "Sổ cái thôn bản"}, by=by)
        province.walk(report, "verify", "approve")
        return made

    @pytest.mark.parametrize(("counting", "counts"), [("reported", "94,00"), ("assessed", "76,00")])
    def test_all_three_stand_side_by_side(self, contest: Contest, counting: str, counts: str) -> None:
        self.assessed(contest, counting)
        assert table(contest.page(), "apart")[0][1:4] == ["94,00", "76,00", f"{counts} /100"]

    def test_reason_and_explanation_stand_at_the_component(self, contest: Contest) -> None:
        self.assessed(contest, "assessed")
        said = text_of(contest.unit("A"))
        assert f"Reason: {WHY}" in said
        assert "The unit explains: Sổ cái thôn bản" in said


class TestOneUnit:
    def test_every_component_says_rule_numbers_figures_and_who_stands_behind(self, contest: Contest) -> None:
        contest.change(
            "1.1", lead_unit=contest.site.province.department, verifying_unit=contest.site.province.office
        )
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), ("100", "0"))
        said = text_of(contest.unit("A"))
        assert "70,00 of 100 points. Level: Khá." in said
        assert "500/1.000 × 60 = 30" in said
        assert "Ratio × 60 points" in said
        assert "Yes: 40 points; no: 0" in said
        assert "Evidence that is asked for: Báo cáo của xã" in said
        assert "Lead unit: Sở Khoa học và Công nghệ" in said
        assert "Verified by: Văn phòng UBND tỉnh" in said
        assert "sent by" in said
        assert "approved by" in said
        assert 'href="/indicators/CX.1/?period=2025"' in contest.unit("A").content.decode()

    def test_a_sum_of_some_parts_is_called_so(self, contest: Contest) -> None:
        contest.issue()
        contest.report(("500", {"state": "not_available", "note": "Chưa rà soát"}), None, None)
        said = text_of(contest.unit("A"))
        assert "30,00 of 100 points. 1/2 components have points; the sum is not whole." in said
        assert "It could not be collected." in said

    def test_a_unit_that_was_not_asked_is_told_so(self, contest: Contest) -> None:
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), ("100", "0"))
        unit("Xã D", "commune", code="D", parent=contest.site.province.root)
        assert "The unit was asked for none of the figures of this set" in text_of(contest.unit("D"))

    @pytest.mark.parametrize("address", ["Z", "LC-SKHCN", "A?year=2019", "A?year=x", "A?kind=department"])
    def test_there_is_no_such_page(self, contest: Contest, address: str) -> None:
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), ("100", "0"))
        code, _mark, query = address.partition("?")
        assert contest.site.client.get(f"/scores/DTI-XA/{code}/?{query}").status_code == 404

    def test_a_draft_of_a_set_is_not_there(self, contest: Contest) -> None:
        assert contest.page().status_code == 404
        assert "DTI-XA" not in text_of(contest.site.client.get("/scores/"))


class TestOtherYearsAndPeriods:
    def test_figures_of_quarters_make_the_year(self, contest: Contest) -> None:
        """A stock takes the last quarter."""
        contest.issue()
        province = contest.site.province
        for number, share in ((3, "100"), (4, "500")):
            window = calendars.quarter(2025, number)
            made = province.round(contest.ratio, contest.yes_no, units=contest.communes, window=window, **SHORT)
            for each in contest.communes:
                contest.approve(made, each, share, "1")
        assert {row[4] for row in table(contest.page(), "places")} == {"70,00 /100"}

    def test_a_flow_of_which_a_quarter_is_missing_is_no_figure_of_the_year(self, contest: Contest) -> None:
        Definition.objects.filter(indicator=contest.ratio).update(over_time="flow")
        contest.issue()
        province, window = contest.site.province, calendars.quarter(2025, 4)
        made = province.round(contest.ratio, contest.yes_no, units=contest.communes, window=window, **SHORT)
        contest.approve(made, contest.communes[0], "500", "1")
        assert table(contest.page(), "apart")[0][-1] == "1 of 2 components have points."

    def test_without_a_year_the_newest_with_figures_is_shown(self, contest: Contest) -> None:
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), ("100", "0"), year=2024)
        assert "DTI-XA, 2024" in text_of(contest.page())


class TestCost:
    @pytest.mark.parametrize("names", ["AB", "ABCDEF"])
    def test_queries_grow_neither_with_the_units_nor_with_the_years(
        self, site: Site, names: str, after_an_approval
    ) -> None:
        contest = Contest(site, names)
        contest.issue()
        for year in (2024, 2025):
            contest.report(*[("500", "1") for _n in names], year=year)
        after_an_approval(4, lambda: contest.page(year="2024"))
        after_an_approval(4, lambda: contest.page(year="2025"))
        after_an_approval(5, contest.page)
        after_an_approval(5, lambda: contest.unit("A", year="2025"))
        after_an_approval(2, lambda: site.client.get("/scores/"))

    def test_a_page_that_is_kept_costs_two_queries(self, contest: Contest, django_assert_num_queries) -> None:
        contest.issue()
        contest.report(("500", "1"), ("1000", "1"), ("100", "0"))
        with counters.settled():
            contest.page(year="2025")
            with django_assert_num_queries(2):
                contest.page(year="2025")


def test_sets_in_force_are_listed_with_kinds_years_and_document(site: Site, document) -> None:
    assert "No set of points is in force yet" in text_of(site.client.get("/scores/"))
    made = framework("DTI-SO", name="Bộ chỉ số sở, ngành", kinds="department district", document=document)
    score_item(made, "1", maximum=10, rule="given", indicator=factories.indicator("S.1"))
    frameworks.issue(made)
    said = text_of(site.client.get("/scores/"))
    assert "Bộ chỉ số sở, ngành" in said
    assert "Department or agency, District" in said
    assert f"from 2026 {document}" in said
    assert 'href="/scores/DTI-SO/"' in site.client.get("/scores/").content.decode()


def test_an_older_version_leads_to_its_last_year(contest: Contest) -> None:
    contest.issue()
    contest.set.refresh_from_db()
    frameworks.issue(frameworks.next_version(contest.set))
    page = contest.site.client.get("/scores/").content.decode()
    assert re.findall(r'href="(/scores/DTI-XA/[^"]*)"', page) == ["/scores/DTI-XA/", "/scores/DTI-XA/?year=2024"]


def test_published_scores_are_those_that_were_published(contest: Contest) -> None:
    contest.issue()
    made = contest.report(("500", "1"), ("1000", "1"), ("100", "0"), asks_publication=True)
    assert "/100" not in text_of(contest.page(year="2025"))
    publish(made, by=contest.site.province.publisher)
    assert len(table(contest.page(), "places")) == 3


def test_pages_and_the_database_choose_the_same_version_of_a_year(contest: Contest) -> None:
    contest.issue()
    contest.set.refresh_from_db()
    newer = frameworks.next_version(contest.set)
    ScoreFramework.objects.filter(pk=newer.pk).update(first_year=2027, last_year=2028)
    frameworks.issue(newer)
    versions = queries.versions_of("DTI-XA")
    for year in range(2022, 2031):
        assert queries.version_for(versions, year) == ScoreFramework.objects.for_year(year).first(), year
