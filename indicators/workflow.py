"""How a report moves from draft to approved. The only writer of Submission.state (domain.md 19-25).

perform() runs in one transaction: it locks the row, asks for the role, the state, four eyes and completeness in
that order, and then has exactly these effects:

- every move: state and version move on by compare-and-swap, an event joins the chain, and whoever has to act next
  gets a notice (notifications.py);
- submit: the content is frozen into a revision, with what the queue flags of it, and an entry on behalf of the unit
  ends; sent by the person who entered on behalf it goes straight to `submitted`, since the signature is on the
  paper whose scan the act holds;
- reaching `submitted` for the first time: handed_in_at is set (completeness and timeliness read it);
- return by a reviewer: what it asks of the unit, and by when, is frozen (returns.py), and the event holds its hash;
- withdraw of what was handed in: handed_in_at is cleared; return and reopen never clear it;
- approve: observations are written from the frozen revision, and the totals above are recomputed.

Moves between editable states change nothing else: old observations stand until the new approval. An act that
leaves the state where it is (behalf.py) joins the same chain through note().
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import figures_kind as kind
from . import notifications, returns
from .calendars import show_moment
from .clock import now
from .drafts import lock
from .entry import closed_because, whom_to_call
from .models import (
    Decision,
    EntryChange,
    OnBehalf,
    Return,
    Revision,
    Role,
    State,
    Submission,
    SubmissionEvent,
    User,
)
from .permissions import Standing, standing
from .refusals import ContentChanged, Refused
from .sealing import canonical, sha256
from .source import address


@dataclass(frozen=True)
class Transition:
    """One row of the table. `sign_off` and `verification` name the rounds it holds in: with the step (True),
    without it (False), or both (None); `on_behalf` whether for somebody who enters on behalf of the unit."""

    move: str
    source: State
    target: State
    role: Role
    sign_off: bool | None = None
    verification: bool | None = None
    on_behalf: bool | None = None

    def is_open_to(self, where: Standing) -> bool:
        return where.holds(self.role) and self.on_behalf in (None, where.on_behalf)


D, A, S, V, R, P = (
    State.DRAFT,
    State.AWAITING_SIGN_OFF,
    State.SUBMITTED,
    State.VERIFIED,
    State.RETURNED,
    State.APPROVED,
)
TRANSITIONS = (
    Transition("submit", D, A, Role.REPORTER, sign_off=True, on_behalf=False),
    Transition("submit", R, A, Role.REPORTER, sign_off=True, on_behalf=False),
    Transition("submit", D, S, Role.REPORTER, sign_off=True, on_behalf=True),
    Transition("submit", R, S, Role.REPORTER, sign_off=True, on_behalf=True),
    Transition("submit", D, S, Role.REPORTER, sign_off=False),
    Transition("submit", R, S, Role.REPORTER, sign_off=False),
    Transition("sign", A, S, Role.SIGNER),
    Transition("return", A, R, Role.SIGNER),
    Transition("return", S, R, Role.VERIFIER, verification=True),
    Transition("return", S, R, Role.APPROVER, verification=False),
    Transition("return", V, R, Role.APPROVER),
    Transition("withdraw", A, D, Role.REPORTER),
    Transition("withdraw", A, D, Role.SIGNER),
    Transition("withdraw", S, D, Role.REPORTER),
    Transition("withdraw", S, D, Role.SIGNER),
    Transition("withdraw", V, D, Role.REPORTER),
    Transition("withdraw", V, D, Role.SIGNER),
    Transition("verify", S, V, Role.VERIFIER, verification=True),
    Transition("approve", S, P, Role.APPROVER, verification=False),
    Transition("approve", V, P, Role.APPROVER),
    Transition("reopen", P, R, Role.APPROVER),
)
MOVES = tuple(dict.fromkeys(t.move for t in TRANSITIONS))
NEEDS_REASON = ("return", "reopen")
BOUND_TO_CONTENT = ("sign", "verify", "approve")  # a decision about what was read (domain.md 23)
OPEN_WHEN_LOCKED = ("verify", "approve")  # all others would hand in or open entry, which locking shuts
WHO = {
    "submit": gettext_lazy("Only those who enter figures for the unit can send its report."),
    "sign": gettext_lazy("Only a signer of the unit can sign off its report."),
    "withdraw": gettext_lazy("Only the unit's own people can withdraw its report."),
    "return": gettext_lazy("Returning this report is up to others at this step."),
    "verify": gettext_lazy("Only the unit that holds verification of this form can verify the report."),
    "approve": gettext_lazy("Only those who approve this form's reports can approve it."),
    "reopen": gettext_lazy("Only those who approve this form's reports can reopen it."),
}


def refusals(
    submission: Submission, user: User, where: Standing | None = None, *, moves: Iterable[str] = MOVES
) -> dict[str, str | None]:
    """Every move with the sentence that bars it, or None where it is open: buttons and checks come from here.
    A page that has asked for the user's standing already passes it on, and names the moves that it shows."""
    where = where or standing(user, submission)
    return {move: _bar(move, submission, user, where) for move in moves}


