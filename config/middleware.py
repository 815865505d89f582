"""Vietnamese unless somebody chose otherwise, whatever the browser asks for; and how much may be sent at once."""

import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers

from indicators.spreadsheet import IN_THE_HOUSE

GetResponse = Callable[[HttpRequest], HttpResponse]
_PIECE = 65_536


def is_for_everybody(view: Any) -> bool:
    """Views so marked answer all alike, whoever is logged in and whatever language was chosen, so that every cache
    may keep what they answer."""
    return bool(getattr(view, "is_for_everybody", False))


def chosen_language(get_response: GetResponse) -> GetResponse:
    def answer(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        if not is_for_everybody(getattr(request.resolver_match, "func", None)):
            response.headers["Content-Language"] = language
            patch_vary_headers(response, ["Cookie"])
        return response

    return answer


def bounded_body(get_response: GetResponse) -> GetResponse:
    """Django bounds fields, not files: those it would write to the disk as long as they come. The server reads no
    more of a request than its stated length."""

    def answer(request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > settings.MAX_BODY_BYTES:
            limit = {"limit": settings.MAX_BODY_BYTES // 1_000_000}
            return HttpResponse(render_to_string("413.html", limit), status=413)
        return get_response(request)

    return answer


def bounded_uploads(get_response: GetResponse) -> GetResponse:
    """Views that are marked `reads_files` take so many files at once; the others are sent away before anything is
    done for them, so that twenty at once leave the threads of the server to everybody else."""
    seats = threading.BoundedSemaphore(IN_THE_HOUSE)

    def answer(request: HttpRequest) -> HttpResponse:
        try:
            return get_response(request)
        finally:
            if getattr(request, "has_seat", False):
                seats.release()

    def seat(request: HttpRequest, view: Any, _args: Any, _options: Any) -> HttpResponse | None:
        if not getattr(view, "reads_files", False) or request.content_type != "multipart/form-data":
            return None
        if seats.acquire(blocking=False):
            request.has_seat = True  # type: ignore[attr-defined]
            return None
        while request.read(_PIECE):
            pass  # who is still sending does not hear an answer
        return HttpResponse(render_to_string("503.html"), status=503)

    answer.process_view = seat  # type: ignore[attr-defined]
    return answer
