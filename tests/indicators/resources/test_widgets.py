"""How one cell is read and printed."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from indicators.models import BEGINNING, OverUnits, UnitKind
from indicators.resources.widgets import (
    ChoiceWidget,
    DayWidget,
    FigureWidget,
    TextWidget,
    WholeWidget,
    YearWidget,
    YesNoWidget,
)

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize("text", ["03/04/2025", "3/4/2025", "2025-04-03"])
def test_a_day_has_one_reading(text):
    assert DayWidget().clean(text) == date(2025, 4, 3)


@pytest.mark.parametrize("text", ["04/31/2025", "3.4.2025", "2025/04/03", "03/04/25", "45000", "30/02/2025", "x"])
def test_anything_else_is_no_day(text):
    with pytest.raises(ValueError, match=f"“{text}” is not a day"):
        DayWidget().clean(text)


@pytest.mark.parametrize("text", ["01/01/1899", "01/01/9999"])
def test_a_day_is_in_sight(text):
    with pytest.raises(ValueError, match="out of sight"):
        DayWidget().clean(text)


def test_a_cell_of_a_sheet_may_be_a_day_already():
    assert DayWidget().clean(date(2025, 4, 3)) == date(2025, 4, 3)
    assert DayWidget().clean(datetime(2025, 4, 3, 12)) == date(2025, 4, 3)
    assert DayWidget().clean("") is None


def test_a_day_leaves_as_it_is_typed_and_a_sheet_gets_a_day():
    assert DayWidget().render(date(2025, 4, 3)) == "03/04/2025"
    assert DayWidget().render(date(2025, 4, 3), force_native_type=True) == date(2025, 4, 3)
    assert (DayWidget().render(BEGINNING), DayWidget().render(None)) == ("", "")
    said = DayWidget(writes_beginning=True)
    assert (said.render(BEGINNING, force_native_type=True), said.render(None)) == ("01/01/1900", "")


@pytest.mark.parametrize("text", ["có", "CÓ", "co", "x", "1", "yes", "True"])
def test_yes(text):
    assert YesNoWidget().clean(text) is True


@pytest.mark.parametrize("text", ["không", "Khong", "0", "no", "FALSE"])
def test_no(text):
    assert YesNoWidget().clean(text) is False


def test_yes_and_no_leave_as_they_come():
    assert [YesNoWidget().render(value) for value in (True, False, None)] == ["yes", "no", ""]
    assert YesNoWidget().clean("") is None
    with pytest.raises(ValueError, match="“có lẽ” is neither yes nor no"):
        YesNoWidget().clean("có lẽ")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_choice_is_read_by_its_words_in_every_language_whichever_the_page_speaks(language):
    with translation.override(language):
        widget = ChoiceWidget(UnitKind)
        words = [numbers_of(choice, spoken) for choice in UnitKind for spoken in ("vi", "en")]
        assert [widget.clean(text) for text, _ in words] == [value for _, value in words]
        assert widget.clean("commune") == "commune"


def numbers_of(choice: UnitKind, language: str) -> tuple[str, str]:
    with translation.override(language):
        return str(choice.label).upper(), choice.value


def test_a_word_of_two_choices_is_none():
    with pytest.raises(ValueError, match="“sum” is none of the choices"):
        ChoiceWidget(OverUnits, {"SUM": OverUnits.COUNT.value}).clean("sum")


@pytest.mark.parametrize("text", ["1.250", "1,5", "1 2", "x", "1234567890", "1e3", "²"])
def test_a_small_whole_number_has_no_dots(text):
    with pytest.raises(ValueError, match=f"“{text}” is not a whole number without dots or commas"):
        WholeWidget().clean(text)


def test_a_small_whole_number_may_be_negative():
    assert [WholeWidget().clean(text) for text in ("-2", "−2", "0", "")] == [-2, -2, 0, None]


@pytest.mark.parametrize("text", ["30", "2.030", "20300", "x"])
def test_a_year_has_four_digits(text):
    with pytest.raises(ValueError, match=f"“{text}” is not a year"):
        YearWidget().clean(text)


def test_a_figure_with_a_word_is_not_cut_down_to_the_figure():
    with pytest.raises(ValueError, match='"gần 400" carries a word'):
        FigureWidget().clean("gần 400")


@pytest.mark.parametrize("text", ["'=1+1", "'-1", "''+1", "+84", "- một", "'a", "1'", "@"[1:]])
def test_what_leaves_as_a_text_comes_back_as_it_was(text):
    assert TextWidget().clean(TextWidget().render(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", " =1+1", "\t=1"])
def test_a_formula_is_no_text(text):
    assert TextWidget().clean(TextWidget().render(text.strip())) == text.strip()
    with pytest.raises(ValueError, match="is a formula"):
        TextWidget().clean(text)


def test_a_text_is_composed_and_trimmed():
    assert TextWidget().clean(" Đoa\u0300n\u00a0Kê\u0301t\u200b ") == "Đoàn Kết"
    assert TextWidget().clean(None) == ""


def test_figures_are_exact():
    assert FigureWidget().clean("53,80") == Decimal("53.8")
