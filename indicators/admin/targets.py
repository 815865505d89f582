"""Targets and baselines. A row that was recorded stays as it is: another figure is another row, and the row before
keeps when, by whom and why it was replaced (indicators/targets.py writes them all)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import recording, targets
from ..clock import today
from ..models import Baseline, FromDocument, Operator, Qualifier, Target
from ..refusals import Refused
from ..resources import TargetResource
from ..templatetags.figures import figure, moment, with_unit
from .base import CatalogueAdmin, RefusalInForm, person, unit_name
from .catalogue import of_today
from .tables import TableAdmin

REASON_LENGTH = 2_000


@dataclass
class Written:
    """A figure as our filter prints it."""

    value: Decimal | None
    decimals: int
    qualifier: str


@dataclass(frozen=True)
class Past:
    """A row of a figure's history, newest first."""

    row: FromDocument
    figure: str
    recorded: str
    replaced: str


def printed(row: FromDocument, unit_of_measure: str) -> str:
    """ "≥ 95%", "khoảng 400 tỷ đồng"; a baseline has no operator. With the decimals that the figure needs, for the
    column fills up with zeros."""
    operator = getattr(row, "operator", "")
    about = Qualifier.ABOUT.value if operator == Operator.ABOUT else ""
    needed = max(0, -int(row.value.normalize().as_tuple().exponent))
    shown = with_unit(figure(Written(row.value, needed, about)), unit_of_measure or "")
    return f"{Operator(operator).label} {shown}" if operator and not about else shown


