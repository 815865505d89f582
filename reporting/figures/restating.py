"""Which units of a past day make up a unit of today, if any do: plain values, no database (domain.md 1-4).

Nothing is apportioned. A unit of today is the sum of those that went into it whole; where a part of one went
elsewhere, nobody knows how much.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Passing = tuple[int, int, date]  # predecessor, successor, from which day
Lives = Mapping[int, tuple[date, date | None]]  # unit → first day, first day without it


class Barred(StrEnum):
    """Why a figure is not restated."""

    SPLIT = "split"  # a part of a former unit went elsewhere
    NOBODY = "nobody"  # no unit of that day went into it
    CROSSED = "crossed"  # the figure is about districts, whose lines the units of today cross
    NO_RULE = "no_rule"  # the indicator has no value above one unit
    PERCENT_ONLY = "percent_only"  # a percentage without its parts
    SEVERAL_MEASURES = "several_measures"
    MISSING = "missing"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Made:
    """Of the units of a day; empty where `barred` says why not."""

    units: tuple[int, ...] = ()
    barred: Barred | None = None


def came_into(unit: int, passings: Iterable[Passing]) -> set[int]:
    """The unit, and all whose area or tasks, or a part of them, came into it."""
    before: dict[int, set[int]] = defaultdict(set)
    for gone, heir, _day in passings:
        before[heir].add(gone)
    found, new = {unit}, {unit}
    while new:
        new = {gone for heir in new for gone in before[heir]} - found
        found |= new
    return found


def made_of(unit: int, passings: Collection[Passing], lives: Lives, day: date) -> Made:
    """The units of `day` that are the unit today: each of them whole, through however many acts."""
    inside = came_into(unit, passings)
    then = tuple(sorted(each for each in inside if _lives(lives[each], day)))
    if not then:
        return Made(barred=Barred.NOBODY)
    reached, new = set(then), set(then)
    while new:
        new = {heir for gone, heir, since in passings if gone in new and since > day} - reached
        reached |= new
    return Made(then) if reached <= inside else Made(barred=Barred.SPLIT)


def crossing(area: int, parent: Mapping[int, int | None], passings: Collection[Passing]) -> set[int]:
    """The units that took over from units under `area` and from others beside: they cross its line. `parent`: who
    stood above on the last day before."""
    mine = {heir for gone, heir, _day in passings if parent.get(gone) == area}
    return {heir for gone, heir, _day in passings if heir in mine and parent.get(gone) not in (area, None)}


def _lives(life: tuple[date, date | None], day: date) -> bool:
    began, ended = life
    return began <= day and (ended is None or day < ended)
