"""What the review page shows: the frozen content that was handed in last, what came before it, and what may be
decided. It never reads a live entry, and no revision that its unit's leader has not let out: a draft stays the
unit's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import workflow
from ..drafts import Cell, CellKey
from ..models import (
    Observation,
    Revision,
    Role,
    RoundLine,
    Stage,
    State,
    SubjectRule,
    Submission,
    SubmissionEvent,
    Unit,
    User,
)
from ..permissions import standing
from ..validation import expected_cells
from ..wording import Said, deed
from .printing import Change, Difference, Printed, cell_from, change, difference, printed
from .queue import state_of, timing_of

LABELS = {
    "verify": gettext_lazy("Verified, forward for approval"),
    "approve": gettext_lazy("Approve"),
    "return": gettext_lazy("Return for completion"),
    "reopen": gettext_lazy("Reopen the report"),
}
Cells = Mapping[CellKey, Cell]


@dataclass(frozen=True)
class Line:
    anchor: str
    name: str
    code: str
    subject: str
    now: Printed
    note: str
    before: Printed | None
    before_period: str
    change: Change
    since: Difference  # against the revision that was handed in before
    since_read: Difference  # against what the reviewer had read, where that has changed


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
    lines: list[Line]
    has_earlier: bool
    steps: list[Step]
    history: list[Done]


def page(submission: Submission, user: User, *, read: str = "") -> Page:
    """`read` is the check code of what the reviewer had read when a decision came too late (domain.md 23)."""
    events = list(submission.events.select_related("by").order_by("number"))
    handed_in = _handed_in(submission, events)
    current, earlier = [None, None, *handed_in][-1], [None, None, *handed_in][-2]
    before_decision = next((r for r in handed_in if r.sha256 == read), None)
    signs = [e for e in events if e.move == "sign"]
    return Page(
        submission=submission,
        state=state_of(submission),
        timing=timing_of(submission),
        number=len(handed_in),
        revision=current,
        check_code=short(current.sha256) if current else "",
        is_with_the_unit=submission.is_editable or submission.state == State.AWAITING_SIGN_OFF,
        signed=signs[-1] if signs and current else None,
        lines=_lines(submission, cells(current), earlier, before_decision) if current else [],
        has_earlier=earlier is not None,
        steps=steps(submission, user),
        history=[Done(e, deed(e), short(e.revision_sha256)) for e in reversed(events)],
    )


def _handed_in(submission: Submission, events: list[SubmissionEvent]) -> list[Revision]:
    """What reached the reviewers, one a hand-in: a revision still waiting for its signature is not among them."""
    by_code = {r.sha256: r for r in Revision.objects.filter(submission=submission).order_by("number")}
    return [by_code[e.revision_sha256] for e in events if e.to_state == State.SUBMITTED]


def steps(submission: Submission, user: User) -> list[Step]:
    """The reviewers' moves of this round that belong to a role the user holds, each with what bars it."""
    where, bars = standing(user, submission), workflow.refusals(submission, user)
    rows = [
        t
        for t in workflow.TRANSITIONS
        if t.role in (Role.VERIFIER, Role.APPROVER)
        and t.verification in (None, submission.round.asks_verification)
        and where.holds(t.role)
    ]
    mine = {t.move for t in rows}
    return [Step(move, str(label), bars[move]) for move, label in LABELS.items() if move in mine]


def short(sha256: str) -> str:
    return f"{sha256[:4]}…{sha256[-4:]}" if sha256 else ""


def cells(revision: Revision | None) -> Cells:
    frozen: list[dict[str, Any]] = json.loads(revision.content)["cells"] if revision else []
    return {(cell["line"], cell["subject"]): cell_from(cell) for cell in frozen}


def _lines(submission: Submission, now: Cells, earlier: Revision | None, read: Revision | None) -> list[Line]:
    lines = _places(submission, now)
    names = _subject_names(submission, lines)
    before = _last_approved(submission, lines)
    then, seen = cells(earlier), cells(read)
    return [
        _line(
            line,
            key,
            subject=names[key[1]] if line.subject_rule == SubjectRule.EACH_COMMUNE else "",
            now=now.get(key, Cell()),
            before=before.get((line.indicator_id, key[1])),
            since=difference(then.get(key), now.get(key), line.definition) if earlier else Difference(),
            since_read=difference(seen.get(key), now.get(key), line.definition) if read else Difference(),
        )
        for key, line in lines.items()
    ]


def _line(
    line: RoundLine,
    key: CellKey,
    *,
    subject: str,
    now: Cell,
    before: Observation | None,
    since: Difference,
    since_read: Difference,
) -> Line:
    return Line(
        anchor=f"{line.indicator.code}-{key[1]}" if subject else line.indicator.code,
        name=line.indicator.name,
        code=line.indicator.code,
        subject=subject,
        now=printed(now, line.definition),
        note=now.note,
        before=printed(before, before.definition) if before else None,
        before_period=str(before.period) if before else "",
        change=change(now, before, line.definition) if before else Change(),
        since=since,
        since_read=since_read,
    )


def _places(submission: Submission, frozen: Cells) -> dict[CellKey, RoundLine]:
    """Every cell of the form in its order, those left empty too, and whatever else was frozen."""
    expected = expected_cells(submission)
    lines = {line.pk: line for line in expected.values()}
    return expected | {key: lines[key[0]] for key in frozen if key not in expected}


def _subject_names(submission: Submission, lines: Mapping[CellKey, RoundLine]) -> dict[int, str]:
    units = Unit.objects.filter(pk__in={subject for _line, subject in lines})
    return {u.pk: str(u) for u in units.with_slice(submission.round.period.last_day).order_by("pk")}


def _last_approved(
    submission: Submission, lines: Mapping[CellKey, RoundLine]
) -> dict[tuple[int, int], Observation]:
    """(indicator, subject) → what this unit said last in an earlier period, as it stands approved."""
    earlier = Observation.objects.at(Stage.APPROVED).filter(
        reporter=submission.unit_id,
        indicator__in={line.indicator_id for line in lines.values()},
        period__day_after_last__lt=submission.round.period.day_after_last,
    )
    later = earlier.filter(
        indicator=OuterRef("indicator"),
        subject=OuterRef("subject"),
        period__day_after_last__gt=OuterRef("period__day_after_last"),
    )
    newest = earlier.filter(~Exists(later)).select_related("period", "definition").order_by("pk")
    return {(o.indicator_id, o.subject_id): o for o in newest}


def told(move: str, report: str) -> str:
    """What the queue says after a decision."""
    sentences = {
        "verify": _("Verified and forwarded for approval: %(report)s."),
        "approve": _("Approved: %(report)s."),
        "return": _("Returned for completion: %(report)s."),
        "reopen": _("Reopened: %(report)s."),
    }
    return sentences[move] % {"report": report}
