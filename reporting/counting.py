"""Indicators that are counted from registers: derived at the cut-off from the rows that stand there, never stored.

Where a unit reports the number by hand too, both stand side by side, and what the rows do not explain is said
(domain.md 17). A count is a figure only where every row says what was asked: missing is not no.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators import numbers
from indicators.calendars import show_day
from indicators.models import (
    CountPart,
    Definition,
    RegisterCount,
    ValueKind,
)
from indicators.register_rules import FILTERS, Asked, Counted, counted

from . import listed
from .asked import Line
from .figures import Standing
from .known import TODAY, Known
from .listed import Listed
from .shown import Shown, of_parts


@dataclass(frozen=True)
class Count:
    """The rows of one register that are as asked; `address` shows just them."""

    part: CountPart
    counted: Counted
    register: str
    address: str

    @property
    def label(self) -> str:
        return str(self.part.label)


@dataclass(frozen=True)
class FromRegister:
    """`shown` is None where the rows give no figure. `sentences` say how it stands to the reported one, and what it
    rests on."""

    counts: list[Count]
    shown: Shown | None
    is_illustrative: bool
    sentences: tuple[str, ...] = ()

    @property
    def undecided(self) -> int:
        return sum(count.counted.undecided for count in self.counts)


def counts_of(lines: Iterable[Line], cut_off: date, known: Known = TODAY) -> dict[int, FromRegister]:
    """By indicator; four queries, none where no line is counted. An indicator is not there while a register that it
    counts has no approved list: none is not zero."""
    definitions = {line.indicator.pk: line.definition for line in lines if line.is_counted}
    if not definitions:
        return {}
    asked: dict[int, list[RegisterCount]] = defaultdict(list)
    counts = RegisterCount.objects.filter(indicator__in=definitions).select_related("register")
    for count in counts.order_by("indicator", "pk"):
        asked[count.indicator_id].append(count)
    registers = {count.register_id for of in asked.values() for count in of}
    if not registers:
        return {}
    read = listed.at(registers, [cut_off], known)[cut_off]
    return {
        pk: _computed(definitions[pk], of, read, known)
        for pk, of in asked.items()
        if all(read.lists.get(count.register_id) for count in of)
    }


def _computed(definition: Definition, asked: Sequence[RegisterCount], read: Listed, known: Known) -> FromRegister:
    counts = [_count(each, read, known) for each in sorted(asked, key=lambda each: each.part)]
    by_part = {count.part: count.counted for count in counts}
    registers = {each.register_id for each in asked}
    value, parts = _value(definition, by_part)
    shown = None
    if value is not None:
        shown = replace(_shown(definition, value, parts), coverage=read.coverage(registers))
    return FromRegister(counts, shown, read.is_illustrative(registers), tuple(_rests_on(registers, read)))


def _count(asked: RegisterCount, read: Listed, known: Known) -> Count:
    said = asked_by(asked)
    found = counted(read.rows[asked.register_id], said)
    address = read.address(asked.register, said, known)
    return Count(CountPart(asked.part), found, asked.register.name, address)


def asked_by(count: RegisterCount) -> Asked:
    """What is left blank is not asked."""
    said = {name: getattr(count, name) for name in FILTERS}
    return {name: value for name, value in said.items() if value not in ("", None)}


Parts = tuple[Decimal, Decimal] | None


def _value(definition: Definition, counts: Mapping[CountPart, Counted]) -> tuple[Decimal | None, Parts]:
    """None where a part is missing or not sure, or the denominator is 0."""
    wanted = (CountPart.NUMERATOR, CountPart.DENOMINATOR) if definition.is_ratio else (CountPart.VALUE,)
    found = [counts[part] for part in wanted if part in counts and counts[part].is_sure]
    if len(found) < len(wanted):
        return None, None
    numbers_of = [Decimal(each.n) for each in found]
    if not definition.is_ratio:
        is_yes_no = definition.value_kind == ValueKind.YES_NO
        return (Decimal(int(numbers_of[0] > 0)) if is_yes_no else numbers_of[0]), None
    part, whole = numbers_of
    if not whole:
        return None, None
    value = numbers.ratio(part, whole, base=definition.ratio_base, decimals=definition.decimals)
    return value, (part, whole)


def _shown(definition: Definition, value: Decimal, parts: Parts) -> Shown:
    words = ""
    if definition.value_kind == ValueKind.YES_NO:
        words = (definition.yes_words or _("Yes")) if value else (definition.no_words or _("No"))
    part, whole = parts or (None, None)
    return Shown(
        Standing.REPORTED,
        value=value,
        decimals=definition.decimals if parts else 0,
        words=words,
        unit=definition.unit_of_measure,
        parts=of_parts(part, whole),
        numerator=part,
        denominator=whole,
    )


def _rests_on(registers: set[int], read: Listed) -> Iterable[str]:
    """A list stands until it is changed, and the page says since when (domain.md 11)."""
    if (newest := read.newest(registers)) != read.cut_off:
        yield _("The last approved list is of the cut-off %(date)s.") % {"date": show_day(newest)}


# --- Beside what was reported by hand


def beside(computed: FromRegister | None, reported: Shown) -> FromRegister | None:
    """With sentences on how both stand to each other."""
    if computed is None:
        return None
    return replace(computed, sentences=(*_compared(computed, reported), *computed.sentences))


def _compared(computed: FromRegister, reported: Shown) -> Iterable[str]:
    if n := computed.undecided:
        yield (
            ngettext(
                "%(n)s row of the register does not say what was asked, and is listed apart.",
                "%(n)s rows of the register do not say what was asked, and are listed apart.",
                n,
            )
            % {"n": n}
        )
    if reported.words:
        if computed.shown is not None:
            yield _agreement(computed.shown.words == reported.words)
    elif reported.value is not None and not reported.qualifier:
        yield from _difference(computed, reported)


def _agreement(agrees: bool) -> str:
    return _("The reported figure agrees with the register.") if agrees else _("The register says otherwise.")


def _difference(computed: FromRegister, reported: Shown) -> Iterable[str]:
    """Of a ratio the values are compared, of a number the rows that are sure are taken from what was reported."""
    count = computed.counts[0]
    value = computed.shown.value if computed.shown else None
    if value is None and count.part == CountPart.VALUE:
        value = Decimal(count.counted.n)
    if value is None or reported.value is None:
        return
    rest = reported.value - value
    if not rest:
        yield _agreement(True)
        return
    said = {"reported": _printed(reported.value, reported), "counted": _printed(value, reported)}
    sentence = _("Reported: %(reported)s; in the register: %(counted)s; not explained by the register: %(rest)s.")
    yield sentence % {**said, "rest": _printed(rest, reported)}


def _printed(value: Decimal, like: Shown) -> str:
    return numbers.show(value, like.decimals)
