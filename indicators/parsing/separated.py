"""Cells that a sign separates: CSV, and the "Unicode text" of Excel. Which sign it is, the file itself says; where
it says two things, its owner is asked."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from .cells import Budget, Cell, text_cell
from .limits import Limits
from .refusal import Refusal

SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t"}
DECIMAL = "decimal"  # separated by commas, and a comma between two figures belongs to the figure
NONE = "none"  # nothing separates the cells: a table of one column
READINGS = (*SIGNS, DECIMAL)
_NOWHERE = "\x1f"  # which no text that is read here holds
_SHOWN = 3  # rows that a question shows of each reading

_MARKS_16 = (b"\xff\xfe", b"\xfe\xff")
_BINARY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_HIGH_BYTES = frozenset((0x00, 0x01, 0x03, 0x1E, 0x20))  # of Latin, Vietnamese, tones, "–" and "…" in UTF-16
_WHOLE = re.compile(r"[-−]?(?:\d+|\d{1,3}(?:\.\d{3})+)")
_FRACTION = re.compile(r"\d+%?")

Records = list[tuple[int, list[str]]]  # the number of each filled row, and its texts


@dataclass
class Reading:
    """The file by one sign. `fault` is why it cannot be that sign."""

    name: str
    records: Records = field(default_factory=list)
    is_even: bool = True  # every row has as many cells as the first, empty ones counted
    fault: Refusal | None = None

    @property
    def width(self) -> int:
        return len(self.records[0][1]) if self.records else 0

    @property
    def fits(self) -> bool:
        """No row reaches past the names of the columns."""
        return not self.fault and all(len(texts) <= self.width for _number, texts in self.records)


def rows_of(data: bytes, limits: Limits, chosen: str = "") -> dict[int, dict[int, Cell]]:
    """The filled cells by row and column. `chosen` is one of READINGS; without it the file decides or raises the
    question."""
    text = decoded(data)
    reading = _chosen(text, chosen, limits) if chosen else _decided(text, limits)
    if reading.fault:
        raise reading.fault
    rows = {
        number: {place: cell for place, raw in enumerate(texts, 1) if raw and (cell := text_cell(raw)).text}
        for number, texts in reading.records
    }
    return {number: row for number, row in rows.items() if row}


# --- Bytes


def decoded(data: bytes) -> str:
    """UTF-8, or UTF-16 with its mark or beyond doubt. Any other text is of an old font."""
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as other:
        raise Refusal("no_table" if b"\x00" in data else "old_bytes") from other
    if _BINARY.search(text):
        raise Refusal("no_table")
    return text


def _encoding(data: bytes) -> str:
    if data.startswith(_MARKS_16):
        return "utf-16"
    if b"\x00" not in data or len(data) % 2:
        return "utf-8-sig"
    sides = {"utf-16-be": set(data[::2]), "utf-16-le": set(data[1::2])}
    certain = [name for name, high in sides.items() if high <= _HIGH_BYTES]
    return certain[0] if len(certain) == 1 else "utf-8-sig"


# --- Which sign


def _decided(text: str, limits: Limits) -> Reading:
    header = next((line for line in text.splitlines() if line.strip()), "")
    names = [name for name, sign in SIGNS.items() if sign in header]
    readings = [reading for name in names if (reading := _read(text, name, limits)).width > 1 or reading.fault]
    if not readings:
        return _read(text, names[0] if names else NONE, limits)
    sound = [reading for reading in readings if not reading.fault] or readings[:1]
    fitting = [reading for reading in sound if reading.fits]
    if fitting:
        return _the_one(fitting)
    widest = max(sound, key=lambda reading: reading.width)
    if widest.name == "comma" and not widest.fault and (joined := _joined(widest)):
        raise _question([joined, widest])
    return widest


def _the_one(fitting: list[Reading]) -> Reading:
    """What splits the first line into most; of two alike, the one by which every row is as long."""
    most = max(reading.width for reading in fitting)
    best = [reading for reading in fitting if reading.width == most]
    even = [reading for reading in best if reading.is_even]
    if len(best) > 1 and len(even) != 1:
        raise _question(best)
    return best[0] if len(best) == 1 else even[0]


def _question(readings: Iterable[Reading]) -> Refusal:
    shown = [
        {"name": each.name, "rows": [[text[:60] for text in texts] for _number, texts in each.records[:_SHOWN]]}
        for each in readings
    ]
    return Refusal("separator", readings=shown)


def _chosen(text: str, name: str, limits: Limits) -> Reading:
    if name == DECIMAL:
        comma = _read(text, "comma", limits)
        return comma if comma.fault else _joined(comma) or comma
    return _read(text, name, limits)


def _read(text: str, name: str, limits: Limits) -> Reading:
    reading, budget, lengths = Reading(name), Budget(limits), set()
    try:
        for number, record in enumerate(_records(text, SIGNS.get(name, _NOWHERE)), 1):
            length = len(record)
            while record and not record[-1].strip():
                record.pop()
            if record:
                lengths.add(length)
                budget.spend(number, len(record), record[-1])
                budget.cells += len(record) - 1
                reading.records.append((number, record))
    except Refusal as refusal:
        reading.fault = refusal
    except csv.Error:
        reading.fault = Refusal("no_table")
    reading.is_even = len(lengths) < 2
    return reading


def _records(text: str, sign: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)


# --- Decimal commas between separating ones


def _joined(reading: Reading) -> Reading | None:
    """ "A,53,8" below two names is A and 53,8, where that is the only way to make every long row fit."""
    records: Records = []
    for number, texts in reading.records:
        row = _join(texts, reading.width)
        if row is None:
            return None
        records.append((number, row))
    return Reading(DECIMAL, records)


def _join(texts: list[str], width: int) -> list[str] | None:
    """None where there is no way, or more than one."""
    places = [
        place
        for place in range(len(texts) - 1)
        if _WHOLE.fullmatch(texts[place].strip()) and _FRACTION.fullmatch(texts[place + 1].strip())
    ]
    if len(places) != max(0, len(texts) - width):
        return None
    if any(after - before == 1 for before, after in pairwise(places)):
        return None
    row = list(texts)
    for place in reversed(places):
        row[place : place + 2] = [f"{row[place].strip()},{row[place + 1].strip()}"]
    return row
