"""A form with the marker of every indicator, to begin one's own with."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from .names import file_name
from .table import Cell, Column, Export, Kind, Sheet


def of_markers(indicators: Iterable[tuple[str, str, str]]) -> Export:
    """`indicators`: (code, name, unit of measure)."""
    title = _("Form with the markers of all indicators")
    columns = [
        Column(_("No."), Kind.SHORT),
        Column(_("Indicator"), Kind.NAME),
        Column(_("Unit of measure"), Kind.WORD),
        Column(_("Figure"), Kind.WORD),
    ]
    rows: list[list[Cell]] = [
        [number, name, unit, f"{{{{{code}}}}}"] for number, (code, name, unit) in enumerate(indicators, 1)
    ]
    head = [_("Upload this form as it is, or copy the markers into a form of your own.")]
    return Export(file_name(_("Form with markers")), title, head, [Sheet(_("Markers"), columns, rows)])
