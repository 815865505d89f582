"""Deciding about many reports of a round at once: approval by one decision, or a return for one reason.

Every report goes through the same `workflow.perform` as alone, bound to what was read of it, in a savepoint of its
own: a refusal names its unit and stops no other. All that succeeded is committed together with the totals above, so
that nobody sees an approved figure without its total; nothing is written where nothing succeeded. What is pressed
twice is done once.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from . import keys, totals, workflow
from .four_eyes import BOUND_TO_CONTENT
from .models import Decision, Round, State, Step, Submission, User
from .refusals import ContentChanged, Refused


@dataclass(frozen=True)
class Choice:
    """One press. `read` is report → the code of what the page showed of it (assessed.py)."""

    move: str  # approve or return
    round: Round
    read: Mapping[int, str]
    by: User
    key: str
    comment: str = ""
    number: str = ""  # of the decision, with its day; of an approval alone
    decided_on: date | None = None


@dataclass(frozen=True)
class Refusal:
    report: int
    sentence: str
    read: str = ""  # what had been read, where the content is another by now


@dataclass(frozen=True)
class Outcome:
    done: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    is_repeated: bool = False


class _NothingDone(Exception):
    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def rounds_to_approve(user: User) -> list[Any]:
    """Rounds with reports that wait for the user's approval, `n_waiting` each."""
    ready = Q(state=State.VERIFIED) | Q(state=State.SUBMITTED, round__asks_verification=False)
    waiting = Submission.objects.filter(ready).held_by(user, Step.APPROVE).not_barred(user, "approve")
    counted = waiting.order_by().values("round").annotate(n=Count("pk")).filter(round=OuterRef("pk")).values("n")
    found = Round.objects.annotate(n_waiting=Subquery(counted)).filter(n_waiting__gt=0)
    return list(found.select_related("form", "period").order_by(F("due_on").asc(nulls_last=True), "pk"))


def decide(choice: Choice) -> Outcome:
    """Raises Refused where the press itself is incomplete; what bars single reports stands in the outcome."""
    _refuse_incomplete(choice)
    try:
        return _decide(choice, totals.once())
    except _NothingDone as nothing:
        return nothing.outcome
    except Refused:  # a total that cannot be kept: one by one it is said of the report that brings it about
        return _one_by_one(choice)


def _one_by_one(choice: Choice) -> Outcome:
    try:
        return _decide(choice, nullcontext())
    except _NothingDone as nothing:
        return nothing.outcome


def _refuse_incomplete(choice: Choice) -> None:
    if not choice.read:
        raise Refused(_("No report is chosen."))
    if choice.move == "return" and not choice.comment.strip():
        raise Refused(_("Give a reason for the return."))
    if choice.move == "approve" and not (choice.number.strip() and choice.decided_on):
        raise Refused(_("Give the number and the day of the decision."))


@atomic
def _decide(choice: Choice, computing: AbstractContextManager[Any]) -> Outcome:
    """The key first: a second press waits here for the first one's commit. Then all rows in one order, before any
    period is locked, so that two who decide never wait for each other."""
    if choice.key and keys.use(choice.key, by=choice.by, result=choice.move) is not None:
        return Outcome(is_repeated=True)
    outcome = Outcome()
    reports = _hold(choice)
    decision = _decision(choice)
    with computing:
        for report in reports:
            _one(choice, report, decision, outcome)
    if not outcome.done:
        raise _NothingDone(outcome)
    return outcome


def _hold(choice: Choice) -> list[Submission]:
    """Those of the chosen reports that the person may see; locked until the end (SQLite: the transaction is)."""
    seen = Submission.objects.to_review(choice.by).filter(round=choice.round, pk__in=choice.read).order_by("pk")
    pks = list(seen.values_list("pk", flat=True))
    return list(Submission.objects.select_for_update().filter(pk__in=pks).order_by("pk"))


def _decision(choice: Choice) -> Decision | None:
    if choice.move != "approve" or choice.decided_on is None:
        return None
    return Decision.objects.create(
        round=choice.round,
        number=choice.number.strip(),
        decided_on=choice.decided_on,
        by=choice.by,
        key=choice.key or uuid4().hex,
    )


def _one(choice: Choice, report: Submission, decision: Decision | None, outcome: Outcome) -> None:
    read = choice.read[report.pk]
    try:
        with atomic():
            workflow.perform(
                choice.move, report, by=choice.by, comment=choice.comment, revision=read, decision=decision
            )
            if choice.move not in BOUND_TO_CONTENT:
                workflow.refuse_unread(report, read)
    except ContentChanged as changed:
        outcome.refused.append(Refusal(report.pk, changed.sentence, read))
    except Refused as barred:
        outcome.refused.append(Refusal(report.pk, barred.sentence))
    else:
        outcome.done.append(report.pk)
