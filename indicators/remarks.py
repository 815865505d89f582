"""What reviewers say of a report while they read it: remarks line by line, which a return carries to the unit, and
notes among themselves, which the unit never sees.

Both are append-only. A remark belongs to the hand-in that was read; the newest of a figure stands. Nobody of the
unit writes either (domain.md 21), and nothing outside the reviewers' pages may ask `notes_on` or `on_revision`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from . import assessed, workflow
from .calendars import show_moment
from .clock import now
from .drafts import CellKey, lock
from .models import Remark, Revision, State, Submission, User, VerifierNote
from .permissions import Standing, standing
from .refusals import ContentChanged, Refused
from .validation import expected_cells

LENGTH = 2_000
WITH_REVIEWERS = (State.SUBMITTED, State.VERIFIED)


@dataclass(frozen=True)
class Typed:
    """The texts of the page's fields, and up to which remark it had been drawn."""

    texts: Mapping[CellKey, str]
    seen: int = 0


def barred(submission: Submission, where: Standing) -> str:
    """Why this person writes no remark now; empty where nothing bars. Role, then unit, then state."""
    if sentence := _not_a_reviewer(where):
        return sentence
    if submission.state not in WITH_REVIEWERS:
        return _("Remarks are written while the report waits for verification or approval.")
    return ""


def _not_a_reviewer(where: Standing) -> str:
    if not (where.verifies or where.approves):
        return _("Only those who verify or approve the report write remarks and notes on it.")
    if where.belongs:
        return _("Nobody writes a reviewer's remark on a report of the unit he or she works for.")
    return ""


@transaction.atomic
def write(submission: Submission, typed: Typed, *, by: User, revision: str) -> int:
    """Adds a remark for each text that differs from the one that stands, and returns how many. `revision` is the
    code of what was read. Raises Refused, also where somebody else wrote about the same figure meanwhile."""
    submission = lock(submission)
    latest = workflow.latest_revision(submission)
    new = _new_texts(latest, typed)
    if latest is None or not new:
        return 0
    if sentence := barred(submission, standing(by, submission)):
        raise Refused(sentence)
    if latest.sha256 != assessed.content_in(revision):
        raise ContentChanged(workflow.content_changed(submission))
    _refuse_unfit(submission, new)
    at = now()
    Remark.objects.bulk_create(
        Remark(revision=latest, line_id=line, subject_id=subject, text=text, by=by, at=at)
        for (line, subject), text in new.items()
    )
    return len(new)


def _new_texts(revision: Revision | None, typed: Typed) -> dict[CellKey, str]:
    """What was typed on the page: a text that stood when it was drawn was not."""
    rows = list(Remark.objects.filter(revision=revision).select_related("by").order_by("pk"))
    drawn = {row.cell: row.text for row in rows if row.pk <= typed.seen}
    stands = {row.cell: row for row in rows}
    new: dict[CellKey, str] = {}
    for cell, text in typed.texts.items():
        text, last = text.strip(), stands.get(cell)
        if text in (drawn.get(cell, ""), last.text if last else ""):
            continue
        if last is not None and last.pk > typed.seen:
            raise Refused(_overtaken(last))
        new[cell] = text
    return new


def _overtaken(last: Remark) -> str:
    said = {"who": last.by, "time": show_moment(last.at), "text": last.text}
    return _("%(who)s wrote another remark on the same line (%(time)s): “%(text)s”. Nothing was saved.") % said


def _refuse_unfit(submission: Submission, texts: Mapping[CellKey, str]) -> None:
    if texts and not texts.keys() <= expected_cells(submission).keys():
        raise Refused(_("This line is not part of the report."))
    if any(len(text) > LENGTH for text in texts.values()):
        raise Refused(_("A remark takes at most %(limit)s characters.") % {"limit": LENGTH})


@transaction.atomic
def note(submission: Submission, text: str, *, by: User) -> None:
    """For the other reviewers, in any state of the report."""
    submission = lock(submission)
    if sentence := _not_a_reviewer(standing(by, submission)):
        raise Refused(sentence)
    if not text.strip():
        raise Refused(_("The note is empty."))
    if len(text) > LENGTH:
        raise Refused(_("A note takes at most %(limit)s characters.") % {"limit": LENGTH})
    VerifierNote.objects.create(submission=submission, text=text.strip(), by=by, at=now())


# --- Reading, for reviewers alone


@dataclass(frozen=True)
class OnRevision:
    """The remarks that stand on a hand-in, and up to which one that was looked at."""

    stands: Mapping[CellKey, Remark]
    seen: int


def on_revision(revision: Revision | None) -> OnRevision:
    """One query."""
    rows = list(Remark.objects.filter(revision=revision).select_related("by").order_by("pk")) if revision else []
    newest = {row.cell: row for row in rows}
    return OnRevision({cell: row for cell, row in newest.items() if row.text}, rows[-1].pk if rows else 0)


def notes_on(submission: Submission) -> list[VerifierNote]:
    """Newest first; one query."""
    return list(VerifierNote.objects.filter(submission=submission).select_related("by").order_by("-pk"))
