"""Which base figure is the denominator of a ratio (domain.md 44): one rule, for every way in.

It is the newest figure of the kind that the definition names, of the subject unit itself, dated on or before the
last day that the report tells of, and not superseded when it is asked. What was in force when the round opened
decides nothing: a draft follows the register until it is handed in, and the hand-in freezes what stood on its page.
Base figures are never added up: a line about the province asks for a figure of the province.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from . import numbers
from .calendars import show_day
from .models import BaseFigure, BaseKind, RoundLine

CellKey = tuple[int, int]  # (round line, subject unit)
FACTS = ("pk", "kind", "value", "day", "source")


@dataclass(frozen=True)
class Base:
    """A base figure as plain values."""

    pk: int
    kind: str
    value: Decimal
    day: date
    source: str

    @property
    def figure(self) -> str:
        return numbers.show(self.value, 0)

    @property
    def origin(self) -> str:
        return _("Base figure: %(kind)s as of %(day)s, source: %(source)s") % self._facts

    @property
    def told(self) -> str:
        """Of a figure that was approved over it."""
        return _("The denominator is a base figure: %(kind)s as of %(day)s, source: %(source)s.") % self._facts

    @property
    def _facts(self) -> dict[str, str]:
        return {"kind": str(BaseKind(self.kind).label), "day": show_day(self.day), "source": self.source}

    def __str__(self) -> str:
        return f"{self.figure} ({self.origin})"


def plain(figure: BaseFigure) -> Base:
    return Base(figure.pk, figure.kind, figure.value, figure.day, figure.source)


class Register:
    """The figures of these kinds that stand, for reports of any day; one query, none where nothing is
    asked."""

    def __init__(self, kinds: Iterable[str], units: Iterable[int] | None = None) -> None:
        """`units`: None for all of them."""
        asked = set(filter(None, kinds))
        self._figures: dict[tuple[str, int], list[Base]] = {}
        for unit, base in _standing(asked, units) if asked else ():
            self._figures.setdefault((base.kind, unit), []).append(base)

    def in_force(self, kind: str, unit: int, day: date) -> Base | None:
        told = [base for base in self._figures.get((kind, unit), ()) if base.day <= day]
        return told[-1] if told else None


def _standing(kinds: set[str], units: Iterable[int] | None) -> Iterable[tuple[int, Base]]:
    rows = BaseFigure.objects.filter(superseded_at__isnull=True, kind__in=kinds)
    if units is not None:
        rows = rows.filter(unit__in=set(units))
    for unit, *facts in rows.order_by("day", "pk").values_list("unit", *FACTS):
        yield unit, Base(*facts)


def bases_of(expected: Mapping[CellKey, RoundLine], day: date) -> dict[CellKey, Base]:
    """The cells whose denominator is a base figure, each with the one in force on `day`, the report's last. One
    query, and none where no line asks."""
    kinds = {key: kind for key, line in expected.items() if (kind := line.definition.denominator_kind)}
    register = Register(kinds.values(), (unit for _line, unit in kinds))
    found = {key: register.in_force(kind, key[1], day) for key, kind in kinds.items()}
    return {key: base for key, base in found.items() if base is not None}
