"""From which address something is done: for the logs of logins, of rights and of decisions (domain.md 38)."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from simple_history.models import HistoricalRecords


def address_of(request: HttpRequest) -> str | None:
    """The visitor's own; behind our proxy the one that it saw itself, which it writes last."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    said = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR") or ""
    try:
        return str(ip_address(said))
    except ValueError:  # a socket has none
        return None


def address() -> str | None:
    """Of the request that is being answered, as the library of histories keeps it for its rows; None where a
    command works."""
    request = getattr(HistoricalRecords.context, "request", None)
    return address_of(request) if request is not None else None
