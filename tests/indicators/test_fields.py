"""indicators/fields.py and the filters that print what its fields hold."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from indicators.fields import FigureField, FoldedField, NumberField, SortKeyField, VietnameseDateField

pytestmark = pytest.mark.usefixtures("english")


@dataclass
class Figure:
    value: Decimal | None
    decimals: int = 0
    qualifier: str = ""


def refusal(field, text):
    with pytest.raises(ValidationError) as refused:
        field.clean(text)
    return refused.value


def printed(source, **context):
    return Template("{% load figures %}{{ " + source + " }}").render(Context(context))


def rebuilt(field):
    _, _, args, kwargs = field.deconstruct()
    return type(field)(*args, **kwargs)


# --- A figure in a form


@pytest.mark.parametrize(("text", "value"), [("1.250,5", "1250.5"), ("53.33", "53.33"), ("−0,38", "-0.38")])
def test_a_number_field_reads_the_vietnamese_form(text, value):
    assert NumberField().clean(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", " ", "\u00a0", None])
def test_an_empty_number_field_is_none_and_never_zero(text):
    assert NumberField(required=False).clean(text) is None
    assert refusal(NumberField(), text).code == "required"


def test_a_number_field_refuses_two_readings_in_the_sentence_that_names_both():
    assert refusal(NumberField(), "8.569").messages == ['"8.569" can be read as 8,569 or 8569. Choose one.']


def test_a_number_field_holds_to_the_decimals_of_the_definition():
    assert NumberField(decimals=0).clean("14.433") == 14433
    assert refusal(NumberField(decimals=0), "12,5").code == "unreadable"
    assert refusal(NumberField(decimals=1), "12,55").code == "unreadable"


def test_a_number_field_takes_twelve_digits_where_no_definition_is_at_hand():
    assert NumberField().clean("1.200.000") == 1_200_000
    assert refusal(NumberField(decimals=6), "1.200.000").code == "unreadable"


def test_a_number_field_refuses_a_qualifier_that_it_could_not_keep():
    refused = refusal(NumberField(), "gần 400")
    assert refused.code == "qualifier"
    assert '"gần 400"' in refused.messages[0]


def test_a_percent_sign_is_taken_only_by_a_percentage():
    assert NumberField(percent=True).clean("53,8%") == Decimal("53.8")
    assert refusal(NumberField(), "53,8%").code == "unreadable"


@pytest.mark.parametrize(
    ("stored", "decimals", "shown"),
    [
        ("53.800000", None, "53,8"),
        ("1250.500000", None, "1.250,5"),
        ("1250.000000", None, "1250"),
        ("1250.000000", 0, "1.250"),
        ("-1250.000000", 2, "−1250"),
        ("0.000000", None, "0"),
    ],
)
def test_a_stored_figure_stands_in_its_input_as_it_will_be_read_again(stored, decimals, shown):
    field = NumberField(decimals=decimals)
    assert field.prepare_value(Decimal(stored)) == shown
    assert field.clean(shown) == Decimal(stored)
    assert not field.has_changed(Decimal(stored), shown)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-999_999, max_value=999_999))
def test_any_stored_figure_survives_an_unchanged_form(stored):
    field = NumberField()
    assert field.clean(field.prepare_value(stored)) == stored


def test_a_refused_text_stays_in_the_input_as_it_was_typed():
    class Form(forms.Form):
        target = NumberField()

    rendered = str(Form({"target": "8.569"})["target"])
    assert 'value="8.569"' in rendered
    assert 'type="text"' in rendered
    assert 'inputmode="decimal"' in rendered


# --- A figure in a model


def test_a_figure_field_is_a_wide_decimal_that_says_nothing_of_it_in_migrations():
    field = FigureField("value", null=True)
    _, path, args, kwargs = field.deconstruct()
    assert (path, args, kwargs) == (
        "indicators.fields.FigureField",
        [],
        {"verbose_name": "value", "null": True},
    )
    assert (rebuilt(field).max_digits, rebuilt(field).decimal_places) == (18, 6)
    assert FigureField(max_digits=21).deconstruct()[3] == {"max_digits": 21}


def test_the_form_field_of_a_figure_is_ours():
    field = FigureField("target", blank=True).formfield()
    assert type(field) is NumberField
    assert (field.decimals, field.required, field.label) == (None, False, "Target")
    assert FigureField(decimal_places=2).formfield().decimals == 2


# --- Derived columns


@pytest.mark.parametrize(
    ("field", "expected"),
    [(FoldedField(source="name"), "doan ket"), (SortKeyField(source="name"), "9l3k1hbs014")],
)
def test_a_derived_column_is_filled_from_its_source_whenever_it_is_written(field, expected):
    field.set_attributes_from_name("derived")
    unit = SimpleNamespace(name="Đoàn Kết", derived="stale")
    assert field.pre_save(unit, add=False) == expected == unit.derived


def test_a_derived_column_of_nothing_is_empty():
    field = FoldedField(source="name")
    field.set_attributes_from_name("search")
    assert field.pre_save(SimpleNamespace(name=None), add=True) == ""


def test_a_derived_column_never_outgrows_itself():
    field = FoldedField(source="name", max_length=3)
    field.set_attributes_from_name("search")
    assert field.pre_save(SimpleNamespace(name="Straße"), add=True) == "str"


@pytest.mark.parametrize("kind", [FoldedField, SortKeyField])
def test_a_derived_column_is_rebuilt_by_migrations_and_edited_by_nobody(kind):
    field = kind(source="name", max_length=200)
    _, path, args, kwargs = field.deconstruct()
    assert (path, args) == (f"indicators.fields.{kind.__name__}", [])
    assert kwargs == {"source": "name", "max_length": 200}
    assert (rebuilt(field).editable, rebuilt(field).blank, rebuilt(field).source) == (False, True, "name")


# --- Dates


@pytest.mark.parametrize("text", ["25/02/2022", "25/2/2022", "2022-02-25", " 25/02/2022\u00a0"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_date_is_read_day_first_in_every_language(text, language):
    with translation.override(language):
        assert VietnameseDateField().clean(text) == datetime.date(2022, 2, 25)
        assert VietnameseDateField().clean("03/04/2025") == datetime.date(2025, 4, 3)


@pytest.mark.parametrize("text", ["12/31/2026", "31/02/2026", "25/2/22", "mai"])
def test_what_is_no_date_is_refused_with_an_example(text):
    refused = refusal(VietnameseDateField(), text)
    assert refused.messages == ["Enter the date as day/month/year, for example 25/02/2022."]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_date_stands_in_its_input_as_it_is_read(language):
    class Form(forms.Form):
        due = VietnameseDateField()

    with translation.override(language):
        assert 'value="25/02/2022"' in str(Form(initial={"due": datetime.date(2022, 2, 25)})["due"])


# --- Filters


def test_a_figure_is_printed_as_written():
    assert printed("f|figure", f=Figure(Decimal("53.800000"), 2)) == "53,80"
    assert printed("f|figure", f=Figure(Decimal(400), 0, "nearly")) == "nearly 400"


@pytest.mark.parametrize("missing", [None, Figure(None)])
def test_nothing_is_printed_for_a_missing_value_and_zero_is_no_missing_value(missing):
    assert printed("f|figure", f=missing) == printed("f|with_unit:'km'", f=missing) == ""
    assert printed("f|figure|with_unit:'km'", f=missing) == ""
    assert printed("f|with_unit:'km'", f=Figure(Decimal(0))) == "0 km"


@pytest.mark.parametrize("source", ["f|with_unit:unit", "f|figure|with_unit:unit"])
def test_a_unit_of_measure_is_escaped(source):
    assert printed(source, f=Figure(Decimal(1)), unit="<b>") == "1 &lt;b&gt;"


def test_a_day_and_a_moment_are_local():
    before_midnight = datetime.datetime(2026, 9, 15, 17, 20, tzinfo=datetime.UTC)
    assert printed("d|day", d=datetime.date(2022, 2, 5)) == "05/02/2022"
    assert printed("d|day", d=before_midnight) == "16/09/2026"
    assert printed("d|moment", d=before_midnight) == "16/09/2026 00:20"
    assert printed("d|day", d=None) == printed("d|moment", d=None) == ""
