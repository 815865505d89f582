"""The page on which an administrator imports figures of many units and periods: upload, preview, confirm."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import spreadsheet
from ..figures_table import columns, confirming, telling
from ..figures_table.understanding import Plan, understand
from ..models import User
from ..permissions import IMPORT
from ..refusals import Refused
from .base import person

TEMPLATE = "admin/indicators/submission/import.html"
IMPORT_PAGE = "admin:indicators_submission_import"


class FiguresForm(forms.Form):
    """`plan` is what the table says; `data_of_file` are its bytes."""

    file = forms.FileField(
        label=gettext_lazy("Excel workbook (.xlsx) or CSV file"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, by: User, *args: Any) -> None:
        super().__init__(*args)
        self.by = by
        self.data_of_file = b""
        self.plan: Plan | None = None

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        self.data_of_file = upload.read(spreadsheet.MAX_BYTES + 1)  # enough to see that it is too large
        try:
            table = confirming.read_for_page(self.data_of_file, upload.name)
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused
        self.plan = understand([table], by=self.by)
        return upload


def may_import(request: HttpRequest) -> bool:
    return request.user.has_perm(IMPORT)


def import_figures(request: HttpRequest, site: Any) -> HttpResponse:
    """Nothing is written before the confirmation. Whom somebody may import for, `understand` asks row by row and
    `drafts.save_imported` once more under the lock."""
    if not may_import(request):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, site, FiguresForm(person(request)))
    if request.POST.get("action") == "write":
        return _confirm(request, site)
    form = FiguresForm(person(request), request.POST, request.FILES)
    if not form.is_valid() or form.plan is None:
        return _page(request, site, form)
    kept = ""
    if form.plan.can_be_written:
        name = form.cleaned_data["file"].name
        kept = confirming.keep(form.data_of_file, name, form.plan, by=person(request))
    return _page(request, site, form, plan=form.plan, kept=kept)


def empty_table(request: HttpRequest) -> HttpResponse:
    """The headers alone."""
    if not may_import(request):
        raise PermissionDenied
    headers = [column.label for column in columns.described()]
    answer = HttpResponse(spreadsheet.write_xlsx(headers, []), content_type=spreadsheet.XLSX)
    answer["Content-Disposition"] = 'attachment; filename="figures.xlsx"'
    return answer


def _confirm(request: HttpRequest, site: Any) -> HttpResponse:
    """Written all, or nothing: then the page once more, with what stands in the way."""
    by, address = person(request), reverse(IMPORT_PAGE)
    try:
        written = confirming.confirm(
            request.POST.get("kept", ""), by=by, keep_theirs=_kept_theirs(request), address=address
        )
    except Refused as refused:
        return _page(request, site, FiguresForm(by), refused=refused.sentence)
    except confirming.Overtaken as overtaken:
        sentence = _("The data changed after the preview. Nothing was written; the rows are compared anew below.")
        kept = overtaken.note if overtaken.plan.can_be_written else ""
        return _page(request, site, FiguresForm(by), plan=overtaken.plan, kept=kept, refused=sentence)
    if written.is_repeated:
        messages.info(request, _("This page had been sent already, so nothing was done again."))
    else:
        messages.success(request, telling.written(written.changed, written.reports))
    return redirect(address)


def _kept_theirs(request: HttpRequest) -> set[int]:
    """Rows whose figure was left to the person who changed it meanwhile."""
    named = (name.removeprefix("row-").removesuffix("-keep") for name in request.POST if name.endswith("-keep"))
    return {int(n) for n in named if n.isdecimal() and request.POST[f"row-{n}-keep"] == "theirs"}


def _page(
    request: HttpRequest,
    site: Any,
    form: FiguresForm,
    *,
    plan: Plan | None = None,
    kept: str = "",
    refused: str = "",
) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": _("Import figures"),
        "form": form,
        "plan": plan,
        "summary": telling.summary(plan) if plan else (),
        "kept": kept,
        "refused": refused,
        "columns": columns.described(),
        "most": telling.whole(confirming.ROWS_ON_PAGE),
    }
    request.current_app = site.name
    return TemplateResponse(request, TEMPLATE, context, status=409 if refused else 200)
