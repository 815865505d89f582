"""The tasks of programmes as a file: how each stands, and how many stand so by unit and by programme."""

from django.utils.translation import gettext as _

from ..queries.tasks import Counted, TasksPage
from . import head
from .head import Taking
from .names import file_name
from .table import Cell, Column, Export, Kind, Sheet


def of_tasks(page: TasksPage, taking: Taking) -> Export:
    return Export(
        name=file_name("nhiem vu", taking.at.date().isoformat()),
        title=_("Tasks of programmes"),
        head=list(head.source(taking)),
        band=_band() if page.is_illustrative else "",
        sheets=[
            _tasks(page),
            _counts(_("Tasks by lead unit"), _("Lead unit"), page.by_unit),
            _counts(_("Tasks by programme"), _("Programme"), page.by_programme),
        ],
    )


def _band() -> str:
    return f"{_('Illustration')} – {_('Tasks marked so are made up to show the system; nobody set them.')}"


def _tasks(page: TasksPage) -> Sheet:
    return Sheet(
        title=_("Tasks"),
        columns=[
            Column(_("Programme"), Kind.TEXT),
            Column(_("Code")),
            Column(_("Task of the programme"), Kind.NAME),
            Column(_("Lead unit"), Kind.TEXT),
            Column(_("Supporting units"), Kind.TEXT),
            Column(_("Follows it up"), Kind.TEXT),
            Column(_("Indicator")),
            Column(_("Deadline"), Kind.DAY),
            Column(_("State"), Kind.TEXT),
            Column(_("Done on"), Kind.DAY),
            Column(_("Illustration"), Kind.SHORT),
        ],
        rows=[
            [
                row.task.programme.name,
                row.task.code,
                row.task.text,
                row.lead,
                ", ".join(row.supporting),
                row.follower,
                row.task.indicator.code if row.task.indicator else "",
                row.task.due_on,
                row.state.word,
                row.task.done_on,
                _("Yes") if row.task.is_illustrative else "",
            ]
            for row in page.rows
        ],
        empty=_("No task is as asked."),
    )


def _counts(title: str, name: str, counted: list[Counted]) -> Sheet:
    columns = [
        _("Tasks"),
        _("Done in time"),
        _("Done late"),
        _("Waiting for confirmation"),
        _("Past its deadline"),
        _("Under way"),
    ]
    return Sheet(
        title=title,
        columns=[Column(name, Kind.NAME), *(Column(each, Kind.SHORT) for each in columns)],
        rows=[_cells(each) for each in counted],
        empty=_("No task is as asked."),
    )


def _cells(each: Counted) -> list[Cell]:
    of = each.tally
    return [each.name, of.done, of.done_late, of.claimed, of.overdue, of.under_way, of.total]
