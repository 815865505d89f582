from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from ..models import (
    Definition,
    FormLine,
    Indicator,
    IndicatorGroup,
    Programme,
    ProgrammeIndicator,
    ReportingForm,
    RoundLine,
    StepHolder,
)
from .base import CatalogueAdmin, Inline, InlineForm, PlainFields


class DefinitionForm(InlineForm):
    """A definition that a round has opened with is shown and not changed; a new way of measuring is a new row."""

    class Meta:
        model = Definition
        exclude = ()  # every field of a definition is the administrator's

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if getattr(self.instance, "is_in_use", False):
            for field in self.fields.values():
                field.disabled = True
            self.fields["valid_from"].help_text = _(
                "A round opened with this definition, so it is only shown. Another way of measuring is a new row."
            )


class DefinitionInline(PlainFields, admin.StackedInline):
    model = Definition
    form = DefinitionForm
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Definition]:
        in_use = Exists(RoundLine.objects.filter(definition=OuterRef("pk")))
        return super().get_queryset(request).annotate(is_in_use=in_use)


class PlaceInline(Inline):
    model = ProgrammeIndicator


class LineInline(Inline):
    model = FormLine


class HolderFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        """Two new rows for all other units meet here: the database cannot compare what is not stored yet."""
        super().clean()
        kept = [f.cleaned_data for f in self.forms if f.cleaned_data and not f.cleaned_data.get("DELETE")]
        general = [row.get("step") for row in kept if row.get("reporting_unit") is None]
        if len(general) > len(set(general)):
            raise ValidationError(_("This step already has a holder for all other units."))


class HolderInline(Inline):
    model = StepHolder
    formset = HolderFormSet


@admin.register(Indicator)
class IndicatorAdmin(CatalogueAdmin, SimpleHistoryAdmin):
    inlines = [DefinitionInline]
    list_display = ["code", "name"]
    list_display_links = ["code", "name"]
    list_select_related = ()
    search_fields = ["code", "name"]
    ordering = ["code", "pk"]


@admin.register(IndicatorGroup)
class IndicatorGroupAdmin(CatalogueAdmin):
    list_display = ["code", "name", "order"]
    list_select_related = ()
    search_fields = ["code", "name"]
    ordering = ["order", "code", "pk"]


@admin.register(Programme)
class ProgrammeAdmin(CatalogueAdmin):
    inlines = [PlaceInline]
    list_display = ["code", "name"]
    list_select_related = ()
    search_fields = ["code", "name"]
    ordering = ["code", "pk"]


@admin.register(ReportingForm)
class ReportingFormAdmin(CatalogueAdmin, SimpleHistoryAdmin):
    inlines = [LineInline, HolderInline]
    filter_horizontal = ["units"]
    list_display = ["code", "name", "contact", "number_of_units"]
    list_select_related = ()
    search_fields = ["code", "name"]
    ordering = ["code", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReportingForm]:
        return super().get_queryset(request).annotate(n_units=Count("units"))

    @admin.display(description=_("units that report"), ordering="n_units")
    def number_of_units(self, form: Any) -> int:
        return form.n_units
