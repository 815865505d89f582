"""Two people at once, on real connections: what every test of a race is made of.

`meanwhile` widens the window: the first stands still after it has looked and before it writes, until the second is
done or clearly waits. `at_once` widens nothing: luck decides who comes first, and nothing else.

Each race is run with its guards and, as a control, without them, so that a guard which guards nothing is seen.
The guard is a row lock on PostgreSQL; on SQLite, where a row cannot be locked, it is the IMMEDIATE transaction. So
the control reads the rows without a lock, and on SQLite runs the same function without its transaction too:
every statement for itself, which is what a second writer would meet there.
Behind the lock stands a compare-and-swap on (state, version): it is shown to hold alone, and then taken away too.
"""

import random
import threading
import time
from contextlib import nullcontext

import pytest
from django.db import connection, connections
from django.db.models import F
from django.utils.translation import get_language, override

from indicators import deciding, drafts, remarks, rounds, totals, workflow
from indicators.models import Period, Submission
from tests.factories import Province

PATIENCE = 0.4  # seconds after which the second is taken to be waiting for the first
A_HUNG_TEST = 30
HEAD_START = 0.02


def attempt(act):
    """What an act returned or raised, as a value."""
    try:
        return act()
    except Exception as error:
        return error


class Other(threading.Thread):
    """Somebody else's request, on its own connection, which is closed at its end."""

    def __init__(self, act):
        super().__init__(daemon=True)
        self.act = act
        self.language = get_language()

    def run(self):
        with override(self.language):
            self.came_of_it = attempt(self.act)
        connections.close_all()

    def outcome(self):
        self.join(A_HUNG_TEST)
        assert not self.is_alive(), "the other one hangs"
        return self.came_of_it


def meanwhile(monkeypatch, module, name, act):
    """Lets `act` begin in another thread once `module.name` has been asked for the first time."""
    look, other = getattr(module, name), Other(act)

    def look_and_stand_still(*args, **kwargs):
        seen = look(*args, **kwargs)
        if other.ident is None:  # not started yet
            other.start()
            other.join(PATIENCE)
        return seen

    monkeypatch.setattr(module, name, look_and_stand_still)
    return other


def take_locks_away(monkeypatch):
    def read(submission):
        return Submission.objects.select_related("round__form", "round__period", "unit").get(pk=submission.pk)

    monkeypatch.setattr(workflow, "lock", read)
    monkeypatch.setattr(drafts, "lock", read)
    monkeypatch.setattr(totals, "lock_period", lambda pk: Period.objects.get(pk=pk))
    if connection.vendor == "sqlite":  # where the transaction is the lock
        for module, name in ((workflow, "perform"), (drafts, "save"), (totals, "recompute")):
            monkeypatch.setattr(module, name, getattr(module, name).__wrapped__)


def take_compare_and_swap_away(monkeypatch):
    def move(submission, target, *, move, at):
        Submission.objects.filter(pk=submission.pk).update(state=target, version=F("version") + 1, changed_at=at)

    monkeypatch.setattr(workflow, "_move", move)


def take_every_guard_away(monkeypatch):
    """Of all acts on a report or its round: nothing waits and nothing is compared."""
    take_locks_away(monkeypatch)
    take_compare_and_swap_away(monkeypatch)
    monkeypatch.setattr(remarks, "lock", workflow.lock)
    monkeypatch.setattr(rounds, "wait_for_moves", lambda round_: None)
    monkeypatch.setattr(
        deciding, "_hold", lambda choice: list(Submission.objects.filter(pk__in=choice.read).order_by("pk"))
    )
    if connection.vendor == "sqlite":
        for module, name in ((remarks, "write"), (rounds, "lock_round"), (deciding, "_decide")):
            monkeypatch.setattr(module, name, getattr(module, name).__wrapped__)
        monkeypatch.setattr(deciding, "atomic", nullcontext)
        monkeypatch.setattr(totals, "once", nullcontext)


@pytest.fixture
def province(transactional_db):
    return Province()


def act_of(move, submission, user):
    read = submission.revisions.latest("number").sha256  # not by latest_revision, which opens the window
    return lambda: workflow.perform(move, submission, by=user, comment="Lý do", revision=read)


def at_once(*acts):
    """What came of each, in the order given. A head start of some milliseconds is luck too: without it whoever
    reads less before the lock would always win."""
    barrier = threading.Barrier(len(acts))

    def together(act):
        barrier.wait(A_HUNG_TEST)
        time.sleep(random.uniform(0, HEAD_START))
        return act()

    others = [Other(lambda act=act: together(act)) for act in acts]
    for other in others:
        other.start()
    return [other.outcome() for other in others]
