"""Which base figure is a denominator: the rule at its edges, and what is read over it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from indicators import forms, recording
from indicators.base_figures import Base, Register, bases_of
from indicators.drafts import Cell
from indicators.models import Definition, Entry, Submission
from indicators.slots import layout
from indicators.validation import expected_cells
from tests.factories import indicator, unit
from tests.indicators.bases import corrected, covered, households
from tests.indicators.test_left_reports import Merged

pytestmark = pytest.mark.usefixtures("english")
SHARE = Definition(value_kind="ratio", unit_of_measure="%", decimals=1, denominator_kind="households")


@pytest.fixture(autouse=True)
def _in_november(clock) -> None:
    clock.set(2026, 11, 24, 9, 42)


def in_force(report: Submission) -> list[int | None]:
    """The value for each cell of the report, in the order of the form."""
    expected = expected_cells(report)
    found = bases_of(expected, report.last_day)
    return [int(found[key].value) if key in found else None for key in expected]


# --- The rule


@pytest.mark.django_db
class TestTheFigureInForce:
    def test_is_the_newest_dated_on_or_before_the_last_day_of_the_period(self, province, clock) -> None:
        report = province.submission(covered(), subject="self")
        last = report.round.period.last_day
        clock.set(last.year + 1, 1, 5)
        assert in_force(report) == [None]
        households(province.department, 900, day=last - timedelta(days=90))
        households(province.department, 800, day=last - timedelta(days=180))
        assert in_force(report) == [900]
        households(province.department, 950, day=last)
        households(province.department, 999, day=last + timedelta(days=1))
        assert in_force(report) == [950]

    def test_is_none_that_was_superseded_and_the_one_that_replaced_it(self, province) -> None:
        report = province.submission(covered(), subject="self")
        first = households(province.department, 900)
        second = corrected(first, 905)
        assert in_force(report) == [905]
        recording.withdraw(second, reason="Không có căn cứ", by=None)
        assert in_force(report) == [None]

    def test_recorded_after_the_round_opened_holds_as_well(self, province) -> None:
        report = province.submission(covered(), subject="self")
        assert in_force(report) == [None]
        households(province.department, 900)
        assert in_force(report) == [900]

    def test_is_of_the_kind_that_the_definition_names(self, province) -> None:
        report = province.submission(
            covered(), covered("XH.03", denominator_kind="adults"), indicator("HT.01"), subject="self"
        )
        households(province.department, 900)
        households(province.department, 12, kind="villages")
        assert in_force(report) == [900, None, None]

    def test_of_a_line_about_the_province_is_the_provinces_own_and_never_a_sum(self, province) -> None:
        report = province.submission(covered())
        households(province.department, 900)
        assert in_force(report) == [None]
        households(province.root, 110_000)
        assert in_force(report) == [110_000]

    def test_of_a_grid_is_one_for_each_commune_in_one_query(self, province, django_assert_num_queries) -> None:
        communes = [unit(f"Xã {n}", "commune", parent=province.root) for n in (1, 2, 3)]
        report = province.submission(covered(), covered("XH.04"), subject="each_commune")
        for number, each in enumerate(communes[:2], 1):
            households(each, number * 100)
        expected = expected_cells(report)
        with django_assert_num_queries(1):
            found = bases_of(expected, report.last_day)
        assert [int(found[key].value) if key in found else None for key in expected] == [100, 200, None] * 2

    def test_where_no_line_asks_for_one_costs_no_query(self, province, django_assert_num_queries) -> None:
        report = province.submission(indicator("HT.01"))
        expected, day = expected_cells(report), report.last_day
        with django_assert_num_queries(0):
            assert bases_of(expected, day) == {}
            assert Register([""]).in_force("households", province.root.pk, day) is None

    def test_of_a_report_cut_off_by_an_act_is_that_of_the_units_last_days(self, province, clock) -> None:
        merged = Merged(province, clock)
        flow = Definition.objects.filter(indicator=merged.flow)
        flow.update(value_kind="ratio", over_units="ratio", denominator_kind="households")
        report = merged.settle(merged.july, "cut_off")
        households(merged.old[0], 400, day=date(2025, 6, 30))
        households(merged.old[0], 500, day=date(2025, 7, 1))
        assert in_force(report) == [400, None]


@pytest.mark.django_db
def test_a_layout_that_is_kept_follows_the_register(province) -> None:
    report = province.submission(covered(), subject="self")
    assert (layout(report).slots[0].base, layout(report).slots[0].lacks_base) == (None, True)
    first = households(province.department, 900)
    (slot,) = layout(report).slots
    assert (slot.base, slot.lacks_base) == (
        Base(first.pk, "households", Decimal(900), date(2026, 4, 1), "Cục Thống kê"),
        False,
    )
    assert str(slot.base) == "900 (Base figure: Households as of 01/04/2026, source: Cục Thống kê)"


@pytest.mark.django_db
def test_only_a_ratio_takes_its_denominator_from_the_register(province) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        indicator("HT.01", denominator_kind="households")


@pytest.mark.django_db
def test_no_entry_rests_on_a_base_figure_without_a_denominator(province) -> None:
    report = province.submission(covered(), subject="self")
    first, line = households(province.department, 900), report.round.lines.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(submission=report, line=line, subject=province.department, base=first)


# --- What is read over it


def base(value: int, pk: int = 5) -> Base:
    return Base(pk, "households", Decimal(value), date(2026, 4, 1), "Cục Thống kê")


def read(of: Base | None, **typed: str) -> forms.Reading:
    return forms.read(SHARE, forms.Typed(**typed), None, of)


@given(st.integers(1, 10**9), st.data())
def test_the_ratio_is_the_numerator_over_the_base_figure(whole: int, data) -> None:
    part = data.draw(st.integers(0, whole))
    cell = read(base(whole), base="5", numerator=str(part)).cell
    assert cell is not None
    assert (cell.numerator, cell.denominator, cell.base_id) == (part, whole, 5)
    # Half up at one decimal, in whole numbers: no rounding of ours beside that of the definition.
    assert cell.value == Decimal((part * 2000 + whole) // (2 * whole)) / 10


def test_nothing_typed_over_it_is_nothing() -> None:
    assert read(base(900), base="5").cell == Cell()


def test_the_ratio_alone_stays_possible_where_the_numerator_is_not_known() -> None:
    cell = read(base(900), base="5", value="53,8").cell
    assert cell is not None
    assert (cell.value, cell.denominator, cell.base_id) == (Decimal("53.8"), None, None)


@pytest.mark.parametrize("shown", ["", "4"], ids=["a page from before there was one", "another figure"])
def test_another_figure_than_the_page_showed_gives_the_numerator_back(shown: str) -> None:
    reading = read(base(900), base=shown, numerator="450", denominator="900")
    assert reading.cell is None
    assert [(fault.field, fault.sentence) for fault in reading.faults] == [
        (
            "numerator",
            "The denominator comes from the base figures, and by now it is 900 (Base figure: Households as of "
            "01/04/2026, source: Cục Thống kê). Look at it and save again.",
        )
    ]


def test_a_denominator_sent_beside_it_counts_for_nothing() -> None:
    cell = read(base(900), base="5", numerator="450", denominator="500").cell
    assert cell is not None
    assert cell.denominator == 900


def test_over_none_the_denominator_is_typed_and_no_objection_is_kept() -> None:
    cell = read(None, numerator="450", denominator="500", objection="Sai", base="5").cell
    assert cell is not None
    assert (cell.denominator, cell.base_id, cell.objection) == (500, None, "")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"numerator": "901"}, "The part (901) is larger than the whole (900)."),
        ({"numerator": "1", "objection": "x" * 2_001}, "The text has 2001 characters; at most 2000 are kept."),
    ],
)
def test_what_is_wrong_over_it_is_said(typed: dict[str, str], sentence: str) -> None:
    assert [fault.sentence for fault in read(base(900), base="5", **typed).faults] == [sentence]


def test_a_base_figure_of_0_takes_no_ratio() -> None:
    (fault,) = read(base(0), base="5", numerator="1").faults
    assert (fault.field, fault.sentence) == ("denominator", "The denominator must be greater than 0.")
