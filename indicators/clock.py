"""The project's one clock: everything that asks what time it is asks here, so that a test moves one hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    return _told.get() or timezone.now()


def today() -> date:
    """The day in Lai Châu (Asia/Ho_Chi_Minh), whatever the server's zone (domain.md 20)."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """The demonstration tells of days past: what happens inside happens at `moment`. No request ever does."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
