"""What is wrong or odd in the entries, for every way in: form, Excel, admin, command.

`faults` are of one cell: it is given back as typed and not stored. `findings` are about stored cells, between each
other and against what the unit said before: an error must be mended, a warning explained by a note on the cell.
`problems` are what blocks the hand-in: empty cells, missing reasons, errors, and warnings without an explanation.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from . import history, numbers, rules
from .drafts import EMPTY, Cell, CellKey, cells_of
from .form_rules import rule_of
from .models import (
    Definition,
    EntryState,
    Evidence,
    Observation,
    OverTime,
    Period,
    RoundCheck,
    RoundLine,
    Severity,
    SubjectRule,
    Submission,
    Unit,
    is_scored,
)
from .previous import Previous
from .tree import tree_on

Expected = Mapping[CellKey, RoundLine]
Cells = Mapping[CellKey, Cell]
LookBack = Callable[[Submission, Mapping[history.Place, Definition]], dict[history.Place, Decimal]]


@dataclass(frozen=True)
class Problem:
    """`key` is the cell beside which it is said, `field` where it is mended (empty: the first field of the figure).
    `about` names the line or commune where the sentence stands alone; `answer` is the note that explains a warning.
    """

    key: CellKey | None
    sentence: str
    severity: str = Severity.ERROR
    field: str = ""
    about: str = ""
    answer: str = ""
    is_large_change: bool = False  # against the last period, beyond the definition's limit

    @property
    def is_warning(self) -> bool:
        return self.severity == Severity.WARNING

    @property
    def blocks(self) -> bool:
        return not (self.is_warning and self.answer)

    @property
    def in_full(self) -> str:
        return f"{self.about}: {self.sentence}" if self.about else self.sentence


def faults(definition: Definition, cell: Cell) -> list[str]:
    """Sentences about one reported cell: parts first, then the bounds of the definition."""
    if cell.denominator is not None and cell.denominator <= 0:
        return [_("The denominator must be greater than 0.")]
    found = []
    if definition.is_percent and _part_exceeds_whole(cell):
        found.append(
            _("The part (%(a)s) is larger than the whole (%(b)s).")
            % {"a": as_typed(cell.numerator), "b": as_typed(cell.denominator)}
        )
    elif cell.value is not None:
        found += _bounds(definition, cell.value)
    return found


def _part_exceeds_whole(cell: Cell) -> bool:
    return cell.numerator is not None and cell.denominator is not None and cell.numerator > cell.denominator


def _bounds(definition: Definition, value: Decimal) -> list[str]:
    unit = definition.unit_of_measure
    if definition.lower_bound is not None and value < definition.lower_bound:
        bound = numbers.with_unit(as_typed(definition.lower_bound), unit)
        return [_("The figure cannot be below %(bound)s.") % {"bound": bound}]
    if definition.upper_bound is not None and value > definition.upper_bound:
        bound = numbers.with_unit(as_typed(definition.upper_bound), unit)
        return [_("The figure cannot be above %(bound)s.") % {"bound": bound}]
    return []


def as_typed(number: Decimal | None) -> str:
    """A number with the decimals it needs and no more."""
    if number is None:
        return ""
    exponent = number.normalize().as_tuple().exponent
    return numbers.show(number, max(0, -int(exponent)))


def expected_cells(submission: Submission) -> dict[CellKey, RoundLine]:
    """Every cell of the form, in its order: a line about the unit or the province is one, a grid line one a
    commune (domain.md 6); `is_scored`: points rest on it. Cut off by the day of an act, a report holds no stock."""
    tree = tree_on(submission.round.period.last_day)
    lines = submission.round.lines.select_related("indicator", "definition").annotate(is_scored=is_scored())
    if submission.is_cut_off:
        lines = lines.exclude(definition__over_time=OverTime.STOCK)
    return cells_asked(lines, lambda rule: tree.subjects(rule, submission.unit_id))


def cells_asked(lines: Iterable[RoundLine], subjects: Callable[[str], Iterable[int]]) -> dict[CellKey, RoundLine]:
    """`subjects`: about whom a line of that rule is when the unit reports it."""
    return {(line.pk, subject): line for line in lines for subject in subjects(line.subject_rule)}


def problems(submission: Submission) -> list[Problem]:
    """What blocks the hand-in; empty cells and missing reasons first, missing evidence last."""
    return problems_in(submission, expected_cells(submission), cells_of(submission))


def problems_in(
    submission: Submission, expected: Expected, cells: Cells, known: "Known | None" = None
) -> list[Problem]:
    """The same of cells that are not stored yet, or of many reports at once."""
    odd = [found for found in findings(submission, expected, cells, known) if found.blocks]
    return [*_gaps(expected, cells), *odd, *_without_evidence(submission, expected, cells, known)]


def _gaps(expected: Expected, cells: Cells) -> list[Problem]:
    """Cells left empty, and "not available" without its reason."""
    empty = [k for k, line in expected.items() if _is_empty(line, cells.get(k, EMPTY))]
    why = _("“%(name)s”: state why it could not be collected.")
    found = [
        Problem(key, why % {"name": line.indicator.name}, field="note")
        for key, line in expected.items()
        if cells.get(key, EMPTY).state == EntryState.NOT_AVAILABLE and not cells[key].note
    ]
    if empty:
        sentence = _("%(missing)s of %(total)s lines are still empty.")
        found.insert(0, Problem(empty[0], sentence % {"missing": len(empty), "total": len(expected)}))
    return found


def lacks_evidence(line: RoundLine, cell: Cell, has_evidence: bool) -> bool:
    """Only a figure needs its proof: what could not be collected has a reason instead."""
    return line.asks_evidence and cell.state == EntryState.REPORTED and not has_evidence


def _without_evidence(
    submission: Submission, expected: Expected, cells: Cells, known: "Known | None" = None
) -> list[Problem]:
    """One query where a line asks for it, none elsewhere."""
    if not any(line.asks_evidence for line in expected.values()):
        return []
    if known:
        has = known.proven
    else:
        standing = Evidence.objects.standing().filter(submission=submission).order_by("pk")
        has = set(standing.values_list("line", "subject"))
    found = [
        Problem(key, _("“%(name)s”: attach evidence.") % {"name": line.indicator.name}, field="evidence")
        for key, line in expected.items()
        if lacks_evidence(line, cells.get(key, EMPTY), key in has)
    ]
    return with_subjects(found, submission, expected, known.names if known else None)


def _is_empty(line: RoundLine, cell: Cell) -> bool:
    """Nothing said where something must be, or "reported" without a figure: missing is never stored as reported."""
    if cell.state == EntryState.REPORTED:
        return cell.value is None and cell.numerator is None and not cell.text
    return line.is_mandatory and not cell.state


# --- Against what was, and between lines


@dataclass(frozen=True)
class Known:
    """What `findings` looks up of one report, where somebody has read it for many reports at once."""

    last: Previous
    series: history.Series
    checks: Sequence[RoundCheck]
    names: Mapping[int, str]  # of the communes of a grid
    proven: Set[CellKey]  # the cells that have evidence
    past: history.Past | None = None  # where it was read with the flows that rules add up


def findings(submission: Submission, expected: Expected, cells: Cells, known: Known | None = None) -> list[Problem]:
    """Every error and warning over stored or frozen cells, answered or not: those of single lines first, in the
    order of the form. At most five queries, whatever the number of lines; where all is known already, one at most:
    for a rule that adds flows up.

    A figure counts by its value: its qualifier (gần 400) and its status (ước thực hiện) change nothing here.
    """
    if not expected:
        return []
    if known:
        last, series, checks = known.last, known.series, known.checks
    else:
        definitions = [line.definition for line in expected.values()]
        last, series = history.last_figures(submission, definitions), history.series(submission, definitions)
        checks = list(submission.round.checks.order_by("order", "pk"))
    past = _against_the_past(submission.round.period, expected, cells, last, series) if last or series else ()
    earlier = known.past.earlier_in_year if known and known.past else history.earlier_in_year
    found = [*past, *_between_lines(submission, expected, cells, checks, earlier)]
    return with_subjects(found, submission, expected, known.names if known else None)


def _against_the_past(
    period: Period, expected: Expected, cells: Cells, last: Previous, series: history.Series
) -> Iterator[Problem]:
    """With the unit's own approved figures alone; the first period of a measure has nothing to compare with."""
    for key, line in expected.items():
        cell, place = cells.get(key, EMPTY), (line.indicator_id, key[1])
        if cell.value is None:
            continue
        said = [_against_last(line.definition, cell.value, cell, last.get(place), period)]
        said.append(_against_series(line.definition, cell.value, series.get(place, [])))
        for odd in filter(None, said):
            found = Problem(
                key, odd.sentence, odd.severity, about=line.indicator.name, is_large_change=odd.is_large_change
            )
            yield _asking(found, cell.note) if found.is_warning else found


