"""Base figures and figures of other places, from tables."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy
from import_export import fields

from .. import recording
from ..models import BaseFigure, BaseKind, ReferenceFigure
from .base import UnitField
from .documents import DOCUMENT, FromDocumentResource, OfIndicatorResource
from .widgets import ChoiceWidget, DayWidget, FigureWidget, TextWidget


class BaseFigureResource(FromDocumentResource):
    labels = {
        "unit": gettext_lazy("unit code"),
        "kind": gettext_lazy("kind of base figure"),
        "day": gettext_lazy("as of"),
        "source": gettext_lazy("source"),
        **DOCUMENT,
    }
    required = ("unit", "kind", "day", "value", "source", "document")
    dated_by = "day"
    replaceable = ("value", "source")

    unit = UnitField(attribute="unit")
    kind = fields.Field(attribute="kind", widget=ChoiceWidget(BaseKind))
    day = fields.Field(attribute="day", widget=DayWidget())
    value = fields.Field(attribute="value", widget=FigureWidget(decimals=0))
    source = fields.Field(attribute="source", widget=TextWidget())

    class Meta:
        model = BaseFigure
        fields = (
            "unit",
            "kind",
            "day",
            "value",
            "source",
            "document",
            "document_signed_on",
            "document_signed_by",
            "reason",
        )
        import_id_fields = ("unit", "kind", "day")

    def get_queryset(self) -> models.QuerySet[BaseFigure]:
        rows = BaseFigure.objects.filter(superseded_at__isnull=True).select_related("unit", "document")
        return rows.order_by("unit", "kind", "day", "pk")

    def key_of(self, row: Any) -> tuple[Any, ...]:
        return row.unit_id, row.kind, row.day

    def key_in(self, values: dict[str, Any]) -> tuple[Any, ...]:
        return values["unit"].pk if values["unit"] else None, values["kind"], values["day"]

    def recorded(self, instance: BaseFigure) -> BaseFigure:
        return recording.record_base_figure(
            unit=instance.unit,
            kind=instance.kind,
            day=instance.day,
            value=instance.value,
            source=instance.source,
            document=instance.document,
            by=self.user,
        )

    def replaced(self, old: BaseFigure, instance: BaseFigure) -> BaseFigure:
        return recording.replace_base_figure(
            old,
            value=instance.value,
            source=instance.source,
            document=instance.document,
            reason=self.row.values["reason"],
            by=self.user,
        )


class ReferenceFigureResource(OfIndicatorResource):
    labels = {
        "indicator": gettext_lazy("indicator code"),
        "place": gettext_lazy("place"),
        "year": gettext_lazy("year"),
        **DOCUMENT,
    }
    required = ("indicator", "place", "year", "value", "document")

    place = fields.Field(attribute="place", widget=TextWidget())

    class Meta:
        model = ReferenceFigure
        fields = (
            "indicator",
            "place",
            "year",
            "value",
            "document",
            "document_signed_on",
            "document_signed_by",
            "reason",
        )
        import_id_fields = ("indicator", "place", "year")

    def get_queryset(self) -> models.QuerySet[ReferenceFigure]:
        rows = ReferenceFigure.objects.filter(superseded_at__isnull=True).select_related("indicator", "document")
        return rows.order_by("indicator__code", "place", "year", "pk")

    def key_of(self, row: Any) -> tuple[Any, ...]:
        return row.indicator_id, row.place, row.year

    def key_in(self, values: dict[str, Any]) -> tuple[Any, ...]:
        return values["indicator"].pk, values["place"], values["year"]

    def recorded(self, instance: ReferenceFigure) -> ReferenceFigure:
        return recording.record_reference_figure(
            indicator=instance.indicator,
            place=instance.place,
            year=instance.year,
            value=instance.value,
            document=instance.document,
            by=self.user,
        )

    def replaced(self, old: ReferenceFigure, instance: ReferenceFigure) -> ReferenceFigure:
        return recording.replace_reference_figure(
            old,
            value=instance.value,
            document=instance.document,
            reason=self.row.values["reason"],
            by=self.user,
        )
