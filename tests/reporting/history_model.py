"""The rules of a report's way in plain Python, told a second time: what may be done in which state, what an
approval and a publication make known, and who was punctual. Nothing of ours is imported, so that nothing is copied
from it."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

HANOI = timezone(timedelta(hours=7))
BLANK = "blank"  # nothing is said of the cell yet
Figure = tuple[int, int | None] | None  # value or both parts; none: could not be collected
Place = tuple[str, int]  # indicator, period
Said = dict[tuple[Place, int], Figure]  # place, unit → what stands

WITH_SIGNATURE = {"submit": {"draft": "awaiting_sign_off", "returned": "awaiting_sign_off"}}
WITHOUT_SIGNATURE = {"submit": {"draft": "submitted", "returned": "submitted"}}
WITH_VERIFICATION = {"verify": {"submitted": "verified"}, "approve": {"verified": "approved"}}
WITHOUT_VERIFICATION = {"verify": {}, "approve": {"submitted": "approved", "verified": "approved"}}
ALWAYS = {
    "sign": {"awaiting_sign_off": "submitted"},
    "return": {"awaiting_sign_off": "returned", "submitted": "returned", "verified": "returned"},
    "withdraw": {"awaiting_sign_off": "draft", "submitted": "draft", "verified": "draft"},
    "reopen": {"approved": "returned"},
}
MOVES = ("submit", "sign", "verify", "approve", "return", "withdraw", "reopen")
AHEAD = {"draft": "submit", "returned": "submit", "awaiting_sign_off": "sign", "verified": "approve"}


def local_day(moment: datetime) -> date:
    return moment.astimezone(HANOI).date()


@dataclass
class Round:
    places: list[Place]
    due_on: date
    signature: bool
    verification: bool
    publication: bool
    is_locked: bool = False

    def table(self) -> dict[str, dict[str, str]]:
        signed = WITH_SIGNATURE if self.signature else WITHOUT_SIGNATURE
        verified = WITH_VERIFICATION if self.verification else WITHOUT_VERIFICATION
        return ALWAYS | signed | verified


@dataclass
class Report:
    round: Round
    unit: int
    due_on: date
    is_extended: bool = False
    state: str = "draft"
    cells: dict[Place, Figure | str] = field(default_factory=dict)
    frozen: dict[Place, Figure] = field(default_factory=dict)
    handed_in_at: datetime | None = None

    @property
    def may_be_typed(self) -> bool:
        return self.state in ("draft", "returned") and not self.round.is_locked

    @property
    def ahead(self) -> str:
        if self.state == "approved":
            return "reopen"
        waits = "verify" if self.round.verification else "approve"
        return AHEAD.get(self.state, waits)

    def target(self, move: str) -> str | None:
        """Where a move leads; None where it is barred."""
        if self.round.is_locked and move not in ("verify", "approve"):
            return None
        if move == "submit" and any(self.cells.get(place, BLANK) == BLANK for place in self.round.places):
            return None
        return self.round.table()[move].get(self.state)

    def becomes(self, target: str, move: str, at: datetime) -> None:
        if move == "submit":
            self.frozen = dict(self.cells)  # type: ignore[arg-type]
        if move == "withdraw" and self.state in ("submitted", "verified"):
            self.handed_in_at = None
        if target == "submitted":
            self.handed_in_at = self.handed_in_at or at
        self.state = target

    def punctuality(self, today: date) -> tuple[str, int]:
        """In a word, and by how many days."""
        if self.handed_in_at is not None:
            late = (local_day(self.handed_in_at) - self.due_on).days
            return ("late", late) if late > 0 else ("on_time", 0)
        if self.round.is_locked:
            return "locked", 0
        if today > self.due_on:
            return "overdue", (today - self.due_on).days
        return ("extended" if self.is_extended else "not_due"), 0


@dataclass
class Model:
    """Reports by (round, unit), and what is known: approved, published, and published at each moment."""

    rounds: list[Round]
    reports: dict[tuple[int, int], Report]
    approved: Said = field(default_factory=dict)
    published: Said = field(default_factory=dict)
    log: list[tuple[datetime, Said]] = field(default_factory=list)

    def move(self, report: Report, move: str, target: str, at: datetime) -> None:
        report.becomes(target, move, at)
        if move != "approve":
            return
        news = {(place, report.unit): figure for place, figure in report.frozen.items()}
        self.approved |= news
        if not report.round.publication:
            self.published |= news
            self.log.append((at, deepcopy(self.published)))

    def publish(self, round_: Round, at: datetime) -> None:
        self.published |= {key: figure for key, figure in self.approved.items() if key[0] in round_.places}
        self.log.append((at, deepcopy(self.published)))

    def extend(self, round_: Round, units: list[int], until: date) -> bool:
        """Whether it is done: somebody must gain by it, and for all the round's own date must move."""
        if not units and until <= round_.due_on:
            return False
        reports = [r for r in self.reports.values() if r.round is round_ and (not units or r.unit in units)]
        later = [report for report in reports if report.due_on < until]
        if not later:
            return False
        if not units:
            round_.due_on = until
        for report in later:
            report.due_on = until
        for report in later if units else reports:
            report.is_extended = True
        return True

    def known_at_the_end_of(self, day: date) -> Said:
        return ([{}] + [said for at, said in self.log if local_day(at) <= day])[-1]


def total(said: Said, place: Place, *, is_ratio: bool, units: int):
    """value, numerator, denominator, reported, not available, expected: by hand."""
    given = [figure for (of, _unit), figure in said.items() if of == place]
    reported = [figure for figure in given if figure is not None]
    counts = (len(reported), len(given) - len(reported), units)
    if not reported:
        return (None, None, None, *counts)
    first, second = (sum(Decimal(figure[n] or 0) for figure in reported) for n in (0, 1))
    return (None, first, second, *counts) if is_ratio else (first, None, None, *counts)
