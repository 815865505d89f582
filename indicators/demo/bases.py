"""Made-up households of each commune, of which its share is counted, under a document whose name says so."""

from datetime import date
from decimal import Decimal
from zlib import crc32

from django.db.models import Q

from indicators.models import BaseFigure, BaseKind, Definition, Document, Unit, UnitKind
from indicators.recording import record_base_figure

from .walk import people

INDICATOR = "XH.02"
DOCUMENT = "Niên giám thống kê minh họa, không có thật"
SOURCE = "Cục Thống kê (minh họa)"
WITHOUT = "03405"  # whose figure nobody has recorded: there the denominator is typed
OBJECTION = "Sau rà soát, xã có thêm 12 hộ mới tách chưa có trong số liệu nền; đề nghị cập nhật (minh họa)."


def households(code: str) -> int:
    """The same for a commune on every run."""
    return 900 + crc32(code.encode()) % 2100


def enter(day: date) -> None:
    """As of `day`, on which the communes live."""
    for definition in Definition.objects.filter(indicator__code=INDICATOR, denominator_kind="").order_by("pk"):
        definition.denominator_kind = BaseKind.HOUSEHOLDS
        definition.save(update_fields=["denominator_kind"])
    document, is_new = Document.objects.get_or_create(name=DOCUMENT)
    if is_new or not BaseFigure.objects.filter(document=document).exists():
        _record(day, document)


def _record(day: date, document: Document) -> None:
    by, living = people()["admin"], Q(ended__isnull=True) | Q(ended__gt=day)
    for unit in Unit.objects.with_slice(day).filter(living, began__lte=day).order_by("pk"):
        code = unit.code_on_day
        if unit.kind_on_day != UnitKind.COMMUNE or code in (None, WITHOUT):
            continue
        record_base_figure(
            unit=unit,
            kind=BaseKind.HOUSEHOLDS,
            day=day,
            value=Decimal(households(code)),
            source=SOURCE,
            document=document,
            by=by,
        )
