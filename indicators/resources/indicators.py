"""Indicators with their dated definitions and their places in the programmes."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from import_export import fields

from .. import computing
from ..models import (
    BaseKind,
    Breakdown,
    Definition,
    Direction,
    Indicator,
    IndicatorGroup,
    Outliers,
    OverTime,
    OverUnits,
    Programme,
    ProgrammeIndicator,
    ReportSection,
    RoundLine,
    UnitKind,
    ValueKind,
)
from .base import Resource, UnitField
from .rows import Row
from .widgets import ChoiceWidget, DayWidget, FigureWidget, LookupWidget, TextWidget, WholeWidget, YesNoWidget

PERCENT = "%"
OF_INDICATOR = ("name", "is_ranked", "section")  # whatever its definition


class IndicatorResource(Resource):
    """One row a definition. Both rules, over units and over time, are chosen: there is no default (domain.md 9).

    `definition.place` is the place of the indicator in the row's programme, without one its first place.
    """

    labels = {
        "code": _("code"),
        "name": _("name"),
        "valid_from": _("valid from"),
        "measured_since": _("measured this way since"),
        "value_kind": _("kind of value"),
        "unit_of_measure": _("unit of measure"),
        "decimals": _("decimals"),
        "ratio_base": _("ratio: value when part equals whole"),
        "numerator_name": _("name of the numerator"),
        "denominator_name": _("name of the denominator"),
        "denominator_kind": _("base figure of the denominator"),
        "yes_words": _("words for yes"),
        "no_words": _("words for no"),
        "direction": _("direction"),
        "lower_bound": _("lower bound"),
        "upper_bound": _("upper bound"),
        "never_falls": _("cannot fall"),
        "change_limit": _("usual change, per cent"),
        "outliers": _("unusual figures"),
        "over_units": _("rule over units"),
        "over_time": _("rule over time"),
        "source_kind": _("contributing kind of unit"),
        "source_unit": _("contributing unit"),
        "lead_unit": _("lead unit"),
        "breakdown": _("who sees the breakdown by unit"),
        "formula": _("formula"),
        "description": _("how it is measured"),
        "is_ranked": _("units are ranked by it"),
        "section": _("section of the province's report"),
        "programme": _("programme"),
        "group": _("group of indicators"),
        "order": _("order"),
    }
    required = ("code", "name", "value_kind", "direction", "over_units", "over_time")
    agree = ((("code",), OF_INDICATOR), (("code", "programme"), ("group", "order")))
    dated_by = "valid_from"

    code = fields.Field(attribute="indicator__code", widget=TextWidget())
    name = fields.Field(attribute="indicator__name", widget=TextWidget())
    valid_from = fields.Field(attribute="valid_from", widget=DayWidget())
    measured_since = fields.Field(attribute="measured_since", widget=DayWidget(writes_beginning=True))
    value_kind = fields.Field(attribute="value_kind", widget=ChoiceWidget(ValueKind))
    unit_of_measure = fields.Field(attribute="unit_of_measure", widget=TextWidget())
    decimals = fields.Field(attribute="decimals", widget=WholeWidget())
    ratio_base = fields.Field(attribute="ratio_base", widget=WholeWidget())
    numerator_name = fields.Field(attribute="numerator_name", widget=TextWidget())
    denominator_name = fields.Field(attribute="denominator_name", widget=TextWidget())
    denominator_kind = fields.Field(attribute="denominator_kind", widget=ChoiceWidget(BaseKind))
    yes_words = fields.Field(attribute="yes_words", widget=TextWidget())
    no_words = fields.Field(attribute="no_words", widget=TextWidget())
    direction = fields.Field(attribute="direction", widget=ChoiceWidget(Direction))
    lower_bound = fields.Field(attribute="lower_bound", widget=FigureWidget())
    upper_bound = fields.Field(attribute="upper_bound", widget=FigureWidget())
    never_falls = fields.Field(attribute="never_falls", widget=YesNoWidget())
    change_limit = fields.Field(attribute="change_limit", widget=FigureWidget())
    outliers = fields.Field(attribute="outliers", widget=ChoiceWidget(Outliers))
    over_units = fields.Field(attribute="over_units", widget=ChoiceWidget(OverUnits))
    over_time = fields.Field(attribute="over_time", widget=ChoiceWidget(OverTime))
    source_kind = fields.Field(attribute="source_kind", widget=ChoiceWidget(UnitKind))
    source_unit = UnitField(attribute="source_unit")
    lead_unit = UnitField(attribute="lead_unit")
    breakdown = fields.Field(attribute="breakdown", widget=ChoiceWidget(Breakdown))
    formula = fields.Field(attribute="formula", widget=TextWidget())
    description = fields.Field(attribute="description", widget=TextWidget())
    is_ranked = fields.Field(attribute="indicator__is_ranked", widget=YesNoWidget())
    section = fields.Field(attribute="indicator__section", widget=ChoiceWidget(ReportSection))
    programme = fields.Field(
        attribute="place__programme",
        widget=LookupWidget(Programme, unknown=_("No programme has the code “%(text)s”.")),
    )
    group = fields.Field(
        attribute="place__group",
        widget=LookupWidget(IndicatorGroup, unknown=_("No group of indicators has the code “%(text)s”.")),
    )
    order = fields.Field(attribute="place__order", widget=WholeWidget(), default=0)

    class Meta:
        model = Definition
        fields = (
            "code",
            "name",
            "valid_from",
            "measured_since",
            "value_kind",
            "unit_of_measure",
            "decimals",
            "ratio_base",
            "numerator_name",
            "denominator_name",
            "denominator_kind",
            "yes_words",
            "no_words",
            "direction",
            "lower_bound",
            "upper_bound",
            "never_falls",
            "change_limit",
            "outliers",
            "over_units",
            "over_time",
            "source_kind",
            "source_unit",
            "lead_unit",
            "breakdown",
            "formula",
            "description",
            "is_ranked",
            "section",
            "programme",
            "group",
            "order",
        )
        import_id_fields = ("code", "valid_from")

    def get_queryset(self) -> models.QuerySet[Definition]:
        rows = Definition.objects.select_related("indicator", "source_unit", "lead_unit")
        return rows.order_by("indicator__code", "valid_from", "pk")

    def load(self) -> None:
        self.indicators = {row.code: row for row in Indicator.objects.order_by("pk")}
        stored = Definition.objects.select_related("source_unit", "lead_unit").order_by("pk")
        self.definitions = {(row.indicator_id, row.valid_from): row for row in stored}
        self.in_use = set(RoundLine.objects.order_by("pk").values_list("definition", flat=True))
        self.places: dict[int, dict[int, ProgrammeIndicator]] = {}
        places = ProgrammeIndicator.objects.select_related("programme", "group")
        for place in places.order_by("programme__code", "pk"):
            self.places.setdefault(place.indicator_id, {})[place.programme_id] = place

    def find(self, values: dict[str, Any]) -> Definition | None:
        indicator = self.indicators.get(values["code"])
        found = self.definitions.get((indicator.pk, values["valid_from"])) if indicator else None
        return self._with_place(found, indicator, values.get("programme")) if found and indicator else None

    def make(self, values: dict[str, Any]) -> Definition:
        indicator = self.indicators.setdefault(values["code"], Indicator(code=values["code"]))
        return self._with_place(Definition(indicator=indicator), indicator, values.get("programme"))

    def attach(self, instance: Definition) -> Definition:
        return self._with_place(instance, instance.indicator, None)

    def _with_place(self, row: Definition, indicator: Indicator, programme: Programme | None) -> Definition:
        places = self.places.get(indicator.pk, {})
        place = places.get(programme.pk) if programme else next(iter(places.values()), None)
        row.indicator = indicator
        row.place = place or ProgrammeIndicator(indicator=indicator)  # type: ignore[attr-defined]
        return row

    def is_percent(self, cells: dict[str, Any]) -> bool:
        return cells.get("unit_of_measure") == PERCENT

    def prepare(self, rows: list[Row]) -> None:
        """A row that names no programme says nothing of places. A formula may ask for what a later row brings."""
        self.in_file = {row.values.get("code", "") for row in rows}
        for row in rows:
            if row.values.get("programme"):
                continue
            if row.values.get("group"):
                sentence = _("Name the programme in which the indicator stands in this group.")
                row.faults.append(self.in_cell(row, "group", str(sentence)))
            for name in ("programme", "group", "order"):
                row.values.pop(name, None)

    def parts(self, instance: Any) -> list[models.Model]:
        place = [instance.place] if instance.place.programme_id else []
        return [instance.indicator, instance, *place]

    def rules(self, instance: Any) -> Iterator[str]:
        in_use = instance.pk in self.in_use or (instance.pk and computing.is_in_use(self.original))
        if in_use and self._is_measured_otherwise(instance):
            yield str(
                _(
                    "A round opened with this definition, so it cannot be changed. "
                    "Another way of measuring is a row with its own first day."
                )
            )

        if instance.formula and instance.formula != self.original.formula:
            facts = {"code": instance.indicator.code, "valid_from": instance.valid_from, "also": self.in_file}
            yield from filter(None, [computing.refusal(instance.formula, **facts)])
        if instance.place.programme_id and not instance.place.group_id:
            yield str(_("Name the group in which the indicator stands in its programme."))

    def _is_measured_otherwise(self, instance: Any) -> bool:
        own = [each for each in self.get_import_fields() if "__" not in each.attribute]
        return any(each.get_value(instance) != each.get_value(self.original) for each in own)

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        indicator = instance.indicator
        before = self.original.indicator
        if indicator._state.adding or any(getattr(indicator, n) != getattr(before, n) for n in OF_INDICATOR):
            indicator.save()
        instance.indicator = indicator

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        if is_create or self._is_measured_otherwise(instance):
            super().do_instance_save(instance, is_create)

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        place = instance.place
        if place.programme_id:
            place.indicator = instance.indicator
            place.save()
            self.places.setdefault(place.indicator_id, {})[place.programme_id] = place
