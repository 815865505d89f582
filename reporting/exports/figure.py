"""The columns in which a figure leaves: the number alone, and beside it all that qualifies it (domain.md 10-12)."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from indicators.models import Qualifier

from .. import figures
from ..figures import Standing
from ..shown import Shown
from .table import Cell, Column, Kind

WITHOUT_VALUE = (Standing.NOT_COMPUTABLE, Standing.NO_RULE)


def columns() -> list[Column]:
    return [
        Column(_("Unit of measure"), Kind.SHORT),
        Column(_("Qualifier"), Kind.SHORT),
        Column(_("Figure"), Kind.NUMBER),
        Column(_("Status of the figure"), Kind.SHORT),
        Column(_("Numerator"), Kind.NUMBER),
        Column(_("Denominator"), Kind.NUMBER),
    ]


def cells(shown: Shown) -> list[Cell]:
    """`Figure` is a number, or the words of a question or a text; empty where there is none."""
    return [
        shown.unit,
        str(Qualifier(shown.qualifier).label) if shown.qualifier and shown.is_reported else "",
        value(shown),
        shown.status,
        part(shown.numerator) if shown.is_reported else None,
        part(shown.denominator) if shown.is_reported else None,
    ]


def value(shown: Shown) -> Cell:
    if not shown.is_reported:
        return None
    return shown.words or decimal(shown.value, shown.decimals)


def decimal(number: Decimal | None, decimals: int) -> Decimal | None:
    """With the decimals that are shown: those of an entry as written, of a total those of its definition."""
    return None if number is None else number.quantize(Decimal((0, (1,), -decimals)), ROUND_HALF_UP)


def part(number: Decimal | None) -> Decimal | None:
    return None if number is None else decimal(number, figures.places(number))


def counted_columns() -> list[Column]:
    return [Column(_("Units that reported"), Kind.NUMBER), Column(_("Units expected"), Kind.NUMBER)]


def counted(shown: Shown) -> list[Cell]:
    """As two numbers: of "1/2" a spreadsheet makes a day."""
    if shown.standing == Standing.BY_UNIT or not shown.coverage.m:
        return [None, None]
    return [shown.coverage.n, shown.coverage.m]


def why_none(shown: Shown, reasons: Iterable[str] = ()) -> str:
    """In words why there is no figure; empty where there is one."""
    if shown.is_reported:
        return ""
    words = str(shown.word[1])
    if shown.standing in WITHOUT_VALUE:
        words = _("Cannot be computed")
    elif shown.standing == Standing.BY_UNIT:
        words = _("By unit only")
    return "; ".join([words, *reasons])
