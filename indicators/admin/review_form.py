"""What is typed on the review page: the decision, remarks line by line, and a note for the other reviewers. The
fields beside a line bear the name that the unit's form gives it: HT.01-remark, in a grid HT.01@03388-remark, and of
a reviewer's own figure HT.01-assessed-value, HT.01-assessed-reason and so on."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.utils.translation import gettext as _

from .. import assessing, remarks, returns
from ..assessing import Own
from ..clock import today
from ..fields import VietnameseDateField
from ..forms import Typed, tidy
from ..forms import read as read_cell
from ..models import Submission
from ..reviewing import KEEPS, Press
from ..slots import Slot, arrange
from ..validation import expected_cells
from .review import LABELS
from .review_typed import OwnTyped, Posted

ACTIONS = [(action, action) for action in (*LABELS, *KEEPS)]
LONGEST_KEY = 64
BESIDE_A_LINE = ("-remark", "-mend", "-assessed-reason")
OF_A_FIGURE = ("value", "numerator", "denominator", "reading")
DATED = ("return", "accept")  # these name a day for sending again


class DecisionForm(forms.Form):
    action = forms.ChoiceField(choices=ACTIONS)
    comment = forms.CharField(required=False)
    revision = forms.CharField(required=False)
    note = forms.CharField(required=False)
    key = forms.CharField(required=False, max_length=LONGEST_KEY)
    seen = forms.IntegerField(required=False, min_value=0)
    request = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)


def read(post: Mapping[str, Any], submission: Submission) -> tuple[Press, Posted]:
    """BadRequest for what no page of ours can send."""
    form = DecisionForm(post)
    if not form.is_valid():
        raise BadRequest("No move of a reviewer.")
    said = form.cleaned_data
    slots = _slots(post, submission)
    said_of = {slot.key: tidy(post[f"{slot.name}-remark"]) for slot in slots if f"{slot.name}-remark" in post}
    to_mend = frozenset(slot.key for slot in slots if post.get(f"{slot.name}-mend"))
    own = {slot.key: _own(post, slot) for slot in slots if f"{slot.name}-assessed-reason" in post}
    day, fault = _day(post.get("resend_on", "")) if said["action"] in DATED else (None, "")
    comment, note = tidy(said["comment"]), tidy(said["note"])
    decision = Press(
        action=said["action"],
        remarks=remarks.Typed(said_of, seen=said["seen"] or 0),
        revision=said["revision"],
        comment=comment,
        note=note,
        key=said["key"],
        to_mend=to_mend,
        resend_on=day,
        assessed={key: figure for key, (figure, typed) in own.items() if not typed.faults},
        request=said["request"] or 0,
    )
    given = {key: typed for key, (_figure, typed) in own.items()}
    return decision, Posted(comment, note, said_of, to_mend, post.get("resend_on"), fault, given)


def _own(post: Mapping[str, Any], slot: Slot) -> tuple[Own, OwnTyped]:
    """A reviewer's own figure, read as an entry of the line is (forms.py)."""
    said = {name: tidy(post.get(f"{slot.name}-assessed-{name}", "")) for name in OF_A_FIGURE}
    typed, reason = Typed(**said), tidy(post[f"{slot.name}-assessed-reason"]).strip()
    reading = read_cell(slot.line.definition, typed)
    if reading.cell is None:
        return Own(), OwnTyped(typed, reason, tuple(f.sentence for f in reading.faults), reading.choices)
    own = Own(reading.cell, reason)
    return own, OwnTyped(typed, reason, tuple(filter(None, [assessing.fault(own)])))


def typed_before(fields: Mapping[str, str], submission: Submission) -> Posted | None:
    """What stood in the fields when the session ended; None where no page of ours sent it."""
    try:
        return read(fields, submission)[1]
    except BadRequest:
        return None


def _day(text: str) -> tuple[date | None, str]:
    """The day by which a returned report is to be sent again, or what is wrong with it; empty is the usual day."""
    try:
        day = VietnameseDateField(required=False).clean(tidy(text))
    except ValidationError as wrong:
        return None, _("Send again by: %(fault)s") % {"fault": " ".join(wrong.messages)}
    return day, returns.past_day() if day and day < today() else ""


def _slots(post: Mapping[str, Any], submission: Submission) -> list[Slot]:
    """No query where nothing was typed beside a line."""
    if not any(name.endswith(BESIDE_A_LINE) for name in post):
        return []
    return arrange(expected_cells(submission), submission.unit_id, day=submission.round.period.last_day).slots
