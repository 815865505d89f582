"""The HTML of one line of the form, and of its row on paper.

Each is a function of what the line says and of nothing else, so what was drawn once in a process is not drawn
again: of a hundred lines a save changes few, and the lines of an empty form are alike for every unit. In debugging
every line is drawn anew, so that an edited template shows.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .base_figures import Base
from .forms import Fault, Typed
from .models import EntryState, FigureStatus, Qualifier
from .validation import Problem

KEPT_LINES = 2_000  # some 4 kB each
WITH_FIELDS = "indicators/line.html"
ON_PAPER = "indicators/printed_row.html"
ON_SCREEN = "indicators/entered_row.html"  # the row on paper, and what is wrong or odd
GRID = "indicators/grid.html"  # above the first cell of a grid
PRINTED_GRID = "indicators/printed_grid.html"
_SPACE = re.compile(r"\s*\n\s*")
_TEXT_AREA = re.compile(r"(<textarea.*?</textarea>)", re.DOTALL)


@dataclass(frozen=True)
class Before:
    """What the unit had approved last about the same thing. `words` stands in for a figure that there is none of,
    or that measures something else (domain.md 13)."""

    period: str
    figure: str = ""
    words: str = ""
    carried: str = ""  # what its running total began with, of the units that it took over from


@dataclass(frozen=True)
class Line:
    """All that a line shows, in plain values: two lines that are equal look the same. `keeps` is the last period's
    figure where it may be kept; `choices` are the readings of an ambiguous figure, each with how it is said."""

    name: str
    kind: str
    number: int | None
    title: str
    subject: str
    description: str
    is_mandatory: bool
    unit: str
    window: str
    numerator_name: str
    denominator_name: str
    answers: tuple[tuple[str, str], ...]
    before: Before | None
    typed: Typed
    faults: tuple[Fault, ...]
    choices: tuple[tuple[str, str], ...]
    conflict: str
    findings: tuple[Problem, ...]
    is_saved: bool
    is_filled: bool
    offers_zero: bool
    keeps: str
    is_kept: bool
    readback: str
    change: str
    figure: str
    parts: str
    plan: str
    so_far: str
    on_last_year: str
    is_running: bool  # the figure is itself the total since the start of the year
    state_words: str
    qualities: str
    note: str
    evidence: tuple[str, ...]  # the names of what is attached
    evidence_page: str
    asks_evidence: bool
    lacks_evidence: bool
    base: Base | None = None  # that its denominator is
    no_base: str = ""  # why it is typed, where it should come from the register
    to_mend: bool = False  # a return that stands names it
    remark: str = ""  # what the reviewer says of it there

    @property
    def is_grid(self) -> bool:
        return bool(self.subject)

    @property
    def code(self) -> str:
        """Of the indicator: the name of a grid's cell ends in that of the commune."""
        return self.name.partition("@")[0]

    @property
    def is_narrative(self) -> bool:
        return self.kind == "text"

    @property
    def is_numeric(self) -> bool:
        return self.kind in ("number", "ratio")

    @property
    def wrong(self) -> set[str]:
        return {fault.field for fault in self.faults}

    @property
    def first_field(self) -> str:
        return f"{self.name}-{'numerator' if self.kind == 'ratio' else 'value'}"

    @property
    def asks_explanation(self) -> bool:
        return any(found.is_warning for found in self.findings)

    @property
    def has_more_to_say(self) -> bool:
        """Whether the folded part stands open: something is in it, or a reason is due (domain.md 10)."""
        typed = self.typed
        said = typed.note or typed.qualifier or typed.objection or typed.status != FigureStatus.OFFICIAL
        due = typed.state == EntryState.NOT_AVAILABLE or self.asks_explanation or self.lacks_evidence
        return bool(said or due or self.wrong & {"note", "qualifier", "status", "objection"})


class Drawn:
    """What was drawn of one line in one language, by template."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.html: dict[str, str] = {}

    def by(self, template: str) -> str:
        if template not in self.html:
            self.html[template] = _dense(render_to_string(template, _context(self.line)))
        return self.html[template]


def drawn(line: Line) -> Drawn:
    return Drawn(line) if settings.DEBUG else _kept(line, get_language())


@lru_cache(KEPT_LINES)
def _kept(line: Line, _language: str | None) -> Drawn:
    return Drawn(line)


def _context(line: Line) -> dict[str, Any]:
    return {"row": line, "name": line.name, "typed": line.typed, "lists": _lists()}


def _dense(html: str) -> str:
    """Without the indentation of templates, which is more than a third of a line; a text area keeps its text."""
    parts = _TEXT_AREA.split(html)
    parts[::2] = [_SPACE.sub("\n", part) for part in parts[::2]]
    return SafeString("".join(parts))


def _lists() -> dict[str, list[tuple[str, str]]]:
    states = {"": _("Not entered"), **dict(_choices(EntryState))}
    states[EntryState.NOT_AVAILABLE] = _("Could not be collected (state why)")
    return {
        "states": list(states.items()),
        "statuses": _choices(FigureStatus),
        "qualifiers": [("", _("exact")), *_choices(Qualifier)],
    }


def _choices(of: type[TextChoices]) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in of.choices]
