"""One press in the place of a figure: nothing occurred, or the last period's figure once more."""

from decimal import Decimal

import pytest

from indicators import forms
from indicators.drafts import Cell
from indicators.forms import Typed
from indicators.models import Definition
from tests import factories

pytestmark = pytest.mark.usefixtures("english")

LENGTH = Definition(value_kind="number", unit_of_measure="km", decimals=0, lower_bound=Decimal(0))
SHARE = Definition(value_kind="ratio", unit_of_measure="%", decimals=1, upper_bound=Decimal(100))
MEETS = Definition(value_kind="yes_no")
STORY = Definition(value_kind="text")
LAST = factories.cell("14433", qualifier="nearly", kept=True)
LAST_SHARE = factories.cell("53.8", of=("7", "13"), kept=True)


def cell(definition, last=None, **typed) -> Cell:
    reading = forms.read(definition, Typed(**typed), last)
    assert reading.faults == ()
    return reading.cell


def fault(definition, last=None, **typed) -> tuple[str, str]:
    reading = forms.read(definition, Typed(**typed), last)
    assert reading.cell is None
    [found] = reading.faults
    return found.field, found.sentence


# --- Nothing occurred


@pytest.mark.parametrize("value", ["", "0"])
def test_the_tick_is_a_reported_zero(value):
    assert cell(LENGTH, zero="1", value=value) == Cell(state="reported", value=Decimal(0))


def test_the_zero_may_be_an_estimate_with_a_note():
    read = cell(LENGTH, zero="1", status="estimate", note="chưa chốt sổ")
    assert (read.status, read.note) == ("estimate", "chưa chốt sổ")


def test_a_typed_figure_contradicts_the_tick():
    assert fault(LENGTH, zero="1", value="5") == (
        "value",
        "A figure was typed, but “Nothing occurred (0)” is ticked. Keep one of them.",
    )


@pytest.mark.parametrize("state", ["not_available", "not_applicable"])
def test_a_state_without_a_figure_contradicts_the_tick(state):
    assert fault(LENGTH, zero="1", state=state)[0] == "state"


def test_a_zero_is_held_to_the_bounds():
    bounded = Definition(value_kind="number", unit_of_measure="km", lower_bound=Decimal(1))
    assert fault(bounded, zero="1") == ("value", "The figure cannot be below 1 km.")


@pytest.mark.parametrize("definition", [SHARE, MEETS, STORY])
def test_only_a_number_takes_the_tick(definition):
    """Of a ratio it would say nothing about the whole, and the province's value would be lost."""
    assert fault(definition, zero="1") == ("value", "Choose one of the listed values.")


def test_zero_and_last_period_s_figure_exclude_each_other():
    assert fault(LENGTH, LAST, zero="1", kept="1") == (
        "value",
        "“Nothing occurred (0)” and “Keep last period's figure” are both ticked. Keep one.",
    )


# --- Kept


def test_the_last_figure_is_taken_over_as_it_was_written():
    assert cell(LENGTH, LAST, kept="1") == LAST
    assert cell(SHARE, LAST_SHARE, kept="1", note="rà soát") == LAST_SHARE._replace(note="rà soát")


def test_it_has_the_status_of_the_new_report():
    assert cell(LENGTH, LAST._replace(status="official"), kept="1", status="estimate").status == "estimate"


def test_a_kept_figure_reads_back_as_kept():
    for definition, last in ((LENGTH, LAST), (SHARE, LAST_SHARE)):
        assert cell(definition, last, **forms.typed_of(last, definition)._asdict()) == last


@pytest.mark.parametrize(
    "typed",
    [{"value": "15.000", "qualifier": "nearly"}, {"value": "14.433"}, {"value": "14.433", "qualifier": "over"}],
)
def test_another_figure_beside_the_tick_is_what_is_meant(typed):
    read = cell(LENGTH, LAST, kept="1", **typed)
    assert (read.kept, read.qualifier) == (False, typed.get("qualifier", ""))


def test_other_parts_of_the_same_percentage_are_another_figure():
    assert cell(SHARE, LAST_SHARE, kept="1", numerator="14", denominator="26").kept is False


def test_the_same_figure_without_the_tick_is_reported_anew():
    assert cell(LENGTH, LAST, value="14.433", qualifier="nearly").kept is False


def test_a_chosen_word_that_the_last_figure_does_not_carry_is_refused():
    assert fault(LENGTH, LAST, kept="1", qualifier="over")[0] == "qualifier"


@pytest.mark.parametrize("state", ["not_available", "not_applicable"])
def test_a_state_without_a_figure_contradicts_keeping_one(state):
    assert fault(LENGTH, LAST, kept="1", state=state) == (
        "state",
        "A figure was typed, but the state says that there is none. Keep one of them.",
    )


def test_where_there_is_nothing_to_keep_it_is_said():
    assert fault(LENGTH, kept="1") == (
        "value",
        "There is no comparable figure of the last period that could be kept.",
    )


def test_a_last_figure_outside_new_bounds_is_not_kept():
    bounded = Definition(value_kind="number", unit_of_measure="km", upper_bound=Decimal(10_000))
    assert fault(bounded, LAST, kept="1") == ("value", "The figure cannot be above 10.000 km.")
