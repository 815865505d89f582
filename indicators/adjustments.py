"""Adjustment of approved figures as acts (điều chỉnh số liệu, domain.md 22): asked for by the unit or begun by a
reviewer, then accepted or declined by whoever may reopen the report.

Accepting reopens the report through the workflow, which names the lines to mend and the day for sending again; from
there it goes the whole way anew, while the old figures stand. An update from an estimate to the official figure is
the same act under its own name: it mends no error (domain.md 12), so it may name such figures alone.

Who asked does not decide, and nobody decides about a report of a unit he or she works for. A request that waits
keeps every other reopening away, so that nothing is reopened past it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from . import keys, notifications, returns, transitions, workflow
from .calendars import show_moment
from .clock import now, today
from .drafts import CellKey, frozen_cells, lock
from .entry import shut_because, whom_to_call
from .models import (
    AdjustmentKind,
    AdjustmentOutcome,
    AdjustmentRequest,
    AdjustmentSide,
    FigureStatus,
    State,
    Submission,
    User,
)
from .permissions import Standing, standing
from .refusals import Refused
from .validation import expected_cells

LENGTH = 2_000
WISH_LENGTH = 100
ACCEPT, DECLINE = "accept", "decline"  # the buttons of whoever may reopen
WORDS = {AdjustmentKind.MISTAKE: "adjust", AdjustmentKind.UPDATE: "update"}  # how the acts begin, as events


@dataclass(frozen=True)
class Asking:
    """What is asked: the lines with the new figure of each as it would be shown, or nothing; why; on what paper."""

    kind: AdjustmentKind
    lines: Mapping[CellKey, str]
    reason: str
    document: str = ""
    document_date: date | None = None


@dataclass(frozen=True)
class Decision:
    """`number` is that of the request that was read; `resend_on` the day that an acceptance names (None: the usual
    one)."""

    action: str
    number: int
    answer: str = ""
    resend_on: date | None = None


def asked_move(request: AdjustmentRequest) -> str:
    return f"{WORDS[AdjustmentKind(request.kind)]}_asked"


def deciding_move(request: AdjustmentRequest) -> str:
    """The event by which it was decided."""
    if request.outcome == AdjustmentOutcome.ACCEPTED:
        return "reopen"
    return f"{WORDS[AdjustmentKind(request.kind)]}_{request.outcome}"


ASKED = tuple(f"{word}_asked" for word in WORDS.values())


# --- Asking, and taking it back


@transaction.atomic
def ask(submission: Submission, asking: Asking, *, by: User, key: str = "") -> bool:
    """False where the page with this one-time key had been sent already. Raises Refused."""
    if key and keys.use(key, by=by, result=str(submission.pk)) is not None:
        return False
    submission = lock(submission)
    where = standing(by, submission)
    side = side_of(where)
    if sentence := barred(submission, where):
        raise Refused(sentence, standing=whom_to_call(submission, sentence))
    _refuse_unfit(submission, asking)
    at = now()
    request = AdjustmentRequest(
        submission=submission,
        version=submission.version + 1,
        kind=asking.kind,
        side=side or AdjustmentSide.UNIT,  # `barred` has refused whoever has none
        lines=_lines(asking.lines),
        reason=asking.reason.strip(),
        document=asking.document.strip(),
        document_date=asking.document_date,
        by=by,
        at=at,
    )
    _write(request)
    workflow.note(asked_move(request), submission, by=by, at=at, reason=request.reason, details=request.sha256)
    notifications.tell_of_request(submission, by=by, at=at)
    return True


def _write(request: AdjustmentRequest) -> None:
    """The database lets one request of a report be open, whatever was looked at before."""
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as twice:
        raise Refused(_("An adjustment of this report has been asked for already.")) from twice


def _lines(wished: Mapping[CellKey, str]) -> list[dict[str, Any]]:
    return [{"line": line, "subject": subject, "wished": wish} for (line, subject), wish in sorted(wished.items())]


def barred(submission: Submission, where: Standing) -> str:
    """Why this person cannot ask for an adjustment now; empty where nothing bars: what `shut` says, then a request
    that waits. One query."""
    if sentence := shut(submission, where):
        return sentence
    waiting = AdjustmentRequest.objects.open().filter(submission=submission).select_related("by").first()
    if waiting is None:
        return ""
    return _("%(who)s asked for an adjustment at %(time)s; that request waits for its decision.") % {
        "who": waiting.by,
        "time": show_moment(waiting.at),
    }


def shut(submission: Submission, where: Standing) -> str:
    """Why this person could ask for nothing, even where no request waits. Role, then state, then what shuts the
    round or ended the unit; no query but for a unit that ended."""
    if side_of(where) is None:
        return _("Only the unit's own people, and those who verify or approve its reports, ask for an adjustment.")
    if submission.state != State.APPROVED:
        return _("Only approved figures are adjusted. State of the report: %(state)s.") % {
            "state": State(submission.state).label
        }
    return shut_because(submission) or ""


def side_of(where: Standing) -> AdjustmentSide | None:
    """For whom somebody asks; a reviewer who works for the unit in another part asks for nobody."""
    if where.works_on_it and not where.on_behalf:
        return AdjustmentSide.UNIT
    return AdjustmentSide.REVIEWER if (where.verifies or where.approves) and not where.belongs else None


def _refuse_unfit(submission: Submission, asking: Asking) -> None:
    if not asking.lines:
        raise Refused(_("Choose the figures that are to be changed."))
    if not asking.lines.keys() <= expected_cells(submission).keys():
        raise Refused(_("This line is not part of the report."))
    if not asking.reason.strip():
        raise Refused(_("Give the reason for the adjustment."))
    if len(asking.reason) > LENGTH or any(len(wish) > WISH_LENGTH for wish in asking.lines.values()):
        raise Refused(_("The text is too long."))
    if asking.document_date and asking.document_date > today():
        raise Refused(_("The document cannot have been signed after today."))
    if asking.kind == AdjustmentKind.UPDATE and not asking.lines.keys() <= updatable(submission):
        raise Refused(
            _("Only an estimate or a provisional figure is updated; an error in an official one is adjusted.")
        )


def updatable(submission: Submission) -> set[CellKey]:
    """The approved figures of a report that are not official yet; one query."""
    cells = frozen_cells(workflow.latest_revision(submission))
    return {key for key, cell in cells.items() if cell.state and cell.status != FigureStatus.OFFICIAL}


@transaction.atomic
def withdraw(submission: Submission, number: int, *, by: User) -> None:
    """By the side that asked, before anybody decided. Raises Refused."""
    submission = lock(submission)
    request = _open(submission, number)
    if not may_withdraw(request, standing(by, submission)):
        raise Refused(_("Only the side that asked for the adjustment takes the request back."))
    at = now()
    _decide(request, AdjustmentOutcome.WITHDRAWN, by=by, version=submission.version + 1)
    workflow.note(deciding_move(request), submission, by=by, at=at, reason="")
    notifications.end_of_request(submission, at=at)


def may_withdraw(request: AdjustmentRequest, where: Standing) -> bool:
    return request.is_open and request.side == side_of(where)


# --- Deciding


@transaction.atomic
def decide(submission: Submission, decision: Decision, *, by: User) -> None:
    """Accepts (the report is reopened, in the same transaction) or declines. Raises Refused."""
    submission = lock(submission)
    request = _open(submission, decision.number)
    if sentence := barred_decision(decision.action, request, submission, by, standing(by, submission)):
        raise Refused(sentence, standing=whom_to_call(submission, sentence))
    answer, version = decision.answer.strip(), submission.version + 1
    if decision.action == ACCEPT:
        _decide(request, AdjustmentOutcome.ACCEPTED, by=by, version=version, answer=answer)
        asked = returns.Asked(_remarks(request), decision.resend_on)
        workflow.perform("reopen", submission, by=by, comment=request.reason, asked=asked)
        return
    if not answer:
        raise Refused(_("Give the reason why the adjustment is declined."))
    at = now()
    _decide(request, AdjustmentOutcome.DECLINED, by=by, version=version, answer=answer)
    workflow.note(deciding_move(request), submission, by=by, at=at, reason=answer)
    notifications.end_of_request(submission, at=at)
    notifications.tell_of_refusal(submission, by=by, at=at)


def barred_decision(
    action: str, request: AdjustmentRequest, submission: Submission, user: User, where: Standing
) -> str:
    """Why this person cannot accept or decline; empty where nothing bars. Role, four eyes, then the round and the
    unit: what would open entry is shut with them, and declining opens nothing."""
    if not where.approves:
        return str(transitions.WHO["reopen"])
    if where.belongs:
        return _("Nobody decides about an adjustment for the unit he or she works for; another person must do it.")
    if request.by_id == user.pk:
        return _("Whoever asked for an adjustment does not decide about it; another person must do it.")
    return (shut_because(submission) or "") if action == ACCEPT else ""


def _open(submission: Submission, number: int) -> AdjustmentRequest:
    known = AdjustmentRequest.objects.filter(submission=submission, pk=number)
    request = known.select_related("decided_by").first()
    if request is None:
        raise Refused(_("This request for adjustment does not exist."))
    if not request.is_open:
        raise Refused(_decided(request))
    return request


def _decided(request: AdjustmentRequest) -> str:
    return _("The request has been decided already: %(outcome)s (%(who)s, %(time)s).") % {
        "outcome": request.get_outcome_display(),
        "who": request.decided_by,
        "time": show_moment(request.decided_at) if request.decided_at else "",
    }


def _decide(
    request: AdjustmentRequest, outcome: AdjustmentOutcome, *, by: User, version: int, answer: str = ""
) -> None:
    """Compare-and-swap on the outcome: of two who decide one wins, on SQLite too, where no row is locked. `version`
    is the report's once it has moved."""
    facts = {"decided_by": by, "decided_at": now(), "decided_version": version, "answer": answer}
    if not AdjustmentRequest.objects.open().filter(pk=request.pk).update(outcome=outcome, **facts):
        raise Refused(_decided(AdjustmentRequest.objects.select_related("decided_by").get(pk=request.pk)))
    request.outcome = outcome


def _remarks(request: AdjustmentRequest) -> dict[CellKey, str]:
    """What the unit reads beside each line: why, and the figure that is wished."""
    return {key: f"{request.reason}\n→ {wish}" if wish else request.reason for key, wish in request.wished.items()}


# --- Reading


def last_of(submission: Submission) -> AdjustmentRequest | None:
    """The newest request, whatever became of it; one query."""
    known = AdjustmentRequest.objects.filter(submission=submission).select_related("by", "decided_by")
    return known.order_by("-version").first()


def under_way(submission: Submission) -> AdjustmentRequest | None:
    """The one that the report was reopened for, until it is approved again; one query."""
    known = AdjustmentRequest.objects.under_way().filter(submission=submission)
    return known.select_related("by", "decided_by").first()
