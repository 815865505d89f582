"""How figures of several units become one: hand-worked tables, then random trees against a slow, obvious sum."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.models import Definition
from indicators.rollup import Contribution, Rollup, add, as_one_unit, over_reporters, over_subjects
from indicators.totals import rollups
from indicators.tree import Tree

MISSING = Contribution()
UNAVAILABLE, INAPPLICABLE = Contribution("not_available"), Contribution("not_applicable")


def said(value=None, numerator=None, denominator=None):
    numbers = (None if n is None else Decimal(n) for n in (value, numerator, denominator))
    return Contribution("reported", *numbers)


def rolled(value=None, parts=(None, None), **counts):
    """counts: expected, reported, without_parts, not_available, not_applicable."""
    numbers = [None if n is None else Decimal(n) for n in (value, *parts)]
    return Rollup(*numbers, **{f"n_{name}": count for name, count in counts.items()})


@pytest.mark.parametrize(
    ("rule", "contributions", "expected"),
    [
        ("sum", [], rolled()),
        ("sum", [said("1.5"), said("2")], rolled("3.5", expected=2, reported=2)),
        ("sum", [said("0")], rolled("0", expected=1, reported=1)),
        ("sum", [MISSING, MISSING], rolled(None, expected=2)),
        (
            "sum",
            [said("5"), MISSING, UNAVAILABLE, INAPPLICABLE],
            rolled("5", expected=4, reported=1, not_available=1, not_applicable=1),
        ),
        ("sum", [said("-2"), said("2")], rolled("0", expected=2, reported=2)),
        # 50 % and 90 % make 60 % where the wholes are 3 : 1, never 70 %
        ("ratio", [said("50", 150, 300), said("90", 90, 100)], rolled(None, (240, 400), expected=2, reported=2)),
        (
            "ratio",
            [said("50", 150, 300), said("90")],
            rolled(None, (150, 300), expected=2, reported=2, without_parts=1),
        ),
        ("ratio", [said("90")], rolled(None, expected=1, reported=1, without_parts=1)),
        ("ratio", [UNAVAILABLE], rolled(None, expected=1, not_available=1)),
        ("count", [said("1"), said("0"), said("1")], rolled("2", expected=3, reported=3)),
        ("count", [said("0")], rolled("0", expected=1, reported=1)),
        ("count", [MISSING, INAPPLICABLE], rolled(None, expected=2, not_applicable=1)),
        ("none", [said("5"), said("6")], rolled(None, expected=2, reported=2)),
    ],
)
def test_contributions_about_one_subject(rule, contributions, expected):
    assert over_reporters(rule, contributions) == expected


def test_a_sum_over_nothing_is_not_zero():
    assert (add([]), add([None]), add([None, Decimal(0)])) == (None, None, 0)


def test_a_parent_adds_its_subjects_and_their_coverage():
    below = [
        rolled("5", (1, 2), expected=3, reported=1, without_parts=1, not_available=1, not_applicable=1),
        rolled("7", (3, 4), expected=1, reported=1),
        rolled(None, expected=2),
    ]
    assert over_subjects(below) == rolled(
        "12", (4, 6), expected=6, reported=2, without_parts=1, not_available=1, not_applicable=1
    )
    assert over_subjects([]) == rolled()


@pytest.mark.parametrize(
    ("own", "above"),
    [
        (rolled("5", expected=1, reported=1), rolled("5", expected=1, reported=1)),
        (rolled("5", expected=2, reported=2), rolled("5", expected=1, reported=1)),
        (rolled("5", expected=2, reported=1), rolled("5", expected=1)),
        (rolled("5", expected=2, reported=1, not_applicable=1), rolled("5", expected=1, reported=1)),
        (rolled("5", expected=2, reported=1, not_available=1), rolled("5", expected=1, not_available=1)),
        (rolled(expected=2, not_applicable=2), rolled(expected=1, not_applicable=1)),
        (rolled(expected=2, not_applicable=1), rolled(expected=1)),
        (
            rolled(None, (1, 2), expected=3, reported=3, without_parts=2),
            rolled(None, (1, 2), expected=1, reported=1, without_parts=1),
        ),
    ],
)
def test_a_subject_counts_above_as_one_unit_and_as_reported_only_when_whole(own, above):
    assert as_one_unit(own) == above


# --- Trees. 1 is the province, 2 a district, 3 and 4 its communes, 5 a commune directly under the province.

TREE = Tree(
    {1: None, 2: 1, 3: 2, 4: 2, 5: 1},
    {1: "province", 2: "district", 3: "commune", 4: "commune", 5: "commune"},
)


def totals_of(rule, figures, expected=None):
    """figures: {(subject, reporter): contribution}; expected by default of whoever has a figure."""
    if expected is None:
        expected = {}
        for subject, reporter in figures:
            expected.setdefault(subject, set()).add(reporter)
    return rollups(Definition(over_units=rule), expected, figures, TREE)


def test_communes_add_up_through_the_district_to_the_province():
    figures = {(3, 3): said("1"), (4, 4): said("2"), (5, 5): said("4")}
    assert totals_of("sum", figures) == {
        1: rolled("7", expected=3, reported=3),
        2: rolled("3", expected=2, reported=2),
    }


def test_a_grid_counts_subjects_and_not_the_one_reporter():
    figures = {(3, 9): said("1"), (4, 9): UNAVAILABLE, (5, 9): said("4")}
    assert totals_of("sum", figures)[1] == rolled("5", expected=3, reported=2, not_available=1)


def test_a_subjects_own_contribution_stands_instead_of_its_childrens_and_never_beside_them():
    figures = {(2, 9): said("100"), (3, 3): said("1"), (4, 4): said("2"), (5, 5): said("4")}
    assert totals_of("sum", figures) == {
        1: rolled("104", expected=2, reported=2),
        2: rolled("100", expected=1, reported=1),
    }


def test_an_own_contribution_that_is_still_missing_is_not_filled_with_the_childrens():
    expected = {2: {9}, 3: {3}, 4: {4}}
    found = totals_of("sum", {(3, 3): said("1"), (4, 4): said("2")}, expected)
    assert found == {1: rolled(None, expected=1), 2: rolled(None, expected=1)}


def test_two_reporters_about_one_subject_make_a_total_and_one_makes_none():
    assert totals_of("sum", {(1, 8): said("1"), (1, 9): said("2")}) == {1: rolled("3", expected=2, reported=2)}
    assert totals_of("sum", {(1, 8): said("1")}) == {}


def test_without_a_rule_over_units_nothing_is_rolled_up():
    assert totals_of("none", {(3, 3): said("1"), (4, 4): said("2")}) == {}


def test_a_ratio_of_the_province_is_over_all_its_communes():
    figures = {(3, 3): said("50", 150, 300), (4, 4): said("90", 90, 100), (5, 5): said("1")}
    found = totals_of("ratio", figures)
    assert found[2] == rolled(None, (240, 400), expected=2, reported=2)
    assert found[1] == rolled(None, (240, 400), expected=3, reported=3, without_parts=1)


# --- Random trees against a slow reference: for every subject, walk down to the contributions that count

STATES = ("", "reported", "reported", "reported", "not_available", "not_applicable")


@st.composite
def contributions(draw):
    if (state := draw(st.sampled_from(STATES))) != "reported":
        return Contribution(state)
    value, numerator, denominator = (draw(st.integers(0, 9)) for _ in range(3))
    return said(value, numerator, denominator + 1) if draw(st.booleans()) else said(value)


@st.composite
def provinces(draw):
    """A tree of up to nine units, each under one of smaller number, with reporters about some of them."""
    size = draw(st.integers(1, 9))
    parent = {1: None} | {unit: draw(st.integers(1, unit - 1)) for unit in range(2, size + 1)}
    figures = {}
    for subject in parent:
        for reporter in draw(st.sets(st.integers(101, 103), max_size=3)):
            figures[subject, reporter] = draw(contributions())
    return parent, figures


def leaves_of(unit, parent, figures):
    """The subjects whose contributions make up a unit: itself if anybody reports about it, else those below."""
    if any(subject == unit for subject, _ in figures):
        return [unit]
    children = [child for child, above in parent.items() if above == unit]
    return [leaf for child in children for leaf in leaves_of(child, parent, figures)]


def about(subject, figures):
    return [c for (s, _), c in figures.items() if s == subject]


def obvious(rule, unit, parent, figures):
    """Sums over leaf contributions; counts are of reporters for the unit itself, else of subjects."""
    leaves = leaves_of(unit, parent, figures)
    everything = [c for leaf in leaves for c in about(leaf, figures)]
    reported = [c for c in everything if c.state == "reported"]
    parts = [c for c in reported if c.numerator is not None] if rule == "ratio" else []
    value = {
        "sum": sum(c.value for c in reported) if reported else None,
        "count": sum(c.value == 1 for c in reported) if reported else None,
    }.get(rule)
    voices = [[c] for c in everything] if leaves == [unit] else [about(leaf, figures) for leaf in leaves]
    return {
        "value": value,
        "numerator": sum(c.numerator for c in parts) if parts else None,
        "denominator": sum(c.denominator for c in parts) if parts else None,
        "n_expected": len(voices),
        "n_reported": sum(is_whole(voice) for voice in voices),
        "n_without_parts": sum(rule == "ratio" and lacks_parts(voice) for voice in voices),
        "n_not_available": sum(not is_whole(v) and any(c.state == "not_available" for c in v) for v in voices),
        "n_not_applicable": sum(all(c.state == "not_applicable" for c in voice) for voice in voices),
        "n_closing": 0,
        "n_closing_reported": 0,
    }


def is_whole(voice):
    concerned = [c for c in voice if c.state != "not_applicable"]
    return bool(concerned) and all(c.state == "reported" for c in concerned)


def lacks_parts(voice):
    return any(c.state == "reported" and c.numerator is None for c in voice)


@given(provinces(), st.sampled_from(["sum", "ratio", "count"]))
def test_every_total_is_the_obvious_sum_over_its_leaves(drawn, rule):
    parent, figures = drawn
    expected = {s: {r for t, r in figures if t == s} for s, _ in figures}
    tree = Tree(parent, dict.fromkeys(parent, "commune"))
    found = rollups(Definition(over_units=rule), expected, figures, tree)
    above_some = {above for subject in expected for above in tree.ancestors(subject)}
    several = {subject for subject, reporters in expected.items() if len(reporters) > 1}
    assert set(found) == above_some | several
    for unit, rollup in found.items():
        assert vars(rollup) == obvious(rule, unit, parent, figures), unit


@given(st.lists(contributions(), max_size=6), st.randoms())
def test_the_order_of_contributions_changes_nothing(drawn, luck):
    shuffled = luck.sample(drawn, len(drawn))
    for rule in ("sum", "ratio", "count", "none"):
        assert over_reporters(rule, shuffled) == over_reporters(rule, drawn)
