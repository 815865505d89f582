"""A page taken along, opened as its reader would open it."""

import csv
import io
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet


def sheet_of(response, title: str | None = None) -> Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return book[title] if title else book.worksheets[0]


def titles_of(response) -> list[str]:
    return openpyxl.load_workbook(io.BytesIO(response.content)).sheetnames


def head_of(sheet: Worksheet) -> list[str]:
    """The lines above the table."""
    return [row[0].value for row in sheet.iter_rows(max_row=_place(sheet) - 1) if row[0].value]


def columns_of(sheet: Worksheet) -> list[str]:
    return [cell.value for cell in sheet[_place(sheet)]]


def rows_of(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of the table, by the names of its columns; what is empty is left out."""
    names = columns_of(sheet)
    rows = sheet.iter_rows(min_row=_place(sheet) + 1, values_only=True)
    return [{n: v for n, v in zip(names, row, strict=True) if v not in (None, "")} for row in rows]


def cell_of(sheet: Worksheet, row: int, name: str):
    """The cell of the table's row, counted from 1."""
    return sheet.cell(_place(sheet) + row, columns_of(sheet).index(name) + 1)


def _place(sheet: Worksheet) -> int:
    """The row of the names: the one that comes again on every printed page."""
    first, _last = sheet.print_title_rows.replace("$", "").split(":")
    return int(first)


def records_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
