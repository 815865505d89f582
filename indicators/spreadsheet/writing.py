"""A table as a file: real figures and days in XLSX, UTF-8 with its mark in CSV (domain.md 30)."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile("-?[0-9]+(?:,[0-9]+)?")


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula; `read` takes the apostrophe away again (domain.md 30)."""
    return f"'{text}" if text.startswith(FORMULA) and not _NUMBER.fullmatch(text) else text


def write_csv(headers: Iterable[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([neutral(header) for header in headers])
    writer.writerows([as_text(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_text(value: Any) -> str:
    """In a file of texts: decimal comma, dd/mm/yyyy, and nothing that is taken for a formula."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, datetime):
        return f"{_local(value):%d/%m/%Y %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else neutral(str(value))


def write_xlsx(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Figures and days as such, shown as they were written; texts never as formulas or links.

    Raises ValueError with the sentence where a sheet cannot hold it all, which XlsxWriter would cut in silence.
    """
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        formats = Formats(book)
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header, formats.of(bold=True))
            sheet.set_column(column, column, _width([header, *(row[column] for row in rows)]))
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if write_cell(sheet, number, column, value, formats):
                    raise ValueError(_("This table is too large for an Excel sheet. Export it as CSV."))
        sheet.freeze_panes(1, 0)
    return out.getvalue()


class Formats:
    """One format of the workbook for each that is asked for."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: dict[tuple[Any, ...], Any] = {}

    def of(self, **properties: Any) -> Any:
        key = tuple(properties.items())
        if key not in self.made:
            self.made[key] = self.book.add_format(properties)
        return self.made[key]


def write_cell(sheet: Any, row: int, column: int, value: Any, formats: Formats, **look: Any) -> int:
    """`value` as what it is, in a format that has `look` besides. Not 0 where the sheet has no room."""
    if value is None or value == "":
        return sheet.write_blank(row, column, None, formats.of(**look)) if look else 0
    if isinstance(value, Decimal):
        decimals = max(0, -int(value.as_tuple().exponent))
        shown = "#,##0" + ("." + "0" * decimals if decimals else "")
        return sheet.write_number(row, column, value, formats.of(num_format=shown, **look))
    if isinstance(value, int):
        return sheet.write_number(row, column, int(value), formats.of(**look))
    if isinstance(value, datetime):
        shown = formats.of(num_format="dd/mm/yyyy hh:mm", **look)
        return sheet.write_datetime(row, column, _local(value), shown)
    if isinstance(value, date):
        return sheet.write_datetime(row, column, value, formats.of(num_format="dd/mm/yyyy", **look))
    return sheet.write_string(row, column, neutral(str(value)), formats.of(**look))


def _local(value: datetime) -> datetime:
    return timezone.make_naive(value) if timezone.is_aware(value) else value


def _width(values: Iterable[Any]) -> int:
    return min(60, max(8, *(len(as_text(value)) + 2 for value in values)))
