"""config/formats/vi: the faults of Django's own Vietnamese formats that domain.md 27 lists."""

import datetime

import pytest
from django import forms
from django.utils import formats, translation


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("03/04/2025", datetime.date(2025, 4, 3)),
        ("31/12/2026", datetime.date(2026, 12, 31)),
        ("25/2/2022", datetime.date(2022, 2, 25)),
        ("2022-02-25", datetime.date(2022, 2, 25)),
    ],
)
def test_dates_are_read_day_first(text, date):
    assert forms.DateField().clean(text) == date


@pytest.mark.parametrize("kind", ["DATE_FORMAT", "SHORT_DATE_FORMAT"])
def test_dates_are_printed_with_slashes(kind):
    assert formats.date_format(datetime.date(2022, 2, 5), kind) == "05/02/2022"


@pytest.mark.parametrize("kind", ["DATETIME_FORMAT", "SHORT_DATETIME_FORMAT"])
def test_moments_are_printed_day_before_hour(kind):
    assert formats.date_format(datetime.datetime(2026, 9, 15, 16, 20), kind) == "15/09/2026 16:20"


def test_months_and_times_are_printed_the_vietnamese_way():
    moment = datetime.datetime(2026, 9, 5, 6, 7)
    assert formats.date_format(moment, "YEAR_MONTH_FORMAT") == "Tháng 9/2026"
    assert formats.date_format(moment, "MONTH_DAY_FORMAT") == "05/09"
    assert formats.time_format(moment.time()) == "06:07"


@pytest.mark.parametrize(
    "text", ["15/09/2026 16:20", "15/09/2026 16:20:00", "2026-09-15 16:20", "2026-09-15 16:20:00"]
)
def test_moments_are_read_day_first(text, settings):
    settings.USE_TZ = False
    assert forms.DateTimeField().clean(text) == datetime.datetime(2026, 9, 15, 16, 20)


@pytest.mark.parametrize("kind", [forms.DateTimeField, forms.TimeField, forms.DateField])
def test_what_stands_in_an_input_is_read_back_to_the_second(kind, settings):
    settings.USE_TZ = False
    moment = datetime.datetime(2026, 9, 15, 16, 20, 59)
    value = {forms.DateField: moment.date(), forms.TimeField: moment.time()}.get(kind, moment)
    assert kind().clean(kind().widget.format_value(value)) == value


def test_thousands_are_grouped_by_threes_only_where_asked():
    assert formats.number_format(14433, force_grouping=True) == "14.433"
    assert formats.number_format(1234567.5, force_grouping=True) == "1.234.567,5"
    assert formats.localize(14433) == "14433"


def test_the_week_starts_on_monday():
    assert formats.get_format("FIRST_DAY_OF_WEEK") == 1
