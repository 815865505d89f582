"""The units as they stood on one day, in memory: who is under whom, and whom a line of a form is about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from .models import SubjectRule, Unit, UnitKind, UnitSlice


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

    def depth(self, unit: int) -> int:
        """How many units stand above."""
        return sum(1 for _above in self.ancestors(unit))

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
    slices = UnitSlice.objects.filter(unit=OuterRef("pk"), valid_from__lte=day).order_by("-valid_from")
    rows = (
        Unit.objects.alive_on(day)
        .order_by("pk")
        .values_list("pk", Subquery(slices.values("parent")[:1]), Subquery(slices.values("kind")[:1]))
    )
    units = list(rows)
    return Tree({pk: parent for pk, parent, _kind in units}, {pk: kind for pk, _parent, kind in units})


def trees_on(days: Iterable[date]) -> dict[date, Tree]:
    """Two queries, however many days."""
    units = list(Unit.objects.order_by("pk").values_list("pk", "began", "ended"))
    slices: dict[int, list[tuple[date, int | None, str]]] = defaultdict(list)
    rows = UnitSlice.objects.order_by("unit", "valid_from", "pk")
    for unit, since, parent, kind in rows.values_list("unit", "valid_from", "parent", "kind"):
        slices[unit].append((since, parent, kind))
    found = {}
    for day in set(days):
        tree = found[day] = Tree({}, {})
        for unit, began, ended in units:
            if began <= day and (ended is None or ended > day):
                then = [stood for stood in slices[unit] if stood[0] <= day]
                _since, tree.parent[unit], tree.kind[unit] = then[-1] if then else (day, None, "")
    return found
