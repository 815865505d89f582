"""How a report's state, its time limit and its history are said: a word and a shape (the class of `.status`)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .clock import today
from .models import Round, State, SubmissionEvent

SHAPES = {
    State.DRAFT: "draft",
    State.AWAITING_SIGN_OFF: "waiting",
    State.SUBMITTED: "waiting",
    State.VERIFIED: "waiting",
    State.RETURNED: "returned",
    State.APPROVED: "done",
}
DEEDS = {
    "sign": gettext_lazy("Signed off and sent"),
    "return": gettext_lazy("Returned for completion"),
    "withdraw": gettext_lazy("Withdrawn"),
    "verify": gettext_lazy("Verified"),
    "approve": gettext_lazy("Approved"),
    "reopen": gettext_lazy("Reopened"),
}


@dataclass(frozen=True)
class Said:
    word: str
    shape: str = ""


def state_of(state: str, round_: Round, *, is_started: bool = True, tells_lock: bool = True) -> Said:
    """A round that is locked or not open yet is said before the state of a report that it holds back."""
    if tells_lock and state != State.APPROVED and round_.is_locked:
        return Said(_("Round locked"), "closed")
    if state == State.DRAFT and today() < round_.opens_on:
        return Said(_("Not open yet"), "not-due")
    if state == State.DRAFT and not is_started:
        return Said(_("Not started"), "draft")
    if state == State.SUBMITTED and not round_.asks_verification:
        return Said(_("Sent, waiting for approval"), "waiting")
    return Said(str(State(state).label), SHAPES[State(state)])


def timing(due_on: date, handed_in_at: datetime | None, *, is_locked: bool = False) -> Said:
    """Late or on time by the day of the first hand-in; until then the days that are left (domain.md 19, 24)."""
    if handed_in_at is not None:
        late = (localdate(handed_in_at) - due_on).days
        if late > 0:
            return Said(_("Sent late by %(days)s days") % {"days": late}, "late")
        return Said(_("Sent on time"), "done")
    if is_locked:
        return Said(_("Not sent"), "missing")
    left = (due_on - today()).days
    if left < 0:
        return Said(_("Overdue by %(days)s days, still open") % {"days": -left}, "missing")
    if left == 0:
        return Said(_("Due today"))
    return Said(ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left})


def deed(event: SubmissionEvent) -> str:
    if event.move == "submit":
        waits = event.to_state == State.AWAITING_SIGN_OFF
        return _("Sent for signature") if waits else _("Report sent")
    return str(DEEDS[event.move])
