"""Base figures in the tests: recorded as administrators record them, and lines whose denominator they are."""

from datetime import date
from decimal import Decimal

from indicators import recording
from indicators.models import BaseFigure, Document, Entry, Indicator, Submission, Unit
from tests.factories import ratio

WELL_BEFORE = date(2026, 4, 1)


def book() -> Document:
    return Document.objects.get_or_create(name="Niên giám thống kê 2025")[0]


def households(unit: Unit, value: int, *, day: date = WELL_BEFORE, kind: str = "households") -> BaseFigure:
    facts = {"unit": unit, "kind": kind, "day": day, "source": "Cục Thống kê"}
    return recording.record_base_figure(**facts, value=Decimal(value), document=book(), by=None)


def corrected(old: BaseFigure, value: int) -> BaseFigure:
    facts = {"source": "Chi cục Thống kê", "document": book(), "reason": "Đếm lại", "by": None}
    return recording.replace_base_figure(old, value=Decimal(value), **facts)


def covered(code: str = "XH.02", **definition) -> Indicator:
    """Of all households so many are covered."""
    names = {"numerator_name": "Số hộ được phủ mạng", "denominator_name": "Tổng số hộ"}
    return ratio(code, **names | {"denominator_kind": "households"} | definition)


def stored(submission: Submission) -> list[tuple]:
    """(numerator, denominator, base figure, objection), in the order of the form."""
    rows = Entry.objects.filter(submission=submission).order_by("line__order", "pk")
    return list(rows.values_list("numerator", "denominator", "base", "objection"))
