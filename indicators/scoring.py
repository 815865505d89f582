"""Points out of figures by the rules of a score framework (domain.md 32). Plain values: no database.

Points are exact fractions; they are rounded where they are printed or ranked. Where there are no points `why` says
so: nothing that is missing counts as 0. A part that does not apply takes its points out of the unit's maximum.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext as _

from . import numbers

ONE = Fraction(1)
ZERO = Fraction(0)


class Rule(StrEnum):
    SUM = "sum"  # of its parts, at most the maximum
    GIVEN = "given"  # the figure is the points
    RATIO = "ratio"  # a/b of the maximum, at most all of it
    STEPS = "steps"  # the points of the highest step that is reached, else 0
    YES_NO = "yes_no"
    BEST = "best"  # the ratio over that of the best unit, of the maximum
    THRESHOLD = "threshold"  # all of it from a share on, proportional below


class Zero(StrEnum):
    """What a ratio is where there was nothing to count, as the rule states it."""

    NO_POINTS = "no_points"
    ALL_POINTS = "all_points"
    NOT_APPLICABLE = "not_applicable"
    NO_VALUE = "no_value"


class Why(StrEnum):
    """Why there are no points."""

    NO_FIGURE = "no_figure"
    NOT_AVAILABLE = "not_available"
    NOT_APPLICABLE = "not_applicable"
    MAY_NOT_BE_LEFT_OUT = "may_not_be_left_out"  # said not to apply where the rule has no such case
    NOTHING_TO_COUNT = "nothing_to_count"
    WAITS = "waits"  # for the close: not every unit's figure is known
    OUT_OF_RANGE = "out_of_range"  # points below 0 or above the maximum
    HIDDEN = "hidden"  # from this reader
    PARTS_MISSING = "parts_missing"  # of a group: no part has points


Best = Fraction | Why | None  # the ratio of the best unit; why it is not told; not settled yet


@dataclass(frozen=True)
class Step:
    at_least: Decimal
    points: Decimal


@dataclass(frozen=True)
class Item:
    """A group (rule SUM) or a component. `full_at`: the share, in per cent, that a threshold asks for; of a number
    that is no percentage, what counts as the whole of it."""

    code: str
    maximum: Decimal
    rule: Rule
    parent: str = ""
    full_at: Decimal | None = None
    when_zero: Zero = Zero.NO_VALUE
    may_not_apply: bool = False
    steps: tuple[Step, ...] = ()

    @property
    def is_group(self) -> bool:
        return self.rule == Rule.SUM


@dataclass(frozen=True)
class Given:
    """A unit's figure as a rule looks at it: `part` of `whole`, where it has both, else `part` is the figure.
    `why` says why there is none."""

    part: Decimal | None = None
    whole: Decimal | None = None
    why: Why | None = None

    @property
    def is_known(self) -> bool:
        return self.why is None and self.part is not None


@dataclass(frozen=True)
class Points:
    """`points` of `maximum`, the unit's own; None where there are none, and why. A group counts the components
    below it that have points (`n`), of those that apply (`m`)."""

    points: Fraction | None
    maximum: Fraction
    why: Why | None = None
    n: int = 0
    m: int = 0

    @property
    def is_partial(self) -> bool:
        return self.n < self.m

    @property
    def share(self) -> Fraction | None:
        """Of the maximum; None where nothing applies."""
        return None if self.points is None or not self.maximum else self.points / self.maximum


def ratio(item: Item, given: Given) -> Fraction | Why | Zero:
    """The share that a figure makes, not clamped; what the rule says of nothing to count, where that is so."""
    if not given.is_known or given.part is None:
        return given.why or Why.NO_FIGURE
    whole = given.whole
    if whole is None:
        whole = item.full_at if item.full_at is not None and item.rule != Rule.THRESHOLD else Decimal(1)
    if whole == 0:
        return item.when_zero
    return Fraction(given.part) / Fraction(whole)


def best_of(item: Item, of_units: Iterable[Given]) -> Fraction | None:
    """The greatest ratio among the units of the field; None while one of them has none yet, which is not settled by
    saying that it does not apply or could not be collected."""
    known = []
    for given in of_units:
        found = ratio(item, given)
        if isinstance(found, Fraction):
            known.append(found)
        elif found == Why.NO_FIGURE:
            return None
    return max(known, default=None)


def score(
    items: Sequence[Item], given: Mapping[str, Given], best: Mapping[str, Best] | None = None
) -> dict[str, Points]:
    """The points of one unit, by code. `best`: of components that are measured by the best unit, its ratio, or why
    it is not told; without one they wait for the close."""
    below: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        below[item.parent].append(item)
    found: dict[str, Points] = {}
    for item in below[""]:
        _add(item, below, given, best or {}, found)
    return found


def _add(
    item: Item,
    below: Mapping[str, Sequence[Item]],
    given: Mapping[str, Given],
    best: Mapping[str, Best],
    found: dict[str, Points],
) -> Points:
    if item.is_group:
        parts = [_add(part, below, given, best, found) for part in below.get(item.code, ())]
        found[item.code] = together(parts, Fraction(item.maximum))
    else:
        found[item.code] = points(item, given.get(item.code, Given(why=Why.NO_FIGURE)), best.get(item.code))
    return found[item.code]


def together(parts: Sequence[Points], cap: Fraction) -> Points:
    """The sum of what is known, at most `cap`; what does not apply leaves as much less to be reached."""
    maximum = min(cap, sum((part.maximum for part in parts), ZERO))
    n, m = sum(part.n for part in parts), sum(part.m for part in parts)
    known = [part.points for part in parts if part.points is not None]
    if not known:
        return Points(None, maximum, Why.PARTS_MISSING if m else Why.NOT_APPLICABLE, n, m)
    return Points(min(maximum, sum(known, ZERO)), maximum, None, n, m)


def points(item: Item, given: Given, best: Best = None) -> Points:
    """Of one component."""
    found = _share(item, given, best)
    if found == Why.NOT_APPLICABLE and not item.may_not_apply and given.why == Why.NOT_APPLICABLE:
        found = Why.MAY_NOT_BE_LEFT_OUT
    if found == Why.NOT_APPLICABLE:
        return Points(None, ZERO, Why.NOT_APPLICABLE)
    maximum = Fraction(item.maximum)
    if isinstance(found, Why):
        return Points(None, maximum, found, 0, 1)
    return Points(found * maximum if item.maximum else ZERO, maximum, None, 1, 1)


def _share(item: Item, given: Given, best: Best) -> Fraction | Why:
    """The share of the maximum that is reached."""
    if not given.is_known or given.part is None:
        return given.why or Why.NO_FIGURE
    if item.rule == Rule.GIVEN:
        return _within(given.part, item.maximum)
    if item.rule == Rule.STEPS:
        reached = [step.points for step in item.steps if given.part >= step.at_least]
        return _within(max(reached, default=Decimal(0)), item.maximum)
    if item.rule == Rule.YES_NO:
        return ONE if given.part else ZERO
    return _by_ratio(item, given, best)


def _within(reached: Decimal, maximum: Decimal) -> Fraction | Why:
    if not 0 <= reached <= maximum:
        return Why.OUT_OF_RANGE
    return Fraction(reached) / Fraction(maximum) if maximum else ZERO


def _by_ratio(item: Item, given: Given, best: Best) -> Fraction | Why:
    found = ratio(item, given)
    if isinstance(found, Zero):
        return _of_nothing(found)
    if isinstance(found, Why):
        return found
    if item.rule == Rule.BEST:
        if not isinstance(best, Fraction):
            return best or Why.WAITS
        return clamped(found / best) if best > 0 else _of_nothing(item.when_zero)
    if item.rule == Rule.THRESHOLD:
        return clamped(found / (Fraction(item.full_at or 100) / 100))
    return clamped(found)


def _of_nothing(said: Zero) -> Fraction | Why:
    if said == Zero.NO_VALUE:
        return Why.NOTHING_TO_COUNT
    if said == Zero.NOT_APPLICABLE:
        return Why.NOT_APPLICABLE
    return ONE if said == Zero.ALL_POINTS else ZERO


def clamped(share: Fraction) -> Fraction:
    return max(ZERO, min(ONE, share))


# --- The whole of a unit


def total(items: Sequence[Item], found: Mapping[str, Points]) -> Points:
    """Over the groups on top."""
    top = [item for item in items if not item.parent]
    return together([found[item.code] for item in top], Fraction(sum(item.maximum for item in top)))


def index(of: Points, full: Decimal) -> Fraction | None:
    """What units are ranked by: the points on the scale of the framework, so that a unit to which less applies is
    measured like the others."""
    return None if of.share is None else of.share * Fraction(full)


def shown(exact: Fraction, decimals: int) -> Decimal:
    """As it is published: halves are rounded away from 0."""
    scaled = abs(exact) * 10**decimals
    nearest = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(nearest if exact >= 0 else -nearest).scaleb(-decimals)


# --- Small tables that are written as text


class Unreadable(ValueError):
    """`args[0]` is a sentence that names what could not be read."""


def read_steps(text: str) -> tuple[Step, ...]:
    """ "4: 20; 3: 15; 2: 10; 1: 5" """
    return tuple(Step(_number(left), _number(right)) for left, right in _pairs(text))


def read_levels(text: str) -> tuple[tuple[Decimal, str], ...]:
    """ "90: Dẫn đầu; 70: Khá": from which per cent of the maximum on a level is reached, the highest first."""
    found = [(_number(left), right) for left, right in _pairs(text)]
    if any(not 0 <= share <= 100 for share, _name in found):
        raise Unreadable(_("A level begins between 0 and 100 per cent of the maximum."))
    return tuple(sorted(found, reverse=True))


def level(levels: Sequence[tuple[Decimal, str]], share: Fraction) -> str:
    return next((name for least, name in levels if share * 100 >= Fraction(least)), "")


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = []
    for each in filter(None, (part.strip() for part in text.split(";"))):
        left, colon, right = each.partition(":")
        if not colon or not right.strip():
            raise Unreadable(_("“%(text)s” is no step: write “4: 20; 3: 15”.") % {"text": each})
        pairs.append((left.strip(), right.strip()))
    if len({left for left, _right in pairs}) < len(pairs):
        raise Unreadable(_("A step stands twice in “%(text)s”.") % {"text": text})
    return pairs


def _number(text: str) -> Decimal:
    try:
        return numbers.parse(text, decimals=None, percent=True).value
    except numbers.Unreadable as wrong:
        raise Unreadable(wrong.sentence) from wrong
