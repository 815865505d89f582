"""Entering on behalf of a unit: the page where a verifier begins and ends it, and the signed scan, downloaded."""

import secrets

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from . import behalf, files
from .evidence_views import InMemory, StaffRequest
from .models import Submission, Unit, User
from .paper_forms import SignedPaperForm, TidyField
from .permissions import Standing, standing
from .refusals import Refused


class OnBehalfForm(SignedPaperForm):
    """Why the unit cannot enter its figures, and what it signed instead."""

    reason = TidyField(
        label=gettext_lazy("Why the unit cannot enter its figures itself"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("State why the unit cannot enter its figures itself.")},
    )
    number = TidyField(
        label=gettext_lazy("Number of the signed document (empty where it has none)"),
        max_length=100,
        required=False,
    )
    field_order = ("key", "reason", "number")

    @property
    def paper(self) -> behalf.Paper:
        said = self.cleaned_data
        return behalf.Paper(
            reason=said["reason"],
            number=said["number"],
            signed_on=said["signed_on"],
            signer=said["signer"],
            signer_title=said["signer_title"],
        )


@csrf_exempt  # asked for in _page_of_act: the handler must stand before anything reads the request
def submission_on_behalf(request: StaffRequest, pk: int) -> HttpResponse:
    request.upload_handlers = [InMemory(request)]
    return _page_of_act(request, pk)


@never_cache
@csrf_protect
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def _page_of_act(request: StaffRequest, pk: int) -> HttpResponse:
    """For those who verify the report; to others it is not there."""
    report = _report(request.user, pk)
    if not standing(request.user, report).verifies:
        raise Http404
    if request.method != "POST":
        return _page(request, report, _blank())
    if request.POST.get("action") == "end":
        return _end(request, report)
    return _enter(request, report)


@never_cache
@login_required
@require_GET
def on_behalf_scan(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """For whoever may see the report, as behalf.readable_scan says; to others neither is there."""
    report = _report(request.user, pk)
    kept = behalf.readable_scan(report, number, standing(request.user, report))
    if kept is None:
        raise Http404
    try:
        return files.answer(request, kept, of=report, by=request.user)
    except files.FileDamaged as damaged:
        return render(request, "indicators/evidence_damaged.html", {"sentence": damaged.sentence}, status=500)


def _report(user: User, pk: int) -> Submission:
    visible = Submission.objects.visible_to(user).select_related("round__form", "round__period", "unit")
    return get_object_or_404(visible, pk=pk)


def _blank() -> OnBehalfForm:
    return OnBehalfForm(initial={"key": secrets.token_urlsafe(12)})


def _enter(request: StaffRequest, report: Submission) -> HttpResponse:
    posted = OnBehalfForm(request.POST, request.FILES)
    if not posted.is_valid() or posted.upload is None:
        return _page(request, report, posted)
    try:
        is_new = behalf.enter(report, posted.paper, posted.upload, by=request.user, key=posted.cleaned_data["key"])
    except files.NoRoom as full:
        return _page(request, report, posted, refused=full.sentence, status=507)
    except Refused as refused:
        return _page(request, report, posted, refused=refused.sentence, status=409)
    if is_new:
        messages.success(request, _("The figures can be entered on behalf of the unit now, until they are sent."))
    else:
        messages.info(request, _("This page had been sent already, so nothing was done again."))
    return redirect("submission", report.pk)


def _end(request: StaffRequest, report: Submission) -> HttpResponse:
    number = request.POST.get("number", "")[:18]
    try:
        behalf.end(report, int(number) if number.isdecimal() else 0, by=request.user)
    except Refused as refused:
        return _page(request, report, _blank(), refused=refused.sentence, status=409)
    messages.success(request, _("Entry on behalf of the unit has ended. What was entered stays in the draft."))
    return redirect(behalf.page_of(report))


def _page(
    request: StaffRequest, report: Submission, form: OnBehalfForm, *, refused: str = "", status: int = 200
) -> HttpResponse:
    where = standing(request.user, report)
    closed = behalf.barred(report, where)
    context = {
        "report": report,
        "unit": Unit.objects.with_slice(report.round.period.last_day).get(pk=report.unit_id),
        "form": form,
        "act": _open_act(report, where),
        "is_mine": where.on_behalf,
        "refused": refused,
        "closed": closed,
        "limit": settings.EVIDENCE_MAX_BYTES // 1_000_000,
    }
    is_barred = bool(closed) and request.method == "POST" and status == 200
    return render(request, "indicators/on_behalf.html", context, status=409 if is_barred else status)


def _open_act(report: Submission, where: Standing) -> behalf.Shown | None:
    act = behalf.shown(report, where)
    return act if act and act.is_open else None
