"""Which hand-in a check code belongs to, for whoever may see it: to anybody else there is no such code."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from . import check_codes
from .models import Revision, Signature, State, Submission, Unit, User
from .permissions import standing
from .printed_form import revisions_for
from .wording import Said, state_of

MOST = 20  # hand-ins with equal figures, or with the same 40 bits


@dataclass(frozen=True)
class Found:
    submission: Submission
    unit: str
    revision: Revision
    code: str
    newest: Revision  # of those that the asking person may see
    signature: Signature | None
    state: Said

    @property
    def is_newest(self) -> bool:
        return self.revision == self.newest

    @property
    def address(self) -> str:
        """Its printed form."""
        return f"{reverse('submission_print', args=[self.submission.pk])}?revision={self.revision.number}"


def found(text: str, user: User) -> list[Found]:
    """Newest first; a handful of queries for each, and there is seldom more than one."""
    asked = check_codes.read(text)
    if asked is None:
        return []
    rows = _revisions(*asked).filter(submission__in=Submission.objects.visible_to(user).order_by().values("pk"))
    return [each for row in rows[:MOST] if (each := _found(row, user))]


def _revisions(digits: str, number: int | None) -> QuerySet[Revision]:
    """By a range, which both databases look up in the index."""
    rows = Revision.objects.filter(sha256__gte=digits, sha256__lt=f"{digits}g")
    rows = rows if number is None else rows.filter(number=number)
    of_report = ("submission__round__form", "submission__round__period", "submission__unit")
    return rows.select_related(*of_report, "signature__file").order_by("-at", "-pk")


def _found(revision: Revision, user: User) -> Found | None:
    submission = revision.submission
    seen = revisions_for(submission, standing(user, submission))
    if revision not in seen:
        return None
    named = Unit.objects.with_slice(submission.round.period.last_day).get(pk=submission.unit_id)
    return Found(
        submission=submission,
        unit=str(named),
        revision=revision,
        code=check_codes.of(revision.sha256, revision.number),
        newest=seen[-1],
        signature=getattr(revision, "signature", None),
        state=state_of(State(submission.state), submission.round),
    )
