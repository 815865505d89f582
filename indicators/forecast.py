"""What the province's figures would be if some reports were approved, beside what was published last. Nothing is
written: the same arithmetic as after an approval, over what stands approved and what these reports froze."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from . import numbers, totals
from .calendars import frequency_of
from .drafts import Cell, CellKey
from .models import Definition, Observation, OverTime, Period, RoundLine, Stage, Total
from .rollup import Contribution, Rollup
from .tree import Tree

Handed = Mapping[int, Mapping[CellKey, Cell]]  # reporting unit → its frozen cells


@dataclass(frozen=True)
class Published:
    value: Decimal
    decimals: int
    qualifier: str
    period: Period


@dataclass(frozen=True)
class Forecast:
    """Of one indicator for the province. `value` is None where nothing is there, or a part is missing: then
    `n_without_parts` units gave a percentage alone (domain.md 7)."""

    line: RoundLine
    value: Decimal | None
    decimals: int
    qualifier: str
    n: int
    m: int
    n_without_parts: int
    published: Published | None
    is_comparable: bool  # the same measure over as long a stretch (domain.md 9, 13)


def province_figures(lines: Iterable[RoundLine], period: Period, handed: Handed, tree: Tree) -> list[Forecast]:
    """Six queries. A line that these units only cross-check, or whose figures do not come together at the
    province, has no forecast."""
    asked, expected, given = _standing(lines, period, handed, tree)
    definitions = [line.definition for line in asked]
    root = next((tree.province_of(unit) for unit in handed), None)
    if root is None:
        return []
    published = _published([d.indicator_id for d in definitions], root, period)
    found = []
    for line in asked:
        own = dict(given[line.indicator_id])
        written = _approve(own, line, handed, tree)
        sums = totals.rollups(line.definition, expected[line.indicator_id], own, tree).get(root)
        if sums is None and root in expected[line.indicator_id]:
            sums = _alone(own, root, expected[line.indicator_id][root])
        if sums is not None:
            found.append(_forecast(line, sums, written.get(root), published.get(line.indicator_id), period))
    return found


@dataclass(frozen=True)
class MovedTotal:
    """What stands above, about one subject, before and after the reports would be approved."""

    line: RoundLine
    subject: int
    before: Rollup
    after: Rollup

    def values(self) -> tuple[Decimal | None, Decimal | None]:
        definition = self.line.definition
        return _value(definition, self.before), _value(definition, self.after)


def moved_totals(lines: Iterable[RoundLine], period: Period, handed: Handed, tree: Tree) -> list[MovedTotal]:
    """Every total that these reports would change, the province's before those below it; three queries."""
    asked, expected, given = _standing(lines, period, handed, tree)
    found = []
    for line in asked:
        stands = dict(given[line.indicator_id])
        before = totals.rollups(line.definition, expected[line.indicator_id], stands, tree)
        _approve(stands, line, handed, tree)
        after = totals.rollups(line.definition, expected[line.indicator_id], stands, tree)
        moved = sorted((s for s in after if before[s] != after[s]), key=lambda s: (tree.depth(s), s))
        found += [MovedTotal(line, s, before[s], after[s]) for s in moved]
    return found


def _standing(
    lines: Iterable[RoundLine], period: Period, handed: Handed, tree: Tree
) -> tuple[list[RoundLine], dict[int, totals.Expected], dict[int, totals.Given]]:
    """The lines to which these units contribute, who is expected there, and what stands approved; three queries."""
    asked = [line for line in lines if any(_contributes(line, unit, tree) for unit in handed)]
    definitions = [line.definition for line in asked]
    expected = totals.expected_contributions(definitions, period, tree)
    given = totals.given_at([d.indicator_id for d in definitions], period, Stage.APPROVED)
    return asked, expected, given


def _contributes(line: RoundLine, unit: int, tree: Tree) -> bool:
    return totals.contributes(line.definition, unit, tree)


def _approve(given: totals.Given, line: RoundLine, handed: Handed, tree: Tree) -> dict[int, Cell]:
    """What approval would write over what stands; returns the cells by subject, as they were written."""
    written: dict[int, Cell] = {}
    for unit, cells in handed.items():
        if not _contributes(line, unit, tree):
            continue
        for place in [place for place in given if place[1] == unit]:
            del given[place]
        for (of_line, subject), cell in cells.items():
            if of_line == line.pk:
                given[subject, unit] = Contribution(cell.state, cell.value, cell.numerator, cell.denominator)
                written[subject] = cell
    return written


def _alone(given: totals.Given, root: int, reporters: set[int]) -> Rollup:
    """One source about the province itself: its figure is shown as it was written."""
    (reporter,) = reporters
    said = given.get((root, reporter), Contribution())
    return Rollup(value=said.value, n_expected=1, n_reported=int(said.state == "reported"))


def _forecast(
    line: RoundLine, sums: Rollup, written: Cell | None, published: Published | None, period: Period
) -> Forecast:
    value = _value(line.definition, sums)
    as_written = written is not None and written.value == value
    return Forecast(
        line=line,
        value=value,
        decimals=written.decimals if as_written and written else decimals(line.definition, value),
        qualifier=written.qualifier if as_written and written else "",
        n=sums.n_reported,
        m=sums.n_expected - sums.n_not_applicable,
        n_without_parts=sums.n_without_parts,
        published=published,
        is_comparable=published is not None and is_comparable(line.definition, published.period, period),
    )


def _value(definition: Definition, sums: Rollup | Total) -> Decimal | None:
    if not definition.is_ratio or sums.value is not None:
        return sums.value
    if sums.n_without_parts or sums.numerator is None or not sums.denominator:
        return None
    return numbers.ratio(sums.numerator, sums.denominator, base=definition.ratio_base, decimals=definition.decimals)


def decimals(definition: Definition, value: Decimal | None) -> int:
    if value is None:
        return 0
    return max(definition.decimals if definition.is_ratio else 0, -int(value.normalize().as_tuple().exponent), 0)


def is_comparable(definition: Definition, before: Period, period: Period) -> bool:
    if (definition.measured_since or definition.valid_from) > before.last_day:
        return False
    if definition.over_time == OverTime.RUNNING:
        return before.last_day.year == period.last_day.year
    return definition.over_time != OverTime.FLOW or frequency_of(before.label) == frequency_of(period.label)


def _published(indicators: list[int], root: int, period: Period) -> dict[int, Published]:
    """The newest for each indicator, up to this period: a total, else the figure of the one source."""
    here = {"indicator__in": indicators, "subject": root, "period__day_after_last__lte": period.day_after_last}
    single = Observation.objects.at(Stage.PUBLISHED).filter(contributes=True, value__isnull=False, **here)
    of_many = Total.objects.filter(stage=Stage.PUBLISHED, **here)
    newest: dict[int, Published] = {}
    for o in single.select_related("period").order_by("period__day_after_last", "pk"):
        if o.value is not None:
            newest[o.indicator_id] = Published(o.value, o.decimals, o.qualifier, o.period)
    definitions = {
        d.indicator_id: d for d in Definition.objects.on(period.last_day).filter(indicator__in=indicators)
    }
    for total in of_many.select_related("period").order_by("period__day_after_last", "pk"):
        definition = definitions[total.indicator_id]
        known = newest.get(total.indicator_id)
        value = _value(definition, total)
        if value is not None and (known is None or known.period.day_after_last <= total.period.day_after_last):
            newest[total.indicator_id] = Published(value, decimals(definition, value), "", total.period)
    return newest
