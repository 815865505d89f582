"""The one gate: may figures be typed into this report now? Either open, or the sentence that says why not and
whom to call (domain.md 25)."""

from datetime import date, datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from .calendars import show_day, show_moment
from .clock import today
from .models import State, Submission, SubmissionEvent, Succession, Unit


def closed_because(submission: Submission, *, sent_at: datetime | None = None) -> str | None:
    """None while entry is open. Needs submission.round.form and .unit joined; one query where handed in, unless a
    list has read already when each was sent."""
    if sentence := shut_because(submission):
        return sentence
    if submission.state == State.CLOSED and submission.unit.ended:
        return _unit_ended(submission.unit, submission.unit.ended)
    if submission.state == State.APPROVED:
        return _("These figures are approved. To change them use “Ask to adjust figures”, or call %(contact)s.") % {
            "contact": submission.round.form.contact
        }
    if submission.state == State.AWAITING_SIGN_OFF:
        return _("Waiting for a signature since %(time)s; to be changed only once withdrawn or returned.") % {
            "time": show_moment(sent_at or _sent_at(submission))
        }
    if not submission.is_editable:
        return _("The report was sent at %(time)s and can be changed only after it is withdrawn or returned.") % {
            "time": show_moment(sent_at or _sent_at(submission))
        }
    return None


def has_ended(submission: Submission) -> bool:
    """An act ended the unit, and nobody finishes its report: whoever typed meanwhile reads that, and not that the
    report is another's now."""
    ended = submission.unit.ended
    return ended is not None and ended <= today() and not submission.round.is_archival and not submission.ending


def shut_because(submission: Submission) -> str | None:
    """What of the unit and of the round keeps everybody from entering, whatever the state of the report; None where
    nothing does. The last report of an ended unit is finished where that was decided (`ending`)."""
    round_ = submission.round
    if submission.unit.ended and has_ended(submission):
        return _unit_ended(submission.unit, submission.unit.ended)
    if today() < round_.opens_on:
        return _("This round opens on %(date)s.") % {"date": show_day(round_.opens_on)}
    if round_.locked_at is not None:
        return _("This round was closed on %(date)s. For changes call %(contact)s.") % {
            "date": show_day(localtime(round_.locked_at).date()),
            "contact": round_.form.contact,
        }
    return None


def whom_to_call(submission: Submission, sentence: str) -> str:
    """The form's contact, where the sentence does not name it itself."""
    contact = submission.round.form.contact
    return "" if contact in sentence else _("Questions: %(contact)s") % {"contact": contact}


def _unit_ended(unit: Unit, ended: date) -> str:
    """Who reports in its place, by which act (domain.md 25); read only where a unit ended."""
    facts = {"unit": _name(unit, ended), "date": show_day(ended)}
    took_over = Succession.objects.filter(predecessor=unit).select_related("act", "successor").order_by("pk")
    if not took_over:
        return _("%(unit)s ended on %(date)s.") % facts
    facts["successor"] = ", ".join(_name(row.successor, today()) for row in took_over)
    if (act := took_over[0].act) is None:
        return _("%(unit)s ended on %(date)s. From that day %(successor)s reports.") % facts
    sentence = _("%(unit)s ended on %(date)s by %(act)s. From that day %(successor)s reports.")
    return sentence % {**facts, "act": act.name}


def _name(unit: Unit, day: date) -> str:
    return str(Unit.objects.with_slice(day).get(pk=unit.pk))


def _sent_at(submission: Submission) -> datetime:
    """When the unit last did its part, not when others verified it."""
    return SubmissionEvent.objects.filter(submission=submission, move__in=("submit", "sign")).latest("number").at
