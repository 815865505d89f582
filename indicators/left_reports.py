"""What becomes of the reports that a unit left open when an act of law ended it (domain.md 2, 24, 25).

An administrator decides about each: a successor finishes it, as long as it is about days before the act; it is cut
off by the day of the act, where its period goes on after it; or it is closed. Each decision is an event of the
report that names the act (workflow.end), and what its round expects is counted anew.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from . import totals, workflow
from .models import LegalAct, RoundLine, State, Submission, Succession, Unit, User
from .refusals import Refused
from .transitions import CLOSE, CUT_OFF, HAND_OVER


@dataclass(frozen=True)
class Choice:
    """One of transitions.BY_AN_ACT; `heir` finishes the report, where it is not closed."""

    move: str
    heir: int | None = None


@dataclass(frozen=True)
class Left:
    """An open report, what may become of it, and who could finish it. `unit` as it was called last."""

    report: Submission
    unit: str
    moves: tuple[str, ...]
    heirs: list[Unit]


def units_ended_by(act: LegalAct) -> list[int]:
    """As it was applied; nobody by a draft."""
    return [row["unit"] for row in json.loads(act.content)["ended"]] if act.is_applied else []


def of(act: LegalAct) -> QuerySet[Submission]:
    open_ones = Submission.objects.filter(unit__in=units_ended_by(act), round__is_archival=False)
    open_ones = open_ones.exclude(state__in=[State.APPROVED, State.CLOSED])
    return open_ones.select_related("round__form", "round__period", "unit").order_by(
        "round__period__day_after_last", "round__form__code", "unit", "pk"
    )


def left(act: LegalAct) -> list[Left]:
    """Three queries, however many reports."""
    reports = list(of(act))
    eve = act.effective_on - timedelta(days=1)
    names = {
        u.pk: str(u) for u in Unit.objects.with_slice(eve).filter(pk__in={r.unit_id for r in reports}).order_by()
    }
    heirs = heirs_of({report.unit_id for report in reports}, act.effective_on)
    return [
        Left(report, names[report.unit_id], moves(report, act.effective_on), heirs[report.unit_id])
        for report in reports
    ]


def moves(report: Submission, day: date) -> tuple[str, ...]:
    """A report about days before the act alone is finished by a successor; of a period that goes on, the unit's own
    days can be cut off; of one that begins afterwards nothing is the unit's to say. Decided, it can be closed."""
    period = report.round.period
    if report.ending or period.first_day >= day:
        return (CLOSE,)
    return (HAND_OVER, CLOSE) if period.last_day < day else (CUT_OFF, CLOSE)


def heirs_of(units: set[int], day: date) -> dict[int, list[Unit]]:
    """Ended unit → its successors, as they are called on a day."""
    pairs = Succession.objects.filter(predecessor__in=units).order_by("predecessor", "pk")
    known = list(pairs.values_list("predecessor", "successor"))
    named = Unit.objects.with_slice(day).in_bulk([heir for _gone, heir in known])
    found: dict[int, list[Unit]] = defaultdict(list)
    for gone, heir in known:
        found[gone].append(named[heir])
    return found


def for_all(act: LegalAct, move: str) -> dict[int, Choice]:
    """The same for every report that it may become of, where no more than one unit could finish it."""
    known = [each for each in left(act) if move in each.moves and not (move != CLOSE and len(each.heirs) > 1)]
    heirs = {each.report.pk: each.heirs[0].pk if each.heirs and move != CLOSE else None for each in known}
    return {pk: Choice(move, heir) for pk, heir in heirs.items() if heir or move != HAND_OVER}


@transaction.atomic
def settle(act: LegalAct, choices: Mapping[int, Choice], *, by: User) -> int:
    """By the report's key; how many were decided. All or none: raises Refused. Reports are locked in one order, as
    every act on many does."""
    known = {each.report.pk: each for each in left(act)}
    moved: dict[int, set[int]] = defaultdict(set)
    for pk, choice in sorted(choices.items()):
        if pk not in known:
            raise Refused(_("A report was approved or decided about meanwhile. Nothing was done; look again."))
        report = _settle(known[pk], choice, act, by)
        moved[report.round.period_id].add(report.round_id)
    for period, rounds in sorted(moved.items()):
        lines = RoundLine.objects.filter(round__in=rounds).order_by("indicator").values_list("indicator", flat=True)
        totals.recompute(period, lines.distinct())
    return len(choices)


def _settle(found: Left, choice: Choice, act: LegalAct, by: User) -> Submission:
    said: dict[str, Any] = {"unit": found.unit, "round": found.report.round}
    if choice.move not in found.moves:
        raise Refused(_("%(unit)s, %(round)s: this cannot become of the report.") % said)
    heir = next((unit for unit in found.heirs if unit.pk == choice.heir), None)
    if choice.move == CLOSE:
        heir = None
    elif heir is None and (found.heirs or choice.move == HAND_OVER):
        raise Refused(_("%(unit)s, %(round)s: name the successor that finishes the report.") % said)
    reason = named(act) + (f" → {heir}" if heir else "")
    return workflow.end(choice.move, found.report, act=act, heir=heir, reason=reason, by=by)


def named(act: LegalAct) -> str:
    """As the history of a report names it."""
    return f"{act.title} ({act.document})" if act.document else act.title
