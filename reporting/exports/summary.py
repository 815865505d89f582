"""The whole table of the province."""

from django.utils.translation import gettext as _

from ..queries import Row, Summary
from . import figure, head
from .head import Standing, Taking
from .names import file_name
from .table import Cell, Column, Export, Kind, Sheet


def of_summary(page: Summary, taking: Taking) -> Export:
    standing = Standing(page.period, page.published_on, page.issues, page.reports, page.archives)
    plan = [page.plan.name] if page.plan else []
    title = _("Overview of %(period)s") % {"period": page.period}
    return Export(
        name=file_name(_("Overview"), page.period.label),
        title=f"{page.province}. {title}" if page.province else title,
        head=[*plan, *head.lines(taking, standing)],
        band=head.band(is_illustrative=page.is_illustrative),
        sheets=[
            Sheet(
                title=_("Overview"),
                columns=_columns(),
                rows=[_cells(group.name, row) for group in page.groups for row in group.rows],
                empty=_("No indicator is asked for in this period."),
            )
        ],
    )


def _columns() -> list[Column]:
    return [
        Column(_("Code"), Kind.SHORT),
        Column(_("Indicator"), Kind.NAME),
        Column(_("Group of indicators")),
        *figure.columns(),
        Column(_("Period")),
        *figure.counted_columns(),
        Column(_("Lead unit"), Kind.TEXT),
        Column(_("Status")),
        Column(_("Why there is no figure"), Kind.TEXT),
        Column(_("Notes"), Kind.TEXT),
    ]


def _cells(group: str, row: Row) -> list[Cell]:
    return [
        row.code,
        row.name,
        group or _("Other indicators"),
        *figure.cells(row.shown),
        str(row.period),
        *figure.counted(row.shown),
        row.lead,
        str(row.status[1]),
        figure.why_none(row.shown, row.notes),
        "\n".join(row.notes) if row.shown.is_reported else "",
    ]
