"""An indicator that a formula computes, as its own page reads it: what its figures rest on, in which rounds that
was asked for, and its figures of earlier periods. A round that asks for it itself brings cross-checks alone."""

from collections.abc import Collection, Sequence

from indicators.models import Definition, Indicator, Period, Round

from .. import facts, rows
from ..asked import Field, lines_from, plan_of, plans_of
from ..computed import counts_something, leaves
from ..known import Known
from ..plan_lines import Lines, computed_lines, totals_of
from ..series import SeriesRow, archives_of
from ..spans import Span
from ..trend import Then
from .read_lines import Read, beside, read_lines


def asked_for_it(found: Indicator) -> list[Indicator]:
    """Whose rounds bring its figures: of a formula those of every indicator behind it, as it was and is written,
    and its own, of cross-checks; of one that only counts in registers those of all, for it stands at every cut-off.
    Two queries more, of a formula alone."""
    return list(_behind(found))


@facts.kept("catalogue")
def _behind(found: Indicator) -> list[Indicator]:
    mine = [each for each in found.definitions.all() if each.formula]
    if not mine:
        return [found]
    others = Definition.objects.computed().select_related("indicator").order_by("valid_from", "pk")
    made = {each.indicator.code: each for each in others}
    of_each = [made | {found.code: each} for each in mine]
    behind = set[str]().union(*(leaves([found.code], each) for each in of_each))
    if not behind and any(counts_something(found.code, each) for each in of_each):
        return [found, *Indicator.objects.exclude(pk=found.pk).order_by("pk")]
    return [found, *Indicator.objects.filter(code__in=behind).order_by("pk")]


def computed_of(
    found: Indicator, period: Period, rounds: list[Round], span: Span, field: Field, known: Known
) -> Read:
    """Its line with what the formula gives, in the programme that its page opens on."""
    return formulas_of([found.pk], period, rounds, span, field, known)[found.pk]


def formulas_of(
    indicators: Collection[int], period: Period, rounds: list[Round], span: Span, field: Field, known: Known
) -> dict[int, Read]:
    """Of those among the indicators that a formula computes in the period. As many queries for one as for all: two,
    and three where one counts; none where there is none."""
    formulas = rows.of_formulas(period, known)
    mine = [row for row in formulas if row.indicator_id in indicators]
    if not mine:
        return {}
    asked = [each for each in rounds if each.period_id == period.pk]
    made = {row.indicator.code: row for row in formulas}
    behind = leaves([row.indicator.code for row in mine], made)
    asked_at = rows.at(period, frozenset(behind), known)
    totals = totals_of(asked_at, field, known, beside=beside(span, rounds, known))
    plan = plan_of(period, asked or span.rounds, plans_of(mine))
    first = (None, plan.code if plan else None)
    mine = [row for row in mine if row.plan_code in first] + [row for row in mine if row.plan_code not in first]
    chosen = Lines(
        plans=[],
        plan=plan,
        lines=[],
        computed=computed_lines(mine, behind, period, made=made),
        inputs=lines_from(asked_at, asked, field, totals),
        formulas=made,
        totals=totals,
    )
    read, _all, _replaced = read_lines(chosen, span, rounds, field, known) if chosen.computed else ([], [], [])
    return {each.line.indicator.pk: each for each in read}


def series_of_formula(read: Read, period: Period, rounds: Sequence[Round]) -> list[SeriesRow]:
    """Newest period first: what is computed is approved and published with what it is computed of, and made up or
    of the archive where a round of its figures is."""
    computed = read.computed
    now = [computed.then(period)] if computed and computed.shown.is_reported else []
    thens = sorted([*now, *read.earlier], key=lambda then: then.period.day_after_last, reverse=True)
    return [_row(each, [r for r in rounds if r.period_id == each.period.pk]) for each in thens]


def _row(then: Then, rounds: Sequence[Round]) -> SeriesRow:
    return SeriesRow(
        then.period,
        then.shown,
        approved_at=None,
        published_at=None,
        measured_since=then.measured_since,
        is_illustrative=any(each.is_illustrative for each in rounds),
        archives=archives_of(rounds),
    )
