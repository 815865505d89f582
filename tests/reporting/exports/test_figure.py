"""A figure in columns of its own, on plain values."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from reporting.exports import figure
from reporting.figures import Coverage, Standing
from reporting.shown import Shown


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [("0.25", 1, "0.3"), ("-0.25", 1, "-0.3"), ("53.8", 2, "53.80"), ("14433.000000", 0, "14433")],
)
def test_a_number_is_rounded_as_the_page_rounds_it(value: str, decimals: int, shown: str) -> None:
    assert str(figure.decimal(Decimal(value), decimals)) == shown


def test_a_part_has_the_decimals_that_it_needs() -> None:
    assert str(figure.part(Decimal("729.000000"))) == "729"
    assert str(figure.part(Decimal("7.250000"))) == "7.25"
    assert figure.part(None) is None


def test_words_stand_in_the_place_of_a_number() -> None:
    assert figure.value(Shown(Standing.REPORTED, value=Decimal(1), words="Đã vận hành")) == "Đã vận hành"


def test_nothing_of_a_figure_stands_where_there_is_none() -> None:
    shown = Shown(Standing.NOT_COMPUTABLE, numerator=Decimal(1), unit="%", qualifier="nearly")
    assert figure.cells(shown) == ["%", "", None, "", None, None]


def test_what_has_no_value_above_the_unit_counts_no_units() -> None:
    assert figure.counted(Shown(Standing.BY_UNIT, coverage=Coverage(1, 3))) == [None, None]
    assert figure.counted(Shown(Standing.REPORTED, coverage=Coverage(1, 3))) == [1, 3]
    assert figure.counted(Shown(Standing.NOT_APPLICABLE, coverage=Coverage(0, 0))) == [None, None]


@pytest.mark.parametrize(
    ("standing", "reasons", "words"),
    [
        (Standing.REPORTED, ["x"], ""),
        (Standing.MISSING, [], "No data"),
        (Standing.NOT_AVAILABLE, ["mất mạng"], "No data; mất mạng"),
        (Standing.NOT_APPLICABLE, [], "Not applicable"),
        (Standing.NO_RULE, [], "Cannot be computed"),
        (Standing.BY_UNIT, [], "By unit only"),
    ],
)
def test_why_there_is_none_is_said(standing: Standing, reasons: list[str], words: str) -> None:
    with override("en"):
        assert figure.why_none(Shown(standing), reasons) == words
