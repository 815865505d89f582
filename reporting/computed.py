"""A figure that a formula gives: of the figures of one unit, or of the province, as its page shows them. Evaluated
when it is read and never stored (domain.md 9-11). Plain values: nothing is read here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _

from indicators.formulas import Count, Formula, Lacking, Piece, codes, evaluate, pieces, read_saved, within_reach
from indicators.formulas.evaluating import ZERO_BELOW, Input
from indicators.models import Definition, Period

from . import figures
from .figures import Coverage, Reason, Standing
from .formula_counts import NO_LIST, NO_REGISTER, NOTHING, UNDECIDED, Counts, Formulas, InRegister, counts_in
from .series import since
from .shown import NOBODY, Shown
from .trend import Then

CIRCLE, TOO_LARGE, UNREADABLE = "circle", "too_large", "unreadable"


def leaves(wanted: Iterable[str], formulas: Formulas) -> set[str]:
    """The codes that are no formulas themselves, behind all of these."""
    found, seen, waiting = set(), set[str](), list(wanted)
    while waiting:
        code = waiting.pop()
        if code in seen:
            continue
        seen.add(code)
        if code not in formulas:
            found.add(code)
        elif formula := read_saved(formulas[code].formula):
            waiting += codes(formula)
    return found


def behind(wanted: Iterable[str], made: Formulas) -> list[Definition]:
    """These formulas and those within them."""
    found, waiting = dict[str, Definition](), list(wanted)
    while waiting:
        code = waiting.pop()
        if code in found or code not in made:
            continue
        found[code] = made[code]
        formula = read_saved(made[code].formula)
        waiting += codes(formula) if formula else ()
    return list(found.values())


def counts_something(code: str, made: Formulas) -> bool:
    """In a register, by this formula or one within it."""
    return any(counts_in(each) for each in behind([code], made))


@dataclass(frozen=True)
class Given:
    """One figure that a formula asks for, as a page shows it; `then` is None where nobody is asked for it."""

    code: str
    name: str = ""
    then: Then | None = None
    is_hidden: bool = False

    @property
    def shown(self) -> Shown:
        return self.then.shown if self.then else Shown(Standing.MISSING)

    @property
    def said(self) -> str:
        """How much of it there is, where that is not all."""
        if not self.shown.is_reported or not self.shown.coverage.is_partial:
            return ""
        return _("%(code)s is from %(n)s of %(m)s") % {
            "code": self.code,
            "n": self.shown.coverage.n,
            "m": self.shown.coverage.m,
        }


class Linked(NamedTuple):
    """A part of the formula as it is shown: of a figure its code, of a count the address of its rows."""

    text: str
    code: str
    address: str


@dataclass(frozen=True)
class Computed:
    """`inputs` and `counted` in the order of the formula; `pieces` the formula as it is shown, each code apart."""

    code: str
    shown: Shown
    pieces: list[Piece]
    inputs: list[Given]
    measured_since: date
    lacking: tuple[Lacking, ...] = ()
    counted: Sequence[InRegister] = ()
    counted_in: Period | None = None  # of a formula that counts: the period at whose cut-off it does

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def linked(self) -> list[Linked]:
        address: dict[Count | None, str] = {each.count: each.address for each in self.counted}
        return [Linked(each.text, each.code, address.get(each.counts, "")) for each in self.pieces]

    @property
    def notes(self) -> list[str]:
        """Why there is no figure, and what is missing in it: never silently partial."""
        of_registers = self._of_registers
        if not self.shown.is_reported:
            return [*_why(self.lacking), *of_registers]
        zeros = [each.code for each in self.inputs if each.shown.is_empty]
        said = [*(each.said for each in self.inputs), *(each.partial for each in self.counted)]
        partial = "; ".join(filter(None, said))
        notes = [_("Partial: %(inputs)s.") % {"inputs": partial}] if partial else []
        notes += [_("Counted as 0 without a figure: %(codes)s.") % {"codes": ", ".join(zeros)}] if zeros else []
        return [*notes, *of_registers]

    @property
    def _of_registers(self) -> list[str]:
        return (
            [_("The register's rows are an illustration.")] if any(e.is_illustrative for e in self.counted) else []
        )

    @property
    def period(self) -> Period | None:
        """The newest that a figure of it is of."""
        known = [each.then.period for each in self.inputs if each.then]
        known += [self.counted_in] if self.counted_in else []
        return max(known, key=lambda period: (period.day_after_last, period.pk), default=None)

    def then(self, period: Period) -> Then:
        return Then(period, self.shown, self.measured_since)


def compute(
    made: Formulas,
    given: Mapping[str, Given],
    period: Period,
    names: Mapping[str, str],
    counts: Counts = NOTHING,
) -> dict[str, Computed]:
    """Every formula of `made` at one period. `given`: the figures that were reported, by code; one that is not
    among them was asked of nobody. Formulas over formulas take the inner figure as it is shown. `counts`: what
    their counts find at the cut-off of the period; one that is not among them has no value."""
    found: dict[str, Computed] = {}
    for code in made:
        _resolve(code, _Sheet(made, given, period, names, counts, found), ())
    return found


@dataclass(frozen=True)
class _Sheet:
    made: Formulas
    given: Mapping[str, Given]
    period: Period
    names: Mapping[str, str]
    counts: Counts
    found: dict[str, Computed]

    def counted(self, count: Count) -> InRegister:
        return self.counts.get(count) or InRegister(count, Lacking(count.register, NO_REGISTER))


def _resolve(code: str, sheet: _Sheet, above: tuple[str, ...]) -> Computed:
    """`above`: the formulas that wait for this one; a circle among them has no value."""
    if code in sheet.found:
        return sheet.found[code]
    definition = sheet.made[code]
    formula = read_saved(definition.formula)
    asked = codes(formula) if formula else ()
    inputs = [_input(each, sheet, (*above, code)) for each in asked]
    values: dict[str, Input] = {each.code: _value(each) for each in inputs}
    values |= dict.fromkeys(set(asked) & {*above, code}, Lacking(code, CIRCLE))
    counted = [sheet.counted(each) for each in counts_in(definition)]
    shown, lacking = _evaluated(formula, values, counted, definition)
    known = [each.then.measured_since for each in inputs if each.then]
    computed = Computed(
        code=code,
        shown=_carried(shown, inputs, counted),
        pieces=pieces(formula) if formula else [],
        inputs=inputs,
        measured_since=max([since(definition), *known]),
        lacking=lacking,
        counted=counted,
        counted_in=sheet.period if counted else None,
    )
    return sheet.found.setdefault(code, computed)


def _input(code: str, sheet: _Sheet, above: tuple[str, ...]) -> Given:
    name = sheet.names.get(code, "")
    if code in sheet.made and code not in above:
        inner = _resolve(code, sheet, above)
        return Given(code, name, inner.then(inner.period or sheet.period))
    return sheet.given.get(code) or Given(code, name)


def _value(given: Given) -> Input:
    """A number that stands there exactly, or why there is none. What is hidden may be anything, so it is not
    absent; nor is a formula without a value a figure that nobody reported."""
    shown = given.shown
    if given.is_hidden:
        return Lacking(given.code, Reason.HIDDEN)
    if shown.is_empty:
        return Lacking(given.code, Reason.NO_FIGURE, is_absent=True)
    if shown.qualifier:
        return Lacking(given.code, Reason.ABOUT)
    if shown.barred or shown.words or shown.value is None:
        return Lacking(given.code, shown.barred or Reason.NO_NUMBER)
    return shown.value


def _evaluated(
    formula: Formula | None, values: Mapping[str, Input], counted: Sequence[InRegister], definition: Definition
) -> tuple[Shown, tuple[Lacking, ...]]:
    blank = Shown(
        Standing.NOT_COMPUTABLE,
        decimals=definition.decimals,
        unit=definition.unit_of_measure,
        derived=_("computed by formula"),
        reason=Reason.NO_FIGURE,
    )
    if formula is None:
        return blank, (Lacking("", UNREADABLE),)
    of_counts: dict[Count, Input] = {each.count: each.lacking or Decimal(each.counted.n) for each in counted}
    outcome = evaluate(formula, values, counting=of_counts.__getitem__)
    if outcome.value is None:
        return replace(blank, reason=_reason(outcome.lacking)), outcome.lacking
    value = figures.rounded(outcome.value, definition.decimals)
    if not within_reach(value):
        return blank, (Lacking("", TOO_LARGE),)
    return replace(blank, standing=Standing.REPORTED, value=value, reason=None), ()


def _reason(lacking: Sequence[Lacking]) -> Reason:
    if any(each.reason == ZERO_BELOW for each in lacking):
        return Reason.NO_DENOMINATOR
    known = (each.reason for each in lacking if not each.is_absent)
    return next((Reason(each) for each in known if each in set(Reason)), Reason.NO_FIGURE)


def _carried(shown: Shown, inputs: Sequence[Given], counted: Sequence[InRegister]) -> Shown:
    """The least covered input says how much stands behind the figure; an estimate among them makes it one."""
    if not shown.is_reported:
        return shown
    behind = [*(each.shown.coverage for each in inputs), *(each.coverage for each in counted)]
    known = [each for each in behind if each.m]
    status = next((each.shown.status for each in inputs if each.shown.status), "")
    return replace(shown, coverage=min(known, key=_share, default=NOBODY), status=status)


def _share(coverage: Coverage) -> tuple[Fraction, int]:
    return Fraction(coverage.n, coverage.m), -coverage.m


def _why(lacking: Sequence[Lacking]) -> list[str]:
    """One sentence a reason, naming the codes."""
    of_reason: dict[str, list[str]] = {}
    for each in lacking:
        if each.of not in (of := of_reason.setdefault(each.reason, [])):
            of.append(each.of)
    return [_sentence(reason) % {"codes": ", ".join(of)} for reason, of in of_reason.items()]


def _sentence(reason: str) -> str:
    sentences = {
        Reason.NO_FIGURE: _("Cannot be computed: no data on %(codes)s."),
        Reason.ABOUT: _("Cannot be computed: the figure of %(codes)s is only about right."),
        Reason.NO_NUMBER: _("Cannot be computed: what was reported of %(codes)s is not a number."),
        Reason.HIDDEN: _("Cannot be computed: the figure of %(codes)s is not shown to this account."),
        Reason.WITHOUT_PARTS: _("Cannot be computed: of %(codes)s only percentages of units are known."),
        ZERO_BELOW: _("Cannot be computed: the formula divides by 0."),
        TOO_LARGE: _("Cannot be computed: the figure has more digits than can be shown."),
        CIRCLE: _("Cannot be computed: the formulas run in a circle (%(codes)s)."),
        NO_REGISTER: _("Cannot be computed: there is nothing to count as written in %(codes)s."),
        NO_LIST: _("Cannot be computed: no list of %(codes)s is approved up to the cut-off."),
        UNDECIDED: _("Cannot be computed: rows of %(codes)s do not say what the formula counts by."),
        UNREADABLE: _("Cannot be computed: the formula cannot be read."),
    }
    return sentences.get(reason) or _("Cannot be computed: there is no single figure of %(codes)s.")


# --- Over time


@dataclass(frozen=True)
class Course:
    """A computed figure with those of its earlier periods."""

    computed: Computed
    earlier: list[Then] = field(default_factory=list)


def courses(
    made: Formulas,
    given: Mapping[str, Given],
    past: Mapping[str, Sequence[Then]],
    period: Period,
    counts: Mapping[Period, Counts] | None = None,
) -> dict[str, Course]:
    """By code. `past`: the figures of earlier periods that were reported, by code. `counts`: what
    formulas count at the cut-offs of this and earlier periods."""
    names = {code: each.name for code, each in given.items()}
    found = counts or {}
    of_period: dict[Period, dict[str, Given]] = {each: {} for each in found}
    for code, thens in past.items():
        for then in thens:
            of_period.setdefault(then.period, {})[code] = Given(code, names.get(code, ""), then)
    now = compute(made, given, period, names, found.get(period, NOTHING))
    earlier: dict[str, list[Then]] = {code: [] for code in made}
    for each, known in of_period.items():
        for code, computed in compute(made, known, each, names, found.get(each, NOTHING)).items():
            is_whole = leaves([code], made) <= set(known)  # else another page may show more there
            if is_whole and computed.shown.is_reported and each != period:
                earlier[code].append(computed.then(each))
    return {code: Course(computed, earlier[code]) for code, computed in now.items()}
