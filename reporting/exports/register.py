"""A register as a file: what it says of each row, and from which approved list that comes."""

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators.calendars import show_day

from ..queries.registers import RegisterPage
from . import head
from .head import Taking
from .names import file_name
from .table import Cell, Column, Export, Kind, Sheet


def of_register(page: RegisterPage, taking: Taking) -> Export:
    return Export(
        name=file_name(page.register.name, page.cut_off.isoformat() if page.cut_off else ""),
        title=page.register.name,
        head=[*_standing(page), *head.lines(taking)],
        band=head.band(is_illustrative=page.is_illustrative),
        sheets=[
            Sheet(
                title=page.register.name,
                columns=_columns(),
                rows=[_cells(row, is_undecided=False) for row in page.rows]
                + [_cells(row, is_undecided=True) for row in page.undecided],
                empty=_("No row of the register is as asked."),
            )
        ],
    )


def _standing(page: RegisterPage) -> list[str]:
    if page.cut_off is None:
        return [_("Nothing was approved yet.")]
    said = [_("As it stood at the end of %(date)s") % {"date": show_day(page.cut_off)}]
    if page.coverage.m:
        counted = {"n": page.coverage.n, "m": page.coverage.m}
        said.append(_("Lists of %(n)s of %(m)s units approved for this cut-off") % counted)
    if page.archives:
        said.append(_("Entered from archived documents: %(document)s") % {"document": page.archives})
    return said


def _columns() -> list[Column]:
    return [
        Column(_("Code")),
        Column(_("Name of what is listed"), Kind.NAME),
        Column(_("Owner unit"), Kind.TEXT),
        Column(_("Audience")),
        Column(_("Kind of system"), Kind.TEXT),
        Column(_("Status")),
        Column(_("In this status since"), Kind.DAY),
        Column(_("Address"), Kind.TEXT),
        Column(_("Shares data"), Kind.SHORT),
        Column(_("Connected through LGSP"), Kind.SHORT),
        Column(_("NDXP service used officially"), Kind.SHORT),
        Column(_("Approved list it belongs to"), Kind.TEXT),
        Column(_("Note"), Kind.TEXT),
        Column(_("As asked"), Kind.SHORT),
        Column(_("Reported by"), Kind.TEXT),
        Column(_("Approved on"), Kind.DAY),
        Column(_("Illustration"), Kind.SHORT),
    ]


def _cells(row: Any, *, is_undecided: bool) -> list[Cell]:
    return [
        row.code,
        row.name,
        row.owner_name,
        row.get_audience_display(),
        row.kind,
        row.get_status_display(),
        row.status_since,
        row.address,
        *(_answer(getattr(row, name)) for name in ("shares_data", "via_lgsp", "in_official_use")),
        row.approved_list,
        row.note,
        _("Not stated") if is_undecided else _("Yes"),
        row.reporter_name,
        localdate(row.listed.approved_at),
        _("Yes") if row.listed.submission.round.is_illustrative else "",
    ]


def _answer(value: bool | None) -> str:
    return "" if value is None else _("Yes") if value else _("No")
