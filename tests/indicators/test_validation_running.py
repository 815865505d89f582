"""A running total of the year against what stands approved of the same year: the total before, and the flows that
it must add up to."""

from datetime import date

import pytest

from indicators.calendars import quarter
from indicators.history import Past
from indicators.models import Definition, FormCheck, Observation
from indicators.opening import open_round
from indicators.validation import Known, cells_of, expected_cells, findings, problems
from tests import factories
from tests.factories import cell, indicator, ratio, type_in

pytestmark = pytest.mark.usefixtures("english")

APPROVE = ("submit", "sign", "verify", "approve")
BELOW = (
    "Chỉ tiêu KT.01: Since the start of the year, %s km (Quarter III/2026) is below the approved 90 km "
    "(Quarter II/2026). Give the reason."
)


@pytest.fixture(autouse=True)
def _in_november(clock) -> None:
    clock.set(2026, 11, 24, 9, 42)


def form(province, *lines):
    holders = {"verify": province.office, "approve": province.root}
    return factories.form(province.department, holders=holders, indicators=list(lines), subject="province")


def report(province, asked, number, *cells, year=2026):
    opened = open_round(asked, factories.period(quarter(year, number)), due_on=date(2026, 12, 16))
    return type_in(opened.submissions.get(), *cells, by=province.reporter)


def approved(province, asked, number, *cells, year=2026):
    return province.walk(report(province, asked, number, *cells, year=year), *APPROVE)


def said(submission):
    return [problem.in_full for problem in problems(submission)]


@pytest.fixture
def running(province):
    return form(province, indicator("KT.01", over_time="running"))


@pytest.mark.parametrize(("now", "is_asked"), [("89", True), ("90", False), ("91", False)])
def test_below_the_year_s_last_approved_total_it_asks_why(province, running, now, is_asked):
    approved(province, running, 1, cell("40"))
    approved(province, running, 2, cell("90"))
    assert said(report(province, running, 3, cell(now))) == ([BELOW % now] if is_asked else [])


def test_an_explanation_lets_it_pass_and_stands_under_the_figure(province, running):
    approved(province, running, 2, cell("90"))
    submission = report(province, running, 3, cell("80", note="Trừ dự án bị hủy"))
    assert said(submission) == []
    province.walk(submission, *APPROVE)
    assert Observation.objects.get(submission=submission).explanation == "Trừ dự án bị hủy"


def test_the_first_period_of_a_year_is_compared_with_nothing(province, running):
    approved(province, running, 4, cell("500"), year=2025)
    assert said(report(province, running, 1, cell("5"))) == []


def test_a_period_without_a_figure_is_passed_over(province, running):
    approved(province, running, 1, cell("90"))
    approved(province, running, 2, cell(state="not_available", note="Mất sổ"))
    [sentence] = said(report(province, running, 3, cell("5")))
    assert "(Quarter I/2026)" in sentence


def test_one_reason_is_asked_even_where_the_change_is_unusual_too(province):
    asked = form(province, indicator("KT.01", over_time="running", change_limit=1))
    approved(province, asked, 2, cell("90"))
    assert said(report(province, asked, 3, cell("10"))) == [BELOW % 10]


def test_what_cannot_fall_is_an_error_not_a_question(province):
    asked = form(province, indicator("KT.01", over_time="running", never_falls=True))
    approved(province, asked, 2, cell("90"))
    [sentence] = said(report(province, asked, 3, cell("10", note="Lý do")))
    assert "This figure cannot fall" in sentence


@pytest.mark.parametrize("over_time", ["stock", "flow"])
def test_stocks_and_flows_may_fall(province, over_time):
    asked = form(province, indicator("KT.01", over_time=over_time))
    approved(province, asked, 2, cell("90"))
    assert said(report(province, asked, 3, cell("10"))) == []


def test_a_ratio_over_the_year_may_fall(province):
    asked = form(province, ratio("KT.01", over_time="running"))
    approved(province, asked, 2, cell("90.0"))
    assert said(report(province, asked, 3, cell("10.0"))) == []


# --- Against the flows of the year

ADDED = "KT.02 (%s) must be equal to KT.01 (%s), added up since the start of the year."


