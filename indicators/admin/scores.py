"""Score frameworks (domain.md 31, 32): written and read as a draft, put in force as they were read, and only read
from then on, but for the switch whether units are ranked."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import framework_forms, frameworks
from ..models import SCORED_KINDS, ReportingForm, ScoreFramework, ScoreItem, UnitKind
from ..refusals import Refused
from ..resources import FrameworkResource
from .base import KeptAdmin, RefusalInForm
from .score_items import ItemInline, offered
from .score_page import parts_of
from .tables import TableAdmin

READ = "admin:indicators_scoreframework_read"
CHANGE = "admin:indicators_scoreframework_change"
WHOLE = "admin/indicators/scoreframework/read.html"
COLLECTED = "admin/indicators/scoreframework/collect.html"
SWITCH = "is_ranked"  # what is changed of a set in force


class KindsField(forms.MultipleChoiceField):
    """The column holds the kinds with spaces between, in one order."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        return value.split() if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> str:
        chosen = super().clean(value)
        return " ".join(kind for kind in SCORED_KINDS if kind in chosen)


def _kinds() -> list[tuple[str, Any]]:
    return [(kind.value, kind.label) for kind in SCORED_KINDS]


class FrameworkForm(forms.ModelForm):
    class Meta:
        model = ScoreFramework
        fields = "__all__"  # noqa: DJ007 what is not said on the page is not editable
        widgets = {"levels": forms.TextInput(attrs={"size": 60})}
        labels = {"is_ranked": _("Units are ranked by the set")}


