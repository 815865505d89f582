"""How a component came to its points, in words and numbers: "7/13 × 20 = 10,77" (domain.md 32). Plain values."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from indicators import numbers, scoring
from indicators.models import ScoreItem
from indicators.scoring import Best, Given, Points, Rule, Why, Zero

from .figures import places

DECIMALS = 2


def of_why(why: Why) -> str:
    """A sentence."""
    sentences = {
        Why.NO_FIGURE: _("No data yet."),
        Why.NOT_AVAILABLE: _("It could not be collected."),
        Why.NOT_APPLICABLE: _("Does not apply to the unit; its points leave the maximum."),
        Why.MAY_NOT_BE_LEFT_OUT: _("Said not to concern the unit, which this component does not allow."),
        Why.NOTHING_TO_COUNT: _("The denominator is 0, and the rule states no points for that."),
        Why.WAITS: _("Waits until every unit has reported, or the round is closed."),
        Why.OUT_OF_RANGE: _("The points lie below 0 or above the maximum."),
        Why.HIDDEN: _("It rests on figures that are not shown to this account."),
        Why.PARTS_MISSING: _("No part of it has points yet."),
    }
    return sentences[why]


def number(value: Decimal | None) -> str:
    """With the decimals it carries; nothing where there is none."""
    if value is None:
        return ""
    return numbers.show(value, max(0, -int(value.as_tuple().exponent)))


def of_rule(item: ScoreItem) -> str:
    """What the rule asks, whatever a unit has."""
    most = exactly(Fraction(item.maximum))
    if item.rule == Rule.THRESHOLD and item.full_at is not None:
        said = {"share": numbers.show(item.full_at, places(item.full_at)), "most": most}
        return _("%(most)s points from %(share)s%% on, proportional below") % said
    if item.rule == Rule.STEPS:
        return "; ".join(_step(step) for step in scoring.read_steps(item.steps))
    rules = {
        Rule.SUM: _("Sum of its parts, at most %(most)s points"),
        Rule.GIVEN: _("The points as they are given, at most %(most)s"),
        Rule.RATIO: _("Ratio × %(most)s points"),
        Rule.YES_NO: _("Yes: %(most)s points; no: 0"),
        Rule.BEST: _("Ratio over that of the best unit × %(most)s points"),
    }
    return rules[Rule(item.rule)] % {"most": most}


def _step(step: scoring.Step) -> str:
    said = {"least": numbers.show(step.at_least, places(step.at_least)), "points": exactly(Fraction(step.points))}
    return _("from %(least)s on: %(points)s points") % said


def of_zero(item: ScoreItem) -> str:
    """What the rule states of a denominator of 0; empty where it has none."""
    if item.rule not in (Rule.RATIO, Rule.BEST, Rule.THRESHOLD) or item.when_zero == Zero.NO_VALUE:
        return ""
    return _("Where the denominator is 0: %(said)s.") % {"said": str(item.get_when_zero_display()).lower()}


def working(item: ScoreItem, given: Given, points: Points, best: Best) -> str:
    """The numbers put in; empty where there are no points, or nothing to be worked out."""
    if points.points is None or given.part is None:
        return ""
    ratio = scoring.ratio(item.plain, given)
    if item.rule not in (Rule.RATIO, Rule.BEST, Rule.THRESHOLD) or not isinstance(ratio, Fraction):
        return ""
    most, result = exactly(Fraction(item.maximum)), exactly(points.points)
    share = _share(given, ratio)
    if item.rule == Rule.BEST and isinstance(best, Fraction):
        share = f"({share}) ÷ {exactly(best, 4)}"
    if item.rule == Rule.THRESHOLD and item.full_at is not None:
        share = f"({share}) ÷ {numbers.show(item.full_at, places(item.full_at))}%"
    sign = "=" if points.points == ratio * Fraction(item.maximum) or item.rule != Rule.RATIO else "→"
    return f"{share} × {most} {sign} {result}"


def _share(given: Given, ratio: Fraction) -> str:
    if given.whole is None or given.part is None:
        return exactly(ratio, 4)
    if given.whole == 100:
        return f"{numbers.show(given.part, places(given.part))}%"
    return f"{numbers.show(given.part, places(given.part))}/{numbers.show(given.whole, places(given.whole))}"


def exactly(exact: Fraction, most: int = DECIMALS) -> str:
    """With as many decimals as it needs, up to `most`."""
    shown = scoring.shown(exact, most)
    return numbers.show(shown, places(shown))