class Odd(NamedTuple):
    """What a figure is beside the past."""

    severity: str
    sentence: str
    is_large_change: bool = False


def _asking(found: Problem, answer: str) -> Problem:
    return replace(found, field="note", answer=answer)


def _against_last(
    definition: Definition, value: Decimal, cell: Cell, before: Observation | None, period: Period
) -> Odd | None:
    """What cannot fall is refused where it fell, and a running total that fell within its year asks why: then no
    reason is asked for the change as well."""
    if before is None or before.value is None:
        return None
    unit = definition.unit_of_measure
    old = numbers.show_with_unit(before.value, before.decimals, unit, before.qualifier)
    if definition.never_falls and rules.fell(value, before.value):
        sentence = _(
            "This figure cannot fall, but it fell from %(old)s (%(period)s) to %(new)s. "
            "Where the earlier figure is wrong, it has to be adjusted first."
        )
        new = numbers.show_with_unit(value, cell.decimals, unit, cell.qualifier)
        return Odd(Severity.ERROR, sentence % {"old": old, "new": new, "period": before.period})
    if history.adds_up(definition) and rules.fell(value, before.value):
        sentence = _(
            "Since the start of the year, %(new)s (%(period)s) is below the approved %(old)s (%(earlier)s). "
            "Give the reason."
        )
        new = numbers.show_with_unit(value, cell.decimals, unit, cell.qualifier)
        said = {"old": old, "new": new, "period": period, "earlier": before.period}
        return Odd(Severity.WARNING, sentence % said)
    limit = definition.change_limit
    if limit is not None and rules.moved_beyond(limit, now=value, before=before.value):
        sentence = _("Changed by %(pct)s against last period (%(old)s). Give the reason.")
        said = {"pct": _percent(value, before.value), "old": old}
        return Odd(Severity.WARNING, sentence % said, is_large_change=True)
    return None