class ReplaceForm(forms.ModelForm):
    """Another figure in place of the one that holds, or, by the second button, none; both with a reason."""

    reason = forms.CharField(
        label=_("Reason for replacing or withdrawing"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Give the reason why this figure no longer holds.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "_withdraw" in self.data:
            for name, field in self.fields.items():
                field.disabled = name != "reason"


class StandingFilter(admin.SimpleListFilter):
    """What holds now, unless asked otherwise."""

    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("replaced", _("Replaced or withdrawn")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("In force")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(superseded_at__isnull=self.value() != "replaced")


class RecordedAdmin(RefusalInForm, CatalogueAdmin):
    """What both share; `fixed` is never changed once recorded, `changing` by a replacement."""

    fixed: tuple[str, ...]
    changing: tuple[str, ...]
    chain: tuple[str, ...]  # rows that agree in these are one figure's history
    record: Any
    replace: Any
    withdraw: Any
    joined: tuple[str, ...] = ("indicator", "document")
    list_display_links = ["indicator", "printed_value"]
    change_form_template = "admin/indicators/recorded/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related(*self.joined, "recorded_by", "superseded_by")
        return rows.annotate(**self.annotated())

    def annotated(self) -> dict[str, Any]:
        return {
            "unit_name": unit_name("unit", valid_from__lte=today()),
            "unit_of_measure": of_today("unit_of_measure", indicator="indicator"),
        }

    @admin.display(description=_("unit"), ordering="unit_name")
    def about(self, row: Any) -> str:
        return row.unit_name or "–"

    @admin.display(description=_("figure"), ordering="value")
    def printed_value(self, row: Any) -> str:
        return printed(row, row.unit_of_measure)

    @admin.display(description=_("document"), ordering="document__name")
    def from_document(self, row: Any) -> str:
        """With the programme below it, where there is one."""
        programme = getattr(row, "programme", None)
        return format_html("{}<br>{}", row.document, programme) if programme else str(row.document)

    @admin.display(description=_("recorded"), ordering="recorded_at")
    def recorded(self, row: FromDocument) -> str:
        return _at_by(row.recorded_at, row.recorded_by)

    @admin.display(description=_("in force"), boolean=True, ordering="superseded_at")
    def holds(self, row: FromDocument) -> bool:
        return row.is_current

    @admin.display(description=_("replaced or withdrawn"))
    def replaced(self, row: FromDocument) -> str:
        return _at_by(row.superseded_at, row.superseded_by)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def is_open(self, request: HttpRequest, obj: FromDocument) -> bool:
        return obj.is_current and self.has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.recorded_with
        if self.is_open(request, obj):
            return [*self.fixed, "recorded", *self.changing, "reason"]
        return [*self.fixed, *self._shown(), "recorded", "replaced", "superseded_because"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return []
        if self.is_open(request, obj):
            return [*self.fixed, "recorded"]
        return self.get_fields(request, obj)

    def _shown(self) -> list[str]:
        return ["printed_value", *(name for name in self.changing if name not in ("operator", "value"))]

    @property
    def recorded_with(self) -> list[str]:
        return [*("unit" if name == "about" else name for name in self.fixed), *self.changing]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None and self.is_open(request, obj):
            kwargs.setdefault("form", ReplaceForm)
        return super().get_form(request, obj, change=change, **kwargs)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A row that was replaced meanwhile is shown as it stands now, with the sentence: 409."""
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id and getattr(request, "refusal", ""):
            response.status_code = 409
        return response

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        row = kwargs.get("obj")
        if row:
            context["subtitle"] = self.named(row)
        context["is_open"] = row is None or self.is_open(request, row)
        context["history"] = self._history(request, row) if row else []
        return super().render_change_form(request, context, *args, **kwargs)

    def _history(self, request: HttpRequest, row: Any) -> list[Past]:
        same = self.get_queryset(request).filter(**_facts(row, self.chain))
        return [
            Past(each, self.printed_value(each), self.recorded(each), self.replaced(each))
            for each in same.order_by("-recorded_at", "-pk")
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The row that was opened is left alone; what follows (log, redirect) is about the new one."""
        by = person(request)
        if not change:
            obj.pk = self.record(**_facts(obj, self.recorded_with), by=by).pk
        elif not obj.is_current:
            raise Refused(str(recording.REPLACED_MEANWHILE))
        elif "_withdraw" in request.POST:
            self.withdraw(obj, reason=form.cleaned_data["reason"], by=by)
        else:
            facts = _facts(obj, self.changing)
            obj.pk = self.replace(obj, **facts, reason=form.cleaned_data["reason"], by=by).pk

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """In words: the row itself says only its number."""
        row = self.get_queryset(request).get(pk=obj.pk)
        said = {"what": self.named(row), "figure": self.printed_value(row)}
        messages.success(request, gettext("Recorded: %(what)s: %(figure)s.") % said)
        if "_continue" in request.POST:
            return redirect(reverse(f"admin:indicators_{self.opts.model_name}_change", args=[obj.pk]))
        page = "add" if "_addanother" in request.POST else "changelist"
        return redirect(reverse(f"admin:indicators_{self.opts.model_name}_{page}"))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return self._logged(super().log_addition(request, obj, message), obj)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return self._logged(super().log_change(request, obj, message), obj)

    def named(self, row: Any) -> str:
        """Which figure it is, in words."""
        return f"{row.indicator}, {row.year}"

    def _logged(self, entry: LogEntry, row: Any) -> LogEntry:
        """What the list of recent acts says of a row."""
        entry.object_repr = self.named(row)[:200]
        entry.save(update_fields=["object_repr"])
        return entry

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if "_withdraw" in request.POST:
            messages.success(request, gettext("The figure was withdrawn."))
            return redirect(reverse(f"admin:indicators_{self.opts.model_name}_changelist"))
        messages.success(request, gettext("The figure was replaced; the one before stands below with the reason."))
        return redirect(reverse(f"admin:indicators_{self.opts.model_name}_change", args=[obj.pk]))


def _facts(row: FromDocument, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _at_by(at: Any, by: Any) -> str:
    return ", ".join(filter(None, [moment(at), str(by) if by else ""]))


@admin.register(Target)
class TargetAdmin(TableAdmin, RecordedAdmin):
    resource_classes = [TargetResource]
    fixed = ("indicator", "level", "about", "year", "document", "programme")
    changing = ("operator", "value")
    chain = ("indicator", "level", "unit", "year", "document")
    list_display = ["indicator", "at_level", "year", "printed_value", "from_document", "recorded", "holds"]
    list_filter = [StandingFilter, "level", ("year", admin.AllValuesFieldListFilter), "programme"]
    list_select_related = ["indicator", "document", "programme", "recorded_by"]
    search_fields = ["indicator__code", "indicator__name", "document__name", "unit__slices__name"]
    ordering = ["indicator__code", "year", "level", "pk"]

    @admin.display(description=_("level"), ordering="level")
    def at_level(self, row: Any) -> str:
        """With the unit below it, where it is a unit's."""
        level = row.get_level_display()
        return format_html("{}<br>{}", level, row.unit_name) if row.unit_id else level

    record = staticmethod(targets.record_target)
    replace = staticmethod(targets.replace_target)
    withdraw = staticmethod(targets.withdraw_target)


@admin.register(Baseline)
class BaselineAdmin(RecordedAdmin):
    """One for each indicator and unit, so that a better one may come from another year and document."""

    fixed = ("indicator", "about")
    changing = ("year", "value", "document")
    chain = ("indicator", "unit")
    list_display = ["indicator", "about", "year", "printed_value", "from_document", "recorded", "holds"]
    list_filter = [StandingFilter, ("year", admin.AllValuesFieldListFilter)]
    list_select_related = ["indicator", "document", "recorded_by"]
    search_fields = ["indicator__code", "indicator__name", "document__name", "unit__slices__name"]
    ordering = ["indicator__code", "year", "pk"]

    record = staticmethod(targets.record_baseline)
    replace = staticmethod(targets.replace_baseline)
    withdraw = staticmethod(targets.withdraw_baseline)
