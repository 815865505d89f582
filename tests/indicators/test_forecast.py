"""What the province's figures would be: against what was published, and only with what may be compared."""

from datetime import date

import pytest

from indicators.calendars import window
from indicators.forecast import is_comparable, province_figures
from indicators.models import Definition, Total
from indicators.tree import tree_on
from tests import factories
from tests.factories import cell, indicator


def measured(over_time, since):
    return Definition(over_time=over_time, valid_from=date(2026, 1, 1), measured_since=since)


@pytest.mark.parametrize(
    ("over_time", "since", "before", "now", "is_so"),
    [
        ("stock", date(2020, 1, 1), "2026-Q2", "2026-Q3", True),
        ("stock", date(2020, 1, 1), "2025", "2026-Q3", True),
        ("stock", date(2026, 6, 14), "2026-Q2", "2026-Q3", True),  # measured so since the very cut-off
        ("stock", date(2026, 6, 15), "2026-Q2", "2026-Q3", False),
        ("flow", date(2020, 1, 1), "2026-Q2", "2026-Q3", True),
        ("flow", date(2020, 1, 1), "2025", "2026-Q3", False),
        ("running", date(2020, 1, 1), "2026-Q2", "2026-Q3", True),
        ("running", date(2020, 1, 1), "2025-Q4", "2026-Q1", False),
    ],
)
def test_what_may_be_compared(db, over_time, since, before, now, is_so):
    periods = [factories.period(window(label)) for label in (before, now)]
    assert is_comparable(measured(over_time, since), *periods) is is_so


@pytest.fixture
def round_(province):
    return province.round(indicator("HT.01"), units=[province.department, province.sister], subject="self")


def forecast(round_, **cells):
    """One figure of each unit, as if it had been handed in."""
    lines = list(round_.lines.select_related("indicator", "definition"))
    handed = {unit.pk: {(lines[0].pk, unit.pk): said} for unit, said in cells.values()}
    return province_figures(lines, round_.period, handed, tree_on(round_.period.last_day))


def test_adds_what_waits_and_counts_who_is_expected(province, round_):
    (one,) = forecast(round_, a=(province.department, cell("5")))
    assert (one.value, one.n, one.m, one.published) == (5, 1, 2, None)
    (both,) = forecast(round_, a=(province.department, cell("5")), b=(province.sister, cell("7")))
    assert (both.value, both.n, both.m) == (12, 2, 2)
    assert Total.objects.count() == 0


def test_what_could_not_be_collected_is_no_zero(province, round_):
    (found,) = forecast(round_, a=(province.department, cell(state="not_available", note="Mất sổ")))
    assert (found.value, found.n, found.m) == (None, 0, 2)


def test_nothing_that_waits_is_no_forecast(round_):
    assert forecast(round_) == []


@pytest.mark.parametrize("n", [1, 2])
def test_takes_the_same_queries_for_one_report_and_two(province, round_, n, django_assert_num_queries):
    lines = list(round_.lines.select_related("indicator", "definition"))
    units = [province.department, province.sister][:n]
    handed = {unit.pk: {(lines[0].pk, unit.pk): cell("5")} for unit in units}
    tree = tree_on(round_.period.last_day)
    with django_assert_num_queries(6):
        assert len(province_figures(lines, round_.period, handed, tree)) == 1
