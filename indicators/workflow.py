"""How a report moves from draft to approved. The only writer of Submission.state (domain.md 19-25).

perform() runs in one transaction: it locks the row, asks for the role, the state, four eyes and completeness in
that order, and then has exactly these effects:

- every move: state and version move on by compare-and-swap, an event joins the chain, and whoever has to act next
  gets a notice (notifications.py);
- submit: the content is frozen into a revision, with what the queue flags of it, and an entry on behalf of the unit
  ends; sent by the person who entered on behalf it goes straight to `submitted`, since the signature is on the
  paper whose scan the act holds;
- sign: who signed, in which capacity and by which document is frozen (signing.py), and the event covers it; by an
  attached document (`paper`) whoever enters for the unit may do it too, since the signature stands on the paper;
- reaching `submitted` for the first time: handed_in_at is set (completeness and timeliness read it);
- return by a reviewer, and reopening as it was asked for (adjustments.py): what it asks of the unit, and by when,
  is frozen (returns.py), and the event holds its hash;
- withdraw of what was handed in: handed_in_at is cleared; return and reopen never clear it;
- approve: what the kind of report writes (kinds.py): of figures observations and the totals above, of a list rows.

What a reviewer decides about is the content together with the reviewers' own figures and what the unit says to them
(assessing.py): both joined the chain, and the code of what was read names the last of them.

- an act of law that ends the unit (`end`, by an administrator): the report is closed, is left to a successor to
  finish, or is cut off by the act's day (left_reports.py); what the round expects is counted anew there.

Moves between editable states change nothing else: old observations stand until the new approval. An act that
leaves the state where it is (behalf.py, adjustments.py) joins the same chain through note().
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from . import assessed, four_eyes, hand_in, kinds, notifications, returns, signing
from .calendars import show_moment
from .clock import now
from .drafts import lock
from .entry import closed_because, whom_to_call
from .event_chain import beside, event_hash, held
from .four_eyes import BOUND_TO_CONTENT
from .models import (
    AdjustmentRequest,
    Decision,
    LegalAct,
    OnBehalf,
    Return,
    Revision,
    Signature,
    State,
    Submission,
    SubmissionEvent,
    Unit,
    User,
    Way,
)
from .permissions import Standing, standing
from .refusals import ContentChanged, Refused
from .sealing import canonical, sha256
from .source import address
from .transitions import CLOSE, ENDINGS, MOVES, NEEDS_REASON, OPEN, OPEN_WHEN_LOCKED, TRANSITIONS, WHO, Transition


def refusals(
    submission: Submission, user: User, where: Standing | None = None, *, moves: Iterable[str] = MOVES
) -> dict[str, str | None]:
    """Every move with the sentence that bars it, or None where it is open: buttons and checks come from here.
    A page that has asked for the user's standing already passes it on, and names the moves that it shows."""
    where = where or standing(user, submission)
    return {move: _bar(move, submission, user, where) for move in moves}


def paper_bar(submission: Submission, user: User, where: Standing) -> str | None:
    """As `refusals`, of signing off by an attached document."""
    return _bar("sign", submission, user, where, by_paper=True)


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
    paper: signing.Paper | None = None,
) -> Submission:
    """Carries out one move, or raises Refused with the sentence. `revision` is the SHA-256 of the content that the
    deciding person read, of a reviewer `what_stands`; without it nothing is signed, verified or approved.
    `decision` is the document by which many reports are approved together (deciding.py), `asked` what a
    return or reopening asks of the unit, `paper` the signed document by which a report is signed off, in place of
    the button."""
    submission = lock(submission)
    where, by_paper = standing(by, submission), paper is not None
    sentence = _bar(move, submission, by, where, by_paper=by_paper) or _own_name(submission, by, where, paper)
    if sentence:
        raise Refused(sentence, standing=_standing(sentence, submission))
    comment = comment.strip()
    if move in NEEDS_REASON and not comment:
        raise Refused(_("Give a reason for the return.") if move == "return" else _("Give a reason for reopening."))
    latest = latest_revision(submission)
    if move in BOUND_TO_CONTENT and not _is_read(move, latest, revision):
        raise ContentChanged(content_changed(submission))
    at = now()
    if move == "submit":
        _require_complete(submission)
        latest = hand_in.freeze(submission, by, at)
        OnBehalf.objects.open().filter(submission=submission).update(ended_at=at, ended_by=by)
    target = _transition(move, submission, where, by_paper=by_paper).target
    _move(submission, target, move=move, at=at)
    signature = None
    if move == "sign" and latest:
        signature = signing.record(latest, membership=where.signs_as, by=by, paper=paper)
    to_mend = _to_mend(move, submission, asked, latest)
    _record(
        move,
        submission,
        target,
        by=by,
        at=at,
        reason=comment,
        revision=latest,
        decision=decision,
        signature=signature,
        details=to_mend.sha256 if to_mend else "",
    )
    if move == "approve" and latest:
        kinds.of(submission).apply(submission, latest, at=at)
    resend_on = to_mend.resend_due_on if to_mend else None
    notifications.tell(submission, target, by=by, at=at, resend_on=resend_on)
    submission.refresh_from_db()
    return submission


