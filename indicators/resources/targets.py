"""Targets: append-only, so that another figure replaces for a reason (domain.md 15)."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import fields

from .. import targets
from ..models import Level, Operator, Programme, Target
from .base import UnitField
from .documents import DOCUMENT, OfIndicatorResource
from .widgets import ChoiceWidget, LookupWidget

OPERATORS = {">=": Operator.AT_LEAST.value, "<=": Operator.AT_MOST.value}


class TargetResource(OfIndicatorResource):
    """One row a target that holds, of one document."""

    labels = {
        "indicator": gettext_lazy("indicator code"),
        "level": gettext_lazy("level"),
        "unit": gettext_lazy("unit code"),
        "year": gettext_lazy("year"),
        "operator": gettext_lazy("operator"),
        **DOCUMENT,
        "programme": gettext_lazy("programme"),
    }
    required = ("indicator", "level", "year", "operator", "value", "document")
    dated_by = "year"
    replaceable = ("value", "operator")
    another = gettext_lazy(
        "This document already sets another figure, %(figure)s. Give the reason in the column “%(column)s”."
    )

    level = fields.Field(attribute="level", widget=ChoiceWidget(Level))
    unit = UnitField(attribute="unit")
    operator = fields.Field(attribute="operator", widget=ChoiceWidget(Operator, OPERATORS))
    programme = fields.Field(
        attribute="programme",
        widget=LookupWidget(Programme, unknown=gettext_lazy("No programme has the code “%(text)s”.")),
    )

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

    def key_of(self, row: Target) -> tuple[Any, ...]:
        return row.indicator_id, row.level, row.unit_id, row.year, row.document.name

    def key_in(self, values: dict[str, Any]) -> tuple[Any, ...]:
        unit = values["unit"].pk if values["unit"] else None
        return values["indicator"].pk, values["level"], unit, values["year"], values["document"]

    def rules(self, instance: Target) -> Iterator[str]:
        yield from super().rules(instance)
        if not instance._state.adding and instance.programme != self.original.programme:
            yield _("This target stands under another programme; withdraw it and record it again.")

    def shown(self, row: Target) -> str:
        return f"{row.get_operator_display()} {super().shown(row)}"

    def recorded(self, instance: Target) -> Target:
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

    def replaced(self, old: Target, instance: Target) -> Target:
        return targets.replace_target(
            old,
            value=instance.value,
            operator=instance.operator,
            reason=self.row.values["reason"],
            by=self.user,
        )
