"""Figures that are entered from documents, from tables: append-only, so that another figure replaces for a reason
(domain.md 15)."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy
from import_export import fields

from ..clock import today
from ..models import Definition, Document, Indicator
from ..refusals import Refused
from .base import Resource
from .widgets import DayWidget, FigureWidget, LookupWidget, TextWidget, YearWidget

DOCUMENT = {
    "value": gettext_lazy("value"),
    "document": gettext_lazy("document"),
    "document_signed_on": gettext_lazy("signed on"),
    "document_signed_by": gettext_lazy("signed by"),
    "reason": gettext_lazy("why it replaces the earlier figure"),
}
ANOTHER_DAY = gettext_lazy("The day or the signer differs from what is recorded of this document; change it there.")


class FromDocumentResource(Resource):
    """One row a figure that holds. The same figure is left alone; another needs a reason."""

    agree = ((("document",), ("document_signed_on", "document_signed_by")),)
    replaceable: tuple[str, ...] = ("value",)
    another: Any = gettext_lazy(
        "Another figure is recorded here, %(figure)s. Give the reason in the column “%(column)s”."
    )

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
        facts = (instance.document.signed_on, instance.document.signed_by)
        if self.told.get(instance.document.name, facts) != facts:
            yield str(ANOTHER_DAY)
        if not instance._state.adding and self._is_another(instance) and not self.row.values.get("reason"):
            said = {"figure": self.shown(self.original), "column": self.labels["reason"]}
            yield str(self.another) % said

    def shown(self, row: Any) -> str:
        return FigureWidget().render(row.value)

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


class OfIndicatorResource(FromDocumentResource):
    """Of an indicator and a year; of a percentage a figure is read as one."""

    indicator = fields.Field(
        attribute="indicator",
        widget=LookupWidget(Indicator, unknown=gettext_lazy("No indicator has the code “%(text)s”.")),
    )
    year = fields.Field(attribute="year", widget=YearWidget())

    def load(self) -> None:
        super().load()
        newest = Definition.objects.on(today()).filter(unit_of_measure="%")
        self.percentages = set(newest.order_by("pk").values_list("indicator__code", flat=True))

    def is_percent(self, cells: dict[str, Any]) -> bool:
        return cells["indicator"] in self.percentages