def _percent(now: Decimal, before: Decimal) -> str:
    moved = numbers.ratio(now - before, abs(before), base=100, decimals=2)
    return f"{'+' if moved > 0 else ''}{as_typed(moved)}%"


def _against_series(definition: Definition, value: Decimal, series: list[Decimal]) -> Odd | None:
    if not rules.is_unusual(definition.outliers, value, series):
        return None
    unit = definition.unit_of_measure
    sentence = _("Unusual beside the %(count)s earlier periods (from %(least)s to %(greatest)s). Give the reason.")
    said = {
        "count": len(series),
        "least": numbers.with_unit(as_typed(min(series)), unit),
        "greatest": numbers.with_unit(as_typed(max(series)), unit),
    }
    return Odd(Severity.WARNING, sentence % said)


def _between_lines(
    submission: Submission, expected: Expected, cells: Cells, rows: Iterable[RoundCheck], look: LookBack
) -> Iterator[Problem]:
    """The round's own rules: lines about each commune are checked commune by commune, all others together. A
    running total that must equal flows is held against what they add up to since the start of the year, and not at
    all where a period of the year has no approved figure."""
    checks = [(check, rule_of(check)) for check in rows]
    if not checks:
        return
    places: dict[int, dict[str, CellKey]] = {}
    for key, line in expected.items():
        subject = key[1] if line.subject_rule == SubjectRule.EACH_COMMUNE else 0
        places.setdefault(subject, {})[line.indicator.code] = key
    flows = {check.pk: _flows_of(rule, expected) for check, rule in checks}
    earlier = _added_up(submission, expected, {code for codes in flows.values() for code in codes}, look)
    for check, rule in checks:
        for keys in places.values():
            if rule.left[0] not in keys or any(keys.get(code) not in earlier for code in flows[check.pk]):
                continue
            figures = {code: cells.get(keys[code], EMPTY).value for code in rule.codes if code in keys}
            for code in flows[check.pk]:
                figures[code] = _plus(figures[code], earlier[keys[code]])
            if rules.holds(rule, figures) is False:
                left = [keys[code] for code in rule.left if code in keys]
                yield _broken(check, rule, figures, left, cells, adds_up=bool(flows[check.pk]))


