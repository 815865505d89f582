"""Saves, moves, adjustments, publications, locks and extensions in any order, over several units, rounds and
periods, against the model in plain Python (history_model.py): what may be done is done and all else refused; totals
of both stages are exact after every act, and so is what was known at the end of every day between; everybody's
punctuality is as the model says (domain.md 7, 12, 19, 22, 24)."""

import random
from collections import Counter

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from indicators import figures_kind, totals, workflow
from indicators.publishing import act as publishing_act
from tests.reporting.history_machine import History
from tests.reporting.history_model import BLANK, MOVES

Chance = random.Random
EVERY_ACT = (*MOVES, "type", "publish", "lock", "unlock", "extend", "refused")
WEIGHTS = {
    "type_figures": 3,
    "one_step_ahead": 6,
    "one_step_back": 5,
    "all_the_way": 3,
    "any_move": 3,
    "publish": 2,
    "lock": 1,
    "unlock": 5,
    "extend": 1,
    "wait": 4,
}


def arguments(name: str, chance: Chance) -> dict:
    where = {"where": (chance.randrange(3), chance.randrange(3))}
    figures = {key: chance.choice([chance.randrange(100)] * 8 + [None, BLANK]) for key in ("value", "parts")}
    number = {"number": chance.randrange(3)}
    return {
        "type_figures": where | figures,
        "one_step_ahead": where,
        "one_step_back": where | {"move": chance.choice(["return", "withdraw"])},
        "all_the_way": where | {key: chance.randrange(100) for key in figures},
        "any_move": where | {"move": chance.choice(MOVES)},
        "extend": number
        | {"units": chance.sample(range(3), chance.randrange(3)), "days": chance.randrange(-2, 10)},
        "wait": {"hours": chance.randrange(1, 41)},
    }.get(name, number)


def play(luck: int, acts: int) -> Counter[str]:
    """As many acts at least, each followed by all that must hold; which acts they were."""
    chance, history = Chance(luck), History()
    try:
        while history.acts.total() < acts:
            (name,) = chance.choices([*WEIGHTS], [*WEIGHTS.values()])
            getattr(history, name)(**arguments(name, chance))
            history.totals_of_both_stages_are_exact()
            history.totals_are_the_sums_of_the_figures_that_stand()
            history.everybody_is_as_punctual_as_the_model_says()
    finally:
        history.teardown()
    return history.acts


def explore(*, examples: int, moves: int) -> None:
    """Hypothesis switches rules off and repeats what it drew, so its histories are the odd ones. One that fails is
    told as it was found: to make it shorter would take minutes."""
    wanted = settings(
        max_examples=examples,
        stateful_step_count=moves,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(History, settings=wanted)


@pytest.mark.django_db
def test_any_history_is_exact_at_every_moment_and_on_every_day() -> None:
    explore(examples=5, moves=8)


@pytest.mark.long
@pytest.mark.django_db
def test_so_are_odd_histories_of_a_hundred_steps() -> None:
    explore(examples=12, moves=100)


@pytest.mark.django_db
def test_a_history_of_sixty_acts_is_exact() -> None:
    acts = play(24, 60)
    assert (acts.total() >= 60, acts["approve"] >= 3, acts["refused"] >= 3) == (True, True, True)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("luck", range(1, 6))
def test_so_is_a_history_of_five_hundred_acts(luck: int) -> None:
    acts = play(luck, 500)
    assert acts.total() >= 500
    assert min(acts[name] for name in EVERY_ACT) >= 3, acts


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("module", "name", "instead"),
    [
        (figures_kind, "_supersede", lambda submission, at, publishes: None),
        (totals, "recompute", lambda period, indicators: None),
        (workflow, "closed_because", lambda submission: None),
        (publishing_act, "_write_moments", lambda proposal, at: None),
    ],
    ids=["superseding", "totals", "the lock", "publication"],
)
def test_control_a_rule_that_is_not_kept_is_found(monkeypatch, module, name: str, instead) -> None:
    monkeypatch.setattr(module, name, instead)
    with pytest.raises((AssertionError, IntegrityError, pytest.fail.Exception)):
        play(24, 150)
