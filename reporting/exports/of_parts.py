"""What a longer period is made of: its months or quarters, each with its figure."""

from django.utils.translation import gettext as _

from ..derived import Derived, Piece
from . import figure
from .table import Cell, Column, Kind, Sheet


def of_parts(derived: Derived) -> Sheet:
    return Sheet(
        title=_("Parts of the period"),
        columns=[
            Column(_("Period"), Kind.NAME),
            Column(_("From"), Kind.DAY),
            Column(_("To the end of"), Kind.DAY),
            *figure.columns(),
            *figure.counted_columns(),
            Column(_("Missing"), Kind.TEXT),
            Column(_("Why there is no figure"), Kind.TEXT),
        ],
        rows=[_cells(piece) for piece in derived.pieces],
    )


def _cells(piece: Piece) -> list[Cell]:
    return [
        str(piece.period),
        piece.period.first_day,
        piece.period.last_day,
        *figure.cells(piece.shown),
        *figure.counted(piece.shown),
        "\n".join(piece.missing) if piece.is_known else _("No round asked for it."),
        figure.why_none(piece.shown),
    ]
