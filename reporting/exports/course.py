"""How a figure moved and how it stands to what is aimed at, each number in a column of its own beside what it is
measured in (domain.md 12, 14-16)."""

from django.utils.translation import gettext as _

from ..aims import Aim
from ..differences import Movement
from ..figures import Change
from ..queries import Row
from ..tracking import Track
from . import figure
from .table import Cell, Column, Kind


def columns() -> list[Column]:
    return [
        Column(_("On the last period"), Kind.NUMBER),
        Column(_("On the same period last year"), Kind.NUMBER),
        Column(_("Unit of the changes"), Kind.SHORT),
        *aimed_columns(),
        Column(_("Planned for the day"), Kind.NUMBER),
        Column(_("Against the plan"), Kind.NUMBER),
    ]


def aimed_columns() -> list[Column]:
    return [
        Column(_("Operator of the year's plan"), Kind.SHORT),
        Column(_("Year's plan"), Kind.NUMBER),
        Column(_("Operator of the target"), Kind.SHORT),
        Column(_("Programme's target"), Kind.NUMBER),
        Column(_("Year of the target"), Kind.SHORT),
    ]


def aimed_cells(track: Track | None) -> list[Cell]:
    """The plan of the figure's year, and the last target."""
    if track is None:
        return [*_aimed(None), *_aimed(None), ""]
    return [*_aimed(track.plan), *_aimed(track.target), str(track.target.year) if track.target else ""]


def cells(row: Row) -> list[Cell]:
    distance = row.track.distance
    return [
        _moved(row.trend.moved),
        _moved(row.trend.moved_in_a_year),
        _unit(row.trend.moved, row.trend.moved_in_a_year),
        *aimed_cells(row.track),
        row.track.planned_value,
        distance.value if distance else None,
    ]


def _moved(moved: Movement) -> Cell:
    """The number, or in short why there is none."""
    if not isinstance(moved.change, Change):
        return moved.why
    return figure.decimal(moved.change.amount, moved.change.decimals)


def _unit(*moved: Movement) -> str:
    known = [each for each in moved if each.is_known]
    if not known:
        return ""
    return _("percentage points") if known[0].is_points else "%"


def _aimed(aim: Aim | None) -> list[Cell]:
    return [aim.operator, figure.part(aim.value)] if aim else ["", None]
