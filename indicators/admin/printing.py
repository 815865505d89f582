"""What a cell says, in the words of the review page. Plain values in, plain values out."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from .. import numbers, rules
from ..drafts import EMPTY, Cell
from ..models import Assessment, Definition, EntryState, FigureStatus, Observation, ValueKind
from ..validation import as_typed


@dataclass(frozen=True)
class Printed:
    """A figure with its unit and parts; or `figure` empty and `words` for why there is none."""

    figure: str = ""
    unit: str = ""
    parts: str = ""
    status: str = ""
    words: str = ""
    kept: str = ""  # that it is the last period's figure, taken over as it stood

    def __str__(self) -> str:
        figure = numbers.with_unit(self.figure, self.unit)
        parts = f"({self.parts})" if figure and self.parts else self.parts
        marks = (f"[{mark}]" for mark in (self.status, self.kept) if mark)
        return " ".join(filter(None, (figure or self.words, parts, *marks)))


@dataclass(frozen=True)
class Change:
    figure: str = ""
    unit: str = ""
    words: str = ""


def printed(said: Cell | Observation | Assessment, definition: Definition) -> Printed:
    if said.state != EntryState.REPORTED:
        return Printed(words=_state_words(said.state))
    status = "" if said.status == FigureStatus.OFFICIAL else str(FigureStatus(said.status).label)
    parts = f"{as_typed(said.numerator)}/{as_typed(said.denominator)}" if said.denominator is not None else ""
    if definition.value_kind == ValueKind.YES_NO and said.value is not None:
        return Printed(words=_yes_or_no(definition, said.value), status=status)
    if said.value is None:
        return Printed(words=said.text, parts=parts, status=status)
    figure = numbers.show(said.value, said.decimals, said.qualifier)
    kept = _("Last period's figure kept") if isinstance(said, Cell) and said.kept else ""
    if definition.is_percent:
        return Printed(f"{figure}%", "", parts, status, kept=kept)
    return Printed(figure, definition.unit_of_measure, parts, status, kept=kept)


def _state_words(state: str) -> str:
    if state == EntryState.NOT_AVAILABLE:
        return _("Could not be collected")
    if state == EntryState.NOT_APPLICABLE:
        return _("Not applicable")
    return _("No data")


def _yes_or_no(definition: Definition, value: Decimal) -> str:
    return (definition.yes_words or _("Yes")) if value else (definition.no_words or _("No"))


def change(now: Cell, before: Observation, definition: Definition) -> Change:
    """How far the figure moved; nothing where one of the two is missing or only about right."""
    if not definition.measures_as(before.definition):
        day = f"{definition.valid_from:%d/%m/%Y}"
        return Change(words=_("Not comparable: the definition changed on %(date)s.") % {"date": day})
    if definition.value_kind not in (ValueKind.NUMBER, ValueKind.RATIO) or now.qualifier or before.qualifier:
        return Change()
    if now.value is None or before.value is None:
        return Change()
    moved = now.value - before.value
    if not moved:
        return Change(words=_("unchanged"))
    figure = rules.signed(moved, max(now.decimals, before.decimals))
    return Change(figure, _("percentage points") if definition.is_percent else "")


@dataclass(frozen=True)
class Difference:
    """What stood before and what stands now; empty where the two are the same."""

    figure: tuple[str, str] | None = None
    note: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.figure or self.note)


def difference(old: Cell | None, new: Cell | None, definition: Definition) -> Difference:
    was, is_ = old or EMPTY, new or EMPTY
    if was == is_:
        return Difference()
    figures = (str(printed(was, definition)), str(printed(is_, definition)))
    notes = (_said(was), _said(is_))
    return Difference(
        figure=figures if figures[0] != figures[1] else None,
        note=notes if notes[0] != notes[1] else None,
    )


def _said(cell: Cell) -> str:
    if not cell.objection:
        return cell.note
    objects = _("objection to the base figure: “%(text)s”") % {"text": cell.objection}
    return "; ".join(filter(None, (cell.note, objects)))
