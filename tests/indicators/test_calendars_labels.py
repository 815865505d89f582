"""Labels of periods: what they say, how they are written on the screen, how the next one is numbered."""

from datetime import date
from enum import StrEnum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indicators.calendars import (
    REPORTING,
    STATISTICAL,
    Frequency,
    UnknownLabel,
    Window,
    calendar_of,
    earlier_in_year,
    frequency_of,
    next_ad_hoc_label,
    period_name,
    show_day,
    window,
    window_of,
    window_sentence,
    windows_of_year,
)

pytestmark = pytest.mark.usefixtures("english")

REGULAR = [f for f in Frequency if f != Frequency.AD_HOC]
NO_LABELS = [
    "",
    "-TK",
    "26",
    "02026",
    "0999",
    "9000",
    "２０２６",
    "2026 ",
    "2026\n",
    "2026-",
    "2026-tk",
    "2026-TK-TK",
    "2026-TK-Q1",
    "2026TK",
    "2026-Q",
    "2026-Q0",
    "2026-Q01",
    "2026-Q5",
    "2026-Q１",
    "2026-q1",
    "x2026-Q1",
    "2026-Q1x",
    "2026-M00",
    "2026-M1",
    "2026-M13",
    "2026-M001",
    "2026-H0",
    "2026-H3",
    "2026-9M1",
    "2026-6M",
    "2026-M",
    "2026-A00",
    "2026-A1",
    "2026-A001",
    "2026-A1000",
    "2026-A",
    "' OR 1=1",
]

years = st.integers(1000, 8999)
calendars = st.sampled_from([REPORTING, STATISTICAL])
texts = st.text(alphabet="0126 9-QMHATK\n１", max_size=12)


# --- What a label says


@pytest.mark.parametrize(
    ("label", "frequency"),
    [
        ("2026", Frequency.YEAR),
        ("2026-H1", Frequency.HALF),
        ("2026-H2", Frequency.HALF),
        ("2026-9M", Frequency.NINE_MONTHS),
        ("2026-Q4", Frequency.QUARTER),
        ("2026-M01", Frequency.MONTH),
        ("2026-M12", Frequency.MONTH),
        ("2026-A01", Frequency.AD_HOC),
        ("2026-A10", Frequency.AD_HOC),
        ("2026-A100", Frequency.AD_HOC),
    ],
)
def test_a_label_says_its_frequency_and_its_calendar(label, frequency):
    assert (frequency_of(label), calendar_of(label)) == (frequency, "nd09")
    assert (frequency_of(f"{label}-TK"), calendar_of(f"{label}-TK")) == (frequency, "tk")


@pytest.mark.parametrize("ask", [window, calendar_of, frequency_of])
@pytest.mark.parametrize("label", NO_LABELS)
def test_a_text_that_is_no_label_is_refused_and_named(ask, label):
    with pytest.raises(UnknownLabel) as refused:
        ask(label)
    assert refused.value.args == (label,)


@pytest.mark.parametrize("label", ["2026-A01", "2026-A01-TK"])
def test_the_days_of_an_ad_hoc_round_cannot_be_told_from_its_label(label):
    with pytest.raises(UnknownLabel):
        window(label)


@given(years, st.sampled_from(REGULAR), calendars)
@example(1000, Frequency.YEAR, REPORTING)
@example(8999, Frequency.MONTH, STATISTICAL)
def test_every_window_can_be_found_again_by_its_label_and_by_each_of_its_ends(year, frequency, calendar):
    for each in windows_of_year(year, frequency, calendar):
        assert window(each.label) == each
        assert (frequency_of(each.label), calendar_of(each.label)) == (frequency, calendar)
        assert window_of(each.first_day, frequency, calendar) == each
        assert window_of(each.last_day, frequency, calendar) == each


@given(texts)
@example("2026-M12-TK")
def test_any_text_is_a_label_word_for_word_or_refused(text):
    try:
        found = window(text)
    except UnknownLabel:
        return
    assert found.label == text


@given(st.dates(date(1000, 1, 1), date(8998, 12, 31)), st.sampled_from(REGULAR), calendars)
def test_any_day_is_inside_the_window_that_is_found_for_it(day, frequency, calendar):
    found = window_of(day, frequency, calendar)
    if found is None:
        assert frequency == Frequency.NINE_MONTHS
        assert window_of(day, Frequency.QUARTER, calendar).label[4:7] == "-Q4"
    else:
        assert found.first_day <= day <= found.last_day


