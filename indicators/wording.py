"""How a report's state, its time limit and its history are said: a word and a shape (the class of `.status`)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .calendars import show_day
from .clock import today
from .models import AdjustmentKind, Round, State, Submission, SubmissionEvent

SHAPES = {
    State.DRAFT: "draft",
    State.AWAITING_SIGN_OFF: "waiting",
    State.SUBMITTED: "waiting",
    State.VERIFIED: "waiting",
    State.RETURNED: "returned",
    State.APPROVED: "done",
    State.CLOSED: "closed",
}
DEEDS = {
    "sign": gettext_lazy("Signed off and sent"),
    "return": gettext_lazy("Returned for completion"),
    "withdraw": gettext_lazy("Withdrawn"),
    "verify": gettext_lazy("Verified"),
    "approve": gettext_lazy("Approved"),
    "reopen": gettext_lazy("Reopened"),
    "assess": gettext_lazy("Reviewer's own figures entered"),
    "explain": gettext_lazy("Reviewer's own figures explained by the unit"),
    "adjust_asked": gettext_lazy("Adjustment of figures asked for"),
    "adjust_declined": gettext_lazy("Adjustment of figures declined"),
    "adjust_withdrawn": gettext_lazy("Request for adjustment taken back"),
    "update_asked": gettext_lazy("Update to official figures asked for"),
    "update_declined": gettext_lazy("Update to official figures declined"),
    "update_withdrawn": gettext_lazy("Request for an update taken back"),
    "behalf_opened": gettext_lazy("Entry on behalf of the unit begun"),
    "hand_over": gettext_lazy("Handed over to the successor of the unit"),
    "cut_off": gettext_lazy("Cut off by the day of the legal act"),
    "close": gettext_lazy("Closed, as the unit ended"),
    "behalf_ended": gettext_lazy("Entry on behalf of the unit ended without a hand-in"),
}


@dataclass(frozen=True)
class Said:
    word: str
    shape: str = ""


def state_of(
    state: str,
    round_: Round,
    *,
    is_started: bool = True,
    tells_lock: bool = True,
    resend_on: date | None = None,
    waits: bool = False,
) -> Said:
    """A round that is locked or not open yet is said before the state of a report that it holds back. `resend_on`
    is the day that a standing return names; `waits`: some of its approved figures are not published."""
    if state == State.APPROVED and waits:
        return Said(_("Approved, not published"), "done")
    if tells_lock and state not in (State.APPROVED, State.CLOSED) and round_.is_locked:
        return Said(_("Round locked"), "closed")
    if state == State.DRAFT and today() < round_.opens_on:
        return Said(_("Not open yet"), "not-due")
    if state == State.DRAFT and not is_started:
        return Said(_("Not started"), "draft")
    if state == State.SUBMITTED and not round_.asks_verification:
        return Said(_("Sent, waiting for approval"), "waiting")
    if state == State.RETURNED and resend_on:
        return Said(_("Returned, send again by %(date)s") % {"date": show_day(resend_on)}, SHAPES[State.RETURNED])
    return Said(str(State(state).label), SHAPES[State(state)])


def timing_now(submission: Submission, resend_on: date | None) -> Said:
    """Of a returned report by the return's own day, which never makes it late (domain.md 21); once the round is
    locked, and of all others, by the due date."""
    is_locked = submission.round.is_locked
    if resend_on and not is_locked:
        return timing(resend_on, None)
    return timing(submission.due_on, submission.handed_in_at, is_locked=is_locked)


def timing(due_on: date | None, handed_in_at: datetime | None, *, is_locked: bool = False) -> Said:
    """Late or on time by the day of the first hand-in; until then the days that are left (domain.md 19, 24).
    What is entered from archived documents has no due date."""
    if due_on is None:
        return Said(_("Sent"), "done") if handed_in_at else Said(_("No due date"))
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


def deed(event: SubmissionEvent, *, is_on_behalf: bool = False) -> str:
    if event.move == "submit":
        if is_on_behalf:
            return _("Report sent on behalf of the unit")
        waits = event.to_state == State.AWAITING_SIGN_OFF
        return _("Sent for signature") if waits else _("Report sent")
    if event.signature and event.signature.signed_on:
        said = {"number": event.signature.number, "date": show_day(event.signature.signed_on)}
        return _("Signed off by document %(number)s of %(date)s, and sent") % said
    if event.decision:
        said = {"number": event.decision.number, "date": show_day(event.decision.decided_on)}
        return _("Approved by decision %(number)s of %(date)s") % said
    return str(DEEDS[event.move])


def reopened_for(kind: str | None) -> str:
    """Why an approved report is with its unit again: `kind` of the request that was accepted, if there was one."""
    if kind == AdjustmentKind.UPDATE:
        return _("Reopened to replace estimates by the official figures")
    return _("Reopened to adjust approved figures")
