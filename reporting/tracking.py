"""How a figure of the province stands to what the province aims at: whose targets, the planned way, and the status
(domain.md 15, 16, 42). A national target is a reference: it gives no status."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from indicators import calendars, numbers
from indicators.calendars import KINDS, Frequency
from indicators.models import Definition, Level, OverTime, Period, Target
from indicators.numbers import MAX_DECIMALS

from . import figures, wording
from .aims import Aim, aim_of, national_of
from .asked import Line
from .charts import Planned
from .differences import Difference
from .figures import Goal, Milestone, Path, Progress, Reading, Reason, Spanned, Status, rounded
from .series import pace, since
from .shown import Shown
from .trend import Trend, barred, is_partial_sum

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True)
class Year:
    """The year of a calendar that a day falls in: the last days of the year before and of its own."""

    number: int
    before: date
    end: date


@dataclass(frozen=True)
class Track:
    """`plan`: the target of the year of the cut-off; `target`: the last one, of which the status speaks. `figure`
    is what is compared: of an amount of the year all that has come together so far."""

    how: Progress
    goal: Goal | Reason
    figure: Decimal | None
    shown: Shown
    on: date
    months: int  # of a period; 0 of an ad-hoc round
    plan: Aim | None = None
    target: Aim | None = None
    national: list[Aim] = field(default_factory=list)

    @property
    def status(self) -> tuple[str, str]:
        if self.how.status in (Status.NO_DATA, Status.NO_TARGET):
            return wording.of_standing(self.shown.standing)
        return wording.of_status(self.how.status)

    @property
    def is_late(self) -> bool:
        return self.how.status in figures.LATE

    @property
    def has_target(self) -> bool:
        return self.target is not None

    @property
    def beside(self) -> list[Aim]:
        """Of the national targets those of the next year that has any, else of the last one; each figure once, with
        the document that set it first."""
        years = [aim.year for aim in self.national]
        year = min((y for y in years if y >= self.on.year), default=max(years, default=0))
        of_year = [aim for aim in self.national if aim.year == year]
        return list({(aim.operator, aim.value): aim for aim in of_year[::-1]}.values())[::-1]

    @property
    def why(self) -> str:
        """Why it is not compared, in a sentence."""
        if self.how.status != Status.NOT_COMPARABLE or self.how.reason is None:
            return ""
        return wording.of_reason(self.how.reason)

    @property
    def attained(self) -> str:
        """How much of the way is made, in per cent; empty where that is not known, or the year is not over yet."""
        if self.figure is None or isinstance(self.goal, Reason) or self.why:
            return ""
        if self.goal.of_year and self.on not in {m.on for m in self.goal.path.stations}:
            return ""
        share = figures.attainment(self.goal.path, self.figure)
        return "" if isinstance(share, Reason) else f"{numbers.show(share, 1)}%"

    @property
    def planned_value(self) -> Decimal | None:
        """What the plan asks for on the day, with the decimals that are shown."""
        return None if self.how.planned is None else rounded(self.how.planned, self._decimals)

    @property
    def planned(self) -> str:
        value = self.planned_value
        return "" if value is None else numbers.with_unit(numbers.show(value, self._decimals), self._sign)

    @property
    def distance(self) -> Difference | None:
        """The figure against the plan of the day."""
        if self.how.planned is None or self.figure is None:
            return None
        exact = rounded(Fraction(self.figure) - self.how.planned, self._decimals)
        return Difference(exact, self._decimals, self._sign)

    @property
    def gap(self) -> str:
        """The same as it stands on a page: "−18,2 điểm %"."""
        return str(self.distance) if self.distance else ""

    @property
    def needed(self) -> str:
        """What each coming period has to bring: "+6,6 điểm %"; empty where nothing is left to bring or to wait
        for."""
        left = self.periods_left
        if self.figure is None or isinstance(self.goal, Reason) or not left or self.goal.of_year:
            return ""
        each = figures.needed_each_period(
            self.goal, self.figure, left=left, decimals=self._decimals, qualifier=self.shown.qualifier
        )
        return "" if isinstance(each, Reason) else str(Difference(each, self._decimals, self._sign))

    @property
    def periods_left(self) -> int:
        if isinstance(self.goal, Reason) or not self.months:
            return 0
        return figures.ends_left(self.on, self.goal.path.target.on, months=self.months)

    @property
    def reached_on(self) -> date | None:
        """When the target is reached at the pace since the starting value."""
        found = self._reached
        return None if isinstance(found, Reason) else found

    @property
    def never(self) -> str:
        """In a sentence that it is not reached at that pace; empty where it is, or where there is no pace."""
        found = self._reached
        if isinstance(found, Reason) and found in (Reason.STANDS_STILL, Reason.TOO_FAR):
            return wording.of_reason(found)
        return ""

    @property
    def _reached(self) -> date | Reason:
        if self.figure is None or isinstance(self.goal, Reason) or self.goal.of_year:
            return Reason.NO_FIGURE
        return figures.reached_on(self.goal, Milestone(self.on, self.figure), self.shown.qualifier)

    def way(self, first: date, last: date) -> list[Planned]:
        """The planned way between two days, as a chart draws it; none of amounts that a year adds up."""
        if isinstance(self.goal, Reason) or (self.goal.of_year and self.months != MONTHS_OF_A_YEAR):
            return []
        stations = {m.on for m in self.goal.path.stations if first < m.on < last}
        asked = [(day, figures.planned(self.goal.path, day)) for day in sorted({first, last, *stations})]
        return [Planned(day, rounded(value, MAX_DECIMALS)) for day, value in asked if not isinstance(value, Reason)]

    @property
    def _decimals(self) -> int:
        aimed = self.target.decimals if self.target else 0
        return max(self.shown.decimals, aimed, 1 if self._sign else 0)

    @property
    def _sign(self) -> str:
        """The unit stands beside the figure; only a percentage carries its sign everywhere."""
        return "%" if self.shown.unit == "%" else ""


def year_of(day: date, calendar: str) -> Year:
    """By NĐ 09/2019 the year ends on 14/12, so 15/12/2026 is in 2027."""
    years = (w for y in (day.year, day.year + 1) for w in calendars.windows_of_year(y, Frequency.YEAR, calendar))
    window = next(each for each in years if day < each.day_after_last)
    return Year(window.last_day.year, window.first_day - timedelta(days=1), window.last_day)


def year_end(number: int, calendar: str) -> date:
    return calendars.windows_of_year(number, Frequency.YEAR, calendar)[0].last_day


def track_of(
    line: Line, shown: Shown, targets: Sequence[Target], trend: Trend, *, own: Sequence[Target] | None = None
) -> Track:
    """`own`: of a single unit, whose targets are not the province's."""
    measured, period = line.definition, line.period
    year = year_of(period.last_day, period.calendar)
    own = own_targets(line, targets) if own is None else own
    goal, is_baseline_barred = goal_of(line, own)
    reading = _reading(measured, period, shown, trend, year)
    how = figures.progress(reading, goal)
    if how.reason == Reason.NO_BASELINE and is_baseline_barred:
        how = replace(how, reason=Reason.DEFINITION_CHANGED)
    aims = {t.year: aim_of(t, measured.unit_of_measure) for t in own}
    return Track(
        how=how,
        goal=goal,
        figure=reading.value,
        shown=shown,
        on=period.last_day,
        months=KINDS[pace(period)[1]].months,
        plan=aims.get(year.number),
        target=aims[max(aims)] if aims else None,
        national=national_of(targets, measured.unit_of_measure),
    )


