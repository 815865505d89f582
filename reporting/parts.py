"""Lines that no round asks for in a longer period, and that are made of its months or quarters: what was asked
there, of whom, and the figures of the province that come of it (domain.md 9, 11, 19)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q

from indicators.calendars import Frequency
from indicators.clock import today
from indicators.models import Breakdown, Definition, OverUnits, Period, RoundLine

from . import facts, figures
from .asked import Expected, Field, Line, expected_of
from .derived import Derived, Piece, derive
from .figures import Standing
from .known import Known
from .shown import Shown
from .spans import Span, has_row, longer, parts_of
from .trend import Then, periods_read

Rules = dict[int, dict[int, str]]  # period → round → about whom


@dataclass(frozen=True)
class Recipe:
    """What an indicator's figure of the longer period is made of, and what its parts were asked."""

    measured: Definition
    frequency: Frequency
    parts: list[Period]
    rules: Rules

    @property
    def asked(self) -> list[int]:
        return [each.pk for each in self.parts if has_row(each)]


@dataclass(frozen=True)
class Making(Recipe):
    """With its line on the page of the longer period."""

    line: Line


def due_on(known: Known) -> date:
    """Cut-offs before this day are over."""
    return known.day + timedelta(days=1) if known.day else today()


def rules_of(span: Span, indicators: Collection[int]) -> dict[int, Rules]:
    """One query: what the rounds of the parts ask, by indicator."""
    return _rules(frozenset(each.pk for each in span.rounds), frozenset(indicators))


@facts.kept("catalogue")
def _rules(rounds: frozenset[int], indicators: frozenset[int]) -> dict[int, Rules]:
    found: dict[int, Rules] = defaultdict(lambda: defaultdict(dict))
    lines = RoundLine.objects.filter(round__in=rounds, indicator__in=indicators)
    rows = lines.order_by("pk").values_list("indicator", "round__period", "round", "subject_rule")
    for indicator, period, round_id, rule in rows:
        found[indicator][period][round_id] = rule
    return {indicator: {**of} for indicator, of in found.items()}


def makings(lines: Iterable[Line], span: Span) -> dict[int, Making]:
    """By indicator: those among `lines` that stand in from an earlier period although parts of this one were asked
    for. One query; none where nothing can be derived."""
    older = {line.indicator.pk: line for line in lines if line.is_stand_in}
    if not span.is_made or not older:
        return {}
    made = ((pk, making(older[pk], span, rules)) for pk, rules in rules_of(span, older).items())
    return {pk: each for pk, each in made if each is not None}


def making(line: Line, span: Span, rules: Rules) -> Making | None:
    found = span.of(rules)
    if found is None:
        return None
    of_span = replace(
        line,
        period=span.period,
        is_stand_in=False,
        is_derived=True,
        expected={},
        answered=set(),
        sums=None,
        rounds=frozenset(each for of in rules.values() for each in of),
    )
    return Making(line.definition, *found, rules, of_span)


# --- Which figures to read


def wanted_by(made: Mapping[int, Making], periods: Sequence[Period], known: Known) -> dict[int, list[Period]]:
    """The longer periods that the trends are made of, by indicator, oldest first. `periods`: those asked for."""
    if not made:
        return {}
    (period,) = {making.line.period for making in made.values()}
    all_of_them = [*periods, *longer(periods)]
    return dict.fromkeys(made, periods_read(period, all_of_them, least=known.day is not None))


def beside(span: Span, periods: Sequence[Period], known: Known) -> list[Period]:
    """Those of which totals are read for the lines of a longer period; none where nothing is made for it."""
    if not span.is_made:
        return []
    of_trend = periods_read(span.period, [*periods, *longer(periods)], least=known.day is not None)
    return to_read(of_trend, periods)


def to_read(wanted: Iterable[Period], periods: Iterable[Period]) -> list[Period]:
    """The periods with rows whose figures those are made of, their own among them."""
    by_label = {each.label: each for each in periods}
    found: dict[int, Period] = {}
    for period in wanted:
        of_parts = (each for parts in parts_of(period, by_label).values() for each in parts)
        found |= {each.pk: each for each in (period, *of_parts) if has_row(each)}
    return list(found.values())


