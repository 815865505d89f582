"""An export as a workbook: real figures and days, the head of the page above, set up for A4 across."""

import io
import re
from collections.abc import Sequence
from math import ceil
from typing import Any

import xlsxwriter

from indicators.spreadsheet import Formats, neutral, write_cell

from .table import NUMERIC, Cell, Column, Export, Sheet

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": "Times New Roman", "font_size": 11},
}
A4 = 9
BORDER = {"border": 1, "border_color": "#9aa5b1"}
HEAD = {**BORDER, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#dfe6ee"}
BODY = {**BORDER, "text_wrap": True, "valign": "top"}
BAND = {"bold": True, "bg_color": "#fff3c4"}
TITLE_SIZE = 14
TITLE_HEIGHT = 20
LINE = 15  # points
LONGEST_TAB = 31
NOT_IN_TABS = re.compile(r"[\[\]:*?/\\]")


def write(export: Export) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"title": export.title})
        formats = Formats(book)
        for each in export.sheets:
            sheet = book.add_worksheet(tab_of(each.title))
            place = _write_head(sheet, export, each, formats)
            _write_table(sheet, each, place, formats)
            _set_up(sheet, each, place)
    return out.getvalue()


def tab_of(title: str) -> str:
    """Excel takes 31 letters, none of []:*?/\\ and no apostrophe at an end."""
    allowed = " ".join(NOT_IN_TABS.sub(" ", title).split()).strip("'")
    if len(allowed) <= LONGEST_TAB:
        return allowed
    words = allowed[:LONGEST_TAB].rpartition(" ")[0] or allowed[: LONGEST_TAB - 1]
    return f"{words}…"


def _write_head(sheet: Any, export: Export, table: Sheet, formats: Formats) -> int:
    """The row that the names of the columns stand in."""
    place = 0
    if export.band:
        for column in range(len(table.columns)):
            sheet.write_blank(0, column, None, formats.of(**BAND))
        sheet.write_string(0, 0, export.band, formats.of(**BAND))
        place = 1
    sheet.set_row(place, TITLE_HEIGHT)
    sheet.write_string(place, 0, neutral(export.title), formats.of(bold=True, font_size=TITLE_SIZE))
    subtitles = [table.title] if len(export.sheets) > 1 else []
    for text in (*subtitles, *export.head):
        place += 1
        sheet.write_string(place, 0, neutral(text), formats.of(bold=text in subtitles))
    return place + 2


def _write_table(sheet: Any, table: Sheet, place: int, formats: Formats) -> None:
    for number, column in enumerate(table.columns):
        sheet.write_string(place, number, column.name, formats.of(**HEAD))
        sheet.set_column(number, number, column.kind.width)
    sheet.set_row(place, _height([column.name for column in table.columns], table))
    for below, row in enumerate(table.rows, 1):
        sheet.set_row(place + below, _height(row, table))
        for number, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            write_cell(sheet, place + below, number, value, formats, **_look(column))
    if not table.rows and table.empty:
        sheet.write_string(place + 1, 0, table.empty, formats.of(italic=True))


def _height(row: Sequence[Cell], table: Sheet) -> int:
    """So that nothing is cut: not every program makes a row as high as its longest text asks for."""
    widths = [column.kind.width for column in table.columns]
    texts = [(str(value), width) for value, width in zip(row, widths, strict=True) if isinstance(value, str)]
    lines = (sum(ceil(len(part) / width) or 1 for part in text.split("\n")) for text, width in texts)
    return LINE * max(lines, default=1)


def _look(column: Column) -> dict[str, Any]:
    return {**BODY, "align": "right"} if column.kind in NUMERIC else BODY


def _set_up(sheet: Any, table: Sheet, place: int) -> None:
    """The names of the columns stay in sight, and come again on every page."""
    sheet.freeze_panes(place + 1, 0)
    sheet.autofilter(place, 0, place + max(1, len(table.rows)), len(table.columns) - 1)
    sheet.repeat_rows(place)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.6, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer('&C&"Times New Roman,Regular"&P/&N')
