"""One report replayed from its events: plain rows in, the first break in words out. No query is made here."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ..adjustments import deciding_move
from ..assessed import ACTS, explained_in, said_in
from ..calendars import show_moment
from ..event_chain import event_hash, facts_of
from ..models import (
    AdjustmentRequest,
    Assessment,
    Explanation,
    Observation,
    RegisterList,
    Return,
    Revision,
    RoundLine,
    State,
    Submission,
    SubmissionEvent,
)
from ..sealing import canonical, sha256
from ..transitions import BY_AN_ACT, CLOSE, ENDINGS, MOVES, TRANSITIONS
from ..workflow import ending_code

KNOWN = {(t.move, t.source.value, t.target.value) for t in TRANSITIONS}
KNOWN |= {(move, source.value, target.value) for move, source, target in BY_AN_ACT}
HANDED_IN = (State.SUBMITTED, State.VERIFIED)


@dataclass
class History:
    """Everything that is stored of one report's way, oldest first."""

    submission: Submission
    events: list[SubmissionEvent] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    lists: list[RegisterList] = field(default_factory=list)  # with their rows
    lines: dict[int, RoundLine] = field(default_factory=dict)
    returns: dict[int, Return] = field(default_factory=dict)  # by their version
    assessments: dict[int, list[Assessment]] = field(default_factory=dict)  # by the version of their act
    explanations: dict[int, list[Explanation]] = field(default_factory=dict)
    requests: list[AdjustmentRequest] = field(default_factory=list)
    last_change: int = 0  # the version of the last change of an entry
    kind: str = ""  # of the reporting unit, on the last day of the period


@dataclass
class Replay:
    """What the events so far amount to."""

    state: str = State.DRAFT.value
    version: int = 0
    handed_in_at: datetime | None = None
    hash: str = ""
    number: int = 0
    ending: str = ""
    revision: Revision | None = None
    approvals: list[tuple[SubmissionEvent, Revision]] = field(default_factory=list)

    def follow(self, event: SubmissionEvent) -> None:
        if event.to_state == State.SUBMITTED and self.handed_in_at is None:
            self.handed_in_at = event.at
        if event.move == "withdraw" and self.state in HANDED_IN:
            self.handed_in_at = None
        self.ending = ENDINGS.get(event.move, self.ending)
        self.state, self.version = event.to_state, event.version
        self.number, self.hash = event.number, event.hash
        if event.move == "approve" and self.revision is not None:
            self.approvals.append((event, self.revision))


def faults(history: History, replay: Replay) -> Iterator[str]:
    """Of the events and the revisions, in their order; `replay` is moved on while they are told."""
    waiting = iter(history.revisions)
    for event in history.events:
        yield from _of_event(event, replay)
        if event.move == "submit":
            replay.revision = next(waiting, None)
            yield from _of_hand_in(event, replay.revision, history.submission)
        yield from _of_binding(event, replay.revision)
        yield from _of_details(event, history)
        replay.follow(event)
    for left in waiting:
        yield _("Revision %(number)s belongs to no hand-in.") % {"number": left.number}
    yield from _of_no_event(history)
    yield from _of_requests(history)
    yield from _of_end(history, replay)


def _of_requests(history: History) -> Iterator[str]:
    """What became of a request for adjustment is the event of the version that it names."""
    moves = {event.version: event.move for event in history.events}
    for request in history.requests:
        stands = moves.get(request.decided_version) if request.decided_version else None
        if request.outcome and stands != deciding_move(request):
            yield _("The request for adjustment of version %(version)s says “%(outcome)s”, but no event does.") % {
                "version": request.version,
                "outcome": request.get_outcome_display(),
            }


def _of_event(event: SubmissionEvent, replay: Replay) -> Iterator[str]:
    said = {"number": event.number, "move": event.move, "before": replay.number}
    if event.number != replay.number + 1:
        yield _("Event %(missing)s is missing: event %(before)s is followed by event %(number)s.") % (
            said | {"missing": replay.number + 1}
        )
    if event.from_state != replay.state:
        yield _(
            "Event %(number)s (%(move)s): it says that the report stood at “%(said)s”, but the events before it "
            "lead to “%(stood)s”."
        ) % (said | {"said": _label(event.from_state), "stood": _label(replay.state)})
    if not _is_known(event):
        yield _("Event %(number)s (%(move)s): no rule leads from “%(source)s” to “%(target)s”.") % (
            said | {"source": _label(event.from_state), "target": _label(event.to_state)}
        )
    if event.version <= replay.version:
        yield _(
            "Event %(number)s (%(move)s): its version %(version)s does not come after version %(earlier)s of the "
            "event before."
        ) % (said | {"version": event.version, "earlier": replay.version})
    if event.previous_hash != replay.hash:
        yield (
            _(
                "Event %(number)s (%(move)s): it does not follow from event %(before)s, whose check code it names "
                "otherwise."
            )
            % said
        )
    if event.hash != hash_of(event):
        yield (
            _(
                "Event %(number)s (%(move)s): it was changed; what it says (person, moment, states, version, "
                "reason, address) does not give its check code."
            )
            % said
        )


