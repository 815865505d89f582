"""What a place of a figure holds (domain.md 10), over how many units (domain.md 11), and who is missing in it.

Readers see one status for both missing and not available, the latter with its reason; a reported zero is a value
like any other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from .progress import LATE, MET, Status

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
    n_closing: int = 0
    n_closing_reported: int = 0


def sums_of(total: object) -> Sums:
    """From whatever carries the same names."""
    return Sums(**{name: getattr(total, name) for name in Sums.__dataclass_fields__})


@dataclass(frozen=True)
class Coverage:
    """`n` of `m` units reported; those whom the indicator does not concern are not counted (domain.md 11). Of a sum
    of several periods a unit counts once in each (`counts_periods`): 101 of 114 unit-periods."""

    n: int
    m: int
    counts_periods: bool = False
    n_closing: int = 0  # of `m_closing` closing reports, which are counted apart
    m_closing: int = 0

    @property
    def is_partial(self) -> bool:
        return self.n < self.m or self.n_closing < self.m_closing

    @property
    def is_thin(self) -> bool:
        """Fewer than half: a share over so few is shown, and held against nothing."""
        return 2 * self.n < self.m

    def __str__(self) -> str:
        return f"{self.n}/{self.m}" if self.m else "–"


def coverage(sums: Sums) -> Coverage:
    return Coverage(
        sums.n_reported,
        sums.n_expected - sums.n_not_applicable,
        n_closing=sums.n_closing_reported,
        m_closing=sums.n_closing,
    )


def over_periods(parts: Sequence[Coverage | None]) -> Coverage:
    """Of every part of a longer period, None where nothing is known of it: such a one counts with as many units as
    the fullest, so that no sum over fewer parts looks whole."""
    known = [part for part in parts if part is not None]
    most = max((part.m for part in known), default=0)
    unknown = len(parts) - len(known)
    return Coverage(
        sum(part.n for part in known),
        sum(part.m for part in known) + unknown * most,
        counts_periods=True,
        n_closing=sum(part.n_closing for part in known),
        m_closing=sum(part.m_closing for part in known),
    )


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


@dataclass(frozen=True)
class Headline:
    """Of the lines that have a value of the province: how many have data, and of those how they stand to what the
    province aims at. `targeted`: how many have a target of the province, with data or without."""

    all: int = 0
    reported: int = 0
    targeted: int = 0
    met: int = 0
    on_track: int = 0
    late: int = 0
    no_target: int = 0
    not_comparable: int = 0


def headline(lines: Iterable[tuple[Standing, Status, bool]]) -> Headline:
    """From (standing, status, has a target of the province) of every line. Everything with data is counted once
    among met, on track, late, without target and not comparable."""
    asked = [line for line in lines if line[0] not in NOT_ASKED]
    said = [status for standing, status, _has_target in asked if standing not in WITHOUT_DATA]
    return Headline(
        all=len(asked),
        reported=len(said),
        targeted=sum(has_target for _standing, _status, has_target in asked),
        met=sum(status in MET for status in said),
        on_track=said.count(Status.ON_TRACK),
        late=sum(status in LATE for status in said),
        no_target=said.count(Status.NO_TARGET),
        not_comparable=said.count(Status.NOT_COMPARABLE),
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
