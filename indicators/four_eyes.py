"""Whom four eyes keep from a step although the role is his or hers, and how it is said (domain.md 21).

Per submission since its last approval; superusers and delegates count as themselves. `barred_by` asks it of one
report; of many reports Submission.objects.with_bars and not_barred ask the same of the database.
"""

from django.utils.translation import gettext as _

from .models import Assessment, DraftRowChange, EntryChange, FormKind, OnBehalf, Submission, User
from .models.submissions import BARS, OTHER_DECISION, Bar
from .permissions import Standing

BOUND_TO_CONTENT = tuple(BARS)  # a decision about what was read (domain.md 23)


def barred_by(move: str, submission: Submission, user: User, where: Standing) -> Bar | None:
    if move not in BARS:
        return None
    if Bar.BELONGS in BARS[move] and where.belongs:
        return Bar.BELONGS
    since = {"by": user, "version__gt": _version_of_last_approval(submission)}
    if OnBehalf.objects.filter(submission=submission, **since).exists():
        return Bar.ON_BEHALF
    changes = DraftRowChange if submission.round.form.kind == FormKind.REGISTER else EntryChange
    if changes._default_manager.filter(submission=submission, **since).exists():
        return Bar.ENTERED
    other = OTHER_DECISION.get(move)
    if other and submission.events.filter(move=other, **since).exists():
        return Bar.BOTH
    if Bar.ASSESSED in BARS[move] and submission.round.counts_assessed:
        return Bar.ASSESSED if Assessment.objects.filter(submission=submission, **since).exists() else None
    return None


def sentence(move: str, submission: Submission, user: User, where: Standing) -> str | None:
    """Why not; None where nothing bars."""
    bar = barred_by(move, submission, user, where)
    return said_of(bar, move) if bar else None


def said_of(bar: Bar, move: str) -> str:
    if bar == Bar.ENTERED and move == "approve":
        return _("You entered this report, so another person must approve it.")
    sentences = {
        Bar.BELONGS: _(
            "Nobody verifies or approves a report of the unit he or she works for; another person must do it."
        ),
        Bar.ON_BEHALF: _(
            "Whoever entered on behalf of the unit cannot sign, verify or approve; another person must do it."
        ),
        Bar.ENTERED: _(
            "Whoever entered figures of this report cannot sign or verify it; another person must do it."
        ),
        Bar.BOTH: _("Nobody both verifies and approves the same report; another person must do it."),
        Bar.ASSESSED: _("You entered a figure of your own that counts, so another person must approve the report."),
    }
    return sentences[bar]


def _version_of_last_approval(submission: Submission) -> int:
    last = submission.events.filter(move="approve").last()
    return last.version if last else 0