def _is_known(event: SubmissionEvent) -> bool:
    """An act that is no move of the table leaves the state where it is (workflow.note)."""
    if event.move not in (*MOVES, *ENDINGS, CLOSE):
        return event.from_state == event.to_state
    return (event.move, event.from_state, event.to_state) in KNOWN


def hash_of(event: SubmissionEvent) -> str:
    """As workflow made it, from what is stored."""
    return event_hash(event.submission_id, event.by_id, event.at, facts_of(event))


def _of_hand_in(event: SubmissionEvent, revision: Revision | None, submission: Submission) -> Iterator[str]:
    said = {"number": event.number, "revision": revision.number if revision else 0}
    if revision is None:
        yield _("Event %(number)s (submit): the revision that was handed in is missing.") % said
        return
    if revision.sha256 != event.revision_sha256:
        yield (
            _("Revision %(revision)s: its check code is not the one of event %(number)s, which handed it in.")
            % said
        )
    if sha256(revision.content) != revision.sha256 or not _is_content_of(revision, submission):
        yield _("Revision %(revision)s: its content was changed; it does not give its check code.") % said
    if (revision.by_id, revision.at) != (event.by_id, event.at):
        yield _("Revision %(revision)s: person or moment differ from event %(number)s, which handed it in.") % said


def _is_content_of(revision: Revision, submission: Submission) -> bool:
    """Canonical, and of this report: a content with its own check code may have been taken from another."""
    try:
        content: dict[str, Any] = json.loads(revision.content)
        return canonical(content) == revision.content and content["submission"] == submission.pk
    except (ValueError, KeyError, TypeError):
        return False


def _of_binding(event: SubmissionEvent, revision: Revision | None) -> Iterator[str]:
    """A move names the content that it was made about: of the last hand-in, or none before the first."""
    stands = revision.sha256 if revision else ""
    allowed = (stands,) if event.move in MOVES else ("", stands)
    if event.revision_sha256 not in allowed:
        yield _("Event %(number)s (%(move)s): it is bound to another content than the one handed in last.") % {
            "number": event.number,
            "move": event.move,
        }


def _of_details(event: SubmissionEvent, history: History) -> Iterator[str]:
    """What was written with an event stands in rows of its own, whose check code the event holds: what a return
    asks of the unit, what is asked about approved figures, what reviewers entered of their own, what the unit
    explained."""
    if event.details_sha256 == _details(history, event) and _are_of(event, history):
        return
    said = {"number": event.number, "move": event.move}
    if event.move in ACTS:
        yield _("Event %(number)s (%(move)s): what it entered is missing, or was changed.") % said
    else:
        yield _("Event %(number)s (%(move)s): what it asks is missing, or was changed.") % said


def _details(history: History, event: SubmissionEvent) -> str:
    version, report = event.version, history.submission
    if event.move in (*ENDINGS, CLOSE):
        return ending_code(report.ended_by_id, report.heir_id)
    requests = {request.version: request for request in history.requests}
    if (asked := history.returns.get(version) or requests.get(version)) is not None:
        return sha256(asked.content)
    if rows := history.assessments.get(version):
        return sha256(canonical({"assessments": said_in(rows)}))
    if said := history.explanations.get(version):
        return sha256(canonical({"explanations": explained_in(said)}))
    return ""


def _are_of(event: SubmissionEvent, history: History) -> bool:
    """Own figures and explanations are of the person and the moment of their event."""
    rows: list[Assessment | Explanation] = [*history.assessments.get(event.version, [])]
    rows += history.explanations.get(event.version, [])
    return all((row.by_id, row.at) == (event.by_id, event.at) for row in rows)


def _of_no_event(history: History) -> Iterator[str]:
    """An own figure or an explanation that somebody wrote past the events."""
    acts = {event.version for event in history.events if event.move in ACTS}
    for version in sorted({*history.assessments, *history.explanations} - acts):
        yield _("A reviewer's own figure or its explanation (version %(version)s) belongs to no event.") % {
            "version": version
        }


def _of_end(history: History, replay: Replay) -> Iterator[str]:
    """What the report itself says beside what its events lead to."""
    stored, said = history.submission, {"number": replay.number}
    if stored.state != replay.state:
        yield _("The report stands at “%(stored)s”, but its %(number)s events lead to “%(state)s”.") % (
            said | {"stored": _label(stored.state), "state": _label(replay.state)}
        )
    if stored.handed_in_at != replay.handed_in_at:
        yield _("The report was handed in at %(stored)s by its own word, at %(replayed)s by its events.") % {
            "stored": _moment(stored.handed_in_at),
            "replayed": _moment(replay.handed_in_at),
        }
    if stored.ending != replay.ending:
        yield _("What was decided about the report after the unit's end is not what its events say.")
    newest = max(replay.version, history.last_change)
    if stored.version < newest:
        yield _("The report has version %(stored)s, but its history goes to version %(newest)s.") % {
            "stored": stored.version,
            "newest": newest,
        }


def _moment(at: datetime | None) -> str:
    return show_moment(at) if at else "–"


def _label(state: str) -> str:
    """What was forged may be no state at all."""
    return str(dict(State.choices).get(state, state))
