"""The units before and after an act, in words and numbers alone: what the page shows, what a confirmation is bound
to, and what is frozen once the act is applied. Sorted by code, so that the same act gives the same text."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from ..models import BEGINNING, LegalAct, UnitKind
from ..structure import Life
from .planning import Line, Reorganised
from .touched import Touched

Picture = dict[str, Any]
NOT_IN_A_LINE = ("number",)


def picture(act: LegalAct, lines: Iterable[Line], found: Reorganised, touched: Iterable[Touched]) -> Picture:
    drawn = _Drawn(found)
    return {
        "title": act.title,
        "document": str(act.document) if act.document else "",
        "issued_by": act.issued_by,
        "effective_on": act.effective_on.isoformat(),
        "lines": [{k: v for k, v in vars(line).items() if v and k not in NOT_IN_A_LINE} for line in lines],
        "counts": drawn.counts(),
        "ended": sorted(drawn.ended(), key=_by_code),
        "begun": sorted(drawn.begun(), key=_by_code),
        "changed": sorted(drawn.changed(), key=_by_code),
        "passed": sorted(drawn.passed(), key=_by_code),
        "touched": sorted((drawn.of_touched(each) for each in touched), key=_by_code),
    }


def _by_code(row: Picture) -> tuple[str, ...]:
    return tuple(str(row.get(key, "")) for key in ("code", "name", "what"))


class _Drawn:
    def __init__(self, found: Reorganised) -> None:
        self.found = found
        self.day, self.eve = found.day, found.day - timedelta(days=1)

    def named(self, life: Life | None, day: date) -> Picture:
        return {"code": self.code(life, day), "name": life.name_on(day)} if life else {"code": "", "name": ""}

    def code(self, life: Life, day: date) -> str:
        """The newest there is on the day, as `with_slice` chooses it."""
        held = [coded for coded in life.codes if coded.valid_from <= day]
        newest = max((coded.valid_from for coded in held), default=BEGINNING)
        return min(((c.system, c.code) for c in held if c.valid_from == newest), default=("", ""))[1]

    def counts(self) -> list[Picture]:
        before = _kinds(self.found.before.values(), self.eve)
        after = _kinds(self.found.after.values(), self.day)
        return [
            {"kind": kind, "before": before[kind], "after": after[kind]}
            for kind in UnitKind.values
            if before[kind] or after[kind]
        ]

    def ended(self) -> Iterator[Picture]:
        for unit in self.found.ended:
            heirs = [self.found.after[heir] for gone, heir in self.found.successions if gone == unit]
            kin = sorted((self.named(heir, self.day) for heir in heirs), key=_by_code)
            yield {"unit": unit, **self.named(self.found.before[unit], self.eve), "kin": kin}

    def begun(self) -> Iterator[Picture]:
        for unit in self.found.begun:
            life = self.found.after[unit]
            place = life.place_on(self.day)
            parent = self.found.after.get(place.parent) if place and place.parent is not None else None
            gone = [self.found.before[each] for each, heir in self.found.successions if heir == unit]
            kin = sorted((self.named(each, self.eve) for each in gone), key=_by_code)
            kind = place.kind if place else ""
            yield {**self.named(life, self.day), "kind": kind, "parent": self.named(parent, self.day), "kin": kin}

    def changed(self) -> Iterator[Picture]:
        """One row a thing that changes, and one for a unit that takes over from others and goes on."""
        for unit in self.found.changed:
            before, after = self.found.before[unit], self.found.after[unit]
            head = {"unit": unit, **self.named(before, self.eve)}
            old, new = self.facts(before, self.eve), self.facts(after, self.day)
            for what in old:
                if old[what] != new[what]:
                    yield {**head, "what": what, "before": old[what], "after": new[what]}
        new_or_gone = {*self.found.begun, *self.found.ended}
        for unit in sorted({heir for _gone, heir in self.found.successions} - new_or_gone):
            gone = [self.found.before[each] for each, heir in self.found.successions if heir == unit]
            names = ", ".join(sorted(life.name_on(self.eve) for life in gone))
            head = {"unit": unit, **self.named(self.found.before[unit], self.eve)}
            yield {**head, "what": "took_over", "before": "", "after": names}

    def facts(self, life: Life, day: date) -> dict[str, str]:
        place = life.place_on(day)
        units = self.found.after if day == self.day else self.found.before
        parent = units.get(place.parent) if place and place.parent is not None else None
        above = f"{parent.name_on(day)} ({self.code(parent, day)})" if parent else ""
        return {
            "name": place.name if place else "",
            "kind": place.kind if place else "",
            "parent": above,
            "code": self.code(life, day),
        }

    def passed(self) -> Iterator[Picture]:
        """Codes that meant a unit the day before and mean another from the day on (03388)."""
        old = {self.code(self.found.before[unit], self.eve): self.found.before[unit] for unit in self.found.ended}
        for unit in self.found.begun:
            life = self.found.after[unit]
            if (code := self.code(life, self.day)) in old:
                yield {"code": code, "before": old[code].name_on(self.eve), "after": life.name_on(self.day)}

    def of_touched(self, touched: Touched) -> Picture:
        return {**self.named(self.found.before[touched.unit], self.eve), **vars(touched)}


def _kinds(units: Iterable[Life], day: date) -> Counter[str]:
    places = (life.place_on(day) for life in units if life.lives_on(day))
    return Counter(place.kind for place in places if place)
