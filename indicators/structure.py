"""Whether the units stand together on every day: each has a name and a place while it lives, under a unit that
lives, in no circle, up to a province; and no code passes to another unit while its holder has it (domain.md 1, 2).

The rules work on plain values. Whatever writes units asks `refuse_faults()` at the end of its transaction.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from .calendars import show_day
from .models import BEGINNING, Unit, UnitCode, UnitKind, UnitSlice
from .refusals import Refused

NAMED_IN_A_REFUSAL = 3  # more sentences than that are not read


@dataclass(frozen=True)
class Place:
    """What a unit is and under whom, from a day until its next place begins or it ends."""

    valid_from: date
    name: str
    kind: str
    parent: int | None = None


@dataclass(frozen=True)
class Coded:
    system: str
    code: str
    valid_from: date


@dataclass(frozen=True)
class Life:
    """A unit from its first day to the day before `ended`; places and codes oldest first."""

    unit: int
    began: date
    ended: date | None = None
    places: tuple[Place, ...] = ()
    codes: tuple[Coded, ...] = ()

    def lives_on(self, day: date) -> bool:
        return self.began <= day and (self.ended is None or day < self.ended)

    def place_on(self, day: date) -> Place | None:
        return next((place for place in reversed(self.places) if place.valid_from <= day), None)

    def name_on(self, day: date) -> str:
        """By the name of the day, else the first one there is, else a code: a fault must name somebody."""
        place = self.place_on(day) or next(iter(self.places), None)
        code = next((coded.code for coded in self.codes), f"#{self.unit}")
        return place.name if place else code

    def stretches(self) -> Iterator[tuple[date, date | None, Place]]:
        """(first day, day after the last or None, place) for every place that holds on a day of this life."""
        ends = [place.valid_from for place in self.places[1:]] + [None]
        for place, next_from in zip(self.places, ends, strict=False):
            first = max(self.began, place.valid_from)
            last = min((day for day in (next_from, self.ended) if day), default=None)
            if last is None or first < last:
                yield first, last, place


@dataclass(frozen=True, order=True)
class Fault:
    day: date
    sentence: str


def faults() -> list[str]:
    """Every fault in the stored units, oldest first; three queries."""
    return faults_of(lives())


def refuse_faults(*, known: Iterable[str] = ()) -> None:
    """Raises Refused with the first sentences; called inside the transaction that wrote, which takes it back.
    `known` faults stood before and are not this writer's."""
    stood_before = set(known)
    if found := [sentence for sentence in faults() if sentence not in stood_before]:
        raise Refused(" ".join(found[:NAMED_IN_A_REFUSAL]))


def faults_of(lives: Iterable[Life]) -> list[str]:
    units = {life.unit: life for life in lives}
    found = {*_without_place(units), *_parents(units), *_circles(units), *_codes(units)}
    return [fault.sentence for fault in sorted(found)]


def lives() -> list[Life]:
    places: dict[int, list[Place]] = {}
    slices = UnitSlice.objects.order_by("valid_from", "pk")
    for unit, day, name, kind, parent in slices.values_list("unit", "valid_from", "name", "kind", "parent"):
        places.setdefault(unit, []).append(Place(day, name, kind, parent))
    codes: dict[int, list[Coded]] = {}
    coded = UnitCode.objects.order_by("valid_from", "pk")
    for unit, system, code, day in coded.values_list("unit", "system", "code", "valid_from"):
        codes.setdefault(unit, []).append(Coded(system, code, day))
    return [
        Life(pk, began, ended, tuple(places.get(pk, ())), tuple(codes.get(pk, ())))
        for pk, began, ended in Unit.objects.order_by("pk").values_list("pk", "began", "ended")
    ]


def _without_place(units: Mapping[int, Life]) -> Iterator[Fault]:
    sentence = _("%(unit)s begins on %(date)s without a name and a place: the first of them must hold on that day.")
    for life in units.values():
        if life.place_on(life.began) is None:
            yield Fault(life.began, sentence % {"unit": life.name_on(life.began), "date": show_day(life.began)})


