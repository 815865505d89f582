"""What of the last period may be compared with a new figure, and what may be kept as one."""

from datetime import date
from decimal import Decimal

import pytest

from indicators.calendars import window
from indicators.drafts import Cell
from indicators.models import Definition, Observation, Period
from indicators.previous import is_comparable, keepable

NUMBER = {"value_kind": "number", "unit_of_measure": "km", "over_time": "stock"}
SHARE = {"value_kind": "ratio", "unit_of_measure": "%", "decimals": 1, "over_time": "stock"}


def definition(facts=NUMBER, **changed) -> Definition:
    return Definition(**{"indicator_id": 1, "valid_from": date(2021, 1, 1)} | facts | changed)


def period(label) -> Period:
    found = window(label)
    return Period(label=label, first_day=found.first_day, day_after_last=found.day_after_last)


def before(of=None, *, label="2026-Q3", **facts) -> Observation:
    said = {"state": "reported", "value": Decimal(14433), "decimals": 0}
    return Observation(definition=of or definition(), period=period(label), **said | facts)


# --- Comparing


@pytest.mark.parametrize(
    ("over_time", "label", "is_so"),
    [
        ("stock", "2026-Q3", True),
        ("stock", "2022", True),
        ("flow", "2026-Q3", True),
        ("flow", "2025-Q4", True),
        ("flow", "2025", False),
        ("flow", "2026-M09", False),
        ("running", "2026-Q3", True),
        ("running", "2026-M09", True),
        ("running", "2025-Q4", False),
    ],
)
def test_which_earlier_period_a_quarter_is_compared_with(over_time, label, is_so):
    measured = definition(over_time=over_time)
    assert is_comparable(measured, before(measured, label=label), period("2026-Q4")) is is_so


def test_another_way_of_measuring_is_not_compared():
    assert is_comparable(definition(valid_from=date(2026, 10, 1)), before(), period("2026-Q4")) is False
    same = definition(valid_from=date(2026, 10, 1), measured_since=date(2021, 1, 1))
    assert is_comparable(same, before(), period("2026-Q4")) is True


# --- Keeping


def test_a_stock_is_kept_with_all_that_was_written():
    whole = before(
        definition(SHARE),
        value=Decimal("53.8"),
        numerator=Decimal(7),
        denominator=Decimal(13),
        decimals=1,
        qualifier="about",
        status="estimate",
    )
    assert keepable(definition(SHARE), whole) == Cell(
        state="reported",
        value=Decimal("53.8"),
        numerator=Decimal(7),
        denominator=Decimal(13),
        decimals=1,
        qualifier="about",
        kept=True,
    )


@pytest.mark.parametrize("over_time", ["flow", "running"])
def test_what_a_period_adds_up_anew_is_never_as_before(over_time):
    measured = definition(over_time=over_time)
    assert keepable(measured, before(measured)) is None


@pytest.mark.parametrize("facts", [{"state": "not_available", "value": None}, {"state": "reported", "value": None}])
def test_without_a_figure_there_is_nothing_to_keep(facts):
    assert keepable(definition(), before(**facts)) is None
    assert keepable(definition(), None) is None


@pytest.mark.parametrize("kind", ["yes_no", "text"])
def test_a_yes_and_a_text_are_said_anew(kind):
    measured = definition(value_kind=kind)
    assert keepable(measured, before(measured, value=Decimal(1))) is None


@pytest.mark.parametrize(
    ("changed", "is_offered"),
    [
        ({}, True),
        ({"valid_from": date(2026, 10, 1)}, False),
        ({"valid_from": date(2026, 10, 1), "measured_since": date(2021, 1, 1)}, True),
        ({"unit_of_measure": "nghìn km"}, False),
        ({"decimals": 2}, True),
    ],
)
def test_it_is_not_offered_where_the_definition_changed_meanwhile(changed, is_offered):
    assert (keepable(definition(**changed), before()) is not None) is is_offered


def test_a_figure_with_more_decimals_than_are_kept_now_is_not_offered():
    assert keepable(definition(decimals=0), before(value=Decimal("5.25"), decimals=2)) is None


def test_a_computed_figure_is_kept_with_its_own_decimals_alone():
    parts = {"numerator": Decimal(7), "denominator": Decimal(13), "decimals": 1, "value": Decimal("53.8")}
    assert keepable(definition(SHARE), before(definition(SHARE), **parts)) is not None
    assert keepable(definition(SHARE, decimals=2), before(definition(SHARE), **parts)) is None
    assert keepable(definition(), before(**parts)) is None
