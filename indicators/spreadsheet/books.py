"""A workbook of several sheets, read cell by cell behind the guard of `reading`.

One bad cell does not refuse the whole: a formula, an error or a day is called what it is, so that whoever asked for
the file can name every cell at once. What no cell can mend (macros, a password, an old font, "MẬT") raises Refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..parsing import limits as bounds
from ..parsing.cells import Kind, cell_name
from ..parsing.job import Job
from ..parsing.limits import Limits
from ..parsing.tables import reaches
from . import children
from .reading import cleaned_notes, refuse_bytes


class Content(NamedTuple):
    """A filled cell as text in NFC; a number has a comma for decimals and no dots. `decimals` are those that its
    format shows whatever the number, as 53,80 does by the format 0.00."""

    text: str
    kind: Kind = Kind.TEXT
    decimals: int = 0


@dataclass(frozen=True)
class BookSheet:
    """Rows and columns count from 1; only filled cells are there. `notes` say what was cleaned on the way in."""

    title: str
    is_hidden: bool
    rows: Mapping[int, Mapping[int, Content]]
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def name(self, row: int, column: int) -> str:
        return cell_name(row, column)

    def merged_into(self, rows: range, columns: range) -> list[str]:
        """The merged ranges that reach into a part of the sheet."""
        return [ref for ref in self.merged if reaches(ref, rows, columns)]


@dataclass(frozen=True)
class Book:
    sheets: list[BookSheet] = field(default_factory=list)


def read_book(data: bytes, *, limits: Limits | None = None) -> Book:
    """Raises Refused. The size that a sheet states is not believed; hidden rows and sheets are read like others."""
    refuse_bytes(data, limits)
    return Book([_sheet(each) for each in children.ask(data, Job("book", limits or bounds.PAGE))])


def _sheet(told: Mapping[str, Any]) -> BookSheet:
    rows: dict[int, dict[int, Content]] = {}
    for row, column, text, kind, decimals in told["cells"]:
        rows.setdefault(row, {})[column] = Content(text, Kind(kind), decimals)
    return BookSheet(
        told["title"],
        told["is_hidden"],
        rows,
        frozenset(told["hidden_rows"]),
        tuple(told["merged"]),
        tuple(cleaned_notes(told["invisible"], told["decomposed"])),
    )
