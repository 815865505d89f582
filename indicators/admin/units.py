from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..clock import today
from ..models import Unit, UnitCode, UnitKind, UnitSlice
from .base import CatalogueAdmin, Inline, unit_name


class SliceInline(Inline):
    model = UnitSlice
    fk_name = "unit"


class CodeInline(Inline):
    model = UnitCode


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(UnitKind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind_on_day=self.value()) if self.value() else queryset


@admin.register(Unit)
class UnitAdmin(CatalogueAdmin):
    """By the names, kinds and codes of today; a name of any day finds the unit."""

    inlines = [SliceInline, CodeInline]
    list_display = ["name", "kind", "code", "parent", "began", "ended"]
    list_filter = [KindFilter]
    list_select_related = ()
    search_fields = ["slices__name", "codes__code"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        named = Unit.objects.with_slice(today())
        return named.annotate(parent_name=unit_name("parent_on_day", valid_from__lte=today()))

    def get_ordering(self, request: HttpRequest) -> Any:
        return ["sort_on_day", "pk"]

    @admin.display(description=_("name"), ordering="sort_on_day")
    def name(self, unit: Unit) -> str:
        return str(unit)

    @admin.display(description=_("kind"), ordering="kind_on_day")
    def kind(self, unit: Unit) -> str:
        return str(UnitKind(unit.kind_on_day).label) if unit.kind_on_day else ""

    @admin.display(description=_("code"), ordering="code_on_day")
    def code(self, unit: Unit) -> str | None:
        return unit.code_on_day

    @admin.display(description=_("parent unit"))
    def parent(self, unit: Any) -> str | None:
        return unit.parent_name
