"""The reviewers' queue: which reports wait for whom, by which name, and how their state and time are said."""

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from .. import wording
from ..clock import today
from ..models import Membership, Role, State, StepHolder, Submission, User
from ..wording import Said
from ..workflow import TRANSITIONS
from .base import unit_name

FORWARD = tuple(t for t in TRANSITIONS if t.move in ("verify", "approve"))


def with_unit_names(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """By the names of the period's own day (domain.md 4): `unit_name`, and `unit_sort` to order by."""
    on_day: dict[str, Any] = {"valid_from__lt": OuterRef("round__period__day_after_last")}
    return submissions.annotate(
        unit_name=unit_name("unit", **on_day), unit_sort=unit_name("unit", column="sort_key", **on_day)
    )


def waiting_for(user: User, submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Reports whose next step is the user's to take, by the rows of the transition table."""
    waiting = Q(pk__in=[])
    for step in FORWARD:
        here = Q(state=step.source, **{f"{step.move}_holder__in": _units(user, step.role)})
        waiting |= here if step.verification is None else here & Q(round__asks_verification=step.verification)
    holders = {f"{move}_holder": _holder(move) for move in {t.move for t in FORWARD}}
    return submissions.alias(**holders).filter(waiting)


def _units(user: User, role: Role) -> QuerySet[Membership, int]:
    return Membership.objects.on(today()).filter(user=user, role=role).values_list("unit", flat=True)


def _holder(step: str) -> Subquery:
    """As permissions.step_holders: the unit named for the reporting unit, else the one for all others."""
    holders = StepHolder.objects.filter(form=OuterRef("round__form"), step=step)
    mine = holders.filter(Q(reporting_unit=OuterRef("unit")) | Q(reporting_unit__isnull=True))
    return Subquery(mine.order_by(F("reporting_unit").asc(nulls_last=True)).values("holder")[:1])


def state_of(submission: Submission) -> Said:
    """What waits for a reviewer is said so in a locked round too: verifying and approving stay open there."""
    waits_here = submission.state in (State.SUBMITTED, State.VERIFIED)
    return wording.state_of(
        submission.state, submission.round, is_started=submission.version > 0, tells_lock=not waits_here
    )


def timing_of(submission: Submission) -> Said:
    round_ = submission.round
    return wording.timing(round_.due_on, submission.handed_in_at, is_locked=round_.is_locked)
