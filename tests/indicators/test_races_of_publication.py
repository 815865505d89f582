"""Two publishers at once, and a publisher beside an approver: on real connections, with the guards and, as a
control, without them. `racing.py` says how."""

import pytest
from django.db import IntegrityError, connection

from indicators import publishing, totals
from indicators.clock import today
from indicators.models import Observation, Period, Publication, Total
from indicators.publishing import act
from indicators.refusals import ContentChanged, Refused
from tests import people
from tests.factories import cell, indicator, type_in
from tests.indicators.racing import act_of, attempt, meanwhile, province

__all__ = ["province"]  # the fixture, on real connections

pytestmark = pytest.mark.django_db(transaction=True)
PAPER = publishing.Paper("15/TB-UBND", today())


@pytest.fixture
def round_(province):
    """The department's 10 waits for its publication, the sister's 5 for its approval."""
    both = [province.department, province.sister]
    made = province.round(indicator("HT.01"), units=both, asks_sign_off=False, asks_publication=True)
    for unit, by, value, way in (
        (province.department, province.reporter, "10", ("submit", "verify", "approve")),
        (province.sister, province.outsider, "5", ("submit", "verify")),
    ):
        report = type_in(made.submissions.get(unit=unit), cell(value), by=by)
        province.walk(report, *way, reporter=by)
    return made


def publishing_by(user, round_, read):
    return lambda: act.publish(round_, PAPER, by=user, read=read)


def race_two_publishers(monkeypatch, province, round_):
    read = publishing.propose(round_).sha256
    second = people.person("second publisher", province.office, "publisher")
    other = meanwhile(monkeypatch, act, "propose", publishing_by(second, round_, read))
    return attempt(publishing_by(province.publisher, round_, read)), other.outcome()


def race_an_approver(monkeypatch, province, round_):
    read = publishing.propose(round_).sha256
    sister = round_.submissions.get(unit=province.sister)
    other = meanwhile(monkeypatch, act, "propose", act_of("approve", sister, province.approver))
    return attempt(publishing_by(province.publisher, round_, read)), other.outcome()


def take_the_lock_away(monkeypatch):
    monkeypatch.setattr(totals, "lock_period", lambda pk: Period.objects.get(pk=pk))
    if connection.vendor == "sqlite":  # where the transaction is the lock
        monkeypatch.setattr(act, "publish", act.publish.__wrapped__)


def stands(stage: str):
    return Total.objects.filter(stage=stage).values_list("value", "n_reported").get()


def test_of_two_publishers_at_once_one_publishes(monkeypatch, province, round_):
    first, second = race_two_publishers(monkeypatch, province, round_)
    assert (first.number, type(second)) == (1, Refused)
    assert (Publication.objects.count(), stands("published")) == (1, (10, 1))


def test_without_the_lock_the_compare_and_swap_lets_one_publish(monkeypatch, province, round_):
    take_the_lock_away(monkeypatch)
    first, second = race_two_publishers(monkeypatch, province, round_)
    assert (type(first), second.number) == (ContentChanged, 1)
    assert (Publication.objects.count(), stands("published")) == (1, (10, 1))


def test_control_without_either_the_database_alone_refuses_the_second_number(monkeypatch, province, round_):
    take_the_lock_away(monkeypatch)
    monkeypatch.setattr(
        act, "_write_moments", lambda proposal, at: act.news(proposal.round).update(published_at=at)
    )
    first, second = race_two_publishers(monkeypatch, province, round_)
    assert (type(first), second.number) == (IntegrityError, 1)


def test_an_approval_waits_for_the_publication_and_then_for_the_next_one(monkeypatch, province, round_):
    made, approved = race_an_approver(monkeypatch, province, round_)
    assert (made.n_published, approved.state) == (1, "approved")
    assert (stands("published"), stands("approved")) == ((10, 1), (15, 2))
    assert Observation.objects.waiting().count() == 1


def test_control_without_the_lock_the_publication_meets_what_nobody_read(monkeypatch, province, round_):
    take_the_lock_away(monkeypatch)
    made, approved = race_an_approver(monkeypatch, province, round_)
    assert (type(made), approved.state) == (ContentChanged, "approved")
    assert not Publication.objects.exists()
