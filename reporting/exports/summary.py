"""The whole table of the province."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ..queries import Group, Row, Summary
from . import course, figure, head, marks
from .head import Standing, Taking
from .names import file_name
from .table import Cell, Column, Export, Kind, Sheet


def of_summary(page: Summary, groups: Sequence[Group], taking: Taking, *, group: str = "") -> Export:
    """`groups`: the rows that were asked for, which are not always all of the page. `group`: the name of the one
    that the page is of."""
    standing = Standing(page.period, page.published_on, page.issues, page.reports, page.archives)
    rows = [_cells(group.name, row) for group in groups for row in group.rows]
    what = group or _("Overview")
    title = f"{group}, {page.period}" if group else _("Overview of %(period)s") % {"period": page.period}
    return Export(
        name=file_name(what, page.period.label),
        title=f"{page.province}. {title}" if page.province else title,
        head=[*_held_against(page), *_narrowed(page, len(rows)), *head.lines(taking, standing)],
        band=_band(page),
        sheets=[
            Sheet(
                title=what,
                columns=_columns(),
                rows=rows,
                empty=_empty(page),
            )
        ],
    )


def _held_against(page: Summary) -> list[str]:
    """The programme, and what statuses mean where there is any."""
    if not page.headline.targeted:
        return [page.plan.name] if page.plan else []
    aimed = page.plan.name if page.plan else _("Targets in no programme")
    held = _("status against the planned way on the cut-off day, band ±%(band)s") % {"band": page.band}
    return [f"{aimed} · {held}"]


def _band(page: Summary) -> str:
    aims_made_up = page.plan is not None and page.plan.is_illustrative
    return head.band(is_illustrative=page.is_illustrative, aims_made_up=aims_made_up)


def _narrowed(page: Summary, n_rows: int) -> list[str]:
    if n_rows == page.n_rows:
        return []
    return [_("%(n)s of %(all)s indicators") % {"n": n_rows, "all": page.n_rows}]


def _empty(page: Summary) -> str:
    if page.n_rows:
        return _("No indicator is both asked for in this period and of what was chosen.")
    return _("No indicator is asked for in this period.")


def _columns() -> list[Column]:
    return [
        Column(_("Code"), Kind.SHORT),
        Column(_("Indicator"), Kind.NAME),
        Column(_("Group of indicators")),
        *figure.columns(),
        Column(_("Period")),
        *figure.counted_columns(),
        *course.columns(),
        Column(_("Lead unit"), Kind.TEXT),
        Column(_("Status")),
        Column(_("Why there is no figure"), Kind.TEXT),
        Column(_("Notes"), Kind.TEXT),
        *marks.columns(),
    ]


def _cells(group: str, row: Row) -> list[Cell]:
    return [
        row.code,
        row.name,
        group or _("Other indicators"),
        *figure.cells(row.shown),
        str(row.period),
        *figure.counted(row.shown),
        *course.cells(row),
        row.lead,
        str(row.status[1]),
        figure.why_none(row.shown, row.notes),
        "\n".join(filter(None, _notes(row))),
        *marks.cells(row.change, row.two),
    ]


def _notes(row: Row) -> list[str]:
    """Without a figure the reasons stand in a column of their own."""
    if not row.shown.is_reported:
        return [row.shown.derived, row.computed.text if row.computed else ""]
    in_words = [_("counted in unit-periods")] if row.shown.coverage.counts_periods else []
    made = [", ".join(filter(None, [row.shown.derived, *in_words])), row.computed.text if row.computed else ""]
    return [*made, row.track.why, *row.notes]
