"""One-time keys of forms: what is sent twice (double click, Back, a retry after a crash) is done once."""

from datetime import timedelta

from django.db import IntegrityError, transaction

from .clock import now
from .models import UsedKey, User

KEPT = timedelta(days=7)


def use(key: str, *, by: User, result: str) -> str | None:
    """Inside the act's transaction: None the first time; afterwards the result of the first. A second request
    waits for the first one's commit, and starts anew if that one was rolled back."""
    try:
        with transaction.atomic():
            UsedKey.objects.create(user=by, key=key, result=result, used_at=now())
    except IntegrityError:
        return UsedKey.objects.get(user=by, key=key).result
    return None


def purge() -> int:
    deleted, _ = UsedKey.objects.filter(used_at__lt=now() - KEPT).delete()
    return deleted
