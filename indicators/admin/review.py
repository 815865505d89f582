"""What the review page shows: the frozen content that was handed in last, what came before it, and what may be
decided. It never reads a live entry, and no revision that its unit's leader has not let out: a draft stays the
unit's own."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import adjustments, assessed, assessing, behalf, remarks, returns, workflow
from ..calendars import show_day
from ..check_codes import short
from ..drafts import CellKey, cell_from
from ..models import (
    AdjustmentRequest,
    Assessment,
    Remark,
    Return,
    Revision,
    Role,
    State,
    Submission,
    SubmissionEvent,
    Unit,
    User,
    VerifierNote,
)
from ..permissions import Standing, standing
from ..register_page import ListPage, as_handed_in, is_list
from ..report_points import ReportPoints, points_of, sets_of
from ..transitions import TRANSITIONS
from ..wording import Said, deed
from .moves import Moves, moves_of
from .queue import state_of, timing_of
from .review_assessed import OwnFigures, beside, own_figures
from .review_lines import Line, lines_of
from .review_typed import Posted

LABELS = {
    "verify": gettext_lazy("Verified, forward for approval"),
    "approve": gettext_lazy("Approve"),
    "return": gettext_lazy("Return for completion"),
    "reopen": gettext_lazy("Reopen the report"),
    "accept": gettext_lazy("Accept and reopen the report"),
    "decline": gettext_lazy("Decline the request"),
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
    the_list: ListPage | None  # of a list, in place of lines
    has_earlier: bool
    steps: list[Step]
    history: list[Done]
    read: str  # the code of what this page shows, to which a decision is bound
    key: str  # one-time: what is sent twice is done once
    seen: int  # up to which remark the page is drawn
    returned: Return | None  # what was asked of the unit last
    resend_on: str  # the day that stands in the field of a return
    can_remark: bool
    can_assess: bool
    open_until: date | None  # so long the unit may explain a reviewer's own figure
    can_note: bool
    notes: list[VerifierNote]
    asked: AdjustmentRequest | None  # the last request for adjustment
    moves: Moves | None  # what the approval of a reopened report would move
    points: list[ReportPoints]  # what the figures come to by the sets that score the unit
    begin_adjustment: str  # the address where one is begun; empty where this reader cannot

    @property
    def asks_day(self) -> bool:
        """A return or an acceptance is among the moves, and what stands in its field is read."""
        may_return = self.submission.state in remarks.WITH_REVIEWERS and "return" in self._moves
        return may_return or "accept" in self._moves

    @property
    def decides_request(self) -> bool:
        return "accept" in self._moves

    @property
    def asked_lines(self) -> list[dict[str, str]]:
        """The figures that the request names, in the order of the form."""
        wished = self.asked.wished if self.asked else {}
        return [
            {"title": f"{line.name}, {line.subject}" if line.subject else line.name, "wish": wished[line.key]}
            for line in self.lines
            if line.key in wished
        ]

    @property
    def _moves(self) -> set[str]:
        return {step.move for step in self.steps}

    @property
    def own(self) -> list[Line]:
        """The lines beside which a reviewer's own figure stands."""
        return [line for line in self.lines if line.own and line.own.stands]

    @property
    def own_faults(self) -> list[Line]:
        return [line for line in self.lines if line.own and line.own.typed.faults]

    @property
    def warns_of_time_left(self) -> bool:
        """A decision may come now, though the unit could still explain."""
        return self.open_until is not None and self.submission.state in remarks.WITH_REVIEWERS

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
    """`read` is the code of what the reviewer had read when a decision came too late (domain.md 23); `typed` is
    what stood in the fields of a page that was refused."""
    typed = typed or Posted()
    where = standing(user, submission)
    act = behalf.shown(submission, where)
    events = behalf.events_of(submission)
    handed_in = _handed_in(submission, events)
    current, earlier = [None, None, *handed_in][-1], [None, None, *handed_in][-2]
    said, returned = remarks.on_revision(current), _last_return(submission, events, current, earlier)
    before_decision = next((r for r in handed_in if r.sha256 == assessed.content_in(read)), None)
    asked = adjustments.last_of(submission) if any(e.move in adjustments.ASKED for e in events) else None
    is_open = asked is not None and asked.is_open
    bars = workflow.refusals(submission, user, where)
    own = own_figures(_own_rows(submission, events), current, before_decision, read)
    can_assess = not assessing.barred(submission, user, where, bars)
    lines = lines_of(submission, current, earlier, before_decision, returned) if current else []
    lines = _with_remarks(lines, said.stands, typed)
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
        lines=(lines := _with_own(lines, own, typed, can_enter=can_assess)),
        the_list=as_handed_in(submission, current) if current and is_list(submission) else None,
        has_earlier=earlier is not None,
        steps=[*steps(submission, where, bars), *_decisions(asked, submission, user, where)],
        history=[Done(e, deed(e, is_on_behalf=e.is_on_behalf), short(e.revision_sha256)) for e in reversed(events)],
        read=assessed.code(current.sha256, assessed.last_version(events)) if current else "",
        key=secrets.token_urlsafe(12),
        seen=said.seen,
        returned=returned,
        resend_on=typed.resend_on if typed.resend_on is not None else _usual_day(submission, is_asked=is_open),
        can_remark=not remarks.barred(submission, where),
        can_assess=can_assess,
        open_until=own.open_until,
        can_note=(where.verifies or where.approves) and not where.belongs,
        notes=remarks.notes_on(submission),
        asked=asked,
        moves=_moves(submission, current, events),
        points=_points(submission, current, lines) if current else [],
        begin_adjustment=_begin_adjustment(submission, where, is_asked=is_open),
    )


