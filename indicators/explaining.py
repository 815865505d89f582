"""The reviewers' own figures on the pages of the unit: both figures, the reason, who, and until when the unit may
say something to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import assessed, assessing, workflow
from .drafts import Cell, cell_from
from .forms import tidy
from .models import Assessment, Definition, Submission, SubmissionEvent
from .sheet import figure_of, state_words
from .slots import Slot

FIELD = "explain-"
LONGEST_NUMBER = 18  # digits that a key holds on both databases


@dataclass(frozen=True)
class Shown:
    """One figure of a reviewer. `closed` says why nothing can be said to it, `typed` what stands in its field."""

    row: Assessment
    name: str  # of the line on the form
    title: str
    subject: str
    reported: str
    own: str
    closed: str
    typed: str = ""

    @property
    def field(self) -> str:
        return f"{FIELD}{self.row.pk}"


def shown(
    submission: Submission,
    slots: Iterable[Slot],
    events: Iterable[SubmissionEvent],
    typed: Mapping[int, str] | None = None,
) -> list[Shown]:
    """In the order of the form; no query where no reviewer ever entered a figure, two where one did."""
    if not any(event.move in assessed.ACTS for event in events):
        return []
    stands = assessed.standing_on(submission, workflow.latest_revision(submission))
    return [_shown(submission, slot, stands[slot.key], typed or {}) for slot in slots if slot.key in stands]


def _shown(submission: Submission, slot: Slot, row: Assessment, typed: Mapping[int, str]) -> Shown:
    definition = slot.line.definition
    return Shown(
        row=row,
        name=slot.name,
        title=slot.line.indicator.name,
        subject=str(slot.subject) if "@" in slot.name else "",
        reported=_said(definition, cell_from(row.reported)),
        own=_said(definition, assessing.own_of(row).cell),
        closed=assessing.closed(submission, row),
        typed=typed.get(row.pk, ""),
    )


def _said(definition: Definition, cell: Cell) -> str:
    return figure_of(definition, cell) or state_words(cell.state)


def read(post: Mapping[str, Any]) -> dict[int, str]:
    """What was typed, by the number of the figure it is about."""
    found = {}
    for name, text in post.items():
        number = name.removeprefix(FIELD)
        if name != number and number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER:
            found[int(number)] = tidy(text).strip()
    return found
