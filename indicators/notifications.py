"""Whom a report waits for, and the notices that tell them so (domain.md 19, 21, 24).

DUTIES is the one table: who acts on a report that stands in a state. `find` reads it from the database, in a
constant number of queries; notices are written from what it finds, and a notice is sent by mail only while it is
found still (outbox.py). So nobody is told of what is done already, or is no more his or hers to do.

Notices of a move and of an opened round are written inside the transaction of that act: a notice and its cause
stand together or not at all. What comes by the calendar alone (due soon, overdue, a round whose opening day has
come) is found by the timer, through `remind`.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery

from . import task_reminders
from .clock import now, today
from .models import (
    AdjustmentOutcome,
    AdjustmentRequest,
    AdjustmentSide,
    Assessment,
    Digest,
    Notice,
    NoticeKind,
    Return,
    Role,
    Round,
    State,
    Submission,
    SubmissionEvent,
    User,
    authorised_on,
)
from .models.notices import OF_A_RETURN
from .models.submissions import HOLDING

KEPT = timedelta(days=365)
NEWS = timedelta(days=7)  # so long after its opening day the timer still tells that a round is open


@dataclass(frozen=True)
class Duty:
    """One row of the table. `verification` names the rounds it holds in, as for a transition of the workflow.
    `resend`: by the day of a standing return, where others go by the due date."""

    kind: NoticeKind
    role: Role
    states: tuple[State, ...]
    verification: bool | None = None
    resend: bool = False


DUTIES = (
    Duty(NoticeKind.RETURNED, Role.REPORTER, (State.RETURNED,)),
    Duty(NoticeKind.TO_SIGN, Role.SIGNER, (State.AWAITING_SIGN_OFF,)),
    Duty(NoticeKind.TO_VERIFY, Role.VERIFIER, (State.SUBMITTED,), verification=True),
    Duty(NoticeKind.TO_APPROVE, Role.APPROVER, (State.SUBMITTED,), verification=False),
    Duty(NoticeKind.TO_APPROVE, Role.APPROVER, (State.VERIFIED,)),
    Duty(NoticeKind.ASSESSED, Role.REPORTER, (State.SUBMITTED, State.VERIFIED)),
    Duty(NoticeKind.ASSESSED, Role.SIGNER, (State.SUBMITTED, State.VERIFIED)),
    Duty(NoticeKind.OVERDUE, Role.REPORTER, (State.DRAFT, State.RETURNED)),
    Duty(NoticeKind.OVERDUE, Role.SIGNER, (State.AWAITING_SIGN_OFF,)),
    Duty(NoticeKind.OVERDUE, Role.REPORTER, (State.DRAFT, State.RETURNED), resend=True),
    Duty(NoticeKind.OVERDUE, Role.SIGNER, (State.AWAITING_SIGN_OFF,), resend=True),
    Duty(NoticeKind.DUE_SOON, Role.REPORTER, (State.DRAFT, State.RETURNED)),
    Duty(NoticeKind.DUE_SOON, Role.SIGNER, (State.AWAITING_SIGN_OFF,)),
    Duty(NoticeKind.OPENED, Role.REPORTER, (State.DRAFT,)),
    Duty(NoticeKind.TO_DECIDE, Role.APPROVER, (State.APPROVED,)),
    Duty(NoticeKind.DECLINED, Role.REPORTER, (State.APPROVED,)),
    Duty(NoticeKind.DECLINED, Role.SIGNER, (State.APPROVED,)),
    Duty(NoticeKind.DECLINED, Role.VERIFIER, (State.APPROVED,)),
    Duty(NoticeKind.DECLINED, Role.APPROVER, (State.APPROVED,)),
)
BY_DATE = (NoticeKind.OVERDUE, NoticeKind.DUE_SOON)
BY_THE_TIMER = (*BY_DATE, NoticeKind.OPENED)
BY_AN_ACT = NoticeKind.ASSESSED  # told by what a reviewer enters, and current until the report leaves the reviewers
OF_A_REQUEST = (NoticeKind.TO_DECIDE, NoticeKind.DECLINED)  # about an adjustment
NOT_BY_A_MOVE = (*BY_THE_TIMER, BY_AN_ACT, *OF_A_REQUEST)
OF_A_UNIT = (Role.REPORTER, Role.SIGNER)
ADJUSTING = ("adjust", "update")  # how the acts of an adjustment begin, as events (adjustments.py)
STEPS = {role: step for step, role in HOLDING.items()}
DECIDES = {Role.SIGNER: "sign", Role.VERIFIER: "verify", Role.APPROVER: "approve"}  # four eyes watch these moves
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


_is_silent: ContextVar[bool] = ContextVar("is_silent", default=False)


# --- Writing notices


@contextmanager
def in_silence() -> Iterator[None]:
    """For moves of long ago, entered today: what was told before is done, and nobody is told anew."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def tell(submission: Submission, state: State, *, by: User, at: datetime, resend_on: date | None = None) -> None:
    """After a move into `state`, inside its transaction. What was told of the report before is done; whoever has to
    act now is told, except the one who moved it. `resend_on`: the day that a return names."""
    told = Notice.objects.filter(submission=submission, done_at__isnull=True)
    if state == State.VERIFIED:  # the unit goes on explaining beside the next step
        told = told.exclude(kind=BY_AN_ACT)
    told.update(done_at=at)
    if _is_silent.get():
        return
    asks = submission.round.asks_verification
    duties = [
        duty
        for duty in DUTIES
        if duty.kind not in NOT_BY_A_MOVE and state in duty.states and duty.verification in (None, asks)
    ]
    found = find(duties, Q(pk=submission.pk), is_archival=_passes_on(submission))
    _write([each for each in found if each.user != by.pk], at=at, due_on=resend_on)


