"""What the page of a round shows: what was asked of whom by when, who sent, and what was done to the round."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Subquery
from django.utils.translation import gettext

from ..calendars import show_day
from ..models import Decision, Extension, Round, RoundAct, RoundEvent, RoundLine, Submission
from ..wording import Said
from .base import unit_name
from .queue import state_of, timing_of, with_acts, with_unit_names


@dataclass(frozen=True)
class Report:
    pk: int
    unit: str
    due_on: date
    state: Said
    timing: Said
    is_on_behalf: bool


@dataclass(frozen=True)
class Act:
    at: datetime
    by: str
    act: str
    unit: str  # that was added or taken out, or of an extension for one unit
    due_on: date | None  # of an extension
    reason: str


@dataclass(frozen=True)
class RoundPage:
    round: Round
    lines: list[RoundLine]
    reports: list[Report]
    acts: list[Act]

    @property
    def n_sent(self) -> int:
        return sum(report.timing.shape in ("done", "late") for report in self.reports)


def page(round_: Round) -> RoundPage:
    submissions = with_acts(with_unit_names(Submission.objects.filter(round=round_).select_related("round")))
    reports: list[Any] = list(submissions.order_by(F("unit_sort"), "pk"))
    return RoundPage(
        round=round_,
        lines=list(round_.lines.select_related("indicator").order_by("order", "pk")),
        reports=[Report(r.pk, r.unit_name, r.due_on, state_of(r), timing_of(r), r.is_on_behalf) for r in reports],
        acts=sorted([*_events(round_), *_extensions(round_), *_decisions(round_)], key=lambda act: act.at),
    )


def _events(round_: Round) -> list[Act]:
    rows: Any = RoundEvent.objects.filter(round=round_).select_related("by").annotate(unit_name=_unit_name(round_))
    return [
        Act(
            event.at, str(event.by or ""), str(RoundAct(event.act).label), event.unit_name or "", None, event.reason
        )
        for event in rows.order_by("at", "pk")
    ]


def _decisions(round_: Round) -> list[Act]:
    rows: Any = Decision.objects.filter(round=round_).select_related("by").annotate(n_reports=Count("events"))
    return [
        Act(
            row.at,
            str(row.by),
            gettext("%(count)s reports approved by decision %(number)s of %(date)s")
            % {"count": row.n_reports, "number": row.number, "date": show_day(row.decided_on)},
            "",
            None,
            "",
        )
        for row in rows.order_by("at", "pk")
    ]


def _unit_name(round_: Round) -> Subquery:
    return unit_name("unit", valid_from__lte=round_.period.last_day)


def _extensions(round_: Round) -> list[Act]:
    rows: Any = Extension.objects.filter(round=round_).select_related("by").annotate(unit_name=_unit_name(round_))
    return [
        Act(row.at, str(row.by), "", row.unit_name or "", row.due_on, row.reason)
        for row in rows.order_by("at", "pk")
    ]
