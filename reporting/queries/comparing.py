"""Two figures of one indicator side by side: of two periods, of two units, or beside what the country aims at; each
with how far they lie apart, or why that is not said (domain.md 13, 42)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from indicators.calendars import KINDS, window_sentence
from indicators.models import Definition, Level, Operator, OverTime, Period, Reader, Round, Target, Unit, UnitKind

from .. import figures, ranked, rows, wording
from ..aims import Aim, aim_of, elsewhere_of, targets_of
from ..asked import NO_UNITS, Field, Line, Plan, field_of, fields_of, lines_about
from ..differences import Movement
from ..figures import Change, Compared, Reason
from ..kin import Named
from ..known import TODAY, Known
from ..plan_lines import Beside, Lines, plan_lines
from ..rows import Totals
from ..series import archives_of, pace, since
from ..shown import Shown
from ..spans import Span, span_of
from ..trend import Then, compared
from . import read_lines
from .read_lines import Read

MONTHS_OF_A_YEAR = 12
PAIR = 2
Names = tuple[str, str]
Said = Mapping[tuple[int, int], Sequence[Any]]  # (period or subject, indicator) → what was reported


@dataclass(frozen=True)
class Held:
    """One side of a pair: a figure, and the definition that it was reported by."""

    definition: Definition
    then: Then

    @property
    def shown(self) -> Shown:
        return self.then.shown

    @property
    def compared(self) -> Compared:
        return compared(self.definition, self.then)


@dataclass(frozen=True)
class Pair:
    """One line. A side is None where it was not asked for, or not for this reader. `apart`: how far the first lies
    from the second, or from `aim`."""

    code: str
    name: str
    group: str
    first: Shown | None
    second: Shown | None
    apart: Movement
    why: str = ""  # in a sentence why it is not said how far
    period: Period | None = None  # of the first
    aim: Aim | None = None


@dataclass(frozen=True)
class Comparison:
    """`names`: what the two columns are of. `units`: those to choose from, kind by kind."""

    periods: tuple[Period, ...]
    windows: tuple[str, ...]  # of each period up to which day, or from which document
    names: Names = ("", "")
    pairs: list[Pair] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    plan: Plan | None = None
    units: list[tuple[str, list[Named]]] = field(default_factory=list)
    chosen: tuple[str, str] = ("", "")  # the codes of the units
    barred: str = ""  # in a sentence why nothing is compared
    is_illustrative: bool = False

    @property
    def n_compared(self) -> int:
        return sum(pair.apart.is_known for pair in self.pairs)


# --- Two periods of the province


def compare_periods(
    first: Period, second: Period, rounds: list[Round], *, programme: str, known: Known = TODAY
) -> Comparison:
    """Four queries: reports and totals of both, and of each what was said about the province. What stands in from
    another period was not asked for in this one, and is not compared."""
    both = [_side(period, rounds) for period in (first, second)]
    of_both = fields_of({side.span.period: side.found for side in both}, known)
    new, old = (replace(side, units=of_both[side.span.period]) for side in both)
    totals = _of_both(new, old, known)
    of_new = new.read(programme, known, totals).without_stand_ins()
    code = of_new.lines.plan.code if of_new.lines.plan else programme
    of_old = old.read(code, known, totals).without_stand_ins()
    lines = of_new.by_indicator | {
        pk: line for pk, line in of_old.by_indicator.items() if pk not in of_new.by_indicator
    }
    names = (str(first), str(second))
    return Comparison(
        (first, second),
        tuple(_window(side.span.period, side.found) for side in (new, old)),
        names,
        [_pair(line, of_new.held.get(pk), of_old.held.get(pk), names=names) for pk, line in lines.items()],
        plans=of_new.lines.plans,
        plan=of_new.lines.plan,
        is_illustrative=any(r.is_illustrative for side in both for r in side.found),
    )


@dataclass(frozen=True)
class _Sided:
    """What a page of a period shows of the province."""

    lines: Lines
    held: dict[int, Held]
    by_indicator: dict[int, Line]

    def without_stand_ins(self) -> "_Sided":
        mine = {pk: line for pk, line in self.by_indicator.items() if not line.is_stand_in}
        return replace(self, held={pk: self.held[pk] for pk in mine}, by_indicator=mine)


@dataclass(frozen=True)
class _Side:
    """A period with the rounds that ask for it, and for its parts where it is made of those."""

    span: Span
    asked: list[Round]
    units: Field

    @property
    def found(self) -> list[Round]:
        return [*self.asked, *self.span.rounds]

    def beside(self, known: Known) -> Beside:
        return read_lines.beside(self.span, self.found, known)

    def read(self, programme: str, known: Known, totals: Totals | None = None) -> _Sided:
        """One query, and one more without `totals`."""
        period, beside = self.span.period, self.beside(known)
        lines = plan_lines(
            period, self.asked, self.units, programme, known, parts=self.span.rounds, beside=beside, totals=totals
        )
        read, _lines, _replaced = read_lines.read_lines(lines, self.span, self.found, self.units, known)
        mine = {each.line.indicator.pk: each for each in read}
        held = {pk: _of_read(each, self.units.top) for pk, each in mine.items()}
        return _Sided(lines, held, {pk: each.line for pk, each in mine.items()})


def _side(period: Period, rounds: list[Round]) -> _Side:
    asked = [r for r in rounds if r.period_id == period.pk]
    return _Side(span_of(period, rounds), asked, NO_UNITS)


def _of_read(read: Read, top: int | None) -> Held:
    measured_since = read.computed.measured_since if read.computed else since(read.line.definition)
    return Held(read.line.definition, Then(read.line.period, read.shown(top), measured_since))


def _of_both(new: _Side, old: _Side, known: Known) -> Totals | None:
    """At once, where both periods are of the same province."""
    if new.units.top != old.units.top:
        return None
    places = set()
    for side in (new, old):
        found, beside = rows.at(side.span.period, None, known), side.beside(known)
        places |= rows.places(found)
        places |= {(each.pk, row.indicator_id) for row in found for each in beside(row.round.period)}
    return rows.totals_at(places, new.units.top, known)


def _window(period: Period, asked: Sequence[Round]) -> str:
    """An archived document says its own day."""
    if asked and all(r.is_archival for r in asked):
        archived = _("Entered from archived documents: %(document)s") % {"document": archives_of(asked)}
        return f"{period}. {archived}"
    return f"{period}. {window_sentence(period.first_day, period.last_day)}"


# --- Two units of one kind


def compare_units(
    period: Period, rounds: list[Round], codes: tuple[str, str], *, reader: Reader, known: Known = TODAY
) -> Comparison:
    """Three queries: reports, totals, and what was reported about the two."""
    asked = [r for r in rounds if r.period_id == period.pk]
    units = field_of(period, asked, known)
    page = Comparison(
        (period,),
        (_window(period, asked),),
        units=_to_choose(units, period),
        chosen=codes,
        is_illustrative=any(r.is_illustrative for r in asked),
    )
    found = [_with_code(code, units) for code in codes]
    both = [unit for unit in found if unit is not None]
    if why := _no_pair(both, units):
        return replace(page, barred=why)
    lines = [line for line in lines_about(asked, units, known=known) if not line.expected.keys().isdisjoint(both)]
    said = _about(both, lines, period, known)
    names = (units.name(both[0]), units.name(both[1]))
    return replace(page, names=names, pairs=[_of_units(line, both, said, names, reader) for line in lines])


def _to_choose(units: Field, period: Period) -> list[tuple[str, list[Named]]]:
    """Companies are not among them: what one sells is not for the others (domain.md 41)."""
    order = sorted(units.units.values(), key=lambda u: (u.sort_on_day or "", u.pk))
    return [
        (str(kind.label), mine)
        for kind in ranked.KINDS
        if (mine := [Named(str(u), u.code_on_day or "", period.last_day) for u in order if _is_of(u, kind)])
    ]


def _is_of(unit: Unit, kind: UnitKind) -> bool:
    return unit.kind_on_day == kind and bool(unit.code_on_day)


def _with_code(code: str, units: Field) -> int | None:
    return next((pk for pk, u in units.units.items() if code and u.code_on_day == code), None)


def _no_pair(both: Sequence[int], units: Field) -> str:
    """In a sentence why the two are not compared; empty where they are."""
    kinds = {units.tree.kind[unit] for unit in both}
    if UnitKind.COMPANY in kinds:
        return _("Companies supply figures and are compared with nobody.")
    if len(set(both)) < len(both):
        return _("Choose two different units.")
    if len(both) < PAIR or kinds - set(ranked.KINDS):
        return _("Choose two units of one kind.")
    return _("Units of different kinds are not compared.") if len(kinds) > 1 else ""


def _about(both: Sequence[int], lines: Sequence[Line], period: Period, known: Known) -> Said:
    """(subject, indicator) → the contributions about it in the period; one query."""
    standing = known.observations().filter(
        period=period, indicator__in=[line.indicator for line in lines], subject__in=both, contributes=True
    )
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for given in ranked.with_kinds(standing).order_by("pk"):
        found[given.subject_id, given.indicator_id].append(given)
    return found


def _of_units(line: Line, both: Sequence[int], said: Said, names: Names, reader: Reader) -> Pair:
    given = [each for unit in both for each in said.get((unit, line.indicator.pk), ())]
    is_secret = ranked.is_secret(line.definition, given, reader)
    mine = [not is_secret or line.expected.get(unit, set()) <= reader.units for unit in both]
    sides = [
        _of_a_unit(line, unit, said) if unit in line.expected and is_seen else None
        for unit, is_seen in zip(both, mine, strict=True)
    ]
    return _pair(line, sides[0], sides[1], names=names, hides=not all(mine))


def _of_a_unit(line: Line, unit: int, said: Said) -> Held:
    figure = ranked.figure_of(line.definition, said.get((unit, line.indicator.pk), ()), line.expected[unit])
    return Held(line.definition, Then(line.period, figure.shown, since(line.definition)))


# --- The province beside the country


def compare_references(period: Period, rounds: list[Round], *, programme: str, known: Known = TODAY) -> Comparison:
    """Three queries: reports, totals, and what was said about the province."""
    side = _side(period, rounds)
    side = replace(side, units=field_of(period, side.found, known))
    read = side.read(programme, known)
    mine = list(read.by_indicator.values())
    targets = targets_of([line.indicator.pk for line in mine], known)
    measured = {e.indicator.pk: e.definition.unit_of_measure for e in mine if e.has_references}
    elsewhere, pairs = elsewhere_of(measured, known), []
    for line in mine:
        own = read.held[line.indicator.pk]
        national = [target for target in targets[line.indicator.pk] if target.level == Level.NATIONAL]
        pairs += [_beside(line, own, target) for target in national]
        pairs += [_beside_place(line, own, figure) for figure in elsewhere.get(line.indicator.pk, ())]
    return Comparison(
        (period,),
        (_window(period, side.found),),
        (str(period), _("National targets and other places") if elsewhere else _("National targets")),
        pairs,
        plans=read.lines.plans,
        plan=read.lines.plan,
        is_illustrative=any(r.is_illustrative for r in side.found),
    )


def _beside(line: Line, own: Held, target: Target) -> Pair:
    """A target that was set before the way of measuring changed speaks of something else (domain.md 13), and one of
    a whole year is not held against a part of it."""
    qualifier = "about" if target.operator == Operator.ABOUT else ""
    aim = aim_of(target, line.definition.unit_of_measure)
    return _beside_aim(line, own, aim, qualifier=qualifier, of_year=Reason.PART_OF_YEAR)


def _beside_place(line: Line, own: Held, figure: Aim) -> Pair:
    """By the same rules: another place's figure is of a whole year, and of the measuring of its day."""
    return _beside_aim(line, own, figure, qualifier="", of_year=Reason.OTHER_LENGTH)


