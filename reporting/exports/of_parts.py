"""What a figure is made of: a longer period of its months or quarters, a formula of other indicators."""

from django.utils.translation import gettext as _

from ..computed import Computed, Given
from ..derived import Derived, Piece
from ..formula_counts import InRegister
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


def of_inputs(computed: Computed) -> Sheet:
    return Sheet(
        title=_("Figures in the formula"),
        columns=[
            Column(_("Code"), Kind.SHORT),
            Column(_("Indicator"), Kind.NAME),
            *figure.columns(),
            Column(_("Period")),
            *figure.counted_columns(),
            Column(_("Why there is no figure"), Kind.TEXT),
            Column(_("Formula"), Kind.TEXT),
        ],
        rows=[
            *(_input(given, computed.text) for given in computed.inputs),
            *(_count(each, computed.text) for each in computed.counted),
        ],
    )


def _input(given: Given, formula: str) -> list[Cell]:
    return [
        given.code,
        given.name,
        *figure.cells(given.shown),
        str(given.then.period) if given.then else "",
        *figure.counted(given.shown),
        figure.why_none(given.shown),
        formula,
    ]


def _count(each: InRegister, formula: str) -> list[Cell]:
    return [
        "",
        " ".join(filter(None, [each.text, each.register])),
        *figure.cells(each.shown),
        each.cut_off_said,
        *figure.counted(each.shown),
        figure.why_none(each.shown),
        formula,
    ]
