"""The pages of a list beside that of its report: one row, the table down and up."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from . import kept, numbers, register_drafts, register_table, spreadsheet
from .entry import closed_because
from .models import Submission, User
from .permissions import Standing, report_seen_by
from .refusals import Busy, Refused
from .register_drafts import Drafted, Listed
from .register_page import is_list
from .requests import StaffRequest
from .session_views import login_required_keeping

ACTIONS = ("save", "off", "undo")


def _report(user: User, pk: int) -> tuple[Submission, Standing]:
    """A list, for those who may see its draft; to others it is not there."""
    seen = report_seen_by(user, pk)
    if seen is None or not seen[1].works_on_it or not is_list(seen[0]):
        raise Http404
    return seen


def _closed(report: Submission, where: Standing) -> str:
    return closed_because(report) or (
        "" if where.reports else _("Figures are entered by those who report for the unit.")
    )


@never_cache
@login_required_keeping
@require_http_methods(["GET", "HEAD", "POST"])
def submission_row(request: StaffRequest, pk: int) -> HttpResponse:
    """One row of the list, by `?code=`; without it a new one."""
    report, where = _report(request.user, pk)
    rows = register_drafts.the_list(report)
    code = request.GET.get("code", "")
    row = next((each for each in rows if each.code == code), None)
    if code and row is None:
        raise Http404
    units = register_table.owners(report, rows)
    facts = row.facts if row else register_drafts.blank(report)
    data = request.POST if request.method == "POST" else None
    initial = register_table.initial_of(facts, units)
    if data is None:
        typed_before = kept.laid_by(request, request.get_full_path())
        fields = typed_before.fields if typed_before else None
        form = register_table.RowForm(fields, owners=units, code=code, initial=initial)
        return _page(request, report, where, form, row, typed_at=fields.get("version", "") if fields else None)
    form = register_table.RowForm(data, owners=units, code=code, initial=initial)
    action = data.get("action", "")
    if action not in ACTIONS or (action != "save" and row is None):
        return HttpResponse(status=400)
    if action == "save" and not form.is_valid():
        return _page(request, report, where, form, row)
    typed = {code or form.cleaned_data["code"]: _departure(action, form, row)}
    if action == "save" and not code and set(typed) & {each.code for each in rows}:
        form.add_error("code", _("This code is already in the list."))
        return _page(request, report, where, form, row)
    return _saved(request, report, where, typed, form, row)


def _departure(action: str, form: register_table.RowForm, row: Listed | None) -> Drafted | None:
    if action == "undo" or (row is None and action == "off"):
        return None
    return Drafted(row.facts, is_off=True) if row and action == "off" else Drafted(form.facts)


def _saved(
    request: StaffRequest,
    report: Submission,
    where: Standing,
    typed: register_drafts.Typed,
    form: register_table.RowForm,
    row: Listed | None,
) -> HttpResponse:
    version = request.POST.get("version", "")
    if not version.isdecimal() or len(version) > 9:
        return HttpResponse(status=400)
    try:
        register_drafts.save(report, typed, by=request.user, version=int(version))
    except Refused as refused:
        return _page(request, report, where, form, row, refused=refused.in_full, status=409)
    kept.forget(request, request.get_full_path())
    messages.success(request, _("Row %(code)s was saved.") % {"code": ", ".join(typed)})
    return redirect("submission", report.pk)


def _page(
    request: StaffRequest,
    report: Submission,
    where: Standing,
    form: register_table.RowForm,
    row: Listed | None,
    *,
    refused: str = "",
    status: int = 200,
    typed_at: str | None = None,
) -> HttpResponse:
    """`typed_at`: what stands in the form was typed before the session ended, at that version, and is not saved."""
    context = {
        "report": report,
        "form": form,
        "row": row,
        "refused": refused,
        "closed": _closed(report, where),
        "is_kept": typed_at is not None,
        "version": typed_at or report.version,
        "typist": kept.typist(request.user, request.get_full_path()),
    }
    return render(request, "indicators/register_row.html", context, status=status)


@never_cache
@login_required
@require_safe
def submission_list_table(request: StaffRequest, pk: int) -> HttpResponse:
    report, _where = _report(request.user, pk)
    answer = HttpResponse(register_table.write(report), content_type=spreadsheet.XLSX)
    words = f"{report.round.form.code} {report.unit_id} {report.round.period.label}"
    name = slugify(numbers.fold(words.replace("/", " ")))
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


class TableForm(forms.Form):
    """`read` is what the file asks of the list."""

    file = forms.FileField(
        label=gettext_lazy("Table of the list (.xlsx, .csv)"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, report: Submission, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.report = report
        self.read = register_table.Read()

    def clean_file(self) -> object:
        upload = self.cleaned_data["file"]
        data = upload.read(spreadsheet.MAX_BYTES + 1)  # enough to see that it is too large
        try:
            self.read = register_table.read(data, upload.name, self.report)
        except Busy:
            raise  # no fault of the file: the view says so
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused
        if self.read.faults:
            raise ValidationError(self.read.faults)
        return upload


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_list_import(request: StaffRequest, pk: int) -> HttpResponse:
    """All rows of the file go into the draft, where each stands with what becomes of it, or none."""
    report, where = _report(request.user, pk)
    closed = _closed(report, where)
    if request.method != "POST":
        return _upload(request, report, TableForm(report), closed=closed)
    if closed:
        return _upload(request, report, TableForm(report), closed=closed, status=409)
    form = TableForm(report, request.POST, request.FILES)
    try:
        if not form.is_valid():
            return _upload(request, report, form)
        changed = register_drafts.save(report, form.read.typed, by=request.user, version=form.read.since(report))
    except Refused as refused:
        return _upload(request, report, TableForm(report), refused=refused.in_full, status=refused.status)
    messages.success(request, " ".join([_said(changed), *form.read.notes]))
    return redirect("submission", report.pk)


submission_list_import.reads_files = True  # type: ignore[attr-defined]


def _said(changed: int) -> str:
    if not changed:
        return _("Nothing in the table differed from what stands here.")
    sentence = ngettext("%(count)s row was written.", "%(count)s rows were written.", changed)
    return sentence % {"count": changed}


def _upload(
    request: StaffRequest,
    report: Submission,
    form: TableForm,
    *,
    refused: str = "",
    closed: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"report": report, "form": form, "refused": refused, "closed": closed}
    return render(request, "indicators/register_import.html", context, status=status)
