"""The list of what is wrong on top of the page of a report, each sentence linked to the field that mends it."""

from collections.abc import Mapping
from dataclasses import dataclass

from .acts import Outcome
from .drafts import CellKey
from .forms import BLANKS_REASON
from .sheet import Group, Row
from .validation import Problem as Finding


@dataclass(frozen=True)
class Problem:
    """A line of the list on top, linked to the field it is about: on this page, or on that of its group."""

    field: str
    sentence: str
    group: int = 0  # where the field stands, if not on this page

    @property
    def link(self) -> str:
        return f"?group={self.group}#{self.field}" if self.group else f"#{self.field}"


def problems_of(groups: list[Group], outcome: Outcome | None, shown: int) -> list[Problem]:
    if outcome is None:
        return []
    found = []
    for row in (row for group in groups for row in group.rows):
        said = [fault.sentence for fault in row.faults] + ([row.conflict] if row.conflict else [])
        found += [Problem(row.wrong_field, f"{row.slot.name}: {sentence}") for sentence in said]
    if outcome.reason_fault:
        found.append(Problem(BLANKS_REASON, outcome.reason_fault))
    return found + _linked(groups, outcome.problems, shown)


def unsettled_of(groups: list[Group], found: list[Finding], shown: int) -> list[Problem]:
    """Of a group that is drawn alone, only its own; below the last one the whole report is sent."""
    said = _linked(groups, [f for f in found if f.blocks], shown)
    return said if shown in (0, len(groups)) else [problem for problem in said if not problem.group]


def _linked(groups: list[Group], found: list[Finding], shown: int) -> list[Problem]:
    places = {row.slot.key: (row, group.number) for group in groups for row in group.rows}
    return [_problem(places, each, shown) for each in found]


def _problem(places: Mapping[CellKey, tuple[Row, int]], found: Finding, shown: int) -> Problem:
    if found.key is None or found.key not in places:
        return Problem("main", found.in_full)
    row, group = places[found.key]
    field = f"{row.slot.name}-{found.field}" if found.field else row.first_field
    return Problem(field, found.in_full, group if shown and group != shown else 0)
