"""What is wrong in the entries. `faults` are of one cell: it is given back as typed and not stored.
`problems` are of the report as a whole: they stay in the draft and block the hand-in."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from . import numbers
from .drafts import EMPTY, Cell, CellKey, cells_of
from .models import Definition, EntryState, RoundLine, Submission
from .tree import tree_on


@dataclass(frozen=True)
class Problem:
    key: CellKey | None
    sentence: str


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
    commune (domain.md 6)."""
    tree = tree_on(submission.round.period.last_day)
    lines = submission.round.lines.select_related("indicator", "definition")
    return {
        (line.pk, subject): line
        for line in lines
        for subject in tree.subjects(line.subject_rule, submission.unit_id)
    }


def problems(submission: Submission) -> list[Problem]:
    """What blocks the hand-in: cells left empty, and "not available" without its reason."""
    cells = cells_of(submission)
    expected = expected_cells(submission)
    empty = [k for k, line in expected.items() if _is_empty(line, cells.get(k, EMPTY))]
    found = [
        Problem(key, _("“%(name)s”: state why it could not be collected.") % {"name": line.indicator.name})
        for key, line in expected.items()
        if cells.get(key, EMPTY).state == EntryState.NOT_AVAILABLE and not cells[key].note
    ]
    if empty:
        sentence = _("%(missing)s of %(total)s lines are still empty.")
        found.insert(0, Problem(empty[0], sentence % {"missing": len(empty), "total": len(expected)}))
    return found


def _is_empty(line: RoundLine, cell: Cell) -> bool:
    """Nothing said where something must be, or "reported" without a figure: missing is never stored as reported."""
    if cell.state == EntryState.REPORTED:
        return cell.value is None and cell.numerator is None and not cell.text
    return line.is_mandatory and not cell.state
