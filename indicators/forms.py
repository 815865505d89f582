"""Reading the form of a report: what was posted becomes cells, or is given back as typed with the sentence that
says why. Plain functions on plain text, because a formset costs eight times as much over 58 lines.

How one cell is read:
- an empty state with a figure means reported; "reported" without a figure, or a figure beside "not available" or
  "not applicable", is refused: nothing is guessed. Qualifier and status stand with a figure only;
- a ratio is read from both parts (the value is computed), or from the value alone (a percentage without parts);
  a value beside parts must be the computed one. Parts are counts: in them a dot always separates groups, and a
  comma opens decimals, so a part never has two readings (1.250 is 1250, and 12,5 is taken);
- a figure with two readings is taken when one of them was chosen in `-reading`;
- `-zero` ticked is a typed 0 ("nothing occurred"), and contradicts any other figure; `-kept` ticked takes over the
  last period's figure of a stock, and says nothing beside another figure: what is typed is meant;
- where the denominator is a base figure it is not typed. `-base` is the one that the page showed: where another is
  in force by now, the numerator is given back. What the unit objects to it stands in `-objection` and changes none.
A field that was not posted is empty; a cell none of whose fields was posted is left alone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from . import numbers
from .base_figures import Base
from .drafts import EMPTY, Cell, CellKey
from .models import (
    Definition,
    EntryState,
    FigureStatus,
    Qualifier,
    ValueKind,
)
from .slots import Slot
from .validation import as_typed, faults

ACTIONS = ("save", "mark_blanks", "submit", "sign", "return", "withdraw")
WRITES_CELLS = ("save", "mark_blanks", "submit")
BLANKS_REASON = "blanks-reason"
NOTE_LENGTH = 2_000
TEXT_LENGTH = 20_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LISTS = {
    "state": frozenset({"", *EntryState.values}),
    "status": frozenset(FigureStatus.values),
    "qualifier": frozenset({"", *Qualifier.values}),
}
_WITHOUT_FIGURE = frozenset({EntryState.NOT_AVAILABLE.value, EntryState.NOT_APPLICABLE.value})
_REPORTED = EntryState.REPORTED.value
_KEY = re.compile(r"[!-~]{1,64}")


class Typed(NamedTuple):
    """The fields of one cell as text, the way they stand on the page."""

    value: str = ""
    numerator: str = ""
    denominator: str = ""
    state: str = ""
    status: str = FigureStatus.OFFICIAL.value
    qualifier: str = ""
    note: str = ""
    reading: str = ""
    keep: str = ""
    zero: str = ""
    kept: str = ""
    base: str = ""
    objection: str = ""


FIELDS = list(Typed._fields)
UNTYPED = Typed()


@dataclass(frozen=True)
class Fault:
    field: str
    sentence: str


class Reading(NamedTuple):
    """`cell` is None where there are faults; `choices` are the two readings of an ambiguous figure."""

    typed: Typed
    cell: Cell | None = None
    faults: tuple[Fault, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Posted:
    """`reason` is why the remaining blanks could not be collected; `group` the part of the form that was drawn."""

    action: str
    readings: Mapping[CellKey, Reading]
    version: int = 0
    key: str = ""
    revision: str = ""
    comment: str = ""
    reason: str = ""
    group: int = 0


class Misread(Exception):
    def __init__(self, field: str, sentence: str, choices: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.fault = Fault(field, sentence)
        self.choices = choices


def read_post(post: Mapping[str, str], slots: Iterable[Slot], *, current: int) -> Posted:
    """What the page sent. Raises BadRequest for what no page of ours can send: an unknown action, a key that is
    none, a version that is missing or still to come."""
    action, key = post.get("action", ""), post.get("key", "")
    if action not in ACTIONS or (key and not _KEY.fullmatch(key)):
        raise BadRequest
    revision, comment = tidy(post.get("revision", "")), tidy(post.get("comment", ""))[:NOTE_LENGTH]
    if action not in WRITES_CELLS:
        version = _version(post.get("version", "0"), current)
        return Posted(action, {}, version=version, key=key, revision=revision, comment=comment)
    return Posted(
        action,
        dict(_readings(post, slots)),
        version=_version(post.get("version", ""), current),
        key=key,
        reason=tidy(post.get(BLANKS_REASON, "")),
        group=group_number(post.get("group", "")),
    )


def group_number(text: str) -> int:
    """Which group of the form is meant; 0 is the whole form, and what names none."""
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,2}", text) else 0


def _version(text: str, current: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) > current:
        raise BadRequest
    return int(text)


def _readings(post: Mapping[str, str], slots: Iterable[Slot]) -> Iterable[tuple[CellKey, Reading]]:
    for slot in slots:
        posted = {f: tidy(post[n]) for f in FIELDS if (n := f"{slot.name}-{f}") in post}
        if posted.keys() - {"base"} and posted.get("keep") != "theirs":
            yield slot.key, read(slot.line.definition, Typed(**posted), slot.last, slot.base)


def tidy(text: str) -> str:
    """NFC, nothing invisible, one kind of line end (domain.md 29)."""
    return numbers.normalise(_CONTROL.sub("", text.replace("\r\n", "\n")))


def typed_of(cell: Cell, definition: Definition) -> Typed:
    """A stored cell as its fields show it. The computed value of two parts is read back, never put in a field:
    there it would contradict the next change of a part."""
    if cell is EMPTY:
        return UNTYPED
    value = cell.text
    if cell.value is not None and cell.numerator is None:
        value = numbers.show_in_input(cell.value, cell.decimals, allowed=definition.decimals)
    return Typed(
        value=value,
        numerator=as_typed(cell.numerator),
        denominator=as_typed(cell.denominator),
        state=cell.state,
        status=cell.status,
        qualifier=cell.qualifier,
        note=cell.note,
        kept="1" if cell.kept else "",
        objection=cell.objection,
    )


def read(definition: Definition, typed: Typed, last: Cell | None = None, base: Base | None = None) -> Reading:
    """`last` is the last period's figure, where it may be kept; `base` the base figure that is the denominator."""
    found: list[Fault] = []
    choices: tuple[str, ...] = ()
    cell = Cell()
    try:
        cell = _figure(definition, _over(base, typed), last)
        found += [Fault(_at_fault(cell), sentence) for sentence in faults(definition, cell)]
    except Misread as misread:
        found, choices = [misread.fault], misread.choices
    found += too_long("note", typed.note, NOTE_LENGTH) + too_long("objection", typed.objection, NOTE_LENGTH)
    if found:
        return Reading(typed, None, tuple(found), choices)
    if base is not None:
        has_parts = cell.denominator is not None
        cell = cell._replace(base_id=base.pk if has_parts else None, objection=typed.objection)
    return Reading(typed, cell._replace(note=typed.note) if typed.note else cell)