def _usual_day(submission: Submission, *, is_asked: bool) -> str:
    """One query, where a return or an acceptance may follow."""
    may_follow = submission.state in remarks.WITH_REVIEWERS or is_asked
    return show_day(returns.usual_day()) if may_follow else ""


def _decisions(asked: AdjustmentRequest | None, submission: Submission, user: User, where: Standing) -> list[Step]:
    """About a request that waits, for whoever may reopen the report."""
    if asked is None or not asked.is_open or not where.approves:
        return []
    bars = {
        move: adjustments.barred_decision(move, asked, submission, user, where)
        for move in (adjustments.ACCEPT, adjustments.DECLINE)
    }
    return [Step(move, str(LABELS[move]), sentence or None) for move, sentence in bars.items()]


def _moves(submission: Submission, current: Revision | None, events: list[SubmissionEvent]) -> Moves | None:
    """Only where something was approved before and the new figures wait for their approval."""
    was_approved = any(event.move == "approve" for event in events)
    if current is None or not was_approved or submission.state not in remarks.WITH_REVIEWERS:
        return None
    return moves_of(submission, current)


def _points(submission: Submission, current: Revision, lines: list[Line]) -> list[ReportPoints]:
    """At most two queries, none where no figure of the report is scored."""
    expected = {line.key: line.asks for line in lines}
    cells = {key: cell_from(cell) for key, cell in assessed.cells_in(current).items()}
    own = {line.key: assessing.own_of(line.own.stands).cell for line in lines if line.own and line.own.stands}
    if not any(getattr(line, "is_scored", False) for line in expected.values()):
        return []
    day = submission.round.period.last_day
    unit = Unit.objects.with_slice(day).get(pk=submission.unit_id)
    sets = sets_of(submission, expected, unit.kind_on_day)
    return points_of(sets, expected, cells, own, submission.unit_id)


def _begin_adjustment(submission: Submission, where: Standing, *, is_asked: bool) -> str:
    """No query but for a unit that ended."""
    if is_asked or where.works_on_it or adjustments.shut(submission, where):
        return ""
    return reverse("adjustment", args=[submission.pk])


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


def _own_rows(submission: Submission, events: list[SubmissionEvent]) -> list[Assessment]:
    """No query where no reviewer ever entered a figure."""
    if not any(event.move in assessed.ACTS for event in events):
        return []
    return assessed.rows_of([submission.pk])[submission.pk]


def _with_own(lines: list[Line], own: OwnFigures, typed: Posted, *, can_enter: bool) -> list[Line]:
    found = []
    for line in lines:
        figure = beside(line.key, line.asks, own, typed.own, can_enter=can_enter)
        flag = [Said(_("Reviewer's own figure"), "extended")] if figure.stands else []
        found.append(replace(line, own=figure, why=[*line.why, *flag]))
    return found


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
    last = next((e for e in reversed(events) if e.from_state != e.to_state == State.SUBMITTED), None)
    return last if last and last.move == "sign" else None


def _handed_in(submission: Submission, events: list[SubmissionEvent]) -> list[Revision]:
    """What reached the reviewers, one a hand-in: a revision still waiting for its signature is not among them."""
    by_code = {r.sha256: r for r in Revision.objects.filter(submission=submission).order_by("number")}
    return [by_code[e.revision_sha256] for e in events if e.from_state != e.to_state == State.SUBMITTED]


def steps(submission: Submission, where: Standing, bars: Mapping[str, str | None]) -> list[Step]:
    """The reviewers' moves of this round that belong to a role the user holds, each with what bars it."""
    rows = [
        t
        for t in TRANSITIONS
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
        "accept": _("Adjustment accepted, report reopened: %(report)s."),
        "decline": _("Request for adjustment declined: %(report)s."),
        "remark": _("Remarks saved: %(report)s."),
        "assess": _("The reviewer's own figures are saved: %(report)s."),
        "note": _("Note for the reviewers saved: %(report)s."),
    }
    return sentences[move] % {"report": report}
