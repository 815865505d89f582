"""The registers' pages, from approved lists alone: what stands in one at a cut-off, where a row comes from, and the
list that an administrator opened to everybody."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from indicators.models import Register

from . import exports, kept_pages, queries
from .filters import KnownFilter
from .known import TODAY, Known
from .public_views import MAX_AGE, key
from .register_filter import RegisterFilter
from .views import taking_of


def _known(request: HttpRequest) -> Known:
    """A list is published with its approval, so there is none that only some may see."""
    form = KnownFilter(request.GET, sees_unpublished=kept_pages.sees_unpublished(request))
    if not form.is_valid():
        raise Http404
    return Known(day=form.cleaned_data["as_of"])


def _register(code: str) -> Register:
    found = queries.register(code)
    if found is None:
        raise Http404
    return found


@require_safe
@login_required
def registers(request: HttpRequest) -> HttpResponse:
    return render(request, "reporting/registers.html", {"registers": queries.registers(), "known": TODAY})


@require_safe
@login_required
def register(request: HttpRequest, code: str, *, ending: str = "") -> HttpResponse:
    known, found = _known(request), _register(code)
    context = _context(request, found, known)
    if context["page"] is None:
        raise Http404
    if ending:
        return exports.written(exports.of_register(context["page"], taking_of(request, ending, known)), ending)
    return render(request, "reporting/register.html", context)


def _context(request: HttpRequest, found: Register, known: Known) -> dict[str, Any]:
    """`page` is None where a filter asks for what nobody offers. Three queries."""
    lists = queries.lists_of(found, known)
    cut_offs = [period.last_day for period in queries.periods_of(lists)]
    asked = RegisterFilter(request.GET, owners=(), kinds=())
    asked.full_clean()
    cut_off = asked.cleaned_data.get("cut_off") or next(iter(cut_offs), None)
    rows: list[Any] = list(queries.rows_at(cut_off, known).filter(listed__register=found)) if cut_off else []
    owners = sorted({(row.owner_code, row.owner_name) for row in rows if row.owner_id}, key=lambda pair: pair[1])
    form = RegisterFilter(request.GET, owners=owners, kinds=sorted({row.kind for row in rows if row.kind}))
    page = None
    if form.is_valid():
        owner, words = form.cleaned_data["owner"], form.words
        narrowing = {"asked": form.asked, "owner": owner, "words": words}
        page = queries.register_page(found, lists, cut_off, rows, **narrowing)
    return {"form": form, "page": page, "known": known, "cut_offs": cut_offs, "register": found}


@require_safe
@login_required
def register_row(request: HttpRequest, code: str, row: str) -> HttpResponse:
    known, found = _known(request), _register(code)
    page = queries.row_page(found, row, user=request.user, known=known)  # type: ignore[arg-type]
    if page is None:
        raise Http404
    return render(request, "reporting/register_row.html", {"page": page, "known": known})


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
@condition(etag_func=lambda request, code: key(request))
def public_register(request: HttpRequest, code: str) -> HttpResponse:
    """The same for everybody; 404 while it is closed, like any address that there is not."""
    found = _register(code)
    if not found.is_public:
        raise Http404
    language = "en" if request.GET.get("language") == "en" else settings.LANGUAGE_CODE
    with override(language):
        context = _context(request, found, TODAY)
        if context["page"] is None:
            raise Http404
        other = "en" if language == settings.LANGUAGE_CODE else settings.LANGUAGE_CODE
        address = reverse("public_register", args=[code])
        context |= {"language": language, "address": address}
        context["other_language"] = address if other == settings.LANGUAGE_CODE else f"{address}?language={other}"
        answer = HttpResponse(render_to_string("reporting/public_register.html", context))
    answer["Content-Language"] = language
    return answer


public_register.is_for_everybody = True  # type: ignore[attr-defined]