@pytest.fixture
def both(province):
    """KT.01 in the period and KT.02 since the start of the year, which must agree."""
    flow, total = indicator("KT.01", over_time="flow"), indicator("KT.02", over_time="running")
    asked = form(province, flow, total)
    FormCheck.objects.create(form=asked, left="KT.02", comparison="eq", right="KT.01", severity="warning")
    return asked


@pytest.mark.parametrize(("now", "is_odd"), [("60", False), ("59", True), ("61", True), ("30", True)])
def test_it_agrees_with_what_was_approved_in_the_year_and_is_reported_now(province, both, now, is_odd):
    approved(province, both, 1, cell("10"), cell("10"))
    approved(province, both, 2, cell("20"), cell("30"))
    found = said(report(province, both, 3, cell("30"), cell(now)))
    assert found == ([ADDED % (now, 60)] if is_odd else [])


def test_or_says_why_not(province, both):
    approved(province, both, 1, cell("10"), cell("10"))
    assert said(report(province, both, 2, cell("5"), cell("12", note="Điều chỉnh quý I"))) == []


def test_an_adjusted_period_counts_as_it_stands(province, both):
    before = province.walk(approved(province, both, 1, cell("10"), cell("10")), "reopen")
    province.walk(type_in(before, cell("12"), cell("12"), by=province.reporter), *APPROVE)
    assert said(report(province, both, 2, cell("5"), cell("17"))) == []


def test_the_first_period_of_a_year_equals_its_own_flow(province, both):
    approved(province, both, 4, cell("10"), cell("40", note="Năm trước"), year=2025)
    assert said(report(province, both, 1, cell("5"), cell("6"))) == [ADDED % (6, 5)]


def test_where_a_period_of_the_year_is_missing_nothing_is_said(province, both):
    approved(province, both, 1, cell("10"), cell("10"))
    approved(province, both, 2, cell(state="not_available", note="Mất sổ"), cell("15", note="Sổ tay"))
    assert said(report(province, both, 3, cell("30"), cell("99"))) == []


def test_where_the_flow_was_measured_another_way_nothing_is_said(province, both):
    approved(province, both, 1, cell("10"), cell("10"))
    old = Definition.objects.get(indicator__code="KT.01")
    facts = {f.name: getattr(old, f.name) for f in Definition._meta.fields if f.name != "id"}
    Definition.objects.create(**facts | {"valid_from": date(2026, 3, 15)})
    assert said(report(province, both, 2, cell("5"), cell("99"))) == []


def test_two_running_totals_are_compared_as_they_stand(province):
    asked = form(province, *[indicator(f"KT.0{n}", over_time="running") for n in (1, 2)])
    FormCheck.objects.create(form=asked, left="KT.02", comparison="eq", right="KT.01")
    approved(province, asked, 1, cell("10"), cell("10"))
    assert said(report(province, asked, 2, cell("30"), cell("30"))) == []


@pytest.mark.parametrize("communes", [1, 3])
def test_the_flows_of_each_commune_are_added_up_in_one_query(province, both, communes, django_assert_num_queries):
    for n in range(communes):
        factories.unit(f"Xã {n}", "commune", parent=province.root)
    both.lines.update(subject_rule="each_commune")
    approved(province, both, 1, *[cell("10")] * communes * 2)
    submission = report(province, both, 2, *[cell("5")] * communes, *[cell("15")] * communes)
    expected, cells = expected_cells(submission), cells_of(submission)
    with django_assert_num_queries(3):  # the last figures, the rules, the flows
        assert findings(submission, expected, cells) == []


def test_read_for_many_reports_at_once_it_says_the_same_and_asks_nothing_more(
    province, both, django_assert_num_queries
):
    approved(province, both, 1, cell("10"), cell("10"))
    submission = report(province, both, 2, cell("5"), cell("17"))
    expected, cells = expected_cells(submission), cells_of(submission)
    definitions = [line.definition for line in expected.values()]
    past = Past([submission.unit_id], definitions, adds_flows=True)
    known = Known(
        last=past.last_figures(submission, definitions),
        series=past.series(submission, definitions),
        checks=list(submission.round.checks.order_by("order", "pk")),
        names={},
        proven=set(),
        past=past,
    )
    with django_assert_num_queries(0):
        found = findings(submission, expected, cells, known)
    assert found == findings(submission, expected, cells)
    assert [each.sentence for each in found] == [ADDED % (17, 15)]