def test_no_two_windows_of_a_year_share_a_label():
    labels = [w.label for c in (REPORTING, STATISTICAL) for f in REGULAR for w in windows_of_year(2026, f, c)]
    assert len(set(labels)) == len(labels) == 2 * (12 + 4 + 2 + 1 + 1)


def test_a_choice_of_a_model_or_the_text_from_a_column_does_as_well_as_the_constant():
    class Choice(StrEnum):
        STATISTICAL = "tk"

    expected = windows_of_year(2026, Frequency.HALF, STATISTICAL)
    assert windows_of_year(2026, "half", Choice.STATISTICAL) == expected


# --- Numbers of ad-hoc rounds


@pytest.mark.parametrize(
    ("taken", "calendar", "label"),
    [
        ([], REPORTING, "2026-A01"),
        ([], STATISTICAL, "2026-A01-TK"),
        (["2026-A01"], REPORTING, "2026-A02"),
        (["2026-A02", "2026-A01"], REPORTING, "2026-A03"),
        (["2026-A01", "2026-A03"], REPORTING, "2026-A04"),
        (["2026-A09"], REPORTING, "2026-A10"),
        (["2026-A99"], REPORTING, "2026-A100"),
        (["2026-A01"], STATISTICAL, "2026-A01-TK"),
        (["2026-A01-TK", "2026-A07"], STATISTICAL, "2026-A02-TK"),
        (["2025-A05", "2027-A09", "2026-A01-TK", "2026-M12", "2026-Q4", "2026", "A08"], REPORTING, "2026-A01"),
    ],
)
def test_the_next_ad_hoc_round_follows_the_highest_number_of_its_year_and_calendar(taken, calendar, label):
    assert next_ad_hoc_label(2026, iter(taken), calendar) == label


@given(years, calendars, st.integers(1, 60))
def test_ad_hoc_labels_are_never_given_twice_and_are_labels(year, calendar, how_many):
    taken = []
    for _ in range(how_many):
        taken.append(next_ad_hoc_label(year, taken, calendar))
    assert len(set(taken)) == how_many
    assert {(frequency_of(label), calendar_of(label)) for label in taken} == {(Frequency.AD_HOC, calendar)}


def test_a_year_runs_out_of_ad_hoc_numbers_loudly():
    with pytest.raises(ValueError, match="2026 has no number left"):
        next_ad_hoc_label(2026, ["2026-A999"])


# --- On the screen


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("2026-M01", "Month 1/2026"),
        ("2026-M07", "Month 7/2026"),
        ("2026-M12", "Month 12/2026"),
        ("2026-Q1", "Quarter I/2026"),
        ("2026-Q2", "Quarter II/2026"),
        ("2026-Q3", "Quarter III/2026"),
        ("2026-Q4", "Quarter IV/2026"),
        ("2026-H1", "First half of 2026"),
        ("2026-H2", "Second half of 2026"),
        ("2026-9M", "First nine months of 2026"),
        ("2026", "Year 2026"),
        ("2026-A01", "Ad-hoc round 01/2026"),
        ("2026-A12", "Ad-hoc round 12/2026"),
    ],
)
def test_a_period_has_a_name_and_the_statistical_one_says_so(label, name):
    assert period_name(label) == name
    assert period_name(f"{label}-TK") == f"{name}, statistical calendar"


@pytest.mark.parametrize("label", NO_LABELS)
def test_a_text_that_is_no_label_stands_as_it_is(label):
    assert period_name(label) == label


@given(texts)
def test_whatever_text_comes_a_name_is_given(text):
    assert type(period_name(text)) is str


def test_the_window_is_spelt_out_to_its_last_day():
    third = window("2026-Q3")
    sentence = window_sentence(third.first_day, third.last_day)
    assert sentence == "Figures from 15/06/2026 to the end of 14/09/2026"


def test_the_last_day_is_the_one_before_the_day_after():
    assert Window("2026-M03", date(2026, 2, 15), date(2026, 3, 1)).last_day == date(2026, 2, 28)


def test_days_are_written_with_two_digits():
    assert show_day(date(2022, 2, 5)) == "05/02/2022"


@pytest.mark.parametrize(
    ("label", "earlier"),
    [
        ("2026-Q1", []),
        ("2026-Q3", ["2026-Q1", "2026-Q2"]),
        ("2026-M03-TK", ["2026-M01-TK", "2026-M02-TK"]),
        ("2026-H2", ["2026-H1"]),
        ("2026-9M", []),
        ("2026", []),
        ("2026-A02", []),
    ],
)
def test_the_periods_before_one_in_its_year(label, earlier):
    assert earlier_in_year(label) == earlier
