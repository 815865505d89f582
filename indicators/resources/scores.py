"""Score frameworks from a table and into one, part by part."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from import_export import fields, widgets

from .. import frameworks
from ..models import (
    SCORED_KINDS,
    Document,
    Indicator,
    ScoreFramework,
    ScoreItem,
    ScoreRule,
    ScoreScale,
    UnitKind,
    WhenZero,
)
from .base import Resource, UnitField
from .rows import Row
from .widgets import ChoiceWidget, FigureWidget, LookupWidget, TextWidget, WholeWidget, YearWidget, YesNoWidget

OF_SET = {  # column → what it says of the whole set
    "set_name": "name",
    "document": "document",
    "first_year": "first_year",
    "last_year": "last_year",
    "kinds": "kinds",
    "scale": "scale",
    "decimals": "decimals",
    "levels": "levels",
    "is_ranked": "is_ranked",
    "is_illustrative": "is_illustrative",
}
NO_INDICATOR = gettext_lazy("No indicator has the code “%(text)s”.")


class KindsWidget(widgets.Widget):
    """Kinds of unit by their codes or words, with semicolons between."""

    kind = ChoiceWidget(UnitKind)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        chosen = [self.kind.clean(part.strip()) for part in str(value).split(";") if part.strip()]
        return " ".join([kind for kind in SCORED_KINDS if kind in chosen] + sorted({*chosen} - {*SCORED_KINDS}))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "; ".join((value or "").split())


class DocumentWidget(LookupWidget):
    """A document by the name that it is cited with."""

    @cached_property
    def by_code(self) -> dict[str, Any]:
        return {row.name: row for row in Document.objects.order_by("pk")}

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return TextWidget().render(value.name) if value else ""


class PartCodeWidget(TextWidget):
    """A spreadsheet takes 1.2 that is typed into a cell for a day, or for a number."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        if isinstance(value, date):
            raise ValueError(
                _("The spreadsheet took this code for a day. Format the column as text, then type it.")
            )
        return super().clean(value, row, **kwargs)


