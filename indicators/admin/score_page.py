"""The parts of a score framework as a reader sees them: in the order of the tree, each rule in words."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..clock import today
from ..frameworks import as_points
from ..models import ScoreFramework, ScoreItem, ScoreRule, Unit, WhenZero


@dataclass(frozen=True)
class Part:
    item: ScoreItem
    depth: int  # 0: a main index
    points: str
    by: list[str]  # what is said of the rule beside its name
    lead: str
    verifies: str


def parts_of(framework: ScoreFramework) -> list[Part]:
    """Two queries."""
    items = list(framework.items.select_related("indicator", "base_indicator").order_by("order", "code", "pk"))
    asked = {unit for item in items for unit in (item.lead_unit_id, item.verifying_unit_id) if unit}
    named = Unit.objects.filter(pk__in=asked).with_slice(today()).order_by("pk")
    names = {unit.pk: str(unit) for unit in named}
    return [_part(item, depth, names) for item, depth in _in_order(items)]


def _in_order(items: list[ScoreItem]) -> Iterator[tuple[ScoreItem, int]]:
    """Each below the group that it is a part of; what hangs on nothing, or on itself, stands at the end."""
    below: dict[str, list[ScoreItem]] = defaultdict(list)
    for item in items:
        below[item.parent_code].append(item)
    told = set()

    def walk(code: str, depth: int) -> Iterator[tuple[ScoreItem, int]]:
        for item in below[code]:
            if item.pk not in told:
                told.add(item.pk)
                yield item, depth
                yield from walk(item.code, depth + 1)

    yield from walk("", 0)
    yield from ((item, 0) for item in items if item.pk not in told)


def _part(item: ScoreItem, depth: int, names: dict[int, str]) -> Part:
    return Part(
        item,
        depth,
        as_points(item.maximum),
        list(_said(item)),
        names.get(item.lead_unit_id or 0, ""),
        names.get(item.verifying_unit_id or 0, ""),
    )


def _said(item: ScoreItem) -> Iterator[str]:
    if item.steps:
        yield item.steps
    if item.full_at is not None:
        at = as_points(item.full_at)
        is_share = item.rule == ScoreRule.THRESHOLD
        yield (_("all points from %(share)s%%") if is_share else _("all of it: %(share)s")) % {"share": at}
    if item.when_zero != WhenZero.NO_VALUE:
        yield _("denominator 0: %(what)s") % {"what": item.get_when_zero_display().lower()}
    if item.may_not_apply:
        yield _("may not apply to a unit")
