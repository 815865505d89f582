"""Scores as files: the units of a year, and one unit with every component (domain.md 26, 32, 33)."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators.models import ScoreScale

from .. import score_words
from ..queries.scores import Score, Scored, ScorePage
from ..queries.unit_score import Part, UnitScorePage
from ..scored import Whose
from . import figure, head
from .head import Taking
from .names import file_name
from .table import Cell, Column, Export, Kind, Sheet


def of_scores(page: ScorePage, taking: Taking) -> Export:
    return Export(
        name=file_name(_("Scores"), page.framework.code, page.year, page.kind),
        title=f"{page.framework.name}, {page.year}",
        head=[*_of_set(page), *_of_ranking(page), *head.lines(taking)],
        band=_band(page),
        sheets=[
            Sheet(
                title=_("Scores"),
                columns=_columns(page),
                rows=[_unit(page, each) for each in (*page.units, *page.apart)],
                empty=page.barred,
            )
        ],
    )


def _band(page: ScorePage | UnitScorePage) -> str:
    return head.band(is_illustrative=page.is_illustrative or page.framework.is_illustrative)


def _of_set(page: ScorePage | UnitScorePage) -> Iterator[str]:
    if page.framework.document:
        yield _("By %(document)s") % {"document": page.framework.document}
    yield _("Version %(version)s of the set") % {"version": page.framework.version}


def _of_ranking(page: ScorePage) -> Iterator[str]:
    yield str(page.kind.label)
    if page.barred:
        yield f"{_('There is no ranking here.')} {page.barred}"
        return
    yield page.field_sentence
    yield _("Movement: places against %(year)s.") % {"year": page.before} if page.before else page.no_movement


def _columns(page: ScorePage) -> list[Column]:
    index = _("Index") if page.framework.scale == ScoreScale.INDEX else _("Points on the full scale")
    return [
        Column(_("Rank"), Kind.NUMBER),
        Column(_("Units ranked"), Kind.NUMBER),
        Column(_("Unit"), Kind.NAME),
        Column(_("Code"), Kind.SHORT),
        Column(_("Self-assessed score"), Kind.NUMBER),
        Column(_("Verified score"), Kind.NUMBER),
        Column(_("Score that counts"), Kind.NUMBER),
        Column(_("Maximum of the unit"), Kind.NUMBER),
        Column(index, Kind.NUMBER),
        Column(_("Level"), Kind.WORD),
        Column(_("Components with points"), Kind.NUMBER),
        Column(_("Components that apply"), Kind.NUMBER),
        Column(_("Places gained"), Kind.NUMBER),
        Column(_("Why it is not ranked"), Kind.TEXT),
    ]


def _unit(page: ScorePage, each: Scored) -> list[Cell]:
    counted = each.counted
    return [
        each.place.rank if each.place else None,
        each.place.field if each.place else None,
        each.unit.name,
        each.unit.code,
        *(each.scores[whose].points for whose in Whose),
        _maximum(counted),
        counted.index,
        counted.level,
        counted.whole.n,
        counted.whole.m,
        each.gained,
        each.why,
    ]


def _maximum(score: Score) -> Decimal:
    exact = Decimal(score.whole.maximum.numerator) / Decimal(score.whole.maximum.denominator)
    return figure.part(exact) or Decimal(0)


def of_unit_score(page: UnitScorePage, taking: Taking) -> Export:
    return Export(
        name=file_name(_("Score"), page.framework.code, page.unit.code, page.year),
        title=f"{page.unit.name}: {page.framework.name}, {page.year}",
        head=[*_of_set(page), *head.lines(taking)],
        band=_band(page),
        sheets=[
            Sheet(
                title=_("Score"),
                columns=_columns_of_unit(),
                rows=[*(_part(part) for part in page.parts), _whole(page)],
                empty=_("No unit of this kind was asked for the figures of this set in the year."),
            )
        ],
    )


def _columns_of_unit() -> list[Column]:
    return [
        Column(_("Code"), Kind.SHORT),
        Column(_("Group or component"), Kind.NAME),
        Column(_("Maximum of the unit"), Kind.NUMBER),
        Column(_("Self-assessed score"), Kind.NUMBER),
        Column(_("Verified score"), Kind.NUMBER),
        Column(_("Score that counts"), Kind.NUMBER),
        Column(_("Rule"), Kind.TEXT),
        Column(_("Worked out"), Kind.TEXT),
        Column(_("Figures"), Kind.TEXT),
        Column(_("Reviewer's reason and the unit's explanation"), Kind.TEXT),
        Column(_("Why there are no points"), Kind.TEXT),
        Column(_("Evidence that is asked for"), Kind.TEXT),
    ]


def _part(part: Part) -> list[Cell]:
    return [
        part.item.code,
        part.item.name,
        part.maximum,
        *(part.of(whose) for whose in Whose),
        " ".join(filter(None, [part.rule, part.zero])),
        part.working,
        "; ".join(f"{each.indicator.code}: {each.shown}" for each in part.inputs),
        " ".join(str(each.two) for each in part.inputs if each.two),
        part.why,
        part.item.evidence,
    ]


def _whole(page: UnitScorePage) -> list[Cell]:
    points = [page.scores[whose].points for whose in Whose]
    counted = page.counted
    why = counted.whole.why
    return [
        "",
        _("Whole score"),
        _maximum(counted),
        *points,
        counted.level,
        "",
        "",
        "",
        score_words.of_why(why) if why else "",
        "",
    ]
