"""The units as they stood on one day, in memory: who is under whom, and whom a line of a form is about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from .models import Ending, SubjectRule, Submission, Unit, UnitKind, UnitSlice

ONE_DAY = timedelta(days=1)
SLICE = ("slices__valid_from", "slices__parent", "slices__kind")


@dataclass(frozen=True)
class Tree:
    parent: dict[int, int | None]
    kind: dict[int, str]
    closing: frozenset[int] = (
        frozenset()
    )  # ended before the day, and report their last days in a period that ends on it

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
        communes = (u for u, kind in self.kind.items() if kind == UnitKind.COMMUNE and u not in self.closing)
        return sorted(u for u in communes if self.province_of(u) == province)


def tree_on(day: date) -> Tree:
    """One query for all units that live on a day; one more where units that ended before report their last days in
    a period that ends on it: they stand under whoever lives above where they stood last."""
    closing = Submission.objects.filter(ending=Ending.CUT_OFF, round__period__day_after_last=day + ONE_DAY)
    lives = Q(began__lte=day) & (Q(ended__isnull=True) | Q(ended__gt=day))
    units = Unit.objects.filter(lives | Q(pk__in=closing.order_by().values("unit")))
    rows = units.order_by("pk", "slices__valid_from").values_list("pk", "ended", *SLICE)
    parent: dict[int, int | None] = {}
    kind: dict[int, str] = {}
    gone = set()
    for unit, ended, since, above, its_kind in rows:
        if ended and ended <= day:
            gone.add(unit)
        has_begun = since is not None and since <= day
        if has_begun or unit not in parent:  # the last slice that has begun holds
            parent[unit], kind[unit] = (above, its_kind) if has_begun else (None, "")
    tree = Tree(parent, kind, frozenset(gone))
    return _grafted(tree, _last_parents()) if gone else tree


def _last_parents() -> dict[int, int | None]:
    """Unit → the one that it stood under last."""
    return dict(UnitSlice.objects.order_by("valid_from", "pk").values_list("unit", "parent"))


def _grafted(tree: Tree, stood: dict[int, int | None]) -> Tree:
    """Those that closed under the first above them that still lives: a district ended with its communes."""
    for unit in tree.closing:
        above, seen = stood.get(unit), {unit}
        while above is not None and above not in seen and (above not in tree.parent or above in tree.closing):
            seen.add(above)
            above = stood.get(above)
        tree.parent[unit] = above
    return tree


def trees_on(days: Iterable[date]) -> dict[date, Tree]:
    """Two queries, however many days; two more where units report their last days (`tree_on`)."""
    closing = Exists(Submission.objects.filter(unit=OuterRef("pk"), ending=Ending.CUT_OFF))
    told = list(Unit.objects.annotate(closes=closing).order_by("pk").values_list("pk", "began", "ended", "closes"))
    units = [(pk, began, ended) for pk, began, ended, _closes in told]
    reports = _closing_days() if any(closes for *_facts, closes in told) else {}
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
    return {day: _with_closing(tree, reports.get(day, set()), slices) for day, tree in found.items()}


def _with_closing(tree: Tree, units: set[int], slices: dict[int, list[tuple[date, int | None, str]]]) -> Tree:
    gone = frozenset(units - tree.kind.keys())
    if not gone:
        return tree
    kinds = tree.kind | {unit: slices[unit][-1][2] for unit in gone}
    stood = {unit: places[-1][1] for unit, places in slices.items()}
    return _grafted(Tree(tree.parent | dict.fromkeys(gone), kinds, gone), stood)


def _closing_days() -> dict[date, set[int]]:
    """Last day of a period → the units that report their last days in it."""
    found: dict[date, set[int]] = defaultdict(set)
    rows = Submission.objects.filter(ending=Ending.CUT_OFF).order_by("pk")
    for unit, end in rows.values_list("unit", "round__period__day_after_last"):
        found[end - ONE_DAY].add(unit)
    return found
