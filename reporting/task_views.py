"""The tasks of programmes that a person sees: narrowed, counted, and as a file."""

from typing import cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from indicators.models import User
from indicators.task_states import TaskState
from indicators.task_words import WORDS

from . import exports, queries
from .views import taking_of

PER_PAGE = 50
ALL = [("", _("All"))]


class TaskFilter(forms.Form):
    """What nobody offers is not there."""

    programme = forms.ChoiceField(label=_("Programme"), required=False)
    unit = forms.ChoiceField(label=_("Lead unit"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*ALL, *((each.value, WORDS[each][0]) for each in TaskState)]
    )

    def offer(self, page: queries.TasksPage) -> None:
        for name, offered in (("programme", page.programmes), ("unit", page.units)):
            self.fields[name].choices = [*ALL, *offered]  # type: ignore[attr-defined]


@never_cache
@require_safe
@login_required
def tasks(request: HttpRequest, *, ending: str = "") -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("programme", "unit", "state")}
    page = queries.tasks_page(cast(User, request.user), **asked)
    form = TaskFilter(request.GET)
    form.offer(page)
    if not form.is_valid():
        raise Http404
    if ending:
        return exports.written(exports.of_tasks(page, taking_of(request, ending)), ending)
    shown = Paginator(page.rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reporting/tasks.html", {"form": form, "page": page, "shown": shown})
