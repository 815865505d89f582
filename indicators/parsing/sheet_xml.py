"""One sheet, as its XML streams by."""

import re
from datetime import datetime

from .cells import MARKER_BEGINS, Budget, Cell, Columns, Kind, Sheet, day_cell, number_cell, text_cell
from .formats import Formats, day_of, is_day
from .refusal import Refusal
from .strings import unescaped
from .xml import Attributes, Walk

_MANY = 10_000  # merged ranges, of which a sheet made by people has some dozens
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,400}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,5})?")
_ENDLESS = frozenset(("nan", "inf", "+inf", "-inf", "infinity", "-infinity"))
_YES = ("1", "true")


class SheetReader:
    """Fills `sheet` with the cells that hold something."""

    def __init__(
        self, sheet: Sheet, strings: list[str], formats: Formats, budget: Budget, *, since_1904: bool
    ) -> None:
        self.sheet = sheet
        self.strings = strings
        self.formats = formats
        self.budget = budget
        self.since_1904 = since_1904
        self.columns = Columns()
        self.days: dict[int, bool] = {}
        self.number = self.column = 0
        self.cell: Attributes | None = None
        self.value: str | None = None
        self.formula: str | None = None
        self.pieces: list[str] = []
        self.is_aside = False

    def walk(self, namespaces: tuple[str, ...]) -> Walk:
        starts = {
            "row": self._start_row,
            "c": self._start_cell,
            "rPh": self._step_aside,
            "col": self._take_column,
            "mergeCell": self._take_merged,
        }
        ends = {
            "v": self._take_value,
            "f": self._take_formula,
            "t": self._take_piece,
            "rPh": self._come_back,
            "c": self._finish_cell,
        }
        return Walk(namespaces, starts, ends)

    def finish(self) -> None:
        """A row of nothing may be hidden anywhere: only those that hold something are told."""
        self.sheet.hidden_rows &= set(self.sheet.rows)

    # --- What surrounds the cells

    def _start_row(self, attributes: Attributes) -> None:
        self.number = int(attributes["r"]) if "r" in attributes else self.number + 1
        self.column = 0
        if attributes.get("hidden") in _YES:
            self.sheet.hidden_rows.add(self.number)

    def _take_column(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in _YES:
            self.sheet.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))

    def _take_merged(self, attributes: Attributes) -> None:
        self.sheet.merged.append(attributes["ref"])
        if len(self.sheet.merged) > _MANY:
            raise Refusal("too_large")

    # --- One cell

    def _start_cell(self, attributes: Attributes) -> None:
        name = attributes.get("r")
        self.column = self.columns.of(name, self.number) if name else self.column + 1
        self.cell, self.value, self.formula, self.pieces = attributes, None, None, []

    def _take_value(self, text: str) -> None:
        if self.cell is not None:
            if self.value is not None:
                raise Refusal("no_table")
            self.value = text

    def _take_formula(self, text: str) -> None:
        if self.cell is not None:
            self.formula = text

    def _take_piece(self, text: str) -> None:
        if self.cell is not None and not self.is_aside:
            self.pieces.append(text)

    def _step_aside(self, _attributes: Attributes) -> None:
        self.is_aside = True

    def _come_back(self, _text: str) -> None:
        self.is_aside = False

    def _finish_cell(self, _text: str) -> None:
        attributes, self.cell = self.cell, None
        if attributes is None:
            return
        cell = self._content(attributes)
        if cell is None or not cell.text:
            return
        self.budget.spend(self.number, self.column, cell.text)
        row = self.sheet.rows.setdefault(self.number, {})
        if self.column in row:
            raise Refusal("no_table")
        row[self.column] = cell
        if MARKER_BEGINS in cell.text:
            self.sheet.marked[self.number, self.column] = self.formats[int(attributes.get("s", 0))]

    def _content(self, attributes: Attributes) -> Cell | None:
        if self.formula is not None:
            return Cell(f"={self.formula}", Kind.FORMULA)
        kind = attributes.get("t", "n")
        if kind == "inlineStr":
            return text_cell(unescaped("".join(self.pieces)))
        if not self.value:
            return None
        if kind == "s":
            return text_cell(self._shared(self.value))
        if kind == "n":
            return self._number(self.value.strip(), int(attributes.get("s", 0)))
        return _other(kind, self.value)

    def _shared(self, place: str) -> str:
        if not place.strip().isdecimal():
            raise Refusal("no_table")
        return self.strings[int(place)]

    def _number(self, text: str, style: int) -> Cell:
        if text.lower() in _ENDLESS:
            return Cell(text, Kind.ERROR)
        if not _NUMBER.fullmatch(text):
            raise Refusal("no_table")
        value = int(text) if text.lstrip("+-").isdecimal() else float(text)
        shown = self.formats[style]
        if style not in self.days:
            self.days[style] = is_day(shown)
        if not self.days[style]:
            return number_cell(value, shown)
        day = day_of(value, shown, since_1904=self.since_1904)
        return Cell("#VALUE!", Kind.ERROR) if day is None else day_cell(day)


def _other(kind: str, value: str) -> Cell:
    if kind == "str":
        return text_cell(unescaped(value))
    if kind == "b" and value in ("0", "1"):
        return Cell(value, Kind.YES_NO)
    if kind == "e":
        return Cell(value, Kind.ERROR)
    if kind == "d":
        return day_cell(datetime.fromisoformat(value))
    raise Refusal("no_table")
