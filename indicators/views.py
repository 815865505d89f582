"""Pages of the staff of units: where to begin, my work, and one report."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from . import acts, autosave, drafts, form_page, forms, kept, slots
from .clock import now
from .models import Role, State, Submission, User
from .my_work import my_work
from .permissions import Standing, holds_role, report_seen_by, reviews
from .register_page import is_list, written
from .requests import StaffRequest
from .session_views import asks_for_json, login_required_keeping
from .task_page import my_tasks


@login_required
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """To the person's own work: entering and signing, reviewing, publishing; else the overview."""
    if holds_role(request.user, Role.REPORTER, Role.SIGNER):
        return redirect("submissions")
    if reviews(request.user):
        return redirect("admin:indicators_submission_changelist")
    if holds_role(request.user, Role.PUBLISHER):
        return redirect("admin:indicators_publication_rounds")
    return redirect("summary")


@login_required
@require_safe
def submissions(request: StaffRequest) -> HttpResponse:
    context = {"work": my_work(request.user), "tasks": my_tasks(request.user)}
    return render(request, "indicators/submissions.html", context)


@never_cache  # Back draws the page anew: an old one-time key would drop what is typed behind it
@login_required_keeping
@require_http_methods(["GET", "HEAD", "POST"])
def submission(request: StaffRequest, pk: int) -> HttpResponse:
    """Those who decide about a report read what was handed in, on the review page."""
    report, where = _report(request.user, pk)
    layout = slots.layout(report)
    asked = forms.group_number(request.GET.get("group", ""))
    if request.method != "POST":
        if not where.works_on_it:
            decides = where.has_a_part or request.user.is_superuser
            return redirect("admin:indicators_submission_change" if decides else "submission_print", pk)
        return _page(request, report, layout, _kept(request, report, layout), group=asked, where=where)
    posted = forms.read_post(request.POST, layout.slots, current=report.version)
    outcome = acts.carry_out(posted, report, by=request.user, address=reverse("submission", args=[pk]))
    if outcome.is_done or outcome.has_saved:
        kept.forget(request, request.path)
    if posted.action == "save" and asks_for_json(request):
        return _answer(request, report, layout, outcome)
    if not outcome.is_done:
        report, where = _report(request.user, pk)
        return _page(request, report, layout, outcome, group=posted.group, where=where)
    return _done(request, pk, outcome, asked)


def _done(request: StaffRequest, pk: int, outcome: acts.Outcome, asked: int) -> HttpResponse:
    if outcome.is_repeated:
        messages.info(request, _("This page had been sent already, so nothing was done again."))
    else:
        messages.success(request, _said(outcome, _report(request.user, pk)[0]))
    return redirect(_address(pk, asked if outcome.posted.action in ("save", "mark_blanks") else 0))


def _address(pk: int, group: int) -> str:
    """A group of the form that is filled in alone stays so, by its address."""
    return reverse("submission", args=[pk]) + (f"?group={group}" if group else "")


def _report(user: User, pk: int) -> tuple[Submission, Standing]:
    if (seen := report_seen_by(user, pk)) is None:
        raise Http404
    return seen


def _kept(request: StaffRequest, report: Submission, layout: slots.Layout) -> acts.Outcome | None:
    """What was typed before the session ended, if it has not been sent since."""
    typed = kept.laid_by(request, request.path)
    if typed is None:
        return None
    try:
        posted = forms.read_post(typed.fields, layout.slots, current=report.version)
    except BadRequest:
        return None
    return acts.given_back(posted)


def _answer(request: StaffRequest, before: Submission, layout: slots.Layout, outcome: acts.Outcome) -> JsonResponse:
    report, where = _report(request.user, before.pk)
    page = form_page.draw(report, layout, user=request.user, outcome=outcome, where=where)
    changed = drafts.changes_since(report, outcome.posted.version)
    return JsonResponse(autosave.answer(page, outcome, request.POST, changed), status=outcome.status)


def _page(
    request: StaffRequest,
    report: Submission,
    layout: slots.Layout,
    outcome: acts.Outcome | None = None,
    *,
    group: int,
    where: Standing,
) -> HttpResponse:
    page = form_page.draw(report, layout, user=request.user, outcome=outcome, group=group, where=where)
    status = outcome.status if outcome and request.method == "POST" else 200
    seen = {
        "page": page,
        "typist": kept.typist(request.user, request.path),
        "script": autosave.for_script(page, request.user),
    }
    if is_list(report):
        return render(request, "indicators/register_list.html", seen | {"list": written(report)}, status=status)
    return render(request, "indicators/submission.html", seen, status=status)


def _said(outcome: acts.Outcome, report: Submission) -> str:
    said = {
        "save": _("Saved at %(time)s"),
        "mark_blanks": ngettext(
            "Saved at %(time)s. %(count)s line was marked as could not be collected.",
            "Saved at %(time)s. %(count)s lines were marked as could not be collected.",
            outcome.marked,
        ),
        "submit": _("Sent for signature at %(time)s")
        if report.state == State.AWAITING_SIGN_OFF
        else _("Report sent at %(time)s"),
        "sign": _("Signed off and sent at %(time)s"),
        "return": _("Returned for completion at %(time)s"),
        "withdraw": _("Report withdrawn at %(time)s"),
    }
    return said[outcome.posted.action] % {"time": f"{localtime(now()):%H:%M}", "count": outcome.marked}
