"""The units of one day as one page: province, districts, communes, departments, companies, nested as they stand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django import forms
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..clock import today
from ..fields import VietnameseDateField
from ..models import BEGINNING, Unit, UnitKind
from ..models.units import UnitQuerySet
from .base import DAY

DAY_BEFORE = timedelta(days=1)


class DayForm(forms.Form):
    """`?on=01/07/2025`; nothing typed means today."""

    on = VietnameseDateField(label=_("On the day"), required=False, widget=DAY)

    @property
    def day(self) -> date | None:
        """None where what was typed is no day; its sentence stands at the field."""
        return (self.cleaned_data["on"] or today()) if self.is_valid() else None


def day_form(request: HttpRequest) -> DayForm:
    typed = request.GET.get("on", "").strip()
    return DayForm({"on": typed or f"{today():%d/%m/%Y}"})


@dataclass(frozen=True)
class Node:
    unit: Unit
    groups: list["Group"] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return str(UnitKind(self.unit.kind_on_day).label) if self.unit.kind_on_day else ""

    @property
    def since(self) -> date | None:
        return self.unit.began if self.unit.began != BEGINNING else None

    @property
    def last_day(self) -> date | None:
        return self.unit.ended - DAY_BEFORE if self.unit.ended else None

    @property
    def is_doubtful(self) -> bool:
        return self.unit.confirmed_on_day is False


@dataclass(frozen=True)
class Group:
    """Units of one kind that stand side by side."""

    kind: str
    nodes: list[Node]

    @property
    def count(self) -> str:
        return counted(self.kind, len(self.nodes))


@dataclass(frozen=True)
class Map:
    roots: list[Node]
    counts: list[str]
    ended: list[Node]


def map_of(units: UnitQuerySet, day: date) -> Map:
    """One query for `units`: those that live on the day, nested, and beside them those that ended with it. A unit
    whose parent is not among them (out of sight, or not alive) stands at the top, and so does one in a circle."""
    around = Q(ended__isnull=True) | Q(ended__gte=day), Q(began__lte=day)
    rows = list(units.with_slice(day).filter(*around).order_by(F("sort_on_day"), "pk"))
    living = [unit for unit in rows if unit.ended != day]
    below: dict[int | None, list[Unit]] = {}
    seen = {unit.pk for unit in living}
    for unit in living:
        below.setdefault(unit.parent_on_day if unit.parent_on_day in seen else None, []).append(unit)
    roots = [_node(unit, below) for unit in below.pop(None, [])]
    roots += [Node(unit) for circle in below.values() for unit in circle]
    return Map(roots, _counts(living), [Node(unit) for unit in rows if unit.ended == day])


def _node(unit: Unit, below: dict[int | None, list[Unit]]) -> Node:
    """Takes its children out of `below`, so that what is left at the end was reached by nobody."""
    return Node(unit, _by_kind([_node(child, below) for child in below.pop(unit.pk, [])]))


def _by_kind(nodes: Iterable[Node]) -> list[Group]:
    grouped: dict[str, list[Node]] = {kind: [] for kind in UnitKind.values}
    for node in nodes:
        grouped.setdefault(node.unit.kind_on_day or "", []).append(node)
    return [Group(kind, members) for kind, members in grouped.items() if members]


def _counts(living: Iterable[Unit]) -> list[str]:
    return [group.count for group in _by_kind(Node(unit) for unit in living)]


def counted(kind: str, count: int) -> str:
    """ "38 xã, phường, thị trấn": one sentence a kind, for no language makes its plural of two pieces."""
    words: dict[str, str] = {
        "": ngettext("%(count)s unit without a place", "%(count)s units without a place", count),
        UnitKind.PROVINCE: ngettext("%(count)s province", "%(count)s provinces", count),
        UnitKind.DISTRICT: ngettext("%(count)s district", "%(count)s districts", count),
        UnitKind.COMMUNE: ngettext(
            "%(count)s commune, ward or township", "%(count)s communes, wards and townships", count
        ),
        UnitKind.DEPARTMENT: ngettext(
            "%(count)s department or agency", "%(count)s departments and agencies", count
        ),
        UnitKind.COMPANY: ngettext("%(count)s company", "%(count)s companies", count),
    }
    return words[kind] % {"count": count}
