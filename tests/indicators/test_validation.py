"""What is wrong in one cell (`faults`), and what blocks the hand-in of a report (`problems`)."""

from decimal import Decimal

import pytest

from indicators.models import Definition, RoundLine
from indicators.validation import as_typed, expected_cells, faults, problems
from tests.factories import cell, indicator, ratio, type_in, unit

pytestmark = pytest.mark.usefixtures("english")

PERCENT = {"unit_of_measure": "%", "decimals": 1, "lower_bound": Decimal(0), "upper_bound": Decimal(100)}
KM = {"unit_of_measure": "km", "lower_bound": Decimal("0.5"), "upper_bound": Decimal(1000000)}
ABOVE, BELOW = "The figure cannot be above 100%.", "The figure cannot be below 0%."


@pytest.mark.parametrize(
    ("measured", "entry", "sentences"),
    [
        (PERCENT, cell("53.8"), []),
        (PERCENT, cell("0"), []),
        (PERCENT, cell("100"), []),
        (PERCENT, cell("100.1"), [ABOVE]),
        (PERCENT, cell("-0.1"), [BELOW]),
        (PERCENT, cell("53.8", of=("7", "13")), []),
        (PERCENT, cell("100", of=("13", "13")), []),
        (PERCENT, cell("185.7", of=("13", "7")), ["The part (13) is larger than the whole (7)."]),
        (PERCENT, cell("100", of=("1250.5", "1250")), ["The part (1.250,5) is larger than the whole (1.250)."]),
        (PERCENT, cell(None, of=("7", "0")), ["The denominator must be greater than 0."]),
        (PERCENT, cell(None, of=("-7", "-13")), ["The denominator must be greater than 0."]),
        (PERCENT, cell("-53.8", of=("-7", "13")), [BELOW]),
        (PERCENT, cell(state="not_available", note="mất sóng"), []),
        (KM, cell("0.5"), []),
        (KM, cell("0.49"), ["The figure cannot be below 0,5 km."]),
        (KM, cell("1000000.1"), ["The figure cannot be above 1.000.000 km."]),
        ({"unit_of_measure": "lần"}, cell("2", of=("26", "13")), []),
        ({"unit_of_measure": "km"}, cell("-999999999999"), []),
    ],
)
def test_the_faults_of_a_cell(measured, entry, sentences):
    assert faults(Definition(**measured), entry) == sentences


@pytest.mark.parametrize(
    ("number", "text"),
    [(None, ""), ("100.000000", "100"), ("53.80", "53,8"), ("0E-6", "0"), ("1E+3", "1.000"), ("0.125", "0,125")],
)
def test_a_bound_is_shown_with_the_decimals_it_needs(number, text):
    assert as_typed(number and Decimal(number)) == text


# --- The report as a whole


def sentences(submission):
    return [problem.sentence for problem in problems(submission)]


def three_lines(province, **facts):
    asked = [indicator("HT.01", name="Cáp quang"), indicator("HT.07", name="Thuê bao"), ratio("XH.01")]
    return province.submission(*asked, **facts)


def test_a_full_report_has_no_problem(province):
    submission = three_lines(province)
    entries = cell("0"), cell(state="not_available", note="Nguồn không nêu"), cell(state="not_applicable")
    assert sentences(type_in(submission, *entries, by=province.reporter)) == []


def test_empty_mandatory_lines_are_counted_and_the_first_is_pointed_at(province):
    submission = type_in(three_lines(province), cell("0"), by=province.reporter)
    (problem,) = problems(submission)
    assert problem.sentence == "2 of 3 lines are still empty."
    assert problem.key == list(expected_cells(submission))[1]


def test_a_line_that_need_not_be_filled_may_stay_empty(province):
    submission = three_lines(province)
    RoundLine.objects.exclude(indicator__code="HT.01").update(is_mandatory=False)
    assert sentences(type_in(submission, cell("0"), by=province.reporter)) == []


def test_not_available_needs_its_reason_even_on_a_line_that_need_not_be_filled(province):
    submission = three_lines(province)
    RoundLine.objects.update(is_mandatory=False)
    entry = cell(state="not_available")
    assert sentences(type_in(submission, cell("0"), entry, by=province.reporter)) == [
        "“Thuê bao”: state why it could not be collected."
    ]


def test_everything_that_blocks_is_said_at_once_with_the_empty_lines_first(province):
    entries = cell(state="not_available"), cell(state="not_available")
    submission = type_in(three_lines(province), *entries, by=province.reporter)
    assert sentences(submission) == [
        "1 of 3 lines are still empty.",
        "“Cáp quang”: state why it could not be collected.",
        "“Thuê bao”: state why it could not be collected.",
    ]


@pytest.mark.parametrize("entry", [cell(state="reported"), cell(state="reported", note="xem phụ lục")])
@pytest.mark.parametrize("is_mandatory", [True, False])
def test_reported_without_a_figure_is_empty(province, entry, is_mandatory):
    """Missing is never stored as reported; a reported zero is a value (domain.md 10)."""
    submission = type_in(three_lines(province), entry, cell("1"), cell("1"), by=province.reporter)
    submission.round.lines.update(is_mandatory=is_mandatory)
    assert sentences(submission) == ["1 of 3 lines are still empty."]


@pytest.mark.parametrize(
    "entry", [cell("0"), cell(None, of=("0", "5")), cell(state="reported", text="Đã ban hành")]
)
def test_a_zero_parts_alone_and_a_text_are_figures(province, entry):
    submission = type_in(three_lines(province), entry, cell("1"), cell("1"), by=province.reporter)
    assert sentences(submission) == []


def test_a_grid_asks_for_each_commune_in_the_order_of_the_form(province):
    first, second = (unit(name, "commune", parent=province.root) for name in ("Bum Tở", "Mù Cả"))
    submission = province.submission(indicator("HT.02"), indicator("HT.01"), subject="each_commune")
    places = [(line.indicator.code, subject) for (_, subject), line in expected_cells(submission).items()]
    assert places == [("HT.02", first.pk), ("HT.02", second.pk), ("HT.01", first.pk), ("HT.01", second.pk)]
    submission = type_in(submission, cell("1"), by=province.reporter)
    assert sentences(submission) == ["3 of 4 lines are still empty."]
