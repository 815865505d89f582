"""Whoever enters does not approve (domain.md 21): what keeps a person from a step whose role he or she holds.

Per submission since its last approval; superusers and delegates count as themselves.
"""

from django.utils.translation import gettext as _

from .models import Assessment, EntryChange, OnBehalf, Submission, User
from .permissions import Standing

BOUND_TO_CONTENT = ("sign", "verify", "approve")  # a decision about what was read (domain.md 23)


def bar(move: str, submission: Submission, user: User, where: Standing) -> str | None:
    """The sentence that keeps this person from the move; None where nothing does. An own figure that counts on
    approval is an entered one (assessing.py)."""
    if sentence := by_part(move, submission, user, where):
        return sentence
    if move == "approve" and submission.round.counts_assessed:
        since = _version_of_last_approval(submission)
        if Assessment.objects.filter(submission=submission, by=user, version__gt=since).exists():
            return _("You entered a figure of your own that counts, so another person must approve the report.")
    return None


def by_part(move: str, submission: Submission, user: User, where: Standing) -> str | None:
    """By what the person is to the unit, entered, or decided; own figures beside the reported ones left aside."""
    if move not in BOUND_TO_CONTENT:
        return None
    if move != "sign" and where.belongs:
        return _("Nobody verifies or approves a report of the unit he or she works for; another person must do it.")
    since = _version_of_last_approval(submission)
    if OnBehalf.objects.filter(submission=submission, by=user, version__gt=since).exists():
        return _("Whoever entered on behalf of the unit cannot sign, verify or approve; another person must do it.")
    if EntryChange.objects.filter(submission=submission, by=user, version__gt=since).exists():
        if move == "approve":
            return _("You entered this report, so another person must approve it.")
        return _("Whoever entered figures of this report cannot sign or verify it; another person must do it.")
    other = {"approve": "verify", "verify": "approve"}.get(move)
    if other and submission.events.filter(move=other, by=user, version__gt=since).exists():
        return _("Nobody both verifies and approves the same report; another person must do it.")
    return None


def _version_of_last_approval(submission: Submission) -> int:
    last = submission.events.filter(move="approve").last()
    return last.version if last else 0