def explained(made: Mapping[int, Making]) -> Q:
    """Which contributions to read for what was explained where everybody may read it."""
    public = [pk for pk, each in made.items() if each.measured.breakdown == Breakdown.PUBLIC]
    periods = {period for pk in public for period in made[pk].asked}
    return Q(indicator__in=public, period__in=periods) & ~Q(explanation="") if public else Q(pk__in=[])


# --- What comes of them


@dataclass(frozen=True)
class Made:
    """A line with the figures of other periods of its length. `derived` is None where it is not made of parts;
    `behind`: the periods that its figure rests on."""

    derived: Derived | None
    earlier: list[Then]
    behind: list[Period]


def made_of(
    made: Mapping[int, Making],
    wanted: Mapping[int, Sequence[Period]],
    figures_of: Mapping[int, Sequence[Then]],
    field: Field,
    periods: Sequence[Period],
    known: Known,
) -> dict[int, Made]:
    """By indicator. `wanted` as `wanted_by` said, `figures_of` of the periods that `to_read` named."""
    by_label, on, kept = {each.label: each for each in periods}, due_on(known), dict[object, Expected]()
    found = {}
    for pk, making in made.items():
        of_period = {then.period.pk: then for then in figures_of[pk]}
        earlier = earlier_of(making.measured, wanted[pk], of_period, by_label, on=on)
        derived = derived_of(making, of_period, field, on=on, known=kept)
        found[pk] = Made(derived, earlier, derived.behind)
    return found


def derived_of(
    making: Recipe, figures_of: Mapping[int, Then], field: Field, *, on: date, known: dict[object, Expected]
) -> Derived:
    """`figures_of`: by period. `known` keeps what most lines ask alike."""
    measured = making.measured
    pieces = []
    for period in making.parts:
        then, rules = figures_of.get(period.pk), making.rules.get(period.pk, {})
        piece = Piece(period, bool(rules), then)
        if rules and piece.is_partial:
            expected = _expected(rules, measured, field, known)
            if _is_by_unit(measured, expected, field) and then is None:
                piece = replace(piece, then=Then(period, Shown(Standing.BY_UNIT), measured.valid_from))
            else:
                piece = _lacking(piece, rules, expected, field)
        pieces.append(piece)
    return derive(measured, making.frequency, pieces, on=on)


def _expected(rules: dict[int, str], measured: Definition, field: Field, known: dict[object, Expected]) -> Expected:
    key = (tuple(rules.items()), measured.source_kind, measured.source_unit_id)
    if key not in known:
        known[key] = expected_of(rules, measured, field)
    return known[key]


def _is_by_unit(measured: Definition, expected: Expected, field: Field) -> bool:
    return bool(expected) and measured.over_units == OverUnits.NONE and field.top not in expected


def _lacking(piece: Piece, rules: dict[int, str], expected: Expected, field: Field) -> Piece:
    """With the units whose report for this part nobody has published."""
    done = {r.unit for r in field.reports if r.round.pk in rules and r.published_at}
    said = {(subject, reporter) for subject, reporters in expected.items() for reporter in reporters & done}
    names = field.names(figures.lacking(expected, said, field.top))
    return replace(piece, n_expected=figures.expected_sums(expected, field.top).n_expected, missing=names)


def earlier_of(
    measured: Definition,
    wanted: Iterable[Period],
    figures_of: Mapping[int, Then],
    by_label: Mapping[str, Period],
    *,
    on: date,
) -> list[Then]:
    """The figures of other periods of its length: as their own rounds brought them, else made of their parts."""
    found = []
    for period in wanted:
        then = figures_of.get(period.pk)
        if then is None and (made := derived_at(measured, period, figures_of, by_label, on=on)):
            then = made.then(period)
        if then is not None:
            found.append(then)
    return found


def derived_at(
    measured: Definition,
    period: Period,
    figures_of: Mapping[int, Then],
    by_label: Mapping[str, Period],
    *,
    on: date,
) -> Derived | None:
    """Of a period of which nothing but its figures is known: what nobody has a figure of counts as missing."""
    of = Span(period, parts_of(period, by_label), []).of(figures_of)
    if of is None:
        return None
    pieces = [Piece(each, each.pk in figures_of, figures_of.get(each.pk)) for each in of[1]]
    return derive(measured, of[0], pieces, on=on)
