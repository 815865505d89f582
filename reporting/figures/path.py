"""The planned way from the starting value to the target (domain.md 16): a straight line through the yearly targets.

Days are cut-off days: what is aimed at for a year is aimed at on the last day of that year's own calendar, 14/12 by
NĐ 09/2019 and 31/12 in the statistical one, so that the figure of a year is compared with the target of that year.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from .reasons import Reason, rounded


@dataclass(frozen=True)
class Milestone:
    """A value at the end of a day: where the way starts, or what is aimed at."""

    on: date
    value: Decimal


@dataclass(frozen=True)
class Path:
    """`stations` in the order of time, no two on one day, the target last; the first of two or more is the starting
    value where `starts` says so, else the first target."""

    stations: tuple[Milestone, ...]
    starts: bool

    @property
    def target(self) -> Milestone:
        return self.stations[-1]

    @property
    def start(self) -> Milestone | None:
        return self.stations[0] if self.starts else None


def path_through(baseline: Milestone | None, targets: Iterable[Milestone]) -> Path | Reason:
    """From the starting value through the targets after it. A starting value that is younger than every target says
    nothing of the way to them. Of two targets of one day the last given holds. NO_TARGET without any."""
    of_day = {each.on: each for each in targets}
    aims = tuple(of_day[on] for on in sorted(of_day))
    if not aims:
        return Reason.NO_TARGET
    later = tuple(each for each in aims if baseline is not None and each.on > baseline.on)
    if baseline is None or not later:
        return Path(aims, starts=False)
    return Path((baseline, *later), starts=True)


def planned(path: Path, on: date) -> Fraction | Reason:
    """Exactly what the plan asks for on a day; from the target's date on the target itself. Before the first
    station BEFORE_START, and NO_BASELINE where that is a target: nothing says how the way to it runs."""
    first = path.stations[0]
    if on < first.on:
        return Reason.BEFORE_START if path.starts else Reason.NO_BASELINE
    for before, after in pairwise(path.stations):
        if on < after.on:
            share = Fraction((on - before.on).days, (after.on - before.on).days)
            return Fraction(before.value) + (Fraction(after.value) - Fraction(before.value)) * share
    return Fraction(path.target.value)


def planned_of_year(path: Path, on: date, *, year_before: date, year_end: date) -> Fraction | Reason:
    """For amounts of a year (a flow, a running total): the share of the year's planned amount that belongs to the
    days from the day after `year_before` through `on`."""
    whole = planned(path, year_end)
    if isinstance(whole, Reason):
        return whole
    return whole * Fraction((on - year_before).days, (year_end - year_before).days)


def attainment(path: Path, value: Decimal, *, decimals: int = 1) -> Decimal | Reason:
    """How much of the way from the starting value to the target is made, in per cent: 0 at the start, 100 at the
    target, in both directions; more than 100 beyond it, and below 0 on the wrong side of the start. Nothing is cut
    off. NO_BASELINE where no start is known, NO_WAY where the start is the target."""
    if path.start is None:
        return Reason.NO_BASELINE
    start, target = Fraction(path.start.value), Fraction(path.target.value)
    if start == target:
        return Reason.NO_WAY
    return rounded((Fraction(value) - start) / (target - start) * 100, decimals)
