"""Points by hand-worked cases at the edges of each rule (domain.md 32), and by properties."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import scoring
from indicators.scoring import Given, Item, Points, Rule, Step, Why, Zero

STEPS = (Step(Decimal(4), Decimal(20)), Step(Decimal(3), Decimal(15)), Step(Decimal(2), Decimal(10)))
STEPS += (Step(Decimal(1), Decimal(5)),)


def item(rule: Rule, maximum: str = "20", **facts: object) -> Item:
    return Item("1.1", Decimal(maximum), rule, **facts)  # type: ignore[arg-type]


def figure(part: str, whole: str | None = None) -> Given:
    return Given(Decimal(part), Decimal(whole) if whole else None)


def of(what: Item, said: Given, best: Fraction | None = None) -> Fraction | Why | None:
    found = scoring.points(what, said, best)
    return found.why or found.points


# --- A province of 2022


DTI_2022 = tuple(zip("123456789", (100, 100, 100, 100, 100, 0, 200, 150, 150), strict=True))
DA_NANG = ("1.0000", "0.9000", "0.8253", "0.8487", "0.7578", None, "0.8575", "0.7836", "0.5197")


def test_published_main_indices_of_a_province_reproduce_its_published_index() -> None:
    items = [Item(code, Decimal(most), Rule.RATIO if most else Rule.SUM) for code, most in DTI_2022]
    said = {code: figure(value) for (code, _most), value in zip(DTI_2022, DA_NANG, strict=True) if value}
    found = scoring.score(items, said)
    whole = scoring.total(items, found)
    assert (whole.n, whole.m, whole.maximum) == (8, 8, 1000)
    assert scoring.shown(scoring.index(whole, Decimal(1)) or Fraction(0), 4) == Decimal("0.8002")


# --- Rule by rule


@pytest.mark.parametrize(
    ("part", "whole", "points"),
    [("7", "13", Fraction(140, 13)), ("13", "13", 20), ("14", "13", 20), ("0", "13", 0), ("-1", "13", 0)],
)
def test_a_ratio_is_a_share_of_the_maximum_and_never_more(part: str, whole: str, points: int) -> None:
    assert of(item(Rule.RATIO), figure(part, whole)) == points


@pytest.mark.parametrize(
    ("said", "points", "maximum"),
    [
        (Zero.NO_VALUE, Why.NOTHING_TO_COUNT, 20),
        (Zero.NO_POINTS, 0, 20),
        (Zero.ALL_POINTS, 20, 20),
        (Zero.NOT_APPLICABLE, Why.NOT_APPLICABLE, 0),
    ],
)
@pytest.mark.parametrize("rule", [Rule.RATIO, Rule.THRESHOLD, Rule.BEST])
def test_a_denominator_of_0_is_what_the_rule_says(rule: Rule, said: Zero, points: object, maximum: int) -> None:
    what = item(rule, when_zero=said, full_at=Decimal(80) if rule == Rule.THRESHOLD else None)
    assert of(what, figure("0", "0"), Fraction(1, 2)) == points
    assert scoring.points(what, figure("0", "0"), Fraction(1, 2)).maximum == maximum


@pytest.mark.parametrize(
    ("meetings", "points"),
    [("0", 0), ("0.9", 0), ("1", 5), ("2", 10), ("3", 15), ("3.9", 15), ("4", 20), ("9", 20)],
)
def test_the_highest_step_that_is_reached_gives_the_points(meetings: str, points: int) -> None:
    assert of(item(Rule.STEPS, steps=STEPS), figure(meetings)) == points


def test_yes_gives_all_and_no_gives_nothing() -> None:
    assert of(item(Rule.YES_NO), figure("1")) == 20
    assert of(item(Rule.YES_NO), figure("0")) == 0


@pytest.mark.parametrize(
    ("share", "points"), [("0", 0), ("40", 10), ("79.99", Fraction(7999, 400)), ("80", 20), ("81", 20), ("100", 20)]
)
def test_a_threshold_gives_all_from_its_share_on_and_is_proportional_below(share: str, points: Fraction) -> None:
    assert of(item(Rule.THRESHOLD, full_at=Decimal(80)), figure(share, "100")) == points


def test_the_ratio_over_that_of_the_best_unit_waits_for_it() -> None:
    what = item(Rule.BEST)
    assert of(what, figure("1", "4")) == Why.WAITS
    assert of(what, figure("1", "4"), Fraction(1, 2)) == 10
    assert of(what, figure("1", "2"), Fraction(1, 2)) == 20
    assert of(what, figure("0", "2"), Fraction(0)) == Why.NOTHING_TO_COUNT  # nobody reached anything


def test_the_best_unit_is_known_once_every_unit_has_said_something() -> None:
    what, missing = item(Rule.BEST), Given(why=Why.NO_FIGURE)
    left_out, not_collected = Given(why=Why.NOT_APPLICABLE), Given(why=Why.NOT_AVAILABLE)
    known = [figure("1", "4"), figure("1", "2"), figure("0", "0")]
    assert scoring.best_of(what, [*known, missing]) is None
    assert scoring.best_of(what, [*known, left_out, not_collected]) == Fraction(1, 2)
    assert scoring.best_of(what, [left_out]) is None


@pytest.mark.parametrize(("reported", "points"), [("0", 0), ("12.5", Fraction(25, 2)), ("20", 20)])
def test_given_points_count_as_they_are(reported: str, points: Fraction) -> None:
    assert of(item(Rule.GIVEN), figure(reported)) == points


@pytest.mark.parametrize("reported", ["-1", "20.1"])
def test_points_beyond_the_maximum_are_no_points(reported: str) -> None:
    assert of(item(Rule.GIVEN), figure(reported)) == Why.OUT_OF_RANGE
    assert of(item(Rule.STEPS, steps=(Step(Decimal(-9), Decimal(reported)),)), figure("1")) == Why.OUT_OF_RANGE


def test_a_plain_number_is_measured_against_what_counts_as_all() -> None:
    assert of(item(Rule.RATIO, full_at=Decimal(5)), figure("4")) == 16
    assert of(item(Rule.RATIO), figure("0.8")) == 16


@pytest.mark.parametrize("why", [Why.NO_FIGURE, Why.NOT_AVAILABLE])
@pytest.mark.parametrize("rule", [rule for rule in Rule if rule != Rule.SUM])
def test_what_is_missing_has_no_points_and_stays_in_the_maximum(rule: Rule, why: Why) -> None:
    assert scoring.points(item(rule, full_at=Decimal(1)), Given(why=why)) == Points(None, Fraction(20), why, 0, 1)


def test_what_may_not_be_left_out_stays_in_the_maximum() -> None:
    said = Given(why=Why.NOT_APPLICABLE)
    assert scoring.points(item(Rule.YES_NO, may_not_apply=True), said).maximum == 0
    assert scoring.points(item(Rule.YES_NO), said) == Points(None, Fraction(20), Why.MAY_NOT_BE_LEFT_OUT, 0, 1)


# --- Groups


def part(points: int | None, maximum: int, why: Why | None = None) -> Points:
    applies = why != Why.NOT_APPLICABLE
    return Points(
        None if points is None else Fraction(points), Fraction(maximum), why, int(points is not None), int(applies)
    )


def test_a_group_adds_its_parts_up_to_its_cap() -> None:
    assert scoring.together([part(8, 10), part(7, 10)], Fraction(12)).points == 12
    assert scoring.together([part(3, 10), part(4, 10)], Fraction(12)).points == 7


def test_a_group_without_some_of_its_parts_says_so() -> None:
    found = scoring.together([part(3, 10), part(None, 10, Why.NO_FIGURE)], Fraction(20))
    assert (found.points, found.n, found.m, found.is_partial) == (3, 1, 2, True)


def test_what_does_not_apply_leaves_less_to_be_reached() -> None:
    found = scoring.together([part(8, 10), part(None, 0, Why.NOT_APPLICABLE)], Fraction(20))
    assert (found.points, found.maximum, found.is_partial, found.share) == (8, 10, False, Fraction(4, 5))


def test_a_group_of_which_nothing_applies_has_no_points_and_no_maximum() -> None:
    nothing = part(None, 0, Why.NOT_APPLICABLE)
    assert scoring.together([nothing, nothing], Fraction(20)) == Points(None, Fraction(0), Why.NOT_APPLICABLE)
    assert scoring.index(scoring.together([nothing], Fraction(20)), Decimal(100)) is None


def test_a_group_of_which_nothing_is_known_has_no_points() -> None:
    found = scoring.together([part(None, 10, Why.NO_FIGURE)], Fraction(10))
    assert (found.points, found.why, found.maximum) == (None, Why.PARTS_MISSING, 10)


def test_a_unit_to_which_less_applies_is_measured_on_the_same_scale() -> None:
    items = [
        Item("1", Decimal(60), Rule.SUM),
        Item("1.1", Decimal(40), Rule.GIVEN, parent="1"),
        Item("1.2", Decimal(20), Rule.GIVEN, parent="1", may_not_apply=True),
        Item("2", Decimal(40), Rule.GIVEN),
    ]
    said = {"1.1": figure("30"), "1.2": Given(why=Why.NOT_APPLICABLE), "2": figure("30")}
    whole = scoring.total(items, scoring.score(items, said))
    assert (whole.points, whole.maximum) == (60, 80)
    assert scoring.index(whole, Decimal(100)) == 75


# --- Small tables and rounding


def test_steps_and_levels_are_read_as_they_are_written() -> None:
    assert scoring.read_steps("4: 20; 3:15;2 : 10; 1: 5;") == STEPS
    assert scoring.read_steps("0,5: 1,5") == (Step(Decimal("0.5"), Decimal("1.5")),)
    assert scoring.read_levels("70%: Khá; 90: Dẫn đầu") == ((Decimal(90), "Dẫn đầu"), (Decimal(70), "Khá"))
    assert scoring.read_levels("") == ()


@pytest.mark.parametrize("text", ["4", "4:", ": 20", "bốn: 20", "4: hai", "4: 20; 4: 10", "1.250: 3"])
def test_a_table_that_cannot_be_read_says_what(text: str) -> None:
    with pytest.raises(scoring.Unreadable) as refused:
        scoring.read_steps(text)
    assert str(refused.value)


def test_a_level_lies_between_0_and_100_per_cent() -> None:
    with pytest.raises(scoring.Unreadable):
        scoring.read_levels("101: Xuất sắc")


def test_a_level_begins_at_its_share() -> None:
    levels = scoring.read_levels("90: A; 70: B")
    assert [scoring.level(levels, Fraction(n, 1000)) for n in (900, 899, 700, 699)] == ["A", "B", "B", ""]


@pytest.mark.parametrize(
    ("exact", "decimals", "printed"),
    [(Fraction(800175, 1000000), 4, "0.8002"), (Fraction(1, 3), 2, "0.33"), (Fraction(5, 2), 0, "3"),
     (Fraction(-5, 2), 0, "-3"), (Fraction(7), 2, "7.00")],
)  # fmt: skip
def test_points_are_rounded_once_half_away_from_0(exact: Fraction, decimals: int, printed: str) -> None:
    assert str(scoring.shown(exact, decimals)) == printed


# --- Properties

numbers = st.decimals(min_value=0, max_value=1000, places=3)
rules = st.sampled_from([Rule.RATIO, Rule.THRESHOLD, Rule.BEST, Rule.YES_NO, Rule.GIVEN])


@given(rule=rules, a=numbers, b=st.none() | numbers, most=numbers, best=numbers, zero=st.sampled_from(Zero))
@settings(max_examples=300)
def test_points_lie_between_0_and_the_maximum_or_there_are_none(
    rule: Rule, a: Decimal, b: Decimal | None, most: Decimal, best: Decimal, zero: Zero
) -> None:
    full_at = Decimal(80) if rule == Rule.THRESHOLD else None
    found = scoring.points(Item("1", most, rule, full_at=full_at, when_zero=zero), Given(a, b), Fraction(best))
    assert (found.points is None) == (found.why is not None)
    assert found.points is None or 0 <= found.points <= found.maximum == Fraction(most)


@given(
    parts=st.lists(
        st.tuples(st.none() | st.integers(0, 20), st.integers(20, 30), st.booleans()), min_size=1, max_size=8
    ),
    cap=st.integers(1, 200),
)
def test_a_group_is_the_plain_sum_of_what_is_known_under_its_cap(
    parts: list[tuple[int | None, int, bool]], cap: int
) -> None:
    made = [
        part(points, most, None if points is not None else Why.NO_FIGURE)
        if applies
        else part(None, 0, Why.NOT_APPLICABLE)
        for points, most, applies in parts
    ]
    found = scoring.together(made, Fraction(cap))
    known = [points for points, _most, applies in parts if applies and points is not None]
    reachable = min(cap, sum(most for _points, most, applies in parts if applies))
    assert found.maximum == reachable
    assert found.points == (min(reachable, sum(known)) if known else None)
    assert (found.n, found.m) == (len(known), sum(applies for _points, _most, applies in parts))
