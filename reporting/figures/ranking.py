"""Standard competition ranking on what is published (domain.md 33, 47): 1, 2, 2, 4."""

from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from .reasons import Reason, rounded

Key = TypeVar("Key", bound=Hashable)
SMALLEST_FIELD = 2


@dataclass(frozen=True)
class Entrant:
    """A unit's figure as a ranking looks at it. `missing`: why it has no value."""

    value: Decimal | None
    missing: Reason = Reason.NO_FIGURE
    is_partial: bool = False
    is_estimate: bool = False
    qualifier: str = ""

    @property
    def unfit(self) -> Reason | None:
        """Why it holds no place: it stands apart, neither last nor at 0. None where it holds one."""
        if self.value is None:
            return self.missing
        if self.is_partial:
            return Reason.PARTIAL
        if self.is_estimate:
            return Reason.ESTIMATE
        return Reason.ABOUT if self.qualifier else None

    @property
    def counted(self) -> Decimal | None:
        return None if self.unfit else self.value


@dataclass(frozen=True)
class Place(Generic[Key]):
    """`value` as it is published; `rank` of `field` units that have a figure; `is_shared` by another of them."""

    key: Key
    value: Decimal
    rank: int
    field: int
    is_shared: bool


def ranking(
    values: Mapping[Key, Decimal | None], *, decimals: int, falls: bool = False
) -> tuple[list[Place[Key]], list[Key]] | Reason:
    """(places, best first; units without a figure, which hold no place). Equal to the published decimal is equal,
    and equals keep the order they came in. `falls`: the least is the best. TOO_FEW_UNITS below two with a
    figure."""
    published = {key: rounded(Fraction(value), decimals) for key, value in values.items() if value is not None}
    if len(published) < SMALLEST_FIELD:
        return Reason.TOO_FEW_UNITS
    order = sorted(value if falls else -value for value in published.values())
    places = [
        Place(
            key,
            value,
            rank=bisect_left(order, value if falls else -value) + 1,
            field=len(published),
            is_shared=order.count(value if falls else -value) > 1,
        )
        for key, value in published.items()
    ]
    return sorted(places, key=lambda place: place.rank), [key for key, value in values.items() if value is None]


def places_gained(now: Sequence[Place[Key]], before: Sequence[Place[Key]]) -> dict[Key, int] | Reason:
    """By how many places each moved up; below 0 down. Only of the same field: where others joined or left, a place
    more or less says nothing of the unit."""
    was = {place.key: place.rank for place in before}
    if was.keys() != {place.key for place in now}:
        return Reason.FIELD_CHANGED
    return {place.key: was[place.key] - place.rank for place in now}
