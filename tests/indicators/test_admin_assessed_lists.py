"""Reviewers' own figures in the queue and on the page where a round is approved: shown, forecast, bound to."""

import pytest

from indicators import assessing
from indicators.assessing import Own
from indicators.clock import today
from indicators.models import Assessment, NoticeKind, Observation, Stage, Total
from indicators.notifications import DUTIES, find
from indicators.opening import working_days
from tests import people
from tests.factories import cell, indicator, perform, type_in
from tests.indicators.test_admin_deciding import look, opened, press, states, verified
from tests.indicators.test_admin_queue_flags import rows
from tests.indicators.test_assessing import WHY, enter, handed_in, keys, own

from .pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def client(province):
    return browser(province.approver)


@pytest.fixture
def colleague(province):
    return people.person("colleague", province.root, "approver")


def both_verified(province, **facts):
    """Two departments' reports of one indicator, 5 and 7; the first one's reviewer takes it to be 4."""
    round_ = opened(province, indicator("HT.01"), **facts)
    first = verified(province, round_, "5")
    verified(province, round_, "7", unit=province.sister)
    enter(first, {keys(first)[0]: own("4")}, by=people.person("assessor", province.root, "approver"))
    return round_


# --- The page of a round


def test_it_shows_both_figures_with_reason_explanation_and_the_time_left(province, client):
    round_ = both_verified(province)
    said = seen(client.get(f"/admin/indicators/submission/round/{round_.pk}/"))
    assert f"Reviewer's own figure Chỉ tiêu HT.01: 5 km → 4 km {WHY}" in said
    assert "On approval the reported ones count." in said
    assert f"The unit may still explain until the end of {working_days().add(today(), 3):%d/%m/%Y}" in said
    assessing.explain(
        Assessment.objects.get().submission, {Assessment.objects.get().pk: "Vì"}, by=province.reporter
    )
    said = seen(client.get(f"/admin/indicators/submission/round/{round_.pk}/"))
    assert "The unit explains: Vì" in said
    assert "may still explain" not in said


@pytest.mark.parametrize(("counting", "total"), [("reported", 12), ("assessed", 11)])
def test_the_forecast_and_the_total_carry_the_figure_that_counts(province, client, counting, total):
    round_ = both_verified(province, counting_figure=counting)
    assert [figure.forecast.value for figure in look(client, round_).figures] == [total]
    press(client, round_)
    assert states(round_) == ["approved", "approved"]
    assert Total.objects.get(stage=Stage.APPROVED, subject=province.root).value == total


def test_a_figure_that_came_meanwhile_is_told_with_the_difference_and_stops_no_other(province, client, colleague):
    round_ = both_verified(province, counting_figure="assessed")
    shown = look(client, round_)
    read = [f"{report.pk}:{report.read}" for report in shown.waiting]
    changed = Assessment.objects.get().submission
    enter(changed, {keys(changed)[0]: own("3", "Đối chiếu lại")}, by=colleague)
    answer = press(client, round_, report=read)
    assert answer.status_code == 409
    assert f"Chỉ tiêu HT.01, Reviewer's own figure: 4 km (reason: {WHY}) → 3 km (reason: Đối chiếu lại)" in seen(
        answer
    )
    assert sorted(states(round_)) == ["approved", "verified"]
    press(client, round_)
    assert sorted(Observation.objects.order_by("pk").values_list("value", flat=True)) == [3, 7]


@pytest.mark.parametrize("n", [1, 3])
def test_it_takes_the_same_queries_for_one_figure_and_three(province, client, django_assert_num_queries, n):
    round_ = opened(province, *[indicator(f"HT.0{number}") for number in range(1, 4)])
    report = round_.submissions.get(unit=province.department)
    report = type_in(report, cell("5"), cell("6"), cell("7"), by=province.reporter)
    perform("verify", perform("submit", report, by=province.reporter), by=province.verifier)
    enter(report, {key: own("4") for key in keys(report)[:n]}, by=province.approver)
    look(client, round_)
    with django_assert_num_queries(PRICE):
        look(client, round_)


PRICE = 25


# --- The queue


def test_the_queue_says_that_a_reviewer_has_another_figure_and_that_it_was_explained(province):
    report = handed_in(province)
    assert rows(province.verifier) == {report.pk: []}
    enter(report, {keys(report)[0]: own("14000")}, by=province.verifier)
    assert rows(province.verifier) == {report.pk: ["Reviewer's own figure"]}
    assessing.explain(report, {Assessment.objects.get().pk: "Vì"}, by=province.reporter)
    assert rows(province.verifier) == {report.pk: ["Reviewer's own figure", "Explained by the unit"]}
    enter(report, {keys(report)[0]: Own()}, by=province.verifier)
    assert rows(province.verifier) == {report.pk: []}


def test_what_was_entered_on_an_earlier_hand_in_was_read_then(province):
    report = handed_in(province)
    enter(report, {keys(report)[0]: own("14000")}, by=province.verifier)
    province.walk(report, "return")
    type_in(report, cell("14000"), cell("7"), by=province.reporter)
    province.walk(report, "submit", "sign")
    assert "Reviewer's own figure" not in rows(province.verifier)[report.pk]


@pytest.mark.parametrize("counting", ["reported", "assessed"])
def test_what_somebody_may_not_approve_for_an_own_figure_waits_for_somebody_else(province, colleague, counting):
    report = handed_in(province, counting_figure=counting)
    province.walk(report, "verify")
    enter(report, {keys(report)[0]: own("14000")}, by=province.approver)
    colleague.is_staff = True
    colleague.save()
    waits = {True: [report.pk], False: []}
    assert list(rows(province.approver)) == waits[counting == "reported"]
    assert list(rows(colleague)) == [report.pk]


def test_nor_is_it_announced_to_him_or_her(province, colleague):
    report = handed_in(province, counting_figure="assessed")
    province.walk(report, "verify")
    asked = [duty for duty in DUTIES if duty.kind == NoticeKind.TO_APPROVE]
    assert {found.user for found in find(asked)} == {province.approver.pk, colleague.pk}
    enter(report, {keys(report)[0]: own("14000")}, by=province.approver)
    assert {found.user for found in find(asked)} == {colleague.pk}
