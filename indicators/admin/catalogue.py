from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .. import computing
from ..clock import today
from ..models import (
    Definition,
    Indicator,
    IndicatorGroup,
    OverTime,
    OverUnits,
    Programme,
    ProgrammeIndicator,
    RegisterCount,
    RoundLine,
    UnitKind,
    ValueKind,
)
from ..resources import IndicatorResource
from .base import Inline, InlineForm, KeptAdmin, PlainFields, unit_name
from .registers import CountInline
from .tables import TableAdmin

NO_DEFINITION = _(
    "Indicator %(code)s has no definition yet, so no form can ask for it. Add one on the page of the indicator."
)


def of_today(column: str, *, indicator: str = "pk") -> Subquery:
    """A column of the definition that holds today, in the query that lists indicators or what points to them."""
    held = Definition.objects.filter(indicator=OuterRef(indicator), valid_from__lte=today())
    return Subquery(held.order_by("-valid_from").values(column)[:1])


class DefinitionForm(InlineForm):
    """A definition that a round has opened with is shown and not changed; a new way of measuring is a new row."""

    class Meta:
        model = Definition
        exclude = ()  # every field of a definition is the administrator's
        help_texts = {
            "valid_from": _(
                "01/01/1900 stands for “always”. Where the way of measuring changes, add a definition that begins "
                "on the day of the change."
            ),
            "unit_of_measure": _("For example km, %, thuê bao; empty for a text."),
            "decimals": _("How many a figure may have; 0 for things that are counted."),
            "ratio_base": _("100 for a percentage."),
            "source_kind": _("Whose figures make the total: either a kind of unit, or one unit in the next field."),
            "source_unit": _("Only where one unit supplies the figure for all; then no kind of unit is chosen."),
            "formula": _(
                "Only where the figure is computed from other indicators, for example HT.01 ÷ HT.02 × 100, or "
                "counted in a register, for example count(UNG-DUNG; LGSP = yes; status ≠ stopped). It is evaluated "
                "at each unit and never stored; where a figure is missing, or rows do not say what is asked, there "
                "is none. or0(HT.02) counts a figure that nobody reported as 0."
            ),
            "lead_unit": _("Answers for the indicator; named beside it where a figure is missing or late."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if getattr(self.instance, "is_in_use", False) or self._is_formula_in_use():
            for field in self.fields.values():
                field.disabled = True
            self.fields["valid_from"].help_text = _(
                "A round opened with this definition, so it is only shown. Another way of measuring is a new row."
            )

    def _is_formula_in_use(self) -> bool:
        return bool(self.instance.formula) and computing.is_in_use(self.instance)


class DefinitionFormSet(BaseInlineFormSet):
    """A formula is looked at beside the code of its indicator, which may be new."""

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            text, given = form.cleaned_data.get("formula"), form.cleaned_data
            if not text or not form.has_changed() or given.get("DELETE"):
                continue
            if why := computing.refusal(text, code=self.instance.code, valid_from=given.get("valid_from")):
                form.add_error("formula", why)


class DefinitionInline(PlainFields, admin.StackedInline):
    model = Definition
    form = DefinitionForm
    formset = DefinitionFormSet
    extra = 1  # as for every inline (base.py)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "valid_from",
                    "description",
                    "value_kind",
                    "unit_of_measure",
                    "decimals",
                    "direction",
                )
            },
        ),
        (_("Aggregation and source"), {"fields": ("over_units", "over_time", "source_kind", "source_unit")}),
        (_("Only for a figure that is computed"), {"fields": ("formula",)}),
        (_("Who answers, and who sees"), {"fields": ("lead_unit", "breakdown")}),
        (
            _("Only for a ratio"),
            {"fields": ("numerator_name", "denominator_name", "denominator_kind", "ratio_base")},
        ),
        (_("Only for yes or no"), {"fields": ("yes_words", "no_words")}),
        (_("Checks of the figures"), {"fields": ("never_falls", "change_limit", "outliers")}),
        (_("If needed"), {"fields": ("lower_bound", "upper_bound", "measured_since")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Definition]:
        in_use = Exists(RoundLine.objects.filter(definition=OuterRef("pk")))
        return super().get_queryset(request).annotate(is_in_use=in_use)


class IndicatorForm(ModelForm):
    """Formulas know an indicator by its code, so a code that one asks for stays."""

    def clean_code(self) -> str:
        code, before = self.cleaned_data["code"], self.initial.get("code", "")
        if before and code != before and (asking := computing.asked_by(before)):
            sentence = _("The code %(code)s stands in the formula of %(codes)s; change that first.")
            raise ValidationError(sentence % {"code": before, "codes": ", ".join(asking)})
        return str(code)


class PlaceInline(Inline):
    model = ProgrammeIndicator
    fields = ["group", "order", "indicator", "band"]
    ordering = ["group__order", "group__code", "order", "pk"]


class ValueKindFilter(admin.SimpleListFilter):
    title = _("kind of value")
    parameter_name = "value_kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(ValueKind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(value_kind=self.value()) if self.value() else queryset


@admin.register(Indicator)
class IndicatorAdmin(TableAdmin, KeptAdmin):
    """With what the definition of today says; an indicator without one shows dashes."""

    form = IndicatorForm
    resource_classes = [IndicatorResource]
    export_through = "indicator"
    inlines = [DefinitionInline, CountInline]
    within = ((Definition, "indicator"), (RegisterCount, "indicator"))
    list_display = ["code", "name", "unit_of_measure", "rules", "source", "lead"]
    list_display_links = ["code", "name"]
    list_filter = ["programme_places__programme", "programme_places__group", ValueKindFilter, "is_ranked"]
    list_select_related = ()
    search_fields = ["code", "name"]
    ordering = ["code", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Indicator]:
        said = (
            "value_kind",
            "unit_of_measure",
            "over_units",
            "over_time",
            "source_kind",
            "source_unit",
            "lead_unit",
        )
        defined = super().get_queryset(request).annotate(**{column: of_today(column) for column in said})
        return defined.annotate(
            source_name=unit_name("source_unit", valid_from__lte=today()),
            lead_name=unit_name("lead_unit", valid_from__lte=today()),
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Without it a formula would ask for what there is not."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not computing.asked_by(obj.code))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not form.instance.definitions.exists():
            messages.warning(request, NO_DEFINITION % {"code": form.instance.code})

    @admin.display(description=_("unit of measure"), ordering="unit_of_measure")
    def unit_of_measure(self, indicator: Any) -> str | None:
        return indicator.unit_of_measure

    @admin.display(description=_("rules of aggregation"), ordering="over_units")
    def rules(self, indicator: Any) -> str | None:
        if not indicator.over_units:
            return None
        return format_html("{}<br>{}", OverUnits(indicator.over_units).label, OverTime(indicator.over_time).label)

    @admin.display(description=_("contributing source"), ordering="source_name")
    def source(self, indicator: Any) -> str | None:
        kind = str(UnitKind(indicator.source_kind).label) if indicator.source_kind else None
        return indicator.source_name or kind

    @admin.display(description=_("lead unit"), ordering="lead_name")
    def lead(self, indicator: Any) -> str | None:
        return indicator.lead_name


@admin.register(IndicatorGroup)
class IndicatorGroupAdmin(KeptAdmin):
    list_display = ["code", "name", "order"]
    list_select_related = ()
    search_fields = ["code", "name"]
    ordering = ["order", "code", "pk"]


@admin.register(Programme)
class ProgrammeAdmin(KeptAdmin):
    """Programmes overlap in time; an indicator may stand in several (domain.md 42)."""

    inlines = [PlaceInline]
    within = ((ProgrammeIndicator, "programme"),)
    fields = ["code", "name", ("first_year", "last_year"), "document", "band", "is_illustrative"]
    list_display = ["code", "name", "first_year", "last_year", "document", "number_of_indicators"]
    list_display_links = ["code", "name"]
    list_select_related = ["document"]
    search_fields = ["code", "name"]
    ordering = ["code", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Programme]:
        return super().get_queryset(request).annotate(n_indicators=Count("programmeindicator"))

    @admin.display(description=_("indicators"), ordering="n_indicators")
    def number_of_indicators(self, programme: Any) -> int:
        return programme.n_indicators
