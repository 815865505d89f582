"""A line of the overview in the words of the official report: which of its numbers a sentence may name.

Nothing is said of a figure that is missing or partial without saying so (domain.md 11): what is missing has a
sentence of its own, and what is partial is compared with no target and followed by who is missing."""

from decimal import Decimal

from django.utils.translation import gettext as _

from indicators import numbers

from .. import figures, wording
from ..aims import Aim
from ..figures import Change, Reason, Scale, Standing, Status
from ..queries import Row
from ..trend import is_partial_sum
from . import phrases, sentences
from .sentences import Distance, Late, Move, Share

# No way leads there, but how far the figure is from its target can be said all the same.
WITHOUT_A_WAY = (Reason.NO_BASELINE, Reason.BEFORE_START, Reason.NO_WAY)
SAID_OTHERWISE = (*WITHOUT_A_WAY, Reason.PARTIAL)  # by the annex; by who is missing
WITHOUT_FIGURE = {
    Standing.NOT_COMPUTABLE: phrases.NOT_COMPUTABLE,
    Standing.NO_RULE: phrases.NOT_COMPUTABLE,
    Standing.BY_UNIT: phrases.BY_UNIT,
    Standing.NOT_APPLICABLE: phrases.NOT_APPLICABLE,
}


def told(row: Row, *, is_archival: bool) -> str:
    """What is said of the line among the results; `is_archival`: from documents that need not say a day."""
    if row.shown.standing in figures.WITHOUT_DATA:
        said = sentences.missing(row.name, row.supplier or row.lead or _("not assigned"))
        return _with(said, [*map(_reason, row.notes), *_of_before(row)])
    if not row.shown.is_reported:
        said = sentences.without_figure(WITHOUT_FIGURE[row.shown.standing], row.name)
        return _with(said, [*row.notes, *_of_before(row)])
    why = [] if row.track.how.reason in SAID_OTHERWISE or not row.track.why else [row.track.why]
    return _with(_of_figure(row, is_archival=is_archival), [*map(_stopped, row.notes), *why, *_of_before(row)])


def late(row: Row) -> str:
    """Why in the words that were accepted with the figure; of several units each with its name."""
    because = row.explanations[0] if len(row.explanations) == 1 and not row.is_total else ""
    target = row.track.target if row.track.how.status == Status.MISSED else None
    said = Late(
        name=row.name,
        figure=figure(row),
        lead=row.lead or _("not assigned"),
        aim=_aimed(target) if target else _planned(row),
        on=None if target else row.period.last_day,
        year=target.year if target else None,
        reason=because,
    )
    told_by_units = [] if because or not row.explanations else [_explained(row.explanations)]
    return _with(sentences.late(said), [*told_by_units, *map(_stopped, row.notes)])


def figure(row: Row) -> str:
    """As written, with what qualifies it: "72,9% (729/1.000)"."""
    beside = [row.shown.parts] if row.shown.parts else []
    if row.shown.derived:
        beside.append(row.shown.derived)
    if row.shown.status:
        beside.append(row.shown.status.lower())
    if row.trend.of_year and row.trend.of_year.so_far and row.track.figure != row.shown.value:
        beside.append(_("since the year began: %(figure)s") % {"figure": row.trend.of_year.so_far})
    return f"{row.shown} ({'; '.join(beside)})" if beside else str(row.shown)


def _of_figure(row: Row, *, is_archival: bool) -> str:
    shown, moved = row.shown, row.trend.moved.change
    if shown.words or shown.value is None:
        return sentences.in_words(row.name, shown.words or wording.of_reason(Reason.NO_DENOMINATOR))
    if row.definition.is_percent:
        return sentences.ratio(row.name, figure(row), on_last=_move(moved, Scale.POINTS), distance=_distance(row))
    up_to = None if is_archival or row.is_stand_in else row.period.last_day
    return sentences.amount(
        row.name,
        figure(row),
        up_to,
        in_a_year=_move(row.trend.moved_in_a_year.change, Scale.PERCENT),
        on_last=_move(moved, Scale.PERCENT),
        share=_share(row),
    )


def _move(moved: Change | Reason, scale: Scale) -> Move | None:
    if not isinstance(moved, Change) or moved.scale != scale:
        return None
    return sentences.moved(moved.amount, moved.decimals)


def _share(row: Row) -> Share | None:
    aim, value = row.track.plan or row.track.target, _compared(row)
    if aim is None or value is None or aim.qualifier:
        return None
    return sentences.share_of(value, aim.value, None if row.track.plan else aim.year)


def _distance(row: Row) -> Distance | None:
    aim, value = row.track.plan or row.track.target, _compared(row)
    if aim is None or value is None or aim.qualifier:
        return None
    return sentences.distance_to(value, aim.value, max(row.shown.decimals, aim.decimals), aim.year)


def _compared(row: Row) -> Decimal | None:
    """What may be held against a target: exact, whole, and measured as the target was meant."""
    how = row.track.how
    is_barred = how.status in (Status.NO_DATA, Status.NO_TARGET) or (
        how.status == Status.NOT_COMPARABLE and how.reason not in WITHOUT_A_WAY
    )
    if is_barred or row.shown.qualifier or is_partial_sum(row.definition, row.shown):
        return None
    return row.track.figure


def _planned(row: Row) -> str:
    unit = "" if row.shown.is_percent else row.shown.unit  # which stands there already
    return numbers.with_unit(row.track.planned, unit)


def _aimed(aim: Aim) -> str:
    return f"{aim.operator} {numbers.show_with_unit(aim.value, aim.decimals, aim.unit)}"


def _explained(explanations: list[str]) -> str:
    said = "; ".join(map(sentences.without_stop, explanations))
    return _("Explanations of the units: %(reasons)s.") % {"reasons": said}


def _reason(note: str) -> str:
    return _("Reason: %(reason)s.") % {"reason": sentences.without_stop(note)}


def _of_before(row: Row) -> list[str]:
    if not row.is_stand_in:
        return []
    period = sentences.lower_first(str(row.period))
    return [_("It was not asked for in this period; this is what stands for %(period)s.") % {"period": period}]


def _stopped(note: str) -> str:
    return f"{sentences.without_stop(note)}."


def _with(said: str, more: list[str]) -> str:
    return " ".join([said, *more])
