"""What a hand-in freezes: the content, its check code, what the queue flags of it, and on whose paper it rests."""

from collections.abc import Iterable
from datetime import datetime

from . import kinds
from .models import EntryChange, OnBehalf, Revision, Submission, User
from .sealing import canonical, sha256


def freeze(submission: Submission, by: User, at: datetime) -> Revision:
    act = _entered_on_behalf(submission, by)
    content = canonical(kinds.of(submission).content(submission, on_behalf=act))
    number = Revision.objects.filter(submission=submission).count() + 1
    revision = Revision.objects.create(
        submission=submission, number=number, content=content, sha256=sha256(content), on_behalf=act, by=by, at=at
    )
    kinds.of(submission).flag(submission, revision)
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