def open_transitions(submission: Submission, user: User) -> list[str]:
    return [move for move, sentence in refusals(submission, user).items() if sentence is None]


def moves_from_here(submission: Submission, where: Standing) -> set[str]:
    """The moves that the person's roles have from this state; four eyes or a lock may still bar them."""
    rows = [t for move in MOVES for t in _table(move, submission)]
    return {t.move for t in rows if t.source == submission.state and t.is_open_to(where)}


@transaction.atomic
def perform(
    move: str,
    submission: Submission,
    *,
    by: User,
    comment: str = "",
    revision: str | None = None,
    decision: Decision | None = None,
    asked: returns.Asked | None = None,
) -> Submission:
    """Carries out one move, or raises Refused with the sentence. `revision` is the SHA-256 of the content that
    the deciding person read; without it nothing is signed, verified or approved. `decision` is the document by
    which many reports are approved together (deciding.py), `asked` what a reviewer's return asks of the unit."""
    submission = lock(submission)
    where = standing(by, submission)
    if sentence := _bar(move, submission, by, where):
        raise Refused(sentence, standing=_standing(sentence, submission))
    comment = comment.strip()
    if move in NEEDS_REASON and not comment:
        raise Refused(_("Give a reason for the return.") if move == "return" else _("Give a reason for reopening."))
    latest = latest_revision(submission)
    if move in BOUND_TO_CONTENT and (latest is None or revision != latest.sha256):
        raise ContentChanged(content_changed(submission))
    at = now()
    if move == "submit":
        _require_complete(submission)
        latest = _freeze(submission, by, at)
        OnBehalf.objects.open().filter(submission=submission).update(ended_at=at, ended_by=by)
    target = _transition(move, submission, where).target
    _move(submission, target, move=move, at=at)
    to_mend = _to_mend(move, submission, asked or returns.Asked(), latest)
    _record(
        move,
        submission,
        target,
        by=by,
        at=at,
        reason=comment,
        revision=latest,
        decision=decision,
        details=to_mend.sha256 if to_mend else "",
    )
    if move == "approve" and latest:
        kind.apply(submission, latest, at=at)
    resend_on = to_mend.resend_due_on if to_mend else None
    notifications.tell(submission, target, by=by, at=at, resend_on=resend_on)
    submission.refresh_from_db()
    return submission


@transaction.atomic
def note(act: str, submission: Submission, *, by: User, at: datetime, reason: str) -> int:
    """An act that leaves the state where it is: an event in the chain, and a new version, which is returned. The
    caller has locked the row and asked whether `by` may; compare-and-swap as for a move."""
    state = State(submission.state)
    _move(submission, state, move=act, at=at)
    _record(act, submission, state, by=by, at=at, reason=reason, revision=None)
    return submission.version + 1


def refuse_unread(submission: Submission, revision: str) -> None:
    """For a decision that the table does not bind to the content: raises ContentChanged where it is another now."""
    latest = latest_revision(submission)
    if latest is None or latest.sha256 != revision:
        raise ContentChanged(content_changed(submission))