def own_targets(line: Line, targets: Sequence[Target]) -> list[Target]:
    """The province's, of the programme that the page shows; where that has none, those that stand in no programme.
    Of two of one year the one signed last holds: it comes last."""
    own = [t for t in targets if t.level == Level.PROVINCE]
    code = line.plan.code if line.plan else None
    of_plan = [t for t in own if t.programme and t.programme.code == code]
    return of_plan or [t for t in own if t.programme is None]


def goal_of(line: Line, own: Sequence[Target]) -> tuple[Goal | Reason, bool]:
    """What is aimed at, and whether the starting value was measured another way and left out. So is a target that
    was set before the way of measuring changed: it speaks of something else (domain.md 13)."""
    measured, calendar = line.definition, line.period.calendar
    begun = since(measured)
    comparable = [t for t in own if t.document.signed_on is None or t.document.signed_on >= begun]
    if own and not comparable:
        return Reason.DEFINITION_CHANGED, False
    baseline = Milestone(year_end(line.baseline[0], calendar), line.baseline[1]) if line.baseline else None
    is_barred = baseline is not None and baseline.on < begun
    aimed = [Milestone(year_end(t.year, calendar), t.value) for t in comparable]
    path = figures.path_through(None if is_barred else baseline, aimed)
    if not isinstance(path, Path):
        return path, is_barred
    of_year = measured.over_time != OverTime.STOCK
    return Goal(path, comparable[-1].operator, measured.direction, line.band, of_year=of_year), is_barred


def _reading(measured: Definition, period: Period, shown: Shown, trend: Trend, year: Year) -> Reading:
    value, why = shown.value, barred(measured, shown)
    is_partial = is_partial_sum(measured, shown)
    if value is not None and trend.so_far is not None:
        if isinstance(trend.so_far, Spanned):
            value, is_partial = trend.so_far.value, is_partial or trend.so_far.is_partial
        else:
            why = why or trend.so_far
    return Reading(
        period.last_day,
        value,
        year_before=year.before,
        year_end=year.end,
        qualifier=shown.qualifier,
        is_partial_sum=is_partial,
        barred=why,
    )
