"""An uploaded XLSX or CSV as one table, read behind a guard.

`read` either returns plain texts in NFC, each in the form that numbers.py and VietnameseDateField read in one way,
or raises Refused with the sentence that says what to mend, naming the cell where there is one (domain.md 5, 27-30,
37). The file itself is opened by a process of its own (children.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .. import numbers
from ..parsing import limits as bounds
from ..parsing.cells import cell_name
from ..parsing.job import Job
from ..parsing.limits import Limits
from ..refusals import Refused
from . import children
from .sentences import listed, too_big

MAX_BYTES = bounds.PAGE.bytes
_NAMED = 10


@dataclass(frozen=True)
class Table:
    """Each row is as wide as the headers; `numbers` are the rows' own in the sheet, where errors are looked for.
    `notes` say what was read otherwise than it is seen in Excel."""

    headers: list[str]
    rows: list[list[str]]
    numbers: list[int]
    notes: tuple[str, ...] = ()


def read(data: bytes, filename: str, *, reading: str = "", limits: Limits | None = None) -> Table:
    """Raises Refused: Busy where the server has no turn for it, Undecided where the file can be read in several
    ways, of which `reading` names the one that was meant."""
    refuse_bytes(data, limits)
    job = Job("table", limits or bounds.PAGE, filename=filename[-20:], reading=reading)
    found = children.ask(data, job)
    _refuse_twins(found["headers"], found["row"])
    return Table(found["headers"], found["rows"], found["numbers"], tuple(_notes(found["told"])))


def refuse_bytes(data: bytes, limits: Limits | None = None) -> None:
    """What is refused before anything is opened."""
    limit = limits.bytes if limits else MAX_BYTES
    if len(data) > limit:
        raise too_big(limit)


def _refuse_twins(headers: Sequence[str], row: int) -> None:
    seen: dict[str, int] = {}
    for column, header in enumerate(headers, 1):
        before = seen.setdefault(numbers.fold(header), column)
        if before != column:
            cells = {"name": header, "a": cell_name(row, before), "b": cell_name(row, column)}
            raise Refused(_("Two columns are named %(name)s: cells %(a)s and %(b)s.") % cells)


def _notes(told: Mapping[str, Any]) -> Iterator[str]:
    if told["hidden_sheet"]:
        yield _("The sheet “%(title)s” is hidden; it was read too.") % {"title": told["hidden_sheet"]}
    if told["hidden_rows"]:
        yield _("Hidden rows were read too: %(rows)s.") % {"rows": _few(told["hidden_rows"])}
    if told["hidden_columns"]:
        yield _("Hidden columns were read too: %(columns)s.") % {"columns": _few(told["hidden_columns"])}
    yield from cleaned_notes(told["invisible"], told["decomposed"])


def cleaned_notes(invisible: Sequence[str], decomposed: Sequence[str]) -> Iterator[str]:
    """Both names of cells: where something invisible was taken out, and where letters were put together."""
    if invisible:
        yield _("Invisible characters were taken out of cells %(cells)s.") % {"cells": _few(invisible)}
    if decomposed:
        sentence = _("Letters and their tones stood apart and were put together in cells %(cells)s.")
        yield sentence % {"cells": _few(decomposed)}


def _few(names: Sequence[str]) -> str:
    return listed(names[:_NAMED], len(names))
