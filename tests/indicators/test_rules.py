"""Rules over figures at their boundaries, then over random figures against what must always be so."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import rules
from indicators.rules import change_percent, fell, holds, is_unusual, moved_beyond, parse_side

pytestmark = pytest.mark.usefixtures("english")

FIGURES = st.decimals(min_value=-(10**11), max_value=10**11, places=6)
HISTORIES = st.lists(FIGURES, min_size=12, max_size=40)
COMPARISONS = ("eq", "lte", "lt", "gte", "gt")


def figures(*said):
    return [Decimal(each) for each in said]


# --- Against what was


@pytest.mark.parametrize(
    ("now", "before", "is_less"), [("6", "7", True), ("7", "7", False), ("7.000001", "7", False)]
)
def test_a_figure_fell_where_it_is_less(now, before, is_less):
    assert fell(*figures(now, before)) is is_less


@pytest.mark.parametrize(
    ("now", "before", "percent"),
    [
        ("120", "100", 20),
        ("80", "100", -20),
        ("0", "100", -100),
        ("5", "5", 0),
        ("-80", "-100", 20),  # rose: nearer to 0
        ("4", "3", Fraction(100, 3)),
        ("5", "0", None),
        ("0", "0", None),
    ],
)
def test_a_change_is_said_in_per_cent_of_what_was(now, before, percent):
    assert change_percent(*figures(now, before)) == percent


@pytest.mark.parametrize(
    ("now", "before", "limit", "is_beyond"),
    [
        ("110", "100", "10", False),
        ("110.000001", "100", "10", True),
        ("90", "100", "10", False),
        ("89.999999", "100", "10", True),
        ("5", "0", "10", False),
        ("999999999999", "0.000001", "10", True),
        # 4 of 3 is a third more: neither above nor below 33,3… by a rounding
        ("4", "3", "33.333333", True),
        ("4", "3", "33.333334", False),
    ],
)
def test_a_change_counts_beyond_its_limit_up_and_down(now, before, limit, is_beyond):
    now, before, limit = figures(now, before, limit)
    assert moved_beyond(limit, now=now, before=before) is is_beyond


# --- Beside its history

STEADY = figures(*["10"] * 6, *["14"] * 6)  # mean 12, deviation 2, median 12, MAD 2
LEVEL = figures(*["10"] * 12)
MOSTLY = figures(*["10"] * 7, "11", "12", "13", "14", "15")  # MAD 0


@pytest.mark.parametrize(
    ("method", "value", "history", "expected"),
    [
        ("z", "18", STEADY, False),
        ("z", "18.000001", STEADY, True),
        ("z", "6", STEADY, False),
        ("z", "5.999999", STEADY, True),
        ("z", "10", LEVEL, False),
        ("z", "10.000001", LEVEL, True),
        # 0.6745 x distance / 2 > 3.5 from a distance of 10.378… on
        ("modified_z", "22.378057", STEADY, False),
        ("modified_z", "22.378058", STEADY, True),
        ("modified_z", "1.621943", STEADY, False),
        ("modified_z", "1.621942", STEADY, True),
        ("modified_z", "10", MOSTLY, False),
        ("modified_z", "11", MOSTLY, True),
        ("min_max", "10", STEADY, False),
        ("min_max", "14", STEADY, False),
        ("min_max", "9.999999", STEADY, True),
        ("min_max", "14.000001", STEADY, True),
        ("", "999", STEADY, None),
    ],
)
def test_a_figure_is_unusual_beyond_the_bound_of_its_method(method, value, history, expected):
    assert is_unusual(method, Decimal(value), history) is expected


@pytest.mark.parametrize("method", ["z", "modified_z", "min_max"])
def test_fewer_than_twelve_periods_say_nothing(method):
    assert is_unusual(method, Decimal(999), STEADY[:11]) is None
    assert is_unusual(method, Decimal(999), STEADY) is True


@given(history=HISTORIES, which=st.integers(0, 11))
def test_what_was_said_before_is_within_its_extremes(history, which):
    assert is_unusual("min_max", history[which], history) is False


@given(history=st.lists(FIGURES, min_size=13, max_size=13))
def test_the_middle_one_is_never_unusual_beside_the_others(history):
    assert is_unusual("modified_z", sorted(history)[6], history) is False


@given(history=HISTORIES, value=FIGURES, shift=FIGURES, method=st.sampled_from(["z", "modified_z", "min_max"]))
def test_the_same_distance_is_as_unusual_anywhere_and_on_either_side(history, value, shift, method):
    said = is_unusual(method, value, history)
    assert is_unusual(method, value + shift, [each + shift for each in history]) is said
    assert is_unusual(method, -value, [-each for each in history]) is said
    assert is_unusual(method, value, history[::-1]) is said


@given(history=HISTORIES, method=st.sampled_from(["z", "modified_z", "min_max"]))
def test_far_beyond_everything_so_far_is_unusual_by_every_method(history, method):
    far = max(history) + 4 * (max(history) - min(history)) + 1
    assert is_unusual(method, far, history) is True


# --- Reading the sides of a rule


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("HT.04", ("HT.04",)),
        ("HT.04 + HT.05", ("HT.04", "HT.05")),
        (" HT.04+HT.05  +  A-1/b ", ("HT.04", "HT.05", "A-1/b")),
        ("1.1.2 + 1.1.3", ("1.1.2", "1.1.3")),
        ("1.1.2", ("1.1.2",)),
        ("Tỷ.lệ", ("Tỷ.lệ",)),
        ("0", Decimal(0)),
        ("1250,5", Decimal("1250.5")),
        ("14.433.000", Decimal(14433000)),
        ("80%", Decimal(80)),
        ("-0,38", Decimal("-0.38")),
    ],
)
def test_a_side_is_codes_or_a_number(text, side):
    assert parse_side(text) == side


READ = "“%s” cannot be read. Enter codes joined by +, for example HT.04 + HT.05."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", READ % ""),
        ("HT.04 +", READ % "HT.04 +"),
        ("+ HT.04", READ % "+ HT.04"),
        ("HT.04 HT.05", READ % "HT.04 HT.05"),
        ("HT.04 - HT.05", READ % "HT.04 - HT.05"),
        ("X" * 21, READ % ("X" * 21)),
        ("HT.04 + HT.05 + HT.04", "“HT.04 + HT.05 + HT.04” names HT.04 twice."),
        ("1.250", '"1.250" can be read as 1,250% or 1250. Choose one.'),
        ("gần 400", 'Enter the number alone: "gần 400" carries a word that cannot be kept here.'),
    ],
)
def test_a_side_that_cannot_be_read_says_why(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as refused:
        parse_side(text)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("kind", ["together", "exclusive"])
def test_only_a_comparison_reads_a_number(kind):
    assert rules.parse_right("compare", "10") == Decimal(10)
    assert rules.parse_right(kind, "10") == ("10",)  # a code, which no line of the form may have


# --- Between figures


def checked(left, comparison, right, if_missing="skip_any", **said):
    """`said` are the figures of A, B, C, D; one that is not named is missing."""
    rule = rules.rule("compare", left, right, comparison=comparison, if_missing=if_missing)
    return holds(rule, {code: None if text is None else Decimal(text) for code, text in said.items()})


@pytest.mark.parametrize(
    ("left", "right", "kept"),
    [
        ("2", "3", {"lte", "lt"}),
        ("3", "3", {"eq", "lte", "gte"}),
        ("3.000001", "3", {"gte", "gt"}),
        ("3.10", "3.1", {"eq", "lte", "gte"}),
    ],
)
def test_each_sign_at_its_boundary(left, right, kept):
    assert {sign for sign in COMPARISONS if checked("A", sign, "B", A=left, B=right)} == kept


def test_sums_are_compared_with_sums_and_with_numbers():
    assert checked("A + B", "eq", "C + D", A="1", B="2", C="0", D="3") is True
    assert checked("A + B", "lte", "2,5", A="1", B="2") is False


@pytest.mark.parametrize(
    ("if_missing", "said", "expected"),
    [
        ("skip_any", {"A": "9", "B": "9", "C": "5"}, False),
        ("skip_any", {"A": "9", "B": None, "C": "5"}, None),
        ("skip_any", {"A": "9", "B": "9", "C": None}, None),
        ("skip_all", {"A": "9", "B": None, "C": "5"}, False),
        ("skip_all", {"A": "4", "B": None, "C": "5"}, True),
        ("skip_all", {"A": None, "B": None, "C": "5"}, None),
        ("skip_all", {"A": "9", "B": "9", "C": None}, None),
        ("skip_all", {}, None),
        ("never", {"A": "9", "B": None, "C": None}, False),
        ("never", {"A": None, "B": None, "C": "5"}, True),
        ("never", {}, True),
    ],
)
def test_what_is_missing_is_skipped_or_counts_as_0(if_missing, said, expected):
    assert checked("A + B", "lte", "C", if_missing, **said) is expected


def test_a_number_is_never_missing():
    assert checked("A", "gte", "1", "skip_all", A=None) is None
    assert checked("A", "gte", "1", "never", A=None) is False


def test_a_reported_zero_is_no_missing_figure():
    assert checked("A", "eq", "B", A="0", B="5") is False


@pytest.mark.parametrize(
    ("left", "right", "together", "exclusive"),
    [
        ((None, None), (None, None), None, True),
        (("1", None), (None, None), False, True),
        ((None, None), ("1", None), None, True),
        ((None, "0"), (None, "0"), True, False),
        (("1", "1"), ("1", None), True, False),
    ],
)
def test_figures_that_come_together_or_exclude_one_another(left, right, together, exclusive):
    said = dict(zip("ABCD", (t and Decimal(t) for t in (*left, *right)), strict=True))
    assert holds(rules.rule("together", "A + B", "C + D"), said) is together
    assert holds(rules.rule("exclusive", "A + B", "C + D"), said) is exclusive


SOME = st.none() | FIGURES


@given(a=SOME, b=SOME, c=SOME, sign=st.sampled_from(COMPARISONS))
def test_the_strategies_agree_wherever_they_speak(a, b, c, sign):
    """Whoever skips less only speaks more often: they never contradict each other."""
    answers = [
        holds(rules.rule("compare", "A + B", "C", comparison=sign, if_missing=each), {"A": a, "B": b, "C": c})
        for each in ("skip_any", "skip_all", "never")
    ]
    spoken = [answer for answer in answers if answer is not None]
    assert len(set(spoken)) == 1
    assert answers[0] in (None, answers[1])


@given(a=FIGURES, b=FIGURES)
def test_of_two_figures_exactly_one_order_holds(a, b):
    assert [rules.compare(a, sign, b) for sign in ("lt", "eq", "gt")].count(True) == 1
    assert rules.compare(a, "lte", b) is not rules.compare(a, "gt", b)
    assert rules.compare(a, "gte", b) is rules.compare(b, "lte", a)


# --- How far a figure moved, in words


@pytest.mark.parametrize(
    ("number", "shown"), [("3.1", "+3,1"), ("-0.38", "−0,4"), ("0", "0,0"), ("14433", "+14.433,0")]
)
def test_a_change_carries_its_sign(number, shown):
    assert rules.signed(Decimal(number), 1) == shown


@pytest.mark.parametrize(
    ("now", "before", "unit", "decimals", "words"),
    [
        ("53.8", "50.7", "%", 1, "+3,1 percentage points on the last period"),
        ("50.00", "53.33", "%", 2, "−3,33 percentage points on the last period"),
        ("5.0", "0.0", "%", 1, "+5,0 percentage points on the last period"),
        ("14980", "14433", "km", 0, "+547 km (+3,8%) on the last period"),
        ("90", "120", "", 0, "−30 (−25,0%) on the last period"),
        ("-5", "-10", "tỷ đồng", 0, "+5 tỷ đồng (+50,0%) on the last period"),
        ("7", "0", "km", 0, "+7 km on the last period"),
        ("53.80", "53.8", "%", 2, "unchanged on the last period"),
    ],
)
def test_percentages_move_in_points_and_amounts_in_per_cent(now, before, unit, decimals, words):
    assert rules.change_in_words(Decimal(now), Decimal(before), unit=unit, decimals=decimals) == words