def _beside_aim(line: Line, own: Held, aim: Aim, *, qualifier: str, of_year: Reason) -> Pair:
    change: Change | Reason = figures.on_last_year(
        own.compared,
        Compared(
            aim.value,
            figures.places(aim.value),
            qualifier=qualifier,
            measured_since=own.then.measured_since,
        ),
        is_percent=line.definition.is_percent,
    )
    if aim.document.signed_on and aim.document.signed_on < since(line.definition):
        change = Reason.DEFINITION_CHANGED
    elif line.definition.over_time != OverTime.STOCK and KINDS[pace(line.period)[1]].months != MONTHS_OF_A_YEAR:
        change = of_year
    return Pair(
        line.indicator.code,
        line.indicator.name,
        line.group,
        own.shown,
        None,
        Movement(change),
        why="" if isinstance(change, Change) else _why(change, ("", ""), own, own),
        period=line.period,
        aim=aim,
    )


# --- One pair


def _pair(line: Line, first: Held | None, second: Held | None, *, names: Names, hides: bool = False) -> Pair:
    change = Reason.HIDDEN if hides else _apart(line.definition, first, second)
    return Pair(
        line.indicator.code,
        line.indicator.name,
        line.group,
        first.shown if first else None,
        second.shown if second else None,
        Movement(change),
        why="" if isinstance(change, Change) else _why(change, names, first, second),
        period=line.period,
    )


