"""What one press of a button on the review page does, in one transaction: what was typed beside the lines and for
the other reviewers is kept, own figures included, and the report moves; or nothing is, and the sentence says why.

The one-time key is claimed first, so that a double click does everything once; a refusal gives it back.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from . import adjustments, assessing, keys, remarks, returns, workflow
from .assessing import Own
from .drafts import CellKey
from .models import Submission, User

KEEPS = ("remark", "note", "assess")  # the buttons that move nothing
DECIDES = (adjustments.ACCEPT, adjustments.DECLINE)  # about a request for adjustment


@dataclass(frozen=True)
class Press:
    """`revision` is the code of what was read (assessed.py); `to_mend` are the figures that a return names, beside
    those that bear a remark, and `resend_on` its day (None: the usual one); `assessed` are own figures; `request`
    is the number of the request for adjustment that was read."""

    action: str
    remarks: remarks.Typed
    revision: str = ""
    comment: str = ""
    note: str = ""
    key: str = ""
    to_mend: Collection[CellKey] = ()
    resend_on: date | None = None
    assessed: Mapping[CellKey, Own] = field(default_factory=dict)
    request: int = 0


@transaction.atomic
def carry_out(press: Press, submission: Submission, *, by: User) -> bool:
    """False where this very page had been sent already. Raises Refused."""
    if press.key and keys.use(press.key, by=by, result=str(submission.pk)) is not None:
        return False
    if press.note or press.action == "note":
        remarks.note(submission, press.note, by=by)
    remarks.write(submission, press.remarks, by=by, revision=press.revision)
    read = assessing.write(submission, press.assessed, by=by, read=press.revision)
    if press.action in KEEPS:
        return True
    if press.action in DECIDES:
        decision = adjustments.Decision(press.action, press.request, press.comment, press.resend_on)
        adjustments.decide(submission, decision, by=by)
        return True
    workflow.perform(
        press.action,
        submission,
        by=by,
        comment=press.comment,
        revision=read,
        asked=returns.Asked(dict.fromkeys(press.to_mend, ""), press.resend_on),
    )
    return True
