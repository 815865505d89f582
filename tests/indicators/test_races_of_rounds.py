"""A round is locked, or a unit taken out, while somebody types: what was saved was saved before, or is refused; and
two who open or add at once."""

from datetime import date

import pytest

from indicators import drafts, members, opening, rounds
from indicators.calendars import quarter
from indicators.models import EntryChange, Round, RoundEvent, Submission
from indicators.opening import open_round, period_of
from indicators.refusals import Refused
from tests import factories
from tests.factories import cell, indicator
from tests.indicators.racing import attempt, meanwhile, province, take_locks_away

__all__ = ["province"]  # the fixture, on real connections

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def report(province):
    return province.submission(indicator("HT.01"))


def saving(report, province):
    line = report.round.lines.get()
    typed = {(line.pk, province.root.pk): cell("14433")}
    return lambda: drafts.save(report, typed, by=province.reporter, version=0)


def locking(report, province):
    return lambda: rounds.lock_round(report.round, by=province.approver)


def test_a_lock_waits_for_the_save_that_has_looked_already(monkeypatch, province, report):
    other = meanwhile(monkeypatch, drafts, "closed_because", locking(report, province))
    saved = attempt(saving(report, province))
    assert (saved.changed, other.outcome()) == (1, None)
    assert EntryChange.objects.get().at < Round.objects.get().locked_at


def test_without_the_row_lock_a_save_would_come_after_the_lock(monkeypatch, province, report):
    take_locks_away(monkeypatch)
    other = meanwhile(monkeypatch, drafts, "closed_because", locking(report, province))
    attempt(saving(report, province))
    assert other.outcome() is None
    assert EntryChange.objects.get().at > Round.objects.get().locked_at


def test_a_save_that_waited_for_the_lock_reads_it(monkeypatch, province, report):
    other = meanwhile(monkeypatch, rounds, "now", saving(report, province))  # the lock has the rows, then writes
    assert attempt(locking(report, province)) is None
    refused = other.outcome()
    assert isinstance(refused, Refused)
    assert refused.sentence.startswith("Kỳ báo cáo đã khóa ngày")
    assert EntryChange.objects.count() == 0


def dropping(report, province):
    return lambda: members.drop(report.round, report.unit, reason="Nhầm", by=province.approver)


def adding(round_, unit, province):
    return lambda: members.add(round_, unit, reason="Bổ sung", by=province.approver)


@pytest.fixture
def sister(province, report):
    """A second unit, so that one may be taken out."""
    return members.add(report.round, province.sister, reason="Bổ sung", by=province.approver)


def test_taking_a_unit_out_waits_for_the_save_that_has_looked_already(monkeypatch, province, report, sister):
    other = meanwhile(monkeypatch, drafts, "closed_because", dropping(report, province))
    saved = attempt(saving(report, province))
    refused = other.outcome()
    assert (saved.changed, isinstance(refused, Refused)) == (1, True)
    assert Submission.objects.filter(pk=report.pk).exists()


def test_without_the_row_lock_a_unit_would_be_taken_out_from_under_a_save(monkeypatch, province, report, sister):
    take_locks_away(monkeypatch)
    other = meanwhile(monkeypatch, drafts, "closed_because", dropping(report, province))
    saved = attempt(saving(report, province))
    assert other.outcome() is None
    assert isinstance(saved, Exception)


def test_a_save_that_waited_for_a_unit_to_be_taken_out_reads_it(monkeypatch, province, report, sister):
    other = meanwhile(monkeypatch, members, "wait_for_moves", saving(report, province))
    assert attempt(dropping(report, province)) is None
    refused = other.outcome()
    assert isinstance(refused, Refused)
    assert (EntryChange.objects.count(), Submission.objects.get().unit_id) == (0, sister.unit_id)


def test_a_unit_added_twice_at_once_is_added_once(monkeypatch, province, report):
    other = meanwhile(monkeypatch, members, "_expect", adding(report.round, province.sister, province))
    assert attempt(adding(report.round, province.sister, province)).unit == province.sister
    assert isinstance(other.outcome(), Refused)
    assert RoundEvent.objects.filter(act="added").count() == 1


def test_a_unit_is_not_added_to_a_round_that_is_locked_meanwhile(monkeypatch, province, report):
    other = meanwhile(monkeypatch, rounds, "now", adding(report.round, province.sister, province))
    assert attempt(locking(report, province)) is None
    assert isinstance(other.outcome(), Refused)
    assert Submission.objects.count() == 1


def test_two_timers_at_once_open_one_round(monkeypatch, province):
    asked = factories.form(
        province.department, holders={}, indicators=[indicator("A")], opens_itself_from=date(2026, 9, 15)
    )
    window = quarter(2026, 4)

    def opening_it():
        return open_round(asked, period_of(window, asked.calendar))

    other = meanwhile(monkeypatch, opening, "due_date", opening_it)
    mine = attempt(opening_it)
    assert other.outcome() == mine == Round.objects.get()
    assert (Submission.objects.count(), RoundEvent.objects.count()) == (1, 1)
