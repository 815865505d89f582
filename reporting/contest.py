"""What each unit reached by one indicator in a period, for a ranking: as it was reported; out of the months or
quarters of a longer period that no round asks for; or by a formula over such figures and over registers. Of what a
reader may not see, and of what holds no place, `ranked` decides. Plain values but for what is kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from indicators.models import Definition, Indicator, Period, Round

from . import ranked
from .asked import Expected, Field, Line, expected_of, lines_of
from .computed import Computed, Given, compute
from .derived import Piece, derive
from .derived_series import making_of
from .figures import Standing
from .formula_counts import NOTHING, Counts
from .known import Known
from .parts import Making, due_on, rules_of
from .ranked import Figure
from .rows import Totals
from .series import since
from .shown import Shown
from .spans import has_row, span_of
from .trend import Then

Said = Mapping[tuple[int, int], Sequence[Any]]  # (period, subject) → what was reported


@dataclass(frozen=True)
class Contest:
    """`line` with whoever is expected about whom; `given`: whatever the figures rest on; `reporters`: who reported
    about whom."""

    line: Line
    figures: dict[int, Figure]
    given: list[Any]
    reporters: dict[int, set[int]]
    measured_since: date
    making: Making | None = None  # of a longer period that no round asks for
    inputs: list["Contest"] = field(default_factory=list)  # of a formula

    @property
    def definition(self) -> Definition:
        return self.line.definition

    def secret_to(self, reader: Any) -> bool:
        is_own = ranked.is_secret(self.definition, self.given, reader)
        return is_own or any(each.secret_to(reader) for each in self.inputs)


def periods_behind(period: Period, rounds: Sequence[Round]) -> list[Period]:
    """Of which figures are read: its own, and those of its parts."""
    return [each for each in (period, *span_of(period, rounds).asked) if has_row(each)]


def rounds_behind(period: Period, rounds: Sequence[Round]) -> list[Round]:
    return [*(r for r in rounds if r.period_id == period.pk), *span_of(period, rounds).rounds]


def contest_of(
    found: Indicator,
    period: Period,
    rounds: Sequence[Round],
    units: Field,
    given: Iterable[Any],
    known: Known,
    totals: Totals,
) -> Contest | None:
    """None where neither the period nor a part of it was asked for it. `given`: what counts, of every indicator."""
    mine = [each for each in given if each.indicator_id == found.pk]
    asked = [r for r in rounds if r.period_id == period.pk]
    if lines := lines_of(asked, units, found, known, totals):
        here = [each for each in mine if each.period_id == period.pk]
        return _as_reported(lines[0], here)
    span = span_of(period, rounds)
    rules = rules_of(span, [found.pk]).get(found.pk, {})
    asking = {pk for of in rules.values() for pk in of}
    if not asking:
        return None
    narrowed = replace(span, rounds=[r for r in span.rounds if r.pk in asking])
    return _of_parts(making_of(found, narrowed, units, known, totals), mine, units, known)


def _as_reported(line: Line, given: list[Any]) -> Contest:
    said = ranked.by_subject(given)
    figures = {u: ranked.figure_of(line.definition, said.get(u, ()), of) for u, of in line.expected.items()}
    return Contest(line, figures, given, reporters_of(given), since(line.definition))


def reporters_of(given: Iterable[Any]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for each in given:
        found[each.subject_id].add(each.reporter_id)
    return found


def _of_parts(making: Making, given: Iterable[Any], units: Field, known: Known) -> Contest:
    """Over reporters first, each part as it was asked, then over time, as the province's figure is made."""
    keys = {each.pk for each in making.parts}
    mine = [each for each in given if each.period_id in keys]
    said: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for each in mine:
        said[each.period_id, each.subject_id].append(each)
    asked = {pk: expected_of(rules, making.measured, units) for pk, rules in making.rules.items()}
    expected = _together(asked.values())
    figures = {unit: _made(making, unit, asked, said, known) for unit in expected}
    line = replace(making.line, expected=expected)
    return Contest(line, figures, mine, reporters_of(mine), since(making.measured), making)


def _together(found: Iterable[Expected]) -> Expected:
    together: Expected = {}
    for each in found:
        for subject, reporters in each.items():
            together[subject] = together.get(subject, set()) | reporters
    return together


def _made(making: Making, unit: int, asked: Mapping[int, Expected], said: Said, known: Known) -> Figure:
    parts: dict[int, Figure] = {}
    pieces = []
    for period in making.parts:
        reporters, given = asked.get(period.pk, {}).get(unit, set()), said.get((period.pk, unit), ())
        then = None
        if given:
            measured = given[0].definition
            parts[period.pk] = ranked.figure_of(measured, given, reporters or {o.reporter_id for o in given})
            then = Then(period, parts[period.pk].shown, since(measured))
        pieces.append(Piece(period, bool(reporters), then, n_expected=len(reporters) or None))
    derived = derive(making.measured, making.frequency, pieces, on=due_on(known))
    behind = [parts[each.pk] for each in derived.behind if each.pk in parts]
    return Figure(
        derived.shown,
        is_estimate=any(each.is_estimate for each in behind),
        is_about=any(each.is_about for each in behind),
        explanation="; ".join(filter(None, (each.explanation for each in behind))),
    )


# --- By a formula


def by_formula(
    line: Line,
    made: Mapping[str, Definition],
    inputs: Mapping[str, Contest],
    period: Period,
    counts: Mapping[int, Counts],
) -> Contest:
    """Of each unit that reported one of its figures, or was to; `counts`: of each unit that owns a counted row."""
    expected = _together(each.line.expected for each in inputs.values())
    expected |= {unit: set() for unit in counts if unit not in expected}
    given = [row for each in inputs.values() for row in each.given]
    figures = {}
    for unit in expected:
        known = {code: each.figures[unit] for code, each in inputs.items() if unit in each.figures}
        of_unit = {code: _given(code, known[code], inputs[code], period) for code in known}
        computed = compute(made, of_unit, period, {}, counts.get(unit, NOTHING))[line.indicator.code]
        figures[unit] = _figure(computed, known.values())
    measured = max([since(line.definition), *(each.measured_since for each in inputs.values())])
    line = replace(line, expected=expected)
    return Contest(line, figures, given, reporters_of(given), measured, inputs=list(inputs.values()))


def _given(code: str, figure: Figure, of: Contest, period: Period) -> Given:
    shown = replace(figure.shown, qualifier="about") if figure.is_about else figure.shown
    return Given(code, then=Then(period, shown, of.measured_since))


def _figure(computed: Computed, inputs: Iterable[Figure]) -> Figure:
    """A formula that has no figure has no data, and says what it lacks."""
    if computed.shown.is_reported:
        return Figure(computed.shown, is_estimate=any(each.is_estimate for each in inputs))
    blank = Shown(Standing.MISSING, unit=computed.shown.unit, derived=computed.shown.derived)
    return Figure(blank, explanation=" ".join(computed.notes))
