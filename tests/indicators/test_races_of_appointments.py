"""The work of one officer is handed over twice at the same moment: to one person, and the other is told."""

import pytest
from django.db import connection

from indicators import appointments
from indicators.models import Membership
from indicators.refusals import Refused
from tests import people
from tests.indicators.racing import attempt, meanwhile, province

__all__ = ["province"]  # the fixture, on real connections

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(province):
    user = people.person("contact", province.department, "reader")
    user.memberships.update(is_contact=True)
    return user


@pytest.fixture
def successors(province):
    return [people.person(name, province.department, "reader") for name in ("first", "second")]


def handing_over(province, lead, to):
    row = Membership.objects.get(user=province.reporter)
    return lambda: appointments.hand_over(province.department, row, by=lead, to=to, reason="Chuyển việc")


def who_enters() -> list[str]:
    rows = Membership.objects.from_today().filter(role="reporter", unit__memberships__is_contact=True)
    return sorted(rows.order_by("pk").values_list("user__username", flat=True).distinct())


def race(monkeypatch, province, lead, successors):
    second = handing_over(province, lead, successors[1])
    other = meanwhile(monkeypatch, appointments, "officer", second)
    return attempt(handing_over(province, lead, successors[0])), other.outcome()


def test_work_is_handed_over_once(monkeypatch, province, lead, successors):
    first, second = race(monkeypatch, province, lead, successors)
    assert isinstance(first, Membership)
    assert isinstance(second, Refused)
    assert who_enters() == ["first"]


def test_without_the_lock_it_would_be_handed_over_twice(monkeypatch, province, lead, successors):
    monkeypatch.setattr(appointments, "_lock", lambda _unit, _by: None)
    if connection.vendor == "sqlite":  # where the transaction is the lock
        monkeypatch.setattr(appointments, "hand_over", appointments.hand_over.__wrapped__)
    race(monkeypatch, province, lead, successors)
    assert who_enters() == ["first", "second"]
