"""An act is applied while a form of a unit that it ends is being saved: what was saved was saved before, or is
refused with the sentence, and what was typed comes back."""

import pytest

from indicators import drafts, inheritance, reorganisation
from indicators.models import EntryChange, LegalAct
from indicators.refusals import Refused
from indicators.reorganisation import applying, plan
from tests import people
from tests.factories import cell, indicator
from tests.indicators.pages import at, browser, press, seen
from tests.indicators.racing import attempt, meanwhile, province, take_locks_away
from tests.indicators.reorganisation.acts import act, create, merge

__all__ = ["province"]  # the fixture, on real connections

pytestmark = pytest.mark.django_db(transaction=True)
SENTENCE = "ended on 01/07/2025"


@pytest.fixture
def report(province):
    return province.submission(indicator("HT.01"))


@pytest.fixture
def draft(province):
    """The two departments become one."""
    return act(
        merge("LC-SKHCN", "LC-SKHCN"),
        merge("LC-STC", "LC-SKHCN"),
        create("LC-SKHCN", "Sở Mới", unit_kind="department", system="internal"),
    )


def saving(report, province):
    typed = {(report.round.lines.get().pk, province.root.pk): cell("14433")}
    return lambda: drafts.save(report, typed, by=province.reporter, version=0)


def applying_it(draft):
    by, read = people.superuser(), plan(draft).sha256
    return lambda: reorganisation.apply(draft, by=by, read=read)


def test_the_act_waits_for_the_save_that_has_looked_already(monkeypatch, province, report, draft):
    other = meanwhile(monkeypatch, drafts, "closed_because", applying_it(draft))
    saved = attempt(saving(report, province))
    assert saved.changed == 1
    assert other.outcome().is_applied
    assert EntryChange.objects.get().at < LegalAct.objects.get().applied_at


def test_without_the_row_lock_a_save_would_come_after_the_act(monkeypatch, province, report, draft):
    take_locks_away(monkeypatch)
    monkeypatch.setattr(applying, "_wait_for_moves", lambda: None)
    other = meanwhile(monkeypatch, drafts, "closed_because", applying_it(draft))
    attempt(saving(report, province))
    assert other.outcome().is_applied
    assert EntryChange.objects.get().at > LegalAct.objects.get().applied_at


def test_a_save_that_waited_for_the_act_reads_it(monkeypatch, province, report, draft):
    other = meanwhile(monkeypatch, applying, "now", saving(report, province))  # the act has the rows, then writes
    assert attempt(applying_it(draft)).is_applied
    refused = other.outcome()
    assert isinstance(refused, Refused)
    assert "01/07/2025" in refused.sentence
    assert EntryChange.objects.count() == 0


@pytest.mark.parametrize("passed_on", [False, True])
def test_what_was_typed_meanwhile_comes_back_with_the_sentence(province, report, draft, passed_on):
    """Whether or not the memberships have passed to the successor already."""
    client = browser(province.reporter)
    assert client.get(at(report)).status_code == 200
    applied = applying_it(draft)()
    if passed_on:
        by = applied.applied_by
        keys = [each.key for each in inheritance.proposals(applied, by) if each.what == "membership"]
        inheritance.confirm(applied, keys, by=by)
    answer = press(report, province.reporter, "save", HT_01_value="14433")
    assert answer.status_code == 409
    assert SENTENCE in seen(answer)
    assert 'value="14433"' in answer.content.decode()
    assert EntryChange.objects.count() == 0
