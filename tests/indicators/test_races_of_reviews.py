"""Two reviewers at once: remarks on one line, and two returns. Each guard has its control, as racing.py says."""

import pytest
from django.db import connection

from indicators import remarks, reviewing, workflow
from indicators.models import Remark, Return, Role, Submission
from indicators.refusals import Refused
from indicators.remarks import Typed
from indicators.validation import expected_cells
from tests import people
from tests.factories import cell, indicator, type_in
from tests.indicators.racing import (
    act_of,
    attempt,
    meanwhile,
    province,
    take_compare_and_swap_away,
    take_locks_away,
)

__all__ = ["province"]  # the fixture, on real connections

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]


@pytest.fixture
def colleague(province):
    return people.person("colleague", province.office, Role.VERIFIER)


@pytest.fixture
def submitted(province):
    submission = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    return province.walk(submission, "submit", "sign")


def writing(submission, text, user):
    key = next(iter(expected_cells(submission)))
    read = submission.revisions.latest("number").sha256
    return lambda: remarks.write(submission, Typed({key: text}), by=user, revision=read)


def race_two_remarks(monkeypatch, province, submitted, colleague):
    other = meanwhile(monkeypatch, remarks, "expected_cells", writing(submitted, "Của đồng nghiệp", colleague))
    return attempt(writing(submitted, "Của tôi", province.verifier)), other.outcome()


def test_of_two_remarks_on_one_line_the_second_is_told_of_the_first(monkeypatch, province, submitted, colleague):
    mine, theirs = race_two_remarks(monkeypatch, province, submitted, colleague)
    assert (mine, type(theirs)) == (1, Refused)
    assert "“Của tôi”" in theirs.sentence
    assert Remark.objects.get().text == "Của tôi"


def test_without_the_lock_one_would_be_covered_unseen(monkeypatch, province, submitted, colleague):
    take_locks_away(monkeypatch)
    monkeypatch.setattr(remarks, "lock", workflow.lock)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(remarks, "write", remarks.write.__wrapped__)
    assert race_two_remarks(monkeypatch, province, submitted, colleague) == (1, 1)
    assert Remark.objects.count() == 2


def race_two_returns(monkeypatch, province, submitted, colleague):
    other = meanwhile(monkeypatch, workflow, "latest_revision", act_of("return", submitted, colleague))
    return attempt(act_of("return", submitted, province.verifier)), other.outcome()


def test_of_two_returns_at_once_one_wins_and_asks_once(monkeypatch, province, submitted, colleague):
    first, second = race_two_returns(monkeypatch, province, submitted, colleague)
    assert (first.state, type(second)) == ("returned", Refused)
    assert (Return.objects.count(), submitted.events.filter(move="return").count()) == (1, 1)


def test_without_the_lock_the_compare_and_swap_alone_lets_one_return_win(
    monkeypatch, province, submitted, colleague
):
    take_locks_away(monkeypatch)
    outcomes = race_two_returns(monkeypatch, province, submitted, colleague)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Refused", "Submission"]
    assert Return.objects.count() == 1


def test_without_both_the_database_keeps_one_return_a_version(monkeypatch, province, submitted, colleague):
    take_locks_away(monkeypatch)
    take_compare_and_swap_away(monkeypatch)
    outcomes = race_two_returns(monkeypatch, province, submitted, colleague)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "Submission"]
    assert Return.objects.count() == 1


def test_a_page_sent_twice_at_once_is_done_once(monkeypatch, province, submitted):
    key = next(iter(expected_cells(submitted)))
    read = submitted.revisions.latest("number").sha256
    decision = reviewing.Press("return", Typed({key: "Sai"}), revision=read, comment="Xem lại", key="k")

    def press():
        return reviewing.carry_out(decision, submitted, by=province.verifier)

    other = meanwhile(monkeypatch, workflow, "latest_revision", press)
    assert (attempt(press), other.outcome()) == (True, False)
    assert (Remark.objects.count(), Return.objects.count()) == (1, 1)
    assert Submission.objects.get().state == "returned"
