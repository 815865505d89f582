"""The log of logins (domain.md 38): who logged in, failed to, was locked out or logged out, when and from where.
Heard from Django itself, so that every door is logged: the login page, that of the administration, any later one.

Rows are append-only for twelve months, which the database holds by its own clock; `purge` then forgets them. What
somebody types as a password is never in them; a name that is no account is kept as it was typed.
"""

from datetime import timedelta
from typing import Any

from axes.models import AccessFailureLog, AccessLog
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from .clock import now
from .models import LoginAct, LoginEvent, User
from .source import address_of

KEPT = timedelta(days=366)  # never less than twelve months
NAME_LENGTH, AGENT_LENGTH = 150, 200


def listen() -> None:
    user_logged_in.connect(logged_in, dispatch_uid="logins")
    user_logged_out.connect(logged_out, dispatch_uid="logins")
    user_login_failed.connect(failed, dispatch_uid="logins")


def logged_in(*, request: HttpRequest, user: User, **_facts: Any) -> None:
    _record(LoginAct.LOGGED_IN, request, user.username, user)


def logged_out(*, request: HttpRequest, user: User | None, **_facts: Any) -> None:
    if user is not None:  # else the session had ended already
        _record(LoginAct.LOGGED_OUT, request, user.username, user)


def failed(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_facts: Any) -> None:
    """django-axes, which stands before us, has decided by now whether this try locks the account, or met a lock."""
    act = LoginAct.LOCKED if getattr(request, "axes_locked_out", False) else LoginAct.FAILED
    typed = str(credentials.get("username") or "").replace("\0", "")[:NAME_LENGTH]
    _record(act, request, typed, User.objects.filter(username=typed).first())


def _record(act: LoginAct, request: HttpRequest | None, username: str, user: User | None) -> None:
    LoginEvent.objects.create(
        act=act,
        username=username,
        user=user,
        address=address_of(request) if request is not None else None,
        agent=request.headers.get("User-Agent", "")[:AGENT_LENGTH] if request is not None else "",
        at=now(),
    )


def purge() -> int:
    """Forgets what is older than twelve months, and the like that django-axes kept before this log."""
    before = now() - KEPT
    gone, _by_model = LoginEvent.objects.filter(at__lt=before).delete()
    for model in (AccessLog, AccessFailureLog):
        model.objects.filter(attempt_time__lt=before).delete()
    return gone
