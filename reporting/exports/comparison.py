"""Two columns of figures and how far they lie apart, each with what qualifies it."""

from django.utils.translation import gettext as _

from indicators.models import Qualifier

from ..aims import Aim
from ..figures import Change, Standing
from ..queries import Comparison, Pair
from ..shown import Shown
from . import figure, head
from .head import Taking
from .names import file_name
from .table import Cell, Column, Export, Kind, Sheet


def of_comparison(page: Comparison, taking: Taking) -> Export:
    first, second = page.names
    title = _("Comparison")
    if first and second:
        title = _("%(first)s beside %(second)s") % {"first": first, "second": second}
    return Export(
        name=file_name(_("Comparison"), *(period.label for period in page.periods), *page.chosen),
        title=title,
        head=[
            *([page.plan.name] if page.plan else []),
            *page.windows,
            *head.lines(taking),
        ],
        band=head.band(is_illustrative=page.is_illustrative),
        sheets=[
            Sheet(
                title=_("Comparison"),
                columns=_columns(first, second),
                rows=[_cells(pair) for pair in page.pairs],
                empty=page.barred or _("There is nothing to compare."),
            )
        ],
    )


def _columns(first: str, second: str) -> list[Column]:
    return [
        Column(_("Code"), Kind.SHORT),
        Column(_("Indicator"), Kind.NAME),
        Column(_("Group of indicators")),
        Column(_("Period")),
        Column(_("Unit of measure"), Kind.SHORT),
        Column(first, Kind.NUMBER),
        Column(_("Remarks on it"), Kind.TEXT),
        Column(second, Kind.NUMBER),
        Column(_("Remarks on it"), Kind.TEXT),
        Column(_("Difference"), Kind.NUMBER),
        Column(_("Unit of the difference"), Kind.SHORT),
        Column(_("Why they are not compared"), Kind.TEXT),
    ]


def _cells(pair: Pair) -> list[Cell]:
    unit = next((side.unit for side in (pair.first, pair.second) if side), "")
    return [
        pair.code,
        pair.name,
        pair.group or _("Other indicators"),
        str(pair.period) if pair.aim else "",
        unit,
        *_side(pair.first),
        *(_aimed(pair.aim) if pair.aim else _side(pair.second)),
        *_apart(pair),
        pair.why,
    ]


def _side(shown: Shown | None) -> list[Cell]:
    """The number, and in words its qualifier, status and coverage, or why there is none."""
    if shown is None:
        return [None, ""]
    said = [
        figure.why_none(shown),
        str(Qualifier(shown.qualifier).label) if shown.is_reported and shown.qualifier else "",
        shown.status,
        shown.parts,
        str(shown.coverage) if shown.coverage.is_partial and shown.standing != Standing.BY_UNIT else "",
    ]
    return [figure.value(shown), "; ".join(filter(None, said))]


def _aimed(aim: Aim) -> list[Cell]:
    return [
        figure.part(aim.value),
        "; ".join(filter(None, [aim.place, f"{aim.operator} {aim.year}".strip(), aim.document.name])),
    ]


def _apart(pair: Pair) -> list[Cell]:
    change = pair.apart.change
    if not isinstance(change, Change):
        return [None, ""]
    unit = _("percentage points") if pair.apart.is_points else "%"
    return [figure.decimal(change.amount, change.decimals), unit]