def tell_assessed(submission: Submission, *, by: User, at: datetime, until: date) -> None:
    """Inside the transaction in which a reviewer entered or took back figures: the unit's people are told of the
    newest act that they may still explain; what was told of others is done."""
    found = find(_duties(BY_AN_ACT), Q(pk=submission.pk), is_archival=_passes_on(submission))
    about = {each.about for each in found}
    told = Notice.objects.filter(submission=submission, kind=BY_AN_ACT, done_at__isnull=True)
    told.exclude(about__in=about).update(done_at=at)
    _write([each for each in found if each.user != by.pk], at=at, due_on=until)


def end_explained(submission: Submission, *, at: datetime) -> None:
    """Inside the transaction of an explanation, where none is open any more."""
    if not Assessment.objects.open_on(today()).filter(submission=submission).exists():
        told = Notice.objects.filter(submission=submission, kind=BY_AN_ACT, done_at__isnull=True)
        told.update(done_at=at)


def tell_of_request(submission: Submission, *, by: User, at: datetime) -> None:
    """After an adjustment was asked for, inside its transaction: who may decide. What was told of one before is
    done."""
    end_of_request(submission, at=at)
    _tell_about(NoticeKind.TO_DECIDE, submission, by=by, at=at)


def tell_of_refusal(submission: Submission, *, by: User, at: datetime) -> None:
    """The side that asked. An acceptance needs no telling of its own: it reopens the report, and that is told."""
    _tell_about(NoticeKind.DECLINED, submission, by=by, at=at)


def end_of_request(submission: Submission, *, at: datetime) -> None:
    open_ones = Notice.objects.filter(submission=submission, kind__in=OF_A_REQUEST, done_at__isnull=True)
    open_ones.update(done_at=at)


