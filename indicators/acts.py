"""What one press of a button on the page of a report does, in one transaction.

Of a save everything that can be written is written: cells with a fault and cells that somebody else changed come
back, the others stay saved even where the hand-in behind them is refused. The one-time key is claimed first, so
that the same text sent twice waits for the first and then does nothing, and given up again unless all was done: the
corrected page may send it anew. A refusal before the first write undoes everything.

Marking the remaining blanks is a save too: what is typed and what is marked are one version.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from . import drafts, keys, workflow
from .denominators import problems
from .drafts import EMPTY, Cell, CellKey, Conflict
from .forms import NOTE_LENGTH, WRITES_CELLS, Posted, Reading, too_long
from .models import EntryState, Submission, UsedKey, User, ValueKind
from .refusals import Refused
from .validation import Cells, Expected, Problem, expected_cells


@dataclass(frozen=True)
class Outcome:
    """What came of a press. `sentence` says why it was refused; `given_back` are the cells to show as typed;
    `is_kept` says that they were not sent now, but before the session ended."""

    posted: Posted
    sentence: str = ""
    has_saved: bool = False
    is_kept: bool = False
    is_repeated: bool = False
    given_back: Mapping[CellKey, Reading] = field(default_factory=dict)
    conflicts: Mapping[CellKey, Conflict] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    reason_fault: str = ""  # what is wrong with the reason for the remaining blanks
    marked: int = 0  # how many of them were marked

    @property
    def is_done(self) -> bool:
        return not (self.sentence or self.given_back or self.conflicts or self.reason_fault)

    @property
    def status(self) -> int:
        return 409 if self.sentence or self.conflicts else 200


def carry_out(posted: Posted, submission: Submission, *, by: User, address: str) -> Outcome:
    key = _key_of(posted)
    try:
        with transaction.atomic():
            if key and keys.use(key, by=by, result=address) is not None:
                return Outcome(posted, is_repeated=True)
            outcome = _act(posted, submission, by)
            if not outcome.is_done:
                UsedKey.objects.filter(user=by, key=key).delete()
            return outcome
    except Refused as refusal:
        return Outcome(posted, sentence=refusal.in_full, given_back=posted.readings)


def _key_of(posted: Posted) -> str:
    """Sent again with other text, as from a page that Back brought up, it is another save: the version of the page
    says what became of the lines meanwhile, and nothing that was typed is taken for done."""
    if not (posted.key and posted.readings):
        return posted.key
    typed = sorted((cell, reading.typed._asdict()) for cell, reading in posted.readings.items())
    said = json.dumps([posted.key, posted.action, posted.reason, typed])
    return sha256(said.encode()).hexdigest()


def given_back(posted: Posted) -> Outcome:
    """What was typed before the session ended: on the page again, against the version that it was typed against,
    so that what others saved since is not overwritten unseen."""
    sentence = _("The session had ended. What was typed stands below again and is not saved yet.")
    return Outcome(posted, sentence=sentence, is_kept=True, given_back=posted.readings)


def _act(posted: Posted, submission: Submission, by: User) -> Outcome:
    if posted.action not in WRITES_CELLS:
        _perform(posted, submission, by)
        return Outcome(posted)
    outcome = _save(posted, submission, by)
    if posted.action != "submit" or not outcome.is_done:
        return outcome
    try:
        _perform(posted, submission, by)
    except Refused as refusal:
        return replace(outcome, sentence=refusal.in_full, problems=problems(submission))
    return outcome


def _save(posted: Posted, submission: Submission, by: User) -> Outcome:
    good = {key: r.cell for key, r in posted.readings.items() if r.cell is not None}
    fault = _reason_fault(posted)
    marks = {} if fault or posted.action != "mark_blanks" else _marks(posted, drafts.lock(submission), good)
    saved = drafts.save(submission, good | marks, by=by, version=posted.version)
    back = {k: r for k, r in posted.readings.items() if r.cell is None or k in saved.conflicts}
    marked = len(marks.keys() - saved.conflicts.keys())
    return Outcome(
        posted, has_saved=True, given_back=back, conflicts=saved.conflicts, reason_fault=fault, marked=marked
    )


def _reason_fault(posted: Posted) -> str:
    if posted.action != "mark_blanks":
        return ""
    if not posted.reason:
        return _("State why the remaining figures could not be collected.")
    return next((fault.sentence for fault in too_long("reason", posted.reason, NOTE_LENGTH)), "")


def _marks(posted: Posted, submission: Submission, good: Cells) -> dict[CellKey, Cell]:
    """The blanks as they are marked. A cell that is given back with a fault is not blank, and what was touched
    since the page was drawn is left as it is; a note that stands there already comes before the reason, unless both
    together would be too long."""
    cells = {**drafts.cells_of(submission), **good}
    others = {key for key, reading in posted.readings.items() if reading.cell is None}
    others |= drafts.changes_since(submission, posted.version).keys()
    marks = {}
    for key in blanks(expected_cells(submission), cells):
        if key not in others:
            notes = [note for note in (cells.get(key, EMPTY).note, posted.reason) if note]
            note = "\n".join(dict.fromkeys(notes))
            marks[key] = Cell(
                state=EntryState.NOT_AVAILABLE.value, note=note if len(note) <= NOTE_LENGTH else notes[0]
            )
    return marks


def blanks(expected: Expected, cells: Cells) -> list[CellKey]:
    """The mandatory figures of which nothing is said yet. A narrative section is not collected but written."""
    return [
        key
        for key, line in expected.items()
        if line.is_mandatory and line.definition.value_kind != ValueKind.TEXT and not cells.get(key, EMPTY).state
    ]


def _perform(posted: Posted, submission: Submission, by: User) -> None:
    revision = posted.revision or _revision_of(submission, posted.version)
    workflow.perform(posted.action, submission, by=by, comment=posted.comment, revision=revision)


def _revision_of(submission: Submission, version: int) -> str | None:
    """What a page of this version showed, where it names no revision itself: the latest, unless it has aged."""
    latest = workflow.latest_revision(submission) if version == submission.version else None
    return latest.sha256 if latest else None
