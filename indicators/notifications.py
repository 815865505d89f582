"""Whom a report waits for, and the notices that tell them so (domain.md 19, 21, 24).

DUTIES is the one table: who acts on a report that stands in a state. `find` reads it from the database, in a
constant number of queries; notices are written from what it finds, and a notice is sent by mail only while it is
found still (outbox.py). So nobody is told of what is done already, or is no more his or hers to do.

Notices of a move and of an opened round are written inside the transaction of that act: a notice and its cause
stand together or not at all. What comes by the calendar alone (due soon, overdue, a round whose opening day has
come) is found by the timer, through `remind`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from .clock import now, today
from .models import (
    Digest,
    EntryChange,
    Membership,
    Notice,
    NoticeKind,
    OnBehalf,
    Role,
    Round,
    State,
    StepHolder,
    Submission,
    SubmissionEvent,
    Succession,
    User,
    authorised_on,
)
from .models.submissions import HOLDING

KEPT = timedelta(days=365)
NEWS = timedelta(days=7)  # so long after its opening day the timer still tells that a round is open


@dataclass(frozen=True)
class Duty:
    """One row of the table. `verification` names the rounds it holds in, as for a transition of the workflow."""

    kind: NoticeKind
    role: Role
    states: tuple[State, ...]
    verification: bool | None = None


DUTIES = (
    Duty(NoticeKind.RETURNED, Role.REPORTER, (State.RETURNED,)),
    Duty(NoticeKind.TO_SIGN, Role.SIGNER, (State.AWAITING_SIGN_OFF,)),
    Duty(NoticeKind.TO_VERIFY, Role.VERIFIER, (State.SUBMITTED,), verification=True),
    Duty(NoticeKind.TO_APPROVE, Role.APPROVER, (State.SUBMITTED,), verification=False),
    Duty(NoticeKind.TO_APPROVE, Role.APPROVER, (State.VERIFIED,)),
    Duty(NoticeKind.OVERDUE, Role.REPORTER, (State.DRAFT, State.RETURNED)),
    Duty(NoticeKind.OVERDUE, Role.SIGNER, (State.AWAITING_SIGN_OFF,)),
    Duty(NoticeKind.DUE_SOON, Role.REPORTER, (State.DRAFT, State.RETURNED)),
    Duty(NoticeKind.DUE_SOON, Role.SIGNER, (State.AWAITING_SIGN_OFF,)),
    Duty(NoticeKind.OPENED, Role.REPORTER, (State.DRAFT,)),
)
BY_DATE = (NoticeKind.OVERDUE, NoticeKind.DUE_SOON)
BY_THE_TIMER = (*BY_DATE, NoticeKind.OPENED)
OF_A_UNIT = (Role.REPORTER, Role.SIGNER)
STEPS = {role: step for step, role in HOLDING.items()}
OWN, OF_SUCCESSORS = "unit__memberships", "unit__to_successors__successor__memberships"
OF_HOLDERS = "round__form__step_holders__holder__memberships"


@dataclass(frozen=True)
class Found:
    """A report that waits for a person; `about` as in Notice."""

    user: int
    kind: str
    submission: int
    about: str
    event: int | None = None
    due_on: date | None = None

    @property
    def key(self) -> tuple[int, str, int, str]:
        return self.user, self.kind, self.submission, self.about


# --- Writing notices


def tell(submission: Submission, state: State, *, by: User, at: datetime, resend_on: date | None = None) -> None:
    """After a move into `state`, inside its transaction. What was told of the report before is done; whoever has to
    act now is told, except the one who moved it. `resend_on`: the day that a return names."""
    Notice.objects.filter(submission=submission, done_at__isnull=True).update(done_at=at)
    asks = submission.round.asks_verification
    duties = [
        duty
        for duty in DUTIES
        if duty.kind not in BY_THE_TIMER and state in duty.states and duty.verification in (None, asks)
    ]
    found = find(duties, Q(pk=submission.pk), is_archival=submission.round.is_archival)
    _write([each for each in found if each.user != by.pk], at=at, due_on=resend_on)


def tell_opened(round_: Round) -> None:
    """Inside the transaction that opens it, unless it opens to entry on a later day: then the timer tells."""
    found = find(_duties(NoticeKind.OPENED), Q(round=round_), is_archival=round_.is_archival)
    _write(found, at=now())


def remind() -> int:
    """What the calendar alone brings; how many notices were written. Safe to run twice, and at the same time. Two
    transactions: one that held notices while it waited for a report could block a move of that report for ever."""
    at, day = now(), today()
    _end_what_is_past(day, at)
    found = find(_duties(*BY_DATE))
    news = Q(due_on__isnull=True) | Q(due_on__gt=_soon(day))
    found += find(_duties(NoticeKind.OPENED), news & Q(round__opens_on__gt=day - NEWS))
    told = Notice.objects.filter(kind__in=BY_THE_TIMER, submission__in={each.submission for each in found})
    known = set(told.order_by("pk").values_list("user", "kind", "submission", "about"))
    fresh = [each for each in found if each.key not in known]
    _write(fresh, at=at)
    return len(fresh)


def _end_what_is_past(day: date, at: datetime) -> None:
    """A due date that was moved or is over, and of a round that it opened once the report is due soon."""
    moved = Q(kind__in=BY_DATE) & ~Q(due_on=F("submission__due_on"))
    over = Q(kind=NoticeKind.DUE_SOON, due_on__lt=day)
    no_news = Q(kind=NoticeKind.OPENED, submission__due_on__lte=_soon(day))
    with transaction.atomic():
        rows = Notice.objects.filter(moved | over | no_news, done_at__isnull=True).locked()
        Notice.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(done_at=at)


def _soon(day: date) -> date:
    return day + timedelta(days=settings.DUE_SOON_DAYS)


def purge() -> int:
    """Notices older than a year, and digests that carried no younger one. Found again they would be sent again:
    `find` looks no further back than this."""
    before = now() - KEPT
    deleted, _ = Notice.objects.filter(at__lt=before).delete()
    Digest.objects.filter(tried_at__lt=before, notices__isnull=True).delete()
    return deleted


def _write(found: Iterable[Found], *, at: datetime, due_on: date | None = None) -> None:
    """The unique key holds where two timers found the same at once; the order is the one in which reports are
    locked."""
    rows = [
        Notice(
            user_id=each.user,
            kind=each.kind,
            submission_id=each.submission,
            about=each.about,
            event_id=each.event,
            due_on=each.due_on or due_on,
            at=at,
        )
        for each in sorted(found, key=lambda each: (each.submission, each.user))
    ]
    if rows:
        Notice.objects.bulk_create(rows, ignore_conflicts=True)


# --- Whom a report waits for


def find(duties: Iterable[Duty], within: Q | None = None, *, is_archival: bool | None = None) -> list[Found]:
    """One query a duty; one more for roles within a unit, unless it is known that no round `within` is archival:
    there the successors' people act for an ended unit."""
    day = today()
    return [
        _found(duty.kind, *row)
        for duty in duties
        for path in _paths(duty.role, is_archival)
        for row in _rows(duty, path, within or Q(), day, is_archival)
    ]