@transaction.atomic
def note(
    act: str,
    submission: Submission,
    *,
    by: User,
    at: datetime,
    reason: str,
    revision: Revision | None = None,
    details: str = "",
) -> int:
    """An act that leaves the state where it is: an event in the chain, and a new version, which is returned. The
    caller has locked the row and asked whether `by` may; compare-and-swap as for a move. `details` is the check
    code of what else was written with it."""
    state = State(submission.state)
    _move(submission, state, move=act, at=at)
    _record(act, submission, state, by=by, at=at, reason=reason, revision=revision, details=details)
    return submission.version + 1


@transaction.atomic
def end(
    move: str, submission: Submission, *, act: LegalAct, heir: Unit | None, reason: str, by: User
) -> Submission:
    """What becomes of the open report of a unit that `act` ended: one of transitions.BY_AN_ACT. The caller asked
    whether `by` may, and names the act in `reason`. Raises Refused where the report moved on meanwhile."""
    submission = lock(submission)
    if submission.state not in OPEN or (move in ENDINGS and submission.ending):
        raise Refused(_wrong_state(submission))
    at, target = now(), State.CLOSED if move == CLOSE else State(submission.state)
    facts: dict[str, Any] = {"ended_by": act}
    if move in ENDINGS:
        facts |= {"ending": ENDINGS[move], "heir": heir}
    _move(submission, target, move=move, at=at, **facts)
    finished_by = submission.heir_id if move == CLOSE or heir is None else heir.pk
    details = ending_code(act.pk, finished_by)
    latest = latest_revision(submission)
    _record(move, submission, target, by=by, at=at, reason=reason, revision=latest, details=details)
    submission = Submission.objects.select_related("round__form", "round__period", "unit").get(pk=submission.pk)
    notifications.tell(submission, target, by=by, at=at)
    return submission


def ending_code(act: int | None, heir: int | None) -> str:
    return sha256(canonical({"act": act, "heir": heir}))


def refuse_unread(submission: Submission, revision: str) -> None:
    """For a decision that the table does not bind to the content: raises ContentChanged where it is another now."""
    latest = latest_revision(submission)
    if latest is None or revision != assessed.code_of(latest):
        raise ContentChanged(content_changed(submission))


def what_stands(submission: Submission) -> str | None:
    """What a reviewer who opens the report now reads, as one code (assessed.py)."""
    latest = latest_revision(submission)
    return assessed.code_of(latest) if latest else None


def _is_read(move: str, latest: Revision | None, read: str | None) -> bool:
    """The unit's leader signs the unit's own content; reviewers decide about all that stands."""
    if latest is None:
        return False
    return read == (latest.sha256 if move == "sign" else assessed.code_of(latest))


def latest_revision(submission: Submission) -> Revision | None:
    return Revision.objects.filter(submission=submission).order_by("-number").first()


def _table(move: str, submission: Submission, *, by_paper: bool = False) -> list[Transition]:
    """The rows for a move that hold in the submission's round."""
    asks = submission.round
    return [
        t
        for t in TRANSITIONS
        if t.move == move
        and t.by_paper == by_paper
        and t.sign_off in (None, asks.asks_sign_off)
        and t.verification in (None, asks.asks_verification)
    ]