def latest_revision(submission: Submission) -> Revision | None:
    return Revision.objects.filter(submission=submission).order_by("-number").first()


def _table(move: str, submission: Submission) -> list[Transition]:
    """The rows for a move that hold in the submission's round."""
    asks = submission.round
    return [
        t
        for t in TRANSITIONS
        if t.move == move
        and t.sign_off in (None, asks.asks_sign_off)
        and t.verification in (None, asks.asks_verification)
    ]


def _transition(move: str, submission: Submission, where: Standing) -> Transition:
    rows = _table(move, submission)
    return next(t for t in rows if t.source == submission.state and t.is_open_to(where))


def _bar(move: str, submission: Submission, user: User, where: Standing) -> str | None:
    """Role, then state, then the gate of entry or the round's lock, then four eyes; None where nothing bars."""
    mine = [t for t in _table(move, submission) if t.is_open_to(where)]
    if not mine:
        return str(WHO[move])
    here = [t for t in mine if t.source == submission.state]
    if not here:
        elsewhere = any(t.source == submission.state for t in _table(move, submission))
        return str(WHO[move]) if elsewhere else _wrong_state(submission)
    if move == "submit" or (submission.round.is_locked and move not in OPEN_WHEN_LOCKED):
        return closed_because(submission)
    return _four_eyes(move, submission, user, where)


def _wrong_state(submission: Submission) -> str:
    last = submission.events.select_related("by").last()
    state = State(submission.state).label
    if last is None:
        return _("This step is not open now. State of the report: %(state)s.") % {"state": state}
    return _("This step is not open now. State of the report: %(state)s (%(who)s, %(time)s).") % {
        "state": state,
        "who": last.by,
        "time": show_moment(last.at),
    }


def _standing(sentence: str, submission: Submission) -> str:
    """The present state, who moved it there and when, and whom to call, where the sentence leaves them out
    (domain.md 25)."""
    state, last = str(State(submission.state).label), submission.events.select_related("by").last()
    said = []
    if last is not None and state not in sentence:
        facts = {"state": state, "who": last.by, "time": show_moment(last.at)}
        said.append(_("State of the report: %(state)s (%(who)s, %(time)s).") % facts)
    return " ".join(filter(None, (*said, whom_to_call(submission, sentence))))


def _four_eyes(move: str, submission: Submission, user: User, where: Standing) -> str | None:
    """Per submission since its last approval; superusers and delegates count as themselves (domain.md 21)."""
    if move not in BOUND_TO_CONTENT:
        return None
    if move != "sign" and where.belongs:
        return _("Nobody verifies or approves a report of the unit he or she works for; another person must do it.")
    since = _version_of_last_approval(submission)
    if OnBehalf.objects.filter(submission=submission, by=user, version__gt=since).exists():
        return _("Whoever entered on behalf of the unit cannot sign, verify or approve; another person must do it.")
    if EntryChange.objects.filter(submission=submission, by=user, version__gt=since).exists():
        if move == "approve":
            return _("You entered this report, so another person must approve it.")
        return _("Whoever entered figures of this report cannot sign or verify it; another person must do it.")
    other = {"approve": "verify", "verify": "approve"}.get(move)
    if other and submission.events.filter(move=other, by=user, version__gt=since).exists():
        return _("Nobody both verifies and approves the same report; another person must do it.")
    return None


def _version_of_last_approval(submission: Submission) -> int:
    last = submission.events.filter(move="approve").last()
    return last.version if last else 0


def content_changed(submission: Submission) -> str:
    last = submission.events.select_related("by").last()
    return _("The report changed after you opened it (%(who)s, %(time)s). See the differences before deciding.") % {
        "who": last.by if last else "",
        "time": show_moment(submission.changed_at),
    }


def _require_complete(submission: Submission) -> None:
    if found := kind.problems(submission):
        raise Refused(" ".join(p.in_full for p in found))


def _freeze(submission: Submission, by: User, at: datetime) -> Revision:
    act = _entered_on_behalf(submission, by)
    content = canonical(kind.content(submission, on_behalf=act))
    number = Revision.objects.filter(submission=submission).count() + 1
    revision = Revision.objects.create(
        submission=submission, number=number, content=content, sha256=sha256(content), on_behalf=act, by=by, at=at
    )
    kind.flag(submission, revision)
    return revision


