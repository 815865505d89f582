"""Where a task stands, at the edges of its days."""

from datetime import date, timedelta

import pytest

from indicators.task_states import Tally, TaskState, due_soon, state_of, tally

TODAY = date(2026, 11, 24)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
LONG_AGO = date(2026, 1, 15)

STATES = [  # due, reported done on, confirmed as done on, state today
    (TOMORROW, None, None, "under_way"),
    (TODAY, None, None, "under_way"),  # the due day is within the time
    (YESTERDAY, None, None, "overdue"),
    (None, None, None, "under_way"),  # a regular task is never late
    (TOMORROW, TODAY, None, "claimed"),
    (YESTERDAY, YESTERDAY, None, "claimed"),  # what waits for others is not called overdue
    (YESTERDAY, TODAY, None, "claimed"),
    (None, TODAY, None, "claimed"),
    (TODAY, None, TODAY, "done"),  # on the due day itself
    (TODAY, None, YESTERDAY, "done"),
    (LONG_AGO, None, LONG_AGO, "done"),  # confirmed long after it was due, and done in time
    (YESTERDAY, None, TODAY, "done_late"),
    (LONG_AGO, None, LONG_AGO + timedelta(days=1), "done_late"),
    (None, None, TODAY, "done"),
]


@pytest.mark.parametrize(("due", "claimed", "done", "state"), STATES)
def test_a_task_stands_as_its_days_say(due, claimed, done, state):
    assert state_of(due_on=due, claimed_on=claimed, done_on=done, today=TODAY) == state


@pytest.mark.parametrize(
    ("due", "is_soon"),
    [(None, False), (YESTERDAY, False), (TODAY, True), (TOMORROW, True), (TODAY + timedelta(days=2), False)],
)
def test_a_task_is_due_soon_from_some_days_before_until_its_day(due, is_soon):
    assert due_soon(due_on=due, today=TODAY, days=1) is is_soon


def test_only_what_was_confirmed_is_counted_as_done():
    counted = tally(
        [TaskState.DONE, TaskState.DONE_LATE, TaskState.CLAIMED, TaskState.OVERDUE, TaskState.UNDER_WAY]
    )
    assert counted == Tally(total=5, done=1, done_late=1, claimed=1, overdue=1)
    assert (counted.finished, counted.under_way) == (2, 1)
    assert tally([]) == Tally()
