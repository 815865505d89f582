"""Entering on behalf of a unit (nhập thay, domain.md 21): where roads or lines are cut, a person of the unit that
verifies types what the unit sent on paper.

The act is that person's alone and holds for one hand-in, which ends it (workflow.py); to enter once more takes a
new act with a new scan. The unit's own people keep their access: conflicts are those of any two people. Whoever
opened an act never signs, verifies or approves that report before its next approval, even without typing a figure.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from . import files, keys, workflow
from .calendars import show_moment
from .clock import now, today
from .drafts import lock
from .entry import closed_because
from .models import OnBehalf, Revision, State, StoredFile, Submission, SubmissionEvent, User
from .permissions import Standing, standing, step_holders
from .refusals import Refused

OPENED, ENDED = "behalf_opened", "behalf_ended"  # as events in the chain of a report


@dataclass(frozen=True)
class Paper:
    """What is said about the signed document, and why the unit could not enter its figures itself."""

    reason: str
    number: str  # empty where the document has none
    signed_on: date
    signer: str
    signer_title: str


@dataclass(frozen=True)
class Shown:
    """The act that what stands in a report rests on, as pages tell it."""

    act: OnBehalf
    unit: str
    scan: str  # the address of its file; empty where the reader may not have it

    @property
    def is_open(self) -> bool:
        return self.act.ended_at is None


class _Repeated(Exception):
    """The page had been sent already: undoes what was begun."""


def enter(submission: Submission, paper: Paper, scan: files.Upload, *, by: User, key: str = "") -> bool:
    """Makes `by` one of those who report for the unit, until the hand-in. False where the page with this one-time
    key had been sent already. Raises Refused, or files.NoRoom; then the scan is not kept either."""
    try:
        with files.keeping(scan, by=by) as kept:
            if key and keys.use(key, by=by, result=page_of(submission)) is not None:
                raise _Repeated
            _open(lock(submission), paper, kept, by=by)
    except _Repeated:
        return False
    return True


def _open(submission: Submission, paper: Paper, scan: StoredFile, *, by: User) -> None:
    if sentence := barred(submission, standing(by, submission)):
        raise Refused(sentence)
    _refuse_unsaid(paper)
    at = now()
    version = workflow.note(OPENED, submission, by=by, at=at, reason=paper.reason)
    unit = step_holders(submission)["verify"]
    OnBehalf.objects.create(
        submission=submission, version=version, by=by, unit_id=unit, file=scan, at=at, **asdict(paper)
    )


def _refuse_unsaid(paper: Paper) -> None:
    if not paper.reason.strip():
        raise Refused(_("State why the unit cannot enter its figures itself."))
    if not (paper.signer.strip() and paper.signer_title.strip()):
        raise Refused(_("State who signed the document, and in which position."))
    if paper.signed_on > today():
        raise Refused(_("The document cannot have been signed after today."))


def end(submission: Submission, number: int, *, by: User) -> None:
    """Takes the right back before any hand-in: its holder, or another person who verifies the report, so that a
    colleague can take over. What was typed stays in the draft. `number` is the act's, which an old page names."""
    with transaction.atomic():
        submission = lock(submission)
        if not standing(by, submission).verifies:
            raise Refused(_only_verifiers())
        at = now()
        if not OnBehalf.objects.open().filter(submission=submission, pk=number).update(ended_at=at, ended_by=by):
            raise Refused(_("This entry on behalf of the unit has ended already."))
        workflow.note(ENDED, submission, by=by, at=at, reason="")


def barred(submission: Submission, where: Standing) -> str:
    """Why this person cannot begin to enter for the unit now; empty where nothing does. Role, then state."""
    if not where.verifies:
        return _only_verifiers()
    if not submission.round.asks_verification:
        return _("This form has no verification step, so nobody enters on behalf of its units.")
    if where.belongs:
        return _("Nobody enters on behalf of the unit he or she works for.")
    if sentence := closed_because(submission):
        return sentence
    act = OnBehalf.objects.open().filter(submission=submission).select_related("by").first()
    if act is None:
        return ""
    return _("%(who)s has been entering this report on behalf of the unit since %(time)s.") % {
        "who": act.by,
        "time": show_moment(act.at),
    }


def _only_verifiers() -> str:
    return _("Only those who verify the report can enter on behalf of the unit.")


# --- Reading


def shown(submission: Submission, where: Standing) -> Shown | None:
    """One query, and one more for those who do not work on the report where there is an act."""
    found: Any = OnBehalf.objects.that_stands(submission).with_unit_name().select_related("by").first()
    if found is None:
        return None
    scan = reverse("on_behalf_scan", args=[submission.pk, found.pk]) if _may_read(found, where) else ""
    return Shown(found, found.unit_name or "", scan)


def readable_scan(submission: Submission, number: int, where: Standing) -> StoredFile | None:
    """A paper that nothing was handed in with is the unit's draft: for those who work on the report alone."""
    act = OnBehalf.objects.filter(submission=submission, pk=number).select_related("file").first()
    return act.file if act is not None and _may_read(act, where) else None


def _may_read(act: OnBehalf, where: Standing) -> bool:
    if where.works_on_it:
        return True
    moves = SubmissionEvent.objects.filter(submission=act.submission_id, to_state=State.SUBMITTED)
    codes = moves.order_by().values("revision_sha256")
    return Revision.objects.filter(on_behalf=act, sha256__in=codes).exists()


def events_of(submission: Submission) -> list[Any]:
    """The chain of a report, oldest first, each event with `is_on_behalf`: done by the person who entered on behalf
    of the unit, about what he or she handed in. Every act left its event in the chain, and most reports have none:
    one query, and one more where there was an act."""
    events: list[Any] = list(
        submission.events.select_related("by", "decision", "signature__file").order_by("number")
    )
    acted = any(event.move == OPENED for event in events)
    sent = set(_sent_on_behalf(submission)) if acted else set()
    for event in events:
        event.is_on_behalf = (event.revision_sha256, event.by_id) in sent
    return events


def _sent_on_behalf(submission: Submission) -> QuerySet[Any, tuple[str, int]]:
    """The check code of each hand-in that the person sent who had entered it on behalf of the unit, and who."""
    own = Revision.objects.filter(submission=submission, on_behalf__by=F("by"))
    return own.order_by("number").values_list("sha256", "by")


def page_of(submission: Submission) -> str:
    return reverse("submission_on_behalf", args=[submission.pk])
