"""What an act of law makes of the units: plain values in, plain values out (domain.md 1-3).

All lines of an act hold at once on its day; in which order they stand says nothing. A source is read on the day
before, among the units that were there; a target or a parent among those that the act creates, then among those
that were there. A unit that the act creates has a number below zero until it is stored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from ..calendars import show_day
from ..models import ChangeKind
from ..structure import NAMED_IN_A_REFUSAL, Coded, Life, Place, faults_of, holds

ENDING = (ChangeKind.MERGE, ChangeKind.SPLIT, ChangeKind.DISSOLUTION)
Units = Mapping[int, Life]


class Reason(StrEnum):
    """Why an act is not applied."""

    NO_LINES = "no_lines"
    NO_SOURCE = "no_source"  # nobody has the code
    NO_TARGET = "no_target"
    ENDED = "ended"  # the unit had ended before
    SEVERAL = "several"  # the code means units of several systems
    TARGET_IS_SOURCE = "target_is_source"
    TARGET_BELOW_SOURCE = "target_below_source"
    TARGET_ENDS = "target_ends"  # within the same act, so nobody takes over in the end
    ONE_TARGET = "one_target"
    CONTRADICTS = "contradicts"  # another line of the act
    OVERLAPS = "overlaps"  # what is recorded for that day or a later one
    CODE_IN_USE = "code_in_use"
    AFTER_REPORTS = "after_reports"  # the day lies before approved figures
    STRUCTURE = "structure"  # the units would not stand together


@dataclass(frozen=True)
class Line:
    """A line as UnitChange keeps it, without the table."""

    number: int
    kind: str
    source: str = ""
    target: str = ""
    code_system: str = ""
    code: str = ""
    name: str = ""
    unit_kind: str = ""
    parent: str = ""


@dataclass(frozen=True)
class Refusal:
    """`line` is its number, None where the act as a whole is meant."""

    reason: Reason
    sentence: str
    line: int | None = None


@dataclass(frozen=True)
class Reorganised:
    """The units before and after, and who takes over from whom. With refusals `after` is not to be stored."""

    day: date
    before: Units
    after: Units
    ended: tuple[int, ...] = ()
    begun: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    successions: tuple[tuple[int, int], ...] = ()  # predecessor, successor
    refusals: tuple[Refusal, ...] = ()


def reorganise(units: Iterable[Life], lines: Sequence[Line], day: date) -> Reorganised:
    draft = _Draft({life.unit: life for life in units}, day)
    if not lines:
        draft.refuse(Reason.NO_LINES, _("The act has no lines yet."))
    draft.create([line for line in lines if line.kind == ChangeKind.CREATION])
    draft.read_sources([line for line in lines if line.kind != ChangeKind.CREATION])
    draft.end()
    draft.change()
    draft.place_created()
    draft.check_successions()
    draft.check_codes()
    if not draft.refusals:
        draft.check_structure()
    return draft.result()


@dataclass
class _Draft:
    before: dict[int, Life]
    day: date
    after: dict[int, Life] = field(default_factory=dict)
    created: dict[int, Line] = field(default_factory=dict)
    ending: dict[int, list[Line]] = field(default_factory=dict)
    changing: dict[int, dict[tuple[str, str], Line]] = field(default_factory=dict)  # by kind and code system
    successions: dict[tuple[int, int], Line] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.eve = self.day - timedelta(days=1)
        self.after = dict(self.before)
        self.bearers: dict[str, list[Life]] = {}
        for life in self.before.values():
            for code in dict.fromkeys(coded.code for coded in life.codes):
                self.bearers.setdefault(code, []).append(life)

    def refuse(self, reason: Reason, sentence: str, line: Line | None = None) -> None:
        self.refusals.append(Refusal(reason, sentence, line.number if line else None))

    # Whom a code means

    def create(self, lines: Sequence[Line]) -> None:
        """Without a place yet: its parent may be created by a later line."""
        for number, line in enumerate(lines, 1):
            coded = Coded(*_coded(line), self.day)
            self.created[-number] = line
            self.after[-number] = Life(-number, self.day, None, (), (coded,))

    def read_sources(self, lines: Sequence[Line]) -> None:
        for line in lines:
            life = self.holder(line.source, line, Reason.NO_SOURCE)
            if life is None:
                continue
            if line.kind in ENDING:
                self.ending.setdefault(life.unit, []).append(line)
            elif (line.kind, line.code_system) in self.changing.setdefault(life.unit, {}):
                self.contradict(life, line)
            else:
                self.changing[life.unit][line.kind, line.code_system] = line

    def holder(self, code: str, line: Line, missing: Reason) -> Life | None:
        """The unit that has a code on the day before and has not ended by the act's day."""
        bearers = self.bearers.get(code, [])
        systems = {coded.system for life in bearers for coded in life.codes if coded.code == code}
        found = [life for life in bearers if any(holds(life, system, code, self.eve) for system in systems)]
        if len(found) == 1 and found[0].lives_on(self.day):
            return found[0]
        named = {"code": code, "date": show_day(self.eve)}
        if len(found) > 1:
            names = ", ".join(sorted(life.name_on(self.eve) for life in found))
            sentence = _("“%(code)s” may mean several units on %(date)s: %(units)s.")
            self.refuse(Reason.SEVERAL, sentence % {**named, "units": names}, line)
        elif ended := [life for life in bearers if life.ended and life.ended <= self.day]:
            last = max(ended, key=lambda life: life.ended or date.max)
            said = {"code": code, "unit": last.name_on(self.eve), "date": show_day(last.ended or self.day)}
            self.refuse(Reason.ENDED, _("%(unit)s (%(code)s) had ended on %(date)s already.") % said, line)
        else:
            self.refuse(missing, _("No unit has the code “%(code)s” on %(date)s.") % named, line)
        return None

    def whom(self, code: str, line: Line) -> Life | None:
        for unit, created in self.created.items():
            if created.code == code:
                return self.after[unit]
        return self.holder(code, line, Reason.NO_TARGET)

    # What becomes of the units

    def end(self) -> None:
        for unit, lines in self.ending.items():
            life, kinds = self.before[unit], {line.kind for line in lines}
            if len(kinds) > 1 or (kinds != {ChangeKind.SPLIT} and len(lines) > 1) or self.changing.get(unit):
                self.contradict(life, lines[-1])
            self.after[unit] = replace(life, ended=self.day)
            self.refuse_overlap(life, lines[0])
            for line in lines:
                if line.target and (heir := self.whom(line.target, line)):
                    self.successions[unit, heir.unit] = line

    def change(self) -> None:
        """All that changes of one unit is one new place and at most one new code a system."""
        for unit, kinds in self.changing.items():
            life, lines = self.before[unit], list(kinds.values())
            self.refuse_overlap(life, lines[0])
            codes = [Coded(*_coded(line), self.day) for line in lines if line.kind == ChangeKind.CODE]
            changed = replace(self.after[unit], codes=(*life.codes, *codes))
            place = life.place_on(self.eve)
            if place and len(codes) < len(lines):
                changed = replace(changed, places=(*life.places, self.new_place(place, lines)))
            if unit not in self.ending:
                self.after[unit] = changed

    def new_place(self, place: Place, lines: Iterable[Line]) -> Place:
        for line in lines:
            if line.kind == ChangeKind.RENAME:
                place = replace(place, name=line.name)
            elif line.kind == ChangeKind.KIND:
                place = replace(place, kind=line.unit_kind)
            elif line.kind == ChangeKind.PARENT and (above := self.whom(line.parent, line)):
                place = replace(place, parent=above.unit)
        return replace(place, valid_from=self.day)

    def place_created(self) -> None:
        for unit, line in self.created.items():
            above = self.whom(line.parent, line) if line.parent else None
            place = Place(self.day, line.name, line.unit_kind, above.unit if above else None)
            self.after[unit] = replace(self.after[unit], places=(place,))

    # What may not be

    def contradict(self, life: Life, line: Line) -> None:
        sentence = _("%(unit)s (%(code)s) stands in several lines that do not go together.")
        said = {"unit": life.name_on(self.eve), "code": line.source}
        self.refuse(Reason.CONTRADICTS, sentence % said, line)

    def refuse_overlap(self, life: Life, line: Line) -> None:
        """An act that comes after one with a later day would undo it in silence."""
        days = [place.valid_from for place in life.places] + [coded.valid_from for coded in life.codes]
        since = [day for day in days if day >= self.day]
        if since or life.ended:
            day = min(filter(None, [*since, life.ended]))
            sentence = _("%(unit)s (%(code)s) changes on %(date)s already: apply acts in the order of their days.")
            said = {"unit": life.name_on(self.eve), "code": line.source, "date": show_day(day)}
            self.refuse(Reason.OVERLAPS, sentence % said, line)

    def check_successions(self) -> None:
        for (unit, heir), line in self.successions.items():
            said = {"unit": self.before[unit].name_on(self.eve), "heir": self.after[heir].name_on(self.day)}
            if heir == unit:
                self.refuse(Reason.TARGET_IS_SOURCE, _("%(unit)s cannot take over from itself.") % said, line)
            elif heir in self.ending:
                sentence = _("%(heir)s takes over from %(unit)s and ends by the same act; name its successor.")
                self.refuse(Reason.TARGET_ENDS, sentence % said, line)
            elif unit in self.above(heir):
                sentence = _("%(heir)s takes over from %(unit)s and stands under it.")
                self.refuse(Reason.TARGET_BELOW_SOURCE, sentence % said, line)
        for unit, lines in self.ending.items():
            heirs = {line.target for line in lines}
            if lines[0].kind == ChangeKind.SPLIT and len(heirs) < 2:
                sentence = _("%(unit)s is split, and only one unit takes over; name at least two.")
                said = {"unit": self.before[unit].name_on(self.eve)}
                self.refuse(Reason.ONE_TARGET, sentence % said, lines[0])

    def above(self, unit: int) -> Iterator[int]:
        """As on the act's day, ended units too: Mù Cả no longer stands under its district on that day."""
        seen = {unit}
        while place := self.after[unit].place_on(self.day):
            if place.parent is None or place.parent in seen:
                return
            unit = place.parent
            seen.add(unit)
            yield unit

    def check_codes(self) -> None:
        """As on the act's day: a code is free once its holder has ended or taken another."""
        given = list(self.created.items())
        changing = [(unit, line) for unit, lines in self.changing.items() for line in lines.values()]
        given += [(unit, line) for unit, line in changing if line.kind == ChangeKind.CODE]
        taken: set[tuple[str, str]] = set()
        for unit, line in given:
            if _coded(line) in taken:
                sentence = _("The act gives the code %(code)s to two units.")
                self.refuse(Reason.CODE_IN_USE, sentence % {"code": line.code}, line)
            taken.add(_coded(line))
            for other in self.bearers.get(line.code, []):
                holder = self.after[other.unit]
                starts = any(c == Coded(*_coded(line), self.day) for c in other.codes)
                if other.unit != unit and (starts or holds(holder, *_coded(line), self.day)):
                    sentence = _("The code %(code)s belongs to %(unit)s on %(date)s.")
                    said = {"code": line.code, "unit": holder.name_on(self.day), "date": show_day(self.day)}
                    self.refuse(Reason.CODE_IN_USE, sentence % said, line)

    def check_structure(self) -> None:
        stood = set(faults_of(self.before.values()))
        new = [sentence for sentence in faults_of(self.after.values()) if sentence not in stood]
        for sentence in new[:NAMED_IN_A_REFUSAL]:
            self.refuse(Reason.STRUCTURE, sentence)

    def result(self) -> Reorganised:
        return Reorganised(
            self.day,
            self.before,
            self.after,
            ended=tuple(sorted(self.ending)),
            begun=tuple(sorted(self.created, reverse=True)),
            changed=tuple(sorted(self.changing)),
            successions=tuple(sorted(self.successions)),
            refusals=tuple(self.refusals),
        )


def _coded(line: Line) -> tuple[str, str]:
    return line.code_system, line.code
