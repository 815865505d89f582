"""A table on its way in: the file, what it holds, and the question how it was meant where that is not certain."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tablib
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from .. import spreadsheet
from ..refusals import Busy, Refused
from ..resources import Resource
from ..spreadsheet import Undecided

READINGS = {
    "comma": gettext_lazy("Commas separate the cells"),
    "semicolon": gettext_lazy("Semicolons separate the cells"),
    "tab": gettext_lazy("Tabs separate the cells"),
    "decimal": gettext_lazy(
        "Commas separate the cells, but between two figures a comma belongs to the figure (53,8)"
    ),
}


@dataclass(frozen=True)
class Choice:
    name: str
    label: str
    rows: list[list[str]]


def choices_of(undecided: Undecided) -> list[Choice]:
    return [_choice(each) for each in undecided.readings]


def _choice(reading: Mapping[str, Any]) -> Choice:
    return Choice(reading["name"], str(READINGS[reading["name"]]), reading["rows"])


@dataclass(frozen=True)
class KeptFile:
    """What waits on the server for its confirmation, and how it is to be read."""

    storage: Any
    name: str
    data: bytes
    reading: str = ""


class UploadForm(forms.Form):
    """`table` is what the file holds, its columns named by their codes; `data` are its bytes."""

    file = forms.FileField(
        label=gettext_lazy("Excel workbook (.xlsx) or CSV file"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, resource: Resource, *args: Any) -> None:
        super().__init__(*args)
        self.resource = resource
        self.data_of_file = b""
        self.table: Any = None
        self.undecided: spreadsheet.Undecided | None = None

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        self.data_of_file = upload.read(spreadsheet.MAX_BYTES + 1)  # enough to see that it is too large
        try:
            self.table = table_of(self.data_of_file, upload.name, self.resource)
        except Busy:
            raise  # no fault of the file: the view says so
        except spreadsheet.Undecided as undecided:
            self.undecided = undecided
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused
        return upload


def table_of(data: bytes, filename: str, resource: Any, reading: str = "") -> Any:
    """A tablib.Dataset with the sheet's own numbers of its rows. Raises Refused."""
    table = spreadsheet.read(data, filename, reading=reading if reading in READINGS else "")
    codes = spreadsheet.map_headers(table.headers, resource.labels, resource.required)
    dataset = tablib.Dataset(*table.rows, headers=codes)
    dataset.row_numbers = table.numbers
    dataset.notes = table.notes
    return dataset
