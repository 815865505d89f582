"""When a session ends by itself, and what stays shut until a given password was changed (domain.md 38). Both keep
what was typed."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import kept
from indicators.session_views import ENDED_AFTER, asks_for_json, login_with

from .middleware import is_for_everybody

GetResponse = Callable[[HttpRequest], HttpResponse]
ACTIVE_AT = "active_at"
NOTED_EVERY = 30  # seconds: not every page writes its session
_ALWAYS_OPEN = ("login", "logout", "password_change", "set_language")


def ended_when_idle(get_response: GetResponse) -> GetResponse:
    """The server's clock decides. What the page's script sends by itself says how long ago something was typed."""

    def shut(request: HttpRequest) -> HttpResponse | None:
        if not request.user.is_authenticated:
            typed = None if _is_open(request) else _typed(request)
            return login_with(request, typed) if typed else None
        now, last, minutes = timezone.now().timestamp(), _last_active(request), _minutes(request)
        if now - last > minutes * 60 + NOTED_EVERY:
            _end(request, minutes)
            return None if _is_open(request) else _to_login(request)
        active = now - _typed_ago(request)
        if active - last > NOTED_EVERY:
            request.session[ACTIVE_AT] = active
        return None

    return _before_the_view(get_response, shut)


def own_password_first(get_response: GetResponse) -> GetResponse:
    """Nothing else opens while the password is one that somebody else has set."""

    def shut(request: HttpRequest) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or not user.must_change_password or _is_open(request):
            return None
        if asks_for_json(request):
            return JsonResponse({"sentence": _("The password that was given has to be changed first.")}, status=401)
        typed = _typed(request)
        if typed and typed.is_of(user):
            kept.lay_by(request, typed)
        return redirect(f"{reverse('password_change')}?{urlencode({'next': _wanted(request)})}")

    return _before_the_view(get_response, shut)


def _before_the_view(get_response: GetResponse, shut: Callable[[HttpRequest], HttpResponse | None]) -> GetResponse:
    """After `bounded_uploads` has sent away what there is no room for: that asks not even who sends it."""

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def before(request: HttpRequest, view: Any, _args: Any, _options: Any) -> HttpResponse | None:
        return None if is_for_everybody(view) else shut(request)

    answer.process_view = before  # type: ignore[attr-defined]
    return answer


def _is_open(request: HttpRequest) -> bool:
    return request.path in [reverse(name) for name in _ALWAYS_OPEN]


def _last_active(request: HttpRequest) -> float:
    """Of a session that has noted nothing yet, the login."""
    login = request.user.last_login if request.user.is_authenticated else None
    return float(request.session.get(ACTIVE_AT) or (login or timezone.now()).timestamp())


def _minutes(request: HttpRequest) -> int:
    """Whoever enters the administration has no longer ones, whatever else he reads."""
    user = request.user
    minutes = int(getattr(user, "idle_minutes", settings.IDLE_MINUTES))
    return min(minutes, settings.IDLE_MINUTES) if user.is_staff else minutes


def _typed_ago(request: HttpRequest) -> int:
    said = request.headers.get("X-Typed-Ago", "")[:9]
    return int(said) if asks_for_json(request) and said.isascii() and said.isdigit() else 0


def _end(request: HttpRequest, minutes: int) -> None:
    """What lies in the session unsent is its owner's alone, and waits for the next login."""
    waiting = request.session.get(kept.IN_SESSION)
    logout(request)
    request.session[ENDED_AFTER] = minutes
    if waiting:
        request.session[kept.IN_SESSION] = waiting


def _to_login(request: HttpRequest) -> HttpResponse:
    if asks_for_json(request):
        sentence = _("The session has ended. What was typed is kept on this device until the next login.")
        return JsonResponse({"sentence": sentence}, status=401)
    typed = _typed(request)
    return login_with(request, typed) if typed else redirect_to_login(_wanted(request), reverse("login"))


def _typed(request: HttpRequest) -> kept.Kept | None:
    """Files are left alone: their pages choose first how they are read. So is the script, which keeps the text."""
    if (
        asks_for_json(request)
        or request.method != "POST"
        or request.content_type != "application/x-www-form-urlencoded"
    ):
        return None
    typed = kept.posted(request)
    return typed if typed and typed.place == request.path else None


def _wanted(request: HttpRequest) -> str:
    return request.get_full_path() if request.method in ("GET", "HEAD") else request.path
