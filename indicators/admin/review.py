"""What the review page shows: the frozen content that was handed in last, what came before it, and what may be
decided. It never reads a live entry, and no revision that its unit's leader has not let out: a draft stays the
unit's own."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import behalf, remarks, returns, workflow
from ..calendars import show_day
from ..drafts import CellKey
from ..models import Remark, Return, Revision, Role, State, Submission, SubmissionEvent, User, VerifierNote
from ..permissions import Standing, standing
from ..wording import Said, deed
from ..wording import check_code as short
from .queue import state_of, timing_of
from .review_lines import Line, lines_of
from .review_typed import Posted

LABELS = {
    "verify": gettext_lazy("Verified, forward for approval"),
    "approve": gettext_lazy("Approve"),
    "return": gettext_lazy("Return for completion"),
    "reopen": gettext_lazy("Reopen the report"),
}


@dataclass(frozen=True)
class Step:
    """A button; `barred` is the sentence of a move that is not open."""

    move: str
    label: str
    barred: str | None


@dataclass(frozen=True)
class Done:
    event: SubmissionEvent
    words: str
    check_code: str


@dataclass(frozen=True)
class Page:
    submission: Submission
    state: Said
    timing: Said
    number: int  # of the hand-in that is shown; 0 before the first
    revision: Revision | None
    check_code: str
    is_with_the_unit: bool
    signed: SubmissionEvent | None
    on_behalf: behalf.Shown | None
    enter_on_behalf: str  # the address where it is begun; empty where this reader cannot
    lines: list[Line]
    has_earlier: bool
    steps: list[Step]
    history: list[Done]
    key: str  # one-time: what is sent twice is done once
    seen: int  # up to which remark the page is drawn
    returned: Return | None  # what was asked of the unit last
    resend_on: str  # the day that stands in the field of a return
    can_remark: bool
    can_note: bool
    notes: list[VerifierNote]

    @property
    def asks_day(self) -> bool:
        """A return is among the moves, and what stands in its field is read."""
        return self.submission.state in remarks.WITH_REVIEWERS and any(step.move == "return" for step in self.steps)

    @property
    def is_being_mended(self) -> bool:
        return self.returned is not None and self.is_with_the_unit

    @property
    def changed(self) -> list[Line]:
        """Against the hand-in before: what it was returned or withdrawn for stands first."""
        return [line for line in self.lines if line.since]

    @property
    def striking(self) -> list[Line]:
        return [line for line in self.lines if line.why and not line.since]

    @property
    def n_striking(self) -> int:
        return sum(bool(line.why) for line in self.lines)

    @property
    def quiet(self) -> list[Line]:
        """With nothing to look at: folded away under their number."""
        return [line for line in self.lines if not line.why]

    @property
    def found(self) -> list[Line]:
        """The lines that a rule has something to say about."""
        return [line for line in self.lines if line.findings]

    @property
    def n_findings(self) -> int:
        return sum(len(line.findings) for line in self.lines)


def page(submission: Submission, user: User, *, read: str = "", typed: Posted | None = None) -> Page:
    """`read` is the check code of what the reviewer had read when a decision came too late (domain.md 23); `typed`
    is what stood in the fields of a page that was refused."""
    typed = typed or Posted()
    where = standing(user, submission)
    act = behalf.shown(submission, where)
    events = behalf.events_of(submission)
    handed_in = _handed_in(submission, events)
    current, earlier = [None, None, *handed_in][-1], [None, None, *handed_in][-2]
    said, returned = remarks.on_revision(current), _last_return(submission, events, current, earlier)
    before_decision = next((r for r in handed_in if r.sha256 == read), None)
    return Page(
        submission=submission,
        state=state_of(submission, resend_on=returned.resend_due_on if returned else None),
        timing=timing_of(submission),
        number=len(handed_in),
        revision=current,
        check_code=short(current.sha256) if current else "",
        is_with_the_unit=submission.is_editable or submission.state == State.AWAITING_SIGN_OFF,
        signed=_signed(events),
        on_behalf=act,
        enter_on_behalf=_enter_on_behalf(submission, where, act),
        lines=_with_remarks(lines_of(submission, current, earlier, before_decision, returned), said.stands, typed)
        if current
        else [],
        has_earlier=earlier is not None,
        steps=steps(submission, user, where),
        history=[Done(e, deed(e, is_on_behalf=e.is_on_behalf), short(e.revision_sha256)) for e in reversed(events)],
        key=secrets.token_urlsafe(12),
        seen=said.seen,
        returned=returned,
        resend_on=typed.resend_on if typed.resend_on is not None else _usual_day(submission),
        can_remark=not remarks.barred(submission, where),
        can_note=(where.verifies or where.approves) and not where.belongs,
        notes=remarks.notes_on(submission),
    )


def _usual_day(submission: Submission) -> str:
    """One query, where a return may follow."""
    return show_day(returns.usual_day()) if submission.state in remarks.WITH_REVIEWERS else ""


def _with_remarks(lines: list[Line], stands: Mapping[CellKey, Remark], typed: Posted) -> list[Line]:
    texts = {key: remark.text for key, remark in stands.items()} | dict(typed.remarks)
    return [
        replace(
            line,
            remark=texts.get(line.key, ""),
            remarked=stands.get(line.key),
            is_to_mend=line.key in typed.to_mend,
        )
        for line in lines
    ]


def _last_return(
    submission: Submission, events: list[SubmissionEvent], current: Revision | None, earlier: Revision | None
) -> Return | None:
    """The return of the hand-in that is shown, while the unit mends it, or of the one before, once it was sent
    again; no query where the report was never returned."""
    if not any(event.details_sha256 for event in events):
        return None
    found = returns.latest(submission)
    event = next((event for event in events if found and event.version == found.version), None)
    about = current if submission.state in returns.WITH_THE_UNIT else earlier
    return found if event and about and event.revision_sha256 == about.sha256 else None


def _enter_on_behalf(submission: Submission, where: Standing, act: behalf.Shown | None) -> str:
    """The page where it is begun; once it was, the way back for whoever did, and for a colleague who takes over."""
    if not where.verifies or where.belongs or not submission.is_editable:
        return ""
    if (act is not None and act.is_open) or not behalf.barred(submission, where):
        return behalf.page_of(submission)
    return ""


def _signed(events: list[SubmissionEvent]) -> SubmissionEvent | None:
    """The signature on the last hand-in: what was entered on behalf has its own on paper."""
    last = next((e for e in reversed(events) if e.to_state == State.SUBMITTED), None)
    return last if last and last.move == "sign" else None


def _handed_in(submission: Submission, events: list[SubmissionEvent]) -> list[Revision]:
    """What reached the reviewers, one a hand-in: a revision still waiting for its signature is not among them."""
    by_code = {r.sha256: r for r in Revision.objects.filter(submission=submission).order_by("number")}
    return [by_code[e.revision_sha256] for e in events if e.to_state == State.SUBMITTED]


def steps(submission: Submission, user: User, where: Standing) -> list[Step]:
    """The reviewers' moves of this round that belong to a role the user holds, each with what bars it."""
    bars = workflow.refusals(submission, user, where)
    rows = [
        t
        for t in workflow.TRANSITIONS
        if t.role in (Role.VERIFIER, Role.APPROVER)
        and t.verification in (None, submission.round.asks_verification)
        and where.holds(t.role)
    ]
    mine = {t.move for t in rows}
    return [Step(move, str(label), bars[move]) for move, label in LABELS.items() if move in mine]


def told(move: str, report: str) -> str:
    """What the queue says after a decision."""
    sentences = {
        "verify": _("Verified and forwarded for approval: %(report)s."),
        "approve": _("Approved: %(report)s."),
        "return": _("Returned for completion: %(report)s."),
        "reopen": _("Reopened: %(report)s."),
        "remark": _("Remarks saved: %(report)s."),
        "note": _("Note for the reviewers saved: %(report)s."),
    }
    return sentences[move] % {"report": report}
