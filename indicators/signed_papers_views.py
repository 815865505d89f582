"""The page on which a signed document is attached, and that document, downloaded."""

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from . import check_codes, files, signed_papers, signing, workflow
from .clock import now
from .evidence_views import InMemory, StaffRequest
from .fields import VietnameseDateField
from .models import Capacity, Revision, Submission, Unit, User
from .paper_forms import SignedPaperForm, TidyField
from .permissions import Standing, report_seen_by
from .refusals import ContentChanged, Refused

AUTHORITY = ("authority_number", "authority_date", "authorised_from", "authorised_to")


class SignedDocumentForm(SignedPaperForm):
    """What the unit's leader signed. The check code ties the paper to what waits for the signature; a document that
    bears none is ticked so, which the reviewers are told."""

    revision = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    number = TidyField(
        label=gettext_lazy("Number of the signed document"),
        max_length=100,
        error_messages={"required": gettext_lazy("State the number of the signed document.")},
    )
    capacity = forms.ChoiceField(
        label=gettext_lazy("Signed as"),
        choices=[("", "–"), *Capacity.choices],
        error_messages={"required": gettext_lazy("State in which capacity the document was signed.")},
    )
    authority_number = TidyField(
        label=gettext_lazy("Number of the authorising document"), max_length=100, required=False
    )
    authority_date = VietnameseDateField(label=gettext_lazy("Day of the authorising document"), required=False)
    authorised_from = VietnameseDateField(label=gettext_lazy("Authorised from"), required=False)
    authorised_to = VietnameseDateField(label=gettext_lazy("Authorised to the end of"), required=False)
    code = TidyField(label=gettext_lazy("Check code printed on the document"), max_length=40, required=False)
    bears_no_code = forms.BooleanField(label=gettext_lazy("The document bears no check code"), required=False)
    field_order = ("key", "revision", "number", "signed_on", "signer", "signer_title", "capacity", *AUTHORITY)

    def __init__(self, handed_in: Revision | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.handed_in = handed_in

    def of_authority(self) -> list[Any]:
        return [self[name] for name in AUTHORITY]

    def of_paper(self) -> list[Any]:
        return [self[name] for name in ("number", "signed_on", "signer", "signer_title", "capacity")]

    def clean_code(self) -> str:
        code, about = self.cleaned_data["code"], self.handed_in
        if code and about and not check_codes.is_of(code, about.sha256, about.number):
            raise ValidationError(signing.wrong_code(about.number))
        return code

    def clean(self) -> None:
        said = self.cleaned_data
        self._of_the_code(said)
        if "capacity" not in said:
            return
        if said["capacity"] == Capacity.AUTHORISED:
            self._whole_authority(said)
        elif said.get("authorised_from") or said.get("authorised_to"):
            name = "authorised_from" if said.get("authorised_from") else "authorised_to"
            self.add_error(name, _("Only signing by authorisation (TUQ.) has days of its own."))

    def _of_the_code(self, said: dict[str, Any]) -> None:
        if "code" not in said or bool(said["code"]) != said["bears_no_code"]:
            return
        if not said["code"]:
            self.add_error("code", _("Type the check code printed on the document, or tick that it bears none."))
        else:
            self.add_error("code", _("Either the document bears a check code or it bears none."))

    def _whole_authority(self, said: dict[str, Any]) -> None:
        for name in AUTHORITY:
            if name in said and not said[name]:
                sentence = _(
                    "Signing by authorisation (TUQ.) needs the number and the day of the document, and from when "
                    "to when it holds."
                )
                self.add_error(name, sentence)
                return
        first, last, signed = (said.get(name) for name in ("authorised_from", "authorised_to", "signed_on"))
        if first and last and last < first:
            self.add_error("authorised_to", _("An authorisation ends on the day it begins or later."))
        elif first and last and signed and not first <= signed <= last:
            self.add_error("signed_on", _("The document was signed outside the days of the authorisation."))

    @property
    def said(self) -> signed_papers.Said:
        typed = {name: value for name, value in self.cleaned_data.items() if name in SAID}
        return signed_papers.Said(title=self.cleaned_data["signer_title"], **typed)


SAID = frozenset(signed_papers.Said.__dataclass_fields__) - {"title"}


@csrf_exempt  # asked for in _page_of_signing: the handler must stand before anything reads the request
def submission_signed(request: StaffRequest, pk: int) -> HttpResponse:
    request.upload_handlers = [InMemory(request)]
    return _page_of_signing(request, pk)


@never_cache
@csrf_protect
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def _page_of_signing(request: StaffRequest, pk: int) -> HttpResponse:
    """For the unit's own people; to others it is not there."""
    report, where = _report(request.user, pk)
    if request.method != "POST":
        return _page(request, report, where, _blank(report))
    return _attach(request, report, where)


@never_cache
@login_required
@require_GET
def signed_document(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """For whoever may see the report; to others neither is there."""
    report = get_object_or_404(Submission.objects.visible_to(request.user), pk=pk)
    kept = signed_papers.readable(report, number)
    if kept is None:
        raise Http404
    try:
        return files.answer(request, kept, of=report, by=request.user)
    except files.FileDamaged as damaged:
        return render(request, "indicators/evidence_damaged.html", {"sentence": damaged.sentence}, status=500)


def _report(user: User, pk: int) -> tuple[Submission, Standing]:
    seen = report_seen_by(user, pk)
    if seen is None or not seen[1].works_on_it:
        raise Http404
    return seen


def _blank(report: Submission) -> SignedDocumentForm:
    latest = workflow.latest_revision(report)
    usual = signed_papers.usual(report)
    first = {"key": secrets.token_urlsafe(12), "revision": latest.sha256 if latest else ""}
    return SignedDocumentForm(latest, initial=usual | {"signer_title": usual.get("title", "")} | first)


def _attach(request: StaffRequest, report: Submission, where: Standing) -> HttpResponse:
    posted = SignedDocumentForm(workflow.latest_revision(report), request.POST, request.FILES)
    if signed_papers.was_sent(request.POST.get("key", ""), by=request.user):
        return _repeated(request, report)
    if sentence := workflow.paper_bar(report, request.user, where):
        return _page(request, report, where, posted, refused=sentence, status=409)
    if not posted.is_valid() or posted.upload is None:
        return _page(request, report, where, posted)
    sent = posted.cleaned_data
    facts: Any = {"by": request.user, "revision": sent["revision"], "key": sent["key"]}
    try:
        is_new = signed_papers.attach(report, posted.said, posted.upload, **facts)
    except files.NoRoom as full:
        return _page(request, report, where, posted, refused=full.sentence, status=507)
    except ContentChanged as changed:
        posted = SignedDocumentForm(posted.handed_in, _about(request, posted.handed_in), request.FILES)
        return _page(request, report, where, posted, refused=changed.in_full, status=409)
    except Refused as refused:
        return _page(request, report, where, posted, refused=refused.in_full, status=409)
    if not is_new:
        return _repeated(request, report)
    told = {"time": f"{localtime(now()):%H:%M}"}
    messages.success(request, _("Signed off by the attached document and sent at %(time)s") % told)
    return redirect("submission", report.pk)


def _about(request: StaffRequest, revision: Revision | None) -> QueryDict:
    """What was typed, on a page about what waits now: the next press is made knowing that it changed."""
    fields = request.POST.copy()
    fields["revision"] = revision.sha256 if revision else ""
    return fields


def _repeated(request: StaffRequest, report: Submission) -> HttpResponse:
    messages.info(request, _("This page had been sent already, so nothing was done again."))
    return redirect("submission", report.pk)


def _page(
    request: StaffRequest,
    report: Submission,
    where: Standing,
    form: SignedDocumentForm,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "report": report,
        "unit": Unit.objects.with_slice(report.round.period.last_day).get(pk=report.unit_id),
        "form": form,
        "handed_in": form.handed_in,
        "refused": refused,
        "closed": workflow.paper_bar(report, request.user, where),
        "limit": settings.EVIDENCE_MAX_BYTES // 1_000_000,
    }
    return render(request, "indicators/signed.html", context, status=status)
