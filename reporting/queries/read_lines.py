"""What is read for the lines of a page of the province: who said what, the figures of earlier periods, the targets;
and what formulas make of that. As many queries for one line as for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, Value

from indicators.models import Breakdown, Observation, OverUnits, Period, Round, Target

from .. import figures, formula_counts, parts, past
from ..aims import Aim, elsewhere_of, targets_of
from ..asked import Field, Line
from ..changes import once_replaced, without_reasons
from ..computed import Computed, Given, behind, courses
from ..derived import Derived
from ..figures import Standing
from ..known import Known
from ..plan_lines import Beside, Lines
from ..rows import Totals
from ..series import since
from ..shown import Shown, of_observation, of_total
from ..spans import Span
from ..trend import Then, periods_read


@dataclass(frozen=True)
class Read:
    """A line with all that was read for it: what stands in its own period, its earlier figures, its targets."""

    line: Line
    given: list[Observation]
    earlier: list[Then]
    targets: list[Target]
    derived: Derived | None = None
    computed: Computed | None = None
    elsewhere: list[Aim] = field(default_factory=list)  # what other places reached

    def shown(self, top: int | None) -> Shown:
        if self.computed:
            return self.computed.shown
        return self.derived.shown if self.derived else shown_of(self.line, self.given, top)


def beside(span: Span, found: Iterable[Round], known: Known) -> Beside:
    """Of which other periods `read_lines` wants the totals of a line of a period."""
    periods = _periods(found)
    of_trend, of_parts = past.beside(periods, known), parts.beside(span, periods, known)
    return lambda period: [*of_trend(period), *of_parts]


def _periods(found: Iterable[Round]) -> list[Period]:
    return list(dict.fromkeys(r.period for r in found))


def read_lines(
    chosen: Lines, span: Span, found: list[Round], units: Field, known: Known
) -> tuple[list[Read], list[Line], list[Any]]:
    """The lines of the page in its order, read and computed; every line that was read for it, and all that ever
    stood where something was replaced."""
    wanted = [*chosen.lines, *chosen.inputs]
    made = parts.makings(wanted, span)
    lines = [made[line.indicator.pk].line if line.indicator.pk in made else line for line in wanted]
    if not lines and not chosen.computed:
        return [], [], []
    targets = targets_of([line.indicator.pk for line in (*lines, *chosen.computed)], known)
    asked = _Asked(lines, made, _periods(found), chosen.totals)
    read, replaced = _read(asked, units, known, targets) if lines else ([], [])
    shown = {line.indicator.pk for line in chosen.lines}
    mine = [each for each in read if each.line.indicator.pk in shown]
    if chosen.computed:
        counts = _counts(chosen, asked.periods, known)
        mine += _computed(chosen, read, units, targets, counts)
        mine.sort(key=lambda each: each.line.place)
    return _beside_others(mine, known), lines, replaced


def _beside_others(read: list[Read], known: Known) -> list[Read]:
    """With what other places reached; one query where any is recorded."""
    measured = {e.line.indicator.pk: e.line.definition.unit_of_measure for e in read if e.line.has_references}
    found = elsewhere_of(measured, known)
    return [replace(each, elsewhere=found.get(each.line.indicator.pk, [])) for each in read] if found else read


@dataclass(frozen=True)
class _Asked:
    """`made`: those of the lines that are derived, by indicator. `periods`: all that rounds ask for. `totals`: of
    all that trends need."""

    lines: list[Line]
    made: dict[int, parts.Making]
    periods: list[Period]
    totals: Totals


def _read(
    want: _Asked, units: Field, known: Known, targets: Mapping[int, list[Target]]
) -> tuple[list[Read], list[Any]]:
    """And all that ever stood where something was replaced. One query; definitions are kept."""
    lines, made, periods = want.lines, want.made, want.periods
    spans = parts.wanted_by(made, periods, known)
    wanted = past.wanted_by([line for line in lines if not line.is_derived], periods, known)
    wanted |= {pk: parts.to_read(of, periods) for pk, of in spans.items()}
    asked = _contributions(lines, units.top) | past.said_of(wanted, units.top) | parts.explained(made)
    said, replaced = _observations(asked, lines, known)
    earlier = past.past_of(wanted, said, units.top, known, want.totals)
    here: dict[tuple[int, int], list[Observation]] = defaultdict(list)
    for given in said:
        here[given.period_id, given.indicator_id].append(given)
    derived = parts.made_of(made, spans, earlier, units, periods, known)
    read = [
        Read(
            line,
            [each for period in of.behind for each in here[period.pk, pk]],
            of.earlier,
            targets[pk],
            of.derived,
        )
        for line in lines
        for pk in [line.indicator.pk]
        for of in [derived.get(pk) or parts.Made(None, earlier[pk], [line.period])]
    ]
    return read, replaced


def _observations(asked: Q, lines: list[Line], known: Known) -> tuple[list[Observation], list[Any]]:
    """What stands of what the page speaks of, and what ever stood where something was replaced; one query of two
    arms, each by its own index."""
    standing = without_reasons(known.observations().filter(asked, contributes=True), known)
    arms = [
        each.select_related("assessment__explanation").annotate(is_said=Value(is_said)).order_by()
        for each, is_said in ((standing, True), (once_replaced(lines, known), False))
    ]
    found: list[Any] = sorted(arms[0].union(arms[1], all=True), key=lambda row: row.pk)
    measured = past.definitions_of(frozenset(line.indicator.pk for line in lines))
    by_pk = {each.pk: each for of in measured.values() for each in of}
    for row in found:
        row.definition = by_pk[row.definition_id]
    replaced = sorted((row for row in found if not row.is_said), key=lambda row: getattr(row, known.begun))
    return [row for row in found if row.is_said], replaced


def _counts(chosen: Lines, periods: list[Period], known: Known) -> Mapping[Period, formula_counts.Counts]:
    """What the formulas of the page count at the cut-off of its period, and at those of which a trend is made."""
    period = chosen.computed[0].period
    made = behind([line.indicator.code for line in chosen.computed], chosen.formulas)
    wanted = {period, *periods_read(period, periods, least=known.day is not None)}
    found = formula_counts.counted_at(made, {each.last_day for each in wanted}, known)
    return {each: found[each.last_day] for each in wanted} if found else {}


def _computed(
    chosen: Lines,
    read: Sequence[Read],
    units: Field,
    targets: Mapping[int, list[Target]],
    counts: Mapping[Period, formula_counts.Counts],
) -> list[Read]:
    """Of what was read already; a figure stands in from the newest period of those that it is made of."""
    given, earlier = {}, {}
    for each in read:
        line = each.line
        then = Then(line.period, each.shown(units.top), since(line.definition))
        given[line.indicator.code] = Given(line.indicator.code, line.indicator.name, then)
        earlier[line.indicator.code] = each.earlier
    period, found = chosen.computed[0].period, []
    made = courses(chosen.formulas, given, earlier, period, counts)
    for line in chosen.computed:
        course = made[line.indicator.code]
        newest = course.computed.period or period
        line = replace(line, period=newest, is_stand_in=newest != period)
        found.append(Read(line, [], course.earlier, targets[line.indicator.pk], computed=course.computed))
    return found


def _contributions(lines: list[Line], top: int | None) -> Q:
    """What the page speaks of: what is said about the province; percentages alone; what was not available; what was
    explained where everybody may read it; and, where a line may be left out, all that was said."""
    here = [line for line in lines if not line.is_stand_in]
    if not here:
        return Q(pk__in=[])
    summed = [line for line in here if line.sums]
    incomplete = [line for line in summed if line.sums and figures.coverage(line.sums).is_partial]
    without_parts = [line.indicator for line in summed if line.sums and line.sums.n_without_parts]
    said_elsewhere = Q(indicator__in=[line.indicator for line in incomplete]) & ~Q(state="reported")
    optional = Q(indicator__in=[line.indicator for line in incomplete if not line.is_mandatory])
    public = [line.indicator for line in summed if line.definition.breakdown == Breakdown.PUBLIC]
    return Q(period=here[0].period) & (
        Q(subject=top or 0, indicator__in=[line.indicator for line in here])
        | Q(indicator__in=without_parts, state="reported", numerator__isnull=True)
        | said_elsewhere
        | optional
        | Q(indicator__in=public) & ~Q(explanation="")
    )


def shown_of(line: Line, given: list[Observation], top: int | None) -> Shown:
    """The figure of the province: its total, else the one contribution about it as written."""
    if line.sums is not None:
        return of_total(line.definition, line.sums)
    expected = figures.expected_sums(line.expected, top)
    about = [o for o in given if o.subject_id == top]
    if len(about) == 1:
        return of_observation(about[0], line.definition, n_expected=expected.n_expected)
    if about:
        return Shown(Standing.NO_RULE, coverage=figures.coverage(expected))
    is_by_unit = line.definition.over_units == OverUnits.NONE and line.expected and top not in line.expected
    return Shown(Standing.BY_UNIT if is_by_unit else Standing.MISSING, coverage=figures.coverage(expected))
