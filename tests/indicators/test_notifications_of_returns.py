"""A return whose own day has passed is called overdue, and its unit is told so once (domain.md 21)."""

from datetime import date

import pytest

from indicators import returns, rounds, workflow
from indicators.digests import compose
from indicators.models import Notice, Role
from indicators.notices import details
from indicators.notifications import find_again, remind
from tests import people
from tests.factories import cell, indicator, type_in
from tests.indicators.test_notifications import told

pytestmark = pytest.mark.usefixtures("english")

LONG_AGO = date(2026, 11, 2)  # the round's own due date, which the report kept


@pytest.fixture
def report(province, clock):
    """Handed in on time, and returned on Tuesday 24 November, to be sent again by Friday."""
    clock.set(2026, 11, 1, 9)
    made = type_in(province.submission(indicator("HT.01"), due_in=1), cell("1"), by=province.reporter)
    made = province.walk(made, "submit", "sign")
    clock.set(2026, 11, 24, 9)
    return give_back(province, made, date(2026, 11, 27))


def give_back(province, report, resend_on):
    asked, read = returns.Asked({}, resend_on), report.revisions.latest("number").sha256
    return workflow.perform("return", report, by=province.verifier, comment="Sai", revision=read, asked=asked)


def overdue():
    return [who for _kind, who in told("overdue")]


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        ((2026, 11, 24, 9, 1), []),
        ((2026, 11, 27, 23, 59), []),
        ((2026, 11, 28, 0, 0), ["reporter"]),
        ((2027, 11, 27, 12, 0), ["reporter"]),
        ((2027, 11, 28, 12, 0), []),  # a year is over: it is not found for ever
    ],
)
def test_it_comes_with_the_first_local_day_after_the_returns_own(report, clock, moment, who):
    assert report.due_on == LONG_AGO
    clock.set(*moment)
    assert (remind(), overdue()) == (len(who), who)
    assert remind() == 0  # never twice


def test_everybody_who_enters_for_the_unit_is_told_and_nobody_else(province, report, clock):
    people.person("second reporter", province.department, Role.REPORTER)
    clock.set(2026, 11, 28, 9)
    remind()
    assert overdue() == ["reporter", "second reporter"]


def test_where_it_waits_for_the_signature_the_signer_is_told(province, report, clock):
    clock.set(2026, 11, 28, 9)
    remind()
    province.walk(report, "submit")
    assert (remind(), overdue()) == (1, ["unit leader"])


def test_taken_back_before_the_signature_it_waits_for_the_reporter_who_knows(province, report, clock):
    clock.set(2026, 11, 28, 9)
    remind()
    province.walk(report, "submit", "withdraw")
    assert (remind(), overdue()) == (0, [])
    assert find_again(list(Notice.objects.filter(kind="overdue"))) != []


def test_what_was_sent_again_is_overdue_no_more(province, report, clock):
    clock.set(2026, 11, 28, 9)
    remind()
    notices = list(Notice.objects.filter(kind="overdue"))
    assert find_again(notices) == notices
    province.walk(report, "submit", "sign")
    assert (remind(), overdue(), find_again(notices)) == (0, [], [])


def test_each_return_is_a_matter_of_its_own_even_with_the_same_day(province, report, clock):
    again = province.walk(type_in(report, cell("2"), by=province.reporter), "submit", "sign")
    give_back(province, again, date(2026, 11, 27))
    clock.set(2026, 11, 28, 9)
    assert (remind(), overdue()) == (1, ["reporter"])
    again.refresh_from_db()
    third = province.walk(type_in(again, cell("3"), by=province.reporter), "submit", "sign")
    give_back(province, third, date(2026, 11, 28))
    clock.set(2026, 11, 29, 9)
    assert (remind(), overdue()) == (1, ["reporter"])
    assert Notice.objects.filter(kind="overdue").count() == 2


def test_an_extension_of_the_round_moves_neither_the_day_nor_the_notice(province, report, clock):
    clock.set(2026, 11, 28, 9)
    remind()
    rounds.extend(report.round, due_on=date(2026, 12, 31), reason="Mưa lũ", by=province.approver)
    assert (remind(), overdue()) == (0, ["reporter"])


def test_a_locked_round_reminds_nobody(province, report, clock):
    rounds.lock_round(report.round, by=province.approver)
    clock.set(2026, 11, 28, 9)
    assert (remind(), overdue()) == (0, [])


def test_a_signers_own_return_names_no_day_and_is_never_overdue(province, clock):
    clock.set(2026, 11, 24, 9)
    made = type_in(province.submission(indicator("HT.01"), due_in=60), cell("1"), by=province.reporter)
    province.walk(made, "submit")
    made.refresh_from_db()
    workflow.perform("return", made, by=province.unit_leader, comment="Sai")
    clock.set(2026, 12, 24, 9)
    assert (remind(), overdue()) == (0, [])


def test_page_and_mail_say_the_day_of_the_return_and_not_the_rounds(province, report, clock):
    clock.set(2026, 11, 30, 9)
    remind()
    (notice,) = Notice.objects.filter(kind="overdue").in_full()
    said = "To be sent again by 27/11/2026 · Overdue by 3 days, still open"
    assert details(notice) == [said]
    mail = compose(province.reporter, [notice]).body
    assert "Quá hạn 3 ngày, vẫn gửi được" in mail
    assert "Đã gửi đúng hạn" not in mail
