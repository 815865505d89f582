"""One indicator: its figures over time, and who reported what for the period of the page."""

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators.models import BEGINNING

from ..queries import IndicatorPage, SeriesRow
from ..sources import SourceRow
from ..tracking import Track
from . import course, figure, head, marks
from .head import Standing, Taking
from .names import file_name
from .of_parts import of_inputs, of_parts
from .table import Cell, Column, Export, Kind, Sheet


def of_indicator(page: IndicatorPage, taking: Taking) -> Export:
    shown, found = page.figures, page.indicator
    standing = None
    if shown:
        standing = Standing(
            shown.period, shown.published_on, shown.issues, shown.row.shown.coverage, shown.archives
        )
    return Export(
        name=file_name(found.code, *([shown.period.label] if shown else [])),
        title=f"{found.name} ({found.code})",
        head=[*_measured(page), *head.lines(taking, standing), *([_hidden(shown.hides)] if shown else [])],
        band=head.band(is_illustrative=_is_illustrative(page)),
        sheets=[_series(page), *([_origin(page)] if shown else [])],
    )


def _is_illustrative(page: IndicatorPage) -> bool:
    return bool(page.figures and page.figures.is_illustrative) or any(row.is_illustrative for row in page.series)


def _measured(page: IndicatorPage) -> list[str]:
    definition = page.meaning.definition
    names = [page.figures.group] if page.figures and page.figures.group else []
    if definition and definition.unit_of_measure:
        names.append(_("Unit of measure: %(unit)s.") % {"unit": definition.unit_of_measure})
    if definition and definition.numerator_name:
        names.append(f"{definition.numerator_name} / {definition.denominator_name}")
    return names


def _hidden(rule: str) -> str:
    """The rule by which rows are left out (domain.md 41); nothing where none is."""
    if rule == "unit":
        return _("What each unit reported is shown to that unit and to those who verify or approve it.")
    if rule == "state":
        return _("What each unit reported is shown to state bodies; other units see their own figures.")
    if rule:
        return _("Fewer than three companies reported, so the breakdown by unit is shown to state bodies only.")
    return ""


def _origin(page: IndicatorPage) -> Sheet:
    row = page.figures.row if page.figures else None
    if row and row.computed:
        return of_inputs(row.computed)
    return of_parts(row.derived) if row and row.derived else _sources(page)


def _series(page: IndicatorPage) -> Sheet:
    return Sheet(
        title=_("Figures over time"),
        columns=[
            Column(_("Period"), Kind.NAME),
            Column(_("From"), Kind.DAY),
            Column(_("To the end of"), Kind.DAY),
            *figure.columns(),
            *figure.counted_columns(),
            *course.aimed_columns(),
            Column(_("Status"), Kind.WORD),
            Column(_("Approved on"), Kind.DAY),
            Column(_("Published on"), Kind.DAY),
            Column(_("Measured as since"), Kind.DAY),
            Column(_("Why there is no figure"), Kind.TEXT),
            Column(_("Notes"), Kind.TEXT),
        ],
        rows=[_period(row, page.track_of(row)) for row in page.series],
        empty=_("Nothing has been published yet."),
    )


def _period(row: SeriesRow, track: Track | None) -> list[Cell]:
    notes = [_("Illustration")] if row.is_illustrative else []
    if row.shown.derived:
        notes.append(row.shown.derived)
    if row.archives:
        notes.append(_("Entered from archived documents: %(document)s") % {"document": row.archives})
    return [
        str(row.period),
        None if row.archives else row.period.first_day,
        None if row.archives else row.period.last_day,
        *figure.cells(row.shown),
        *figure.counted(row.shown),
        *course.aimed_cells(track),
        str(track.status[1]) if track else "",
        localdate(row.approved_at) if row.approved_at else None,
        localdate(row.published_at) if row.published_at else None,
        None if row.measured_since == BEGINNING else row.measured_since,
        figure.why_none(row.shown),
        "\n".join(notes),
    ]


def _sources(page: IndicatorPage) -> Sheet:
    return Sheet(
        title=_("Who reported what"),
        columns=[
            Column(_("Reporting unit"), Kind.NAME),
            Column(_("Code"), Kind.SHORT),
            Column(_("About"), Kind.TEXT),
            *figure.columns(),
            Column(_("Against last period"), Kind.NUMBER),
            Column(_("Explanations and changes"), Kind.NAME),
            Column(_("Approved on"), Kind.DAY),
            Column(_("Published on"), Kind.DAY),
            Column(_("Check code")),
            Column(_("Why there is no figure"), Kind.TEXT),
            Column(_("Notes"), Kind.TEXT),
            *marks.columns(),
        ],
        rows=[_source(row) for row in (page.figures.sources if page.figures else [])],
        empty=_("Nothing has been published for this period yet."),
    )


def _source(row: SourceRow) -> list[Cell]:
    return [
        row.unit,
        row.code,
        row.about,
        *figure.cells(row.shown),
        figure.decimal(row.change.value, row.change.decimals) if row.change else None,
        "\n".join(filter(None, [row.explanation, *map(str, row.changes)])),
        localdate(row.approved_at) if row.approved_at else None,
        localdate(row.published_at) if row.published_at else None,
        row.revision,
        figure.why_none(row.shown),
        "\n".join(_notes(row)),
        *marks.cells(next(iter(row.changes), None), row.two),
    ]


def _notes(row: SourceRow) -> list[str]:
    notes = []
    if row.base:
        notes.append(row.base)
    if row.on_behalf:
        said = {"unit": row.on_behalf, "document": row.on_behalf_document}
        notes.append(_("Entered on behalf of the unit by %(unit)s. %(document)s") % said)
    if not row.contributes and row.against:
        difference = {"difference": row.against}
        sentence = _("Cross-check, not counted: %(difference)s against the figure that counts")
        notes.append(sentence % difference)
    elif not row.contributes:
        notes.append(_("Cross-check, not counted"))
    return notes
