"""Who a unit came from and who took over from it, each as it was called then (domain.md 1, 2)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from indicators.models import Document, Succession, UnitCode, UnitSlice


@dataclass(frozen=True)
class Span:
    """Days from the first to the last; None where it is not known since when, or goes on."""

    first: date | None
    last: date | None


@dataclass(frozen=True)
class Named:
    """Another unit, or this one in another time; `on` is a day on which its code means it."""

    name: str
    code: str
    on: date
    span: Span = field(default_factory=lambda: Span(None, None))


@dataclass(frozen=True)
class Kin:
    """A predecessor or successor."""

    other: Named
    effective_on: date
    act: Document | None
    is_confirmed: bool
    has_others: bool  # the successor took over from somebody else too


def kin_of(units: Collection[int], side: str) -> dict[int, list[Kin]]:
    """Unit → its predecessors as on the day before the succession, or its successors as on its day; one query."""
    is_before = side == "predecessor"
    by_then = {"valid_from__lt" if is_before else "valid_from__lte": OuterRef("effective_on")}
    slices = UnitSlice.objects.filter(unit=OuterRef(side), **by_then).order_by("-valid_from")
    codes = UnitCode.objects.filter(unit=OuterRef(side), **by_then).order_by("-valid_from", "system")
    others = Succession.objects.filter(successor=OuterRef("successor")).exclude(pk=OuterRef("pk"))
    mine = Q(successor__in=units) if is_before else Q(predecessor__in=units)
    rows: QuerySet[Any] = (
        Succession.objects.filter(mine)
        .select_related("act")
        .annotate(
            name=Subquery(slices.values("name")[:1]),
            sort=Subquery(slices.values("sort_key")[:1]),
            code=Subquery(codes.values("code")[:1]),
            has_others=Exists(others),
        )
        .order_by("effective_on", "sort", "pk")
    )
    found: dict[int, list[Kin]] = defaultdict(list)
    for row in rows:
        found[row.successor_id if is_before else row.predecessor_id].append(_kin(row, is_before=is_before))
    return found


def _kin(row: Any, *, is_before: bool) -> Kin:
    on = row.effective_on - timedelta(days=int(is_before))
    other = Named(row.name or "–", row.code or "", on)
    return Kin(other, row.effective_on, row.act, row.is_confirmed, row.has_others)
