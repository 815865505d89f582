"""How figures of several units become one: arithmetic on plain values, no database (domain.md 7-11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Contribution:
    """What one expected reporter said about one subject; `state` is "" where nothing has been approved."""

    state: str = ""
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_closing: bool = False  # of a unit that ended before the cut-off day: counted apart


@dataclass(frozen=True)
class Rollup:
    """Sums and their coverage. A sum over nothing is None, never zero."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    n_expected: int = 0
    n_reported: int = 0
    n_without_parts: int = 0
    n_not_available: int = 0
    n_not_applicable: int = 0
    n_closing: int = 0  # closing reports expected
    n_closing_reported: int = 0  # of these, or not concerned


def add(numbers: Iterable[Decimal | None]) -> Decimal | None:
    known = [n for n in numbers if n is not None]
    return sum(known, ZERO) if known else None


def over_reporters(rule: str, contributions: list[Contribution]) -> Rollup:
    """Contributions about one subject. A percentage is never added: a ratio keeps its parts (domain.md 7)."""
    reported = [c for c in contributions if c.state == "reported"]
    with_parts = [c for c in reported if c.numerator is not None]
    is_ratio = rule == "ratio"
    closing = [c for c in contributions if c.is_closing]
    counted = [c for c in contributions if not c.is_closing]
    return Rollup(
        value=_value(rule, reported),
        numerator=add(c.numerator for c in with_parts) if is_ratio else None,
        denominator=add(c.denominator for c in with_parts) if is_ratio else None,
        n_expected=len(counted),
        n_reported=sum(c.state == "reported" for c in counted),
        n_without_parts=len(reported) - len(with_parts) if is_ratio else 0,
        n_not_available=sum(c.state == "not_available" for c in counted),
        n_not_applicable=sum(c.state == "not_applicable" for c in counted),
        n_closing=len(closing),
        n_closing_reported=sum(c.state in ("reported", "not_applicable") for c in closing),
    )


def _value(rule: str, reported: list[Contribution]) -> Decimal | None:
    if rule == "sum":
        return add(c.value for c in reported)
    if rule == "count":
        return add(Decimal(c.value == 1) for c in reported)
    return None


def over_subjects(below: list[Rollup]) -> Rollup:
    """The subjects of a parent: sums of sums; the counts are of subject units (domain.md 6)."""
    return Rollup(
        value=add(r.value for r in below),
        numerator=add(r.numerator for r in below),
        denominator=add(r.denominator for r in below),
        n_expected=sum(r.n_expected for r in below),
        n_reported=sum(r.n_reported for r in below),
        n_without_parts=sum(r.n_without_parts for r in below),
        n_not_available=sum(r.n_not_available for r in below),
        n_not_applicable=sum(r.n_not_applicable for r in below),
        n_closing=sum(r.n_closing for r in below),
        n_closing_reported=sum(r.n_closing_reported for r in below),
    )


def as_one_unit(own: Rollup) -> Rollup:
    """A subject with contributions of its own counts as one unit above, and as reported only when all of its
    reporters did: a total is never silently partial (domain.md 11)."""
    concerned = own.n_expected - own.n_not_applicable
    complete = concerned > 0 and own.n_reported == concerned
    return Rollup(
        value=own.value,
        numerator=own.numerator,
        denominator=own.denominator,
        n_expected=int(own.n_expected > 0),
        n_reported=int(complete),
        n_without_parts=int(own.n_without_parts > 0),
        n_not_available=int(not complete and own.n_not_available > 0),
        n_not_applicable=int(concerned == 0 and own.n_expected > 0),
        n_closing=own.n_closing,
        n_closing_reported=own.n_closing_reported,
    )
