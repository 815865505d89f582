"""The figures of one indicator over time at the pace of a period that no round asks for: made of its months or
quarters as the figure of the page is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from django.utils.timezone import localdate

from indicators.models import Indicator, Period, Round

from .asked import Field, lines_of
from .derived import Derived
from .known import Known
from .parts import Making, derived_at, derived_of, due_on, making, rules_of
from .rows import Totals
from .series import SeriesRow, pace
from .spans import Span, longer
from .trend import Then


def making_of(found: Indicator, span: Span, field: Field, known: Known, totals: Totals) -> Making:
    """The line as the newest of the parts was asked, and what all of them were asked, which is kept."""
    newest = [each for each in span.rounds if each.period == span.asked[0]]
    (line,) = lines_of(newest, field, found, known, totals)
    return cast(Making, making(line, span, rules_of(span, [found.pk]).get(found.pk, {})))


@dataclass(frozen=True)
class DerivedSeries:
    """`rows`: newest period first, those that rounds asked for among them. `on`: the day of the newest of the
    figures that the one of the page rests on."""

    derived: Derived
    rows: list[SeriesRow]
    on: date | None


def derived_series(
    made: Making, series: Sequence[SeriesRow], rounds_of_it: Sequence[Round], field: Field, known: Known
) -> DerivedSeries:
    """`series`: the periods that rounds ask for."""
    by_period = {row.period.pk: row for row in series}
    figures_of = {pk: Then(row.period, row.shown, row.measured_since) for pk, row in by_period.items()}
    period, by_label = made.line.period, {each.period.label: each.period for each in rounds_of_it}
    others = [each for each in longer(by_label.values()) if pace(each) == pace(period)]
    derived = derived_of(made, figures_of, field, on=due_on(known), known={})
    found = {period: derived} | {
        each: of
        for each in others
        if each != period and (of := derived_at(made.measured, each, figures_of, by_label, on=due_on(known)))
    }
    more = [row for each, of in found.items() if (row := _row(each, of, by_period))]
    rows = sorted([*series, *more], key=lambda row: (row.period.day_after_last, row.period.first_day), reverse=True)
    return DerivedSeries(derived, rows, _newest(derived, by_period, known))


def _row(period: Period, derived: Derived, by_period: Mapping[int, SeriesRow]) -> SeriesRow | None:
    """None where no part has a figure. Published is what of all parts is."""
    behind = _behind(derived, by_period)
    if not behind:
        return None
    published = [row.published_at for row in behind]
    return replace(
        behind[0],
        period=period,
        shown=derived.shown,
        approved_at=max((row.approved_at for row in behind if row.approved_at), default=None),
        published_at=max(at for at in published if at) if all(published) else None,
        is_illustrative=any(row.is_illustrative for row in behind),
        archives="; ".join(dict.fromkeys(row.archives for row in behind if row.archives)),
    )


def _behind(derived: Derived, by_period: Mapping[int, SeriesRow]) -> list[SeriesRow]:
    return [by_period[each.pk] for each in derived.behind if each.pk in by_period]


def _newest(derived: Derived, by_period: Mapping[int, SeriesRow], known: Known) -> date | None:
    moments = (getattr(row, known.begun) for row in _behind(derived, by_period))
    return localdate(max(found)) if (found := [at for at in moments if at]) else None
