"""Pages of the staff of units: where to begin, my work, and one report."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from . import acts, form_page, forms
from .clock import now
from .models import Role, State, Submission, User
from .my_work import my_work
from .permissions import holds_role, reviews, standing


class StaffRequest(HttpRequest):
    """A request behind login_required."""

    user: User


@login_required
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """To the person's own work: entering and signing, else reviewing, else the overview."""
    if holds_role(request.user, Role.REPORTER, Role.SIGNER):
        return redirect("submissions")
    if reviews(request.user):
        return redirect("admin:indicators_submission_changelist")
    return redirect("summary")


@login_required
@require_safe
def submissions(request: StaffRequest) -> HttpResponse:
    return render(request, "indicators/submissions.html", {"work": my_work(request.user)})


@never_cache  # Back draws the page anew: an old one-time key would drop what is typed behind it
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission(request: StaffRequest, pk: int) -> HttpResponse:
    """Those who decide about a report read what was handed in, on the review page."""
    report = _report(request.user, pk)
    layout = forms.layout(report)
    if request.method != "POST":
        if not standing(request.user, report).works_on_it:
            return redirect("admin:indicators_submission_change", pk)
        return _page(request, report, layout)
    posted = forms.read_post(request.POST, layout.slots, current=report.version)
    outcome = acts.carry_out(posted, report, by=request.user, address=reverse("submission", args=[pk]))
    if not outcome.is_done:
        return _page(request, _report(request.user, pk), layout, outcome)
    if outcome.is_repeated:
        messages.info(request, _("This page had been sent already, so nothing was done again."))
    else:
        messages.success(request, _said(posted.action, _report(request.user, pk)))
    return redirect("submission", pk)


def _report(user: User, pk: int) -> Submission:
    visible = Submission.objects.visible_to(user).select_related("round__form", "round__period")
    return get_object_or_404(visible, pk=pk)


def _page(
    request: StaffRequest, report: Submission, layout: forms.Layout, outcome: acts.Outcome | None = None
) -> HttpResponse:
    page = form_page.draw(report, layout, user=request.user, outcome=outcome)
    status = outcome.status if outcome else 200
    return render(request, "indicators/submission.html", {"page": page}, status=status)


def _said(action: str, report: Submission) -> str:
    said = {
        "save": _("Saved at %(time)s"),
        "submit": _("Sent for signature at %(time)s")
        if report.state == State.AWAITING_SIGN_OFF
        else _("Report sent at %(time)s"),
        "sign": _("Signed off and sent at %(time)s"),
        "return": _("Returned for completion at %(time)s"),
        "withdraw": _("Report withdrawn at %(time)s"),
    }
    return said[action] % {"time": f"{localtime(now()):%H:%M}"}
