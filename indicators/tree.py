"""The units as they stood on one day, in memory: who is under whom, and whom a line of a form is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .models import SubjectRule, Unit, UnitKind


@dataclass(frozen=True)
class Tree:
    parent: dict[int, int | None]
    kind: dict[int, str]

    def ancestors(self, unit: int) -> Iterator[int]:
        """From the parent up to the root; a loop in the data ends the walk instead of the server."""
        seen = {unit}
        above = self.parent.get(unit)
        while above is not None and above not in seen:
            seen.add(above)
            yield above
            above = self.parent.get(above)

    def province_of(self, unit: int) -> int:
        """The province a unit stands in; a unit outside any province stands for itself."""
        line = [unit, *self.ancestors(unit)]
        return next((u for u in line if self.kind.get(u) == UnitKind.PROVINCE), unit)

    def subjects(self, rule: str, unit: int) -> list[int]:
        """Whom a line is about when `unit` reports it (domain.md 6)."""
        if rule == SubjectRule.SELF:
            return [unit]
        province = self.province_of(unit)
        if rule == SubjectRule.PROVINCE:
            return [province]
        communes = (u for u, kind in self.kind.items() if kind == UnitKind.COMMUNE)
        return sorted(u for u in communes if self.province_of(u) == province)


def tree_on(day: date) -> Tree:
    """One query for all units that live on a day."""
    units = list(Unit.objects.alive_on(day).with_slice(day).order_by("pk"))
    return Tree({u.pk: u.parent_on_day for u in units}, {u.pk: u.kind_on_day for u in units})
