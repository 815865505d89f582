"""The one way to record, replace and withdraw targets and baselines: append-only, with who, when and why
(domain.md 15, 16). Every refusal is a sentence, and then nothing was written.

Whoever comes second loses: a figure is replaced by a compare-and-swap on `superseded_at`, on both databases.
"""

from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .clock import now
from .models import Baseline, Document, Indicator, Programme, Target, Unit, User
from .models.targets import Recorded
from .refusals import Refused

Row = TypeVar("Row", bound=Recorded)
REPLACED_MEANWHILE = gettext_lazy(
    "Somebody has replaced or withdrawn this figure meanwhile. Look at what holds now."
)


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
    return _record(
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
    return _record(
        Baseline(indicator=indicator, unit=unit, year=year, value=value, document=document, recorded_by=by)
    )


def replace_target(old: Target, *, value: Decimal, operator: str, reason: str, by: User | None) -> Target:
    """The same document's target, put right."""
    return _replace(old, reason=reason, by=by, value=value, operator=operator)


def replace_baseline(
    old: Baseline, *, year: int, value: Decimal, document: Document, reason: str, by: User | None
) -> Baseline:
    """A baseline may move to another year and document: there is one for each indicator and unit."""
    return _replace(old, reason=reason, by=by, year=year, value=value, document=document)


def withdraw_target(old: Target, *, reason: str, by: User | None) -> None:
    _supersede(old, reason=reason, by=by)


def withdraw_baseline(old: Baseline, *, reason: str, by: User | None) -> None:
    _supersede(old, reason=reason, by=by)


def _replace(old: Row, *, reason: str, by: User | None, **changes: Any) -> Row:
    of_target = ("level", "operator", "programme") if isinstance(old, Target) else ()
    facts = {name: getattr(old, name) for name in ("indicator", "unit", "document", "year", "value", *of_target)}
    with transaction.atomic():
        _supersede(old, reason=reason, by=by)
        return _record(type(old)(**{**facts, **changes}, recorded_by=by))


def _supersede(old: Recorded, *, reason: str, by: User | None) -> None:
    if not reason.strip():
        raise Refused(_("Give the reason why this figure no longer holds."))
    current = type(old)._default_manager.filter(pk=old.pk, superseded_at__isnull=True)
    if not current.update(superseded_at=now(), superseded_by=by, superseded_because=reason.strip()):
        raise Refused(str(REPLACED_MEANWHILE))


def _record(row: Row) -> Row:
    relations = [each.name for each in row._meta.fields if each.is_relation]
    try:
        row.clean_fields(relations)  # they come as objects, not as something typed
        row.validate_constraints()
        with transaction.atomic():
            row.save(force_insert=True)
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages)) from wrong
    except IntegrityError as taken:
        raise Refused(_("Somebody has recorded this figure at the same moment. Look at what holds now.")) from taken
    return row
