"""One unit: its published figures that the reader may see, what it reports, and the units under it."""

from collections.abc import Mapping

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators.calendars import show_day

from ..known import Known
from ..queries import Child, FigureRow, ReportRow, UnitPage
from ..tracking import Track
from . import course, figure, head, marks
from .head import Standing, Taking
from .names import file_name
from .table import Cell, Column, Export, Kind, Sheet


def of_unit(page: UnitPage, tracks: Mapping[int, Track], taking: Taking) -> Export:
    """`tracks`: how its own figures stand to what is aimed at for it, by indicator."""
    hidden = _(
        "Some figures of this unit are not shown here: their indicators leave what each unit reported to that unit "
        "and to those who review it, or to state bodies."
    )
    standing = None
    if page.figures_of and page.figures:
        newest = max(row.begun_at for row in page.figures)
        standing = Standing(page.figures_of, localdate(newest), page.issues)
    return Export(
        name=file_name(page.code, page.figures_of.label if page.figures_of else page.on.isoformat()),
        title=str(page.unit),
        head=[
            f"{page.kind}, {page.code}",
            _("The unit as it stood on %(date)s") % {"date": show_day(page.on)},
            *head.lines(taking, standing),
            *([hidden] if page.hides else []),
        ],
        band=head.band(is_illustrative=page.is_illustrative),
        sheets=[
            _figures(page, tracks, taking.known),
            *([_reports(page)] if page.sees_reports else []),
            *([_children(page)] if page.children else []),
        ],
    )


def _figures(page: UnitPage, tracks: Mapping[int, Track], known: Known) -> Sheet:
    def track_of(row: FigureRow) -> Track | None:
        is_its_own = row.subject == page.unit.pk and row.contributes
        return tracks.get(row.definition.indicator_id) if is_its_own else None

    return Sheet(
        title=_("Approved figures") if known.is_latest else _("Published figures"),
        columns=[
            Column(_("Code"), Kind.SHORT),
            Column(_("Indicator"), Kind.NAME),
            Column(_("About"), Kind.TEXT),
            Column(_("Reporting unit"), Kind.TEXT),
            *figure.columns(),
            *course.aimed_columns(),
            Column(_("Status")),
            Column(_("Period")),
            Column(_("Approved on") if known.is_latest else _("Published on"), Kind.DAY),
            Column(_("Why there is no figure"), Kind.TEXT),
            Column(_("Notes"), Kind.TEXT),
            *marks.columns(),
        ],
        rows=[_figure(row, str(page.unit), track_of(row)) for row in page.figures],
        empty="" if page.hides else _("Nothing has been published yet."),
    )


def _figure(row: FigureRow, unit: str, track: Track | None) -> list[Cell]:
    return [
        row.code,
        row.name,
        row.about,
        row.reporter or unit,
        *figure.cells(row.shown),
        *course.aimed_cells(track),
        str(track.status[1]) if track else "",
        str(row.period),
        localdate(row.begun_at),
        figure.why_none(row.shown),
        "\n".join(_notes(row)),
        *marks.cells(row.change, row.two),
    ]


def _notes(row: FigureRow) -> list[str]:
    notes = []
    if row.is_illustrative:
        notes.append(_("Illustration"))
    if row.derived:
        notes += [row.shown.derived, *row.derived.notes]
    if row.computed:
        notes += [row.shown.derived, row.computed.text, *row.computed.notes]
    if not row.contributes:
        notes.append(_("Cross-check, not counted"))
    if row.source_document:
        notes.append(_("Entered from archived documents: %(document)s") % {"document": row.source_document})
    if row.on_behalf:
        notes.append(_("Entered on behalf of the unit by %(unit)s") % {"unit": row.on_behalf})
    return notes


def _reports(page: UnitPage) -> Sheet:
    return Sheet(
        title=_("Reports expected"),
        columns=[
            Column(_("Form"), Kind.SHORT),
            Column(_("Report"), Kind.NAME),
            Column(_("Period")),
            Column(_("Due date"), Kind.DAY),
            Column(_("Sent at"), Kind.MOMENT),
            Column(_("Status"), Kind.TEXT),
            Column(_("Notes"), Kind.TEXT),
        ],
        rows=[_report(row) for row in page.reports],
        empty=_("No report is expected of this unit."),
    )


def _report(row: ReportRow) -> list[Cell]:
    notes = [_("Illustration")] if row.round.is_illustrative else []
    if row.round.is_archival:
        document = {"document": row.round.source_document}
        notes.append(_("Entered from archived documents: %(document)s") % document)
    if row.report.extended_to:
        notes.append(_("extended to %(date)s") % {"date": show_day(row.report.extended_to)})
    if row.on_behalf:
        notes.append(_("Entered on behalf of the unit by %(unit)s") % {"unit": row.on_behalf})
    return [
        row.round.form.code,
        row.round.form.name,
        str(row.round.period),
        row.due_on,
        row.handed_in_at,
        row.report.word,
        "\n".join(notes),
    ]


def _children(page: UnitPage) -> Sheet:
    def cells(child: Child) -> list[Cell]:
        return [child.name, child.kind, child.code]

    columns = [Column(_("Unit"), Kind.NAME), Column(_("Kind of unit"), Kind.TEXT), Column(_("Code"), Kind.SHORT)]
    return Sheet(_("Units directly under it"), columns, [cells(child) for child in page.children])