def _tell_about(kind: NoticeKind, submission: Submission, *, by: User, at: datetime) -> None:
    found = find(_duties(kind), Q(pk=submission.pk), is_archival=_passes_on(submission))
    once = {each.key: each for each in found if each.user != by.pk}
    _write(once.values(), at=at)


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
    """A due date that was moved or is over, and of a round that it opened once the report is due soon. The day of a
    return stands until the report is sent again, and that move ends its notice."""
    moved = Q(kind__in=BY_DATE) & ~Q(about__startswith=OF_A_RETURN) & ~Q(due_on=F("submission__due_on"))
    over = Q(kind__in=(NoticeKind.DUE_SOON, BY_AN_ACT), due_on__lt=day)
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


def _passes_on(submission: Submission) -> bool:
    """Whether a successor's people act for the unit."""
    return submission.round.is_archival or submission.heir_id is not None


def find(duties: Iterable[Duty], within: Q | None = None, *, is_archival: bool | None = None) -> list[Found]:
    """One query a duty; one more for roles within a unit, unless it is known that no round `within` is archival
    and no report handed over: there the successors' people act for an ended unit."""
    day = today()
    return [
        _found(duty, *row)
        for duty in duties
        for path in _paths(duty.role, is_archival)
        for row in _rows(duty, path, within or Q(), day)
    ]


def _duties(*kinds: str) -> list[Duty]:
    return [duty for duty in DUTIES if duty.kind in kinds]


def find_again(notices: Collection[Notice]) -> list[Notice]:
    """Those that are true still, in the order given: a person, a kind and a report that `find` finds about the same
    event or due date; and so of tasks."""
    of_reports = [notice for notice in notices if notice.task_id is None]
    of_tasks = task_reminders.find_again([notice for notice in notices if notice.task_id is not None])
    within = Q(pk__in={notice.submission_id for notice in of_reports})
    found = find(_duties(*{notice.kind for notice in of_reports}), within) if of_reports else []
    keys = {each.key for each in found}
    true = {n.pk for n in of_reports if (n.user_id, n.kind, n.submission_id, n.about) in keys}
    true |= {n.pk for n in of_tasks}
    return [n for n in notices if n.pk in true]


def _paths(role: Role, is_archival: bool | None) -> tuple[str, ...]:
    """From a report to the memberships of those who have the role in it."""
    if role not in OF_A_UNIT:
        return (OF_HOLDERS,)
    return (OWN,) if is_archival is False else (OWN, OF_SUCCESSORS)


def _rows(duty: Duty, path: str, within: Q, day: date) -> Iterable[tuple[int, int, date | None, int | None]]:
    """Person, report, due date, and the event that brought the report where it stands; of a reviewer's figure the
    newest that can still be explained, of a return its own day and the version that it made."""
    waiting = Submission.objects.with_holders().filter(within, _waits(duty, day), _held(duty.role, path, day))
    rows: Any = waiting.annotate(person=F(f"{path}__user"))
    if duty.resend:
        asked = Return.objects.standing().filter(submission=OuterRef("pk"))
        rows = rows.annotate(
            day=Subquery(asked.values("resend_due_on")[:1]), by=Subquery(asked.values("version")[:1])
        )
        rows = rows.filter(day__lt=day, day__gte=day - KEPT)
    else:
        came_by = _came_by(duty, day).order_by("-number").values("pk")[:1]
        rows = rows.annotate(day=F("due_on"), by=Subquery(came_by))
    if duty.kind in OF_A_REQUEST:
        rows = rows.filter(_is_asked(duty))
    move = DECIDES.get(duty.role)
    if move and duty.kind != BY_AN_ACT:
        rows = rows.not_barred(OuterRef("person"), move)
    return rows.order_by("pk", "person").values_list("person", "pk", "day", "by").distinct()