def _flows_of(rule: rules.Rule, expected: Expected) -> tuple[str, ...]:
    """The flows that a running total must equal; empty for every other rule."""
    if rule.comparison != "eq" or isinstance(rule.right, Decimal):
        return ()
    over_time = {line.indicator.code: line.definition.over_time for line in expected.values()}
    sides = [{over_time.get(code, "") for code in side} for side in (rule.left, rule.right)]
    return rule.right if sides == [{OverTime.RUNNING}, {OverTime.FLOW}] else ()


def _added_up(
    submission: Submission, expected: Expected, codes: set[str], look: LookBack
) -> dict[CellKey | None, Decimal]:
    """What the flows add up to before this period, where that is known. One query, and none where no rule asks."""
    keys = {(line.indicator_id, key[1]): key for key, line in expected.items() if line.indicator.code in codes}
    asked = {place: expected[key].definition for place, key in keys.items()}
    return {keys[place]: added for place, added in look(submission, asked).items()}


def _plus(figure: Decimal | None, earlier: Decimal) -> Decimal | None:
    return None if figure is None else figure + earlier


def _broken(
    check: RoundCheck,
    rule: rules.Rule,
    figures: rules.Figures,
    left: list[CellKey],
    cells: Cells,
    *,
    adds_up: bool,
) -> Problem:
    """A note on any cell of the left side answers a warning."""
    said = "added" if adds_up else check.comparison or check.kind
    found = Problem(left[0], check.sentence or _sentence(said, rule, figures), check.severity)
    notes = (cells[key].note for key in left if key in cells)
    return _asking(found, next(filter(None, notes), "")) if found.is_warning else found


def _sentence(said: str, rule: rules.Rule, figures: rules.Figures) -> str:
    sentences = {
        "together": _("Where %(left)s has a figure, %(right)s must have one too."),
        "exclusive": _("%(left)s and %(right)s cannot both have a figure."),
        "eq": _("%(left)s must be equal to %(right)s."),
        "added": _("%(left)s must be equal to %(right)s, added up since the start of the year."),
        "lte": _("%(left)s must be at most %(right)s."),
        "lt": _("%(left)s must be less than %(right)s."),
        "gte": _("%(left)s must be at least %(right)s."),
        "gt": _("%(left)s must be greater than %(right)s."),
    }
    sides = {"left": _side(rule.left, rule, figures), "right": _side(rule.right, rule, figures)}
    return sentences[said] % sides


def _side(side: rules.Side, rule: rules.Rule, figures: rules.Figures) -> str:
    """ "HT.04 + HT.05 (12)": what a comparison found stands behind the codes."""
    if isinstance(side, Decimal):
        return as_typed(side)
    codes = " + ".join(side)
    return f"{codes} ({as_typed(rules.side_total(side, figures))})" if rule.comparison else codes


def with_subjects(
    found: list[Problem], submission: Submission, expected: Expected, names: Mapping[int, str] | None
) -> list[Problem]:
    """What is about one commune of a grid names it, as it was called on the period's last day (domain.md 4)."""
    grid = {p.key for p in found if p.key and expected[p.key].subject_rule == SubjectRule.EACH_COMMUNE}
    if not grid:
        return found
    wanted = {subject for _line, subject in grid}
    names = _names(wanted, submission) if names is None else names
    return [
        replace(p, about=", ".join(filter(None, (p.about, names[p.key[1]])))) if p.key in grid and p.key else p
        for p in found
    ]


def _names(units: Iterable[int], submission: Submission) -> dict[int, str]:
    named = Unit.objects.with_slice(submission.round.period.last_day).filter(pk__in=units).order_by("pk")
    return {unit.pk: str(unit) for unit in named}
