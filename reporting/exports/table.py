"""What is taken along, described plainly: the same for every kind of file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

# A Decimal carries the decimals that are shown: 53.80 has two.
Cell = str | int | Decimal | date | datetime | None


class Kind(Enum):
    """What a column holds, and its width in characters."""

    NAME = ("name", 38)
    TEXT = ("text", 26)
    WORD = ("word", 14)
    SHORT = ("short", 10)
    NUMBER = ("number", 11)
    DAY = ("day", 11)
    MOMENT = ("moment", 16)

    @property
    def width(self) -> int:
        return self.value[1]


NUMERIC = (Kind.NUMBER, Kind.DAY, Kind.MOMENT)


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind = Kind.WORD


@dataclass(frozen=True)
class Sheet:
    """One table. `title` names its tab too, as far as it fits there."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: str = ""  # said where there is no row


@dataclass(frozen=True)
class Export:
    """A page as a file. `head` stands above every table of it, `band` above all: that the figures are made up."""

    name: str  # of the file, without its ending
    title: str
    head: Sequence[str]
    sheets: Sequence[Sheet]
    band: str = ""
