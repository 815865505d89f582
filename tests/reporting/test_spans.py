"""Which longer periods there are, and what they are made of, each in its own calendar (domain.md 18, 19)."""

import pytest

from indicators.calendars import window
from indicators.models import Period
from reporting.spans import Span, has_row, longer, parts_of


def period(label: str, pk: int = 1) -> Period:
    found = window(label)
    calendar = "tk" if label.endswith("TK") else "nd09"
    return Period(pk, calendar, label, found.first_day, found.day_after_last)


def periods(*labels: str) -> dict[str, Period]:
    return {label: period(label, n) for n, label in enumerate(labels, 1)}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (["2026-M03"], ["2026", "2026-9M", "2026-H1", "2026-Q1"]),
        (["2026-Q4"], ["2026-H2", "2026"]),
        (["2026-Q3", "2026-9M"], ["2026-H2", "2026"]),  # nine months are asked for themselves
        (["2026-M03-TK"], ["2026-TK", "2026-9M-TK", "2026-H1-TK", "2026-Q1-TK"]),
        (["2026-H1"], []),  # halves, nine months and years are no parts of each other
        (["2026", "2026-9M"], []),
        ([], []),
    ],
)
def test_a_longer_period_is_offered_where_a_part_of_its_own_calendar_was_asked_for(asked, expected) -> None:
    assert [each.label for each in longer(periods(*asked).values())] == expected


def test_an_ad_hoc_round_is_no_part_of_anything() -> None:
    asked = Period(1, "nd09", "2026-A01", window("2026-M01").first_day, window("2026-M01").day_after_last)
    assert longer([asked]) == []
    assert parts_of(asked, {"2026-A01": asked}) == {}


def test_what_no_round_asks_for_has_a_key_of_its_own_that_no_row_bears() -> None:
    found = [*longer(periods("2026-M01", "2026-M01-TK", "2025-M12").values())]
    assert not any(has_row(each) for each in found)
    assert len({each.pk for each in found}) == len({each.label for each in found}) == len(found)


@pytest.mark.parametrize(
    ("label", "asked", "expected"),
    [
        ("2026-Q1", ["2026-M02"], {"month": [False, True, False]}),
        ("2026-9M", ["2026-Q1", "2026-Q3"], {"quarter": [True, False, True]}),
        ("2026-H2", ["2026-Q3", "2026-M07"], {"quarter": [True, False], "month": [True] + [False] * 5}),
        ("2026", ["2026-H1", "2026-H2", "2026-9M"], {}),
        ("2026-Q1-TK", ["2026-M02"], {}),
        ("2026-M02", ["2026-M02"], {}),
    ],
)
def test_the_parts_are_all_of_the_period_asked_for_or_not(label: str, asked, expected: dict) -> None:
    found = parts_of(period(label), periods(*asked))
    assert {name: [has_row(each) for each in of] for name, of in found.items()} == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (["2026-M01", "2026-M02"], "month"),
        (["2026-Q1", "2026-M01", "2026-M02", "2026-M03", "2026-M04"], "month"),  # 4 of 6 against 1 of 2
        (["2026-Q1", "2026-M01", "2026-M02", "2026-M03"], "quarter"),  # as good, and longer
        ([], None),
    ],
)
def test_a_figure_is_made_of_parts_of_one_length_with_the_least_missing(asked, expected) -> None:
    known = periods("2026-Q1", "2026-Q2", *(f"2026-M0{n}" for n in range(1, 7)))
    span = Span(period("2026-H1"), parts_of(period("2026-H1"), known), [])
    found = span.of({known[label].pk for label in asked})
    assert (found and found[0]) == expected
