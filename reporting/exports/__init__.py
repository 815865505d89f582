"""The readers' pages as files: one plain description of a page, written as a workbook or as CSV."""

from django.http import HttpResponse

from indicators import spreadsheet

from . import csv, xlsx
from .comparison import of_comparison
from .completeness import of_completeness
from .example import of_markers
from .head import Taking
from .indicator import of_indicator
from .names import file_name
from .ranking import of_ranking
from .register import of_register
from .scores import of_scores, of_unit_score
from .summary import of_summary
from .table import Export
from .tasks import of_tasks
from .unit import of_unit

WRITERS = {"xlsx": xlsx.write, "csv": csv.write}
TYPES = {
    "xlsx": spreadsheet.XLSX,
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
ENDINGS = tuple(WRITERS)

__all__ = [
    "ENDINGS",
    "Export",
    "Taking",
    "answer",
    "file_name",
    "of_comparison",
    "of_completeness",
    "of_indicator",
    "of_markers",
    "of_ranking",
    "of_register",
    "of_scores",
    "of_summary",
    "of_tasks",
    "of_unit",
    "of_unit_score",
    "written",
]


def written(export: Export, ending: str) -> HttpResponse:
    return answer(WRITERS[ending](export), f"{export.name}.{ending}")


def answer(data: bytes, name: str) -> HttpResponse:
    """To be saved, and by nobody between."""
    response = HttpResponse(data, content_type=TYPES[name.rpartition(".")[2]])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
