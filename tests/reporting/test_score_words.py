"""How a component came to its points, in words: each rule, each reason, the numbers put in."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override

from indicators import scoring
from indicators.models import ScoreItem
from indicators.scoring import Given, Why
from reporting import score_words


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def item(rule: str, maximum: str = "20", **facts) -> ScoreItem:
    return ScoreItem(code="1", maximum=Decimal(maximum), rule=rule, **facts)


def worked(of: ScoreItem, part: str, whole: str | None = None, best: Fraction | None = None) -> str:
    given = Given(Decimal(part), Decimal(whole) if whole else None)
    return score_words.working(of, given, scoring.points(of.plain, given, best), best)


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (item("sum"), "Sum of its parts, at most 20 points"),
        (item("given"), "The points as they are given, at most 20"),
        (item("ratio", "12.5"), "Ratio × 12,5 points"),
        (item("yes_no"), "Yes: 20 points; no: 0"),
        (item("best"), "Ratio over that of the best unit × 20 points"),
        (item("threshold", full_at=Decimal("79.5")), "20 points from 79,5% on, proportional below"),
        (item("steps", steps="4: 20; 1: 2,5"), "from 4 on: 20 points; from 1 on: 2,5 points"),
    ],
)
def test_every_rule_is_said(of: ScoreItem, said: str) -> None:
    assert score_words.of_rule(of) == said


@pytest.mark.parametrize(
    ("of", "numbers", "said"),
    [
        (item("ratio"), ("7", "13"), "7/13 × 20 = 10,77"),
        (item("ratio"), ("15", "13"), "15/13 × 20 → 20"),  # not more than all of it
        (item("ratio"), ("53.8", "100"), "53,8% × 20 = 10,76"),
        (item("ratio"), ("0.8", None), "0,8 × 20 = 16"),
        (item("ratio", full_at=Decimal(5)), ("4", None), "0,8 × 20 = 16"),
        (item("threshold", full_at=Decimal(80)), ("40", "100"), "(40%) ÷ 80% × 20 = 10"),
    ],
)
def test_the_numbers_are_put_in(of: ScoreItem, numbers: tuple[str, str | None], said: str) -> None:
    assert worked(of, *numbers) == said


def test_the_best_unit_stands_in_the_working() -> None:
    assert worked(item("best"), "1", "4", Fraction(1, 2)) == "(1/4) ÷ 0,5 × 20 = 10"


@pytest.mark.parametrize("of", [item("given"), item("yes_no"), item("steps", steps="1: 5")])
def test_where_nothing_is_worked_out_nothing_is_said(of: ScoreItem) -> None:
    assert worked(of, "1") == ""


def test_a_ratio_of_nothing_is_not_worked_out() -> None:
    assert worked(item("ratio", when_zero="all_points"), "0", "0") == ""
    assert worked(item("best"), "1", "4") == ""  # it waits


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (item("ratio", when_zero="all_points"), "Where the denominator is 0: all points."),
        (item("ratio"), ""),
        (item("yes_no", when_zero="all_points"), ""),
    ],
)
def test_what_a_denominator_of_0_means_is_said_where_it_is_stated(of: ScoreItem, said: str) -> None:
    assert score_words.of_zero(of) == said


def test_every_reason_has_a_sentence() -> None:
    assert {why for why in Why if not score_words.of_why(why).endswith(".")} == set()


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, ""), (Decimal("70.00"), "70,00"), (Decimal("1234"), "1.234"), (Decimal("0.8002"), "0,8002")],
)
def test_a_number_keeps_the_decimals_it_carries(value: Decimal | None, said: str) -> None:
    assert score_words.number(value) == said
