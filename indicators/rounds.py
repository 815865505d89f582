"""What an administrator does to a round that stands: lock, unlock, extend. Each act has its row in the history.

Only a lock shuts entry; an extension moves the due date and so decides on time or late (domain.md 19).
"""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .calendars import show_day
from .clock import now
from .models import Extension, Round, RoundAct, RoundEvent, State, Submission, Unit, User
from .refusals import Refused


def open_returns(round_: Round) -> QuerySet[Submission]:
    """Returned reports that a lock would keep from being sent again: it names them first and beats them."""
    return Submission.objects.filter(round=round_, state=State.RETURNED).order_by("due_on", "pk")


def wait_for_moves(round_: Round) -> None:
    """Holds every report of the round, in one order: whoever is at one of them is done first, and whoever comes
    after reads what was done here (see drafts.lock). Before the round's own row, so that two acts never wait for
    each other."""
    list(Submission.objects.select_for_update().filter(round=round_).order_by("pk").values_list("pk"))


@transaction.atomic
def lock_round(round_: Round, *, by: User, reason: str = "") -> None:
    wait_for_moves(round_)
    if not Round.objects.filter(pk=round_.pk, locked_at__isnull=True).update(locked_at=now()):
        raise Refused(_("The round is already locked."))
    RoundEvent.objects.create(round=round_, act=RoundAct.LOCKED, by=by, reason=reason.strip())


@transaction.atomic
def unlock_round(round_: Round, *, by: User, reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Give the reason for unlocking the round."))
    if not Round.objects.filter(pk=round_.pk, locked_at__isnull=False).update(locked_at=None):
        raise Refused(_("The round is not locked."))
    RoundEvent.objects.create(round=round_, act=RoundAct.UNLOCKED, by=by, reason=reason.strip())


@transaction.atomic
def extend(round_: Round, *, due_on: date, reason: str, by: User, units: Collection[Unit] = ()) -> int:
    """Moves the due date of the reports of these units, or of all; a unit that has more time already keeps it. How
    many moved. Each unit that is named has its row in the history."""
    if not reason.strip():
        raise Refused(_("Give the reason for the extension."))
    if round_.is_archival:
        raise Refused(_("A round entered from archived documents has no due date."))
    wait_for_moves(round_)
    later = Submission.objects.filter(round=round_, due_on__lt=due_on)
    if units:
        later = later.filter(unit__in=units)
    elif not Round.objects.filter(pk=round_.pk, due_on__lt=due_on).update(due_on=due_on):
        due = Round.objects.values_list("due_on", flat=True).get(pk=round_.pk)
        raise Refused(
            _("An extension ends after the present due date, %(date)s.") % {"date": show_day(due) if due else "–"}
        )
    moved = list(later.order_by("pk").values_list("unit", flat=True))
    if not moved:
        raise Refused(_("No report is due before %(date)s.") % {"date": show_day(due_on)})
    later.update(due_on=due_on)
    rows = {"round": round_, "due_on": due_on, "reason": reason.strip(), "by": by, "at": now()}
    Extension.objects.bulk_create(Extension(unit_id=unit, **rows) for unit in (moved if units else [None]))
    return len(moved)
