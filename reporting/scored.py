"""The figures that units are scored by (domain.md 26, 32): of a year, about the units of one kind, each as the unit
reported it, as reviewers have it, and as it counts. Plain values: nothing is read here (score_reading.py)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from indicators.calendars import Frequency
from indicators.models import Definition, Period, RoundLine, ScoreItem
from indicators.report_points import reported
from indicators.scoring import Best, Given, Rule, Why, best_of

from .asked import Field
from .figures import Coverage, Standing
from .shown import Shown

MISSING = Shown(Standing.MISSING, coverage=Coverage(0, 1))
WHY = {Standing.NOT_AVAILABLE: Why.NOT_AVAILABLE, Standing.NOT_APPLICABLE: Why.NOT_APPLICABLE}


class Whose(StrEnum):
    REPORTED = "reported"  # điểm tự đánh giá
    VERIFIED = "verified"  # điểm thẩm định
    COUNTED = "counted"


@dataclass(frozen=True)
class Recipe:
    """What an indicator's figure of a year is: `parts` is the year's own period, or those it is made of."""

    definition: Definition
    year: Period
    parts: list[Period]
    frequency: Frequency | None  # None: a round asks for the year itself
    lines: list[RoundLine]

    def rules(self, period: Period) -> dict[int, str]:
        """Of the rounds of one part: about whom they ask."""
        return {line.round_id: line.subject_rule for line in self.lines if line.round.period_id == period.pk}

    @property
    def is_closed(self) -> bool:
        """Nothing more can come in."""
        return all(line.round.is_locked for line in self.lines)


@dataclass(frozen=True)
class Figure:
    """Of one indicator about one unit. `rows` are the observations behind it, oldest first."""

    recipe: Recipe
    shown: Mapping[Whose, Shown]
    rows: list[Any] = field(default_factory=list)
    is_seen: bool = True
    is_sure: bool = True  # nothing in it is an estimate or only about right

    def given(self, whose: Whose) -> Given:
        if not self.is_seen:
            return Given(why=Why.HIDDEN)
        return given_of(self.shown[whose], self.recipe.definition)


Figures = dict[int, Figure]  # by indicator


@dataclass(frozen=True)
class Year:
    """Who was asked in a year, and what they said."""

    field: Field
    cut_off: date
    recipes: dict[int, Recipe]
    asked: list[int]  # the units of the kind of whom some component was asked, in the Vietnamese order
    of_units: dict[int, Figures]

    @property
    def is_illustrative(self) -> bool:
        return any(line.round.is_illustrative for recipe in self.recipes.values() for line in recipe.lines)


def given_of(shown: Shown, definition: Definition) -> Given:
    """As a rule looks at it; of a sum that is not whole yet there is none."""
    if not shown.is_reported:
        return Given(why=WHY.get(shown.standing, Why.NO_FIGURE))
    if shown.coverage.is_partial:
        return Given(why=Why.NO_FIGURE)
    return reported(definition, shown.value, shown.numerator, shown.denominator)


def given(item: ScoreItem, of: Figures, whose: Whose) -> Given:
    """What a component's rule is given: one figure, or one over that of another indicator."""
    part = _one(item.indicator_id, of, whose)
    if item.base_indicator_id is None or not part.is_known:
        return part
    whole = _one(item.base_indicator_id, of, whose)
    if not whole.is_known:
        return whole
    return Given(_value(item.indicator_id, of, whose), _value(item.base_indicator_id, of, whose))


def _value(indicator: int | None, of: Figures, whose: Whose) -> Decimal | None:
    return of[indicator or 0].shown[whose].value


def _one(indicator: int | None, of: Figures, whose: Whose) -> Given:
    return of[indicator].given(whose) if indicator in of else Given(why=Why.NO_FIGURE)


def best(items: Iterable[ScoreItem], year: Year, whose: Whose) -> dict[str, Best]:
    """The ratio of the best unit, of components that are measured by it; of a year that is closed whoever said
    nothing is waited for no longer. It is the figure of one unit, so it is for who may read those of all
    (domain.md 41), and so are the points that would tell it."""
    return {item.code: _best(item, year, whose) for item in items if item.rule == Rule.BEST}


def _best(item: ScoreItem, year: Year, whose: Whose) -> Best:
    said = [given(item, year.of_units[unit], whose) for unit in year.asked]
    if any(each.why == Why.HIDDEN for each in said):
        return Why.HIDDEN
    recipes = [year.recipes.get(key) for key in (item.indicator_id, item.base_indicator_id) if key]
    if all(recipe is not None and recipe.is_closed for recipe in recipes):
        said = [each for each in said if each.why != Why.NO_FIGURE]
    return best_of(item.plain, said)
