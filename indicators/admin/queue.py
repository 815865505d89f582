"""The reviewers' queue: which reports wait for whom, by which name, what of them asks for a look, and how their
state and time are said."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import wording
from ..models import (
    AdjustmentKind,
    AdjustmentRequest,
    Assessment,
    Entry,
    EntryState,
    Flags,
    Observation,
    OnBehalf,
    Return,
    Revision,
    Stage,
    State,
    Step,
    Submission,
    SubmissionEvent,
    User,
)
from ..models.submissions import SubmissionQuerySet
from ..transitions import TRANSITIONS
from ..wording import Said
from .base import unit_name

FORWARD = tuple(t for t in TRANSITIONS if t.move in ("verify", "approve"))
UPDATE = AdjustmentKind.UPDATE
WITH_REVIEWERS = (State.SUBMITTED, State.VERIFIED)
COUNTED = ("warnings", "large_changes", "without_evidence")


def with_unit_names(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """By the names of the period's own day (domain.md 4): `unit_name`, and `unit_sort` to order by."""
    on_day: dict[str, Any] = {"valid_from__lt": OuterRef("round__period__day_after_last")}
    return submissions.annotate(
        unit_name=unit_name("unit", **on_day), unit_sort=unit_name("unit", column="sort_key", **on_day)
    )


def waiting_for(user: User, submissions: QuerySet[Any]) -> QuerySet[Any]:
    """Reports whose next step is the user's to take, by the rows of the transition table, and which four eyes do
    not keep from him or her: what somebody may not decide waits for somebody else."""
    waiting = Q(pk__in=[])
    for step in FORWARD:
        mine = Submission.objects.filter(state=step.source).held_by(user, Step(step.move))
        here = Q(pk__in=mine.not_barred(user, step.move).order_by().values("pk"))
        waiting |= here if step.verification is None else here & Q(round__asks_verification=step.verification)
    return submissions.filter(waiting | _asked_to_adjust(user))


def _asked_to_adjust(user: User) -> Q:
    """Approved reports with a request that is the user's to decide: who may reopen them, and did not ask."""
    asked = AdjustmentRequest.objects.open().filter(~Q(by=user), submission=OuterRef("pk"))
    mine = Submission.objects.filter(Exists(asked), state=State.APPROVED).held_by(user, Step.APPROVE)
    return Q(pk__in=mine.not_barred(user, "approve").order_by().values("pk"))


def approved_by(user: User, submissions: SubmissionQuerySet) -> SubmissionQuerySet:
    """Reports whose approval is the user's, whatever their state."""
    return submissions.held_by(user, Step.APPROVE)


def with_acts(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """`is_on_behalf`: what stands in the report is or was entered on behalf of its unit. `waits`: some of what was
    approved is not published."""
    return submissions.annotate(
        is_on_behalf=Exists(OnBehalf.objects.that_stands(OuterRef("pk"))),
        waits=Exists(Observation.objects.waiting().filter(submission=OuterRef("pk"))),
    )


def with_flags(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """What asks for a look, as annotations of the one query of the list: the counts that were frozen with the last
    hand-in, what may still change while it waits, and the day that a standing return names."""
    counts = Flags.objects.filter(revision__submission=OuterRef("pk")).order_by("-revision__number")
    frozen = {name: Subquery(counts.values(name)[:1]) for name in COUNTED}
    approvals = SubmissionEvent.objects.filter(submission=OuterRef("pk"), move="approve")
    asked = Return.objects.standing().filter(submission=OuterRef("pk")).values("resend_due_on")
    requests = AdjustmentRequest.objects.filter(submission=OuterRef("pk"))
    return submissions.annotate(
        **frozen,
        is_adjusted=Exists(approvals),
        differs=_differs(),
        resend_on=Subquery(asked[:1]),
        is_assessed=Exists(_assessed()),
        is_explained=Exists(_assessed().filter(explanation__isnull=False)),
        asked_kind=Subquery(requests.open().order_by().values("kind")[:1]),
        adjusts=Subquery(requests.under_way().order_by().values("kind")[:1]),
    )


def _assessed() -> QuerySet[Assessment]:
    """Figures of reviewers on the last hand-in; what was entered on an earlier one was read then."""
    last = Revision.objects.filter(submission=OuterRef("submission")).order_by("-number").values("pk")[:1]
    return Assessment.objects.holding().filter(submission=OuterRef("pk"), revision=Subquery(last)).order_by()


def _differs() -> Exists:
    """Another unit has approved another figure about the same thing in the same period (domain.md 7). What is with
    the reviewers cannot be typed into, so that its entries are what was handed in. Those who review see the
    figures of all units (Reader.sees_all)."""
    others = Observation.objects.at(Stage.APPROVED).filter(
        ~Q(value=OuterRef("value")),
        ~Q(reporter=OuterRef("submission__unit")),
        indicator=OuterRef("line__indicator"),
        subject=OuterRef("subject"),
        period=OuterRef("submission__round__period"),
        value__isnull=False,
    )
    figures = Entry.objects.filter(submission=OuterRef("pk"), state=EntryState.REPORTED, value__isnull=False)
    return Exists(figures.filter(Exists(others)))


def flags_of(submission: Any) -> list[Said]:
    """In words and shapes. Of what is with its unit only that it is entered on behalf: a draft is its own."""
    on_behalf = [Said(_("Entered on behalf"), "extended")] if submission.is_on_behalf else []
    if submission.asked_kind:
        words = _("Update asked for") if submission.asked_kind == UPDATE else _("Adjustment asked for")
        return [Said(words, "waiting"), *on_behalf]
    if submission.state not in WITH_REVIEWERS:
        return on_behalf
    warned, moved, bare = (getattr(submission, name) or 0 for name in COUNTED)
    found = [
        (warned, ngettext("%(count)s warning", "%(count)s warnings", warned), "late"),
        (moved, ngettext("%(count)s large change", "%(count)s large changes", moved), "late"),
        (bare, ngettext("Evidence missing: %(count)s line", "Evidence missing: %(count)s lines", bare), "missing"),
        (submission.differs, _("Sources differ"), "extended"),
        (submission.is_assessed, _("Reviewer's own figure"), "extended"),
        (submission.is_explained, _("Explained by the unit"), "extended"),
        (submission.is_adjusted, _adjusting(submission.adjusts), "extended"),
    ]
    return [Said(words % {"count": count}, shape) for count, words, shape in found if count] + on_behalf


def _adjusting(kind: str | None) -> str:
    return _("Update to official figures") if kind == UPDATE else _("Adjustment of approved figures")


def state_of(submission: Submission, *, resend_on: date | None = None) -> Said:
    """What waits for a reviewer is said so in a locked round too: verifying and approving stay open there."""
    waits_here = submission.state in (State.SUBMITTED, State.VERIFIED)
    return wording.state_of(
        submission.state,
        submission.round,
        is_started=submission.version > 0,
        tells_lock=not waits_here,
        resend_on=resend_on,
        waits=getattr(submission, "waits", False),
    )


def timing_of(submission: Submission) -> Said:
    return wording.timing(submission.due_on, submission.handed_in_at, is_locked=submission.round.is_locked)
