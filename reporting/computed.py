"""A figure that a formula gives: of the figures of one unit, or of the province, as its page shows them. Evaluated
when it is read and never stored (domain.md 9-11). Plain values: nothing is read here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from indicators.formulas import Formula, Lacking, Piece, codes, evaluate, pieces, read_saved, within_reach
from indicators.formulas.evaluating import ZERO_BELOW, Input
from indicators.models import Definition, Period

from . import figures
from .figures import Coverage, Reason, Standing
from .series import since
from .shown import NOBODY, Shown
from .trend import Then

Formulas = Mapping[str, Definition]  # code of an indicator → the definition that computes it
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


@dataclass(frozen=True)
class Computed:
    """`inputs` in the order of the formula; `pieces` the formula as it is shown, each code apart."""

    code: str
    shown: Shown
    pieces: list[Piece]
    inputs: list[Given]
    measured_since: date
    lacking: tuple[Lacking, ...] = ()

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def notes(self) -> list[str]:
        """Why there is no figure, and what is missing in it: never silently partial."""
        if not self.shown.is_reported:
            return _why(self.lacking)
        zeros = [each.code for each in self.inputs if each.shown.is_empty]
        partial = "; ".join(each.said for each in self.inputs if each.said)
        said = [_("Partial: %(inputs)s.") % {"inputs": partial}] if partial else []
        return (
            [*said, _("Counted as 0 without a figure: %(codes)s.") % {"codes": ", ".join(zeros)}] if zeros else said
        )

    @property
    def period(self) -> Period | None:
        """The newest that a figure of it is of."""
        known = [each.then.period for each in self.inputs if each.then]
        return max(known, key=lambda period: (period.day_after_last, period.pk), default=None)

    def then(self, period: Period) -> Then:
        return Then(period, self.shown, self.measured_since)


def compute(
    made: Formulas, given: Mapping[str, Given], period: Period, names: Mapping[str, str]
) -> dict[str, Computed]:
    """Every formula of `made` at one period. `given`: the figures that were reported, by code; one that is not
    among them was asked of nobody. Formulas over formulas take the inner figure as it is shown."""
    found: dict[str, Computed] = {}
    for code in made:
        _resolve(code, _Sheet(made, given, period, names, found), ())
    return found


@dataclass(frozen=True)
class _Sheet:
    made: Formulas
    given: Mapping[str, Given]
    period: Period
    names: Mapping[str, str]
    found: dict[str, Computed]


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
    shown, lacking = _evaluated(formula, values, definition)
    known = [each.then.measured_since for each in inputs if each.then]
    computed = Computed(
        code=code,
        shown=_carried(shown, inputs),
        pieces=pieces(formula) if formula else [],
        inputs=inputs,
        measured_since=max([since(definition), *known]),
        lacking=lacking,
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
    formula: Formula | None, values: Mapping[str, Input], definition: Definition
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
    outcome = evaluate(formula, values)
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


def _carried(shown: Shown, inputs: Sequence[Given]) -> Shown:
    """The least covered input says how much stands behind the figure; an estimate among them makes it one."""
    if not shown.is_reported:
        return shown
    counted = [each.shown.coverage for each in inputs if each.shown.coverage.m]
    status = next((each.shown.status for each in inputs if each.shown.status), "")
    return replace(shown, coverage=min(counted, key=_share, default=NOBODY), status=status)


def _share(coverage: Coverage) -> tuple[Fraction, int]:
    return Fraction(coverage.n, coverage.m), -coverage.m


def _why(lacking: Sequence[Lacking]) -> list[str]:
    """One sentence a reason, naming the codes."""
    of_reason: dict[str, list[str]] = {}
    for each in lacking:
        of_reason.setdefault(each.reason, []).append(each.of)
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
) -> dict[str, Course]:
    """By code. `past`: the figures of earlier periods that were reported, by code."""
    names = {code: each.name for code, each in given.items()}
    of_period: dict[Period, dict[str, Given]] = {}
    for code, thens in past.items():
        for then in thens:
            of_period.setdefault(then.period, {})[code] = Given(code, names.get(code, ""), then)
    now = compute(made, given, period, names)
    earlier: dict[str, list[Then]] = {code: [] for code in made}
    for each, known in of_period.items():
        for code, computed in compute(made, known, each, names).items():
            is_whole = leaves([code], made) <= set(known)  # else another page may show more there
            if is_whole and computed.shown.is_reported and each != period:
                earlier[code].append(computed.then(each))
    return {code: Course(computed, earlier[code]) for code, computed in now.items()}
