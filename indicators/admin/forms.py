from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from .. import rules
from ..calendars import show_day
from ..form_rules import refuse_impossible
from ..models import Calendar, FormCheck, FormLine, ReportingForm, StepHolder
from ..resources import FormResource
from .base import Inline, InlineForm, KeptAdmin, LabelledRows, PlainFields, RefusalInForm
from .preview import preview
from .tables import TableAdmin

STEPS = ("asks_sign_off", "sign_off_way", "asks_verification", "asks_publication")


class LineInline(Inline):
    model = FormLine
    ordering = ["order", "pk"]


class HolderFormSet(LabelledRows):
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


class CheckForm(InlineForm):
    """Each side is read as it will be when the rule is checked; whether its codes are lines of the form is asked
    when lines and rules are saved, since both may change at once."""

    def clean(self) -> None:
        super().clean()
        self._read("left", rules.parse_codes)
        self._read("right", lambda text: rules.parse_right(self.cleaned_data.get("kind", ""), text))

    def _read(self, side: str, parse: Callable[[str], rules.Side]) -> None:
        try:
            if text := self.cleaned_data.get(side):
                parse(text)
        except ValueError as unreadable:
            self.add_error(side, str(unreadable))


class CheckInline(PlainFields, admin.StackedInline):
    model = FormCheck
    form = CheckForm
    extra = 1  # as for every inline (base.py)
    verbose_name = _("checking rule")
    verbose_name_plural = _("checking rules")
    fields = [("left", "comparison", "right"), ("kind", "if_missing"), ("severity", "order"), "sentence"]
    ordering = ["order", "pk"]


@admin.register(ReportingForm)
class ReportingFormAdmin(TableAdmin, RefusalInForm, KeptAdmin):
    resource_classes = [FormResource]
    export_through = "form"
    inlines = [LineInline, CheckInline, HolderInline]
    within = ((FormLine, "form"), (FormCheck, "form"), (StepHolder, "form"))
    filter_horizontal = ["units"]
    fieldsets = (
        (_("The form"), {"fields": ("code", "name", ("kind", "register"), "issued_by", "contact", "units")}),
        (
            _("Calendar and due date"),
            {
                "fields": (
                    ("frequency", "calendar"),
                    "opens_after",
                    ("due_after", "due_in_working_days"),
                    "opens_itself_from",
                )
            },
        ),
        (
            _("Steps of a report"),
            {
                "fields": (
                    ("asks_sign_off", "sign_off_way"),
                    "asks_verification",
                    "asks_publication",
                    ("counting_figure", "days_to_explain"),
                )
            },
        ),
    )
    list_display = [
        "code",
        "name",
        "frequency",
        "by_calendar",
        "number_of_lines",
        "number_of_units",
        "opens_itself",
    ]
    list_display_links = ["code", "name"]
    list_filter = ["frequency", "calendar"]
    list_select_related = ()
    search_fields = ["code", "name"]
    ordering = ["code", "pk"]
    change_form_template = "admin/indicators/reportingform/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReportingForm]:
        forms = super().get_queryset(request)
        return forms.annotate(n_lines=_how_many(FormLine, "form"), n_units=_how_many(UNITS, "reportingform"))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refuse_impossible(form.instance)

    @admin.display(description=_("calendar"), ordering="calendar")
    def by_calendar(self, form: ReportingForm) -> Any:
        """In a word: the full label says the days and fills the column."""
        return _("calendar months") if form.calendar == Calendar.STATISTICAL else _("Decree 09/2019")

    @admin.display(description=_("lines"), ordering="n_lines")
    def number_of_lines(self, form: Any) -> int:
        return form.n_lines

    @admin.display(description=_("units that report"), ordering="n_units")
    def number_of_units(self, form: Any) -> int:
        return form.n_units

    @admin.display(description=_("rounds open by themselves"), ordering="opens_itself_from")
    def opens_itself(self, form: ReportingForm) -> Any:
        if form.opens_itself_from is None:
            return _("by hand")
        return _("for periods from %(date)s") % {"date": show_day(form.opens_itself_from)}

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.preview_view)
        return [path("<int:pk>/preview/", view, name="indicators_reportingform_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """404 for a form that is not there or out of sight, 403 for who may not look at forms."""
        form = self.get_object(request, str(pk))
        if not self.has_view_permission(request, form):
            raise PermissionDenied
        return preview(request, form)


UNITS: Any = ReportingForm.units.through


def _how_many(rows: type[Model], form: str) -> Any:
    """Counted on its own: two relations joined would multiply each other."""
    mine = rows._default_manager.filter(**{form: OuterRef("pk")}).order_by().values(form)
    return Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0)
