"""Rules over figures: against what the same unit said before, and between the figures of one report. Arithmetic on
plain values, no database. Squares and products are compared as fractions, so nothing is rounded on the way.

A figure stands for its value alone: "gần 400" and an estimate of 400 are compared as 400.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median

from django.utils.translation import gettext as _

from . import numbers

Figures = Mapping[str, Decimal | None]  # code → the figure, None where there is none
Side = tuple[str, ...] | Decimal

LEAST_HISTORY = 12  # periods; from fewer nothing is said to be unusual
FARTHEST_Z = Fraction(3)
FARTHEST_MODIFIED_Z = Fraction(7, 2)
MODIFIED_Z_FACTOR = Fraction(6745, 10000)
LONGEST_CODE = 20
ZERO = Decimal(0)

_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "eq": operator.eq,
    "lte": operator.le,
    "lt": operator.lt,
    "gte": operator.ge,
    "gt": operator.gt,
}


# --- Against what was


def fell(now: Decimal, before: Decimal) -> bool:
    return now < before


def change_percent(now: Decimal, before: Decimal) -> Fraction | None:
    """How far a figure moved, in per cent of what it was: below 0 where it fell. Exact, hence a fraction (a third
    has no decimal). None from 0: of nothing there is no percentage."""
    if before == 0:
        return None
    return (Fraction(now) - Fraction(before)) / abs(Fraction(before)) * 100


def signed(number: Decimal, decimals: int) -> str:
    """ "+3,1" and "−0,38"; 0 has no sign."""
    shown = numbers.show(number, decimals)
    return f"+{shown}" if number > 0 else shown


def change_in_words(now: Decimal, before: Decimal, *, unit: str, decimals: int) -> str:
    """How far a figure moved: a percentage in percentage points, never in per cent of itself; an amount in its unit
    and, unless it comes from 0, in per cent."""
    moved = now - before
    if not moved:
        return _("unchanged on the last period")
    change = signed(moved, decimals)
    if unit == "%":
        return _("%(change)s percentage points on the last period") % {"change": change}
    change = numbers.with_unit(change, unit)
    if before == 0:
        return _("%(change)s on the last period") % {"change": change}
    percent = signed(numbers.ratio(moved, abs(before), base=100, decimals=1), 1)
    return _("%(change)s (%(percent)s%%) on the last period") % {"change": change, "percent": percent}


def moved_beyond(limit: Decimal, *, now: Decimal, before: Decimal) -> bool:
    """Whether it moved, up or down, by more than `limit` per cent; from 0 there is no saying."""
    moved = change_percent(now, before)
    return moved is not None and abs(moved) > Fraction(limit)


def is_unusual(method: str, value: Decimal, history: Sequence[Decimal]) -> bool | None:
    """Whether a figure lies far from the unit's own earlier ones; None where that is not judged: no method, or
    fewer than twelve periods.

    - `z`: more than 3 standard deviations (of the whole history, not of a sample) from its mean;
    - `modified_z`: 0.6745 x |x - median| / MAD above 3.5; MAD is the median distance from the median;
    - `min_max`: below the least or above the greatest so far.

    Where the spread is 0 (every earlier figure is the same; for MAD: at least half of them are), whatever differs
    is unusual: any distance is infinitely many times nothing.
    """
    if not method or len(history) < LEAST_HISTORY:
        return None
    return _METHODS[method](Fraction(value), [Fraction(each) for each in history])


def _by_z(value: Fraction, history: list[Fraction]) -> bool:
    mean = sum(history) / len(history)
    variance = sum((each - mean) ** 2 for each in history) / len(history)
    return (value - mean) ** 2 > FARTHEST_Z**2 * variance


def _by_modified_z(value: Fraction, history: list[Fraction]) -> bool:
    middle = median(history)
    mad = median([abs(each - middle) for each in history])
    return MODIFIED_Z_FACTOR * abs(value - middle) > FARTHEST_MODIFIED_Z * mad


def _by_extremes(value: Fraction, history: list[Fraction]) -> bool:
    return not min(history) <= value <= max(history)


_METHODS = {"z": _by_z, "modified_z": _by_modified_z, "min_max": _by_extremes}


# --- Between the figures of one report


@dataclass(frozen=True)
class Rule:
    """`kind` is compare, together or exclusive; `comparison` and `if_missing` speak of a comparison alone."""

    kind: str
    left: tuple[str, ...]
    right: Side
    comparison: str = ""
    if_missing: str = "skip_any"

    @property
    def codes(self) -> tuple[str, ...]:
        return (*self.left, *(() if isinstance(self.right, Decimal) else self.right))


def rule(kind: str, left: str, right: str, *, comparison: str = "", if_missing: str = "skip_any") -> Rule:
    """As it was written. Raises ValueError with the sentence for a side that cannot be read."""
    return Rule(kind, parse_codes(left), parse_right(kind, right), comparison, if_missing)


def parse_right(kind: str, text: str) -> Side:
    """Only a comparison is made with a number: the other kinds ask whether there is a figure."""
    return parse_side(text) if kind == "compare" else parse_codes(text)


def parse_side(text: str) -> Side:
    """ "HT.04 + HT.05" → their codes; "1250,5" and "80%" → the number. What can be read as a number is one.

    Raises ValueError with the sentence: for a number with two readings or beside a qualifier, and for what
    `parse_codes` refuses.
    """
    try:
        number = numbers.parse(text, decimals=None, percent=True)
    except numbers.Unreadable as refusal:
        if refusal.message in (numbers.NOT_A_NUMBER, numbers.MISPLACED):
            return parse_codes(text)
        raise
    if number.qualifier:
        sentence = _('Enter the number alone: "%(text)s" carries a word that cannot be kept here.')
        raise ValueError(sentence % {"text": text})
    return number.value


def parse_codes(text: str) -> tuple[str, ...]:
    codes = tuple(part.strip() for part in numbers.normalise(text).split("+"))
    if not all(code and len(code.split()) == 1 and len(code) <= LONGEST_CODE for code in codes):
        sentence = _("“%(text)s” cannot be read. Enter codes joined by +, for example HT.04 + HT.05.")
        raise ValueError(sentence % {"text": text})
    if twice := next((code for code in codes if codes.count(code) > 1), ""):
        raise ValueError(_("“%(text)s” names %(code)s twice.") % {"text": text, "code": twice})
    return codes


def holds(rule: Rule, figures: Figures) -> bool | None:
    """None where the rule does not speak: figures are missing and it says to skip then. A figure of 0 is a figure.

    - together: where any code of the left has a figure, one of the right has one;
    - exclusive: never both sides;
    - compare: the sums of both sides. `skip_any` skips where any figure is missing, `skip_all` where all of a side
      are, `never` skips nothing; a missing figure that is not skipped counts as 0.
    """
    left, right = _said(rule.left, figures), _said(rule.right, figures)
    if rule.kind == "together":
        return _has_any(right) if _has_any(left) else None
    if rule.kind == "exclusive":
        return not (_has_any(left) and _has_any(right))
    if _is_skipped(rule.if_missing, left, right):
        return None
    return compare(total(left), rule.comparison, total(right))


def compare(left: Decimal, comparison: str, right: Decimal) -> bool:
    return _COMPARISONS[comparison](left, right)


def total(said: Sequence[Decimal | None]) -> Decimal:
    return sum((each for each in said if each is not None), ZERO)


def side_total(side: Side, figures: Figures) -> Decimal:
    return total(_said(side, figures))


def _said(side: Side, figures: Figures) -> list[Decimal | None]:
    return [side] if isinstance(side, Decimal) else [figures.get(code) for code in side]


def _has_any(said: list[Decimal | None]) -> bool:
    return any(each is not None for each in said)


def _is_skipped(if_missing: str, *sides: list[Decimal | None]) -> bool:
    if if_missing == "skip_any":
        return any(each is None for side in sides for each in side)
    return if_missing == "skip_all" and not all(map(_has_any, sides))
