"""Base figures and figures of other places, from tables: append-only, so another figure replaces for a reason."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import fields

from .. import recording
from ..clock import today
from ..models import BaseFigure, BaseKind, Definition, Document, Indicator, ReferenceFigure
from ..refusals import Refused
from .base import Resource, UnitField
from .widgets import ChoiceWidget, DayWidget, FigureWidget, LookupWidget, TextWidget, YearWidget

DOCUMENT = {
    "value": gettext_lazy("value"),
    "document": gettext_lazy("document"),
    "document_signed_on": gettext_lazy("signed on"),
    "document_signed_by": gettext_lazy("signed by"),
    "reason": gettext_lazy("why it replaces the earlier figure"),
}


class FromDocumentResource(Resource):
    """One row a figure that holds. The same figure is left alone; another needs a reason."""

    agree = ((("document",), ("document_signed_on", "document_signed_by")),)
    replaceable: tuple[str, ...] = ("value",)

    value = fields.Field(attribute="value", widget=FigureWidget())
    document = fields.Field(attribute="document__name", widget=TextWidget())
    document_signed_on = fields.Field(attribute="document__signed_on", widget=DayWidget())
    document_signed_by = fields.Field(attribute="document__signed_by", widget=TextWidget())
    reason = fields.Field(widget=TextWidget())

    def load(self) -> None:
        self.documents = {row.name: row for row in Document.objects.order_by("pk")}
        self.told = {name: (row.signed_on, row.signed_by) for name, row in self.documents.items()}
        self.current = {self.key_of(row): row for row in self.get_queryset()}

    def key_of(self, row: Any) -> tuple[Any, ...]:
        """What one figure that holds is known by."""
        raise NotImplementedError

    def key_in(self, values: dict[str, Any]) -> tuple[Any, ...]:
        raise NotImplementedError

    def find(self, values: dict[str, Any]) -> Any:
        """Nothing is said of a document by an empty cell."""
        for name in ("document_signed_on", "document_signed_by"):
            if not values.get(name):
                values.pop(name, None)
        return self.current.get(self.key_in(values))

    def make(self, values: dict[str, Any]) -> Any:
        return self._meta.model(document=self._document(values["document"]))

    def _document(self, name: str) -> Document:
        return self.documents.setdefault(name, Document(name=name))

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Another document is another one, not the first by another name."""
        instance.document = self._document(self.row.values["document"])
        super().import_instance(instance, row, **kwargs)

    def rules(self, instance: Any) -> Iterator[str]:
        document = instance.document
        if self.told.get(document.name, (document.signed_on, document.signed_by)) != (
            document.signed_on,
            document.signed_by,
        ):
            yield _("The day or the signer differs from what is recorded of this document; change it there.")
        if not instance._state.adding and self._is_another(instance) and not self.row.values.get("reason"):
            yield _("Another figure is recorded here, %(figure)s. Give the reason in the column “%(column)s”.") % {
                "figure": FigureWidget().render(self.original.value),
                "column": self.labels["reason"],
            }

    def _is_another(self, instance: Any) -> bool:
        return instance.document.name != self.original.document.name or any(
            getattr(instance, name) != getattr(self.original, name) for name in self.replaceable
        )

    def parts(self, instance: Any) -> list[models.Model]:
        """The figure itself is checked where it is recorded."""
        return [instance.document] if instance.document._state.adding else []

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        try:
            if instance.document._state.adding:
                instance.document.save()
            made = self.recorded(instance) if is_create else self.replaced(self.original, instance)
        except Refused as refused:
            raise Refused(self.in_row(refused.sentence)) from refused
        instance.pk = made.pk

    def recorded(self, instance: Any) -> Any:
        raise NotImplementedError

    def replaced(self, old: Any, instance: Any) -> Any:
        raise NotImplementedError


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


class ReferenceFigureResource(FromDocumentResource):
    labels = {
        "indicator": gettext_lazy("indicator code"),
        "place": gettext_lazy("place"),
        "year": gettext_lazy("year"),
        **DOCUMENT,
    }
    required = ("indicator", "place", "year", "value", "document")

    indicator = fields.Field(
        attribute="indicator",
        widget=LookupWidget(Indicator, unknown=gettext_lazy("No indicator has the code “%(text)s”.")),
    )
    place = fields.Field(attribute="place", widget=TextWidget())
    year = fields.Field(attribute="year", widget=YearWidget())

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

    def load(self) -> None:
        super().load()
        newest = Definition.objects.on(today()).filter(unit_of_measure="%")
        self.percentages = set(newest.order_by("pk").values_list("indicator__code", flat=True))

    def is_percent(self, cells: dict[str, Any]) -> bool:
        return cells["indicator"] in self.percentages

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