def _came_by(duty: Duty, day: date) -> Any:
    """Events of which the newest is what a notice is about."""
    events = SubmissionEvent.objects.filter(submission=OuterRef("pk"))
    if duty.kind == BY_AN_ACT:
        return events.filter(version__in=_open(day, OuterRef(OuterRef("pk"))).values("version"))
    if duty.kind in OF_A_REQUEST:
        act = "asked" if duty.kind == NoticeKind.TO_DECIDE else "declined"
        return events.filter(move__in=[f"{word}_{act}" for word in ADJUSTING])
    return events.exclude(from_state=F("to_state"))


def _found(duty: Duty, user: int, submission: int, due_on: date | None, by: int | None) -> Found:
    kind = duty.kind
    if duty.resend:
        return Found(user, kind.value, submission, f"{OF_A_RETURN}{by}", due_on=due_on)
    if kind in BY_DATE and due_on is not None:
        return Found(user, kind.value, submission, due_on.isoformat(), due_on=due_on)
    if kind == NoticeKind.OPENED:
        return Found(user, kind.value, submission, "opened")
    return Found(user, kind.value, submission, str(by), event=by)


def _waits(duty: Duty, day: date) -> Q:
    """State, step and calendar. A unit's own part waits only where the gate of entry.py is open."""
    waits = Q(state__in=duty.states)
    if duty.verification is not None:
        waits &= Q(round__asks_verification=duty.verification)
    if duty.kind == BY_AN_ACT:
        return waits & Q(Exists(_open(day, OuterRef("pk"))))
    if duty.kind in OF_A_REQUEST:
        return waits  # and a request, of which `_rows` asks
    if duty.role in OF_A_UNIT:
        lives = Q(unit__ended__isnull=True) | Q(unit__ended__gt=day) | Q(round__is_archival=True) | ~Q(ending="")
        waits &= lives & Q(round__locked_at__isnull=True, round__opens_on__lte=day)
    if duty.resend:  # its day is read from the return
        return waits & Q(handed_in_at__isnull=False)
    if duty.kind == NoticeKind.OVERDUE:
        waits &= Q(handed_in_at__isnull=True, due_on__lt=day, due_on__gte=day - KEPT)
    if duty.kind == NoticeKind.DUE_SOON:
        waits &= Q(handed_in_at__isnull=True, due_on__gte=day, due_on__lte=_soon(day))
    return waits


def _open(day: date, report: OuterRef) -> Any:
    return Assessment.objects.open_on(day).filter(submission=report).order_by()


def _is_asked(duty: Duty) -> Any:
    """An adjustment that waits, for whoever did not ask for it; or the last one, declined, for the side that asked:
    of the unit all its people, of the reviewers the one who began it."""
    last = AdjustmentRequest.objects.newest().filter(submission=OuterRef("pk")).order_by()
    if duty.kind == NoticeKind.TO_DECIDE:
        return Exists(last.filter(~Q(by=OuterRef("person")), outcome=""))
    declined = last.filter(outcome=AdjustmentOutcome.DECLINED)
    if duty.role in OF_A_UNIT:
        return Exists(declined.filter(side=AdjustmentSide.UNIT))
    return Exists(declined.filter(side=AdjustmentSide.REVIEWER, by=OuterRef("person")))


def _held(role: Role, path: str, day: date) -> Q:
    """The role on the day, along one path: to be asked in one filter(), so that all of it is about one row."""
    lasts = Q(**{f"{path}__valid_until__isnull": True}) | Q(**{f"{path}__valid_until__gt": day})
    held = lasts & Q(**{f"{path}__role": role, f"{path}__valid_from__lte": day})
    if role == Role.SIGNER:
        held &= authorised_on(day, f"{path}__")
    if path == OF_SUCCESSORS:
        passed_on = Q(round__is_archival=True) | Q(heir=F("unit__to_successors__successor"))
        held &= passed_on & Q(unit__to_successors__effective_on__lte=day)
    if path == OF_HOLDERS:
        step, holders = STEPS[role], "round__form__step_holders"
        held &= Q(**{f"{holders}__step": step, f"{holders}__holder": F(f"{step}_holder")})
    return held
