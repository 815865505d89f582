"""Signing off by an attached document (domain.md 21): one of the unit's own people hands in the scan of what its
leader signed. It is the move `sign`, through workflow.perform(), bound to the very content that was signed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from . import files, keys, signing, workflow
from .clock import today
from .models import Membership, Signature, State, StoredFile, Submission, UsedKey, User
from .permissions import Standing, standing
from .refusals import Refused


@dataclass(frozen=True)
class Said:
    """What is typed about the signed document; the fields are those of signing.Paper, which adds the scan."""

    number: str
    signed_on: date
    signer: str
    title: str
    capacity: str
    code: str
    authority_number: str = ""
    authority_date: date | None = None
    authorised_from: date | None = None
    authorised_to: date | None = None


class _Repeated(Exception):
    """The page had been sent already: undoes what was begun."""


def attach(
    submission: Submission, said: Said, scan: files.Upload, *, by: User, revision: str, key: str = ""
) -> bool:
    """False where the page with this one-time key had been sent already. `revision` is the SHA-256 of the content
    that the page was about. Raises Refused, or files.NoRoom; then the scan is not kept either."""
    if was_sent(key, by=by):
        return False
    refuse_barred(submission, by)  # before anything is written; asked again under the lock
    try:
        with files.keeping(scan, by=by) as kept:
            if key and keys.use(key, by=by, result=page_of(submission)) is not None:
                raise _Repeated
            paper = signing.Paper(file=kept, **vars(said))
            workflow.perform("sign", submission, by=by, revision=revision, paper=paper)
    except _Repeated:
        return False
    return True


def was_sent(key: str, *, by: User) -> bool:
    """The page with this one-time key; a request that comes at the same moment waits for the first in `attach`."""
    return bool(key) and UsedKey.objects.filter(user=by, key=key).exists()


def refuse_barred(submission: Submission, by: User) -> None:
    if sentence := workflow.paper_bar(submission, by, standing(by, submission)):
        raise Refused(sentence)


def is_open(submission: Submission, user: User, where: Standing) -> bool:
    """Whether a document may be attached now; nothing is asked where the report waits for no signature."""
    return submission.state == State.AWAITING_SIGN_OFF and workflow.paper_bar(submission, user, where) is None


def usual(submission: Submission) -> dict[str, Any]:
    """What the page begins with: the signer of the unit, where one alone may sign today. One query."""
    signers = Membership.objects.that_sign(today()).filter(unit=submission.unit_id, user__is_active=True)
    found = list(signers.select_related("user").order_by("pk")[:2])
    if len(found) != 1:
        return {}
    (only,) = found
    return only.capacity_facts() | {"signer": str(only.user), "title": only.title or only.user.position}


def readable(submission: Submission, number: int) -> StoredFile | None:
    """`number` is the signature's. For whoever may see the report: what is signed is handed in."""
    found = Signature.objects.filter(revision__submission=submission, pk=number).select_related("file").first()
    return found.file if found else None


def page_of(submission: Submission) -> str:
    return reverse("submission_signed", args=[submission.pk])
