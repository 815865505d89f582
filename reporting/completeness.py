"""What became of an expected report, and how complete and how punctual many are, on plain values: no database,
nothing of ours imported.

The due date decides on time or late, and only a lock shuts entry (domain.md 19). Completeness is expected reports
handed in; timeliness looks at the day of the first complete hand-in (domain.md 24).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Outcome(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"
    SENT = "sent"  # of a round without a due date
    OVERDUE = "overdue"  # not sent, and still open
    LOCKED = "locked"  # not sent, and shut
    EXTENDED = "extended"  # not sent, and given more time that has not run out
    NOT_DUE = "not_due"
    OPEN_ENDED = "open_ended"  # not sent, and without a due date


SHAPES = {
    Outcome.ON_TIME: "done",
    Outcome.LATE: "late",
    Outcome.SENT: "done",
    Outcome.OVERDUE: "missing",
    Outcome.LOCKED: "closed",
    Outcome.EXTENDED: "extended",
    Outcome.NOT_DUE: "not-due",
    Outcome.OPEN_ENDED: "not-due",
}
SENT = (Outcome.ON_TIME, Outcome.LATE, Outcome.SENT)
MISSING = (Outcome.OVERDUE, Outcome.LOCKED)
DUE = (Outcome.ON_TIME, Outcome.LATE, *MISSING)


@dataclass(frozen=True)
class Report:
    """One expected report on a day: what became of it, in word and shape."""

    outcome: Outcome
    days: int = 0  # late or overdue
    extended_to: date | None = None

    @property
    def shape(self) -> str:
        return SHAPES[self.outcome]

    @property
    def is_missing(self) -> bool:
        return self.outcome in MISSING

    @property
    def word(self) -> str:
        days = {"days": self.days}
        words = {
            Outcome.ON_TIME: _("On time"),
            Outcome.LATE: ngettext("%(days)s day late", "%(days)s days late", self.days) % days,
            Outcome.SENT: _("Sent"),
            Outcome.OVERDUE: ngettext("Overdue by %(days)s day", "Overdue by %(days)s days", self.days) % days,
            Outcome.LOCKED: _("Not sent, locked"),
            Outcome.EXTENDED: _("Extended"),
            Outcome.NOT_DUE: _("Not yet due"),
            Outcome.OPEN_ENDED: _("No due date"),
        }
        return words[self.outcome]


def report(
    due_on: date | None, sent_on: date | None, *, today: date, is_locked: bool = False, is_extended: bool = False
) -> Report:
    """`due_on` is the report's own date, extensions included; `sent_on` the day of the hand-in that counts."""
    outcome = _outcome(due_on, sent_on, today=today, is_locked=is_locked, is_extended=is_extended)
    counts = outcome in (Outcome.LATE, Outcome.OVERDUE) and due_on is not None
    return Report(
        outcome,
        days=((sent_on or today) - due_on).days if counts and due_on else 0,
        extended_to=due_on if is_extended else None,
    )


def _outcome(
    due_on: date | None, sent_on: date | None, *, today: date, is_locked: bool, is_extended: bool
) -> Outcome:
    if sent_on is not None:
        if due_on is None:
            return Outcome.SENT
        return Outcome.LATE if sent_on > due_on else Outcome.ON_TIME
    if is_locked:
        return Outcome.LOCKED
    if due_on is None:
        return Outcome.OPEN_ENDED
    if today > due_on:
        return Outcome.OVERDUE
    return Outcome.EXTENDED if is_extended else Outcome.NOT_DUE


@dataclass(frozen=True)
class Tally:
    """`on_time` is counted of `due`: reports that are past their due date or handed in before it; what has no due
    date is neither on time nor late."""

    sent: int = 0
    expected: int = 0
    on_time: int = 0
    due: int = 0
    missing: int = 0

    @property
    def completeness(self) -> str:
        return f"{self.sent}/{self.expected}" if self.expected else "–"

    @property
    def timeliness(self) -> str:
        return f"{self.on_time}/{self.due}" if self.due else "–"


def tally(reports: Iterable[Report]) -> Tally:
    outcomes = [each.outcome for each in reports]
    return Tally(
        sent=sum(o in SENT for o in outcomes),
        expected=len(outcomes),
        on_time=outcomes.count(Outcome.ON_TIME),
        due=sum(o in DUE for o in outcomes),
        missing=sum(o in MISSING for o in outcomes),
    )