def _duties(*kinds: str) -> list[Duty]:
    return [duty for duty in DUTIES if duty.kind in kinds]


def find_again(notices: Collection[Notice]) -> list[Notice]:
    """Those that are true still, in the order given: a person, a kind and a report that `find` finds about the same
    event or due date."""
    if not notices:
        return []
    within = Q(pk__in={notice.submission_id for notice in notices})
    found = find(_duties(*{notice.kind for notice in notices}), within)
    keys = {each.key for each in found}
    return [n for n in notices if (n.user_id, n.kind, n.submission_id, n.about) in keys]


def _paths(role: Role, is_archival: bool | None) -> tuple[str, ...]:
    """From a report to the memberships of those who have the role in it."""
    if role not in OF_A_UNIT:
        return (OF_HOLDERS,)
    return (OWN,) if is_archival is False else (OWN, OF_SUCCESSORS)


def _rows(
    duty: Duty, path: str, within: Q, day: date, is_archival: bool | None
) -> Iterable[tuple[int, int, date | None, int | None]]:
    """Person, report, due date, and the event that brought the report where it stands."""
    moves = SubmissionEvent.objects.filter(submission=OuterRef("pk")).exclude(from_state=F("to_state"))
    rows = Submission.objects.filter(within, _waits(duty, day), _held(duty.role, path, day)).annotate(
        person=F(f"{path}__user"), came_by=Subquery(moves.order_by("-number").values("pk")[:1])
    )
    if duty.role != Role.REPORTER:
        rows = rows.filter(~_barred(duty.role, day, is_archival))
    return rows.order_by("pk", "person").values_list("person", "pk", "due_on", "came_by").distinct()


