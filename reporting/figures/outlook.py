"""What is left of the way: how much each coming period has to bring, and when the target is reached at the pace
made since the start (domain.md 16)."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from .path import Milestone
from .progress import Goal, meets
from .reasons import Reason

MONTHS_OF_A_YEAR = 12
FARTHEST = timedelta(days=36525)  # a hundred years: beyond that a date says nothing


def ends_left(on: date, target: date, *, months: int) -> int:
    """How many cut-offs of periods of `months` months come after `on`, through the target's date. All cut-offs of a
    calendar fall on one day of the month, or on the last, so only months are counted."""
    apart = (target.year - on.year) * MONTHS_OF_A_YEAR + target.month - on.month
    return max(0, apart) // months


def needed_each_period(
    goal: Goal, value: Decimal, *, left: int, decimals: int, qualifier: str = ""
) -> Decimal | Reason:
    """What each of the periods that are `left` has to bring so that the last one meets the target, below 0 where
    the figure should fall; rounded away from zero, so that so many of them are enough."""
    if meets(goal, value, qualifier):
        return Reason.REACHED
    if left <= 0:
        return Reason.DATE_PASSED
    each = (Fraction(goal.path.target.value) - Fraction(value)) / left
    units = ceil(abs(each) * 10**decimals)
    return Decimal(units if each > 0 else -units).scaleb(-decimals)


def reached_on(goal: Goal, now: Milestone, qualifier: str = "") -> date | Reason:
    """The first day on which the target is reached if it goes on as it went, on average, since the starting
    value."""
    start = goal.path.start
    if meets(goal, now.value, qualifier):
        return Reason.REACHED
    if start is None:
        return Reason.NO_BASELINE
    if now.on <= start.on:
        return Reason.BEFORE_START
    moved = Fraction(now.value) - Fraction(start.value)
    left = Fraction(goal.path.target.value) - Fraction(now.value)
    if moved == 0 or left == 0 or (moved > 0) != (left > 0):
        return Reason.STANDS_STILL
    days = ceil(left / moved * (now.on - start.on).days)
    if days > FARTHEST.days or now.on > date.max - FARTHEST:
        return Reason.TOO_FAR
    return now.on + timedelta(days=days)
