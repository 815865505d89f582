"""The page of a person's own notices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .notices import mark_read, my_notices
from .views import StaffRequest


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        return _mark(request)
    mine = my_notices(request.user, request.GET.get("page", ""))
    return render(request, "indicators/my_notices.html", {"notices": mine})


def _mark(request: StaffRequest) -> HttpResponse:
    """`until` is the newest notice there was when the page was drawn."""
    until = request.POST.get("until", "")
    if not (until.isascii() and until.isdecimal()):
        raise BadRequest("No notice.")
    count = mark_read(request.user, until=int(until[:18]))
    said = ngettext("%(count)s notice marked as read.", "%(count)s notices marked as read.", count)
    messages.success(request, said % {"count": count})
    return redirect("notices")
