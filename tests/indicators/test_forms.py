"""How the fields of one cell are read: a cell, or the sentence that says why it is given back."""

import unicodedata
from decimal import Decimal

import pytest
from django.core.exceptions import BadRequest

from indicators import forms, slots
from indicators.drafts import Cell
from indicators.forms import Typed
from indicators.models import Definition
from tests import factories

pytestmark = pytest.mark.usefixtures("english")


LENGTH = Definition(value_kind="number", unit_of_measure="km", decimals=0, lower_bound=Decimal(0))
MONEY = Definition(value_kind="number", unit_of_measure="tỷ đồng", decimals=2)
SHARE = Definition(
    value_kind="ratio", unit_of_measure="%", decimals=1, lower_bound=Decimal(0), upper_bound=Decimal(100)
)
PER_HUNDRED = Definition(value_kind="ratio", unit_of_measure="thuê bao/100 dân", decimals=2)
MEETS = Definition(value_kind="yes_no", yes_words="Đạt", no_words="Chưa đạt")
STORY = Definition(value_kind="text")


def cell(definition, **typed) -> Cell:
    reading = forms.read(definition, Typed(**typed))
    assert reading.faults == ()
    return reading.cell


def fault(definition, **typed) -> tuple[str, str]:
    """The field and the sentence of the one fault; nothing was read."""
    reading = forms.read(definition, Typed(**typed))
    assert reading.cell is None
    [found] = reading.faults
    return found.field, found.sentence


@pytest.mark.parametrize(
    ("definition", "typed", "value", "decimals"),
    [
        (LENGTH, "14.433", "14433", 0),
        (LENGTH, "14433", "14433", 0),
        (LENGTH, "0", "0", 0),
        (LENGTH, "999.999.999.999", "999999999999", 0),
        (MONEY, "53,80", "53.80", 2),
        (MONEY, "53.33", "53.33", 2),
        (MONEY, "9.999.999.999,99", "9999999999.99", 2),
        (MONEY, "-0,38", "-0.38", 2),
        (SHARE, "53,8%", "53.8", 1),
        (SHARE, "100", "100", 0),
    ],
)
def test_a_figure_is_read_as_written(definition, typed, value, decimals):
    assert cell(definition, value=typed) == Cell(state="reported", value=Decimal(value), decimals=decimals)


@pytest.mark.parametrize(
    ("definition", "typed", "sentence"),
    [
        (LENGTH, "không có", '"không có" is not a number. Where there is none, choose a state on the right.'),
        (LENGTH, "-1", "The figure cannot be below 0 km."),
        (SHARE, "130%", "The figure cannot be above 100%."),
        (SHARE, "-5", "The figure cannot be below 0%."),
        (
            LENGTH,
            "1.000.000.000.000",
            '"1.000.000.000.000" is too long: a figure has at most 12 digits, 0 of them decimals. '
            "Use a larger unit of measure, for example billion instead of million.",
        ),
    ],
)
def test_a_figure_that_cannot_be_taken_says_why(definition, typed, sentence):
    assert fault(definition, value=typed) == ("value", sentence)


def test_a_figure_with_two_readings_offers_both():
    reading = forms.read(SHARE, Typed(value="8.569"))
    assert [f.sentence for f in reading.faults] == ['"8.569" can be read as 8,569% or 8569. Choose one.']
    assert reading.choices == ("8,569%", "8569")
    assert reading.cell is None


def test_the_chosen_reading_is_taken():
    assert cell(MONEY, value="gần 8.569", reading="gần 8569") == Cell(
        state="reported", value=Decimal(8569), qualifier="nearly"
    )


def test_a_chosen_reading_is_held_to_the_bounds_and_the_decimals():
    assert fault(SHARE, value="8.569", reading="8569")[1] == "The figure cannot be above 100%."
    assert "at most 1 are kept" in fault(SHARE, value="8.569", reading="8,569%")[1]


def test_a_reading_of_another_figure_is_no_reading_of_this_one():
    assert cell(MONEY, value="9,1", reading="8569").value == Decimal("9.1")
    assert forms.read(MONEY, Typed(value="8.569", reading="5")).choices == ("8,569", "8569")