def _apart(definition: Definition, first: Held | None, second: Held | None) -> Change | Reason:
    if first is None or second is None:
        return Reason.NOT_ASKED
    if why := _other_stretch(definition, first.then.period, second.then.period):
        return why
    return figures.on_last_year(first.compared, second.compared, is_percent=definition.is_percent)


def _other_stretch(definition: Definition, first: Period, second: Period) -> Reason | None:
    """A stock stands on any day; what comes in over a period, or adds up over a year, is held against a period as
    long, and a running total against one that is as far in its year (domain.md 9)."""
    if definition.over_time == OverTime.STOCK:
        return None
    if pace(first) != pace(second):
        return Reason.OTHER_LENGTH
    is_as_far = first.last_day.month == second.last_day.month or first.last_day.year == second.last_day.year
    return None if definition.over_time == OverTime.FLOW or is_as_far else Reason.NEW_YEAR


def _has_none(side: Held) -> bool:
    """Nothing was said at all: a word, or what cannot be computed, is something."""
    return side.compared.value is None and side.compared.missing == Reason.NO_FIGURE


def _why(reason: Reason, names: Names, first: Held | None, second: Held | None) -> str:
    sides = list(zip(names, (first, second), strict=True))
    if reason == Reason.NOT_ASKED:
        absent = [name for name, side in sides if side is None]
        return _("Not asked for: %(names)s.") % {"names": ", ".join(absent)}
    if reason == Reason.NO_FIGURE:
        absent = [name for name, side in sides if side is not None and _has_none(side)]
        named = ", ".join(filter(None, absent))
        return _("No data: %(names)s.") % {"names": named} if named else ""
    if reason == Reason.FROM_ZERO:
        return _("%(name)s: 0, so there is no percentage.") % {"name": names[1]}
    return wording.of_reason(reason)
