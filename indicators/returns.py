"""What a return asks of the unit: the figures to mend, each with the reviewer's remark, and the day by which the
report is to be sent again (domain.md 21). A reopening that was asked for names its figures in the same way.

That day is the return's own: whatever the round's due date, entry is open until the round is locked; after it the
report is called overdue, and it never makes a report late. The row is frozen, and the event of the return holds its
check code. It stands until the report is handed in again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from .clock import today
from .drafts import CellKey
from .models import Remark, Return, Revision, State, Submission
from .opening import working_days
from .refusals import Refused
from .sealing import canonical, sha256
from .validation import expected_cells

WORKING_DAYS_TO_MEND = 2
WITH_THE_UNIT = (State.DRAFT, State.RETURNED, State.AWAITING_SIGN_OFF)


@dataclass(frozen=True)
class Asked:
    """The figures to mend with what is said of each (it may be nothing), beside those that bear a remark; and the
    day, where None takes the usual one."""

    lines: Mapping[CellKey, str] = field(default_factory=dict)
    resend_on: date | None = None


def usual_day() -> date:
    return working_days().add(today(), WORKING_DAYS_TO_MEND)


def record(submission: Submission, asked: Asked, *, version: int, of: Revision | None) -> Return:
    """Inside the transaction of the move, whose new version it carries. What bears a remark in the revision that is
    returned is named too, asked for or not. Raises Refused."""
    due = asked.resend_on or usual_day()
    if due < today():
        raise Refused(past_day())
    lines = dict(asked.lines) | _remarks(of)
    if lines and not lines.keys() <= expected_cells(submission).keys():
        raise Refused(_("This line is not part of the report."))
    content = {
        "submission": submission.pk,
        "version": version,
        "resend_due_on": due.isoformat(),
        "lines": [
            {"line": line, "subject": subject, "remark": remark}
            for (line, subject), remark in sorted(lines.items())
        ],
    }
    text = canonical(content)
    return Return.objects.create(
        submission=submission, version=version, resend_due_on=due, content=text, sha256=sha256(text)
    )


def _remarks(revision: Revision | None) -> dict[CellKey, str]:
    rows = Remark.objects.standing().filter(revision=revision) if revision else []
    return {remark.cell: remark.text for remark in rows}


def past_day() -> str:
    return _("The day by which the report is to be sent again cannot lie in the past.")


def standing(submission: Submission) -> Return | None:
    """The return that the unit has not answered yet. One query, and none of a report that was never handed in or is
    with its reviewers."""
    if submission.state not in WITH_THE_UNIT or submission.handed_in_at is None:
        return None
    return Return.objects.standing().filter(submission=submission).first()


def latest(submission: Submission) -> Return | None:
    """Answered or not; one query."""
    return Return.objects.filter(submission=submission).order_by("-version").first()
