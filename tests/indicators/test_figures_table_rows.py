"""A row of a table is read as the page reads the same texts: a figure, or the same refusal."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from indicators import forms, numbers
from indicators.drafts import EMPTY
from indicators.figures_table.columns import File
from indicators.figures_table.understanding import contents_of
from indicators.models import Definition, Indicator, RoundLine, Unit
from indicators.slots import Slot
from indicators.workbook.reading import Line
from indicators.workbook.understanding import understood

NUMBER = Definition(value_kind="number", unit_of_measure="km", decimals=2, upper_bound=Decimal(90_000))
WHOLE = Definition(value_kind="number", unit_of_measure="hộ", decimals=0)
SHARE = Definition(value_kind="ratio", unit_of_measure="%", decimals=1)
COLUMNS = ["reporting_unit", "period", "indicator", "value", "numerator", "denominator", "status", "note"]

# Without what a table may write otherwise than a page ("-" for 0, "…", a day): the rest has one reader.
figures = st.text(alphabet="0123456789.,", max_size=9) | st.sampled_from(["gần 400", "1 250", "53,8%", "1e3", "−5"])
notes = st.sampled_from(["", "rà soát", "x" * 2_001])


def by_table(definition: Definition, texts: dict[str, str]):
    line = RoundLine(pk=1, indicator=Indicator(code="HT.01"), definition=definition)
    file = File("t.csv", COLUMNS, [], [])
    row = [texts.get(name, "") for name in COLUMNS]
    said = Line("HT.01", contents_of(file, row), lambda field: file.cell_of_row(2, field))
    return understood(Slot((1, 1), "HT.01", line, Unit(pk=1)), said, EMPTY, [], last=None)


def same(definition: Definition, **texts: str) -> None:
    typed = {name: forms.tidy(text) for name, text in texts.items() if text}
    page, row = forms.read(definition, forms.Typed(**typed)), by_table(definition, texts)
    assert row.mine == page.cell
    told = [fault.sentence.partition(": ")[2] for fault in row.faults]
    assert told == [fault.sentence for fault in page.faults]


@given(st.sampled_from([NUMBER, WHOLE]), figures, notes)
def test_a_number_is_read_as_on_the_page(definition, value, note):
    same(definition, value=value, note=note)


@given(figures, figures, figures)
def test_a_ratio_is_read_as_on_the_page(value, numerator, denominator):
    same(SHARE, value=value, numerator=numerator, denominator=denominator)


def test_the_cell_of_a_refusal_is_the_one_that_says_it():
    (fault,) = by_table(SHARE, {"numerator": "7", "denominator": "0"}).faults
    assert fault.cell == "F2"
    narrow = File("t.csv", COLUMNS[:4], [], [])
    assert [narrow.cell_of_row(7, name) for name in ("value", "numerator")] == ["D7", "C7"]


@given(st.text(alphabet="0123456789", min_size=1, max_size=15), st.integers(0, 6) | st.none())
def test_bare_digits_are_read_as_with_a_space_beside_them(text, decimals):
    assert number(text, decimals) == number(f"{text} ", decimals)


def number(text: str, decimals: int | None):
    try:
        return numbers.parse(text, decimals=decimals)
    except numbers.Unreadable as refused:
        return refused.sentence
