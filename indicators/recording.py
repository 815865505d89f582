"""The one way to record, replace and withdraw figures that are entered from documents: append-only, with who, when
and why (domain.md 15, 16, 42, 44). Every refusal is a sentence, and then nothing was written.

Whoever comes second loses: a figure is replaced by a compare-and-swap on `superseded_at`, on both databases.
"""

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .clock import now, today
from .models import BaseFigure, Document, FromDocument, Indicator, ReferenceFigure, Unit, User
from .refusals import Refused

Row = TypeVar("Row", bound=FromDocument)
OF_THE_ROW = ("id", "recorded_at", "recorded_by", "superseded_at", "superseded_by", "superseded_because")
REPLACED_MEANWHILE = gettext_lazy(
    "Somebody has replaced or withdrawn this figure meanwhile. Look at what holds now."
)


def record_base_figure(
    *, unit: Unit, kind: str, day: date, value: Decimal, source: str, document: Document, by: User | None
) -> BaseFigure:
    _refuse_no_count(value, day)
    return record(
        BaseFigure(unit=unit, kind=kind, day=day, value=value, source=source, document=document, recorded_by=by)
    )


def replace_base_figure(
    old: BaseFigure, *, value: Decimal, source: str, document: Document, reason: str, by: User | None
) -> BaseFigure:
    """Of the same unit, kind and day: what was wrong, or what a better source says."""
    _refuse_no_count(value, old.day)
    return replace(old, reason=reason, by=by, value=value, source=source, document=document)


def _refuse_no_count(value: Decimal, day: date) -> None:
    if value != value.to_integral_value():
        raise Refused(_("A base figure is counted, so it has no decimals."))
    if day > today():
        raise Refused(_("A base figure speaks of a day that has come, not of one ahead."))


def record_reference_figure(
    *, indicator: Indicator, place: str, year: int, value: Decimal, document: Document, by: User | None
) -> ReferenceFigure:
    return record(
        ReferenceFigure(indicator=indicator, place=place, year=year, value=value, document=document, recorded_by=by)
    )


def replace_reference_figure(
    old: ReferenceFigure, *, value: Decimal, document: Document, reason: str, by: User | None
) -> ReferenceFigure:
    return replace(old, reason=reason, by=by, value=value, document=document)


def withdraw(old: FromDocument, *, reason: str, by: User | None) -> None:
    supersede(old, reason=reason, by=by)


def replace(old: Row, *, reason: str, by: User | None, **changes: Any) -> Row:
    facts = {f.name: getattr(old, f.name) for f in old._meta.concrete_fields if f.name not in OF_THE_ROW}
    with transaction.atomic():
        supersede(old, reason=reason, by=by)
        return record(type(old)(**{**facts, **changes}, recorded_by=by))


def supersede(old: FromDocument, *, reason: str, by: User | None) -> None:
    if not reason.strip():
        raise Refused(_("Give the reason why this figure no longer holds."))
    current = type(old)._default_manager.filter(pk=old.pk, superseded_at__isnull=True)
    if not current.update(superseded_at=now(), superseded_by=by, superseded_because=reason.strip()):
        raise Refused(str(REPLACED_MEANWHILE))


def record(row: Row) -> Row:
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
