"""Where a session has ended, or another began, while somebody typed: nothing typed is lost on the way through the
login (domain.md 38), with a script or without."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as page_out_of_date

from . import contact, kept
from .kept import Kept

View = Callable[..., HttpResponse]
ENDED_AFTER = "ended_after"  # in the next session: the minutes without activity after which the last one ended


def login_required_keeping(view: View) -> View:
    """As login_required, for the page of one report: what was posted without a session is carried on."""

    @wraps(view)
    def answer(request: HttpRequest, pk: int) -> HttpResponse:
        if asks_for_json(request) and not (request.user.is_authenticated and kept.is_typist(request, request.path)):
            return logged_out(request)
        if request.user.is_authenticated:
            return view(request, pk)
        typed = kept.posted(request) if request.method == "POST" else None
        if typed is None or typed.place not in (request.path, request.get_full_path()):
            return redirect_to_login(request.get_full_path())
        return login_with(request, typed)

    return answer


def asks_for_json(request: HttpRequest) -> bool:
    return request.method == "POST" and request.headers.get("Accept") == "application/json"


def logged_out(request: HttpRequest) -> JsonResponse:
    """To the script, which keeps the text: nobody is logged in, or somebody else than the page was drawn for."""
    sentence = _("The session has ended. What was typed is kept on this device until the next login.")
    if request.user.is_authenticated:
        sentence = _("Another account is logged in. What was typed is kept on this device for the first one.")
    return JsonResponse({"sentence": sentence}, status=401)


def login_with(request: HttpRequest, typed: Kept) -> HttpResponse:
    """The login page that carries on what was typed."""
    seen = {
        "form": AuthenticationForm(request),
        "next": typed.place,
        "kept": typed.sealed(),
        "ended_after": request.session.get(ENDED_AFTER, 0),
        "contact": contact.of_system(),
    }
    return render(request, "registration/login.html", seen, status=401)


class Login(LoginView):
    """`kept` comes along however often the password is mistyped, and also where the person has logged in on another
    page meanwhile."""

    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            _settle(request)
        return cast(HttpResponse, super().dispatch(request, *args, **kwargs))

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        self.request.session.pop(ENDED_AFTER, None)
        _settle(self.request)
        return response

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        typed = kept.posted(self.request)
        more = {
            "kept": typed.sealed() if typed else "",
            "ended_after": self.request.session.get(ENDED_AFTER, 0),
            "contact": contact.of_system(),
        }
        return super().get_context_data(**context) | more


def _settle(request: HttpRequest) -> None:
    """What came along goes to the person who typed it, and to nobody else."""
    typed = kept.posted(request)
    if typed is None:
        return
    if typed.is_of(request.user):
        kept.lay_by(request, typed)
    else:
        messages.warning(request, _("What was typed before belongs to another account and is not shown."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page from before the last login: its token is of the past, what was typed in it is not. The page says whose
    it is by a signature of ours, so that no foreign page can lay a text into somebody's form."""
    if asks_for_json(request):
        return logged_out(request)
    typed = kept.posted(request)
    if typed is None or (request.user.is_authenticated and not typed.is_of(request.user)):
        return page_out_of_date(request, reason=reason)
    if not request.user.is_authenticated:
        return login_with(request, typed)
    kept.lay_by(request, typed)
    return redirect(typed.place)
