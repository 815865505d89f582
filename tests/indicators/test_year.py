"""What the issued form shows over the year: the plan, the sum so far, the same period of last year."""

from datetime import date
from decimal import Decimal

import pytest
from pytest_django.asserts import assertNumQueries

from indicators import targets, year
from indicators.calendars import window
from indicators.models import Definition, Document, Unit
from indicators.opening import open_round
from indicators.validation import expected_cells
from tests import factories
from tests.factories import cell, indicator, ratio, type_in

pytestmark = pytest.mark.usefixtures("english")
APPROVE = ("submit", "sign", "verify", "approve")


@pytest.fixture(autouse=True)
def _in_november(clock) -> None:
    clock.set(2026, 11, 24, 9, 42)


def form_of(province, *indicators, subject="province"):
    return factories.form(
        province.department,
        holders={"verify": province.office, "approve": province.root},
        indicators=list(indicators),
        subject=subject,
    )


def opened(form, label):
    return open_round(form, factories.period(window(label)), due_on=date(2027, 12, 16)).submissions.get()


def approved(province, form, label, *cells):
    return province.walk(type_in(opened(form, label), *cells, by=province.reporter), *APPROVE)


def of_first_line(submission):
    key, line = next(iter(expected_cells(submission).items()))
    return line.definition, year.of_the_year(submission, {key: line})[key]


def so_far(submission, figure):
    definition, of_year = of_first_line(submission)
    return year.so_far(definition, figure, of_year)


# --- So far


def test_a_flow_adds_up_over_the_quarters_of_the_year(province):
    form = form_of(province, indicator("HT.01", over_time="flow"))
    for label, value in (("2025-Q4", "1000"), ("2026-Q1", "1200"), ("2026-Q2", "30")):
        approved(province, form, label, cell(value))
    assert so_far(opened(form, "2026-Q3"), cell("4")) == "1.234"


def test_a_sum_that_lacks_a_period_says_how_many_it_holds(province):
    form = form_of(province, indicator("HT.01", over_time="flow"))
    approved(province, form, "2026-Q1", cell("5"))
    opened(form, "2026-Q2")
    third = opened(form, "2026-Q3")
    assert so_far(third, cell("4")) == "9 (2 of 3 periods)"
    assert so_far(third, cell(state="not_available", note="?")) == "5 (1 of 3 periods)"


def test_the_first_period_of_the_year_begins_anew(province):
    form = form_of(province, indicator("HT.01", over_time="flow"))
    approved(province, form, "2025-Q4", cell("1000"))
    assert so_far(opened(form, "2026-Q1"), cell("4")) == "4"


def test_a_reported_zero_is_a_figure_and_nothing_is_none(province):
    form = form_of(province, indicator("HT.01", over_time="flow"))
    assert so_far(opened(form, "2026-Q1"), cell("0")) == "0"
    assert so_far(opened(form, "2026-Q2"), cell()) == ""


def test_a_ratio_adds_its_parts_and_never_its_percentages(province):
    form = form_of(province, ratio("XH.01", over_time="flow"))
    approved(province, form, "2026-Q1", cell("50.0", of=("10", "20")))
    second = opened(form, "2026-Q2")
    assert so_far(second, cell("100.0", of=("80", "80"))) == "90,0%"
    assert so_far(second, cell("100.0")) == ""


def test_a_running_total_is_the_sum_already_and_a_stock_has_none(province):
    running = form_of(province, indicator("HT.01", over_time="running"))
    approved(province, running, "2026-Q1", cell("5"))
    assert so_far(opened(running, "2026-Q2"), cell("12")) == "12"
    stock = form_of(province, indicator("HT.02", over_time="stock"))
    assert so_far(opened(stock, "2026-Q2"), cell("12")) == ""


def test_a_sum_over_a_figure_that_is_only_about_right_says_so(province):
    form = form_of(province, indicator("HT.01", over_time="flow"))
    first = opened(form, "2026-Q1")
    assert so_far(first, cell("400", qualifier="nearly")) == "nearly 400"
    approved(province, form, "2026-Q2", cell("400", qualifier="nearly"))
    assert so_far(opened(form, "2026-Q3"), cell("1")) == "about 401 (2 of 3 periods)"


def test_a_period_that_was_measured_otherwise_is_not_added(province):
    asked = indicator("HT.01", over_time="flow")
    form = form_of(province, asked)
    approved(province, form, "2026-Q1", cell("5"))
    other = Definition.objects.get(indicator=asked)
    other.pk, other.valid_from, other.measured_since = None, date(2026, 3, 15), date(2026, 3, 15)
    other.save()
    assert so_far(opened(form, "2026-Q2"), cell("4")) == "4 (1 of 2 periods)"


