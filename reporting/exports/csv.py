"""An export as CSV: what the workbook says, head included, one table after the other.

Separated by semicolons: a figure has a decimal comma, and where Windows separates decimals by a comma Excel takes a
semicolon between cells, whatever else is set. UTF-8 with the mark by which Excel knows it (domain.md 30).
"""

import csv
import io

from indicators.spreadsheet import as_text

from .table import Export

SEPARATOR = ";"


def write(export: Export) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=SEPARATOR)
    above = [export.band] if export.band else []
    writer.writerows([as_text(text)] for text in (*above, export.title, *export.head))
    for table in export.sheets:
        writer.writerow([])
        if len(export.sheets) > 1:
            writer.writerow([as_text(table.title)])
        writer.writerow([as_text(column.name) for column in table.columns])
        writer.writerows([as_text(value) for value in row] for row in table.rows)
        if not table.rows and table.empty:
            writer.writerow([as_text(table.empty)])
    return out.getvalue().encode("utf-8-sig")
