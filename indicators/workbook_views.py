"""The Excel form of a report: down to be filled in, up to be shown, confirmed to be written."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from . import numbers, spreadsheet
from .entry import closed_because
from .models import Submission, User
from .permissions import report_seen_by, standing
from .refusals import Busy, Refused
from .requests import StaffRequest
from .slots import Layout, layout
from .workbook import confirming
from .workbook.understanding import Preview
from .workbook.writing import write


class UploadForm(forms.Form):
    """`preview` is what the file says of the report; `data` are its bytes."""

    file = forms.FileField(
        label=gettext_lazy("Excel form, filled in (.xlsx)"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, report: Submission, form: Layout, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.report, self.form = report, form
        self.data_of_file = b""
        self.preview: Preview | None = None

    def clean_file(self) -> object:
        upload = self.cleaned_data["file"]
        self.data_of_file = upload.read(spreadsheet.MAX_BYTES + 1)  # enough to see that it is too large
        try:
            self.preview = confirming.preview_of(self.data_of_file, self.report, self.form)
        except Busy:
            raise  # no fault of the file: the view says so
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused
        return upload


@never_cache
@login_required
@require_safe
def submission_workbook(request: StaffRequest, pk: int) -> HttpResponse:
    report = _report(request.user, pk)
    return _file(report, write(report, layout(report), version=report.version))


@never_cache  # Back draws the page anew: an old note would write nothing
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_import(request: StaffRequest, pk: int) -> HttpResponse:
    report = _report(request.user, pk)
    form = layout(report)
    if request.method != "POST":
        return _page(request, report, form, UploadForm(report, form), closed=_barred(report, request.user))
    if request.POST.get("action") == "write":
        return _confirm(request, report, form)
    if sentence := _barred(report, request.user):
        return _page(request, report, form, UploadForm(report, form), closed=sentence, status=409)
    if request.POST.get("action") == "mark":
        return _marked(request, report, form)
    try:
        return _shown(request, report, form)
    except Busy as busy:
        return _refuse(request, report, form, busy)


submission_import.reads_files = True  # type: ignore[attr-defined]


def _shown(request: StaffRequest, report: Submission, form: Layout) -> HttpResponse:
    """What the uploaded file would change. Nothing is written."""
    upload = UploadForm(report, form, request.POST, request.FILES)
    if not upload.is_valid() or upload.preview is None:
        return _page(request, report, form, upload)
    kept = ""
    if upload.preview.changed or upload.preview.faults:
        kept = confirming.keep(upload.data_of_file, upload.preview, report, by=request.user)
    return _page(request, report, form, upload, preview=upload.preview, kept=kept)


def _report(user: User, pk: int) -> Submission:
    """For those who may see its draft; to others it is not there."""
    seen = report_seen_by(user, pk)
    if seen is None or not seen[1].works_on_it:
        raise Http404
    return seen[0]


def _barred(report: Submission, user: User) -> str:
    if sentence := closed_because(report):
        return sentence
    reports = standing(user, report).reports
    return "" if reports else _("Figures are entered by those who report for the unit.")


def _confirm(request: StaffRequest, report: Submission, form: Layout) -> HttpResponse:
    """Written all, or nothing: then the page once more, with what stands in the way."""
    text, address = request.POST.get("kept", ""), reverse("submission", args=[report.pk])
    mine = {slot.name: request.POST.get(f"{slot.name}-keep") == "mine" for slot in form.slots}
    try:
        written = confirming.confirm(text, report, form, by=request.user, keep_mine=mine, address=address)
    except Refused as refused:
        return _refuse(request, report, form, refused)
    except confirming.Overtaken as overtaken:
        return _shown_anew(request, report, form, overtaken)
    if written.is_repeated:
        messages.info(request, _("This page had been sent already, so nothing was done again."))
    else:
        messages.success(request, _said(written.changed))
    return redirect(address)


def _said(changed: int) -> str:
    if not changed:
        return _("Nothing in the Excel form differed from what stands here.")
    sentence = ngettext(
        "%(count)s line was written from the Excel form.",
        "%(count)s lines were written from the Excel form.",
        changed,
    )
    return sentence % {"count": changed}


def _shown_anew(
    request: StaffRequest, report: Submission, form: Layout, overtaken: confirming.Overtaken
) -> HttpResponse:
    """The same file against the draft as it stands now."""
    refused = _("The report changed after the preview. Nothing was written; the lines are compared anew below.")
    upload, preview = UploadForm(report, form), overtaken.preview
    return _page(request, report, form, upload, preview=preview, kept=overtaken.note, refused=refused, status=409)


def _refuse(request: StaffRequest, report: Submission, form: Layout, refused: Refused) -> HttpResponse:
    upload = UploadForm(report, form)
    return _page(request, report, form, upload, refused=refused.sentence, status=refused.status)


def _marked(request: StaffRequest, report: Submission, form: Layout) -> HttpResponse:
    """The refused file once more, its faulty cells marked."""
    try:
        kept = confirming.kept_file(request.POST.get("kept", ""), report, by=request.user)
        preview = confirming.preview_of(kept.data, report, form)
    except Refused as refused:
        return _refuse(request, report, form, refused)
    return _file(report, confirming.marked_workbook(preview, report, form))


def _file(report: Submission, data: bytes) -> HttpResponse:
    words = f"{report.round.form.code} {report.unit_id} {report.round.period.label}"
    answer = HttpResponse(data, content_type=spreadsheet.XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{slugify(numbers.fold(words.replace("/", " ")))}.xlsx"'
    return answer


def _page(
    request: StaffRequest,
    report: Submission,
    form: Layout,
    upload: UploadForm,
    *,
    preview: Preview | None = None,
    kept: str = "",
    refused: str = "",
    closed: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "report": report,
        "unit": form.unit,
        "form": upload,
        "preview": preview,
        "kept": kept,
        "refused": refused,
        "closed": closed,
    }
    return render(request, "indicators/workbook_import.html", context, status=status)
