"""Denominators from base figures: of a draft, where none is sent that the page did not show, and as frozen."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from .base_figures import Base, bases_of
from .drafts import EMPTY, Cell, CellKey, cells_of
from .models import Revision, Submission
from .validation import Cells, Expected, Problem, as_typed, expected_cells, with_subjects
from .validation import problems as other_problems

Bases = Mapping[CellKey, Base]


def problems(submission: Submission) -> list[Problem]:
    """What blocks the hand-in: all that is wrong with the figures, and what the register says otherwise by now."""
    expected, cells = expected_cells(submission), cells_of(submission)
    bases = bases_of(expected, submission.last_day)
    return [*other_problems(submission), *overtaken(submission, expected, cells, bases)]


def overtaken(
    submission: Submission, expected: Expected, cells: Cells, bases: Bases, names: Mapping[int, str] | None = None
) -> list[Problem]:
    """The cells whose denominator is another than the base figure in force: recorded, replaced or withdrawn since
    they were saved. What is handed in keeps what it froze. `names` are those of the communes of a grid, where they
    were read."""
    if not submission.is_editable:
        return []
    found = list(_overtaken(expected, cells, bases))
    return with_subjects(found, submission, expected, names)


def _overtaken(expected: Expected, cells: Cells, bases: Bases) -> Iterator[Problem]:
    for key, line in expected.items():
        cell, base = cells.get(key, EMPTY), bases.get(key)
        if cell.denominator is not None and cell.base_id != (base.pk if base else None):
            yield Problem(key, _sentence(cell, base), field="numerator", about=line.indicator.name)


def _sentence(cell: Cell, base: Base | None) -> str:
    saved = as_typed(cell.denominator)
    if base is None:
        sentence = _("The base figure %(saved)s no longer holds. Enter the denominator and save the line again.")
        return sentence % {"saved": saved}
    sentence = _(
        "The line was saved with the denominator %(saved)s; by now it is %(base)s. Look at it and save it again."
    )
    return sentence % {"saved": saved, "base": base}


def frozen_bases(revision: Revision | None) -> dict[CellKey, Base]:
    """The base figures that denominators were at the hand-in, as they were frozen."""
    frozen = json.loads(revision.content)["cells"] if revision else []
    return {(cell["line"], cell["subject"]): _thawed(cell) for cell in frozen if "base" in cell}


def _thawed(cell: Mapping[str, Any]) -> Base:
    said = cell["base"]
    day, value = date.fromisoformat(said["day"]), Decimal(said["value"])
    return Base(cell["base_id"], said["kind"], value, day, said["source"])


def objections(cells: Cells) -> int:
    """How many base figures the unit objects to."""
    return sum(bool(cell.objection) for cell in cells.values())
