"""The columns of the table, and from a file to its rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import numbers, spreadsheet
from ..parsing.cells import column_name
from ..parsing.limits import Limits
from ..refusals import Refused
from ..workbook import columns as workbook

LABELS = {
    "reporting_unit": gettext_lazy("reporting unit"),
    "subject_unit": gettext_lazy("about whom"),
    "period": gettext_lazy("period"),
    "indicator": gettext_lazy("indicator"),
    "value": gettext_lazy("value"),
    "numerator": gettext_lazy("numerator"),
    "denominator": gettext_lazy("denominator"),
    "state": gettext_lazy("state"),
    "status": gettext_lazy("status of the figure"),
    "qualifier": gettext_lazy("qualifier"),
    "note": gettext_lazy("note"),
}
REQUIRED = ("reporting_unit", "period", "indicator")
FIELDS = workbook.FIELDS


class Address(NamedTuple):
    """Which cell of which report a row means."""

    period: str
    reporting_unit: str
    indicator: str
    subject_unit: str


@dataclass(frozen=True)
class File:
    """One file of a table. `codes` say which column is which; `numbers` are the rows' own in the sheet."""

    name: str
    codes: list[str]
    rows: list[list[str]]
    numbers: list[int]

    def cell(self, code: str, number: int) -> str:
        """The name of a cell in a sheet of Excel; of a column that the table does not have, the row's."""
        return f"{self._letters.get(code, 'A')}{number}"

    def cell_of_row(self, number: int, code: str) -> str:
        """As `cell`; of a column that the table does not have, the indicator's."""
        return self.cell(code if code in self._letters else "indicator", number)

    def address(self, row: list[str]) -> Address:
        places = self._places
        subject = row[places["subject_unit"]] if "subject_unit" in places else ""
        return Address(row[places["period"]], row[places["reporting_unit"]], row[places["indicator"]], subject)

    def said(self, row: list[str]) -> Iterator[tuple[str, str]]:
        """What a row says of its figure, in the order in which it is read; empty cells say nothing."""
        return ((name, row[place]) for name, place in self._fields if row[place])

    @cached_property
    def _places(self) -> dict[str, int]:
        return {code: place for place, code in enumerate(self.codes)}

    @cached_property
    def _fields(self) -> list[tuple[str, int]]:
        return [(name, self._places[name]) for name in FIELDS if name in self._places]

    @cached_property
    def _letters(self) -> dict[str, str]:
        return {code: column_name(place) for place, code in enumerate(self.codes, 1)}


def read(data: bytes, name: str, limits: Limits | None = None) -> File:
    """Raises Refused with the sentence that says what to mend: the guard's, or the one about the columns."""
    table = spreadsheet.read(data, name, limits=limits)
    also = _headings_of_the_form()
    headers = [also.get(numbers.fold(header), header) for header in table.headers]
    codes = spreadsheet.map_headers(headers, LABELS, REQUIRED)
    if not table.rows:
        raise Refused(_("The table holds no rows."))
    return File(name, codes, table.rows, table.numbers)


def _headings_of_the_form() -> dict[str, str]:
    """A column copied out of the Excel form keeps its heading; in a table of many forms it means the same."""
    known: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            known |= {numbers.fold(label): code for code, label in workbook.headers().items() if code in FIELDS}
    return known


@dataclass(frozen=True)
class Column:
    label: str
    code: str
    is_required: bool
    explanation: str


def described() -> Iterator[Column]:
    """Every column, and how its cells are written."""
    said = _explanations()
    for code, label in LABELS.items():
        yield Column(str(label).capitalize(), code, code in REQUIRED, said[code])


def _explanations() -> Mapping[str, str]:
    return {
        "reporting_unit": _(
            "Code of the unit that reports, with its leading zeros, as on the last day of the period"
        ),
        "subject_unit": _("Code of the unit that the figure is about; may be empty where the line has only one"),
        "period": _("Label of the period: 2023, 2026-Q1, 2026-M03"),
        "indicator": _("Code of the indicator"),
        "value": _("The figure as on the page: 14433, 53,8. A figure with two readings (8.569) is refused"),
        "numerator": _("Of a ratio; its value is then computed and may be left empty"),
        "denominator": _("Of a ratio; greater than 0"),
        "state": "; ".join(workbook.lists()["state"]),
        "status": "; ".join(workbook.lists()["status"]),
        "qualifier": "; ".join(workbook.lists()["qualifier"]),
        "note": _("Any text"),
    }
