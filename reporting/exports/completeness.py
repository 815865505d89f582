"""Units by periods: what became of each expected report. Every period that the page's lists choose is there, also
those on its other pages."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from indicators.calendars import show_day

from ..completeness import Tally
from ..queries import Completeness
from ..queries.completeness import Cell as Expected
from ..queries.completeness import Column as PeriodColumn
from ..queries.completeness import Line
from . import head
from .head import Taking
from .names import file_name
from .table import Cell, Column, Export, Kind, Sheet


def of_completeness(page: Completeness, taking: Taking, *, sees_all: bool) -> Export:
    archived = [
        _("%(period)s, %(forms)s: entered from archived documents: %(document)s")
        % {"period": period, "forms": forms, "document": document}
        for period, forms, document in page.archival
    ]
    own = [] if sees_all else [_("Only the reports of the reader's own units are shown here.")]
    told = [*([page.headline] if page.headline else []), *own, *archived, *head.source(taking)]
    return Export(
        name=file_name(_("Who has reported"), taking.at.date().isoformat()),
        title=_("Who has reported"),
        head=told,
        band=head.band(is_illustrative=page.is_illustrative),
        sheets=[
            Sheet(_("Units by period"), _columns(page), _rows(page), empty=_("No round expects such reports."))
        ],
    )


def _columns(page: Completeness) -> list[Column]:
    return [
        Column(_("Kind of unit")),
        Column(_("Reporting unit"), Kind.NAME),
        Column(_("Code"), Kind.SHORT),
        *(Column(_named(column)) for column in page.columns),
        Column(_("Sent"), Kind.NUMBER),
        Column(_("Expected"), Kind.NUMBER),
        Column(_("On time"), Kind.NUMBER),
        Column(_("Due so far"), Kind.NUMBER),
    ]


def _named(column: PeriodColumn) -> str:
    said = [str(column.period)]
    said += [_("due %(date)s") % {"date": show_day(day)} for day in column.due_dates]
    if column.is_archival:
        said.append(_("archived documents"))
    if column.is_illustrative:
        said.append(_("Illustration"))
    return "\n".join(said)


def _rows(page: Completeness) -> list[list[Cell]]:
    """The units, and below them what was counted of each period."""
    rows = [_row(kind.name, line) for kind in page.kinds for line in kind.lines]
    return [*rows, *_counts([column.tally for column in page.columns])] if rows else []


def _counts(tallies: Sequence[Tally]) -> list[list[Cell]]:
    """As numbers, each of its own row: of "1/2" a spreadsheet makes a day."""
    rows: list[list[Cell]] = []
    for place, (name, counts) in enumerate(
        (
            (_("Sent"), [tally.sent for tally in tallies]),
            (_("Expected"), [tally.expected for tally in tallies]),
            (_("On time"), [tally.on_time for tally in tallies]),
            (_("Due so far"), [tally.due for tally in tallies]),
        )
    ):
        totals: list[Cell] = [None] * 4
        totals[place] = sum(counts)
        rows.append([_("All units"), name, "", *counts, *totals])
    return rows


def _row(kind: str, line: Line) -> list[Cell]:
    name = line.name
    if line.ended:
        ended = _("ended on %(date)s") % {"date": show_day(line.ended)}
        name = f"{name} ({ended})"
    counted = line.tally
    return [
        kind,
        name,
        line.code,
        *("\n".join(_told(cell, of_several=len(cells) > 1) for cell in cells) for cells in line.periods),
        counted.sent,
        counted.expected,
        counted.on_time,
        counted.due,
    ]


def _told(cell: Expected, *, of_several: bool) -> str:
    said = f"{cell.round.form.code}: {cell.report.word}" if of_several else cell.report.word
    if cell.report.extended_to:
        extended = _("extended to %(date)s") % {"date": show_day(cell.report.extended_to)}
        said = f"{said}, {extended}"
    return said
