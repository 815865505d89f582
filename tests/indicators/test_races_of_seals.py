"""Two timers seal at once, and a report moves while its head is sealed: one seal a day, and no event in none."""

import pytest

from indicators.models import Seal, SealedHead
from indicators.proof import seals
from indicators.proof.verifying import verify
from tests.factories import cell, indicator, perform, type_in
from tests.indicators.racing import attempt, meanwhile, province

__all__ = ["province"]  # the fixture, on real connections

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def report(province):
    mine = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    return province.walk(mine, "submit", "sign")


def test_two_who_seal_at_once_make_one_seal_and_are_told_the_same(monkeypatch, report):
    begun, make = [], seals._make

    def counted(day, at):
        begun.append(day)
        return make(day, at)

    monkeypatch.setattr(seals, "_make", counted)
    other = meanwhile(monkeypatch, seals, "moved_heads", seals.seal_day)
    mine, theirs = attempt(seals.seal_day), other.outcome()
    assert len(begun) == 2  # both had seen no seal of today
    assert mine[0] == theirs[0] == Seal.objects.get()
    assert sorted([mine[1], theirs[1]]) == [False, True]
    assert SealedHead.objects.count() == 1


def test_what_moves_while_it_is_sealed_stands_in_this_seal_or_the_next(monkeypatch, clock, province, report):
    clock.set(2030, 1, 1, 8, 0)
    other = meanwhile(monkeypatch, seals, "moved_heads", lambda: perform("verify", report, by=province.verifier))
    seals.seal_day()
    assert other.outcome().state == "verified"
    clock.set(2030, 1, 2, 8, 0)
    seals.seal_day()
    assert SealedHead.objects.order_by("-number").first().number == 3
    told: list[str] = []
    assert verify(told.append).broken == 0
    assert told == []