# --- Last year


def test_the_same_quarter_of_last_year_stands_beside_it_and_no_other(province):
    form = form_of(province, indicator("HT.01"))
    for label, value in (("2025-Q2", "7"), ("2025-Q3", "8")):
        approved(province, form, label, cell(value))
    _definition, of_year = of_first_line(opened(form, "2026-Q3"))
    assert of_year.last_year.value == Decimal(8)
    _definition, of_year = of_first_line(opened(form, "2026-Q4"))
    assert of_year.last_year is None


@pytest.mark.parametrize(
    ("last", "now", "said"),
    [
        (cell("8"), cell("9"), "+12,5%"),
        (cell("8"), cell("7"), "−12,5%"),
        (cell("8"), cell("8"), "0,0%"),
        (cell("0"), cell("8"), ""),
        (cell("8", qualifier="nearly"), cell("9"), ""),
        (cell("8"), cell("9", qualifier="over"), ""),
        (cell(state="not_available", note="?"), cell("9"), ""),
        (cell("8"), cell(), ""),
    ],
)
def test_an_amount_is_compared_in_per_cent_where_both_are_exact(province, last, now, said):
    form = form_of(province, indicator("HT.01"))
    approved(province, form, "2025-Q3", last)
    definition, of_year = of_first_line(opened(form, "2026-Q3"))
    assert year.against_last_year(definition, now, of_year) == said


def test_a_percentage_is_compared_in_points(province):
    form = form_of(province, ratio("XH.01"))
    approved(province, form, "2025-Q3", cell("50.0", of=("10", "20")))
    definition, of_year = of_first_line(opened(form, "2026-Q3"))
    assert year.against_last_year(definition, cell("47.3"), of_year) == "−2,7 pp"


def test_what_waits_for_approval_stands_beside_nothing(province):
    form = form_of(province, indicator("HT.01"))
    type_in(opened(form, "2025-Q3"), cell("8"), by=province.reporter)
    assert of_first_line(opened(form, "2026-Q3"))[1].last_year is None


def test_an_ad_hoc_round_has_no_year_around_it(province):
    form = form_of(province, indicator("HT.01", over_time="flow"))
    period = factories.Period.objects.create(
        label="2026-A01", first_day=date(2026, 9, 1), day_after_last=date(2026, 10, 1)
    )
    adhoc = open_round(form, period, due_on=date(2026, 12, 16)).submissions.get()
    assert of_first_line(adhoc)[1] == year.OfTheYear()


# --- The plan


@pytest.fixture
def document(db):
    return Document.objects.create(name="Quyết định 1/QĐ-UBND")


def aim(of, document, **facts):
    facts = {"level": "province", "unit": None, "operator": "gte", "year": 2026, "value": Decimal(60)} | facts
    return targets.record_target(indicator=of, document=document, by=None, **facts)


def test_a_line_about_the_province_shows_the_provinces_target_of_the_year(province, document):
    asked = ratio("XH.01")
    aim(asked, document)
    aim(asked, document, level="national", value=Decimal(90))
    aim(asked, document, year=2025, value=Decimal(50))
    assert of_first_line(opened(form_of(province, asked), "2026-Q3"))[1].plan == "≥ 60%"


def test_a_line_about_the_unit_shows_the_units_own_target(province, document):
    asked = indicator("HT.01")
    aim(asked, document)
    aim(asked, document, level="unit", unit=province.department, value=Decimal("12.5"))
    aim(asked, document, level="unit", unit=Unit.objects.get(pk=province.sister.pk), value=Decimal(1))
    assert of_first_line(opened(form_of(province, asked, subject="self"), "2026-Q3"))[1].plan == "≥ 12,5"


def test_a_target_that_was_replaced_is_no_plan_and_two_documents_stand_side_by_side(province, document):
    asked = indicator("HT.01")
    old = aim(asked, document)
    targets.replace_target(old, value=Decimal(70), operator="gte", reason="Điều chỉnh", by=None)
    aim(asked, Document.objects.create(name="Kế hoạch 2/KH-UBND", signed_on=date(2026, 2, 1)), value=Decimal(75))
    plan = of_first_line(opened(form_of(province, asked), "2026-Q3"))[1].plan
    assert sorted(plan.split("; ")) == ["≥ 70", "≥ 75"]


@pytest.mark.parametrize("lines", [1, 3])
def test_the_year_costs_two_queries_whatever_the_number_of_lines(province, lines):
    submission = opened(form_of(province, *[indicator(f"HT.0{n}") for n in range(lines)]), "2026-Q3")
    expected = expected_cells(submission)
    with assertNumQueries(2):
        assert len(year.of_the_year(submission, expected)) == lines
