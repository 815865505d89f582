"""The lines that a page of the province shows: what rounds ask for, in the order of one programme, and what is
computed of it by formulas (domain.md 42)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, Value

from indicators.models import Definition, Period, Round, RoundLine

from .asked import (
    Field,
    Line,
    Plan,
    in_programmes,
    lines_from,
    of_its_programme,
    plan_of,
    plans_of,
    rows_asked,
)
from .computed import Formulas, leaves, read_formula
from .known import TODAY, Known


@dataclass(frozen=True)
class Lines:
    """The lines of one programme, and the programmes that could be chosen instead."""

    plans: list[Plan]
    plan: Plan | None  # None where no line stands in a programme, or the one asked for is not there
    lines: list[Line]
    computed: list[Line]
    inputs: list[Line]  # that formulas ask for and the page does not show
    formulas: Formulas

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
) -> Lines:
    """One query, and another where there are formulas: what the rounds of the period ask for and, of what they do
    not, what was asked for last before, with the province's published totals; and the formulas of the day.
    `parts`: the rounds of its parts, which say which programme a period opens on that no round asks for."""
    rows = rows_asked(wanted_at(period), field, known, leads_on=period.last_day)
    formulas = formula_rows(period, known) if any(row.any_formula for row in rows) else []
    plans = plans_of([*rows, *formulas])
    plan = next((p for p in plans if p.code == code), None) if code else plan_of(period, asked or parts, plans)
    mine = (None, plan.code if plan else None)
    computed = computed_lines(formulas, {row.indicator.code for row in rows}, period, of=mine)
    made = {row.indicator.code: row for row in formulas}
    here = [row for row in rows if row.plan_code in mine and row.indicator.code not in made]
    wanted = leaves([line.indicator.code for line in computed], made) - {row.indicator.code for row in here}
    others = [row for row in rows if row.indicator.code in wanted]
    return Lines(
        plans, plan, lines_from(here, asked, field), computed, lines_from(others, asked, field), formulas=made
    )


def wanted_at(period: Period, codes: Collection[str] | None = None) -> Q:
    """Lines of the rounds of a period and, of what these do not ask for, of the last ones before; of all indicators
    or of some."""
    ended = Q(round__period__day_after_last__lte=period.day_after_last) & ~Q(round__period=period)
    later = RoundLine.objects.filter(
        ended,
        indicator=OuterRef("indicator"),
        round__period__day_after_last__gt=OuterRef("round__period__day_after_last"),
    )
    now_asked = RoundLine.objects.filter(round__period=period, indicator=OuterRef("indicator"))
    of_some = Q() if codes is None else Q(indicator__code__in=codes)
    return of_some & (Q(round__period=period) | (ended & ~Exists(now_asked) & ~Exists(later)))


def formula_rows(period: Period, known: Known) -> list[Any]:
    """One query: definitions that compute a figure on the cut-off day, each once for every programme that holds its
    indicator."""
    held = Definition.objects.on(period.last_day).computed().select_related("indicator")
    rows = held.annotate(order=Value(0), **in_programmes(known, period.last_day))
    return list(rows.order_by("indicator__code", "pk", "indicator__programme_places__programme__code"))


def computed_lines(
    rows: Iterable[Any], available: Collection[str], period: Period, *, of: Collection[str | None]
) -> list[Line]:
    """Of some programmes: those of which at least one figure is asked for by the end of the period."""
    all_of_them = list(rows)
    made = {row.indicator.code: row for row in all_of_them}
    found: dict[int, Line] = {}
    for row in all_of_them:
        if row.plan_code not in of or row.indicator_id in found:
            continue
        if leaves([row.indicator.code], made) & set(available):
            found[row.indicator_id] = _computed_line(row, period)
    return list(found.values())


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
        formula=read_formula(row.formula),
        **of_its_programme(row),
    )
