"""What is typed on the review page: the decision, remarks line by line, and a note for the other reviewers. The
fields beside a line bear the name that the unit's form gives it: HT.01-remark, in a grid HT.01@03388-remark."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.utils.translation import gettext as _

from .. import returns
from ..clock import today
from ..drafts import CellKey
from ..fields import VietnameseDateField
from ..forms import tidy
from ..models import Submission
from ..remarks import Typed
from ..reviewing import KEEPS, Press
from ..slots import arrange
from ..validation import expected_cells
from .review import LABELS
from .review_typed import Posted

ACTIONS = [(action, action) for action in (*LABELS, *KEEPS)]
LONGEST_KEY = 64
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
    names = _names(post, submission)
    remarks = {key: tidy(post[f"{name}-remark"]) for name, key in names if f"{name}-remark" in post}
    to_mend = frozenset(key for name, key in names if post.get(f"{name}-mend"))
    day, fault = _day(post.get("resend_on", "")) if said["action"] in DATED else (None, "")
    comment, note = tidy(said["comment"]), tidy(said["note"])
    decision = Press(
        action=said["action"],
        remarks=Typed(remarks, seen=said["seen"] or 0),
        revision=said["revision"],
        comment=comment,
        note=note,
        key=said["key"],
        to_mend=to_mend,
        resend_on=day,
        request=said["request"] or 0,
    )
    return decision, Posted(comment, note, remarks, to_mend, post.get("resend_on"), fault)


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


def _names(post: Mapping[str, Any], submission: Submission) -> list[tuple[str, CellKey]]:
    """No query where nothing was typed beside a line."""
    if not any(name.endswith(("-remark", "-mend")) for name in post):
        return []
    slots = arrange(expected_cells(submission), submission.unit_id, day=submission.round.period.last_day).slots
    return [(slot.name, slot.key) for slot in slots]
