"""Which units a round that is open asks: one more, or one less while it has entered nothing. Each act stands in the
round's history, and the totals above count anew what they expect (domain.md 11, 24)."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from . import totals
from .models import Round, RoundAct, RoundEvent, State, Submission, Unit, User
from .notifications import tell_opened
from .opening import refuse_conflicts
from .refusals import Refused
from .rounds import extend, wait_for_moves


@transaction.atomic
def add(round_: Round, unit: Unit, *, reason: str, by: User, due_on: date | None = None) -> Submission:
    """An expected report more, due with the round or on a later day. Raises Refused where the unit reports already,
    does not live on the cut-off day, or would give a figure that another form asks for."""
    reason = _required(reason)
    wait_for_moves(round_)
    round_ = _unlocked(round_)
    if not Unit.objects.alive_on(round_.period.last_day).filter(pk=unit.pk).exists():
        raise Refused(_("%(unit)s does not exist on the last day of the period.") % {"unit": unit})
    made = _expect(round_, unit)
    refuse_conflicts(round_, [unit])
    RoundEvent.objects.create(round=round_, unit=unit, act=RoundAct.ADDED, by=by, reason=reason)
    if due_on and round_.due_on and due_on != round_.due_on:
        extend(round_, due_on=due_on, reason=reason, by=by, units=[unit])
    tell_opened(round_)  # those who were told before are not told again
    _renew_totals(round_)
    return made


@transaction.atomic
def drop(round_: Round, unit: Unit, *, reason: str, by: User) -> None:
    """Waits for whoever is typing just now: what was saved first keeps the unit in the round."""
    reason = _required(reason)
    wait_for_moves(round_)
    round_ = _unlocked(round_)
    report = round_.submissions.filter(unit=unit).first()
    if report is None:
        raise Refused(_("%(unit)s does not report in this round.") % {"unit": unit})
    if round_.submissions.count() == 1:
        raise Refused(_("A round asks at least one unit."))
    if report.version or report.state != State.DRAFT:
        raise Refused(_has_begun(report, unit))
    try:
        report.delete()
    except ProtectedError as stands_on_it:
        raise Refused(_has_begun(report, unit)) from stands_on_it
    RoundEvent.objects.create(round=round_, unit=unit, act=RoundAct.DROPPED, by=by, reason=reason)
    _renew_totals(round_)


def _has_begun(report: Submission, unit: Unit) -> str:
    said = {"unit": unit, "state": State(report.state).label}
    return _("%(unit)s has entered figures already (state: %(state)s), so it stays in the round.") % said


def _required(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Give the reason."))
    return reason.strip()


def _unlocked(round_: Round) -> Round:
    """The row, held until the end: a lock that comes meanwhile waits, one that came before is read."""
    Round.objects.select_for_update().get(pk=round_.pk)
    held = Round.objects.select_related("form", "period").get(pk=round_.pk)
    if held.is_locked:
        raise Refused(_("The round is locked. Unlock it first."))
    return held


def _expect(round_: Round, unit: Unit) -> Submission:
    try:
        with transaction.atomic():
            return Submission.objects.create(round=round_, unit=unit, due_on=round_.due_on)
    except IntegrityError as twice:
        raise Refused(_("%(unit)s reports in this round already.") % {"unit": unit}) from twice


def _renew_totals(round_: Round) -> None:
    totals.recompute(round_.period_id, round_.lines.order_by("pk").values_list("indicator", flat=True))
