"""From cells to one table: names above, rows below, nothing passed over."""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from .. import old_fonts
from .cells import Cell, Kind, Sheet, cell_name, column_name
from .refusal import Refusal

NAMED = 10  # cells that a sentence names before it counts the others
_CLASSIFIED = re.compile(r"\W*(?:(?:TỐI|TUYỆT)\s+)?MẬT\W*")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)(?::\$?([A-Z]{1,3})\$?([0-9]+))?")


def one_filled(sheets: list[Sheet]) -> Sheet:
    filled = [sheet for sheet in sheets if sheet.rows]
    if len(filled) > 1:
        raise Refusal("sheets", names=[sheet.title for sheet in filled])
    if not filled:
        raise Refusal("empty")
    return filled[0]


def refuse_marked(sheets: list[Sheet]) -> None:
    """What no cell can mend: "MẬT" anywhere, and the fonts before Unicode."""
    if any(_CLASSIFIED.fullmatch(cell.text) for sheet in sheets for cell in sheet.distinct):
        raise Refusal("classified")
    raws = [cell.raw for sheet in sheets for cell in sheet.distinct if cell.raw]
    if not old_fonts.are_used_in(raws):
        return
    cells = [
        (f"{sheet.title}!" if len(sheets) > 1 else "") + cell_name(row, column)
        for sheet in sheets
        for row, column, cell in sheet.cells()
        if cell.raw and old_fonts.is_used_in(cell.raw)
    ]
    raise Refusal("old_font", **_named(cells))


def table_of(sheet: Sheet) -> dict[str, Any]:
    """The first row that holds anything names the columns. Formulas and errors are named all at once."""
    _refuse(sheet, "formula", lambda cell: cell.kind == Kind.FORMULA or cell.text.startswith("="))
    _refuse(sheet, "error", lambda cell: cell.kind == Kind.ERROR)
    numbers = sorted(sheet.rows)
    if not numbers:
        raise Refusal("empty")
    headers = _headers(sheet.rows[numbers[0]], numbers[0])
    width = len(headers)
    for number in numbers[1:]:
        _refuse_outside(sheet.rows[number], number, width)
    merged = [ref for ref in sheet.merged if reaches(ref, range(numbers[0], numbers[-1] + 1), range(1, width + 1))]
    if merged:
        raise Refusal("merged", **_named(merged))
    return {
        "headers": headers,
        "row": numbers[0],
        "rows": [_texts(sheet.rows[number], width) for number in numbers[1:]],
        "numbers": numbers[1:],
        "told": _told(sheet, width),
    }


def _refuse(sheet: Sheet, code: str, is_one: Callable[[Cell], bool]) -> None:
    if cells := list(_names(sheet, is_one)):
        raise Refusal(code, **_named(cells))


def _named(cells: list[str]) -> dict[str, Any]:
    return {"cells": cells[:NAMED], "count": len(cells)}


def _headers(row: dict[int, Cell], number: int) -> list[str]:
    """Which of them are alike, the tables' own folding says."""
    headers = _texts(row, max(row))
    for column, header in enumerate(headers, 1):
        if not header:
            raise Refusal("no_header", cell=cell_name(number, column))
    return headers


def _texts(row: dict[int, Cell], width: int) -> list[str]:
    return [row[column].text if column in row else "" for column in range(1, width + 1)]


def _refuse_outside(row: dict[int, Cell], number: int, width: int) -> None:
    outside = [column for column in row if column > width]
    if outside:
        raise Refusal("outside", cell=cell_name(number, min(outside)))


def _told(sheet: Sheet, width: int) -> dict[str, Any]:
    """What was read otherwise than it is seen in Excel."""
    return {
        "hidden_sheet": sheet.title if sheet.is_hidden else "",
        "hidden_rows": [str(number) for number in sorted(sheet.hidden_rows)],
        "hidden_columns": [column_name(n) for n in range(1, width + 1) if _is_within(n, sheet.hidden_columns)],
        **cleaned(sheet),
    }


def cleaned(sheet: Sheet, limit: int = 1_000) -> dict[str, list[str]]:
    """The cells in which something invisible stood, and those whose letters were apart from their tones."""
    return {
        "invisible": list(islice(_names(sheet, lambda cell: cell.is_cleaned), limit)),
        "decomposed": list(islice(_names(sheet, lambda cell: cell.is_composed), limit)),
    }


def _names(sheet: Sheet, is_one: Callable[[Cell], bool]) -> Iterator[str]:
    if not any(map(is_one, sheet.distinct)):
        return
    for row, column, cell in sheet.cells():
        if is_one(cell):
            yield cell_name(row, column)


def _is_within(number: int, ranges: list[tuple[int, int]]) -> bool:
    return any(first <= number <= last for first, last in ranges)


def reaches(ref: str, rows: range, columns: range) -> bool:
    """Whether a range as B2:C3 has a cell in that part of the sheet; one that is no range of cells has none."""
    match = _RANGE.fullmatch(ref)
    if match is None:
        return False
    left, top, right, bottom = match.groups()
    right, bottom = right or left, bottom or top
    in_rows = int(top) < rows.stop and int(bottom) >= rows.start
    return in_rows and _column(left) < columns.stop and _column(right) >= columns.start


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number
