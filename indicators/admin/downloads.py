from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models import Download, Submission
from ..templatetags.figures import moment
from .base import ReadOnly, unit_name

OF_REPORT: dict[str, Any] = {"valid_from__lt": OuterRef("round__period__day_after_last")}
OF_DOWNLOAD: dict[str, Any] = {"valid_from__lt": OuterRef("submission__round__period__day_after_last")}


class ReportFilter(admin.SimpleListFilter):
    """Reports of which anything was taken, the newest first."""

    title = _("report")
    parameter_name = "report"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        taken = Download.objects.filter(submission=OuterRef("pk"))
        reports = Submission.objects.filter(Exists(taken)).select_related("round__form", "round__period")
        named = reports.annotate(unit_name=unit_name("unit", **OF_REPORT))
        return [(str(each.pk), _report(each.round, each.unit_name)) for each in named.order_by("-pk")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        return queryset.filter(submission=int(value)) if value.isdecimal() else queryset


def _report(round_: Any, unit: str | None) -> str:
    return gettext("%(unit)s: %(report)s") % {"unit": unit or "–", "report": round_}


@admin.register(Download)
class DownloadAdmin(ReadOnly, admin.ModelAdmin):
    """Who took which evidence, or followed which link: for the administrators of the province."""

    actions = None
    list_display = ["taken_at", "by", "name", "report", "address"]
    list_display_links = ["taken_at", "name"]
    list_filter = ["at", ("by", admin.RelatedOnlyFieldListFilter), ReportFilter]
    list_per_page = 50
    list_select_related = ["by", "submission__round__form", "submission__round__period", "task__programme"]
    fields = ["taken_at", "by", "report", "name", "number", "sha256", "address"]
    readonly_fields = ["taken_at", "report"]
    search_fields = ["name", "by__username", "by__full_name", "address", "sha256"]
    ordering = ["-at", "pk"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Download]:
        rows = super().get_queryset(request).select_related(*self.list_select_related)
        return rows.annotate(unit_name=unit_name("submission__unit", **OF_DOWNLOAD))

    @admin.display(description=_("at"), ordering="at")
    def taken_at(self, download: Any) -> str:
        return moment(download.at)

    @admin.display(description=_("report"), ordering="submission")
    def report(self, download: Any) -> str:
        """Or the task that the evidence is of."""
        if download.task:
            named = {"code": download.task.code, "programme": download.task.programme}
            return gettext("Task %(code)s: %(programme)s") % named
        return _report(download.submission.round, download.unit_name)
