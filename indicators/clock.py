"""The project's one clock: everything that asks what time it is asks here, so that a test moves one hand."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    return timezone.now()


def today() -> date:
    """The day in Lai Châu (Asia/Ho_Chi_Minh), whatever the server's zone (domain.md 20)."""
    return timezone.localdate(now())
