"""The one way to record, replace and withdraw targets and baselines (domain.md 15, 16)."""

from decimal import Decimal

from .models import Baseline, Document, Indicator, Programme, Target, Unit, User
from .recording import record, replace, supersede


def record_target(
    *,
    indicator: Indicator,
    level: str,
    unit: Unit | None,
    year: int,
    operator: str,
    value: Decimal,
    document: Document,
    programme: Programme | None = None,
    by: User | None,
) -> Target:
    """A target that no document has set yet; another figure of the same document is a replacement."""
    return record(
        Target(
            indicator=indicator,
            level=level,
            unit=unit,
            year=year,
            operator=operator,
            value=value,
            document=document,
            programme=programme,
            recorded_by=by,
        )
    )


def record_baseline(
    *, indicator: Indicator, unit: Unit | None, year: int, value: Decimal, document: Document, by: User | None
) -> Baseline:
    return record(
        Baseline(indicator=indicator, unit=unit, year=year, value=value, document=document, recorded_by=by)
    )


def replace_target(old: Target, *, value: Decimal, operator: str, reason: str, by: User | None) -> Target:
    """The same document's target, put right."""
    return replace(old, reason=reason, by=by, value=value, operator=operator)


def replace_baseline(
    old: Baseline, *, year: int, value: Decimal, document: Document, reason: str, by: User | None
) -> Baseline:
    """A baseline may move to another year and document: there is one for each indicator and unit."""
    return replace(old, reason=reason, by=by, year=year, value=value, document=document)


def withdraw_target(old: Target, *, reason: str, by: User | None) -> None:
    supersede(old, reason=reason, by=by)


def withdraw_baseline(old: Baseline, *, reason: str, by: User | None) -> None:
    supersede(old, reason=reason, by=by)