def _parents(units: Mapping[int, Life]) -> Iterator[Fault]:
    for life in units.values():
        for first, last, place in life.stretches():
            if place.parent is None or place.kind == UnitKind.PROVINCE:
                yield from _top(first, place, units)
            else:
                yield from _under(first, last, place, units[place.parent])


def _top(first: date, place: Place, units: Mapping[int, Life]) -> Iterator[Fault]:
    """Provinces stand under nobody, and nobody else does."""
    named = {"date": show_day(first), "unit": place.name}
    if place.kind != UnitKind.PROVINCE:
        sentence = _("From %(date)s %(unit)s stands under nobody; only a province does.")
        yield Fault(first, sentence % named)
    elif place.parent is not None:
        sentence = _("From %(date)s %(unit)s is a province and stands under %(parent)s; a province stands alone.")
        yield Fault(first, sentence % {**named, "parent": units[place.parent].name_on(first)})


def _under(first: date, last: date | None, place: Place, parent: Life) -> Iterator[Fault]:
    """A beginning that is not known is not compared with the parent's (domain.md, note on unconfirmed dates)."""
    named = {"unit": place.name, "parent": parent.name_on(first)}
    if first < parent.began and first != BEGINNING:
        sentence = _("From %(date)s %(unit)s stands under %(parent)s, which begins only on %(began)s.")
        yield Fault(first, sentence % {**named, "date": show_day(first), "began": show_day(parent.began)})
    if parent.ended and (last is None or parent.ended < last):
        day = max(first, parent.ended)
        sentence = _("From %(date)s %(unit)s stands under %(parent)s, which ended on %(ended)s.")
        yield Fault(day, sentence % {**named, "date": show_day(day), "ended": show_day(parent.ended)})


def _circles(units: Mapping[int, Life]) -> Iterator[Fault]:
    """Who stands under whom changes only on a day on which a place begins to hold; each circle is said once."""
    days = sorted({first for life in units.values() for first, _last, _place in life.stretches()})
    said: set[frozenset[int]] = set()
    for day in days:
        for circle in _circles_on(day, units):
            if circle not in said:
                said.add(circle)
                names = ", ".join(sorted(units[unit].name_on(day) for unit in circle))
                sentence = _("From %(date)s these units stand under one another in a circle: %(units)s.")
                yield Fault(day, sentence % {"date": show_day(day), "units": names})


def _circles_on(day: date, units: Mapping[int, Life]) -> Iterator[frozenset[int]]:
    places = {life.unit: life.place_on(day) for life in units.values() if life.lives_on(day)}
    above = {unit: place.parent for unit, place in places.items() if place}
    settled: set[int] = set()
    for unit in above:
        walked: list[int] = []
        at: int | None = unit
        while at in above and at not in settled and at not in walked:
            walked.append(at)
            at = above[at]
        if at in walked:
            yield frozenset(walked[walked.index(at) :])
        settled.update(walked)


def _codes(units: Mapping[int, Life]) -> Iterator[Fault]:
    """A code may begin for another unit once its holder has ended or taken a newer code of that system."""
    begins: dict[tuple[str, str], list[tuple[date, Life]]] = {}
    for life in units.values():
        for coded in life.codes:
            day = max(coded.valid_from, life.began)
            if holds(life, coded.system, coded.code, day):
                begins.setdefault((coded.system, coded.code), []).append((day, life))
    for (system, code), given in begins.items():
        for day, life in given:
            holders = {other.unit: other for _since, other in given if other is not life}
            for holder in holders.values():
                if holds(holder, system, code, day):
                    yield _taken(code, day, life, holder)


def holds(life: Life, system: str, code: str, day: date) -> bool:
    mine = [coded for coded in life.codes if coded.system == system and coded.valid_from <= day]
    newest = max((coded.valid_from for coded in mine), default=None)
    return life.lives_on(day) and any(c.code == code and c.valid_from == newest for c in mine)


def _taken(code: str, day: date, life: Life, holder: Life) -> Fault:
    sentence = _("From %(date)s the code %(code)s is given to %(unit)s while %(holder)s still holds it.")
    names = {"unit": life.name_on(day), "holder": holder.name_on(day)}
    return Fault(day, sentence % {**names, "date": show_day(day), "code": code})
