"""The one gate: may figures be typed into this report now? Either open, or the sentence that says why not and
whom to call (domain.md 25)."""

from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from .calendars import show_day, show_moment
from .clock import today
from .models import State, Submission, SubmissionEvent


def closed_because(submission: Submission) -> str | None:
    """None while entry is open. Needs submission.round.form and .unit joined; one query where handed in."""
    round_ = submission.round
    if today() < round_.opens_on:
        return _("This round opens on %(date)s.") % {"date": show_day(round_.opens_on)}
    if round_.locked_at is not None:
        return _("This round was closed on %(date)s. For changes call %(contact)s.") % {
            "date": show_day(localtime(round_.locked_at).date()),
            "contact": round_.form.contact,
        }
    if submission.state == State.APPROVED:
        return _("These figures are approved. For an adjustment call %(contact)s.") % {
            "contact": round_.form.contact
        }
    if not submission.is_editable:
        return _("The report was sent at %(time)s and can be changed only after it is withdrawn or returned.") % {
            "time": show_moment(_sent_at(submission))
        }
    return None


def _sent_at(submission: Submission) -> datetime:
    """When the unit last did its part, not when others verified it."""
    return SubmissionEvent.objects.filter(submission=submission, move__in=("submit", "sign")).latest("number").at
