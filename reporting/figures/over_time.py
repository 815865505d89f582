"""One value out of several periods by the indicator's rule over time (domain.md 9): a stock and a running total
take the last cut-off, a flow is added. A ratio of a flow keeps its parts; a percentage is never added (domain.md
7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from .reasons import Reason, rounded


class OverTime(StrEnum):
    STOCK = "stock"
    FLOW = "flow"
    RUNNING = "running"


@dataclass(frozen=True)
class Part:
    """The figure of one period; of a ratio its parts where they are known."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True)
class Spanned:
    """`n` of `m` periods stand behind the value; of a stock or a running total the last one alone."""

    value: Decimal
    n: int
    m: int

    @property
    def is_partial(self) -> bool:
        return self.n < self.m


def spanned(
    rule: str, parts: Sequence[Part | None], *, is_ratio: bool = False, base: int = 100, decimals: int = 0
) -> Spanned | Reason:
    """`parts`: every period of the span, oldest first, None where nothing was reported. A missing last period of a
    stock is never replaced by an older one. `base`: what a ratio is when part equals whole."""
    known = [part for part in parts if part is not None and part.value is not None]
    if rule != OverTime.FLOW:
        last = parts[-1] if parts else None
        return Reason.NO_FIGURE if last is None or last.value is None else Spanned(last.value, 1, 1)
    if not known:
        return Reason.NO_FIGURE
    total = _of_parts(known, base, decimals) if is_ratio else _added([part.value for part in known])
    return total if isinstance(total, Reason) else Spanned(total, len(known), len(parts))


def since_new_year(
    rule: str, parts: Sequence[Part | None], *, is_ratio: bool = False, base: int = 100, decimals: int = 0
) -> Spanned | Reason:
    """Lũy kế: `parts` from the first period of the year on. A stock has none."""
    if rule == OverTime.STOCK:
        return Reason.NOT_ADDED
    return spanned(rule, parts, is_ratio=is_ratio, base=base, decimals=decimals)


def in_period(rule: str, now: Part | None, before: Part | None, *, is_first: bool) -> Decimal | Reason:
    """Trong kỳ: a flow as it was reported; of a running total what came since the period before in the same year,
    of which there is none before the first (`is_first`). A stock has none, and neither has a running percentage."""
    if rule == OverTime.STOCK:
        return Reason.NOT_ADDED
    if now is None or now.value is None:
        return Reason.NO_FIGURE
    if rule == OverTime.FLOW or is_first:
        return now.value
    if now.numerator is not None:
        return Reason.NOT_ADDED
    if before is None or before.value is None:
        return Reason.NO_FIGURE
    return _added([now.value, before.value.copy_negate()])


def _of_parts(known: Sequence[Part], base: int, decimals: int) -> Decimal | Reason:
    if any(part.numerator is None or part.denominator is None for part in known):
        return known[0].value if len(known) == 1 and known[0].value is not None else Reason.WITHOUT_PARTS
    above = sum((Fraction(part.numerator or 0) for part in known), Fraction(0))
    below = sum((Fraction(part.denominator or 0) for part in known), Fraction(0))
    return rounded(above / below * base, decimals) if below else Reason.NO_DENOMINATOR


def _added(values: Sequence[Decimal | None]) -> Decimal:
    """Exact however many digits they have: in units of the finest decimal among them."""
    known = [value for value in values if value is not None]
    finest = max(0, *(-int(value.as_tuple().exponent) for value in known))
    return rounded(sum((Fraction(value) for value in known), Fraction(0)), finest)
