"""Two people at one report's evidence, on real connections; each race once with the lock and once, as a control,
without it (racing.py says how)."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from django.db import connection

from indicators import evidence
from indicators.models import Evidence, Revision, Submission
from indicators.refusals import Refused
from tests.factories import Province, cell, indicator, perform, type_in
from tests.indicators.papers import attach
from tests.indicators.racing import attempt, meanwhile

pytestmark = [pytest.mark.usefixtures("english", "media"), pytest.mark.django_db(transaction=True)]
LINK = "https://laichau.gov.vn/van-ban"


@pytest.fixture
def province(transactional_db):
    return Province()


@pytest.fixture
def submission(province):
    report = province.submission(indicator("HT.01"), asks_sign_off=False)
    return type_in(report, cell("5"), by=province.reporter)


def take_the_lock_away(monkeypatch):
    """On SQLite the transaction is the lock."""

    def read(submission):
        return Submission.objects.select_related("round__form", "round__period", "unit").get(pk=submission.pk)

    monkeypatch.setattr(evidence, "lock", read)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(evidence, "transaction", SimpleNamespace(atomic=nullcontext))


@pytest.mark.parametrize("is_locked", [True, False])
def test_two_who_attach_the_last_item_that_fits(province, submission, monkeypatch, is_locked):
    monkeypatch.setattr(evidence, "MAX_A_CELL", 1)
    if not is_locked:
        take_the_lock_away(monkeypatch)
    other = meanwhile(
        monkeypatch, evidence, "_refuse_too_many", lambda: attach(submission, province.reporter, f"{LINK}/2")
    )
    mine = attempt(lambda: attach(submission, province.reporter, f"{LINK}/1"))
    theirs = other.outcome()
    refused = [each.sentence for each in (mine, theirs) if isinstance(each, Refused)]
    if is_locked:
        assert refused == ["A line takes at most 1 pieces of evidence."]
        assert Evidence.objects.count() == 1
    else:
        assert (refused, Evidence.objects.count()) == ([], 2)


@pytest.mark.parametrize("is_locked", [True, False])
def test_what_is_attached_while_the_report_is_sent_is_frozen_with_it(province, submission, monkeypatch, is_locked):
    """Or it would stand in a report that was handed in without it."""
    if not is_locked:
        take_the_lock_away(monkeypatch)
    other = meanwhile(
        monkeypatch, evidence, "_refuse_too_many", lambda: perform("submit", submission, by=province.reporter)
    )
    attach(submission, province.reporter, LINK)
    assert not isinstance(other.outcome(), Exception)
    frozen = [item.name for items in evidence.frozen(Revision.objects.get()).values() for item in items]
    assert Evidence.objects.count() == 1
    assert frozen == ([LINK] if is_locked else [])


def test_two_who_remove_the_same_item(province, submission, monkeypatch):
    item = attach(submission, province.reporter, LINK)
    other = meanwhile(
        monkeypatch, evidence, "_named_by", lambda: evidence.remove(submission, item.pk, by=province.reporter)
    )
    assert evidence.remove(submission, item.pk, by=province.reporter)
    assert other.outcome().sentence == "This evidence was removed already."
