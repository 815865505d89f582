"""From a tree and the figures of one unit to a value. Exact until it is rounded where it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ..numbers import MAX_DIGITS, MINUS
from .tree import PLUS, TIMES, Chain, Code, Count, Figure, Formula, Negative, OrZero

ZERO_BELOW = "zero_below"
NOT_GIVEN = "not_given"
MAX_TOTAL_DIGITS = MAX_DIGITS + 3  # what a total has room for, and what SQLite keeps


@dataclass(frozen=True)
class Lacking:
    """Why there is no value: the code or register that has none and the caller's word for the reason. `is_absent`
    says that nothing was reported at all, which alone `or0` counts as 0: a figure that is hidden, partial in a way
    that gives no value, or only about right is there, and is not 0."""

    of: str
    reason: str
    is_absent: bool = False


Input = Decimal | Lacking
Counting = Callable[[Count], Input]


@dataclass(frozen=True)
class Outcome:
    """Either the exact value, or everything that lacks, each once, in the order of the formula."""

    value: Fraction | None
    lacking: tuple[Lacking, ...] = ()


def _count_nothing(count: Count) -> Input:
    return Lacking(count.register, NOT_GIVEN)


def evaluate(formula: Formula, figures: Mapping[str, Input], *, counting: Counting = _count_nothing) -> Outcome:
    """What is not in `figures` is lacking, not 0. Dividing by zero gives no value, with the reason `zero_below`."""
    match formula:
        case Figure():
            return Outcome(Fraction(formula.value))
        case Code():
            return _given(figures.get(formula.code, Lacking(formula.code, NOT_GIVEN)))
        case OrZero():
            return _or_zero(evaluate(formula.of, figures, counting=counting))
        case Count():
            return _given(counting(formula))
        case Negative():
            inner = evaluate(formula.of, figures, counting=counting)
            return inner if inner.value is None else Outcome(-inner.value)
        case Chain():
            return _chained(formula, figures, counting)


def within_reach(value: Decimal) -> bool:
    """Whether it has no more digits than a total may have."""
    return value.is_finite() and len(value.as_tuple().digits) <= MAX_TOTAL_DIGITS


def _given(found: Input) -> Outcome:
    return Outcome(None, (found,)) if isinstance(found, Lacking) else Outcome(Fraction(found))


def _or_zero(found: Outcome) -> Outcome:
    return Outcome(Fraction(0)) if found.lacking and all(each.is_absent for each in found.lacking) else found


def _chained(chain: Chain, figures: Mapping[str, Input], counting: Counting) -> Outcome:
    parts = [evaluate(part, figures, counting=counting) for part in (chain.first, *(p for _s, p in chain.rest))]
    lacking = tuple(dict.fromkeys(each for part in parts for each in part.lacking))
    if lacking:
        return Outcome(None, lacking)
    first, *others = (part.value for part in parts if part.value is not None)
    value = first
    for (sign, _part), other in zip(chain.rest, others, strict=True):
        if sign not in (PLUS, MINUS, TIMES) and not other:
            return Outcome(None, (Lacking("", ZERO_BELOW),))
        value = _combined(sign, value, other)
    return Outcome(value)


def _combined(sign: str, left: Fraction, right: Fraction) -> Fraction:
    if sign == PLUS:
        return left + right
    if sign == MINUS:
        return left - right
    return left * right if sign == TIMES else left / right
