"""The one form of a page: each period that is offered, and no other."""

from datetime import date

import pytest
from django.utils import translation

from indicators.models import Period
from reporting.asked import Offered
from reporting.filters import PeriodFilter

D = date
Q3 = Period(pk=3, label="2025-Q3", first_day=D(2025, 6, 15), day_after_last=D(2025, 9, 15))
Q2 = Period(pk=2, label="2025-Q2", first_day=D(2025, 3, 15), day_after_last=D(2025, 6, 15))
SEPTEMBER = Period(
    pk=4, calendar="tk", label="Tháng 9/2025", first_day=D(2025, 9, 1), day_after_last=D(2025, 10, 1)
)
OFFERED = [Offered(SEPTEMBER, is_published=False), Offered(Q3, is_published=True), Offered(Q2, is_published=True)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, Q3),
        ({"period": ""}, Q3),
        ({"page": "2"}, Q3),
        ({"period": "2025-Q2"}, Q2),
        ({"period": "Tháng 9/2025"}, SEPTEMBER),
    ],
)
def test_a_period_is_chosen_by_its_label_else_the_newest_published(data: dict, expected: Period) -> None:
    form = PeriodFilter(data, offered=OFFERED)
    assert form.is_valid()
    assert form.chosen == expected


@pytest.mark.parametrize(
    "label", ["2025-Q4", "2025-q3", " 2025-Q3", " ", "3", "Quarter III/2025", "2025-Q3\n2025-Q2", "<script>"]
)
def test_any_other_label_is_refused(label: str) -> None:
    form = PeriodFilter({"period": label}, offered=OFFERED)
    assert not form.is_valid()
    assert list(form.errors) == ["period"]


def test_the_newest_is_chosen_while_nothing_is_published() -> None:
    form = PeriodFilter({}, offered=[Offered(Q3, is_published=False), Offered(Q2, is_published=False)])
    assert form.is_valid()
    assert form.chosen == Q3


def test_nothing_is_chosen_where_nothing_is_offered() -> None:
    form = PeriodFilter({}, offered=[])
    assert form.is_valid()
    assert form.chosen is None
    assert not PeriodFilter({"period": "2025-Q3"}, offered=[]).is_valid()


@pytest.mark.parametrize(("language", "word"), [("en", "Quarter"), ("vi", "Quý")])
def test_quarters_are_named_in_the_language_of_the_reader_and_months_as_they_are(language: str, word: str) -> None:
    with translation.override(language):
        choices = PeriodFilter({}, offered=OFFERED).fields["period"].choices
    assert choices == [
        ("Tháng 9/2025", "Tháng 9/2025"),
        ("2025-Q3", f"{word} III/2025"),
        ("2025-Q2", f"{word} II/2025"),
    ]
