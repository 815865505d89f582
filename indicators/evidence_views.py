"""The evidence of a report: what stands beside each line, attached and removed; and its files, downloaded."""

import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from . import evidence, files
from .drafts import EMPTY, cells_of
from .evidence import Attached
from .models import SubjectRule, Submission, User
from .permissions import report_seen_by, standing
from .refusals import Refused
from .requests import StaffRequest
from .slots import Layout, Slot, layout
from .validation import lacks_evidence


class InMemory(FileUploadHandler):
    """Keeps of an upload what may be kept and one byte more, enough to see that it is too large. Nothing of it
    touches the disk before it has been looked at, and what goes beyond is dropped as it comes."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.room = settings.EVIDENCE_MAX_BYTES + 1  # for all files of a request together: the form has one

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.room -= self.content.write(raw_data[: self.room])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.content.seek(0)
        return InMemoryUploadedFile(
            self.content, self.field_name, self.file_name or "", self.content_type, file_size, self.charset
        )


class FileOrLink(forms.Form):
    """`upload` is the file once it was found fit to be kept."""

    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    file = forms.FileField(
        label=gettext_lazy("File (PDF, PNG, JPG, XLSX or DOCX)"),
        required=False,
        allow_empty_file=True,  # refused with our own sentence
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.xlsx,.docx"}),
    )
    link = forms.CharField(label=gettext_lazy("or a link"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.upload: files.Upload | None = None

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given:
            with _said_in_form():
                files.refuse_size(given.size)
                self.upload = files.accept(given.read(), given.name)
        return given

    def clean_link(self) -> str:
        with _said_in_form():
            return evidence.plain_link(self.cleaned_data["link"]) if self.cleaned_data["link"] else ""


class AttachForm(FileOrLink):
    """A file or a link beside a line."""

    line = forms.CharField(widget=forms.HiddenInput)
    description = forms.CharField(label=gettext_lazy("What it shows"), required=False)

    def __init__(self, slots: list[Slot], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = {slot.name: slot for slot in slots}

    @property
    def slot(self) -> Slot | None:
        return self.slots.get(str(self.data.get("line", "") or self.initial.get("line", "")))

    def clean_line(self) -> Slot:
        if self.slot is None:
            raise ValidationError(_("This line is not part of the report."))
        return self.slot

    def clean_description(self) -> str:
        with _said_in_form():
            return evidence.plain_description(self.cleaned_data["description"])

    def clean(self) -> None:
        if not self.errors and bool(self.upload) == bool(self.cleaned_data["link"]):
            both = self.upload is not None
            one = _("Evidence is either a file or a link.") if both else _("Choose a file or give a link.")
            raise ValidationError(one)


@contextmanager
def _said_in_form() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise ValidationError(refused.sentence) from refused


@dataclass(frozen=True)
class Line:
    """One cell of the report on the page of its evidence."""

    slot: Slot
    about: str  # the commune of a grid line
    items: tuple[Attached, ...]
    withdrawn: tuple[Attached, ...]
    earlier: tuple[evidence.Earlier, ...]  # of the period before, as a hint
    is_chosen: bool
    lacks: bool


@csrf_exempt  # asked for in _page_of_evidence: the handler must stand before anything reads the request
def submission_evidence(request: StaffRequest, pk: int) -> HttpResponse:
    request.upload_handlers = [InMemory(request)]
    return _page_of_evidence(request, pk)


@never_cache
@csrf_protect
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def _page_of_evidence(request: StaffRequest, pk: int) -> HttpResponse:
    """`?line=HT.01` opens the form of that line."""
    report = _report(request.user, pk)
    form = layout(report)
    if request.method != "POST":
        return _page(request, report, form, _blank(form, request.GET.get("line", "")))
    if request.POST.get("action") == "remove":
        return _remove(request, report, form)
    return _attach(request, report, form)


@never_cache
@login_required
@require_GET
def evidence_file(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """A file, or the way to where a link leads, for whoever may see the report, as evidence.readable says; to
    others neither is there. Both are written down."""
    visible = Submission.objects.visible_to(request.user).select_related("round")
    report = get_object_or_404(visible, pk=pk)
    item = evidence.readable(report, number, standing(request.user, report))
    if item is None:
        raise Http404
    if item.file is None:
        files.log(request, of=report, by=request.user, number=item.pk, name=item.link)
        return redirect(item.link)
    try:
        return files.answer(request, item.file, of=report, by=request.user)
    except files.FileDamaged as damaged:
        return render(request, "indicators/evidence_damaged.html", {"sentence": damaged.sentence}, status=500)


def _report(user: User, pk: int) -> Submission:
    """For those who may see its draft; to others it is not there."""
    seen = report_seen_by(user, pk)
    if seen is None or not seen[1].works_on_it:
        raise Http404
    return seen[0]


def _blank(form: Layout, line: str) -> AttachForm:
    return AttachForm(form.slots, initial={"line": line, "key": secrets.token_urlsafe(12)})


def _attach(request: StaffRequest, report: Submission, form: Layout) -> HttpResponse:
    if sentence := evidence.barred(report, standing(request.user, report)):
        return _page(request, report, form, _blank(form, ""), refused=sentence, status=409)
    posted = AttachForm(form.slots, request.POST, request.FILES)
    if not posted.is_valid():
        return _page(request, report, form, posted)
    try:
        is_new = _carry_out(posted, report, request.user)
    except files.NoRoom as full:
        return _page(request, report, form, posted, refused=full.sentence, status=507)
    except Refused as refused:
        return _page(request, report, form, posted, refused=refused.sentence, status=409)
    if is_new:
        messages.success(request, _("The evidence was attached."))
    else:
        messages.info(request, _("This page had been sent already, so nothing was done again."))
    return redirect(f"{evidence.page_of(report)}#{posted.cleaned_data['line'].name}")


def _carry_out(posted: AttachForm, report: Submission, user: User) -> bool:
    said = posted.cleaned_data
    beside: Any = {"description": said["description"], "by": user, "key": said["key"]}
    if posted.upload:
        return evidence.attach_file(report, said["line"].key, posted.upload, **beside)
    return evidence.attach_link(report, said["line"].key, said["link"], **beside)


def _remove(request: StaffRequest, report: Submission, form: Layout) -> HttpResponse:
    number = request.POST.get("number", "")
    try:
        is_gone = evidence.remove(report, int(number) if number.isdecimal() else 0, by=request.user)
    except Refused as refused:
        return _page(request, report, form, _blank(form, ""), refused=refused.sentence, status=409)
    if is_gone:
        messages.success(request, _("The evidence was removed."))
    else:
        messages.success(request, _("The evidence was withdrawn. An earlier hand-in names it, so it is kept."))
    return redirect(evidence.page_of(report))


def _page(
    request: StaffRequest,
    report: Submission,
    form: Layout,
    posted: AttachForm,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "report": report,
        "unit": form.unit,
        "lines": _lines(report, form, posted.slot),
        "form": posted,
        "refused": refused,
        "closed": evidence.barred(report, standing(request.user, report)),
        "limit": settings.EVIDENCE_MAX_BYTES // 1_000_000,
    }
    return render(request, "indicators/evidence.html", context, status=status)


def _lines(report: Submission, form: Layout, chosen: Slot | None) -> list[Line]:
    """Three queries whatever the number of lines, and one more where figures stand of the period before."""
    items, gone, cells = evidence.attached(report), evidence.withdrawn(report), cells_of(report)
    before = evidence.of_last_period([slot.before for slot in form.slots if slot.before])
    return [
        Line(
            slot,
            about=str(slot.subject) if slot.line.subject_rule == SubjectRule.EACH_COMMUNE else "",
            items=items.get(slot.key, ()),
            withdrawn=gone.get(slot.key, ()),
            earlier=before.get(slot.before.pk, ()) if slot.before else (),
            is_chosen=chosen is not None and slot.key == chosen.key,
            lacks=lacks_evidence(slot.line, cells.get(slot.key, EMPTY), slot.key in items),
        )
        for slot in form.slots
    ]
