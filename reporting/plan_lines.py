"""The lines that a page of the province shows: what rounds ask for, in the order of one programme, and what is
computed of it by formulas (domain.md 42)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from indicators.formulas import read_saved
from indicators.models import Period, Round

from . import rows
from .asked import (
    Field,
    Line,
    Plan,
    lines_from,
    of_its_programme,
    plan_of,
    plans_of,
)
from .computed import counts_something, leaves
from .formula_counts import Formulas
from .known import TODAY, Known
from .rows import Totals

Beside = Callable[[Period], Iterable[Period]]


@dataclass(frozen=True)
class Lines:
    """The lines of one programme, and the programmes that could be chosen instead."""

    plans: list[Plan]
    plan: Plan | None  # None where no line stands in a programme, or the one asked for is not there
    lines: list[Line]
    computed: list[Line]
    inputs: list[Line]  # that formulas ask for and the page does not show
    formulas: Formulas
    totals: Totals  # the province's, of the lines and of whatever other periods were asked for

    def of_group(self, code: str) -> "Lines":
        computed = [line for line in self.computed if line.group_code == code]
        wanted = leaves([line.indicator.code for line in computed], self.formulas)
        lines = [line for line in self.lines if line.group_code == code]
        rest = [line for line in (*self.lines, *self.inputs) if line.indicator.code in wanted and line not in lines]
        return replace(self, lines=lines, computed=computed, inputs=rest)


def plan_lines(
    period: Period,
    asked: list[Round],
    field: Field,
    code: str = "",
    known: Known = TODAY,
    *,
    parts: Sequence[Round] = (),
    beside: Beside = lambda _period: (),
    totals: Totals | None = None,
) -> Lines:
    """One query of totals; what the rounds of the period ask for and, of what they do not, what was asked for last
    before, and the formulas of the day, are kept. `parts`: the rounds of its parts, which say which programme a
    period opens on that no round asks for. `beside`: of which other periods the page will want totals of a line of
    a period. `totals`: where the page has read them."""
    asked_at = rows.at(period, None, known)
    formulas = rows.of_formulas(period, known) if any(row.any_formula for row in asked_at) else []
    plans = plans_of([*asked_at, *formulas])
    plan = next((p for p in plans if p.code == code), None) if code else plan_of(period, asked or parts, plans)
    mine = (None, plan.code if plan else None)
    made, available = {row.indicator.code: row for row in formulas}, {row.indicator.code for row in asked_at}
    computed = computed_lines([row for row in formulas if row.plan_code in mine], available, period, made=made)
    here = [row for row in asked_at if row.plan_code in mine and row.indicator.code not in made]
    wanted = leaves([line.indicator.code for line in computed], made) - {row.indicator.code for row in here}
    others = [row for row in asked_at if row.indicator.code in wanted]
    totals = totals_of([*here, *others], field, known, beside=beside) if totals is None else totals
    lines, inputs = (lines_from(of, asked, field, totals) for of in (here, others))
    return Lines(plans, plan, lines, computed, inputs, formulas=made, totals=totals)


def totals_of(found: Iterable[Any], field: Field, known: Known, *, beside: Beside) -> Totals:
    """Of rows; one query."""
    given = list(found)
    more = {(each.pk, row.indicator_id) for row in given for each in beside(row.round.period)}
    return rows.totals_at(rows.places(given) | more, field.top, known)


def computed_lines(
    found: Iterable[Any], available: Collection[str], period: Period, *, made: Formulas
) -> list[Line]:
    """Those of which at least one figure is asked for by the end of the period, and those that
    count in a register, which holds something or says that it does not."""
    lines: dict[int, Line] = {}
    for row in found:
        if row.indicator_id in lines:
            continue
        code = row.indicator.code
        if leaves([code], made) & set(available) or counts_something(code, made):
            lines[row.indicator_id] = _computed_line(row, period)
    return list(lines.values())


def _computed_line(row: Any, period: Period) -> Line:
    return Line(
        indicator=row.indicator,
        definition=row,
        period=period,
        is_stand_in=False,
        expected={},
        answered=set(),
        is_mandatory=False,
        sums=None,
        formula=read_saved(row.formula),
        **of_its_programme(row),
    )
