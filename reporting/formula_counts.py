"""What the counts in formulas find in the registers at cut-offs: of the province every row, of a unit the rows that
it owns. None of it is stored. A row that does not say what was asked, and a register without an approved list,
leave a count without a value: missing is not no, and none is not zero (domain.md 10, 17)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.calendars import show_day
from indicators.formulas import Count, Lacking, counts, pieces, read_saved
from indicators.models import Definition, Register, UnitCode
from indicators.register_rules import OWNER, Asked, Counted, counted
from indicators.register_words import NotCounted, asked_of

from . import facts, listed
from .figures import Coverage, Standing
from .known import Known
from .listed import Listed
from .shown import NOBODY, Shown

NO_REGISTER, NO_LIST, UNDECIDED = "no_register", "no_list", "undecided"
NONE_COUNTED = Counted(0, 0)
Formulas = Mapping[str, Definition]  # code of an indicator → the definition that computes it


@dataclass(frozen=True)
class InRegister:
    """What one count finds at one cut-off; `lacking` where that is no number. `n_owned`: of a unit, its rows."""

    count: Count
    lacking: Lacking | None = None
    register: str = ""
    address: str = ""
    counted: Counted = NONE_COUNTED
    coverage: Coverage = NOBODY
    is_illustrative: bool = False
    last_listed: date | None = None
    n_owned: int = 0

    @property
    def text(self) -> str:
        return text_of(self.count)

    @property
    def shown(self) -> Shown:
        if self.lacking:
            return Shown(Standing.NOT_COMPUTABLE, coverage=self.coverage)
        return Shown(Standing.REPORTED, value=Decimal(self.counted.n), coverage=self.coverage)

    @property
    def partial(self) -> str:
        """How much of it there is, where that is not all."""
        if self.lacking or not self.coverage.is_partial:
            return ""
        said = {"code": self.text, "n": self.coverage.n, "m": self.coverage.m}
        return _("%(code)s is from %(n)s of %(m)s") % said

    @property
    def n_said(self) -> str:
        n = self.counted.n
        return ngettext("%(n)s row", "%(n)s rows", n) % {"n": n}

    @property
    def cut_off_said(self) -> str:
        return show_day(self.last_listed) if self.last_listed else ""


Counts = Mapping[Count, InRegister]
NOTHING: Counts = {}


def text_of(count: Count) -> str:
    return "".join(piece.text for piece in pieces(count))


def counts_in(definition: Definition) -> tuple[Count, ...]:
    formula = read_saved(definition.formula)
    return counts(formula) if formula else ()


def _wanted(made: Iterable[Definition]) -> list[Count]:
    return list(dict.fromkeys(count for each in made for count in counts_in(each)))


def counted_at(
    made: Iterable[Definition], cut_offs: Collection[date], known: Known, *, owner: int | None = None
) -> dict[date, Counts]:
    """By cut-off. Three queries where a formula counts, and none where none does; registers are kept."""
    wanted = _wanted(made)
    if not wanted:
        return {}
    registers = _registers()
    asked = {registers[each.register].pk for each in wanted if each.register in registers}
    days = set(cut_offs)
    read = listed.at(asked, days, known)
    return {day: {each: _found(each, registers, read.get(day), known, owner) for each in wanted} for day in days}


def counted_by_owner(made: Iterable[Definition], cut_off: date, known: Known) -> dict[int, Counts]:
    """Of each unit that owns a row of a register in which the formulas count. Three queries, if any counts."""
    wanted, registers = _wanted(made), _registers()
    asked = {registers[each.register].pk for each in wanted if each.register in registers}
    read = listed.at(asked, {cut_off}, known).get(cut_off)
    owners = {row.owner_id for rows in read.rows.values() for row in rows if row.owner_id} if read else set()
    return {unit: {each: _found(each, registers, read, known, unit) for each in wanted} for unit in owners}


@facts.kept("catalogue")
def _registers() -> dict[str, Register]:
    return {each.code: each for each in Register.objects.order_by("code")}


def _found(
    count: Count, registers: Mapping[str, Register], read: Listed | None, known: Known, owner: int | None
) -> InRegister:
    register = registers.get(count.register)
    if register is None or read is None:
        return InRegister(count, Lacking(count.register, NO_REGISTER))
    try:
        asked = asked_of(count)
    except NotCounted:
        return InRegister(count, Lacking(text_of(count), NO_REGISTER))
    if not read.lists.get(register.pk):
        return InRegister(count, Lacking(register.name, NO_LIST), register.name)
    return _counted(count, register, asked, read, known, owner)


def _counted(
    count: Count, register: Register, asked: Asked, read: Listed, known: Known, owner: int | None
) -> InRegister:
    mine = asked if owner is None else {**asked, OWNER: owner}
    found = counted(read.rows[register.pk], mine)
    in_register = InRegister(
        count,
        register=register.name,
        address=_address(register, asked, read, known, owner),
        counted=found,
        coverage=read.coverage([register.pk]),
        is_illustrative=read.is_illustrative([register.pk]),
        last_listed=read.newest([register.pk]),
        n_owned=sum(row.owner_id == owner for row in read.rows[register.pk]) if owner else 0,
    )
    return in_register if found.is_sure else replace(in_register, lacking=Lacking(register.name, UNDECIDED))


def _address(register: Register, asked: Asked, read: Listed, known: Known, owner: int | None) -> str:
    """Of just its rows. The page of a register offers the kinds and owners that stand there and no others, so what
    no row has is left out: there is nothing to show of it."""
    rows = read.rows[register.pk]
    kinds = {row.kind for row in rows}
    offered = {
        name: each for name, each in asked.items() if name != "kind" or getattr(each, "value", each) in kinds
    }
    owns = owner is not None and any(row.owner_id == owner for row in rows)
    whose = {"owner": _code(owner, read.cut_off)} if owner and owns else {}
    return read.address(register, offered, known, **whose)


@facts.kept("catalogue")
def _code(unit: int, day: date) -> str:
    held = UnitCode.objects.filter(unit=unit, valid_from__lte=day).order_by("-valid_from", "pk")
    return held.values_list("code", flat=True).first() or ""
