"""The province's figures over time, how each was measured, and which of them make one line."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from indicators import numbers
from indicators.calendars import KINDS, ROMAN, Frequency, UnknownLabel, frequency_of
from indicators.models import BEGINNING, Definition, Indicator, Observation, Period, Round

from .aims import Aims
from .charts import Point, Reference, Way
from .figures import Standing, Sums
from .rows import Totals
from .shown import NOBODY, Shown, of_observation, of_total


@dataclass(frozen=True)
class SeriesRow:
    period: Period
    shown: Shown
    approved_at: datetime | None  # None of what is computed: with what it is computed of
    published_at: datetime | None  # None while a part of it waits for its publication
    measured_since: date = BEGINNING  # figures with the same day may be compared
    is_illustrative: bool = False
    archives: str = ""  # the documents it was taken from, where it was entered from the archive

    @property
    def name(self) -> str:
        """On one line."""
        return str(self.period).replace(" ", "\N{NO-BREAK SPACE}")

    @property
    def is_firm(self) -> bool:
        return not (self.shown.coverage.is_partial or self.shown.status or self.is_illustrative)


@dataclass(frozen=True)
class Measure:
    """One way of measuring, and the newest definition that measures so: a new source alone is no new way."""

    number: int
    since: date | None
    until: date | None
    definition: Definition


def since(definition: Definition) -> date:
    return definition.measured_since or definition.valid_from


def measures(definitions: Sequence[Definition]) -> list[Measure]:
    """Oldest first. `definitions` newest first."""
    newest = {since(d): d for d in reversed(definitions)}
    days = sorted(newest)
    return [
        Measure(
            number=number,
            since=None if day == BEGINNING else day,
            until=days[number] - timedelta(days=1) if number < len(days) else None,
            definition=newest[day],
        )
        for number, day in enumerate(days, 1)
    ]


def archives_of(rounds: Sequence[Round]) -> str:
    """The documents that archived figures were typed from; whether they state a day is theirs to say."""
    return "; ".join(dict.fromkeys(r.source_document for r in rounds if r.is_archival))


def series_of(
    found: Indicator,
    rounds_of_it: Sequence[Any],
    definitions: Sequence[Definition],
    written: dict[int, Observation],
    totals: Totals,
) -> list[SeriesRow]:
    """Newest period first: totals, or the one figure about the province (`written`, by period) as it stands.
    `rounds_of_it`: as asked.rounds brought them. No query."""
    of_period = {r.period_id: r for r in rounds_of_it if r.measured_by is not None}
    by_pk = {d.pk: d for d in definitions}
    rows = []
    for period in dict.fromkeys(r.period for r in rounds_of_it if r.period_id in of_period):
        given, here = of_period[period.pk], [r for r in rounds_of_it if r.period_id == period.pk]
        definition = by_pk[given.measured_by]
        rows.append(
            SeriesRow(
                period=period,
                shown=_shown(definition, totals.get((period.pk, found.pk)), written.get(period.pk)),
                approved_at=given.approved_at,
                published_at=None if given.n_waiting else given.published_at,
                measured_since=since(definition),
                is_illustrative=any(r.is_illustrative for r in here),
                archives=archives_of(here),
            )
        )
    return rows


def _shown(definition: Definition, total: Sums | None, written: Observation | None) -> Shown:
    if total is not None:
        return of_total(definition, total)
    if written is not None:
        return of_observation(written, written.definition)
    return Shown(Standing.BY_UNIT, coverage=NOBODY)


# --- One line of them


def pace(period: Period) -> tuple[str, Frequency]:
    """Periods of one pace make one series: a year, its quarters and its statistical quarters are three."""
    try:
        return period.calendar, frequency_of(period.label)
    except UnknownLabel:
        return period.calendar, Frequency.AD_HOC


def follows(earlier: Period, later: Period) -> bool:
    """Whether no period of their length lies between; ad-hoc rounds follow each other as they come."""
    kind = KINDS[pace(later)[1]]
    years, months = later.first_day.year - earlier.first_day.year, later.first_day.month - earlier.first_day.month
    return pace(earlier) == pace(later) and (not kind.months or years * 12 + months <= 12 // kind.a_year)


def period_before(period: Period, rounds_of_it: Sequence[Round]) -> Period | None:
    """The period just before, of the same pace, if it was asked for."""
    earlier = [r.period for r in rounds_of_it if r.period.day_after_last < period.day_after_last]
    return next((p for p in earlier if pace(p) == pace(period) and follows(p, period)), None)


def line_of(
    rows: Sequence[SeriesRow], rounds_of_it: Sequence[Round], known: Sequence[Measure], chosen: Period | None
) -> list[Point]:
    """Oldest first, at the pace of the chosen period, or at the most frequent one where that has no two figures."""
    drawn = {row.period.pk: row for row in rows if row.shown.value is not None and not row.shown.words}
    often = Counter(pace(row.period) for row in drawn.values())
    if not often:
        return []
    mine = pace(chosen) if chosen is not None and often[pace(chosen)] > 1 else often.most_common(1)[0][0]
    ways = {since(each.definition): Way(each.number, each.since) for each in known}
    found = {p for p in (*(r.period for r in rounds_of_it), *(row.period for row in rows)) if pace(p) == mine}
    periods = sorted(found, key=lambda p: (p.day_after_last, p.first_day))
    gaps = [False, *(not follows(*pair) for pair in pairwise(periods))]
    return [_point(p, drawn.get(p.pk), ways, after_gap=gap) for p, gap in zip(periods, gaps, strict=True)]


def _point(period: Period, row: SeriesRow | None, ways: dict[date, Way], *, after_gap: bool) -> Point:
    tick, under_tick = _ticks(period)
    return Point(
        on=period.last_day,
        tick=tick,
        under_tick=under_tick,
        value=row.shown.value if row else None,
        text=_text(row.shown) if row else "",
        way=ways[row.measured_since] if row else Way(0),
        is_firm=row is not None and row.is_firm,
        after_gap=after_gap,
    )


def _text(shown: Shown) -> str:
    """As written; of the units only the percent sign stands at the line."""
    return str(shown if shown.unit == "%" else replace(shown, unit=""))


def _ticks(period: Period) -> tuple[str, str]:
    """What stands under the axis, and below it the year: ("III", "2026"), and for a year ("2026", "")."""
    year, frequency = str(period.last_day.year), pace(period)[1]
    number = re.search(r"-[MQHA]([0-9]+)", period.label)
    if number is None:
        return year, ""
    if frequency == Frequency.HALF:
        return (_("1st half") if number[1] == "1" else _("2nd half")), year
    return (ROMAN[int(number[1])] if frequency == Frequency.QUARTER else number[1]), year


def references_of(aims: Aims) -> list[Reference]:
    """The national values: never the province's own, and never a colour (domain.md 15)."""
    return [
        Reference(
            aim.year,
            aim.value,
            _("%(value)s national, %(year)s")
            % {"value": numbers.show(aim.value, aim.decimals) + ("%" if aim.unit == "%" else ""), "year": aim.year},
        )
        for aim in aims.national
    ]
