"""A workbook with markers in its cells: which they are, and the same workbook with figures in their place."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..parsing import limits as bounds
from ..parsing.cells import Kind, cell_name
from ..parsing.job import Job
from ..parsing.markers import key_of, markers_in
from . import children
from .reading import refuse_bytes

Instead = Decimal | Mapping[str, str]  # a number in place of all that the cell holds; or texts in place of markers


@dataclass(frozen=True)
class MarkedCell:
    """A cell that holds "{{". `number_format` is the one of its style, as "0.0%"."""

    sheet: str
    part: str
    name: str
    text: str
    is_formula: bool
    number_format: str

    @property
    def markers(self) -> list[str]:
        return [key_of(match) for match in markers_in(self.text)]

    @property
    def is_one_marker(self) -> bool:
        return self.markers == [self.text]

    def after(self, marker: str) -> str:
        """What follows the marker in the text."""
        return self.text.partition(marker)[2]


@dataclass(frozen=True)
class MarkedBook:
    data: bytes
    cells: list[MarkedCell] = field(default_factory=list)
    has_formulas: bool = False


def read_marked(data: bytes) -> MarkedBook:
    """Raises Refused."""
    refuse_bytes(data)
    told = children.ask(data, Job("markers", bounds.PAGE))
    cells = [
        MarkedCell(sheet, part, cell_name(row, column), text, Kind(kind) == Kind.FORMULA, shown)
        for sheet, part, row, column, text, kind, shown in told["cells"]
    ]
    return MarkedBook(data, cells, told["has_formulas"])


def fill(book: MarkedBook, instead: Mapping[MarkedCell, Instead]) -> bytes:
    """Every other part of the file as it was; where it has formulas, it says that they are to be computed anew.
    Raises Refused."""
    if not instead:
        return book.data
    parts: dict[str, dict[str, Any]] = {}
    for cell, new in instead.items():
        edit = {"number": f"{new:f}"} if isinstance(new, Decimal) else {"texts": dict(new)}
        parts.setdefault(cell.part, {})[cell.name] = edit
    asked = json.dumps({"parts": parts, "recalculates": book.has_formulas}).encode()
    answer: str = children.ask(asked + book.data, Job("filled", bounds.PAGE, ahead=len(asked)))
    return base64.b64decode(answer)
