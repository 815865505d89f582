"""One figure against another of the same indicator: a percentage in percentage points, an amount in per cent of
what it was (domain.md 12, 13). Where the two may not be compared the answer is the reason."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from .reasons import Reason, rounded

PERCENT_DECIMALS = 1


class Scale(StrEnum):
    POINTS = "points"
    PERCENT = "percent"


@dataclass(frozen=True)
class Compared:
    """`measured_since`: figures with the same day were measured the same way. `year`: of the cut-off. `missing`:
    why it has no value."""

    value: Decimal | None
    decimals: int = 0
    qualifier: str = ""
    measured_since: date = date(1900, 1, 1)
    year: int = 0
    is_partial_sum: bool = False
    missing: Reason = Reason.NO_FIGURE


@dataclass(frozen=True)
class Change:
    scale: Scale
    amount: Decimal
    decimals: int


def on_last_period(
    new: Compared, old: Compared | None, *, is_percent: bool, is_running: bool = False
) -> Change | Reason:
    """`is_running`: a running total, which is compared within its year alone."""
    if is_running and old is not None and new.year != old.year:
        return Reason.NEW_YEAR
    return on_last_year(new, old, is_percent=is_percent)


def on_last_year(new: Compared, old: Compared | None, *, is_percent: bool) -> Change | Reason:
    """Against the same period of the year before; exact but for one rounding of a share, half up to one decimal."""
    if old is None:
        return Reason.NO_FIGURE
    if new.value is None or old.value is None:
        return new.missing if new.value is None else old.missing
    if new.measured_since != old.measured_since:
        return Reason.DEFINITION_CHANGED
    if new.qualifier or old.qualifier:
        return Reason.ABOUT
    if new.is_partial_sum or old.is_partial_sum:
        return Reason.PARTIAL
    moved = Fraction(new.value) - Fraction(old.value)
    if is_percent:
        decimals = max(new.decimals, old.decimals)
        return Change(Scale.POINTS, rounded(moved, decimals), decimals)
    if old.value == 0:
        return Reason.FROM_ZERO
    return Change(
        Scale.PERCENT, rounded(moved / abs(Fraction(old.value)) * 100, PERCENT_DECIMALS), PERCENT_DECIMALS
    )
