"""Before a reopened report is approved again its review page lists all that moves with it (domain.md 22)."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertNumQueries

from indicators import frameworks
from indicators.admin.moves import moves_of
from indicators.calendars import quarter
from indicators.models import Submission, Total
from indicators.workflow import latest_revision
from tests.factories import (
    ask_to_adjust,
    cell,
    decide,
    framework,
    indicator,
    publish,
    ratio,
    score_item,
    type_in,
)
from tests.indicators.pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")
WAY = ("submit", "verify", "approve")


@pytest.fixture
def desk(province, clock):
    clock.set(2026, 9, 16, 8, 0)
    return province


def approved(province, round_, *cells, unit=None, reporter=None):
    report = round_.submissions.get(unit=unit or province.department)
    by = reporter or province.reporter
    return province.walk(type_in(report, *cells, by=by), *WAY, reporter=by)


def adjusted(province, report, *cells, kind="mistake"):
    """Reopened as asked, changed and handed in again: it waits for the reviewers."""
    report = decide(ask_to_adjust(report, by=province.reporter, kind=kind), "accept", by=province.approver)
    return province.walk(type_in(report, *cells, by=province.reporter), "submit")


def moves(report):
    return moves_of(report, latest_revision(report))


def lines(found):
    return [(each.title, each.before, each.now, each.is_update) for each in found.lines]


def sums(found):
    return [(each.of, each.before, each.now) for each in found]


def both(province, *indicators, subject="self", **facts):
    units = [province.department, province.sister]
    return province.round(*indicators, units=units, subject=subject, asks_sign_off=False, **facts)


def test_it_lists_the_figures_and_the_totals_above_them(desk):
    round_ = both(desk, indicator("HT.01"))
    approved(desk, round_, cell("1000"), unit=desk.sister, reporter=desk.outsider)
    report = approved(desk, round_, cell("14433"))
    report = adjusted(desk, report, cell("14500"))
    found = moves(report)
    assert lines(found) == [("Chỉ tiêu HT.01", "14.433 km", "14.500 km", False)]
    assert sums(found.sums) == [("Tỉnh Lai Châu", "15.433 km (2 of 2 units)", "15.500 km (2 of 2 units)")]
    desk.walk(report, "verify", "approve")
    assert list(Total.objects.filter(stage="approved").values_list("value", flat=True)) == [15500]


def test_totals_of_other_parents_are_listed_too(desk):
    desk.sister.slices.update(parent=desk.office)
    round_ = both(desk, indicator("HT.01"))
    report = type_in(round_.submissions.get(unit=desk.sister), cell("5"), by=desk.outsider)
    report = desk.walk(report, *WAY, reporter=desk.outsider)
    report = decide(ask_to_adjust(report, by=desk.outsider), "accept", by=desk.approver)
    report = desk.walk(type_in(report, cell("7"), by=desk.outsider), "submit", reporter=desk.outsider)
    assert sums(moves(report).sums) == [
        ("Tỉnh Lai Châu", "5 km (1 of 2 units)", "7 km (1 of 2 units)"),
        ("Văn phòng UBND tỉnh", "5 km (1 of 1 units)", "7 km (1 of 1 units)"),
    ]


def test_a_figure_that_is_taken_away_moves_the_coverage(desk):
    round_ = both(desk, indicator("HT.01"))
    approved(desk, round_, cell("1000"), unit=desk.sister, reporter=desk.outsider)
    report = approved(desk, round_, cell("5"))
    report = adjusted(desk, report, cell(state="not_available", note="Mất sổ"))
    found = moves(report)
    assert lines(found) == [("Chỉ tiêu HT.01", "5 km", "Could not be collected", False)]
    assert sums(found.sums) == [("Tỉnh Lai Châu", "1.005 km (2 of 2 units)", "1.000 km (1 of 2 units)")]


def test_a_ratio_is_summed_by_its_parts(desk):
    round_ = both(desk, ratio("HT.02"))
    approved(desk, round_, cell("50", of=("5", "10")), unit=desk.sister, reporter=desk.outsider)
    report = approved(desk, round_, cell("40", of=("4", "10")))
    report = adjusted(desk, report, cell("100", of=("10", "10")))
    assert sums(moves(report).sums) == [("Tỉnh Lai Châu", "45,0% (2 of 2 units)", "75,0% (2 of 2 units)")]


def test_an_estimate_that_becomes_official_is_an_update_even_where_the_figure_stays(desk):
    report = approved(desk, both(desk, indicator("HT.01")), cell("5", status="estimate"))
    report = adjusted(desk, report, cell("5"), kind="update")
    assert lines(moves(report)) == [("Chỉ tiêu HT.01", "5 km [Estimate]", "5 km", True)]
    page = seen(browser(desk.verifier).get(reverse("admin:indicators_submission_change", args=[report.pk])))
    assert "Update to official figures 5 km [Estimate] 5 km" in page


@pytest.mark.parametrize(
    ("over_time", "later"),
    [
        ("flow", [("quarter ii/2026", "12", "16"), ("quarter iii/2026", "19", "23")]),
        ("running", [("quarter iii/2026", "7", "7")]),
        ("stock", []),
    ],
)
def test_sums_of_the_year_and_later_periods_are_listed(desk, over_time, later):
    asked = indicator("KT.01", over_time=over_time)
    for number, value in ((1, "2"), (3, "7")):
        approved(desk, both(desk, asked, window=quarter(2026, number)), cell(value))
    report = approved(desk, both(desk, asked, window=quarter(2026, 2)), cell("10"))
    report = adjusted(desk, report, cell("14"))
    found = [(e.of.lower(), e.before, e.now, e.is_reported) for e in moves(report).later]
    assert found == [(*each, over_time == "running") for each in later]


def test_the_publications_in_which_the_old_figure_stood_are_named(desk):
    round_ = both(desk, indicator("HT.01"), indicator("HT.09"), asks_publication=True)
    report = approved(desk, round_, cell("5"), cell("6"))
    assert moves(adjusted(desk, report, cell("7"), cell("6"))).issues == []
    desk.walk(report, "verify", "approve")
    publish(round_, by=desk.publisher, number="15/TB-UBND")
    report.refresh_from_db()
    report = adjusted(desk, report, cell("8"), cell("6"))
    assert [issue.document for issue in moves(report).issues] == ["15/TB-UBND"]
    page = seen(browser(desk.approver).get(reverse("admin:indicators_submission_change", args=[report.pk])))
    assert f"Form {round_.form.code}, issue 1: 15/TB-UBND, 16/09/2026" in page


def test_what_was_published_on_approval_says_since_when(desk):
    report = adjusted(desk, approved(desk, both(desk, indicator("HT.01")), cell("5")), cell("7"))
    page = seen(browser(desk.approver).get(reverse("admin:indicators_submission_change", args=[report.pk])))
    assert "Published with their approval on 16/09/2026" in page


def test_a_first_report_and_one_with_its_unit_move_nothing_yet(desk):
    round_ = both(desk, indicator("HT.01"))
    report = desk.walk(type_in(round_.submissions.get(unit=desk.department), cell("5"), by=desk.reporter), "submit")
    address = reverse("admin:indicators_submission_change", args=[report.pk])
    assert "What the approval moves" not in seen(browser(desk.verifier).get(address))
    desk.walk(report, "verify", "approve", "reopen")
    assert "What the approval moves" not in seen(browser(desk.verifier).get(address))


def test_where_nothing_differs_it_says_so(desk):
    report = adjusted(desk, approved(desk, both(desk, indicator("HT.01")), cell("5")))
    page = seen(browser(desk.verifier).get(reverse("admin:indicators_submission_change", args=[report.pk])))
    assert "No figure differs from the one that is approved." in page


@pytest.mark.parametrize("n", [1, 3])
def test_it_costs_the_same_queries_whatever_the_number_of_lines(desk, n):
    asked = [indicator(f"KT.0{number}", over_time="flow") for number in range(n)]
    report = approved(desk, both(desk, *asked), *[cell("5")] * n)
    adjusted(desk, report, *[cell("7")] * n)
    report = Submission.objects.select_related("round__period").get(pk=report.pk)
    revision = latest_revision(report)
    with assertNumQueries(10):
        assert len(moves_of(report, revision).lines) == n


def test_the_page_of_the_round_says_which_report_adjusts_and_leads_to_what_it_moves(desk):
    round_ = both(desk, indicator("HT.01"))
    report = desk.walk(adjusted(desk, approved(desk, round_, cell("5")), cell("7")), "verify")
    sister = type_in(round_.submissions.get(unit=desk.sister), cell("9"), by=desk.outsider)
    desk.walk(sister, "submit", "verify", reporter=desk.outsider)
    address = reverse("admin:indicators_submission_round", args=[round_.pk])
    page = browser(desk.approver).get(address)
    assert [(each.pk, each.is_adjusted) for each in page.context["page"].waiting] == [
        (report.pk, True),
        (sister.pk, False),
    ]
    assert f'/{report.pk}/change/#moves"' in page.content.decode()


def scored(desk):
    """Two indicators of a set for departments, approved, and the first adjusted from a half to a quarter."""
    made = framework("DTI-SO", kinds="department", first_year=2026, name="Bộ chỉ số sở")
    first, second = ratio("S.1"), indicator("S.2")
    score_item(made, "1", rule="ratio", indicator=first, maximum=60, name="Hồ sơ trực tuyến")
    score_item(made, "2", rule="given", indicator=second, maximum=40)
    frameworks.issue(made)
    report = approved(desk, both(desk, first, second), cell("50.0", of=("1", "2")), cell("40"))
    return adjusted(desk, report, cell("25.0", of=("1", "4")), cell("40"))


def test_the_points_that_rest_on_the_figures_are_listed(desk):
    found = moves(scored(desk))
    assert [(each.title, each.before, each.now, each.of) for each in found.points] == [
        ("1 Hồ sơ trực tuyến", "30,00", "15,00", "Bộ chỉ số sở"),
        ("Sum of these components", "70,00", "55,00", "Bộ chỉ số sở"),
    ]
    assert not found.moves_others


def test_the_page_says_that_places_may_move(desk):
    report = scored(desk)
    said = seen(browser(desk.verifier).get(f"/admin/indicators/submission/{report.pk}/change/"))
    assert "Points by the sets that score the unit" in said
    assert "Places in the ranking may move with them." in said


def test_a_figure_that_no_set_scores_moves_no_points(desk):
    report = approved(desk, both(desk, indicator("HT.01")), cell("1000"))
    assert moves(adjusted(desk, report, cell("1001"))).points == []