def _entered_on_behalf(submission: Submission, by: User) -> OnBehalf | None:
    """The act that a hand-in rests on: the sender's own, else the newest under which a cell was typed as it still
    stands. What the unit has since typed itself is its own."""
    acts = list(OnBehalf.objects.filter(submission=submission).select_related("by", "file").order_by("-pk"))
    if acts and acts[0].ended_at is None and acts[0].by_id == by.pk:
        return acts[0]
    typed = {(c.by_id, c.version) for c in _last_changes(submission)} if acts else set()
    return next((act for act in acts if any(w == act.by_id and v > act.version for w, v in typed)), None)


def _last_changes(submission: Submission) -> Iterable[EntryChange]:
    changes = EntryChange.objects.filter(submission=submission).order_by("version", "pk")
    return {(change.line_id, change.subject_id): change for change in changes}.values()


def _move(submission: Submission, target: State, *, move: str, at: datetime) -> None:
    """Compare-and-swap on (state, version): SQLite ignores select_for_update, so this is what holds on both."""
    handed_in_at = submission.handed_in_at
    if target == State.SUBMITTED and handed_in_at is None:
        handed_in_at = at
    if move == "withdraw" and submission.state in (State.SUBMITTED, State.VERIFIED):
        handed_in_at = None
    row = Submission.objects.filter(pk=submission.pk, state=submission.state, version=submission.version)
    if not row.update(state=target, version=F("version") + 1, handed_in_at=handed_in_at, changed_at=at):
        raise Refused(_wrong_state(Submission.objects.get(pk=submission.pk)))


def _record(
    move: str,
    submission: Submission,
    target: State,
    *,
    by: User,
    at: datetime,
    reason: str,
    revision: Revision | None,
    decision: Decision | None = None,
    details: str = "",
) -> None:
    before = submission.events.last()
    row: dict[str, Any] = {
        "number": before.number + 1 if before else 1,
        "version": submission.version + 1,
        "move": move,
        "from_state": submission.state,
        "to_state": target.value,
        "reason": reason,
        "revision_sha256": revision.sha256 if revision else "",
        "previous_hash": before.hash if before else "",
        **_held(details),
    }
    if where := address():  # what a command does has none, and says nothing of one
        row["address"] = where
    said = row | {"decision": decision.as_json()} if decision else row
    chained = event_hash(submission.pk, by.pk, at, said)
    SubmissionEvent.objects.create(submission=submission, by=by, at=at, hash=chained, decision=decision, **row)


def _to_mend(move: str, submission: Submission, asked: returns.Asked, latest: Revision | None) -> Return | None:
    """What a reviewer's return asks of the unit; its own signer asks for nothing in writing."""
    if move != "return" or submission.state == State.AWAITING_SIGN_OFF:
        return None
    return returns.record(submission, asked, version=submission.version + 1, of=latest)


def _held(details: str) -> dict[str, str]:
    """Only where there is any: events from before there was such a thing keep their hashes."""
    return {"details_sha256": details} if details else {}


def facts_of(event: SubmissionEvent) -> dict[str, Any]:
    """What `event_hash` covers of a stored event, beside its report, person and moment."""
    names = ("number", "version", "move", "from_state", "to_state", "reason", "revision_sha256", "previous_hash")
    facts = {name: getattr(event, name) for name in names} | _held(event.details_sha256)
    if event.address:
        facts["address"] = event.address
    if event.decision is not None:
        facts["decision"] = event.decision.as_json()
    return facts


def event_hash(submission: int, by: int, at: datetime, row: dict[str, Any]) -> str:
    """SHA-256 over everything the event says, the hash of the event before included. The moment counts in UTC, as
    the database gives it back. Of an event with a decision `row` holds that too (Decision.as_json), of others there
    is no such key."""
    moment = at.astimezone(UTC).isoformat()
    return sha256(canonical(row | {"submission": submission, "by": by, "at": moment}))