class FrameworkResource(Resource):
    """One row a part; what the rows say of their set they say alike. Parts that the table does not name stay. A set
    in force is read, not written: its rows may stand in the table as long as they say what it says."""

    labels = {
        "set": gettext_lazy("code of the set"),
        "version": gettext_lazy("version"),
        "set_name": gettext_lazy("name of the set"),
        "document": gettext_lazy("document"),
        "first_year": gettext_lazy("first year"),
        "last_year": gettext_lazy("last year"),
        "kinds": gettext_lazy("kinds of unit"),
        "scale": gettext_lazy("shown as"),
        "decimals": gettext_lazy("decimals"),
        "levels": gettext_lazy("levels"),
        "is_ranked": gettext_lazy("units are ranked by the set"),
        "is_illustrative": gettext_lazy("illustration"),
        "code": pgettext_lazy("of a part of a set", "code"),
        "name": pgettext_lazy("of a part of a set", "name"),
        "part_of": gettext_lazy("part of"),
        "order": gettext_lazy("order"),
        "maximum": gettext_lazy("maximum points"),
        "rule": gettext_lazy("rule"),
        "indicator": gettext_lazy("indicator code"),
        "base_indicator": gettext_lazy("indicator of the denominator"),
        "full_at": gettext_lazy("all points at"),
        "when_zero": gettext_lazy("where the denominator is 0"),
        "may_not_apply": gettext_lazy("may not apply to a unit"),
        "steps": gettext_lazy("steps"),
        "evidence": gettext_lazy("evidence that is asked for"),
        "data_source": gettext_lazy("source of the data"),
        "lead_unit": gettext_lazy("lead unit"),
        "verifying_unit": gettext_lazy("verified by"),
    }
    required = ("set", "set_name", "first_year", "kinds", "code", "name", "maximum", "rule")
    agree = ((("set", "version"), tuple(OF_SET)),)
    dated_by = "first_year"

    set = fields.Field(attribute="framework__code", widget=TextWidget())
    version = fields.Field(attribute="framework__version", widget=WholeWidget())
    set_name = fields.Field(attribute="framework__name", widget=TextWidget())
    document = fields.Field(
        attribute="framework__document",
        widget=DocumentWidget(Document, unknown=gettext_lazy("No document is called “%(text)s”; record it first.")),
    )
    first_year = fields.Field(attribute="framework__first_year", widget=YearWidget())
    last_year = fields.Field(attribute="framework__last_year", widget=YearWidget())
    kinds = fields.Field(attribute="framework__kinds", widget=KindsWidget())
    scale = fields.Field(attribute="framework__scale", widget=ChoiceWidget(ScoreScale))
    decimals = fields.Field(attribute="framework__decimals", widget=WholeWidget())
    levels = fields.Field(attribute="framework__levels", widget=TextWidget())
    is_ranked = fields.Field(attribute="framework__is_ranked", widget=YesNoWidget())
    is_illustrative = fields.Field(attribute="framework__is_illustrative", widget=YesNoWidget())
    code = fields.Field(attribute="code", widget=PartCodeWidget())
    name = fields.Field(attribute="name", widget=TextWidget())
    part_of = fields.Field(attribute="parent_code", widget=PartCodeWidget())
    order = fields.Field(attribute="order", widget=WholeWidget())
    maximum = fields.Field(attribute="maximum", widget=FigureWidget())
    rule = fields.Field(attribute="rule", widget=ChoiceWidget(ScoreRule))
    indicator = fields.Field(attribute="indicator", widget=LookupWidget(Indicator, unknown=NO_INDICATOR))
    base_indicator = fields.Field(attribute="base_indicator", widget=LookupWidget(Indicator, unknown=NO_INDICATOR))
    full_at = fields.Field(attribute="full_at", widget=FigureWidget())
    when_zero = fields.Field(attribute="when_zero", widget=ChoiceWidget(WhenZero))
    may_not_apply = fields.Field(attribute="may_not_apply", widget=YesNoWidget())
    steps = fields.Field(attribute="steps", widget=TextWidget())
    evidence = fields.Field(attribute="evidence", widget=TextWidget())
    data_source = fields.Field(attribute="data_source", widget=TextWidget())
    lead_unit = UnitField(attribute="lead_unit")
    verifying_unit = UnitField(attribute="verifying_unit")

    class Meta:
        model = ScoreItem
        fields = (
            "set",
            "version",
            *OF_SET,
            "code",
            "name",
            "part_of",
            "order",
            "maximum",
            "rule",
            "indicator",
            "base_indicator",
            "full_at",
            "when_zero",
            "may_not_apply",
            "steps",
            "evidence",
            "data_source",
            "lead_unit",
            "verifying_unit",
        )
        import_id_fields = ("set", "version", "code")

    def get_queryset(self) -> models.QuerySet[ScoreItem]:
        rows = ScoreItem.objects.select_related(
            "framework__document", "indicator", "base_indicator", "lead_unit", "verifying_unit"
        )
        return rows.order_by("framework__code", "framework__version", "order", "code", "pk")

    def load(self) -> None:
        sets = ScoreFramework.objects.select_related("document").order_by("pk")
        self.sets = {(framework.code, framework.version): framework for framework in sets}
        self.parts_of_sets = {(item.framework_id, item.code): item for item in self.get_queryset()}

    def prepare(self, rows: list[Row]) -> None:
        """Nobody puts one of these sets in force while it is written."""
        named = {row.values["set"] for row in rows}
        held = ScoreFramework.objects.select_for_update().filter(code__in=named).order_by("pk")
        self.in_force = {framework.pk for framework in held if framework.is_in_force}

    def find(self, values: dict[str, Any]) -> ScoreItem | None:
        framework = self.sets.get((values["set"], values["version"]))
        item = self.parts_of_sets.get((framework.pk, values["code"])) if framework else None
        if item and framework:
            item.framework = framework  # one for all rows of the set
        return item

    def make(self, values: dict[str, Any]) -> ScoreItem:
        key = values["set"], values["version"]
        return ScoreItem(framework=self.sets.setdefault(key, ScoreFramework(code=key[0], version=key[1])))

    def rules(self, instance: ScoreItem) -> Iterator[str]:
        if instance.framework.pk in self.in_force:
            yield frameworks.only_read().sentence

    def parts(self, instance: ScoreItem) -> list[models.Model]:
        return [instance.framework, instance] if self._is_set_changed(instance) else [instance]

    def _is_set_changed(self, instance: ScoreItem) -> bool:
        framework, before = instance.framework, self.original.framework
        return framework._state.adding or any(getattr(framework, n) != getattr(before, n) for n in OF_SET.values())

    def before_save_instance(self, instance: ScoreItem, row: Any, **kwargs: Any) -> None:
        """The set once, with the first of its rows that changes it."""
        if self._is_set_changed(instance):
            instance.framework.save()
        instance.framework = instance.framework
