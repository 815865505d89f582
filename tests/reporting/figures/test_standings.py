"""Arithmetic and decisions on plain values: no database here."""

from datetime import date
from decimal import Decimal

import pytest

from reporting import figures
from reporting.figures import Coverage, Headline, Standing, Status, Sums

D = Decimal


@pytest.mark.parametrize(
    ("rule", "sums", "expected"),
    [
        ("sum", Sums(value=D(5), n_expected=2, n_reported=1), Standing.REPORTED),
        ("sum", Sums(value=D(0), n_expected=1, n_reported=1), Standing.REPORTED),
        ("sum", Sums(n_expected=2), Standing.MISSING),
        ("sum", Sums(n_expected=2, n_not_available=1), Standing.NOT_AVAILABLE),
        ("sum", Sums(n_expected=2, n_not_applicable=2), Standing.NOT_APPLICABLE),
        ("sum", Sums(n_expected=2, n_not_applicable=1), Standing.MISSING),
        ("sum", Sums(), Standing.MISSING),
        ("ratio", Sums(numerator=D(1), denominator=D(2), n_expected=1, n_reported=1), Standing.REPORTED),
        ("ratio", Sums(numerator=D(1), denominator=D(2), n_reported=2, n_without_parts=1), Standing.NOT_COMPUTABLE),
        ("ratio", Sums(n_expected=1, n_reported=1, n_without_parts=1), Standing.NOT_COMPUTABLE),
        ("none", Sums(n_expected=2, n_reported=2), Standing.NO_RULE),
        ("none", Sums(n_expected=2), Standing.MISSING),
        ("count", Sums(value=D(0), n_expected=2, n_reported=2), Standing.REPORTED),
    ],
)
def test_what_a_total_holds(rule: str, sums: Sums, expected: Standing) -> None:
    assert figures.standing_of_total(rule, sums) == expected


def test_coverage_leaves_out_whom_it_does_not_concern() -> None:
    covered = figures.coverage(Sums(n_expected=38, n_reported=35, n_not_applicable=1))
    assert (covered, str(covered), covered.is_partial) == (Coverage(35, 37), "35/37", True)


def test_coverage_of_nobody_is_a_dash() -> None:
    assert str(Coverage(0, 0)) == "–"
    assert not Coverage(0, 0).is_partial


@pytest.mark.parametrize(
    ("n", "m", "is_thin"), [(0, 0, False), (0, 1, True), (1, 2, False), (18, 38, True), (19, 38, False)]
)
def test_fewer_than_half_are_thin(n: int, m: int, is_thin: bool) -> None:
    assert Coverage(n, m).is_thin is is_thin


def test_the_headline_counts_lines_that_the_province_is_asked_for() -> None:
    standings = [
        Standing.REPORTED,
        Standing.NOT_COMPUTABLE,
        Standing.MISSING,
        Standing.BY_UNIT,
        Standing.NOT_APPLICABLE,
    ]
    without = figures.headline((standing, Status.NO_TARGET, False) for standing in standings)
    assert without == Headline(all=3, reported=2, no_target=2)
    aimed = figures.headline((standing, Status.LATE, True) for standing in standings)
    assert aimed == Headline(all=3, reported=2, targeted=3, late=2)
    assert figures.headline([]) == Headline()


def test_every_line_with_data_is_counted_once_by_its_status() -> None:
    found = figures.headline((Standing.REPORTED, status, True) for status in Status if status != Status.NO_DATA)
    assert found == Headline(8, 8, 8, met=3, on_track=1, late=2, no_target=1, not_comparable=1)
    assert found.reported == found.met + found.on_track + found.late + found.no_target + found.not_comparable


class TestLacking:
    EXPECTED = {10: {1, 2}, 20: {3}}

    def test_about_the_top_names_the_reporters(self) -> None:
        assert figures.lacking(self.EXPECTED, {(10, 1)}, 10) == [2]

    def test_below_the_top_names_the_subjects(self) -> None:
        assert figures.lacking(self.EXPECTED, {(20, 3)}, 99) == [10]

    def test_a_subject_counts_when_all_of_its_reporters_have_spoken(self) -> None:
        assert figures.lacking(self.EXPECTED, {(10, 1), (20, 3)}, 99) == [10]
        assert figures.lacking(self.EXPECTED, {(10, 1), (10, 2), (20, 3)}, 99) == []

    def test_works_without_a_top(self) -> None:
        assert figures.lacking(self.EXPECTED, set(), None) == [10, 20]


def test_expected_are_reporters_about_the_top_else_the_subjects_below() -> None:
    assert figures.expected_sums({10: {1, 2}}, 10).n_expected == 2
    assert figures.expected_sums({10: {1, 2}, 20: {3}}, 99).n_expected == 2
    assert figures.expected_sums({}, None).n_expected == 0


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([], None),
        ([("new", False), ("old", False)], "new"),
        ([("new", False), ("old", True)], "old"),
        ([("new", True), ("old", True)], "new"),
    ],
)
def test_a_page_opens_on_the_newest_published_period(periods: list, expected: str | None) -> None:
    assert figures.newest_published(periods) == expected


@pytest.mark.parametrize(("day", "expected"), [(15, 0), (16, 0), (17, 1), (26, 10)])
def test_days_late_begin_after_the_due_day(day: int, expected: int) -> None:
    assert figures.days_late(date(2026, 9, 16), date(2026, 9, day)) == expected


@pytest.mark.parametrize(
    ("number", "expected"), [("729.000000", 0), ("1000", 0), ("53.80", 1), ("0.000001", 6), ("0", 0), ("1E+3", 0)]
)
def test_places_are_those_a_number_needs(number: str, expected: int) -> None:
    assert figures.places(D(number)) == expected
