"""How a figure came to be another than it was, and the reviewer's own figure beside the reported one, each in
columns of its own (domain.md 12, 22, 26)."""

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from ..changes import Change
from ..two_figures import TwoFigures
from . import figure
from .table import Cell, Column, Kind


def columns() -> list[Column]:
    return [
        Column(_("Figure before the change"), Kind.SHORT),
        Column(_("Figure after the change"), Kind.SHORT),
        Column(_("Changed on"), Kind.DAY),
        Column(_("Kind of change"), Kind.SHORT),
        Column(_("Reason of the change"), Kind.TEXT),
        Column(_("Reported figure"), Kind.NUMBER),
        Column(_("Reviewer's own figure"), Kind.NUMBER),
        Column(_("Which of the two counts"), Kind.SHORT),
        Column(_("Reviewer's reason"), Kind.TEXT),
        Column(_("The unit's explanation"), Kind.TEXT),
    ]


def cells(change: Change | None, two: TwoFigures | None) -> list[Cell]:
    return [*_changed(change), *_both(two)]


def _changed(change: Change | None) -> list[Cell]:
    """The figures as they were written: a text, which may be "gần 400 tỷ đồng"."""
    if change is None:
        return [None] * 5
    kind = _("official figure") if change.is_official_update else _("adjustment")
    return [change.old, change.new, localdate(change.at) if change.at else None, kind, change.reason]


def _both(two: TwoFigures | None) -> list[Cell]:
    if two is None:
        return [None] * 5
    counts = _("the reviewer's") if two.own_counts else _("the reported one")
    return [figure.value(two.reported), figure.value(two.own), counts, two.reason, two.explanation]