class CollectForm(forms.ModelForm):
    """What a reporting form needs that the set does not say."""

    class Meta:
        model = ReportingForm
        fields = ["code", "name", "contact"]


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("draft", _("Draft of a set")), ("in_force", _("Set in force"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {"draft": True, "in_force": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(issued_at__isnull=wanted)


@admin.register(ScoreFramework)
class ScoreFrameworkAdmin(TableAdmin, RefusalInForm, KeptAdmin):
    resource_classes = [FrameworkResource]
    export_through = "framework"
    form = FrameworkForm
    inlines = [ItemInline]
    within = ((ScoreItem, "framework"),)
    fields = [
        ("code", "version"),
        "name",
        "document",
        ("first_year", "last_year"),
        "kinds",
        ("scale", "decimals"),
        "levels",
        "is_ranked",
        "is_illustrative",
    ]
    list_display = [
        "code",
        "version",
        "name",
        "years",
        "scored_kinds",
        "number_of_parts",
        "points",
        "state",
        "ranks",
    ]
    list_display_links = ["code", "name"]
    list_filter = [StateFilter, "is_ranked", "is_illustrative"]
    list_select_related = ()
    search_fields = ["code", "name"]
    ordering = ["code", "-version", "pk"]
    change_form_template = "admin/indicators/scoreframework/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScoreFramework]:
        top = Prefetch("items", ScoreItem.objects.filter(parent_code="").order_by("pk"), to_attr="main")
        return super().get_queryset(request).annotate(n_parts=Count("items")).prefetch_related(top)

    def get_urls(self) -> list[Any]:
        views = {"read": self.read_view, "next": self.next_view, "collect": self.collect_view}
        pages = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"indicators_scoreframework_{name}")
            for name, view in views.items()
        ]
        return [*pages, *super().get_urls()]

    # The list

    @admin.display(description=_("years"), ordering="first_year")
    def years(self, framework: ScoreFramework) -> str:
        if framework.last_year is None:
            return gettext("from %(year)s") % {"year": framework.first_year}
        if framework.last_year == framework.first_year:
            return str(framework.first_year)
        return f"{framework.first_year}–{framework.last_year}"

    @admin.display(description=_("kinds of unit"), ordering="kinds")
    def scored_kinds(self, framework: ScoreFramework) -> str:
        return ", ".join(str(UnitKind(kind).label) for kind in framework.unit_kinds)

    @admin.display(description=_("parts"), ordering="n_parts")
    def number_of_parts(self, framework: Any) -> int:
        return int(framework.n_parts)

    @admin.display(description=_("Points"))
    def points(self, framework: Any) -> str:
        return frameworks.as_points(sum((item.maximum for item in framework.main), Decimal(0)))

    @admin.display(description=_("state"), ordering="issued_at")
    def state(self, framework: ScoreFramework) -> str:
        return gettext("Set in force") if framework.is_in_force else gettext("Draft of a set")

    @admin.display(description=_("ranks"), ordering=SWITCH, boolean=True)
    def ranks(self, framework: ScoreFramework) -> bool:
        return framework.is_ranked

    # The page of one

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        in_force = obj is not None and obj.is_in_force
        if not in_force:
            return []
        return ["scored_kinds" if name == "kinds" else name for name in _names(self.fields) if name != SWITCH]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ticked boxes of a set in force are read as words."""
        in_force = obj is not None and obj.is_in_force
        return ["scored_kinds" if in_force and row == "kinds" else row for row in self.fields]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kinds":
            return KindsField(label=_("Kinds of unit"), choices=_kinds)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """What cannot be changed is read as a table."""
        is_read = obj is not None and (obj.is_in_force or not self.has_change_permission(request, obj))
        return [] if is_read else self.inlines

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft, on its own page."""
        may = super().has_delete_permission(request, obj)
        return may and obj is not None and not obj.is_in_force

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id) if object_id else None
        if found and found.is_in_force and request.method == "POST" and "items-TOTAL_FORMS" in request.POST:
            self._require(request, found, change=True)
            return self._read(request, found, refused=frameworks.only_read().sentence)
        shown = {} if found is None else self._said_of(request, found)
        if found is None or not found.is_in_force:
            shown["offered"] = offered(request).lists()
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def _said_of(self, request: HttpRequest, framework: ScoreFramework) -> dict[str, Any]:
        if not framework.is_in_force and self.has_change_permission(request, framework):
            return {"faults": frameworks.faults(framework)}
        return {"parts": parts_of(framework)}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Asked once more under the lock: somebody may have put it in force meanwhile."""
        if change and obj.is_in_force:
            obj.save(update_fields=[SWITCH])
            return
        if change:
            frameworks.refuse_in_force(obj)
        super().save_model(request, obj, form, change)

    # The pages beside it

    def read_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The whole set with what is wrong with it; by POST it is put in force as it was read."""
        framework = self._found(request, pk, change=request.method == "POST")
        if request.method != "POST":
            return self._read(request, framework)

        def put_in_force() -> str:
            frameworks.issue(framework, read=request.POST.get("read", ""))
            return gettext("The set is in force: %(set)s.") % {"set": framework}

        return self._do(request, framework, put_in_force)

    def next_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        framework = self._found(request, pk, change=True)
        if request.method != "POST":
            return redirect(READ, pk)
        try:
            made = frameworks.next_version(framework)
        except Refused as refused:
            return self._read(request, framework, refused=refused.sentence)
        said = {"version": made.version, "year": made.first_year}
        messages.success(request, gettext("Version %(version)s was made as a draft, from %(year)s on.") % said)
        return redirect(CHANGE, made.pk)

    def collect_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Forms that ask for the figures of the set, for whoever may add forms."""
        framework = self._found(request, pk)
        if not request.user.has_perm("indicators.add_reportingform"):
            raise PermissionDenied
        initial = {"name": framework.name}
        form = CollectForm(request.POST if request.method == "POST" else None, initial=initial)
        if request.method == "POST" and form.is_valid():
            return self._do(request, framework, lambda: self._collect(framework, form.cleaned_data))
        context = {"form": form, "plan": framework_forms.plan(framework)}
        title = gettext("Reporting forms from a score framework")
        return self._shown(request, COLLECTED, framework, context, title=title)

    def _collect(self, framework: ScoreFramework, said: dict[str, Any]) -> str:
        made = framework_forms.make(framework, **said)
        sentence = ngettext(
            "%(count)s form was made: %(codes)s.", "%(count)s forms were made: %(codes)s.", len(made)
        )
        done = sentence % {"count": len(made), "codes": ", ".join(form.code for form in made)}
        return f"{done} {gettext('Name who verifies, approves and publishes before its first round opens.')}"

    def _do(self, request: HttpRequest, framework: ScoreFramework, act: Callable[[], str]) -> HttpResponse:
        """Done, or 409 with the sentence and the set as it stands now."""
        try:
            messages.success(request, act())
        except Refused as refused:
            return self._read(request, self._found(request, framework.pk), refused=refused.sentence)
        return redirect(READ, framework.pk)

    def _found(self, request: HttpRequest, pk: int, *, change: bool = False) -> ScoreFramework:
        framework: ScoreFramework = self.get_object(request, str(pk))
        self._require(request, framework, change=change)
        return framework

    def _require(self, request: HttpRequest, framework: ScoreFramework, *, change: bool) -> None:
        may = self.has_change_permission if change else self.has_view_permission
        if not may(request, framework):
            raise PermissionDenied

    def _read(self, request: HttpRequest, framework: ScoreFramework, *, refused: str = "") -> HttpResponse:
        found = [] if framework.is_in_force else frameworks.faults(framework)
        context = {
            "faults": found,
            "parts": parts_of(framework),
            "read": frameworks.fingerprint(framework),
            "years": self.years(framework),
            "scored_kinds": self.scored_kinds(framework),
            "may_change": self.has_change_permission(request, framework),
            "may_collect": request.user.has_perm("indicators.add_reportingform"),
            "refused": refused,
        }
        return self._shown(request, WHOLE, framework, context, title=str(framework), status=409 if refused else 200)

    def _shown(
        self,
        request: HttpRequest,
        page: str,
        framework: ScoreFramework,
        context: Any,
        *,
        title: str,
        status: int = 200,
    ) -> HttpResponse:
        request.current_app = self.admin_site.name
        about = {"framework": framework, "title": title, "opts": self.opts}
        everything = {**self.admin_site.each_context(request), **about, **context}
        return TemplateResponse(request, page, everything, status=status)


def _names(rows: Any) -> list[str]:
    return [name for row in rows for name in (row if isinstance(row, tuple) else (row,))]
