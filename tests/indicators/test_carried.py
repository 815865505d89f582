"""What a successor's running totals begin with: the arithmetic on plain values, and where it is shown."""

from datetime import date
from decimal import Decimal

import pytest

from indicators import inheritance
from indicators.calendars import window
from indicators.carried import Carried, Last, carried_to, carry, words
from indicators.models import Definition, Succession, Unit
from indicators.slots import layout
from tests import factories
from tests.factories import cell, indicator, type_in
from tests.indicators.pages import at, browser, seen
from tests.indicators.test_left_reports import Merged

pytestmark = pytest.mark.usefixtures("english")
D = Decimal
JUNE, MAY = date(2025, 6, 30), date(2025, 5, 31)


def last(value=None, numerator=None, denominator=None, until=JUNE, **facts):
    parts = (None if each is None else D(each) for each in (value, numerator, denominator))
    return Last(*parts, until, **facts)


# --- Plain values


@pytest.mark.parametrize(
    ("said", "facts", "sentence"),
    [
        ([last(5), last(7)], {}, "Carried over from 2 former units to the end of 30/06/2025: 12 km"),
        ([last(5), last(0, until=MAY)], {}, "Carried over from 2 former units to the end of 31/05/2025: 5 km"),
        ([last("1.5")], {}, "Carried over from 1 former unit to the end of 30/06/2025: 1,5 km"),
        ([last(5), Last()], {}, "Carried over: not known; 1 of 2 former units have a figure of this year."),
        ([last(5)], {"is_split": True}, "Carried over: not known, as a former unit was split."),
        (
            [last(5), last(7, is_of_the_measure=False)],
            {},
            "Carried over: not known, as it was measured another way.",
        ),
        (
            [last(50, 1, 2), last(25, 1, 4)],
            {"is_ratio": True},
            "Carried over from 2 former units to the end of 30/06/2025: 2/6",
        ),
        (
            [last(50, 1, 2), last(25)],
            {"is_ratio": True},
            "Carried over: not known; 1 of 2 former units have a figure of this year.",
        ),
    ],
)
def test_the_sum_stands_where_all_are_known_and_else_says_why_not(said, facts, sentence):
    carried = carry(said, **{"is_ratio": False, "is_split": False} | facts)
    assert words(carried, Definition(unit_of_measure="km")) == sentence
    assert carried.is_known == sentence.startswith("Carried over from")


def test_nobody_taken_over_carries_nothing():
    assert carry([], is_ratio=False, is_split=False) == Carried(0, 0)


# --- As it is stored


class TookOver(Merged):
    """Both old communes have reported June; the new one is asked for July."""

    def __init__(self, province, clock) -> None:
        super().__init__(province, clock)
        self.said = {}
        for unit, figure in ((0, "9"), (1, "0.5")):
            self.finish(unit, figure)
        keys = [p.key for p in inheritance.proposals(self.act, self.by) if p.what == "round"]
        inheritance.confirm(self.act, keys, by=self.by)
        self.mine = self.july.submissions.select_related("round__form", "round__period", "unit").get(unit=self.new)

    def finish(self, unit: int, figure: str) -> None:
        report = self.settle(self.june, "hand_over", unit)
        report = type_in(report, cell("5"), cell("7"), cell(figure), by=self.heir)
        self.province.walk(report, "submit", "verify", "approve", reporter=self.heir)

    def carried(self):
        definition = self.running.definitions.get()
        return carried_to(self.new.pk, self.july.period, [definition])[self.running.pk]


@pytest.fixture
def took_over(province, clock):
    return TookOver(province, clock)


SAID = "Carried over from 2 former units to the end of 14/06/2025: 9,5 km"


def test_the_form_the_review_and_the_page_of_the_unit_show_what_was_carried_over(took_over, province):
    assert SAID in seen(browser(took_over.heir).get(at(took_over.mine)))
    report = type_in(took_over.mine, cell("1"), cell("2"), cell("10"), by=took_over.heir)
    report = province.walk(report, "submit", reporter=took_over.heir)
    review = browser(province.verifier).get(f"/admin/indicators/submission/{report.pk}/change/")
    assert SAID in seen(review)
    province.walk(report, "verify", "approve")
    page = browser(took_over.heir).get("/units/03391/?period=2025-M07")
    assert SAID in seen(page)


def test_a_flow_and_a_stock_carry_nothing(took_over, django_assert_num_queries):
    definitions = [each.definitions.get() for each in (took_over.flow, took_over.stock)]
    with django_assert_num_queries(0):
        assert carried_to(took_over.new.pk, took_over.july.period, definitions) == {}
    carried = {slot.name: slot.carried for slot in layout(took_over.mine).slots}
    assert [name for name, each in carried.items() if each] == ["KT.02"]


def test_what_was_cut_off_by_the_act_is_newer_than_the_period_before(took_over, province):
    report = took_over.settle(took_over.july, "cut_off")
    report = type_in(report, cell("1"), cell("11"), by=took_over.typist)
    province.walk(report, "submit", "verify", "approve", reporter=took_over.typist)
    assert took_over.carried().value == D("11.5")


def test_where_one_was_split_it_is_not_known(took_over):
    Succession.objects.create(
        predecessor=took_over.old[0], successor=took_over.province.sister, effective_on=date(2025, 7, 1)
    )
    assert (took_over.carried().is_split, took_over.carried().is_known) == (True, False)


def test_where_one_has_no_figure_of_the_year_it_is_not_known(took_over):
    gone = factories.unit("Xã 3", "commune", code="03393", parent=took_over.province.root)
    Unit.objects.filter(pk=gone.pk).update(ended=date(2025, 7, 1))
    Succession.objects.create(predecessor=gone, successor=took_over.new, effective_on=date(2025, 7, 1))
    assert (took_over.carried().n, took_over.carried().m) == (2, 3)
    assert not took_over.carried().is_known


def test_a_new_year_begins_anew(took_over):
    definition = indicator("KT.03", over_time="running").definitions.get()
    later = factories.period(window("2026-M01"))
    assert carried_to(took_over.new.pk, later, [definition]) == {}
