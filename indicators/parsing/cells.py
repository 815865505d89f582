"""One cell as a text in NFC that has a single reading: a comma for decimals and no dots, days as dd/mm/yyyy, yes
and no as 1 and 0; and what kind of thing it was in Excel."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple

from ..texts import holds_invisible, is_decomposed, normalise
from .limits import Limits
from .refusal import Refusal

_SHOWN_DECIMALS = re.compile(r"0\.(0+)")
_LITERAL = re.compile(r'"[^"]*"|\\.')  # what a number format shows as it stands
MARKER_BEGINS = "{{"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    YES_NO = "yes_no"
    FORMULA = "formula"
    ERROR = "error"


class Cell(NamedTuple):
    """`decimals` are those that its format shows whatever the number, as 53,80 does by the format 0.00. `raw` is a
    text as it came."""

    text: str
    kind: Kind = Kind.TEXT
    decimals: int = 0
    raw: str = ""

    @property
    def is_cleaned(self) -> bool:
        return holds_invisible(self.raw)

    @property
    def is_composed(self) -> bool:
        return is_decomposed(self.raw)


@dataclass
class Sheet:
    """Rows and columns count from 1; only filled cells are there. `hidden_columns` are (first, last)."""

    title: str
    is_hidden: bool
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    part: str = ""  # of the package, in small letters
    marked: dict[tuple[int, int], str] = field(default_factory=dict)  # cells with a marker → their number format

    @cached_property
    def distinct(self) -> list[Cell]:
        """Each cell once that many places share: what is asked of every cell is asked of these first."""
        return list({id(cell): cell for row in self.rows.values() for cell in row.values()}.values())

    def cells(self) -> Iterator[tuple[int, int, Cell]]:
        for number, row in self.rows.items():
            for column, cell in row.items():
                yield number, column, cell


class Columns(dict[str, int]):
    """The number of a column by its letters."""

    def of(self, name: str, row: int) -> int:
        """Of a cell that says that it stands in this row."""
        letters = name.removesuffix(str(row))
        if letters == name:
            raise Refusal("no_table")
        return self[letters]

    def __missing__(self, letters: str) -> int:
        number = 0
        for letter in letters:
            if not "A" <= letter <= "Z":
                raise Refusal("no_table")
            number = number * 26 + ord(letter) - 64
        if not 0 < number <= 16_384:
            raise Refusal("no_table")
        self[letters] = number
        return number


class Budget:
    """Counts what a file holds, cell by cell, so that nothing is gathered past the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.cells = 0
        self.characters = 0

    def spend(self, row: int, column: int, text: str) -> None:
        if row > self.limits.rows:
            raise Refusal("too_long", limit=self.limits.rows)
        if column > self.limits.columns:
            raise Refusal("too_wide", limit=self.limits.columns)
        self.cells += 1
        self.characters += len(text)
        if self.cells > self.limits.cells:
            raise Refusal("too_many", limit=self.limits.cells)
        if self.characters > self.limits.characters:
            raise Refusal("too_large")


@lru_cache(maxsize=10_000)  # a text that many cells share is one cell in memory too
def text_cell(raw: str) -> Cell:
    return Cell(normalise(raw), raw=raw)


def number_cell(value: int | float, number_format: str) -> Cell:
    if isinstance(value, float) and not math.isfinite(value):
        return Cell(str(value), Kind.ERROR)
    shown = _LITERAL.sub("", number_format)
    zeros = _SHOWN_DECIMALS.search(shown)
    return Cell(figure(value, shown), Kind.NUMBER, len(zeros[1]) if zeros else 0)


def day_cell(value: datetime | time | timedelta) -> Cell:
    if isinstance(value, datetime):
        return Cell(f"{value:%d/%m/%Y %H:%M:%S}".removesuffix(" 00:00:00"), Kind.DAY)
    return Cell(str(value), Kind.DAY)


def figure(value: int | float, number_format: str) -> str:
    """As Excel keeps it, to 15 significant digits: 0.1+0.2 is 0,3. A cell shown as 53,8% holds 0.538, one shown as
    03388 by the format 00000 holds 3388: what is shown is what was meant."""
    number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    is_percent = "%" in number_format
    text = f"{number.scaleb(2) if is_percent else number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".").replace(".", ",")
    if set(number_format) == {"0"} and text.isdecimal():
        text = text.zfill(len(number_format))
    return f"{text}%" if is_percent else text


def column_name(column: int) -> str:
    name = ""
    while column:
        column, place = divmod(column - 1, 26)
        name = _LETTERS[place] + name
    return name


def cell_name(row: int, column: int) -> str:
    return f"{column_name(column)}{row}"
