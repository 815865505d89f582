"""Targets: append-only, so that another figure replaces for a reason (domain.md 15)."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import fields

from .. import targets
from ..clock import today
from ..models import Definition, Document, Indicator, Level, Operator, Programme, Target
from ..refusals import Refused
from .base import Resource, UnitField
from .widgets import ChoiceWidget, DayWidget, FigureWidget, LookupWidget, TextWidget, YearWidget

OPERATORS = {">=": Operator.AT_LEAST.value, "<=": Operator.AT_MOST.value}


class TargetResource(Resource):
    """One row a target that holds. The same figure of the same document is left alone; another needs a reason."""

    labels = {
        "indicator": gettext_lazy("indicator code"),
        "level": gettext_lazy("level"),
        "unit": gettext_lazy("unit code"),
        "year": gettext_lazy("year"),
        "operator": gettext_lazy("operator"),
        "value": gettext_lazy("value"),
        "document": gettext_lazy("document"),
        "document_signed_on": gettext_lazy("signed on"),
        "document_signed_by": gettext_lazy("signed by"),
        "programme": gettext_lazy("programme"),
        "reason": gettext_lazy("why it replaces the earlier figure"),
    }
    required = ("indicator", "level", "year", "operator", "value", "document")
    agree = ((("document",), ("document_signed_on", "document_signed_by")),)
    dated_by = "year"

    indicator = fields.Field(
        attribute="indicator",
        widget=LookupWidget(Indicator, unknown=gettext_lazy("No indicator has the code “%(text)s”.")),
    )
    level = fields.Field(attribute="level", widget=ChoiceWidget(Level))
    unit = UnitField(attribute="unit")
    year = fields.Field(attribute="year", widget=YearWidget())
    operator = fields.Field(attribute="operator", widget=ChoiceWidget(Operator, OPERATORS))
    value = fields.Field(attribute="value", widget=FigureWidget())
    document = fields.Field(attribute="document__name", widget=TextWidget())
    document_signed_on = fields.Field(attribute="document__signed_on", widget=DayWidget())
    document_signed_by = fields.Field(attribute="document__signed_by", widget=TextWidget())
    programme = fields.Field(
        attribute="programme",
        widget=LookupWidget(Programme, unknown=gettext_lazy("No programme has the code “%(text)s”.")),
    )
    reason = fields.Field(widget=TextWidget())

    class Meta:
        model = Target
        fields = (
            "indicator",
            "level",
            "year",
            "unit",
            "operator",
            "value",
            "document",
            "document_signed_on",
            "document_signed_by",
            "programme",
            "reason",
        )
        import_id_fields = ("indicator", "level", "unit", "year", "document")

    def get_queryset(self) -> models.QuerySet[Target]:
        rows = Target.objects.filter(superseded_at__isnull=True)
        joined = rows.select_related("indicator", "unit", "document", "programme")
        return joined.order_by("indicator__code", "year", "level", "document__name", "pk")

    def load(self) -> None:
        self.documents = {row.name: row for row in Document.objects.order_by("pk")}
        self.current = {
            (row.indicator_id, row.level, row.unit_id, row.year, row.document.name): row
            for row in self.get_queryset()
        }

        newest = Definition.objects.on(today()).filter(unit_of_measure="%")
        self.percentages = set(newest.order_by("pk").values_list("indicator__code", flat=True))

    def is_percent(self, cells: dict[str, Any]) -> bool:
        return cells["indicator"] in self.percentages

    def find(self, values: dict[str, Any]) -> Target | None:
        """Nothing is said of a document by an empty cell."""
        for name in ("document_signed_on", "document_signed_by"):
            if not values.get(name):
                values.pop(name, None)
        unit = values["unit"].pk if values["unit"] else None
        key = (values["indicator"].pk, values["level"], unit, values["year"], values["document"])
        return self.current.get(key)

    def make(self, values: dict[str, Any]) -> Target:
        name = values["document"]
        return Target(document=self.documents.setdefault(name, Document(name=name)))

    def rules(self, instance: Target) -> Iterator[str]:
        before = self.original.document
        facts = (instance.document.signed_on, instance.document.signed_by)
        if not instance.document._state.adding and facts != (before.signed_on, before.signed_by):
            yield _("The day or the signer differs from what is recorded of this document; change it there.")
        if instance._state.adding:
            return
        if instance.programme != self.original.programme:
            yield _("This target stands under another programme; withdraw it and record it again.")
        if self._is_another_figure(instance) and not self.row.values.get("reason"):
            yield _(
                "This document already sets another figure, %(figure)s. Give the reason in the column “%(column)s”."
            ) % {"figure": self._shown(self.original), "column": self.labels["reason"]}

    def _is_another_figure(self, instance: Target) -> bool:
        return (instance.value, instance.operator) != (self.original.value, self.original.operator)

    def _shown(self, target: Target) -> str:
        return f"{target.get_operator_display()} {FigureWidget().render(target.value)}"

    def parts(self, instance: Target) -> list[models.Model]:
        """The target itself is checked where it is recorded."""
        return [instance.document] if instance.document._state.adding else []

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        try:
            made = self._record(instance) if is_create else self._replace(instance)
        except Refused as refused:
            raise Refused(self.in_row(refused.sentence)) from refused
        instance.pk = made.pk

    def _record(self, instance: Target) -> Target:
        if instance.document._state.adding:
            instance.document.save()
        return targets.record_target(
            indicator=instance.indicator,
            level=instance.level,
            unit=instance.unit,
            year=instance.year,
            operator=instance.operator,
            value=instance.value,
            document=instance.document,
            programme=instance.programme,
            by=self.user,
        )

    def _replace(self, instance: Target) -> Target:
        return targets.replace_target(
            self.original,
            value=instance.value,
            operator=instance.operator,
            reason=self.row.values["reason"],
            by=self.user,
        )
