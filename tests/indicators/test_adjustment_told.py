"""What people read of an adjustment in their notices and mails, and what the check of the history says where a
request was rewritten."""

import pytest
from django.urls import reverse

from indicators import append_only
from indicators.digests import compose
from indicators.models import AdjustmentRequest, Notice, User
from indicators.notifications import find_again
from indicators.proof.verifying import verify
from tests.factories import ask_to_adjust, cell, decide, indicator, type_in
from tests.indicators.pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")
REASON = "Gõ nhầm một chữ số"


@pytest.fixture
def report(province):
    made = type_in(province.submission(indicator("HT.01")), cell("5", status="estimate"), by=province.reporter)
    return province.walk(made, "submit", "sign", "verify", "approve")


def notices_of(user: User) -> str:
    return seen(browser(user).get(reverse("notices")))


def mail_to(user: User) -> str:
    rows = find_again(list(Notice.objects.unread().filter(user=user).in_full().order_by("pk")))
    return compose(user, rows).body if rows else ""


def found(user: User) -> list[str]:
    rows = list(Notice.objects.unread().filter(user=user).order_by("pk"))
    return [notice.kind for notice in find_again(rows)]


def test_who_may_decide_reads_what_is_asked_and_why(province, report):
    ask_to_adjust(report, by=province.reporter, kind="update")
    said = notices_of(province.approver)
    assert "Request for adjustment waiting for a decision" in said
    assert f"Update to official figures asked for Reason: {REASON} (reporter)" in said
    assert found(province.approver) == ["to_decide"]
    assert REASON in mail_to(province.approver)


def test_the_unit_reads_the_answer_of_a_refusal(province, report):
    decide(ask_to_adjust(report, by=province.reporter), "decline", by=province.approver, answer="Số đã khớp")
    for user in (province.reporter, province.unit_leader):
        assert "Adjustment of figures declined Reason: Số đã khớp (approver)" in notices_of(user)
        assert found(user) == ["declined"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("mistake", "Reopened to adjust approved figures"),
        ("update", "Reopened to replace estimates by the official figures"),
    ],
)
def test_the_unit_reads_what_a_report_was_reopened_for(province, report, kind, words):
    decide(ask_to_adjust(report, by=province.reporter, kind=kind), "accept", by=province.approver)
    assert f"{words} Reason: {REASON} (approver)" in notices_of(province.reporter)
    assert found(province.reporter) == ["returned"]


def test_what_is_decided_is_sent_to_nobody(province, report):
    request = ask_to_adjust(report, by=province.reporter)
    rows = list(Notice.objects.filter(user=province.approver, kind="to_decide"))
    decide(request, "decline", by=province.approver, answer="Không")
    assert find_again(rows) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": "Lý do khác"}, "Event 5 (adjust_asked): what it asks is missing, or was changed."),
        ({"outcome": "accepted"}, "The request for adjustment of version"),
        ({"decided_version": 99}, "The request for adjustment of version"),
    ],
)
def test_a_request_that_was_rewritten_is_found(province, report, changed, sentence):
    decide(ask_to_adjust(report, by=province.reporter), "decline", by=province.approver, answer="Không")
    append_only.remove()
    AdjustmentRequest.objects.update(**changed)
    append_only.install()
    told: list[str] = []
    assert verify(told.append).broken == 1
    assert sentence in told[0]
