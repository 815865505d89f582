"""What is read of a year to score the units of one kind (scored.py).

A component takes the year's own figure where a round asks for the year; else that of its months or quarters, as
every other page derives it (derived.py).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from indicators import assessed, calendars
from indicators.calendars import Frequency
from indicators.models import FormKind, Observation, Period, Reader, RoundLine, ScoreItem, UnitKind
from indicators.scoring import Rule

from . import facts, ranked
from .asked import Field, expected_of, field_of, fields_of
from .derived import Piece, derive
from .known import Known
from .parts import due_on
from .scored import MISSING, Figure, Figures, Recipe, Whose, Year
from .series import since
from .shown import Shown
from .spans import Span, parts_of, without_row
from .trend import Then


def recipes_of(indicators: Collection[int], year: int) -> dict[int, Recipe]:
    """By indicator, of those that rounds of the year ask for."""
    by_indicator: dict[int, list[RoundLine]] = defaultdict(list)
    for line in _lines(frozenset(indicators), year):
        by_indicator[line.indicator_id].append(line)
    return {key: _recipe(lines, year) for key, lines in by_indicator.items()}


@facts.kept("catalogue")
def _lines(indicators: frozenset[int], year: int) -> list[RoundLine]:
    """Of the rounds whose cut-off lies in the year, newest first."""
    in_year = {"round__period__day_after_last__gt": date(year, 1, 1)}
    in_year |= {"round__period__day_after_last__lte": date(year + 1, 1, 1)}
    rows = RoundLine.objects.filter(indicator__in=indicators, **in_year)
    rows = rows.exclude(round__form__kind=FormKind.REGISTER).select_related("definition", "round__period")
    return list(rows.order_by("-round__period__day_after_last", "-round__period__first_day", "pk"))


def _recipe(lines: Sequence[RoundLine], year: int) -> Recipe:
    """By the calendar of the newest round."""
    newest = lines[0].round.period
    window = calendars.windows_of_year(year, Frequency.YEAR, newest.calendar)[0]
    mine = [line for line in lines if line.round.period.calendar == newest.calendar]
    by_label = {line.round.period.label: line.round.period for line in mine}
    whole = by_label.get(window.label) or without_row(window)
    definition = lines[0].definition
    if window.label in by_label:
        asked = [line for line in mine if line.round.period_id == whole.pk]
        return Recipe(definition, whole, [whole], None, asked)
    span = Span(whole, parts_of(whole, by_label), [])
    found = span.of({period.pk for period in by_label.values()})
    if found is None:  # only ad-hoc rounds: the last one
        return Recipe(definition, whole, [newest], None, [line for line in mine if line.round.period == newest])
    frequency, parts = found
    keys = {part.pk for part in parts}
    return Recipe(definition, whole, parts, frequency, [line for line in mine if line.round.period_id in keys])


def read_years(
    items: Sequence[ScoreItem],
    years: Sequence[int],
    kind: UnitKind,
    *,
    reader: Reader,
    known: Known,
    alone: int | None = None,
) -> dict[int, Year]:
    """Two queries, whatever the number of years. `alone`: one unit, of whom all is read; of the others only what
    the best unit is found by."""
    indicators = {key for item in items for key in (item.indicator_id, item.base_indicator_id) if key}
    recipes = {year: recipes_of(indicators, year) for year in years}
    by_period: dict[Period, dict[int, Any]] = defaultdict(dict)
    for recipe in (each for of in recipes.values() for each in of.values()):
        for line in recipe.lines:
            by_period[line.round.period][line.round_id] = line.round
    fields = fields_of({period: list(rounds.values()) for period, rounds in by_period.items()}, known)
    said = _said(list(recipes.values()), _wanted(items, alone), reader, known) if by_period else {}
    return {year: _year(year, kind, of, fields, said, known) for year, of in recipes.items()}


def _year(
    year: int,
    kind: UnitKind,
    recipes: dict[int, Recipe],
    fields: Mapping[Period, Field],
    said: Mapping[tuple[int, int, int], list[Any]],
    known: Known,
) -> Year:
    window = calendars.windows_of_year(year, Frequency.YEAR)[0]
    units = field_of(without_row(window), [], known)
    expected = {key: _expected(recipe, fields) for key, recipe in recipes.items()}
    about = {subject for of in expected.values() for of_part in of.values() for subject in of_part}
    asked = [unit for unit in in_order(units) if unit in about and units.tree.kind[unit] == kind]
    return Year(
        units,
        max((recipe.year.last_day for recipe in recipes.values()), default=window.last_day),
        recipes,
        asked,
        {unit: _figures(unit, recipes, expected, said, known) for unit in asked},
    )


def in_order(units: Field) -> list[int]:
    return sorted(units.units, key=lambda u: (units.units[u].sort_on_day or "", u))


def _expected(recipe: Recipe, fields: Mapping[Period, Field]) -> dict[int, dict[int, set[int]]]:
    """By part: subject → who reports about it."""
    return {
        part.pk: expected_of(recipe.rules(part), recipe.definition, fields[part])
        for part in recipe.parts
        if part in fields
    }


def _wanted(items: Iterable[ScoreItem], alone: int | None) -> Q:
    if alone is None:
        return Q()
    by_best = [item for item in items if item.rule == Rule.BEST]
    keys = {key for item in by_best for key in (item.indicator_id, item.base_indicator_id) if key}
    return Q(subject=alone) | Q(indicator__in=keys)


def _said(
    recipes: Sequence[Mapping[int, Recipe]], wanted: Q, reader: Reader, known: Known
) -> dict[tuple[int, int, int], list[Any]]:
    """What counts, by indicator, period and subject; one query."""
    periods = {part.pk for of in recipes for recipe in of.values() for part in recipe.parts}
    indicators = {key for of in recipes for key in of}
    rows = known.observations().filter(wanted, indicator__in=indicators, period__in=periods, contributes=True)
    seen = rows.with_seen(reader, until=known.until).select_related(  # type: ignore[attr-defined]
        "definition", "period", "assessment__explanation"
    )
    found: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
    for row in seen.order_by("pk"):
        found[row.indicator_id, row.period_id, row.subject_id].append(row)
    return found


def _figures(
    unit: int,
    recipes: Mapping[int, Recipe],
    expected: Mapping[int, Mapping[int, Mapping[int, set[int]]]],
    said: Mapping[tuple[int, int, int], list[Any]],
    known: Known,
) -> Figures:
    found = {}
    for key, recipe in recipes.items():
        reporters = {part: of[unit] for part, of in expected[key].items() if unit in of}
        rows = {part.pk: said.get((key, part.pk, unit), []) for part in recipe.parts}
        if reporters or any(rows.values()):
            found[key] = _figure(recipe, reporters, rows, known)
    return found


def _figure(
    recipe: Recipe, reporters: Mapping[int, set[int]], rows: Mapping[int, list[Any]], known: Known
) -> Figure:
    flat = [row for part in recipe.parts for row in rows[part.pk]]
    shown = {whose: _shown(recipe, reporters, rows, known, whose) for whose in _stages(flat)}
    counted = shown[Whose.COUNTED]
    return Figure(
        recipe,
        {whose: shown.get(whose, counted) for whose in Whose},
        flat,
        is_seen=all(row.is_seen for row in flat),
        is_sure=not any(row.qualifier or row.status == "estimate" for row in flat if row.state == "reported"),
    )


def _stages(rows: Iterable[Any]) -> Iterable[Whose]:
    """Where no reviewer has another figure all three are one."""
    return Whose if any(row.assessment_id for row in rows) else (Whose.COUNTED,)


def _shown(
    recipe: Recipe,
    reporters: Mapping[int, set[int]],
    rows: Mapping[int, list[Any]],
    known: Known,
    whose: Whose,
) -> Shown:
    parts = {part.pk: [_as_of(row, whose) for row in rows[part.pk]] for part in recipe.parts}

    def of(part: Period) -> Shown | None:
        given = parts[part.pk]
        by = reporters.get(part.pk) or {row.reporter_id for row in given}
        return ranked.figure_of(recipe.definition, given, by).shown if given else None

    if recipe.frequency is None:
        return of(recipe.parts[0]) or MISSING
    pieces = [_piece(part, of(part), part.pk in reporters, rows[part.pk]) for part in recipe.parts]
    return derive(recipe.definition, recipe.frequency, pieces, on=due_on(known)).shown


def _piece(part: Period, shown: Shown | None, is_asked: bool, rows: Sequence[Any]) -> Piece:
    then = Then(part, shown, since(rows[0].definition)) if shown else None
    return Piece(part, is_asked, then, n_expected=1 if is_asked else None)


def _as_of(row: Observation, whose: Whose) -> Observation:
    """The same figure as the unit reported it, or as the reviewer has it; a row that is saved nowhere."""
    if whose == Whose.COUNTED or row.assessment is None:
        return row
    theirs = row.assessment.reported if whose == Whose.REPORTED else assessed.figure(row.assessment)
    numbers = {name: None if theirs[name] is None else Decimal(theirs[name]) for name in assessed.NUMBERS}
    words = {name: theirs[name] for name in assessed.FIGURE if name not in numbers}
    return Observation(
        reporter_id=row.reporter_id,
        subject_id=row.subject_id,
        period_id=row.period_id,
        explanation=row.explanation,
        **numbers,
        **words,
    )
