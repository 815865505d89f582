"""Standard competition ranking on what is published (domain.md 33): 1, 2, 2, 4."""

from bisect import bisect_left
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from .reasons import Reason, rounded

Key = TypeVar("Key", bound=Hashable)
SMALLEST_FIELD = 2


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
