"""What one press of a button on the page of a report does, in one transaction.

Of a save everything that can be written is written: cells with a fault and cells that somebody else changed come
back, the others stay saved even where the hand-in behind them is refused. The one-time key is claimed first, so
that a double click waits for the first and then does nothing, and given up again unless all was done: the corrected
page may send it anew. A refusal before the first write undoes everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db import transaction

from . import drafts, keys, workflow
from .drafts import CellKey, Conflict
from .forms import WRITES_CELLS, Posted, Reading
from .models import Submission, UsedKey, User
from .refusals import Refused
from .validation import Problem, problems


@dataclass(frozen=True)
class Outcome:
    """What came of a press. `sentence` says why it was refused; `given_back` are the cells to show as typed."""

    posted: Posted
    sentence: str = ""
    has_saved: bool = False
    is_repeated: bool = False
    given_back: Mapping[CellKey, Reading] = field(default_factory=dict)
    conflicts: Mapping[CellKey, Conflict] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return not (self.sentence or self.given_back or self.conflicts)

    @property
    def status(self) -> int:
        return 409 if self.sentence or self.conflicts else 200


def carry_out(posted: Posted, submission: Submission, *, by: User, address: str) -> Outcome:
    try:
        with transaction.atomic():
            if posted.key and keys.use(posted.key, by=by, result=address) is not None:
                return Outcome(posted, is_repeated=True)
            outcome = _act(posted, submission, by)
            if not outcome.is_done:
                UsedKey.objects.filter(user=by, key=posted.key).delete()
            return outcome
    except Refused as refusal:
        return Outcome(posted, sentence=refusal.sentence, given_back=posted.readings)


def _act(posted: Posted, submission: Submission, by: User) -> Outcome:
    if posted.action not in WRITES_CELLS:
        _perform(posted, submission, by)
        return Outcome(posted)
    outcome = _save(posted, submission, by)
    if posted.action == "save" or not outcome.is_done:
        return outcome
    try:
        _perform(posted, submission, by)
    except Refused as refusal:
        return replace(outcome, sentence=refusal.sentence, problems=problems(submission))
    return outcome


def _save(posted: Posted, submission: Submission, by: User) -> Outcome:
    good = {key: r.cell for key, r in posted.readings.items() if r.cell is not None}
    saved = drafts.save(submission, good, by=by, version=posted.version)
    back = {k: r for k, r in posted.readings.items() if r.cell is None or k in saved.conflicts}
    return Outcome(posted, has_saved=True, given_back=back, conflicts=saved.conflicts)


def _perform(posted: Posted, submission: Submission, by: User) -> None:
    revision = posted.revision or _revision_of(submission, posted.version)
    workflow.perform(posted.action, submission, by=by, comment=posted.comment, revision=revision)


def _revision_of(submission: Submission, version: int) -> str | None:
    """What a page of this version showed, where it names no revision itself: the latest, unless it has aged."""
    latest = workflow.latest_revision(submission) if version == submission.version else None
    return latest.sha256 if latest else None
