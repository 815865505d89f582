"""The page of one task: what was said and done of it, and the forms of whoever may do something about it; and the
evidence beside its reports, downloaded."""

import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from . import files, tasks
from .clock import today
from .evidence_views import FileOrLink, InMemory
from .fields import VietnameseDateField
from .models import Task, TaskAct, User
from .paper_forms import TidyField
from .refusals import Refused
from .requests import StaffRequest
from .task_page import seen_by, task_page

AREA = forms.Textarea(attrs={"rows": 3})


class ReportForm(FileOrLink):
    """Progress in words; with a day, that the task is done. Evidence may stand beside either."""

    text = TidyField(
        label=gettext_lazy("How the task stands"), max_length=tasks.LENGTH, required=False, widget=AREA
    )
    done_on = VietnameseDateField(
        label=gettext_lazy("Done on (day/month/year; empty while it is not done)"), required=False
    )
    document = TidyField(
        label=gettext_lazy("Document that shows it: number and date (empty where there is none)"),
        max_length=300,
        required=False,
    )
    field_order = ("key", "text", "done_on", "document", "file", "link")

    def clean_done_on(self) -> Any:
        day = self.cleaned_data["done_on"]
        if day and day > today():
            raise ValidationError(_("A task is not done on a day to come."))
        return day

    def clean(self) -> None:
        if self.errors:
            return
        if self.upload and self.cleaned_data["link"]:
            self.add_error("link", _("Evidence is either a file or a link."))
        if not self.cleaned_data["text"] and self.cleaned_data["done_on"] is None:
            self.add_error("text", _("Say how the task stands."))

    @property
    def said(self) -> tasks.Report:
        facts = {name: self.cleaned_data[name] for name in ("text", "done_on", "document", "link")}
        return tasks.Report(**facts, upload=self.upload)


class AnswerForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = TidyField(
        label=gettext_lazy("Why it is not accepted (empty where it is confirmed)"),
        max_length=tasks.LENGTH,
        required=False,
        widget=AREA,
    )


class MoveForm(forms.Form):
    due_on = VietnameseDateField(label=gettext_lazy("New deadline (day/month/year)"))
    reason = TidyField(
        label=gettext_lazy("Why the deadline is moved"),
        max_length=tasks.LENGTH,
        widget=AREA,
        error_messages={"required": gettext_lazy("Say why the deadline is moved.")},
    )


FORMS: dict[str, tuple[str, type[forms.Form]]] = {  # the button → the name of its form on the page
    "report": ("report", ReportForm),
    "confirm": ("answer", AnswerForm),
    "refuse": ("answer", AnswerForm),
    "move": ("move", MoveForm),
}


@csrf_exempt  # asked for in _page_of_task: the handler must stand before anything reads the request
def task(request: StaffRequest, pk: int) -> HttpResponse:
    request.upload_handlers = [InMemory(request)]
    return _page_of_task(request, pk)


@never_cache
@csrf_protect
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def _page_of_task(request: StaffRequest, pk: int) -> HttpResponse:
    """For whoever may see the task; to others it is not there."""
    about = _task(request.user, pk)
    if request.method != "POST":
        return _page(request, about)
    action = request.POST.get("action", "")
    if action not in FORMS:
        raise BadRequest("No such button.")
    return _carry_out(request, about, action)


@never_cache
@login_required
@require_GET
def task_evidence(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """The file of a report, or the way to where its link leads, for whoever may see the task. Both are written
    down."""
    about = _task(request.user, pk)
    act = TaskAct.objects.filter(task=about, number=number).select_related("file").first()
    if act is None or not (act.file or act.link):
        raise Http404
    if act.file is None:
        files.log(request, of=about, by=request.user, number=act.pk, name=act.link)
        return redirect(act.link)
    try:
        return files.answer(request, act.file, of=about, by=request.user)
    except files.FileDamaged as damaged:
        return render(request, "indicators/evidence_damaged.html", {"sentence": damaged.sentence}, status=500)


def _task(user: User, pk: int) -> Task:
    found = seen_by(user, pk)
    if found is None:
        raise Http404
    return found


def _carry_out(request: StaffRequest, about: Task, action: str) -> HttpResponse:
    """What was typed stands on the page again where something is wrong with it."""
    name, kind = FORMS[action]
    form = kind(request.POST, request.FILES, auto_id=_ids(name))
    if sentence := _barred(about, request.user, name):
        return _page(request, about, {name: form}, refused=sentence, status=409)
    if not form.is_valid():
        return _page(request, about, {name: form})
    try:
        said = ACTS[action](about, form, request.user)
    except files.NoRoom as full:
        return _page(request, about, {name: form}, refused=full.sentence, status=507)
    except Refused as refused:
        return _page(request, about, {name: form}, refused=refused.in_full, status=409)
    messages.success(request, said)
    return redirect("task", about.pk)


def _barred(about: Task, user: User, name: str) -> str:
    """Said before anything that was typed is looked at."""
    barred: str = getattr(task_page(about, user), f"barred_{name}")
    return barred


def _report(about: Task, form: Any, user: User) -> str:
    if not tasks.report(about, form.said, by=user, key=form.cleaned_data["key"]):
        return _("This page had been sent already, so nothing was done again.")
    if form.cleaned_data["done_on"]:
        return _("Reported as done; it counts once the unit that follows it up has confirmed it.")
    return _("The progress was reported.")


def _confirm(about: Task, form: Any, user: User) -> str:
    tasks.confirm(about, by=user, read=form.cleaned_data["version"])
    return _("The task is confirmed as done.")


def _refuse(about: Task, form: Any, user: User) -> str:
    tasks.refuse(about, by=user, read=form.cleaned_data["version"], reason=form.cleaned_data["reason"])
    return _("The task is not accepted as done; the lead unit is told why.")


def _move(about: Task, form: Any, user: User) -> str:
    tasks.move_deadline(about, form.cleaned_data["due_on"], by=user, reason=form.cleaned_data["reason"])
    return _("The deadline was moved.")


ACTS: dict[str, Callable[[Task, Any, User], str]] = {
    "report": _report,
    "confirm": _confirm,
    "refuse": _refuse,
    "move": _move,
}


def _ids(name: str) -> str:
    """Two forms of the page have a field of the same name."""
    return f"{name}-%s"


def _page(
    request: StaffRequest,
    about: Task,
    typed: dict[str, forms.Form] | None = None,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    about.refresh_from_db()
    shown = {
        "report": ReportForm(initial={"key": secrets.token_urlsafe(12)}, auto_id=_ids("report")),
        "answer": AnswerForm(initial={"version": about.version}, auto_id=_ids("answer")),
        "move": MoveForm(initial={"due_on": about.due_on}, auto_id=_ids("move")),
    }
    context = {
        "page": task_page(about, request.user),
        "forms": shown | (typed or {}),
        "refused": refused,
        "limit": settings.EVIDENCE_MAX_BYTES // 1_000_000,
    }
    return render(request, "indicators/task.html", context, status=status)
