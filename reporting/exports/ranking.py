"""A ranking: the places, and below them in the same table who holds none, and why."""

from django.utils.translation import gettext as _

from ..queries import Apart, Ranked, Ranking
from . import figure, head
from .head import Standing, Taking
from .names import file_name
from .table import Cell, Column, Export, Kind, Sheet


def of_ranking(page: Ranking, taking: Taking) -> Export:
    standing = None
    if page.period:
        standing = Standing(page.period, page.published_on, page.issues, archives=page.archives)
    return Export(
        name=file_name(_("Ranking"), page.indicator.code, page.period.label if page.period else "", page.kind),
        title=_("Ranking: %(name)s") % {"name": page.indicator.name},
        head=[*_of_ranking(page), *head.lines(taking, standing)],
        band=head.band(is_illustrative=page.is_illustrative),
        sheets=[
            Sheet(
                title=_("Ranking"),
                columns=_columns(),
                rows=[*(_place(page, each) for each in page.places), *(_apart(each) for each in page.apart)],
                empty=page.barred,
            )
        ],
    )


def _of_ranking(page: Ranking) -> list[str]:
    """Field, formula and rule, or why there is none (domain.md 47)."""
    if page.barred:
        return [f"{_('There is no ranking here.')} {page.barred}"]
    moved = page.no_movement
    if page.before:
        moved = _("Movement: places against %(period)s, of the same units.") % {"period": page.before}
    field = f"{page.kind_name}: {page.field_sentence}"
    return [*filter(None, [field, page.whole_sentence, page.formula, page.rule, moved])]


def _columns() -> list[Column]:
    return [
        Column(_("Rank"), Kind.NUMBER),
        Column(_("Units ranked"), Kind.NUMBER),
        Column(_("Unit"), Kind.NAME),
        Column(_("Code"), Kind.SHORT),
        *figure.columns(),
        Column(_("Places gained"), Kind.NUMBER),
        Column(_("In words"), Kind.NAME),
        Column(_("Why it is not ranked"), Kind.TEXT),
    ]


def _place(page: Ranking, each: Ranked) -> list[Cell]:
    return [
        each.place.rank,
        each.place.field,
        each.unit.name,
        each.unit.code,
        *figure.cells(each.shown),
        each.gained,
        page.sentence(each.place),
        "",
    ]


def _apart(each: Apart) -> list[Cell]:
    why = each.why if each.shown.is_reported else figure.why_none(each.shown, filter(None, [each.why]))
    return [None, None, each.unit.name, each.unit.code, *figure.cells(each.shown), None, "", why]
