"""What the figures of a report come to before anything is approved: to the unit, and beside the reviewer's."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.test import Client
from pytest_django.asserts import assertNumQueries

from indicators import assessing, calendars, frameworks, report_points, workflow
from indicators.assessing import Own
from indicators.drafts import Cell
from indicators.models import Definition
from indicators.scoring import Given, Why
from indicators.validation import expected_cells
from tests import factories
from tests.factories import cell, framework, perform, score_item, type_in
from tests.indicators.pages import at, browser, seen

pytestmark = pytest.mark.usefixtures("english", "db")
THIS_YEAR = calendars.windows_of_year(2025, calendars.Frequency.YEAR)[0]


@pytest.fixture
def made(province):
    """A set for departments: a ratio of 60, given points of 20, and a ratio of 20 in another report."""
    return framework("DTI-SO", kinds="department", first_year=2024, is_illustrative=True)


@pytest.fixture
def report(province, made):
    ratio, given = factories.ratio("S.1"), factories.indicator("S.2")
    score_item(made, "1", maximum=80)
    score_item(made, "1.1", maximum=60, rule="ratio", indicator=ratio, name="Hồ sơ trực tuyến")
    score_item(made, "1.2", maximum=20, rule="given", indicator=given, may_not_apply=True)
    score_item(made, "2", maximum=20, rule="ratio", indicator=factories.ratio("S.3"))
    frameworks.issue(made)
    return province.submission(ratio, given, subject="self", asks_sign_off=False, window=THIS_YEAR)


def section(answer) -> str:
    return seen(answer).partition("DTI-SO Illustration")[2].partition("History")[0]


class TestOnTheUnitsPage:
    def test_a_draft_shows_what_its_figures_come_to(self, province, report):
        type_in(report, cell("50.0", of=("1", "2")), by=province.reporter)
        said = section(browser(province.reporter).get(at(report)))
        assert "2 of the set's 3 components rest on figures of this report." in said
        assert "1.1 Hồ sơ trực tuyến 60,00 30,00 30,00" in said
        assert "1.2 Tiêu chí 1.2 no data yet 20,00 – –" in said
        assert "Sum of these components 80,00 30,00 30,00" in said

    def test_what_does_not_apply_leaves_the_maximum(self, province, report):
        type_in(report, cell("50.0", of=("1", "2")), Cell(state="not_applicable"), by=province.reporter)
        assert "Sum of these components 60,00 30,00 30,00" in section(browser(province.reporter).get(at(report)))

    def test_the_reviewer_s_figure_gives_points_of_its_own(self, province, report):
        type_in(report, cell("50.0", of=("1", "2")), cell("20"), by=province.reporter)
        report = perform("submit", report, by=province.reporter)
        own = {next(iter(expected_cells(report))): Own(cell("25.0", of=("1", "4")), "Chỉ một phần tư hợp lệ")}
        assessing.write(report, own, by=province.verifier, read=workflow.what_stands(report))
        for person, address in ((province.reporter, at(report)), (province.verifier, review(report))):
            said = section(browser(person).get(address))
            assert "1.1 Hồ sơ trực tuyến 60,00 30,00 15,00" in said
            assert "Sum of these components 80,00 50,00 35,00" in said

    def test_a_form_that_no_set_scores_shows_nothing_and_asks_nothing(self, province, made):
        report = province.submission(factories.indicator("HT.01"), subject="self")
        assert "rest on figures of this report" not in seen(browser(province.reporter).get(at(report)))
        with assertNumQueries(0):
            assert report_points.sets_of(report, {}, "department") == []

    def test_a_set_of_another_kind_or_year_scores_nobody_here(self, province, report):
        other = framework("DTI-XA", kinds="commune", first_year=2024)
        score_item(other, "1", rule="given", indicator=factories.indicator("S.9"))
        expected = expected_cells(report)
        assert [f.code for f, _items in report_points.sets_of(report, expected, "department")] == ["DTI-SO"]
        assert report_points.sets_of(report, expected, "commune") == []
        assert report_points.sets_of(report, expected, "") == []


def review(report) -> str:
    return f"/admin/indicators/submission/{report.pk}/change/"


def test_the_set_of_a_report_is_read_in_one_query(province, report):
    expected = expected_cells(report)
    with assertNumQueries(1):
        report_points.sets_of(report, expected, "department")


def test_a_draft_of_a_set_scores_nothing(province, made):
    given = factories.indicator("S.2")
    score_item(made, "1", rule="given", indicator=given)
    report = province.submission(given, subject="self", window=THIS_YEAR)
    assert report_points.sets_of(report, expected_cells(report), "department") == []


def test_a_ratio_of_two_indicators_takes_both_from_the_report(province, made):
    part, whole = factories.indicator("S.4"), factories.indicator("S.5")
    score_item(made, "1", rule="ratio", indicator=part, base_indicator=whole, maximum=10)
    frameworks.issue(made)
    report = province.submission(part, whole, subject="self", asks_sign_off=False, window=THIS_YEAR)
    type_in(report, cell("3"), cell("4"), by=province.reporter)
    assert "1 Tiêu chí 1 10,00 7,50 7,50" in section(browser(province.reporter).get(at(report)))


def test_what_is_measured_by_the_best_unit_waits(province, made):
    asked = factories.ratio("S.6")
    score_item(made, "1", rule="best", indicator=asked)
    frameworks.issue(made)
    report = province.submission(asked, subject="self", asks_sign_off=False, window=THIS_YEAR)
    type_in(report, cell("50.0", of=("1", "2")), by=province.reporter)
    assert "waits for the close of the round" in section(browser(province.reporter).get(at(report)))


def test_a_stranger_reads_no_points(province, report):
    type_in(report, cell("50.0", of=("1", "2")), by=province.reporter)
    client = Client()
    client.force_login(province.outsider, "config.backends.Accounts")
    assert client.get(at(report)).status_code == 404


@pytest.mark.parametrize(
    ("said", "measured", "given"),
    [
        (Cell(), {}, Given(why=Why.NO_FIGURE)),
        (Cell(state="not_available"), {}, Given(why=Why.NOT_AVAILABLE)),
        (Cell(state="not_applicable"), {}, Given(why=Why.NOT_APPLICABLE)),
        (Cell(state="reported"), {}, Given(why=Why.NO_FIGURE)),
        (cell("3"), {}, Given(Decimal(3), None)),
        (cell("50"), {"unit_of_measure": "%"}, Given(Decimal(50), Decimal(100))),
        (cell("500"), {"value_kind": "ratio", "ratio_base": 1000}, Given(Decimal(500), Decimal(1000))),
        (cell("50", of=("1", "2")), {"value_kind": "ratio"}, Given(Decimal(1), Decimal(2))),
    ],
)
def test_a_cell_as_a_rule_looks_at_it(said, measured, given):
    definition = Definition(**{"value_kind": "number", "unit_of_measure": "km"} | measured)
    assert report_points.given_of(said, definition) == given


def test_the_cap_of_a_group_holds_for_the_sum(province, made):
    first, second = factories.indicator("S.7"), factories.indicator("S.8")
    score_item(made, "1", maximum=12)
    for code, asked in (("1.1", first), ("1.2", second)):
        score_item(made, code, rule="given", indicator=asked, maximum=10)
    frameworks.issue(made)
    report = province.submission(first, second, subject="self", asks_sign_off=False, window=THIS_YEAR)
    type_in(report, cell("8"), cell("7"), by=province.reporter)
    assert "Sum of these components 12,00 12,00 12,00" in section(browser(province.reporter).get(at(report)))


def test_points_are_summed_exactly(province, report):
    sets = report_points.sets_of(report, expected_cells(report), "department")
    key, other = list(expected_cells(report))
    cells = {key: cell(of=("1", "3")), other: cell("0.01")}
    (found,) = report_points.points_of(sets, expected_cells(report), cells, {}, report.unit_id)
    assert (found.reported, Fraction(1, 3) * 60 + Fraction(1, 100)) == ("20,01", Fraction(2001, 100))
