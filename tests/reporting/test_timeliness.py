"""On time, late, overdue: literal tables on both sides of midnight, of the end of a month and of Tết, by the local
day and never by the server's (domain.md 18-21, 24). Hand-ins go through the workflow, with one clock moved."""

import time
from datetime import date, datetime, timedelta

import pytest
from django.utils import translation

from indicators import opening, returns, rounds, workflow
from indicators.calendars import window
from indicators.clock import today
from indicators.models import Return, SpecialDay, Submission
from indicators.wording import timing, timing_now
from reporting.queries.completeness import report_of, with_extension
from tests import factories
from tests.factories import cell, indicator, type_in

ZONES = ("UTC", "America/Los_Angeles", "Pacific/Kiritimati")  # seven hours behind, fifteen behind, seven ahead


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(params=ZONES)
def server_zone(request, monkeypatch):
    """The server's own zone; the settings stay as they are."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    assert datetime.now().astimezone().utcoffset() != timedelta(hours=7)
    yield request.param
    monkeypatch.undo()
    time.tzset()


def due_on(province, day: date, code: str = "HT.01"):
    """A report typed and not sent yet, due on a day."""
    ask = province.round(indicator(code), due_in=(day - today()).days, asks_sign_off=False)
    return type_in(ask.submissions.get(), cell("1"), by=province.reporter)


def outcome(report) -> tuple[str, int]:
    row = with_extension(Submission.objects.filter(pk=report.pk)).select_related("round").get()
    of = report_of(row, row.round, today())
    return str(of.outcome), of.days


def said(report) -> str:
    row = Submission.objects.select_related("round").get(pk=report.pk)
    return timing(row.due_on, row.handed_in_at, is_locked=row.round.is_locked).word


HAND_INS = """
due        | handed in        | outcome | days
2026-11-30 | 2026-11-30 23:59 | on_time | 0
2026-11-30 | 2026-12-01 00:00 | late    | 1
2026-11-30 | 2026-12-01 06:59 | late    | 1
2026-11-30 | 2026-12-01 07:00 | late    | 1
2026-12-31 | 2026-12-31 23:59 | on_time | 0
2026-12-31 | 2027-01-01 00:00 | late    | 1
2027-02-28 | 2027-02-28 23:59 | on_time | 0
2027-02-28 | 2027-03-01 00:00 | late    | 1
2028-02-29 | 2028-02-29 23:59 | on_time | 0
2028-02-29 | 2028-03-31 00:00 | late    | 31
"""


def rows(table: str) -> list[list[str]]:
    return [[part.strip() for part in row.split("|")] for row in table.strip().splitlines()[1:]]


def moment(text: str) -> tuple[int, ...]:
    return datetime.fromisoformat(text).timetuple()[:5]


def test_a_hand_in_counts_by_the_local_day(province, clock, server_zone):
    for number, (due, at, expected, days) in enumerate(rows(HAND_INS)):
        clock.set(2026, 11, 2, 9)
        report = due_on(province, date.fromisoformat(due), f"HT.{number}")
        clock.set(*moment(at))
        factories.perform("submit", report, by=province.reporter)
        words = "Sent on time" if expected == "on_time" else f"Sent late by {days} days"
        assert (outcome(report), said(report)) == ((expected, int(days)), words), (server_zone, due, at)


@pytest.mark.parametrize(
    ("at", "expected", "words"),
    [
        ("2026-11-29 23:59", ("not_due", 0), "1 day left"),
        ("2026-11-30 00:00", ("not_due", 0), "Due today"),
        ("2026-11-30 23:59", ("not_due", 0), "Due today"),
        ("2026-12-01 00:00", ("overdue", 1), "Overdue by 1 days, still open"),
        ("2027-01-01 00:00", ("overdue", 32), "Overdue by 32 days, still open"),
    ],
)
def test_what_is_not_sent_is_overdue_from_the_local_midnight(province, clock, at, expected, words):
    clock.set(2026, 11, 2, 9)
    report = due_on(province, date(2026, 11, 30))
    clock.set(*moment(at))
    assert (outcome(report), said(report)) == (expected, words)


# --- Extensions: they change timeliness, and nothing else

EXTENSIONS = """
extended at      | handed in        | at the end       | outcome  | days
2026-11-25 09:00 | 2026-12-04 23:59 | 2026-12-10 09:00 | on_time  | 0
2026-11-25 09:00 | 2026-12-05 00:00 | 2026-12-10 09:00 | late     | 1
2026-12-02 09:00 | 2026-12-04 23:59 | 2026-12-10 09:00 | on_time  | 0
2026-12-02 09:00 | 2026-12-05 00:00 | 2026-12-10 09:00 | late     | 1
2026-12-05 09:00 | 2026-12-02 09:00 | 2026-12-10 09:00 | on_time  | 0
2026-12-07 09:00 | 2026-12-06 09:00 | 2026-12-10 09:00 | late     | 2
2026-12-02 09:00 |                  | 2026-12-04 23:59 | extended | 0
2026-12-02 09:00 |                  | 2026-12-05 00:00 | overdue  | 1
"""


@pytest.mark.parametrize("for_one", [True, False], ids=["for one unit", "for all"])
def test_an_extension_until_4_december_moves_the_due_date_whenever_it_is_given(province, clock, for_one):
    """Due on 30 November; given before it, after it, and after a late hand-in."""
    for number, (extended_at, handed_in_at, end, expected, days) in enumerate(rows(EXTENSIONS)):
        clock.set(2026, 11, 2, 9)
        report = due_on(province, date(2026, 11, 30), f"HT.{number}")
        units = [province.department] if for_one else []
        give = {"due_on": date(2026, 12, 4), "reason": "Mưa lũ", "by": province.approver, "units": units}
        acts = {extended_at: lambda report=report, give=give: rounds.extend(report.round, **give)}
        if handed_in_at:
            acts[handed_in_at] = lambda report=report: factories.perform("submit", report, by=province.reporter)
        for at in sorted(acts):
            clock.set(*moment(at))
            acts[at]()
        clock.set(*moment(end))
        assert outcome(report) == (expected, int(days)), (extended_at, handed_in_at)


# --- Days of working: Tết Bính Ngọ and the turn of the year, with a Saturday worked in exchange

HOLIDAYS = [date(2026, 1, 1), date(2026, 1, 2), *(date(2026, 2, day) for day in range(16, 21))]
SWAPPED = [date(2026, 1, 10)]


@pytest.fixture
def tet(db):
    SpecialDay.objects.bulk_create(
        [
            *(SpecialDay(day=day, kind="holiday", name="Tết") for day in HOLIDAYS),
            *(SpecialDay(day=day, kind="swapped", name="Làm bù") for day in SWAPPED),
        ]
    )


RETURNS = """
returned at      | to be sent again by
2025-12-30 23:59 | 2026-01-05
2025-12-31 00:00 | 2026-01-06
2026-01-08 23:59 | 2026-01-10
2026-01-09 00:00 | 2026-01-12
2026-01-10 12:00 | 2026-01-13
2026-02-12 23:59 | 2026-02-23
2026-02-13 00:00 | 2026-02-24
2026-02-18 09:00 | 2026-02-24
2026-02-26 23:59 | 2026-03-02
2026-02-27 00:00 | 2026-03-03
2026-04-29 23:59 | 2026-05-01
"""


def test_a_return_asks_for_the_report_two_working_days_on(province, clock, tet, server_zone):
    clock.set(2025, 12, 1, 9)
    report = factories.perform("submit", due_on(province, date(2025, 12, 15)), by=province.reporter)
    for at, expected in rows(RETURNS):
        clock.set(*moment(at))
        report = workflow.perform("return", report, by=province.verifier, comment="Sai")
        asked = Return.objects.latest("version")
        assert asked.resend_due_on == date.fromisoformat(expected) == returns.usual_day(), (server_zone, at)
        assert outcome(report) == ("on_time", 0)  # however often it comes back
        report = factories.perform("submit", report, by=province.reporter)


DUE_DATES = """
period       | working days after | due
2025-TK      | 1                  | 2026-01-05
2026-M01     | -3                 | 2026-01-10
2026-M01     | 2                  | 2026-01-16
2026-M01-TK  | 10                 | 2026-02-13
2026-M01-TK  | 11                 | 2026-02-23
2026-M02     | 0                  | 2026-02-14
2026-M02     | 1                  | 2026-02-23
2026-Q1      | 2                  | 2026-03-17
"""


def test_due_dates_are_counted_over_the_table_of_holidays(tet):
    for label, days, expected in rows(DUE_DATES):
        form = factories.ReportingForm(due_after=int(days), due_in_working_days=True)
        assert opening.due_date(form, window(label).last_day) == date.fromisoformat(expected), (label, days)


# --- A return's own day


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-25 23:59", "1 day left"),
        ("2026-11-26 23:59", "Due today"),
        ("2026-11-27 00:00", "Overdue by 1 days, still open"),
        ("2026-12-26 00:00", "Overdue by 30 days, still open"),
    ],
)
def test_a_returned_report_is_overdue_by_the_returns_own_day_and_on_time_all_the_same(province, clock, at, words):
    clock.set(2026, 11, 2, 9)
    report = factories.perform("submit", due_on(province, date(2026, 11, 10)), by=province.reporter)
    clock.set(2026, 11, 24, 9)
    report = workflow.perform("return", report, by=province.verifier, comment="Sai")
    clock.set(*moment(at))
    assert timing_now(report, returns.standing(report).resend_due_on).word == words
    assert outcome(report) == ("on_time", 0)
    again = factories.perform("submit", type_in(report, cell("2"), by=province.reporter), by=province.reporter)
    assert (again.state, outcome(again)) == ("submitted", ("on_time", 0))


def test_once_the_round_is_locked_the_due_date_speaks_again(province, clock):
    clock.set(2026, 11, 2, 9)
    report = factories.perform("submit", due_on(province, date(2026, 11, 10)), by=province.reporter)
    clock.set(2026, 11, 24, 9)
    workflow.perform("return", report, by=province.verifier, comment="Sai")
    rounds.lock_round(report.round, by=province.approver)
    clock.set(2026, 12, 24, 9)
    stands = Submission.objects.select_related("round").get()
    assert timing_now(stands, returns.standing(stands).resend_due_on).word == "Sent on time"
    assert outcome(report) == ("on_time", 0)