def _over(base: Base | None, typed: Typed) -> Typed:
    """The denominator put in its place, where there is a numerator to stand above it."""
    if base is None or not typed.numerator:
        return typed if base is None else typed._replace(denominator="")
    if typed.base != str(base.pk):
        sentence = _(
            "The denominator comes from the base figures, and by now it is %(base)s. Look at it and save again."
        )
        raise Misread("numerator", sentence % {"base": base})
    return typed._replace(denominator=as_typed(base.value))


def _at_fault(cell: Cell) -> str:
    if cell.denominator is None:
        return "value"
    return "denominator" if cell.denominator <= 0 else "numerator"


def too_long(field: str, text: str, most: int) -> list[Fault]:
    if len(text) <= most:
        return []
    sentence = _("The text has %(length)s characters; at most %(most)s are kept.")
    return [Fault(field, sentence % {"length": len(text), "most": most})]


def _figure(definition: Definition, typed: Typed, last: Cell | None) -> Cell:
    """The cell without its note."""
    for field, listed in _LISTS.items():
        if getattr(typed, field) not in listed:
            raise Misread(field, _("Choose one of the listed values."))
    if typed.zero:
        typed = _nothing_occurred(definition, typed)
    is_ratio = definition.is_ratio
    filled = typed.value or (is_ratio and (typed.numerator or typed.denominator))
    if typed.state in _WITHOUT_FIGURE:
        if filled or typed.kept:
            raise Misread(
                "state", _("A figure was typed, but the state says that there is none. Keep one of them.")
            )
        return Cell(state=typed.state)
    if filled:
        cell = _READERS[definition.value_kind](definition, typed)
        is_kept = bool(typed.kept) and last is not None and _is_same_figure(cell, last)
        return cell._replace(kept=True) if is_kept else cell
    if typed.kept:
        return _as_before(typed, last)
    if typed.state:
        field = "numerator" if is_ratio else "value"
        raise Misread(field, _("The figure is missing. Where there is none, choose another state."))
    return Cell()


def _nothing_occurred(definition: Definition, typed: Typed) -> Typed:
    """A tick in the place of a typed 0. What else was said of the figure contradicts it."""
    if definition.value_kind != ValueKind.NUMBER:
        raise Misread("value", _("Choose one of the listed values."))
    if typed.value not in ("", "0"):
        raise Misread("value", _("A figure was typed, but “Nothing occurred (0)” is ticked. Keep one of them."))
    if typed.kept:
        raise Misread(
            "value", _("“Nothing occurred (0)” and “Keep last period's figure” are both ticked. Keep one.")
        )
    return typed._replace(value="0")


