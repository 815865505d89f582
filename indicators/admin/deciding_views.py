"""The page on which a round is approved, or many of its reports are returned. It shows and asks; deciding.py
decides."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import deciding
from ..clock import today
from ..deciding import Choice, Outcome
from ..fields import VietnameseDateField
from ..models import Round, Submission
from ..permissions import reviews
from ..refusals import Refused
from .base import person
from .changed_since import Changed, changed_since
from .deciding_page import DecidingPage, page
from .queue import approved_by, with_unit_names

MOST_DIGITS = 18  # what a key holds on both databases
TEMPLATE = "admin/indicators/submission/round.html"


class DecideForm(forms.Form):
    """Beside the ticks, each of which holds what was read of its report."""

    action = forms.ChoiceField(choices=[("approve", ""), ("return", "")])
    key = forms.CharField(max_length=40)
    number = forms.CharField(label=gettext_lazy("number of the decision"), required=False, max_length=100)
    decided_on = VietnameseDateField(label=gettext_lazy("day of the decision"), required=False)
    comment = forms.CharField(
        label=gettext_lazy("reason, where reports are returned"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )

    def clean(self) -> dict[str, Any] | None:
        said = super().clean() or {}
        if said.get("action") == "approve":
            if not said.get("number"):
                self.add_error("number", _("Give the number of the decision."))
            if not said.get("decided_on") and "decided_on" not in self.errors:
                self.add_error("decided_on", _("Give the day of the decision."))
            if (day := said.get("decided_on")) and day > today():
                self.add_error("decided_on", _("The decision cannot be of a later day than today."))
        if said.get("action") == "return" and not said.get("comment", "").strip():
            self.add_error("comment", _("Give a reason for the return."))
        return said


@dataclass(frozen=True)
class Barred:
    """What the page says of a report that could not be decided: the sentence, and what changed where it did."""

    unit: str
    address: str
    sentence: str
    changed: Changed | None


def decide_round(request: HttpRequest, site: AdminSite, pk: int) -> HttpResponse:
    round_ = _found(request, pk)
    if request.method != "POST":
        return _page(request, site, round_, _empty())
    form = DecideForm(request.POST)
    if not form.is_valid():
        if {"action", "key"} & form.errors.keys():
            raise BadRequest("No decision on a round.")
        return _page(request, site, round_, form, chosen=_chosen(request))
    try:
        outcome = deciding.decide(_choice(request, round_, form))
    except Refused as refused:
        return _page(request, site, round_, form, chosen=set(), refused=refused.sentence)
    _tell(request, form.cleaned_data["action"], outcome)
    if outcome.refused:
        return _page(request, site, round_, _anew(form), barred=_barred(request, outcome))
    return redirect(request.path)


def _found(request: HttpRequest, pk: int) -> Round:
    """For those who approve a report of the round, and for superusers, who see it and decide nothing."""
    user = person(request)
    if not reviews(user):
        raise PermissionDenied
    round_ = Round.objects.select_related("form", "period").filter(pk=pk).first()
    if round_ is None:
        raise Http404
    if not user.is_superuser and not approved_by(user, round_.submissions.all()).exists():
        raise Http404
    return round_


def _empty() -> DecideForm:
    return DecideForm(initial={"key": uuid4().hex, "decided_on": today()})


def _anew(form: DecideForm) -> DecideForm:
    """After a decision that left some out: what was typed stays, under a key of its own."""
    typed = {name: form.data.get(name, "") for name in ("number", "decided_on", "comment")}
    return DecideForm(initial={"key": uuid4().hex, **typed})


def _chosen(request: HttpRequest) -> set[str]:
    return set(request.POST.getlist("report"))


def _choice(request: HttpRequest, round_: Round, form: DecideForm) -> Choice:
    said = form.cleaned_data
    read = {}
    for ticked in _chosen(request):
        report, _colon, sha256 = ticked.partition(":")
        if not report.isdecimal() or len(report) > MOST_DIGITS:
            raise BadRequest("No report.")
        read[int(report)] = sha256
    return Choice(
        move=said["action"],
        round=round_,
        read=read,
        by=person(request),
        key=said["key"],
        comment=said["comment"] if said["action"] == "return" else "",
        number=said["number"],
        decided_on=said["decided_on"],
    )


def _tell(request: HttpRequest, move: str, outcome: Outcome) -> None:
    count = len(outcome.done)
    if outcome.is_repeated:
        messages.info(request, _("This was done already; nothing was done twice."))
    elif count and move == "approve":
        sentence = ngettext("%(count)s report approved.", "%(count)s reports approved.", count)
        messages.success(request, sentence % {"count": count})
    elif count:
        sentence = ngettext("%(count)s report returned.", "%(count)s reports returned.", count)
        messages.success(request, sentence % {"count": count})


def _barred(request: HttpRequest, outcome: Outcome) -> list[Barred]:
    pks = [refusal.report for refusal in outcome.refused]
    named: Any = with_unit_names(Submission.objects.to_review(person(request)).filter(pk__in=pks))
    reports = {report.pk: report for report in named.select_related("round__form", "round__period", "unit")}
    return [
        Barred(
            unit=reports[each.report].unit_name,
            address=reverse("admin:indicators_submission_change", args=[each.report]),
            sentence=each.sentence,
            changed=changed_since(reports[each.report], each.read) if each.read else None,
        )
        for each in outcome.refused
    ]


def _page(
    request: HttpRequest,
    site: AdminSite,
    round_: Round,
    form: DecideForm,
    *,
    chosen: set[str] | None = None,
    refused: str = "",
    barred: list[Barred] | None = None,
) -> HttpResponse:
    shown: DecidingPage = page(round_, person(request))
    context = {
        **site.each_context(request),
        "opts": Submission._meta,
        "title": _("Approve: %(round)s") % {"round": round_},
        "page": shown,
        "form": form,
        "decision_fields": [form["number"], form["decided_on"]],
        "return_fields": [form["comment"]],
        "ticks": [(report, chosen is None or f"{report.pk}:{report.read}" in chosen) for report in shown.waiting],
        "refused": refused,
        "barred": barred or [],
    }
    return TemplateResponse(request, TEMPLATE, context, status=409 if refused or barred else 200)
