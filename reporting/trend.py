"""A figure among those of its earlier periods: how far it moved, what the year has brought so far, and its line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators import calendars, numbers
from indicators.calendars import KINDS, Frequency
from indicators.models import Definition, OverTime, OverUnits, Period
from indicators.sparkline import Spark, spark

from . import figures
from .differences import Movement
from .figures import Compared, Part, Reason, Spanned
from .series import follows, pace
from .shown import Shown

MOST_POINTS = 8  # of a line the size of a word


@dataclass(frozen=True)
class Then:
    """The figure of one period; those with the same `measured_since` may be compared."""

    period: Period
    shown: Shown
    measured_since: date


@dataclass(frozen=True)
class OfYear:
    """Trong kỳ and lũy kế, as they stand on a page; empty where one is not known."""

    in_period: str
    so_far: str


@dataclass(frozen=True)
class Trend:
    """`so_far`: of a flow or a running total what the year has brought through the period; None of a stock."""

    before: Then | None
    moved: Movement
    moved_in_a_year: Movement
    so_far: Spanned | Reason | None
    of_year: OfYear | None  # of a flow or a running total of which a number is known
    spark: Spark | None


def periods_read(period: Period, known: Sequence[Period], *, least: bool = False) -> list[Period]:
    """Of all periods those that the trend of a figure of `period` is made of, itself among them, oldest first: the
    last ones of its pace, and back to the same one of last year. `least`: without those that only the line
    draws."""
    kind = KINDS[pace(period)[1]]
    n = kind.a_year + 1 if least else max(MOST_POINTS, kind.a_year + 1)
    mine = [p for p in known if pace(p) == pace(period) and p.day_after_last <= period.day_after_last]
    return sorted(mine, key=lambda p: (p.day_after_last, p.pk))[-(MOST_POINTS if not kind.months else n) :]


def trend_of(definition: Definition, now: Then, earlier: Sequence[Then]) -> Trend:
    """`earlier`: in any order; those of another pace, of later periods and of the period itself are passed over."""
    mine = (t for t in earlier if pace(t.period) == pace(now.period))
    past = [t for t in mine if t.period.day_after_last < now.period.day_after_last]
    past.sort(key=lambda t: t.period.day_after_last)
    before = next((t for t in past[::-1] if follows(t.period, now.period)), None)
    last_year = next((t for t in past if _is_a_year_before(t.period, now.period)), None)
    new, is_percent = compared(definition, now), definition.is_percent
    old, older = (None if t is None else compared(definition, t) for t in (before, last_year))
    is_running = definition.over_time == OverTime.RUNNING
    so_far = _so_far(definition, now, past)
    return Trend(
        before=before,
        moved=Movement(figures.on_last_period(new, old, is_percent=is_percent, is_running=is_running)),
        moved_in_a_year=Movement(figures.on_last_year(new, older, is_percent=is_percent)),
        so_far=so_far,
        of_year=_of_year(definition, now, before, so_far),
        spark=_spark([*past, now]),
    )


def is_partial_sum(definition: Definition, shown: Shown) -> bool:
    """A ratio over fewer units is still a share; a sum or a count over fewer is too small (domain.md 11), and so is
    one over fewer periods."""
    if shown.coverage.counts_periods:
        return shown.coverage.is_partial and not definition.is_ratio
    return shown.coverage.is_partial and definition.over_units in (OverUnits.SUM, OverUnits.COUNT)


def barred(definition: Definition, shown: Shown) -> Reason | None:
    """Why a figure may be held against nothing although something was said: a share over too few units tells of
    them and not of the province."""
    is_thin = definition.over_units == OverUnits.RATIO and shown.coverage.is_thin
    return Reason.TOO_FEW_UNITS if shown.is_reported and is_thin else shown.barred


def _is_a_year_before(earlier: Period, later: Period) -> bool:
    """The same period of the year before; ad-hoc rounds have none."""
    if pace(earlier)[1] == Frequency.AD_HOC:
        return False
    day, wanted = earlier.last_day, later.last_day
    return pace(earlier) == pace(later) and (day.year + 1, day.month) == (wanted.year, wanted.month)


def compared(definition: Definition, then: Then) -> Compared:
    shown = then.shown
    why = Reason.NO_NUMBER if shown.words else barred(definition, shown)
    return Compared(
        None if why else shown.value,
        decimals=shown.decimals,
        qualifier=shown.qualifier,
        measured_since=then.measured_since,
        year=then.period.last_day.year,
        is_partial_sum=is_partial_sum(definition, shown),
        missing=why or Reason.NO_FIGURE,
    )


def _so_far(definition: Definition, now: Then, past: Sequence[Then]) -> Spanned | Reason | None:
    """A percentage is not added up: of a flow the parts are (domain.md 7). Periods that the calendar knows and
    nobody was asked for are missing like any other."""
    if definition.over_time == OverTime.STOCK:
        return None
    if pace(now.period)[1] == Frequency.AD_HOC:
        return Reason.PART_OF_YEAR
    of_label = {t.period.label: t for t in past}
    year = [of_label.get(label) for label in calendars.earlier_in_year(now.period.label)]
    parts = [_part(t, now) for t in [*year, now]]
    if definition.is_percent and not definition.is_ratio and definition.over_time == OverTime.FLOW:
        return Reason.NOT_ADDED if len(parts) > 1 else figures.spanned(OverTime.RUNNING, parts)
    so_far = figures.since_new_year(
        definition.over_time,
        parts,
        is_ratio=definition.is_ratio,
        base=definition.ratio_base,
        decimals=now.shown.decimals,
    )
    if definition.over_time != OverTime.FLOW or isinstance(so_far, Reason):
        return so_far
    summed = (t for t in year if t is not None and _part(t, now) is not None)
    return replace(so_far, n=so_far.n - sum(_lacks_parts(definition, t) for t in summed))


def _lacks_parts(definition: Definition, then: Then) -> bool:
    """A derived sum over fewer periods or units than it should be."""
    return then.shown.coverage.counts_periods and is_partial_sum(definition, then.shown)


def _of_year(
    definition: Definition, now: Then, before: Then | None, so_far: Spanned | Reason | None
) -> OfYear | None:
    """What came in the period itself, and since the year began; how many periods of it where some are missing. Of
    figures that are only about right nothing is added or taken away."""
    if not isinstance(so_far, Spanned) or now.shown.qualifier:
        return None
    is_first = not calendars.earlier_in_year(now.period.label)
    same_year = before if before and not before.shown.qualifier and not is_first else None
    old = _part(same_year, now)
    came = figures.in_period(definition.over_time, _part(now, now), old, is_first=is_first)
    total = _said(so_far.value, now.shown)
    if so_far.is_partial:
        counted = {"figure": total, "n": so_far.n, "m": so_far.m}
        total = _("%(figure)s (%(n)s of %(m)s periods)") % counted
    return OfYear("" if isinstance(came, Reason) else _said(came, now.shown), total)


def _said(value: Decimal, shown: Shown) -> str:
    return numbers.show_with_unit(value, max(shown.decimals, figures.places(value)), shown.unit)


def _part(then: Then | None, now: Then) -> Part | None:
    if then is None or then.measured_since != now.measured_since or then.shown.value is None:
        return None
    return Part(then.shown.value, then.shown.numerator, then.shown.denominator)


def _spark(line: Sequence[Then]) -> Spark | None:
    """Of what was measured as the last one."""
    since = line[-1].measured_since
    drawn = [(t, t.shown.value) for t in line if t.measured_since == since and not t.shown.words]
    return spark([(str(t.period), value, str(t.shown)) for t, value in drawn if value is not None])
