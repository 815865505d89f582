"""Acts of law on units: entered line by line or read from a table, shown before and after, applied once."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import inheritance, left_reports, reorganisation, spreadsheet
from ..models import LegalAct, UnitChange
from ..refusals import Refused
from ..reorganisation import table
from . import legal_act_proposals, legal_act_reports
from .base import Inline, KeptAdmin, RefusalInForm, person
from .legal_act_page import frozen, shown

PREVIEW = "admin:indicators_legalact_preview"


class ChangeInline(Inline):
    model = UnitChange
    fields = ["kind", "source", "target", "code_system", "code", "name", "unit_kind", "parent"]
    ordering = ["pk"]


class TableForm(forms.Form):
    """`found` is what the file says."""

    file = forms.FileField(
        label=_("Excel workbook (.xlsx) or CSV file"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, act: LegalAct, *args: Any) -> None:
        super().__init__(*args)
        self.act = act
        self.found = table.Read()

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        data = upload.read(spreadsheet.MAX_BYTES + 1)  # enough to see that it is too large
        try:
            self.found = table.read(data, upload.name, self.act.effective_on)
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused
        if self.found.faults:
            raise ValidationError(self.found.faults)
        return upload


@admin.register(LegalAct)
class LegalActAdmin(RefusalInForm, KeptAdmin):
    """A draft is changed by whoever keeps the catalogue; once applied it is only read."""

    fields = ["title", "document", "issued_by", "effective_on"]
    inlines = [ChangeInline]
    list_display = ["title", "document", "effective_on", "n_changes", "state"]
    list_select_related = ["document"]
    ordering = ["-effective_on", "pk"]
    search_fields = ["title", "document__name"]
    change_form_template = "admin/indicators/legalact/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[LegalAct]:
        return super().get_queryset(request).annotate(n_lines=Count("changes"))

    def get_urls(self) -> list[Any]:
        views = {
            "preview": self.preview_view,
            "lines": self.lines_view,
            "reports": self.reports_view,
            "proposals": self.proposals_view,
        }
        pages = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"indicators_legalact_{name}")
            for name, view in views.items()
        ]
        empty = self.admin_site.admin_view(self.empty_view)
        return [path("lines.xlsx", empty, name="indicators_legalact_empty"), *pages, *super().get_urls()]

    @admin.display(description=_("lines"), ordering="n_lines")
    def n_changes(self, act: Any) -> int:
        return int(act.n_lines)

    @admin.display(description=_("state"), ordering="applied_at")
    def state(self, act: LegalAct) -> str:
        return gettext("Applied") if act.is_applied else gettext("Not applied yet")

    def has_change_permission(self, request: HttpRequest, obj: LegalAct | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_applied)

    def has_delete_permission(self, request: HttpRequest, obj: LegalAct | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: LegalAct, form: Any, change: bool) -> None:
        """Asked once more under the lock: somebody may have applied it meanwhile."""
        if change:
            reorganisation.refuse_applied(obj)
        super().save_model(request, obj, form, change)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        act = self.get_object(request, object_id) if object_id and request.method == "POST" else None
        if act and act.is_applied and super().has_change_permission(request):
            return self._preview(request, act, refused=reorganisation.already_applied(act).sentence)
        return super().changeform_view(request, object_id, form_url, extra_context)

    # The pages

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        act = self._act(request, pk)
        if request.method != "POST":
            return self._preview(request, act)
        if not super().has_change_permission(request):
            raise PermissionDenied
        try:
            done = reorganisation.apply(act, by=person(request), read=request.POST.get("read", ""))
        except Refused as refused:
            act.refresh_from_db()
            return self._preview(request, act, refused=refused.sentence)
        messages.success(request, gettext("Applied: %(act)s.") % {"act": done})
        return redirect(PREVIEW, pk)

    def lines_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        act = self._act(request, pk)
        if not super().has_change_permission(request):
            raise PermissionDenied
        if act.is_applied:
            return self._preview(request, act, refused=reorganisation.already_applied(act).sentence)
        if request.method != "POST":
            return self._lines(request, act, TableForm(act))
        form = TableForm(act, request.POST, request.FILES)
        return self._write(request, act, form) if form.is_valid() else self._lines(request, act, form)

    def reports_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What becomes of the reports that its ended units left open."""

        def settle(act: LegalAct) -> str:
            done = left_reports.settle(act, legal_act_reports.choices(act, request.POST), by=person(request))
            sentence = ngettext("%(count)s report was decided.", "%(count)s reports were decided.", done)
            return sentence % {"count": done}

        template = "admin/indicators/legalact/reports.html"
        return self._decide(request, pk, template, legal_act_reports.context, settle)

    def proposals_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What may pass to the successors, each ticked by a person."""

        def confirm(act: LegalAct) -> str:
            done = inheritance.confirm(act, request.POST.getlist("passes"), by=person(request))
            sentence = ngettext("%(count)s proposal was confirmed.", "%(count)s proposals were confirmed.", done)
            return sentence % {"count": done}

        def listed(act: LegalAct, data: Any) -> dict[str, Any]:
            chosen = set(data.getlist("passes"))
            return legal_act_proposals.context(act, person(request), chosen)

        return self._decide(request, pk, "admin/indicators/legalact/proposals.html", listed, confirm)

    def _decide(
        self,
        request: HttpRequest,
        pk: int,
        template: str,
        listed: Callable[[LegalAct, Any], dict[str, Any]],
        carry_out: Callable[[LegalAct], str],
    ) -> HttpResponse:
        """A list of an applied act, and what a person decides of it: done, or 409 with the sentence."""
        act = self._act(request, pk)
        if not act.is_applied:
            return redirect(PREVIEW, pk)
        may_decide, refused = super().has_change_permission(request), ""
        if request.method == "POST":
            if not may_decide:
                raise PermissionDenied
            try:
                messages.success(request, carry_out(act))
                return redirect(request.path)
            except Refused as refusal:
                refused = refusal.sentence
        context = {**listed(act, request.POST), "act": act, "refused": refused, "may_decide": may_decide}
        return self._answer(request, template, context, status=409 if refused else 200)

    def empty_view(self, request: HttpRequest) -> HttpResponse:
        if not super().has_change_permission(request):
            raise PermissionDenied
        headers = [str(label).capitalize() for label in table.LABELS.values()]
        answer = HttpResponse(spreadsheet.write_xlsx(headers, []), content_type=spreadsheet.XLSX)
        answer["Content-Disposition"] = 'attachment; filename="legal-act.xlsx"'
        return answer

    def _act(self, request: HttpRequest, pk: int) -> LegalAct:
        act: LegalAct = self.get_object(request, str(pk))
        if not self.has_view_permission(request, act):
            raise PermissionDenied
        return act

    def _write(self, request: HttpRequest, act: LegalAct, form: TableForm) -> HttpResponse:
        try:
            written = table.write(act, form.found.rows)
        except Refused as refused:
            act.refresh_from_db()
            return self._preview(request, act, refused=refused.sentence)
        sentence = ngettext("%(count)s line was read.", "%(count)s lines were read.", written)
        messages.success(request, sentence % {"count": written})
        for note in form.found.notes:
            messages.info(request, note)
        return redirect(PREVIEW, act.pk)

    def _lines(self, request: HttpRequest, act: LegalAct, form: TableForm) -> HttpResponse:
        title = gettext("Read the lines of an act from a table")
        context = {"form": form, "act": act, "columns": table.described(), "title": title}
        return self._answer(request, "admin/indicators/legalact/lines.html", context)

    def _preview(self, request: HttpRequest, act: LegalAct, *, refused: str = "") -> HttpResponse:
        page = frozen(act) if act.is_applied else shown(act)
        may_apply = page.can_be_applied and super().has_change_permission(request)
        context = {"act": act, "page": page, "may_apply": may_apply, "refused": refused, "title": str(act)}
        return self._answer(
            request, "admin/indicators/legalact/preview.html", context, status=409 if refused else 200
        )

    def _answer(self, request: HttpRequest, template: str, context: Any, *, status: int = 200) -> HttpResponse:
        request.current_app = self.admin_site.name
        everything = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, everything, status=status)
