from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .. import structure
from ..clock import today
from ..models import BEGINNING, Succession, Unit, UnitAlias, UnitCode, UnitKind, UnitSlice
from ..models.units import UnitQuerySet
from ..resources import UnitResource
from . import unit_checks_page
from .base import Inline, KeptAdmin, RefusalInForm, in_scope, unit_name
from .tables import TableAdmin
from .unit_tree import DayForm, day_form, map_of


class SliceInline(Inline):
    model = UnitSlice
    fk_name = "unit"
    fields = ["valid_from", "name", "kind", "parent", "is_confirmed", "source"]
    ordering = ["valid_from", "pk"]


class CodeInline(Inline):
    model = UnitCode
    fields = ["system", "code", "valid_from"]
    ordering = ["system", "valid_from", "pk"]


class AliasInline(Inline):
    model = UnitAlias


class TookOverFrom(Inline):
    model = Succession
    fk_name = "successor"
    fields = ["predecessor", "effective_on", "act", "is_confirmed"]
    verbose_name = _("predecessor")
    verbose_name_plural = _("Predecessors: units that this one took over from")


class TakenOverBy(Inline):
    model = Succession
    fk_name = "predecessor"
    fields = ["successor", "effective_on", "act", "is_confirmed"]
    verbose_name = _("successor")
    verbose_name_plural = _("Successors: units that took over from this one")


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(UnitKind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind_on_day=self.value()) if self.value() else queryset


class ConfirmedFilter(admin.SimpleListFilter):
    title = _("confirmation")
    parameter_name = "confirmed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Confirmed")), ("no", _("Not confirmed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(confirmed_on_day=self.value() == "yes") if self.value() else queryset


class DayFilter(admin.ListFilter):
    """`?on=01/07/2025`: names, kinds, codes and parents of that day. Not a list of choices but a field."""

    title = _("day")
    template = "admin/indicators/unit/day_filter.html"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        params.pop("on", None)
        self.form = day_form(request)
        self.kept = [(name, text) for name, text in request.GET.items() if name not in ("on", "p")]

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return ["on"]

    def choices(self, changelist: Any) -> Any:
        return []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset  # UnitAdmin.get_queryset reads the day, for pages of one unit too


class LifeFilter(admin.SimpleListFilter):
    title = _("life on that day")
    parameter_name = "life"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("living", _("Exists")), ("ended", _("Ended")), ("later", _("Begins later"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        day = day_asked(request)
        if self.value() == "living":
            return cast(UnitQuerySet, queryset).alive_on(day)
        wanted = {"ended": Q(ended__lte=day), "later": Q(began__gt=day)}
        return queryset.filter(wanted.get(self.value() or "", Q()))


def day_asked(request: HttpRequest) -> Any:
    """The day of `?on=`; today where nothing, or no day, was typed (the field says so)."""
    return day_form(request).day or today()


@admin.register(Unit)
class UnitAdmin(TableAdmin, RefusalInForm, KeptAdmin):
    """By the names, kinds and codes of a day, today unless another is chosen; a name of any day finds the unit."""

    resource_classes = [UnitResource]
    export_through = "unit"
    inlines = [SliceInline, CodeInline, AliasInline, TookOverFrom, TakenOverBy]
    within = (
        (UnitSlice, "unit"),
        (UnitCode, "unit"),
        (UnitAlias, "unit"),
        (Succession, "predecessor"),
        (Succession, "successor"),
    )
    list_display = ["name", "kind", "code", "parent", "since", "ended"]
    list_filter = [DayFilter, LifeFilter, KindFilter, ConfirmedFilter]
    list_select_related = ()
    search_fields = ["slices__name", "aliases__name", "codes__code"]
    change_list_template = "admin/indicators/unit/change_list.html"
    change_form_template = "admin/indicators/unit/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        day = day_asked(request)
        ordered = Unit.objects.with_slice(day).order_by(*self.get_ordering(request))
        named = cast(UnitQuerySet, in_scope(request, ordered))
        first = UnitSlice.objects.filter(unit=OuterRef("pk")).order_by("valid_from")
        return named.annotate(
            parent_name=unit_name("parent_on_day", valid_from__lte=day),
            parent_sort=unit_name("parent_on_day", column="sort_key", valid_from__lte=day),
            first_name=Subquery(first.values("name")[:1]),
        )

    def get_ordering(self, request: HttpRequest) -> Any:
        return ["sort_on_day", "pk"]

    @admin.display(description=_("name"), ordering="sort_on_day")
    def name(self, unit: Any) -> str:
        """A unit that begins later goes by its first name."""
        named = unit.name_on_day or unit.first_name or str(unit)
        if unit.confirmed_on_day is not False:
            return named
        return format_html('{} <span class="status doubt">{}</span>', named, _("not confirmed"))

    @admin.display(description=_("kind"), ordering="kind_on_day")
    def kind(self, unit: Unit) -> str:
        return str(UnitKind(unit.kind_on_day).label) if unit.kind_on_day else ""

    @admin.display(description=_("code"), ordering="code_on_day")
    def code(self, unit: Unit) -> str | None:
        return unit.code_on_day

    @admin.display(description=_("parent unit"), ordering="parent_sort")
    def parent(self, unit: Any) -> str | None:
        return unit.parent_name

    @admin.display(description=_("began on"), ordering="began")
    def since(self, unit: Unit) -> Any:
        """Nothing where the beginning is not known, rather than the year 1900."""
        return unit.began if unit.began != BEGINNING else None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Inside the admin's transaction: what leaves the units in disorder is taken back as a whole."""
        super().save_related(request, form, formsets, change)
        structure.refuse_faults()

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        unit = kwargs.get("obj")
        context["before"] = _successions(successor=unit, other="predecessor") if unit else []
        context["after"] = _successions(predecessor=unit, other="successor") if unit else []
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        tree = path("tree/", self.admin_site.admin_view(self.tree_view), name="indicators_unit_tree")
        checks = path("checks/", self.admin_site.admin_view(self.checks_view), name="indicators_unit_checks")
        return [tree, checks, *super().get_urls()]

    def checks_view(self, request: HttpRequest) -> HttpResponse:
        """What of all units is not settled: for whoever keeps all of them."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        title = _("Units to be settled")
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        groups = unit_checks_page.groups()
        return TemplateResponse(request, "admin/indicators/unit/checks.html", context | {"groups": groups})

    def tree_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form: DayForm = day_form(request)
        units = cast(UnitQuerySet, in_scope(request, Unit.objects.all()))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Units as of a day"),
            "form": form,
            "day": form.day,
            "map": map_of(units, form.day) if form.day else None,
        }
        return TemplateResponse(request, "admin/indicators/unit/tree.html", context)


def _successions(*, other: str, **of: Unit) -> QuerySet[Succession]:
    """Each with the name that the other unit bore on the day: the predecessor on the day before it."""
    day = OuterRef("effective_on")
    held: dict[str, Any] = {"valid_from__lt" if other == "predecessor" else "valid_from__lte": day}
    rows = Succession.objects.filter(**of).select_related("act")
    return rows.annotate(other=F(other), other_name=unit_name(other, **held)).order_by(
        "effective_on", "other_name", "pk"
    )
