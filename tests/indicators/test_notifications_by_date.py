"""What the calendar alone brings: due soon, overdue, and a round whose opening day has come (domain.md 19)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from indicators import notifications, rounds
from indicators.clock import now
from indicators.models import Notice, Unit
from indicators.notifications import DUTIES, find, remind
from indicators.opening import open_round
from tests import factories
from tests.factories import cell, indicator, type_in
from tests.indicators.test_notifications import told

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def due(province, clock, settings):
    """Nothing typed yet, due on 27 November, on the 20th."""
    settings.DUE_SOON_DAYS = 3
    clock.set(2026, 11, 20, 9)
    made = province.submission(indicator("HT.01"), due_in=7)
    Notice.objects.all().delete()
    return made


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ((2026, 11, 23, 23, 59), []),
        ((2026, 11, 24, 0, 0), [("due_soon", "reporter")]),
        ((2026, 11, 27, 23, 59), [("due_soon", "reporter")]),
        ((2026, 11, 28, 0, 0), [("overdue", "reporter")]),
        ((2027, 11, 27, 12, 0), [("overdue", "reporter")]),
        ((2027, 11, 28, 12, 0), []),  # a year is over: it is not found for ever
    ],
)
def test_due_soon_and_overdue_come_by_the_local_day(due, clock, moment, said):
    clock.set(*moment)
    assert (remind(), told()) == (len(said), said)
    assert remind() == 0  # never twice


def test_two_timers_that_found_the_same_tell_it_once(due, clock):
    clock.set(2026, 11, 28, 9)
    found = find([duty for duty in DUTIES if duty.kind == "overdue"])
    assert len(found) == 1
    for _ in range(2):
        notifications._write(found, at=now())
    assert told() == [("overdue", "reporter")]


def test_the_database_lets_nobody_be_told_twice(due, clock):
    clock.set(2026, 11, 28, 9)
    remind()
    again = Notice.objects.get()
    again.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_overdue_comes_after_due_soon_and_ends_it(due, clock):
    clock.set(2026, 11, 25, 9)
    remind()
    clock.set(2026, 11, 28, 9)
    remind()
    assert told() == [("overdue", "reporter")]
    assert Notice.objects.count() == 2


def test_that_a_round_opened_is_no_news_once_its_report_is_due_soon(province, clock):
    clock.set(2026, 11, 20, 9)
    province.round(indicator("HT.01"), due_in=7)
    clock.set(2026, 11, 23, 9)
    assert (remind(), told()) == (0, [("opened", "reporter")])
    clock.set(2026, 11, 24, 9)
    assert (remind(), told()) == (1, [("due_soon", "reporter")])


def test_an_extension_is_a_new_due_date_of_which_is_told_anew(province, due, clock):
    clock.set(2026, 11, 28, 9)
    remind()
    rounds.extend(due.round, due_on=date(2026, 11, 30), reason="Mưa lũ", by=province.approver)
    remind()
    assert told() == [("due_soon", "reporter")]
    assert Notice.objects.get(kind="overdue").done_at is not None


def test_who_has_to_sign_is_told_when_a_report_waits_for_the_signature(province, due, clock):
    province.walk(type_in(due, cell("1"), by=province.reporter), "submit")
    clock.set(2026, 11, 28, 9)
    remind()
    assert told() == [("overdue", "unit leader"), ("to_sign", "unit leader")]


def test_handed_in_returned_and_locked_reports_are_not_overdue(province, due, clock):
    report = province.walk(type_in(due, cell("1"), by=province.reporter), "submit", "sign")
    clock.set(2026, 11, 28, 9)
    assert remind() == 0
    province.walk(report, "return")  # was handed in in time; its own day counts now
    assert remind() == 0


def test_a_locked_round_reminds_nobody(province, due, clock):
    rounds.lock_round(due.round, by=province.approver)
    clock.set(2026, 11, 28, 9)
    assert remind() == 0


def test_a_unit_that_ended_is_not_reminded(province, due, clock):
    Unit.objects.filter(pk=province.department.pk).update(ended=date(2026, 11, 25))
    clock.set(2026, 11, 28, 9)
    assert remind() == 0


def test_a_round_that_opens_later_is_told_by_the_timer_on_its_day(province, clock):
    clock.set(2026, 11, 24, 9)
    form = factories.form(province.department, holders={"verify": province.office}, indicators=[indicator("HT.01")])
    open_round(form, factories.period(), opens_on=date(2026, 11, 26), due_on=date(2026, 12, 16))
    assert (remind(), told()) == (0, [])
    clock.set(2026, 11, 26, 0, 1)
    assert (remind(), told()) == (1, [("opened", "reporter")])
    assert remind() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_reminding_costs_the_same_queries_for_one_report_and_three(
    province, clock, count, django_assert_num_queries
):
    clock.set(2026, 11, 20, 9)
    for n in range(count):
        province.submission(indicator(f"HT.{n:02}"), due_in=1)
    Notice.objects.all().delete()
    with django_assert_num_queries(19):  # what ended; seven duties by two ways; what was told; the notices
        assert remind() == count
    with django_assert_num_queries(18):
        assert remind() == 0