def _transition(move: str, submission: Submission, where: Standing, *, by_paper: bool) -> Transition:
    rows = _table(move, submission, by_paper=by_paper)
    return next(t for t in rows if t.source == submission.state and t.is_open_to(where))


def _bar(move: str, submission: Submission, user: User, where: Standing, *, by_paper: bool = False) -> str | None:
    """Role, then state, then the gate of entry or the round's lock, then how it may be signed and four eyes; None
    where nothing bars."""
    table = _table(move, submission, by_paper=by_paper)
    mine = [t for t in table if t.is_open_to(where)]
    if not mine:
        return str(WHO[move])
    here = [t for t in mine if t.source == submission.state]
    if not here:
        elsewhere = any(t.source == submission.state for t in table)
        return str(WHO[move]) if elsewhere else _wrong_state(submission)
    if move == "submit" or (submission.round.is_locked and move not in OPEN_WHEN_LOCKED):
        return closed_because(submission)
    if move == "reopen" and AdjustmentRequest.objects.open().filter(submission=submission).exists():
        return _("An adjustment of this report has been asked for: accept or decline that request.")
    if move == "sign" and (sentence := signing.way_bar(submission.round, Way.PAPER if by_paper else Way.SYSTEM)):
        return sentence
    if by_paper:  # the signer is whom the paper names
        return None
    return _signing_bar(move, where) or four_eyes.sentence(move, submission, user, where)


def _signing_bar(move: str, where: Standing) -> str | None:
    return signing.capacity_bar(where.signs_as) if move == "sign" else None


def _own_name(submission: Submission, by: User, where: Standing, paper: signing.Paper | None) -> str | None:
    """Whoever attaches a paper that he or she signed is asked what the button would ask."""
    if paper is None or not paper.names(by):
        return None
    if not where.signs:
        return _("The document names the person who attaches it, who is no signer of the unit.")
    return four_eyes.sentence("sign", submission, by, where)


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


def content_changed(submission: Submission) -> str:
    last = submission.events.select_related("by").last()
    return _("The report changed after you opened it (%(who)s, %(time)s). See the differences before deciding.") % {
        "who": last.by if last else "",
        "time": show_moment(submission.changed_at),
    }


def _require_complete(submission: Submission) -> None:
    if found := kinds.of(submission).problems(submission):
        raise Refused(" ".join(p.in_full for p in found))


def _move(submission: Submission, target: State, *, move: str, at: datetime, **facts: Any) -> None:
    """Compare-and-swap on (state, version): SQLite ignores select_for_update, so this is what holds on both."""
    handed_in_at = submission.handed_in_at
    if target == State.SUBMITTED and handed_in_at is None:
        handed_in_at = at
    if move == "withdraw" and submission.state in (State.SUBMITTED, State.VERIFIED):
        handed_in_at = None
    row = Submission.objects.filter(pk=submission.pk, state=submission.state, version=submission.version)
    moved = {"state": target, "version": F("version") + 1, "handed_in_at": handed_in_at, "changed_at": at}
    if not row.update(**moved | facts):
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
    signature: Signature | None = None,
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
        **held(details),
    }
    if where := address():  # what a command does has none, and says nothing of one
        row["address"] = where
    chained = event_hash(submission.pk, by.pk, at, row | beside(decision, signature))
    SubmissionEvent.objects.create(
        submission=submission, by=by, at=at, hash=chained, decision=decision, signature=signature, **row
    )


def _to_mend(
    move: str, submission: Submission, asked: returns.Asked | None, latest: Revision | None
) -> Return | None:
    """What a reviewer's return, or an adjustment that was asked for, asks of the unit; its own signer asks for
    nothing in writing. What was remarked before an approval is settled by it."""
    if move == "reopen" and asked is not None:
        return returns.record(submission, asked, version=submission.version + 1, of=None)
    if move != "return" or submission.state == State.AWAITING_SIGN_OFF:
        return None
    return returns.record(submission, asked or returns.Asked(), version=submission.version + 1, of=latest)