def test_two_parts_give_the_value_and_its_decimals():
    assert cell(SHARE, numerator="7", denominator="13") == Cell(
        state="reported", value=Decimal("53.8"), numerator=Decimal(7), denominator=Decimal(13), decimals=1
    )


def test_parts_are_counts_whose_dots_separate_groups():
    read = cell(PER_HUNDRED, numerator="1.250", denominator="1.250,5")
    assert (read.numerator, read.denominator, read.value) == (Decimal(1250), Decimal("1250.5"), Decimal("99.96"))


def test_a_percentage_may_stand_without_its_parts():
    assert cell(SHARE, value="53,8") == Cell(state="reported", value=Decimal("53.8"), decimals=1)


def test_a_value_beside_parts_must_be_the_computed_one():
    assert cell(SHARE, value="53,8", numerator="7", denominator="13").value == Decimal("53.8")
    assert fault(SHARE, value="54", numerator="7", denominator="13") == (
        "value",
        "The figure typed (54) differs from the computed one: 7 / 13 = 53,8%. Correct one of them.",
    )


@pytest.mark.parametrize(("given", "lacking"), [("numerator", "denominator"), ("denominator", "numerator")])
def test_one_part_alone_is_refused(given, lacking):
    assert fault(SHARE, **{given: "7"}) == (
        lacking,
        "Both parts are needed: the numerator and the denominator.",
    )


@pytest.mark.parametrize("denominator", ["0", "-13"])
def test_the_denominator_is_greater_than_0(denominator):
    assert fault(SHARE, numerator="7", denominator=denominator) == (
        "denominator",
        "The denominator must be greater than 0.",
    )


def test_a_part_is_not_larger_than_its_whole():
    assert fault(SHARE, numerator="15", denominator="13") == (
        "numerator",
        "The part (15) is larger than the whole (13).",
    )


def test_a_part_carries_no_qualifier():
    field, sentence = fault(SHARE, numerator="gần 7", denominator="13")
    assert field == "numerator"
    assert sentence == 'Enter the number alone: "gần 7" carries a word that cannot be kept here.'


def test_a_computed_value_beyond_twelve_digits_is_refused():
    field, sentence = fault(PER_HUNDRED, numerator="999.999.999.999", denominator="0,000001")
    assert field == "denominator"
    assert sentence.endswith("is too large to be kept: check the numerator and the denominator.")


def test_an_empty_cell_is_missing_and_may_carry_a_note():
    assert cell(LENGTH) == Cell()
    assert cell(LENGTH, note="đang rà soát") == Cell(note="đang rà soát")


@pytest.mark.parametrize(("definition", "field"), [(LENGTH, "value"), (SHARE, "numerator"), (MEETS, "value")])
def test_reported_without_a_figure_is_refused(definition, field):
    assert fault(definition, state="reported") == (
        field,
        "The figure is missing. Where there is none, choose another state.",
    )


@pytest.mark.parametrize("state", ["not_available", "not_applicable"])
@pytest.mark.parametrize("typed", [{"value": "5"}, {"numerator": "0"}, {"denominator": "3"}])
def test_a_figure_beside_a_state_that_denies_it_is_refused(state, typed):
    assert fault(SHARE, state=state, **typed) == (
        "state",
        "A figure was typed, but the state says that there is none. Keep one of them.",
    )


def test_a_cell_without_a_figure_keeps_no_qualifier_and_no_status():
    assert cell(LENGTH, state="not_available", qualifier="over", status="estimate", note="mất sổ") == Cell(
        state="not_available", note="mất sổ"
    )


def test_a_qualifier_is_typed_or_chosen():
    assert cell(LENGTH, value="gần 400").qualifier == "nearly"
    assert cell(LENGTH, value="400", qualifier="nearly").qualifier == "nearly"
    assert cell(LENGTH, value="gần 400", qualifier="nearly").qualifier == "nearly"
    assert cell(SHARE, numerator="7", denominator="13", qualifier="about").qualifier == "about"


