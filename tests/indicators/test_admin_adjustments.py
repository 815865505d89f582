"""Requests for adjustment on the reviewers' pages: in the queue, and decided beside the other decisions."""

import pytest
from django.urls import reverse

from indicators import rounds
from indicators.clock import today
from indicators.models import AdjustmentRequest, Return
from tests import people
from tests.factories import ask_to_adjust, cell, decide, indicator, type_in
from tests.indicators.pages import browser, seen, state

pytestmark = pytest.mark.usefixtures("english")
QUEUE = reverse("admin:indicators_submission_changelist")


@pytest.fixture
def report(province):
    made = type_in(province.submission(indicator("HT.01")), cell("14433"), by=province.reporter)
    return province.walk(made, "submit", "sign", "verify", "approve")


@pytest.fixture
def request_(province, report):
    return ask_to_adjust(report, by=province.reporter, wished="14.500 km", document="15/CV")


def review(report):
    return reverse("admin:indicators_submission_change", args=[report.pk])


def press(report, by, action, **typed):
    asked = AdjustmentRequest.objects.latest("version").pk
    return browser(by).post(review(report), {"action": action, "request": asked, "revision": "x"} | typed)


def listed(response):
    return [row.pk for row in response.context["cl"].result_list]


# --- The queue


def test_it_waits_in_the_queue_of_who_may_decide_and_of_nobody_else(province, report, request_):
    page = browser(province.approver).get(QUEUE)
    assert listed(page) == [report.pk]
    assert "Adjustment asked for" in seen(page)
    assert listed(browser(province.verifier).get(QUEUE)) == []


def test_who_asked_does_not_find_it_among_what_waits(province, report):
    ask_to_adjust(report, by=province.approver)
    assert listed(browser(province.approver).get(QUEUE)) == []
    second = people.person("second approver", province.root, "approver", is_staff=True)
    assert listed(browser(second).get(QUEUE)) == [report.pk]


def test_once_decided_it_waits_no_more(province, report, request_):
    decide(request_, "decline", by=province.approver, answer="Không")
    assert listed(browser(province.approver).get(QUEUE)) == []


@pytest.mark.parametrize(
    ("kind", "words"), [("mistake", "Adjustment of approved"), ("update", "Update to official")]
)
def test_the_queue_says_what_a_report_comes_back_for(province, kind, words):
    status = "estimate" if kind == "update" else "official"
    made = type_in(province.submission(indicator("HT.01")), cell("1", status=status), by=province.reporter)
    made = province.walk(made, "submit", "sign", "verify", "approve")
    made = decide(ask_to_adjust(made, by=province.reporter, kind=kind), "accept", by=province.approver)
    province.walk(type_in(made, cell("2"), by=province.reporter), "submit", "sign")
    assert words in seen(browser(province.verifier).get(QUEUE))


@pytest.mark.parametrize("n", [1, 3])
def test_the_queue_costs_the_same_queries(province, n, django_assert_num_queries):
    for number in range(n):
        made = type_in(province.submission(indicator(f"NT.0{number}")), cell("1"), by=province.reporter)
        ask_to_adjust(province.walk(made, "submit", "sign", "verify", "approve"), by=province.reporter)
    client = browser(province.approver)
    client.get(QUEUE)
    with django_assert_num_queries(8):
        assert len(listed(client.get(QUEUE))) == n


# --- The review page


def test_it_shows_what_is_asked_for_and_offers_both_answers(province, report, request_):
    page = browser(province.approver).get(review(report))
    said = seen(page)
    assert "Chỉ tiêu HT.01: new figure 14.500 km" in said
    assert "15/CV" in said
    assert "An adjustment of this report has been asked for: accept or decline that request." in said
    body = page.content.decode()
    assert [f'value="{move}"' in body for move in ("accept", "decline")] == [True, True]


def test_a_verifier_reads_it_and_decides_nothing(province, report, request_):
    page = browser(province.verifier).get(review(report))
    assert "new figure 14.500 km" in seen(page)
    assert 'value="accept"' not in page.content.decode()
    assert press(report, province.verifier, "accept").status_code == 409
    assert state(report) == "approved"


def test_accepting_reopens_the_report_with_the_day_that_was_typed(province, report, request_):
    day = today()
    answer = press(report, province.approver, "accept", resend_on=f"{day:%d/%m/%Y}", comment="Đồng ý")
    assert (answer.status_code, answer.url, state(report)) == (302, QUEUE, "returned")
    assert Return.objects.get().resend_due_on == day


def test_a_day_that_is_past_is_said_at_its_field(province, report, request_):
    page = press(report, province.approver, "accept", resend_on="1/1/2020")
    assert (page.status_code, state(report)) == (200, "approved")
    assert "cannot lie in the past" in seen(page)


def test_declining_wants_a_reason_and_keeps_what_was_typed(province, report, request_):
    page = press(report, province.approver, "decline", resend_on="", note="")
    assert (page.status_code, state(report)) == (409, "approved")
    assert "Give the reason why the adjustment is declined." in seen(page)
    assert press(report, province.approver, "decline", comment="Số đã khớp").status_code == 302
    request_.refresh_from_db()
    assert (request_.outcome, request_.answer) == ("declined", "Số đã khớp")


def test_what_was_decided_meanwhile_answers_409(province, report, request_):
    assert press(report, province.approver, "decline", comment="Không").status_code == 302
    page = press(report, province.approver, "accept")
    assert (page.status_code, state(report)) == (409, "approved")
    assert "has been decided already: Declined (approver" in seen(page)


def test_a_double_click_decides_once(province, report, request_):
    for _click in range(2):
        assert press(report, province.approver, "decline", comment="Không", key="k").status_code == 302
    assert report.events.filter(move="adjust_declined").count() == 1


def test_an_answer_to_no_request_is_refused(province, report):
    page = browser(province.approver).post(review(report), {"action": "accept"})
    assert page.status_code == 409
    assert "This request for adjustment does not exist." in seen(page)


def test_in_a_locked_round_the_acceptance_is_barred_with_its_sentence(province, report, request_):
    rounds.lock_round(report.round, by=province.approver)
    said = seen(browser(province.approver).get(review(report)))
    assert "This round was closed on" in said
    assert press(report, province.approver, "accept").status_code == 409
    assert press(report, province.approver, "decline", comment="Đã khóa").status_code == 302
