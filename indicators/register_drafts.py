"""The list of a unit while it is written: what stood at the cut-off before, and what departs from it.

Only departures are drafted, so nothing has to be copied when a round opens, and a row that nobody touched follows
whatever is still approved of the cut-off before. The rows of a unit that ended belong to those who took it over,
until one of them says something of a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from .calendars import show_moment
from .clock import now
from .drafts import lock
from .entry import closed_because, whom_to_call
from .models import FACTS, DraftRow, DraftRowChange, RegisterRow, RowChange, Submission, Succession, User, facts_of
from .permissions import standing
from .refusals import Refused

Facts = dict[str, Any]  # every name of FACTS


@dataclass(frozen=True)
class Drafted:
    """What a row is to be, or that it goes."""

    facts: Facts
    is_off: bool = False

    def as_json(self) -> dict[str, Any]:
        return {**as_json(self.facts), "is_off": self.is_off}


@dataclass(frozen=True)
class Listed:
    """A row of the list as it would be approved; `before` is None where it is new."""

    code: str
    facts: Facts
    change: str = ""  # a RowChange; empty where the row stays as it was
    before: Facts | None = field(default=None)

    @property
    def is_off(self) -> bool:
        return self.change == RowChange.TAKEN_OFF


Typed = Mapping[str, Drafted | None]  # code → what it departs to; None: back to what stood before


def as_json(facts: Facts) -> dict[str, Any]:
    since: date | None = facts["status_since"]
    return {**facts, "status_since": since.isoformat() if since else None}


def from_json(said: Mapping[str, Any]) -> Facts:
    since = said["status_since"]
    return {**{name: said[name] for name in FACTS}, "status_since": date.fromisoformat(since) if since else None}


def blank(submission: Submission) -> Facts:
    """A new row: owned by whoever hands it in, nothing else said."""
    unsaid: Facts = dict.fromkeys(("status_since", "shares_data", "via_lgsp", "in_official_use"))
    return {**dict.fromkeys(FACTS, ""), **unsaid, "owner_id": submission.unit_id}


def before(submission: Submission) -> dict[str, Facts]:
    """The unit's rows at the last day before this cut-off, by code; two queries."""
    last_day = submission.round.period.last_day
    mine = [submission.unit_id, *_ended_before(submission, last_day)]
    rows = RegisterRow.objects.filter(listed__register=submission.round.form.register_id)
    stood = rows.standing(last_day - timedelta(days=1)).filter(listed__reporter__in=mine)
    return {row.code: facts_of(row) for row in stood.order_by("code", "pk")}


def _ended_before(submission: Submission, last_day: date) -> list[int]:
    rows = Succession.objects.filter(successor=submission.unit_id, effective_on__lte=last_day)
    ended = rows.filter(predecessor__ended__lte=last_day)
    return list(ended.order_by("predecessor").values_list("predecessor", flat=True))


def drafted(submission: Submission) -> dict[str, Drafted]:
    rows = DraftRow.objects.filter(submission=submission).order_by("code", "pk")
    return {row.code: Drafted(facts_of(row), row.is_off) for row in rows}


def the_list(submission: Submission) -> list[Listed]:
    """Every row, those that go among them, by code; three queries."""
    stood, departing = before(submission), drafted(submission)
    return [_listed(code, stood.get(code), departing.get(code)) for code in sorted({*stood, *departing})]


def _listed(code: str, stood: Facts | None, departs: Drafted | None) -> Listed:
    if departs is None or (stood is not None and not departs.is_off and departs.facts == stood):
        return Listed(code, stood or {}, before=stood)
    if departs.is_off:
        return Listed(code, stood or departs.facts, RowChange.TAKEN_OFF, stood)
    return Listed(code, departs.facts, RowChange.CHANGED if stood else RowChange.ADDED, stood)


@transaction.atomic
def save(submission: Submission, typed: Typed, *, by: User, version: int) -> int:
    """Writes the departures that changed since `version`, the one that the typist's page was drawn from; all of
    them or none. Returns how many.

    Raises Refused where `by` does not report for the unit, while entry is closed, and where somebody else has
    changed one of these rows to something else meanwhile.
    """
    submission = lock(submission)
    sentence: str | None = _("Only those who enter figures for the unit can change its report.")
    if standing(by, submission).reports:
        sentence = closed_because(submission)
    if sentence:
        raise Refused(sentence, standing=whom_to_call(submission, sentence))
    stood, current = before(submission), drafted(submission)
    wanted = {code: _departure(departs, stood.get(code)) for code, departs in typed.items()}
    changed = {code: departs for code, departs in wanted.items() if departs != current.get(code)}
    _refuse_unseen(submission, changed, version)
    if changed:
        _write(submission, changed, current, by)
    return len(changed)


def _departure(departs: Drafted | None, stood: Facts | None) -> Drafted | None:
    """What is as it stood departs from nothing, and what never stood cannot go."""
    if departs is None or (departs.is_off and stood is None):
        return None
    return None if not departs.is_off and departs.facts == stood else departs


def _refuse_unseen(submission: Submission, changed: Typed, version: int) -> None:
    rows = DraftRowChange.objects.filter(submission=submission, version__gt=version, code__in=list(changed))
    found = list(rows.select_related("by").order_by("version", "pk"))
    if not found:
        return
    theirs, codes = found[-1], sorted({row.code for row in found})
    said = {"code": theirs.code, "codes": ", ".join(codes), "who": theirs.by, "time": show_moment(theirs.at)}
    sentence = _("Row %(code)s was changed by %(who)s at %(time)s. Nothing was saved; look again.")
    if len(codes) > 1:
        sentence = _(
            "Rows %(codes)s were changed meanwhile, the last one by %(who)s at %(time)s. Nothing was saved; look "
            "again."
        )
    raise Refused(sentence % said)


def _write(submission: Submission, changed: Typed, current: Mapping[str, Drafted], by: User) -> None:
    at = now()
    moved = Submission.objects.filter(pk=submission.pk, state=submission.state, version=submission.version)
    if not moved.update(version=F("version") + 1, changed_at=at):
        raise Refused(_("Somebody else changed this report at the same moment. Send again."))
    DraftRow.objects.filter(submission=submission, code__in=list(changed)).delete()
    DraftRow.objects.bulk_create(
        DraftRow(submission=submission, code=code, is_off=departs.is_off, **departs.facts)
        for code, departs in changed.items()
        if departs is not None
    )
    DraftRowChange.objects.bulk_create(
        DraftRowChange(
            submission=submission,
            version=submission.version + 1,
            code=code,
            old=current[code].as_json() if code in current else None,
            new=departs.as_json() if departs else None,
            by=by,
            at=at,
        )
        for code, departs in changed.items()
    )
