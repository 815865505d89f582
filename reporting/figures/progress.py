"""The status of a figure against what is aimed at (domain.md 15, 16).

Before the target's date: already met; on track; late. On the date and after it: met, exceeded, missed. No target of
the province, no figure and nothing to compare with are statuses of their own, and none of them has a colour.

The band is in per cent of what is compared with. Before the date it widens the path: with 5 a rising figure is on
track from 95 % of the planned value on, a falling one up to 105 %. After the date a target is met or it is not, as
its operator says; the band only tells met from exceeded. With "about" it also says how near is near enough.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from .path import Path, planned, planned_of_year
from .reasons import Reason

Item = TypeVar("Item")
DEFAULT_BAND = Decimal(5)  # per cent, where the administrator set none


class Status(StrEnum):
    ALREADY_MET = "already_met"
    ON_TRACK = "on_track"
    LATE = "late"
    REACHED = "reached"
    EXCEEDED = "exceeded"
    MISSED = "missed"
    NO_DATA = "no_data"
    NO_TARGET = "no_target"
    NOT_COMPARABLE = "not_comparable"


MET = (Status.ALREADY_MET, Status.REACHED, Status.EXCEEDED)
LATE = (Status.LATE, Status.MISSED)
AFTER = (Status.REACHED, Status.EXCEEDED, Status.MISSED)
NEARLY, OVER = "nearly", "over"  # "gần 400" is a little less than 400, "trên 400" a little more
ROOM = {NEARLY: -1, OVER: 1}


@dataclass(frozen=True)
class Goal:
    """`operator`: gte, gt, lte, lt, about. `direction` of the indicator: up, down, none; it counts for "about"
    alone, since "at most 20" says itself which way is good. `of_year`: an amount of a whole year is aimed at, and
    its figure runs from the first day of the year."""

    path: Path
    operator: str
    direction: str = "up"
    band: Decimal = DEFAULT_BAND
    of_year: bool = False


@dataclass(frozen=True)
class Reading:
    """A figure on its cut-off day; of an amount of the year what has come together since the year began.
    `year_before` and `year_end` are the last days of the year before and of its own."""

    on: date
    value: Decimal | None
    year_before: date
    year_end: date
    qualifier: str = ""
    is_partial_sum: bool = False  # some units are missing in it, so the true figure is greater
    barred: Reason | None = None  # why it may not be compared at all


@dataclass(frozen=True)
class Progress:
    """`planned`: what the path asks for on the day; `shortfall`: by how much the figure lies on the wrong side of
    what it is compared with, in per cent of that; below 0 on the right side."""

    status: Status
    reason: Reason | None = None
    planned: Fraction | None = None
    shortfall: Fraction | None = None


def leaning(goal: Goal) -> int:
    """1 where more is better, −1 where less is, 0 where both sides are as bad."""
    by_operator = {"gte": 1, "gt": 1, "lte": -1, "lt": -1}
    by_direction = {"up": 1, "down": -1}
    return by_operator.get(goal.operator, by_direction.get(goal.direction, 0))


def meets(goal: Goal, value: Decimal, qualifier: str = "") -> bool:
    """Whether a figure satisfies the target as its operator says. "gần 400" does not satisfy ≥ 400, and "trên 400"
    satisfies > 400; "khoảng 400" is taken as 400."""
    target, room = goal.path.target.value, ROOM.get(qualifier, 0)
    if goal.operator == "about":
        return _is_near(value, Fraction(target), goal)
    if goal.operator in ("gte", "gt"):
        is_equal_enough = (goal.operator == "gte" and room >= 0) or room > 0
        return value > target or (value == target and is_equal_enough)
    is_equal_enough = (goal.operator == "lte" and room <= 0) or room < 0
    return value < target or (value == target and is_equal_enough)


def progress(reading: Reading, goal: Goal | Reason) -> Progress:
    if reading.value is None and reading.barred is None:
        return Progress(Status.NO_DATA, Reason.NO_FIGURE)
    if isinstance(goal, Reason):
        return Progress(Status.NO_TARGET if goal == Reason.NO_TARGET else Status.NOT_COMPARABLE, goal)
    if goal.of_year and reading.on > goal.path.target.on:
        return Progress(Status.NO_TARGET, Reason.NO_TARGET)  # the amount of a later year, for which nothing is set
    if reading.barred or reading.value is None:
        return Progress(Status.NOT_COMPARABLE, reading.barred)
    if reading.on >= goal.path.target.on:
        return _after(reading, reading.value, goal)
    return _before(reading, reading.value, goal)


def _after(reading: Reading, value: Decimal, goal: Goal) -> Progress:
    """A sum that lacks units and does not meet the target yet may meet it with them; one that should stay low may
    not."""
    target, lean = Fraction(goal.path.target.value), leaning(goal)
    is_met = meets(goal, value, reading.qualifier)
    if reading.is_partial_sum and not (is_met and lean > 0):
        return Progress(Status.NOT_COMPARABLE, Reason.PARTIAL, target)
    short = _shortfall(value, target, lean)
    if not is_met:
        return Progress(Status.MISSED, None, target, short)
    beyond = lean * (Fraction(value) - target) > _width(target, goal)
    return Progress(Status.EXCEEDED if beyond else Status.REACHED, None, target, short)


def _before(reading: Reading, value: Decimal, goal: Goal) -> Progress:
    lean = leaning(goal)
    asked = _asked(reading, goal)
    is_met = _is_met_for_good(reading, value, goal)
    if is_met and not (reading.is_partial_sum and lean <= 0) and asked != Reason.BEFORE_START:
        known = None if isinstance(asked, Reason) else asked
        return Progress(Status.ALREADY_MET, None, known, None if known is None else _shortfall(value, known, lean))
    if isinstance(asked, Reason):
        return Progress(Status.NOT_COMPARABLE, asked)
    if reading.is_partial_sum and not (lean > 0 and _is_near(value, asked, goal)):
        return Progress(Status.NOT_COMPARABLE, Reason.PARTIAL, asked)
    status = Status.ON_TRACK if _is_near(value, asked, goal) else Status.LATE
    return Progress(status, None, asked, _shortfall(value, asked, lean))


def _asked(reading: Reading, goal: Goal) -> Fraction | Reason:
    if not goal.of_year:
        return planned(goal.path, reading.on)
    year = {"year_before": reading.year_before, "year_end": reading.year_end}
    return planned_of_year(goal.path, reading.on, **year)


def _is_met_for_good(reading: Reading, value: Decimal, goal: Goal) -> bool:
    """An amount that may still grow before its year ends has met a target from below, never one from above."""
    still_grows = goal.of_year and reading.on < reading.year_end
    return meets(goal, value, reading.qualifier) and not (still_grows and leaning(goal) <= 0)


def _is_near(value: Decimal, compared: Fraction, goal: Goal) -> bool:
    """Within the band, or on the good side of it."""
    lean, apart = leaning(goal), Fraction(value) - compared
    return (abs(apart) if not lean else -lean * apart) <= _width(compared, goal)


def _width(compared: Fraction, goal: Goal) -> Fraction:
    return abs(compared) * Fraction(goal.band) / 100


def _shortfall(value: Decimal, compared: Fraction, lean: int) -> Fraction | None:
    """None from 0: of nothing there is no per cent."""
    if compared == 0:
        return None
    apart = compared - Fraction(value)
    return (abs(apart) if not lean else lean * apart) / abs(compared) * 100


def worst_first(late: Iterable[tuple[Item, Progress]]) -> list[Item]:
    """Of (item, its progress) those that are late or have missed their target, farthest first, by the share of what
    they are compared with, so that unlike indicators can stand in one list; what has no share comes first, as
    nothing at all was allowed. Equals keep their order."""
    found = [(item, how) for item, how in late if how.status in LATE]
    found.sort(key=lambda pair: (pair[1].shortfall is not None, -(pair[1].shortfall or 0)))
    return [item for item, _how in found]
