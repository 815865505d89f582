"""All that is read for a ranking and its movement: of the period and the one before, of the indicator or of those
that its formula asks for, as it was asked or out of the parts of a longer period."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from indicators.models import Definition, Indicator, Period, Reader, Round

from .. import facts, ranked, rows
from ..asked import Field, fields_of
from ..computed import behind, leaves
from ..contest import Contest, by_formula, contest_of, periods_behind, rounds_behind
from ..formula_counts import counted_by_owner
from ..known import Known
from ..parts import derived_of, due_on
from ..plan_lines import computed_lines
from ..ranked import Before
from ..rows import Totals
from ..series import follows, pace, since
from ..shown import Shown, of_total
from ..spans import longer, span_of
from ..trend import Then
from .computed_indicator import formulas_of


@dataclass(frozen=True)
class Pool:
    found: Indicator
    period: Period
    before: Period | None  # just before, as it was asked for or out of its parts
    rounds: list[Round]
    known: Known
    fields: dict[Period, Field]
    given: list[Any]
    totals: Totals
    inputs: dict[Period, list[Indicator]] = field(default_factory=dict)  # of a formula, by period

    def units(self, period: Period) -> Field:
        return self.fields[period]

    def rounds_of(self, period: Period) -> list[Round]:
        """That ask for it in the period, or in its parts where it is made of those."""
        asked = [r for r in self.rounds if r.period_id == period.pk]
        return asked or span_of(period, self.rounds).rounds

    def contest(self, period: Period) -> Contest | None:
        if period in self.inputs:
            return self._by_formula(period)
        return self._of(self.found, period)

    def _of(self, found: Indicator, period: Period) -> Contest | None:
        return contest_of(found, period, self.rounds, self.fields[period], self.given, self.known, self.totals)

    def _by_formula(self, period: Period) -> Contest | None:
        made = _formulas(period, self.known)
        found = {each.code: self._of(each, period) for each in self.inputs[period]}
        inputs = {code: each for code, each in found.items() if each is not None}
        counts = counted_by_owner(behind([self.found.code], made), period.last_day, self.known)
        row: Any = made[self.found.code]
        lines = computed_lines([row], inputs, period, made=made)
        return by_formula(lines[0], made, inputs, period, counts) if lines else None

    def whole(self, contest: Contest) -> Shown | None:
        """The province's own figure."""
        line, units = contest.line, self.fields[contest.line.period]
        if contest.line.period in self.inputs:
            span, mine = span_of(line.period, self.rounds), rounds_behind(line.period, self.rounds)
            read = formulas_of([self.found.pk], line.period, mine, span, units, self.known)
            return read[self.found.pk].shown(units.top)
        if making := contest.making:
            of_period = {
                each.pk: Then(each, of_total(making.measured, sums), since(making.measured))
                for each in making.parts
                if (sums := self.totals.get((each.pk, self.found.pk)))
            }
            return derived_of(making, of_period, units, on=due_on(self.known), known={}).shown
        return of_total(line.definition, line.sums) if line.sums else None

    def before_of(self, contest: Contest, kind: str, reader: Reader) -> Before | None:
        if self.before is None:
            return None
        if not contest.making and not contest.inputs:
            last = [o for o in self.given if o.period_id == self.before.pk]
            if last:
                return ranked.as_reported(last, kind, reader)
        then = self.contest(self.before)
        if then is None or not then.given:
            return None
        kinds = self.fields[self.before].tree.kind
        was = {unit: each for unit, each in then.figures.items() if kinds.get(unit) == kind}
        return Before(then.definition, then.measured_since, was, then.reporters, then.secret_to(reader))


def _formulas(period: Period, known: Known) -> dict[str, Definition]:
    return {row.indicator.code: row for row in rows.of_formulas(period, known)}


def _before(period: Period, rounds: list[Round]) -> Period | None:
    asked = list(dict.fromkeys(r.period for r in rounds))
    earlier = [p for p in (*asked, *longer(asked)) if p.day_after_last < period.day_after_last]
    return next((p for p in earlier if pace(p) == pace(period) and follows(p, period)), None)


def read_pool(found: Indicator, period: Period, rounds: list[Round], known: Known) -> Pool:
    """Three queries: reports, totals, and what counts. Which figures a formula asks for is kept."""
    before = _before(period, rounds)
    both = [period, before] if before else [period]
    inputs = _inputs(found, both, known)
    fields = fields_of({each: rounds_behind(each, rounds) for each in both}, known)
    periods = list(dict.fromkeys(p for each in both for p in periods_behind(each, rounds)))
    indicators = list(dict.fromkeys([found, *(each for of in inputs.values() for each in of)]))
    standing = known.observations().filter(indicator__in=indicators, period__in=periods, contributes=True)
    given = list(ranked.with_kinds(standing).select_related("definition").order_by("pk"))
    of_period = periods_behind(period, rounds)
    places = {(each.pk, one.pk) for each in of_period for one in indicators}
    totals = rows.totals_at(places, fields[period].top, known)
    return Pool(found, period, before, rounds, known, fields, given, totals, inputs)


def _inputs(found: Indicator, periods: list[Period], known: Known) -> dict[Period, list[Indicator]]:
    """Of the periods in which a formula computes it."""
    asked: Mapping[Period, set[str]] = {
        each: leaves([found.code], made) for each in periods if found.code in (made := _formulas(each, known))
    }
    codes = frozenset().union(*asked.values())
    by_code = {each.code: each for each in _indicators(codes)} if codes else {}
    return {each: [by_code[code] for code in sorted(of) if code in by_code] for each, of in asked.items()}


@facts.kept("catalogue")
def _indicators(codes: frozenset[str]) -> list[Indicator]:
    return list(Indicator.objects.filter(code__in=codes).order_by("pk"))
