"""The page on which a unit reads the reviewers' own figures beside its own, and explains its own."""

import secrets

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from . import assessing, explaining, kept, slots
from .models import Submission, User
from .permissions import report_seen_by
from .refusals import Refused
from .session_views import login_required_keeping
from .views import StaffRequest


@never_cache  # Back draws the page anew: an old one-time key would drop what is typed behind it
@login_required_keeping
@require_http_methods(["GET", "HEAD", "POST"])
def submission_assessed(request: StaffRequest, pk: int) -> HttpResponse:
    """For the unit's own people; to others it is not there."""
    report = _report(request.user, pk)
    if request.method != "POST":
        typed = kept.laid_by(request, request.path)
        given_back = explaining.read(typed.fields) if typed else {}
        return _page(request, report, given_back, is_given_back=typed is not None)
    texts, key = explaining.read(request.POST), request.POST.get("key", "")[:64]
    try:
        is_new = assessing.explain(report, texts, by=request.user, key=key)
    except Refused as refused:
        return _page(request, _report(request.user, pk), texts, refused=refused.in_full)
    kept.forget(request, request.path)
    if is_new:
        messages.success(request, _("The explanation is saved. The reviewers read it beside the figures."))
    else:
        messages.info(request, _("This page had been sent already, so nothing was done again."))
    return redirect("submission", pk)


def _report(user: User, pk: int) -> Submission:
    seen = report_seen_by(user, pk)
    if seen is None or not assessing.may_explain(seen[1]):
        raise Http404
    return seen[0]


def _page(
    request: StaffRequest,
    report: Submission,
    typed: dict[int, str],
    *,
    refused: str = "",
    is_given_back: bool = False,
) -> HttpResponse:
    layout = slots.layout(report)
    figures = explaining.shown(report, layout.slots, report.events.all(), typed)
    context = {
        "report": report,
        "unit": layout.unit,
        "figures": figures,
        "can_explain": any(not figure.closed for figure in figures),
        "key": secrets.token_urlsafe(12),
        "typist": kept.typist(request.user, request.path),
        "refused": refused,
        "is_given_back": is_given_back,
    }
    return render(request, "indicators/assessed.html", context, status=409 if refused else 200)
