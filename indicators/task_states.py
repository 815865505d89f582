"""Where a task stands, computed from three days alone: no database.

A task counts as done only once the unit that follows it up has confirmed it; whether in time is said by the day on
which it was done, not by that of the confirmation. Without a due day (a regular task) nothing is late.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class TaskState(StrEnum):
    """In the order in which they press."""

    OVERDUE = "overdue"
    CLAIMED = "claimed"
    UNDER_WAY = "under_way"
    DONE_LATE = "done_late"
    DONE = "done"


FINISHED = (TaskState.DONE, TaskState.DONE_LATE)


def state_of(*, due_on: date | None, claimed_on: date | None, done_on: date | None, today: date) -> TaskState:
    """`claimed_on`: the day done as the lead unit says, while nobody has confirmed it; `done_on`: as confirmed."""
    if done_on is not None:
        return TaskState.DONE_LATE if due_on is not None and done_on > due_on else TaskState.DONE
    if claimed_on is not None:
        return TaskState.CLAIMED
    return TaskState.OVERDUE if due_on is not None and due_on < today else TaskState.UNDER_WAY


def due_soon(*, due_on: date | None, today: date, days: int) -> bool:
    return due_on is not None and today <= due_on <= today + timedelta(days=days)


@dataclass(frozen=True)
class Tally:
    """How many tasks stand how; only what was confirmed is done."""

    total: int = 0
    done: int = 0
    done_late: int = 0
    claimed: int = 0
    overdue: int = 0

    @property
    def finished(self) -> int:
        return self.done + self.done_late

    @property
    def under_way(self) -> int:
        return self.total - self.finished - self.claimed - self.overdue


def tally(states: list[TaskState]) -> Tally:
    return Tally(
        total=len(states),
        done=states.count(TaskState.DONE),
        done_late=states.count(TaskState.DONE_LATE),
        claimed=states.count(TaskState.CLAIMED),
        overdue=states.count(TaskState.OVERDUE),
    )
