"""The readers' pages as files: one plain description of a page, written as a workbook or as CSV."""

from . import csv, xlsx
from .completeness import of_completeness
from .head import Taking
from .indicator import of_indicator
from .summary import of_summary
from .table import Export
from .unit import of_unit

WRITERS = {
    "xlsx": (xlsx.write, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (csv.write, "text/csv; charset=utf-8"),
}
ENDINGS = tuple(WRITERS)

__all__ = ["ENDINGS", "WRITERS", "Export", "Taking", "of_completeness", "of_indicator", "of_summary", "of_unit"]
