"""Two reviewers at once on one line, a figure against an approval, and two explanations of one figure. Each guard
has its control, as in test_races."""

import pytest
from django.db import connection

from indicators import assessed, assessing, workflow
from indicators.models import Assessment, Explanation, Observation, Role, Submission
from indicators.refusals import ContentChanged, Refused
from tests import people
from tests.indicators.test_assessing import handed_in, keys, own
from tests.indicators.test_races import (
    attempt,
    meanwhile,
    province,
    take_compare_and_swap_away,
    take_locks_away,
)

__all__ = ["province"]  # the fixture, on real connections

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]


@pytest.fixture
def submitted(province):
    return handed_in(province, counting_figure="assessed")


@pytest.fixture
def colleague(province):
    return people.person("colleague", province.office, Role.VERIFIER)


def take_guards_away(monkeypatch, name):
    """The lock, and on SQLite, where the transaction is the lock, that too."""
    take_locks_away(monkeypatch)
    monkeypatch.setattr(assessing, "lock", workflow.lock)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(workflow, "note", workflow.note.__wrapped__)
        monkeypatch.setattr(assessing, name, getattr(assessing, name).__wrapped__)


def entering(submission, value, user):
    key, read = keys(submission)[0], workflow.what_stands(submission)
    return lambda: assessing.write(submission, {key: own(value)}, by=user, read=read)


# --- Two figures beside one


def race_two_figures(monkeypatch, province, submitted, colleague):
    mine, theirs = entering(submitted, "1", province.verifier), entering(submitted, "2", colleague)
    other = meanwhile(monkeypatch, assessed, "cells_in", theirs)
    return attempt(mine), other.outcome()


def test_of_two_figures_beside_one_the_second_is_told_of_the_first(monkeypatch, province, submitted, colleague):
    mine, theirs = race_two_figures(monkeypatch, province, submitted, colleague)
    assert (type(mine), type(theirs)) == (str, Refused)
    assert "verifier entered another figure" in theirs.sentence
    assert [row.value for row in Assessment.objects.all()] == [1]


def test_without_the_lock_the_compare_and_swap_alone_lets_one_figure_in(
    monkeypatch, province, submitted, colleague
):
    take_guards_away(monkeypatch, "write")
    outcomes = race_two_figures(monkeypatch, province, submitted, colleague)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Refused", "str"]
    assert Assessment.objects.count() == 1


def test_without_both_the_database_keeps_one_figure_a_version(monkeypatch, province, submitted, colleague):
    take_guards_away(monkeypatch, "write")
    take_compare_and_swap_away(monkeypatch)
    outcomes = race_two_figures(monkeypatch, province, submitted, colleague)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "str"]


# --- A figure against an approval


@pytest.fixture
def verified(province, submitted):
    return province.walk(submitted, "verify")


def race_against_approval(monkeypatch, province, verified):
    """The approval has compared what was read, and stands still; a second approver enters a figure."""
    second = people.person("second approver", province.root, Role.APPROVER)
    read = workflow.what_stands(verified)
    other = meanwhile(monkeypatch, assessed, "code_of", entering(verified, "1", second))
    return (
        attempt(lambda: workflow.perform("approve", verified, by=province.approver, revision=read)),
        other.outcome(),
    )


def test_a_figure_never_slips_under_an_approval(monkeypatch, province, verified):
    approval, figure = race_against_approval(monkeypatch, province, verified)
    assert (approval.state, type(figure)) == ("approved", Refused)
    assert list(Observation.objects.order_by("pk").values_list("value", "assessment")) == [(14433, None), (7, None)]


def test_without_the_lock_the_compare_and_swap_alone_refuses_the_approval(monkeypatch, province, verified):
    take_guards_away(monkeypatch, "write")
    approval, figure = race_against_approval(monkeypatch, province, verified)
    assert (type(approval), type(figure)) == (Refused, str)
    assert not Observation.objects.exists()


def test_without_both_a_figure_that_nobody_read_would_be_approved(monkeypatch, province, verified):
    take_guards_away(monkeypatch, "write")
    take_compare_and_swap_away(monkeypatch)
    race_against_approval(monkeypatch, province, verified)
    assert Observation.objects.get(indicator__code="HT.01").value == 1  # never read by whoever approved


def test_a_figure_that_came_first_refuses_the_approval(monkeypatch, province, verified):
    second = people.person("second approver", province.root, Role.APPROVER)
    read = workflow.what_stands(verified)

    def approve():
        return workflow.perform("approve", verified, by=province.approver, revision=read)

    other = meanwhile(monkeypatch, assessed, "cells_in", approve)
    figure = attempt(entering(verified, "1", second))
    assert (type(figure), type(other.outcome())) == (str, ContentChanged)
    assert Submission.objects.get().state == "verified"


# --- Two explanations of one figure


def race_two_explanations(monkeypatch, province, submitted):
    number = Assessment.objects.get().pk

    def explaining(text, user):
        return lambda: assessing.explain(submitted, {number: text}, by=user)

    other = meanwhile(monkeypatch, assessed, "cells_in", explaining("Của lãnh đạo", province.unit_leader))
    return attempt(explaining("Của chuyên viên", province.reporter)), other.outcome()


def test_of_two_explanations_at_once_one_stands(monkeypatch, province, submitted):
    entering(submitted, "1", province.verifier)()
    mine, theirs = race_two_explanations(monkeypatch, province, submitted)
    assert (mine, type(theirs)) == (True, Refused)
    assert Explanation.objects.get().text == "Của chuyên viên"


def test_without_lock_and_compare_and_swap_the_database_keeps_one_explanation(monkeypatch, province, submitted):
    entering(submitted, "1", province.verifier)()
    take_guards_away(monkeypatch, "explain")
    take_compare_and_swap_away(monkeypatch)
    outcomes = race_two_explanations(monkeypatch, province, submitted)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "bool"]
    assert Explanation.objects.count() == 1
