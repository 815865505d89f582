"""What was read of a table and what became of it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from import_export import results

from .. import numbers

HEADER_ROWS = 1  # the sheet counts its header, the library does not
QUOTED = 60  # characters of a cell that a sentence repeats


class Result(results.Result):
    """What happened to the table, for the page: `sentences` say what is wrong, `notes` what was put right."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[str] = []

    @property
    def sentences(self) -> list[str]:
        of_rows = {row.number: row.error.messages for row in self.invalid_rows}
        of_rows |= {row.number: [str(each.error) for each in row.errors] for row in self.error_rows}
        of_table = [str(error.error) for error in self.base_errors]
        return of_table + [sentence for number in sorted(of_rows) for sentence in of_rows[number]]


@dataclass
class Row:
    """One row as it was read; a column that the table does not have is not among the values."""

    number: int
    texts: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def owner_of(instance: Any, attribute: str) -> tuple[Any, str]:
    *path, name = attribute.split("__")
    for step in path:
        instance = getattr(instance, step)
    return instance, name


def as_cell(cell: Any) -> Any:
    return cell if isinstance(cell, date | Decimal) else numbers.normalise("" if cell is None else str(cell))


def as_text(cell: Any) -> str:
    return str(as_cell(cell))


def quote(text: str) -> str:
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
