"""A round is approved at once while somebody moves one of its reports, or presses twice: one winner a report, and
no figure without its event. The controls, and the many rounds, stand in test_races_of_moves.py."""

from datetime import date
from decimal import Decimal

import pytest

from indicators import deciding, workflow
from indicators.deciding import Choice
from indicators.models import Decision, Observation, Submission, SubmissionEvent, Total
from indicators.refusals import Refused
from tests import factories
from tests.factories import cell, indicator, type_in
from tests.indicators.racing import act_of, attempt, meanwhile, province

__all__ = ["province"]  # the fixture, on real connections

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def round_(province):
    return ready(province)


def ready(province, code="HT.01"):
    """Two verified reports."""
    made = province.round(
        indicator(code), units=[province.department, province.sister], subject="self", asks_sign_off=False
    )
    for unit, value, by in (
        (province.department, "5", province.reporter),
        (province.sister, "7", province.outsider),
    ):
        report = type_in(made.submissions.get(unit=unit), cell(value), by=by)
        report = factories.perform("submit", report, by=by)
        factories.perform("verify", report, by=province.verifier)
    return made


def approving(round_, province, *, key="k1", move="approve"):
    """Read now, pressed when it is called."""
    read = dict(round_.submissions.values_list("pk", "revisions__sha256"))
    choice = Choice(
        move=move,
        round=round_,
        read=read,
        by=province.approver,
        key=key,
        comment="Lý do",
        number="12/QĐ-UBND",
        decided_on=date(2026, 9, 20),
    )
    return lambda: deciding.decide(choice)


def events(move):
    return SubmissionEvent.objects.filter(move=move).count()


def is_whole():
    """Each approved report has one event of it and its figure; the total is the sum of what stands."""
    approved = set(Submission.objects.filter(state="approved").values_list("pk", flat=True))
    figures = Observation.objects.filter(superseded_at__isnull=True)
    told = sorted(SubmissionEvent.objects.filter(move="approve").values_list("submission", flat=True))
    total = Total.objects.filter(stage="approved").values_list("value", flat=True).first()
    return (
        told == sorted(approved)
        and set(figures.values_list("submission", flat=True)) == approved
        and (total or Decimal(0)) == sum(figures.values_list("value", flat=True), Decimal(0))
    )


@pytest.mark.parametrize("move", ["withdraw", "return"])
def test_a_single_move_waits_for_the_whole_round(monkeypatch, province, round_, move):
    report = round_.submissions.get(unit=province.sister)
    by = province.outsider if move == "withdraw" else province.approver
    other = meanwhile(monkeypatch, workflow, "latest_revision", act_of(move, report, by))
    outcome = attempt(approving(round_, province))
    assert (len(outcome.done), isinstance(other.outcome(), Refused)) == (2, True)
    assert (is_whole(), events(move)) == (True, 0)


def test_a_round_waits_for_the_single_move_and_names_its_report(monkeypatch, province, round_):
    report = round_.submissions.get(unit=province.sister)
    pressed = approving(round_, province)
    single = act_of("withdraw", report, province.outsider)
    other = meanwhile(monkeypatch, workflow, "standing", pressed)
    assert attempt(single).state == "draft"
    outcome = other.outcome()
    assert (len(outcome.done), [r.report for r in outcome.refused]) == (1, [report.pk])
    assert (is_whole(), events("approve")) == (True, 1)


def test_pressed_twice_at_once_is_done_once(monkeypatch, province, round_):
    other = meanwhile(monkeypatch, workflow, "standing", approving(round_, province))
    outcome = attempt(approving(round_, province))
    assert sorted([len(outcome.done), len(other.outcome().done)]) == [0, 2]
    assert (events("approve"), Decision.objects.count(), is_whole()) == (2, 1, True)


def test_two_people_at_once_approve_each_report_once(monkeypatch, province, round_):
    other = meanwhile(monkeypatch, workflow, "standing", approving(round_, province, key="k2"))
    outcome = attempt(approving(round_, province))
    assert sorted([len(outcome.done), len(other.outcome().done)]) == [0, 2]
    assert (events("approve"), Decision.objects.count(), is_whole()) == (2, 1, True)


def test_approval_and_return_of_the_round_at_once_have_one_winner(monkeypatch, province, round_):
    other = meanwhile(monkeypatch, workflow, "standing", approving(round_, province, key="k2", move="return"))
    attempt(approving(round_, province))
    other.outcome()
    assert (events("approve"), events("return"), is_whole()) == (2, 0, True)
