"""What a report asks for, cell by cell, and what stands beside each: read of the catalogue and of approved figures
alone, so a process keeps it until one of them changes (counters.py)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from django.utils.translation import get_language

from . import counters
from .base_figures import Base, bases_of
from .carried import Carried, carried_to
from .drafts import Cell, CellKey
from .models import Observation, RoundLine, SubjectRule, Submission, Unit
from .previous import keepable, last_approved
from .validation import expected_cells

KEPT_LAYOUTS = 100  # some 5 kB a line
T = TypeVar("T")


@dataclass(frozen=True)
class Slot:
    """One cell of the form as the page names it: HT.01, and in a grid HT.01@03388. `before` is what stands approved
    of the last period."""

    key: CellKey
    name: str
    line: RoundLine
    subject: Unit
    before: Observation | None = None
    carried: Carried | None = None  # from the units that this one took over from
    base: Base | None = None  # that its denominator is, as the register stands
    kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)  # what was last drawn of it

    @property
    def last(self) -> Cell | None:
        """The last period's figure, where it may be kept: over the base figure of today it would be another."""
        last = keepable(self.line.definition, self.before)
        if last is None or self.base is None:
            return last
        return last._replace(base_id=self.base.pk) if last.denominator == self.base.value else None

    @property
    def lacks_base(self) -> bool:
        """Its denominator should come from the register, which has none: then it is typed."""
        return bool(self.line.definition.denominator_kind) and self.base is None


@dataclass(frozen=True)
class Layout:
    """What a report asks for, and what stands beside it; nothing of what is typed."""

    unit: Unit
    slots: list[Slot]
    _read: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def expected(self) -> dict[CellKey, RoundLine]:
        """In the order of the form."""
        return {slot.key: slot.line for slot in self.slots}

    @property
    def bases(self) -> dict[CellKey, Base]:
        return {slot.key: slot.base for slot in self.slots if slot.base is not None}

    def once(self, name: str, read: Callable[[], T]) -> T:
        """What else is read of the catalogue and of approved figures alone, kept as long as the layout is."""
        if name not in self._read:
            self._read[name] = read()
        return self._read[name]


def layout(submission: Submission) -> Layout:
    """One query where the process has kept it, five where it has not, whatever the number of lines; one more where
    denominators come from base figures."""
    counts = counters.counts("catalogue", "figures")
    return _kept(submission, counts, get_language()) if counts else _read(submission)


@lru_cache(KEPT_LAYOUTS)
def _kept(submission: Submission, _counts: counters.Counts, _language: str | None) -> Layout:
    return _read(submission)


def _read(submission: Submission) -> Layout:
    expected = expected_cells(submission)
    arranged = arrange(expected, submission.unit_id, day=submission.round.period.last_day)
    before = last_approved(submission, {line.indicator_id for line in expected.values()})
    bases = bases_of(expected, submission.last_day)
    slots = [
        replace(s, before=before.get((s.line.indicator_id, s.key[1])), base=bases.get(s.key))
        for s in arranged.slots
    ]
    own = [s.line.definition for s in slots if _is_own(s, submission)]
    carried = carried_to(submission.unit_id, submission.round.period, own)
    slots = [replace(s, carried=carried.get(s.line.indicator_id)) if _is_own(s, submission) else s for s in slots]
    return replace(arranged, slots=slots)


def _is_own(slot: Slot, submission: Submission) -> bool:
    return slot.key[1] == submission.unit_id


def arrange(expected: Mapping[CellKey, RoundLine], unit: int, *, day: date) -> Layout:
    """The cells as the page names and orders them; one query. Units are called as on the period's last day
    (domain.md 4)."""
    wanted = {subject for _line, subject in expected} | {unit}
    units = {u.pk: u for u in Unit.objects.with_slice(day).filter(pk__in=wanted).order_by("pk")}
    slots = [
        Slot(key=key, name=_name(line, units[key[1]]), line=line, subject=units[key[1]])
        for key, line in expected.items()
    ]
    slots.sort(key=lambda s: (s.line.order, s.line.pk, getattr(s.subject, "sort_on_day", None) or ""))
    return Layout(units[unit], slots)


def _name(line: RoundLine, subject: Unit) -> str:
    code = line.indicator.code
    if line.subject_rule != SubjectRule.EACH_COMMUNE:
        return code
    return f"{code}@{getattr(subject, 'code_on_day', None) or subject.pk}"