def _as_before(typed: Typed, last: Cell | None) -> Cell:
    if last is None:
        raise Misread("value", _("There is no comparable figure of the last period that could be kept."))
    return last._replace(status=typed.status, qualifier=_qualifier(last.qualifier, typed.qualifier))


def _is_same_figure(cell: Cell, last: Cell) -> bool:
    fields = ("value", "numerator", "denominator", "qualifier")
    return all(getattr(cell, field) == getattr(last, field) for field in fields)


def _number(definition: Definition, typed: Typed) -> Cell:
    number = _parse(definition, typed)
    qualifier = _qualifier(number.qualifier, typed.qualifier)
    return _reported(typed, value=number.value, decimals=number.decimals, qualifier=qualifier)


def _reported(typed: Typed, **figure: Any) -> Cell:
    return Cell(state=_REPORTED, status=typed.status, **figure)


def _parse(definition: Definition, typed: Typed) -> numbers.Number:
    try:
        return numbers.parse(typed.value, decimals=definition.decimals, percent=definition.is_percent)
    except numbers.TwoReadings as two:
        if typed.reading in two.readings:
            return _parse(definition, typed._replace(value=typed.reading))
        raise Misread("value", two.sentence, two.readings) from two
    except numbers.Unreadable as refusal:
        raise Misread("value", refusal.sentence) from refusal


def _qualifier(written: str, chosen: str) -> str:
    if written and chosen and written != chosen:
        labels = dict(Qualifier.choices)
        sentence = _("The figure says “%(written)s”, the list says “%(chosen)s”. Keep one of them.")
        raise Misread("qualifier", sentence % {"written": labels[written], "chosen": labels[chosen]})
    return written or chosen


def _ratio(definition: Definition, typed: Typed) -> Cell:
    if not typed.numerator and not typed.denominator:
        return _number(definition, typed)
    for field in ("numerator", "denominator"):
        if not getattr(typed, field):
            raise Misread(field, _("Both parts are needed: the numerator and the denominator."))
    a, b = _part("numerator", typed.numerator), _part("denominator", typed.denominator)
    cell = partial(_reported, typed, numerator=a, denominator=b, decimals=definition.decimals)
    if b <= 0:
        return cell(qualifier=typed.qualifier)  # validation.faults has the sentence
    computed = numbers.ratio(a, b, base=definition.ratio_base, decimals=definition.decimals)
    _refuse_overflow(computed, definition)
    if not typed.value:
        return cell(value=computed, qualifier=typed.qualifier)
    number = _parse(definition, typed)
    if number.value != computed:
        raise Misread("value", _differs(definition, typed, cell(value=computed, qualifier=typed.qualifier)))
    return cell(value=computed, qualifier=_qualifier(number.qualifier, typed.qualifier))


def _part(field: str, text: str) -> Decimal:
    try:
        number = numbers.parse(text, decimals=None if "," in text else 0)
    except numbers.Unreadable as refusal:
        raise Misread(field, refusal.sentence) from refusal
    if number.qualifier:
        sentence = _('Enter the number alone: "%(text)s" carries a word that cannot be kept here.')
        raise Misread(field, sentence % {"text": text})
    return number.value


def _refuse_overflow(computed: Decimal, definition: Definition) -> None:
    if computed.adjusted() + 1 + definition.decimals > numbers.MAX_DIGITS:
        sentence = _("%(figure)s is too large to be kept: check the numerator and the denominator.")
        raise Misread("denominator", sentence % {"figure": numbers.show(computed, definition.decimals)})


def _differs(definition: Definition, typed: Typed, computed: Cell) -> str:
    return _("The figure typed (%(typed)s) differs from the computed one: %(computed)s. Correct one of them.") % {
        "typed": typed.value,
        "computed": equation(definition, computed),
    }


def equation(definition: Definition, cell: Cell) -> str:
    """ "7 / 13 = 53,8%"; the figure alone where it has no parts."""
    if cell.value is None:
        return ""
    shown = numbers.show_with_unit(cell.value, cell.decimals, definition.unit_of_measure, cell.qualifier)
    if cell.numerator is None:
        return shown
    return f"{as_typed(cell.numerator)} / {as_typed(cell.denominator)} = {shown}"


def _yes_no(_definition: Definition, typed: Typed) -> Cell:
    if typed.value not in ("0", "1"):
        raise Misread("value", _("Choose one of the listed values."))
    return _reported(typed, value=Decimal(typed.value))


def _text(_definition: Definition, typed: Typed) -> Cell:
    if found := too_long("value", typed.value, TEXT_LENGTH):
        raise Misread("value", found[0].sentence)
    return _reported(typed, text=typed.value)


_READERS = {
    ValueKind.NUMBER.value: _number,
    ValueKind.RATIO.value: _ratio,
    ValueKind.YES_NO.value: _yes_no,
    ValueKind.TEXT.value: _text,
}
