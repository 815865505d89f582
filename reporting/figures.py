"""Arithmetic and decisions of the readers' pages, on plain values: no database, nothing of ours imported.

Standings say what a place of a figure holds (domain.md 10). Readers see one status for both missing and not
available, the latter with its reason; a reported zero is a value like any other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from django.utils.translation import gettext as _

Expected = Mapping[int, Collection[int]]  # subject → the reporters whose contribution is expected
Item = TypeVar("Item")


class Standing(StrEnum):
    REPORTED = "reported"
    NOT_COMPUTABLE = "not_computable"  # a ratio of which somebody gave only the percentage (domain.md 7)
    NO_RULE = "no_rule"  # several figures about one subject, and no rule that makes them one
    BY_UNIT = "by_unit"  # the indicator has no value above the unit
    MISSING = "missing"
    NOT_AVAILABLE = "not_available"
    NOT_APPLICABLE = "not_applicable"


WITHOUT_DATA = (Standing.MISSING, Standing.NOT_AVAILABLE)
NOT_ASKED = (Standing.BY_UNIT, Standing.NOT_APPLICABLE)


@dataclass(frozen=True)
class Sums:
    """A total as it is stored: sums, and how many of those expected stand behind them."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    n_expected: int = 0
    n_reported: int = 0
    n_without_parts: int = 0
    n_not_available: int = 0
    n_not_applicable: int = 0


def sums_of(total: object) -> Sums:
    """From whatever carries the same names."""
    return Sums(**{name: getattr(total, name) for name in Sums.__dataclass_fields__})


@dataclass(frozen=True)
class Coverage:
    """`n` of `m` units reported; those whom the indicator does not concern are not counted (domain.md 11)."""

    n: int
    m: int

    @property
    def is_partial(self) -> bool:
        return self.n < self.m

    def __str__(self) -> str:
        return f"{self.n}/{self.m}" if self.m else "–"


def coverage(sums: Sums) -> Coverage:
    return Coverage(sums.n_reported, sums.n_expected - sums.n_not_applicable)


def standing_of_total(rule: str, sums: Sums) -> Standing:
    """What a total holds. `rule` is the rule over units: sum, ratio, count or none (domain.md 7, 9)."""
    if rule == "ratio" and sums.n_without_parts:
        return Standing.NOT_COMPUTABLE
    if (sums.numerator if rule == "ratio" else sums.value) is not None:
        return Standing.REPORTED
    if sums.n_reported:
        return Standing.NO_RULE
    return standing_of_nothing(sums)


def standing_of_nothing(sums: Sums) -> Standing:
    if sums.n_not_available:
        return Standing.NOT_AVAILABLE
    if sums.n_expected and sums.n_expected == sums.n_not_applicable:
        return Standing.NOT_APPLICABLE
    return Standing.MISSING


def status(standing: Standing, *, has_target: bool = False) -> tuple[str, str]:
    """(class, word) of the status column. Without a target there is no colour, and never red (domain.md 15); nor
    is there one while nothing says how far along the way to it the figure should be. `has_target`: the province
    has set one of its own; a national one is a reference."""
    if standing in WITHOUT_DATA:
        return "no-data", _("No data")
    if standing == Standing.NOT_APPLICABLE:
        return "not_applicable", _("Not applicable")
    return "no-target", _("Target entered, not assessed yet") if has_target else _("No target")


@dataclass(frozen=True)
class Headline:
    """Of the lines that have a value of the province: how many have data, how many a target of the province."""

    reported: int
    targeted: int
    all: int


def headline(lines: Iterable[tuple[Standing, bool]]) -> Headline:
    """From (standing, has a target of the province) of every line."""
    asked = [(standing, has_target) for standing, has_target in lines if standing not in NOT_ASKED]
    return Headline(
        reported=sum(standing not in WITHOUT_DATA for standing, _has_target in asked),
        targeted=sum(has_target for _standing, has_target in asked),
        all=len(asked),
    )


def expected_sums(expected: Expected, top: int | None) -> Sums:
    """Coverage before anything was published: contributions about `top`, else the subjects below it."""
    return Sums(n_expected=len(expected[top]) if top is not None and top in expected else len(expected))


def lacking(expected: Expected, said: Collection[tuple[int, int]], top: int | None) -> list[int]:
    """Units that a figure about `top` still waits for. `said`: (subject, reporter) that reported or are not
    concerned. Below `top` a subject counts only when all of its reporters have said theirs."""
    if top is not None and top in expected:
        return [reporter for reporter in sorted(expected[top]) if (top, reporter) not in said]
    return [s for s, reporters in sorted(expected.items()) if any((s, r) not in said for r in reporters)]


def newest_published(periods: Sequence[tuple[Item, bool]]) -> Item | None:
    """Of (period, is published) from new to old: the newest published one, else the newest."""
    published = (period for period, is_published in periods if is_published)
    return next(published, periods[0][0] if periods else None)


def days_late(due: date, today: date) -> int:
    """0 through the due day, then 1, 2, …"""
    return max(0, (today - due).days)


def places(number: Decimal) -> int:
    """The decimals a number needs: 729.000000 needs none."""
    return max(0, -int(number.normalize().as_tuple().exponent))
