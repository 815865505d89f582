"""In the files too a figure that became another says so, and the reviewer's own stands beside the reported one; a
unit's figures stand beside what is aimed at for it."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from indicators import targets
from indicators.calendars import quarter
from indicators.models import Breakdown, Definition
from tests.factories import cell, indicator, perform
from tests.reporting.conftest import Site
from tests.reporting.exports.books import records_of, rows_of, sheet_of
from tests.reporting.test_two_figures import WHY, approved

TABLES = {
    "summary": ("summary", []),
    "indicator": ("indicator", ["HT.01"]),
    "unit": ("unit", ["LC-SKHCN"]),
}
SHEETS = {"summary": None, "indicator": "Who reported what", "unit": "Published figures"}
every_table = pytest.mark.parametrize("page", TABLES)


def row_of(site: Site, page: str, **query) -> dict:
    name, args = TABLES[page]
    answer = site.client.get(reverse(f"{name}_xlsx", args=args), query)
    return rows_of(sheet_of(answer, SHEETS[page]))[0]


@every_table
def test_an_adjusted_figure_keeps_the_old_one_the_day_and_the_reason(site: Site, page: str) -> None:
    first = site.approve(site.province.submission(indicator("HT.01", name="=1+1")), cell("11"))
    site.approve(perform("reopen", first, by=site.province.approver, comment="=Nhầm số"), cell("12"))
    row = row_of(site, page)
    names = ("Figure before the change", "Figure after the change", "Kind of change", "Reason of the change")
    assert [row[name] for name in names] == ["11 km", "12 km", "adjustment", "'=Nhầm số"]
    assert row["Changed on"].date() == timezone.localdate()


@every_table
@pytest.mark.parametrize(("counting", "which"), [("reported", "the reported one"), ("assessed", "the reviewer's")])
def test_both_figures_are_numbers_beside_each_other(site: Site, page: str, counting: str, which: str) -> None:
    approved(site, counting, explanation="Cả tuyến nhánh")
    row = row_of(site, page)
    assert (row["Reported figure"], row["Reviewer's own figure"]) == (14433, 14000)
    assert row["Figure"] == {"reported": 14433, "assessed": 14000}[counting]
    told = [row[name] for name in ("Which of the two counts", "Reviewer's reason", "The unit's explanation")]
    assert told == [which, WHY, "Cả tuyến nhánh"]


def test_what_reviewer_and_unit_said_is_not_for_everybody_where_the_breakdown_is_not(site: Site) -> None:
    approved(site, "assessed", explanation="Cả tuyến nhánh")
    Definition.objects.update(breakdown=Breakdown.UNIT)
    row = row_of(site, "summary")
    assert (row["Reported figure"], row["Reviewer's own figure"]) == (14433, 14000)
    assert "Reviewer's reason" not in row
    assert "The unit's explanation" not in row


def test_each_period_of_an_indicator_stands_beside_its_plan_target_and_status(site: Site, aim, begin) -> None:
    asked = indicator("HT.01")
    begin(asked, 2025, "10000")
    aim(asked, 2026, "15000")
    aim(asked, 2030, "20000")
    for number, value in ((2, "9000"), (3, "14000")):
        site.approve(site.province.submission(asked, window=quarter(2026, number)), cell(value))
    answer = site.client.get(reverse("indicator_xlsx", args=["HT.01"]))
    rows = rows_of(sheet_of(answer, "Figures over time"))
    names = ("Operator of the year's plan", "Year's plan", "Programme's target", "Year of the target")
    assert [[row[name] for name in names] for row in rows] == [["≥", 15000, 20000, "2030"]] * 2
    assert [row["Status"] for row in rows] == ["On track", "Behind the plan"]


def test_a_unit_stands_beside_what_is_aimed_at_for_it_alone(site: Site, document) -> None:
    units, asked = [site.province.department, site.province.sister], indicator("DL.01")
    made = site.province.round(asked, units=units, subject="self", window=quarter(2026, 3))
    for each in units:
        site.approve(made.submissions.get(unit=each), cell("9"))
    facts = {"indicator": asked, "unit": units[0], "document": document, "by": None}
    targets.record_baseline(year=2025, value=Decimal(0), **facts)
    targets.record_target(level="unit", year=2026, value=Decimal(10), operator="gte", **facts)
    row = row_of(site, "unit")
    assert (row["Year's plan"], row["Year of the target"], row["Status"]) == (10, "2026", "On track")
    sister = rows_of(sheet_of(site.client.get(reverse("unit_xlsx", args=["LC-STC"])), "Published figures"))[0]
    assert {"Year's plan", "Status"} & set(sister) == set()


@pytest.mark.parametrize("count", [1, 3])
def test_takes_two_queries_more_than_the_page_however_many_figures(
    site: Site, count: int, after_an_approval
) -> None:
    asked = [indicator(f"A{number}") for number in range(count)]
    site.approve(site.province.submission(*asked, subject="self"), *[cell("9")] * count)
    after_an_approval(6, lambda: site.client.get(reverse("unit", args=["LC-SKHCN"])))
    after_an_approval(8, lambda: site.client.get(reverse("unit_xlsx", args=["LC-SKHCN"])))


def test_csv_says_the_same(site: Site) -> None:
    approved(site, "assessed")
    answer = site.client.get(reverse("unit_csv", args=["LC-SKHCN"]))
    (names,) = [record for record in records_of(answer) if "Reported figure" in record]
    place = names.index("Reported figure")
    (row,) = [record for record in records_of(answer) if record[:1] == ["HT.01"]]
    assert row[place : place + 4] == ["14433", "14000", "the reviewer's", WHY]
