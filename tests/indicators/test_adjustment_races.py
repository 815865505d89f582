"""Two people at once about one adjustment, on real connections: as test_races.py says, each race with its guards,
and without them as a control."""

import pytest
from django.db import connection

from indicators import adjustments, append_only, drafts, workflow
from indicators.adjustments import Asking, Decision
from indicators.clock import now
from indicators.models import AdjustmentRequest, Role, Submission
from indicators.refusals import Refused
from indicators.validation import expected_cells
from tests import people
from tests.factories import Province, ask_to_adjust, cell, indicator, type_in
from tests.indicators.test_races import attempt, meanwhile, take_compare_and_swap_away, take_locks_away

pytestmark = pytest.mark.django_db(transaction=True)
ONE_OPEN = ("one_open_adjustment_request_a_report", "one_adjustment_request_a_version")


@pytest.fixture
def province(transactional_db):
    return Province()


@pytest.fixture
def report(province):
    made = type_in(province.submission(indicator("HT.01")), cell("14433"), by=province.reporter)
    return province.walk(made, "submit", "sign", "verify", "approve")


@pytest.fixture
def request_(province, report):
    return ask_to_adjust(report, by=province.reporter)


@pytest.fixture
def second(province):
    return people.person("second approver", province.root, Role.APPROVER)


def without_locks(monkeypatch):
    take_locks_away(monkeypatch)
    monkeypatch.setattr(adjustments, "lock", drafts.lock)
    if connection.vendor == "sqlite":  # where the transaction is the lock
        for module, name in (
            (adjustments, "ask"),
            (adjustments, "withdraw"),
            (adjustments, "decide"),
            (workflow, "note"),
        ):
            monkeypatch.setattr(module, name, getattr(module, name).__wrapped__)


def without_any_guard(monkeypatch):
    """Nor the compare-and-swap of the request and of the report, nor the triggers that seal a decision."""

    def decide(request, outcome, *, by, version, answer=""):
        facts = {"decided_by": by, "decided_at": now(), "decided_version": version, "answer": answer}
        AdjustmentRequest.objects.filter(pk=request.pk).update(outcome=outcome, **facts)
        request.outcome = outcome

    without_locks(monkeypatch)
    take_compare_and_swap_away(monkeypatch)
    monkeypatch.setattr(adjustments, "_decide", decide)
    append_only.remove()


def deciding(action, request, user):
    decision = Decision(action, request.pk, "Không")
    return lambda: adjustments.decide(Submission.objects.get(), decision, by=user)


def withdrawing(request, user):
    return lambda: adjustments.withdraw(Submission.objects.get(), request.pk, by=user)


def outcomes(report):
    """What became of the request, by its row and by the events of its report."""
    moves = report.events.filter(version__gt=AdjustmentRequest.objects.get().version)
    return AdjustmentRequest.objects.get().outcome, list(moves.order_by("number").values_list("move", flat=True))


# --- Accepted by one, declined by another


def race_two_decisions(monkeypatch, province, request, second):
    other = meanwhile(monkeypatch, adjustments, "_open", deciding("decline", request, second))
    return attempt(deciding("accept", request, province.approver)), other.outcome()


def test_of_two_decisions_at_once_one_stands(monkeypatch, province, report, request_, second):
    first, other = race_two_decisions(monkeypatch, province, request_, second)
    assert (first, type(other)) == (None, Refused)
    assert outcomes(report) == ("accepted", ["reopen"])
    assert Submission.objects.get().state == "returned"


def test_without_the_lock_the_compare_and_swap_alone_lets_one_decision_stand(
    monkeypatch, province, report, request_, second
):
    without_locks(monkeypatch)
    first, other = race_two_decisions(monkeypatch, province, request_, second)
    assert (type(first), other) == (Refused, None)
    assert outcomes(report) == ("declined", ["adjust_declined"])
    assert Submission.objects.get().state == "approved"


def test_control_without_any_guard_it_is_declined_and_accepted(monkeypatch, province, report, request_, second):
    without_any_guard(monkeypatch)
    assert race_two_decisions(monkeypatch, province, request_, second) == (None, None)
    assert outcomes(report)[1] == ["adjust_declined", "reopen"]


# --- Accepted while the unit takes it back


def race_acceptance_against_withdrawal(monkeypatch, province, request):
    other = meanwhile(monkeypatch, adjustments, "_open", withdrawing(request, province.reporter))
    return attempt(deciding("accept", request, province.approver)), other.outcome()


def test_a_request_taken_back_during_its_acceptance_is_too_late(monkeypatch, province, report, request_):
    first, other = race_acceptance_against_withdrawal(monkeypatch, province, request_)
    assert (first, type(other)) == (None, Refused)
    assert outcomes(report) == ("accepted", ["reopen"])


def test_an_acceptance_during_the_taking_back_finds_nothing_open(monkeypatch, province, report, request_):
    other = meanwhile(monkeypatch, adjustments, "_open", deciding("accept", request_, province.approver))
    assert attempt(withdrawing(request_, province.reporter)) is None
    assert type(other.outcome()) is Refused
    assert outcomes(report) == ("withdrawn", ["adjust_withdrawn"])
    assert Submission.objects.get().state == "approved"


def test_control_without_any_guard_what_was_taken_back_is_accepted(monkeypatch, province, report, request_):
    without_any_guard(monkeypatch)
    assert race_acceptance_against_withdrawal(monkeypatch, province, request_) == (None, None)
    assert outcomes(report)[1] == ["adjust_withdrawn", "reopen"]


# --- Asked for by two


def asking(report, user):
    said = Asking("mistake", dict.fromkeys(expected_cells(report), ""), "Gõ nhầm")
    return lambda: adjustments.ask(report, said, by=user)


def race_two_requests(monkeypatch, province, report):
    other = meanwhile(monkeypatch, adjustments, "barred", asking(report, province.verifier))
    return attempt(asking(report, province.reporter)), other.outcome()


def asked():
    return list(AdjustmentRequest.objects.order_by("pk").values_list("by__username", flat=True))


def test_of_two_requests_at_once_one_is_kept(monkeypatch, province, report):
    first, other = race_two_requests(monkeypatch, province, report)
    assert (first, type(other), asked()) == (True, Refused, ["reporter"])


def test_without_the_lock_the_database_alone_keeps_one_request(monkeypatch, province, report):
    without_locks(monkeypatch)
    first, other = race_two_requests(monkeypatch, province, report)
    assert (type(first), other, asked()) == (Refused, True, ["verifier"])


@pytest.fixture
def without_the_constraints(transactional_db, monkeypatch):
    """SQLite makes the table anew, with the constraints that the model names at that moment."""
    meta = AdjustmentRequest._meta
    gone = [c for c in meta.constraints if c.name in ONE_OPEN]
    one_step = gone[1:] if connection.vendor == "sqlite" else gone
    with monkeypatch.context() as patch, connection.schema_editor() as editor:
        patch.setattr(meta, "constraints", [c for c in meta.constraints if c.name not in ONE_OPEN])
        for constraint in one_step:
            editor.remove_constraint(AdjustmentRequest, constraint)
    yield
    AdjustmentRequest.objects.all().delete()
    with connection.schema_editor() as editor:
        for constraint in one_step:
            editor.add_constraint(AdjustmentRequest, constraint)


def test_control_without_any_guard_both_are_kept(monkeypatch, province, report, without_the_constraints):
    without_any_guard(monkeypatch)
    assert race_two_requests(monkeypatch, province, report) == (True, True)
    assert asked() == ["verifier", "reporter"]
