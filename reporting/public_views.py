"""The one page without a login, and only while an administrator keeps it open: the same for everybody, so that
browsers and caches may keep it. It asks nobody who he or she is, and sets no cookie."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from indicators import counters
from indicators.clock import today

from . import asked, queries
from .filters import PeriodFilter
from .kept_pages import etag
from .known import TODAY

MAX_AGE = 300  # seconds in which a cache need not ask again; after that it asks by the ETag
READ = ("catalogue", "figures", "reports")


def key(request: HttpRequest) -> str | None:
    """Of all that the page shows: counted with every publication, with every change of the catalogue and of what is
    open; and the day, for with it another cut-off is due. None where nothing may be kept."""
    counts = counters.counts(*READ)
    return etag(counts, today(), request.GET.urlencode()) if counts else None


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
@condition(etag_func=key)
def public(request: HttpRequest) -> HttpResponse:
    """404 while it is closed, like any address that there is not."""
    open_in = queries.opened()
    if open_in is None:
        raise Http404
    language = "en" if request.GET.get("language") == "en" else settings.LANGUAGE_CODE
    with override(language):
        context, status = _context(request, open_in, today())
        context |= {"language": language, **_addresses(context.pop("asked_for"), language)}
        answer = HttpResponse(render_to_string("reporting/public.html", context), status=status)
    answer["Content-Language"] = language
    return answer


public.is_for_everybody = True  # type: ignore[attr-defined]


def _context(request: HttpRequest, open_in: queries.Opened, on: date) -> tuple[dict[str, Any], int]:
    rounds = asked.rounds(known=TODAY)
    form = PeriodFilter(request.GET, offered=queries.offered_to_all(open_in, asked.offered(rounds)))
    context = {"form": form, "known": TODAY, "page": None, "is_unknown": False, "asked_for": {}}
    if not form.is_valid():
        return context | {"is_unknown": True}, 404
    period = form.chosen
    if period is None:
        return context, 200
    wanted = request.GET.get("programme", "")
    programme = queries.programme_of(period, open_in[period.pk], wanted)
    if programme is None:
        return context | {"is_unknown": True}, 404
    page = queries.public_summary(period, rounds, programme=programme, programmes=open_in[period.pk], on=on)
    asked_for = {"period": form.cleaned_data["period"], "programme": wanted}
    return context | {"page": page, "asked_for": asked_for}, 200


def _addresses(asked_for: dict[str, str], language: str) -> dict[str, str]:
    """One address for the same page: its parameters in one order, without what is not read; and that of the same
    page in the other language."""

    def address(language: str) -> str:
        said = asked_for | ({} if language == settings.LANGUAGE_CODE else {"language": language})
        query = urlencode({name: text for name, text in said.items() if text})
        return f"{reverse('public')}{'?' if query else ''}{query}"

    other = "en" if language == settings.LANGUAGE_CODE else settings.LANGUAGE_CODE
    return {
        "address": reverse("public"),
        "canonical": f"{settings.BASE_URL}{address(language)}",
        "other_language": address(other),
    }