def test_a_qualifier_typed_and_chosen_differently_is_refused():
    assert fault(LENGTH, value="gần 400", qualifier="over") == (
        "qualifier",
        "The figure says “nearly”, the list says “over”. Keep one of them.",
    )


def test_the_status_stands_with_the_figure():
    assert cell(LENGTH, value="400", status="estimate").status == "estimate"


@pytest.mark.parametrize(("field", "text"), [("state", "lost"), ("status", ""), ("qualifier", "exactly")])
def test_what_no_list_offers_is_refused(field, text):
    assert fault(LENGTH, **{"value": "5", field: text}) == (field, "Choose one of the listed values.")


def test_yes_is_1_and_no_is_0():
    assert [cell(MEETS, value=v).value for v in "10"] == [Decimal(1), Decimal(0)]
    assert fault(MEETS, value="có") == ("value", "Choose one of the listed values.")


def test_a_text_is_kept_whole():
    assert cell(STORY, value="Dòng một\nDòng hai") == Cell(state="reported", text="Dòng một\nDòng hai")
    assert fault(STORY, value="a" * 20_001)[0] == "value"


def test_a_note_has_at_most_2000_characters():
    assert len(cell(LENGTH, note="ữ" * 2000).note) == 2000
    assert fault(LENGTH, note="ữ" * 2001) == ("note", "The text has 2001 characters; at most 2000 are kept.")


def test_every_fault_of_a_cell_is_named():
    reading = forms.read(LENGTH, Typed(value="x", note="a" * 2001))
    assert [f.field for f in reading.faults] == ["value", "note"]


def test_what_is_stored_reads_back_as_it_is():
    for definition, stored in (
        (LENGTH, factories.cell("14433", qualifier="nearly", status="estimate", note="n")),
        (MONEY, factories.cell("1250", decimals=0)),
        (MONEY, factories.cell("53.80")),
        (SHARE, factories.cell("53.8", of=("7", "13"))),
        (PER_HUNDRED, factories.cell("99.96", of=("1250", "1250.500000"))),
        (MEETS, Cell(state="reported", value=Decimal(0))),
        (STORY, Cell(state="reported", text="Kể lại")),
        (LENGTH, Cell(state="not_available", note="vì sao")),
        (LENGTH, Cell()),
    ):
        assert cell(definition, **forms.typed_of(stored, definition)._asdict()) == stored


def test_what_is_posted_is_composed_and_cleaned():
    decomposed = unicodedata.normalize("NFD", "Đã rà soát")
    assert forms.tidy(f" {decomposed}\r\nhết\x00\x07 ") == "Đã rà soát\nhết"


@pytest.mark.parametrize(
    "post",
    [
        {"version": "0"},
        {"action": "approve", "version": "0"},
        {"action": "save"},
        {"action": "save", "version": "x"},
        {"action": "save", "version": "-1"},
        {"action": "save", "version": "8"},
        {"action": "save", "version": "1", "key": "a" * 65},
        {"action": "sign", "key": "khóa"},
    ],
)
def test_what_no_page_of_ours_sends_is_a_bad_request(post):
    with pytest.raises(BadRequest):
        forms.read_post(post, [], current=7)


def test_a_cell_that_was_not_posted_is_left_alone(province):
    submission = province.submission(factories.indicator("HT.01"), factories.indicator("HT.02"))
    asked = slots.layout(submission).slots
    posted = forms.read_post({"action": "save", "version": "0", "HT.02-value": "5"}, asked, current=0)
    assert [r.cell.value for r in posted.readings.values()] == [5]
    assert list(posted.readings) == [asked[1].key]


def test_a_grid_names_its_lines_by_commune_in_vietnamese_order(province):
    for code, name in (("03388", "Phường Đoàn Kết"), ("03434", "Xã Dào San"), ("03387", "Phường Dân Chủ")):
        factories.unit(name, "commune", code=code, parent=province.root)
    factories.unit("Xã tỉnh khác", "commune", code="09999")
    submission = province.submission(factories.indicator("HT.01"), subject="each_commune")
    assert [s.name for s in slots.layout(submission).slots] == ["HT.01@03387", "HT.01@03388", "HT.01@03434"]