def _found(kind: NoticeKind, user: int, submission: int, due_on: date | None, event: int | None) -> Found:
    if kind in BY_DATE and due_on is not None:
        return Found(user, kind.value, submission, due_on.isoformat(), due_on=due_on)
    if kind == NoticeKind.OPENED:
        return Found(user, kind.value, submission, "opened")
    return Found(user, kind.value, submission, str(event), event=event)


def _waits(duty: Duty, day: date) -> Q:
    """State, step and calendar. A unit's own part waits only where the gate of entry.py is open."""
    waits = Q(state__in=duty.states)
    if duty.verification is not None:
        waits &= Q(round__asks_verification=duty.verification)
    if duty.role in OF_A_UNIT:
        lives = Q(unit__ended__isnull=True) | Q(unit__ended__gt=day) | Q(round__is_archival=True)
        waits &= lives & Q(round__locked_at__isnull=True, round__opens_on__lte=day)
    if duty.kind == NoticeKind.OVERDUE:
        waits &= Q(handed_in_at__isnull=True, due_on__lt=day, due_on__gte=day - KEPT)
    if duty.kind == NoticeKind.DUE_SOON:
        waits &= Q(handed_in_at__isnull=True, due_on__gte=day, due_on__lte=_soon(day))
    return waits


def _held(role: Role, path: str, day: date) -> Q:
    """The role on the day, along one path: to be asked in one filter(), so that all of it is about one row."""
    lasts = Q(**{f"{path}__valid_until__isnull": True}) | Q(**{f"{path}__valid_until__gt": day})
    held = lasts & Q(**{f"{path}__role": role, f"{path}__valid_from__lte": day})
    if role == Role.SIGNER:
        held &= authorised_on(day, f"{path}__")
    if path == OF_SUCCESSORS:
        held &= Q(round__is_archival=True, unit__to_successors__effective_on__lte=day)
    return held & _named_holder(role) if path == OF_HOLDERS else held


def _named_holder(role: Role) -> Any:
    """As permissions.step_holders: the unit named for the reporting unit, else the one for all others."""
    path = "round__form__step_holders"
    step = STEPS[role]
    named = StepHolder.objects.filter(
        form=OuterRef("round__form"), step=step, reporting_unit=OuterRef("unit")
    ).order_by()
    mine = Q(**{f"{path}__reporting_unit": F("unit")})
    others: Any = Q(**{f"{path}__reporting_unit__isnull": True}) & ~Exists(named)
    return Q(**{f"{path}__step": step}) & (mine | others)


def _barred(role: Role, day: date, is_archival: bool | None) -> Any:
    """Whom four eyes keep from the step, as workflow.py decides it (domain.md 21)."""
    approvals = SubmissionEvent.objects.filter(submission=OuterRef(OuterRef("pk")), move="approve")
    since = Coalesce(Subquery(approvals.order_by("-version").values("version")[:1]), 0)
    own = {"submission": OuterRef("pk"), "by": OuterRef("person"), "version__gt": since}
    barred: Any = Exists(EntryChange.objects.filter(**own)) | Exists(OnBehalf.objects.filter(**own))
    if role == Role.SIGNER:
        return barred
    if role == Role.APPROVER:
        barred |= Exists(SubmissionEvent.objects.filter(**own, move="verify"))
    mine = Membership.objects.on(day).filter(user=OuterRef("person"), unit=OuterRef("unit")).order_by()
    return barred | Exists(mine) | (_of_successors(day) if is_archival is not False else Q())


def _of_successors(day: date) -> Any:
    """Works for a unit that took over from the reporting one, whose figures of the past are reported."""
    mine = Membership.objects.on(day).filter(user=OuterRef(OuterRef("person"))).order_by()
    took_over = Succession.objects.filter(
        predecessor=OuterRef("unit"), effective_on__lte=day, successor__in=mine.values("unit")
    )
    return Q(round__is_archival=True) & Exists(took_over)
