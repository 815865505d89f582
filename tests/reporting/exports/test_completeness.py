"""Who has reported, as a file: every period that was chosen, counted in numbers."""

import pytest
from django.urls import reverse

from indicators.calendars import quarter
from tests import people
from tests.factories import cell, indicator, unit
from tests.reporting.conftest import Site, text_of
from tests.reporting.exports.books import columns_of, head_of, records_of, rows_of, sheet_of


def take(site: Site, ending: str = "xlsx", **query):
    return site.client.get(reverse(f"completeness_{ending}"), query)


def test_units_stand_by_periods(site: Site) -> None:
    units = [site.province.department, site.province.sister]
    made = site.province.round(indicator("HT.01"), units=units, window=quarter(2026, 3), due_in=-2)
    site.approve(made.submissions.get(unit=units[0]), cell("5"))
    sheet = sheet_of(take(site))
    due = f"due {made.due_on:%d/%m/%Y}"
    period = f"Quarter III/2026\n{due}"
    assert columns_of(sheet) == [
        "Kind of unit", "Reporting unit", "Code", period, "Sent", "Expected", "On time", "Due so far",
    ]  # fmt: skip
    named = {"Kind of unit": "Department or agency"}
    late = {period: "Overdue by 2 days", "Sent": 0, "Expected": 1, "On time": 0, "Due so far": 1}
    sent = {period: "2 days late", "Sent": 1, "Expected": 1, "On time": 0, "Due so far": 1}
    assert rows_of(sheet) == [
        {**named, "Reporting unit": "Sở Tài chính", "Code": "LC-STC", **late},
        {**named, "Reporting unit": "Sở Khoa học và Công nghệ", "Code": "LC-SKHCN", **sent},
        {"Kind of unit": "All units", "Reporting unit": "Sent", period: 1, "Sent": 1},
        {"Kind of unit": "All units", "Reporting unit": "Expected", period: 2, "Expected": 2},
        {"Kind of unit": "All units", "Reporting unit": "On time", period: 0, "On time": 0},
        {"Kind of unit": "All units", "Reporting unit": "Due so far", period: 2, "Due so far": 2},
    ]
    assert head_of(sheet)[:2] == [
        "Who has reported",
        "Quarter III/2026: 1 of 2 reports sent, 0 on time; 1 missing",
    ]


def test_all_periods_are_there_whatever_the_page_shows(site: Site) -> None:
    asked = indicator("HT.01")
    for year in (2025, 2026):
        for number in range(1, 5):
            site.province.round(asked, window=quarter(year, number))
    assert len(columns_of(sheet_of(take(site)))) == 7 + 8
    assert len(columns_of(sheet_of(take(site, page="2")))) == 7 + 8
    assert len(columns_of(sheet_of(take(site, year="2025")))) == 7 + 4


def test_a_company_finds_its_own_reports_alone(site: Site) -> None:
    company = unit("VNPT", "company", parent=site.province.root)
    site.province.round(indicator("HT.01"), units=[site.province.department, company])
    site.log_in(people.person("of VNPT", company, "reporter"))
    sheet = sheet_of(take(site))
    assert [row["Reporting unit"] for row in rows_of(sheet)][:-4] == ["VNPT"]
    assert "Only the reports of the reader's own units are shown here." in head_of(sheet)


def test_an_unknown_choice_is_said_on_the_page(site: Site) -> None:
    answer = take(site, kind="planet")
    assert (answer.status_code, "There is no such choice" in text_of(answer)) == (404, True)


def test_without_a_round_the_table_is_empty(site: Site) -> None:
    assert rows_of(sheet_of(take(site))) == [{"Kind of unit": "No round expects such reports."}]


@pytest.mark.parametrize("count", [1, 3])
def test_takes_no_more_queries_than_the_page(site: Site, after_an_approval, count: int) -> None:
    units = [unit(f"Sở {n}", parent=site.province.root) for n in range(count)]
    site.province.round(indicator("HT.01"), units=units)
    after_an_approval(4, lambda: site.client.get(reverse("completeness")))
    after_an_approval(4, lambda: records_of(take(site, "csv")))
