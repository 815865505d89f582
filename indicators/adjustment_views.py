"""The page on which an adjustment of approved figures is asked for and taken back. Accepting and declining stand on
the review page, beside the other decisions."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from . import adjustments, slots, workflow
from .behalf_views import TidyField
from .clock import today
from .drafts import EMPTY, Cell, CellKey, frozen_cells
from .fields import VietnameseDateField
from .forms import Typed, read, tidy
from .models import (
    AdjustmentKind,
    AdjustmentRequest,
    FigureStatus,
    State,
    SubjectRule,
    Submission,
    ValueKind,
)
from .permissions import Standing, report_seen_by
from .refusals import Refused
from .requests import StaffRequest
from .sheet import in_words
from .slots import Layout, Slot


class AskingForm(forms.Form):
    """What is said of the request as a whole; the lines are read beside it."""

    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("What is asked for"), choices=AdjustmentKind, widget=forms.RadioSelect
    )
    reason = TidyField(
        label=gettext_lazy("Reason"),
        max_length=adjustments.LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Give the reason for the adjustment.")},
    )
    document = TidyField(
        label=gettext_lazy("Number of the document (empty where there is none)"), max_length=100, required=False
    )
    document_date = VietnameseDateField(label=gettext_lazy("Date of the document (day/month/year)"), required=False)

    def clean_document_date(self) -> Any:
        day = self.cleaned_data["document_date"]
        if day and day > today():
            raise ValidationError(_("The document cannot have been signed after today."))
        return day


@dataclass(frozen=True)
class Row:
    """One figure of the approved report, as it may be named: `wish` as typed, `figure` and `wished` in words."""

    key: CellKey
    name: str
    title: str
    code: str
    figure: str
    is_official: bool
    is_named: bool = False
    wish: str = ""
    wished: str = ""
    fault: str = ""


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def adjustment(request: StaffRequest, pk: int) -> HttpResponse:
    """For those who have a part in the report; to others it is not there. To a reviewer nothing is there that was
    not approved: the unit's draft is its own."""
    seen = report_seen_by(request.user, pk)
    if seen is None or not seen[1].has_a_part:
        raise Http404
    report, where = seen
    layout = slots.layout(report)
    if request.method != "POST":
        kind = "update" if request.GET.get("kind") == "update" else "mistake"
        return _page(request, report, where, layout, _blank(kind), _rows(report, layout, {}))
    if request.POST.get("action") == "withdraw":
        return _withdraw(request, report, where, layout)
    if request.POST.get("action") != "ask":
        raise BadRequest("No act of this page.")
    return _ask(request, report, where, layout)


def _blank(kind: str) -> AskingForm:
    return AskingForm(initial={"key": secrets.token_urlsafe(12), "kind": kind})


def _ask(request: StaffRequest, report: Submission, where: Standing, layout: Layout) -> HttpResponse:
    form, rows = AskingForm(request.POST), _rows(report, layout, request.POST)
    if not rows:
        closed = adjustments.barred(report, where)
        return _page(request, report, where, layout, form, rows, refused=closed, status=409)
    named = {row.key: row.wished for row in rows if row.is_named}
    if not form.is_valid() or not named or any(row.fault for row in rows):
        return _page(request, report, where, layout, form, rows)
    said = form.cleaned_data
    asking = adjustments.Asking(
        AdjustmentKind(said["kind"]), named, said["reason"], said["document"], said["document_date"]
    )
    try:
        is_new = adjustments.ask(report, asking, by=request.user, key=said["key"])
    except Refused as refused:
        return _page(request, report, where, layout, form, rows, refused=refused.in_full, status=409)
    if is_new:
        messages.success(request, _("The request was sent. Whoever may reopen the report decides about it."))
    else:
        messages.info(request, _("This page had been sent already, so nothing was done again."))
    return redirect("adjustment", report.pk)


def _withdraw(request: StaffRequest, report: Submission, where: Standing, layout: Layout) -> HttpResponse:
    number = request.POST.get("number", "")
    if not number.isdecimal() or len(number) > 18:
        raise BadRequest("No number of a request.")
    try:
        adjustments.withdraw(report, int(number), by=request.user)
    except Refused as refused:
        blank, rows = _blank("mistake"), _rows(report, layout, {})
        return _page(request, report, where, layout, blank, rows, refused=refused.in_full, status=409)
    messages.success(request, _("The request was taken back."))
    return redirect("adjustment", report.pk)


def _rows(report: Submission, layout: Layout, posted: Mapping[str, str]) -> list[Row]:
    """Of what stands approved; nothing where nothing does."""
    if report.state != State.APPROVED:
        return []
    cells = frozen_cells(workflow.latest_revision(report))
    return [_row(slot, cells.get(slot.key, EMPTY), posted) for slot in layout.slots]


def _row(slot: Slot, cell: Cell, posted: Mapping[str, str]) -> Row:
    definition = slot.line.definition
    wish = tidy(posted.get(f"{slot.name}-wish", ""))
    wished, fault = _understood(slot, wish) if wish else ("", "")
    return Row(
        key=slot.key,
        name=slot.name,
        title=_title(slot),
        code=slot.line.indicator.code,
        figure=in_words(definition, cell),
        is_official=not cell.state or cell.status == FigureStatus.OFFICIAL,
        is_named=bool(wish) or bool(posted.get(f"{slot.name}-adjust")),
        wish=wish,
        wished=wished,
        fault=fault,
    )


def _title(slot: Slot) -> str:
    name = slot.line.indicator.name
    return f"{name}, {slot.subject}" if slot.line.subject_rule == SubjectRule.EACH_COMMUNE else name


def _understood(slot: Slot, wish: str) -> tuple[str, str]:
    """The wished figure as it would be shown, or what is wrong with it: read as on the form of the report."""
    definition = slot.line.definition
    if definition.value_kind not in (ValueKind.NUMBER, ValueKind.RATIO):
        return wish[: adjustments.WISH_LENGTH], ""
    found = read(definition, Typed(value=wish))
    if found.cell is None:
        return "", " ".join(fault.sentence for fault in found.faults)
    return in_words(definition, found.cell)[: adjustments.WISH_LENGTH], ""


def _page(
    request: StaffRequest,
    report: Submission,
    where: Standing,
    layout: Layout,
    form: AskingForm,
    rows: list[Row],
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    last = adjustments.last_of(report)
    closed = adjustments.barred(report, where)
    names_nothing = form.is_bound and not any(row.is_named for row in rows)
    context = {
        "report": report,
        "unit": layout.unit,
        "is_reviewer": not where.works_on_it,
        "is_update": form["kind"].value() == AdjustmentKind.UPDATE,
        "can_update": any(not row.is_official for row in rows),
        "form": form,
        "fields": [form[name] for name in ("reason", "document", "document_date")],
        "rows": rows,
        "names_nothing": names_nothing,
        "faults": names_nothing or any(row.fault for row in rows),
        "asked": last,
        "asked_lines": _named(last, layout) if last else [],
        "may_withdraw": last is not None and adjustments.may_withdraw(last, where),
        "refused": refused,
        "closed": closed,
    }
    return render(request, "indicators/adjustment.html", context, status=status)


def _named(asked: AdjustmentRequest, layout: Layout) -> list[dict[str, str]]:
    """In the order of the form."""
    return [
        {"title": _title(slot), "wish": asked.wished[slot.key]} for slot in layout.slots if slot.key in asked.wished
    ]
