"""A unit as a file: its figures, its reports with real days and moments, and the units under it."""

import pytest
from django.urls import reverse

from indicators.calendars import quarter
from indicators.models import Submission
from tests import people
from tests.factories import cell, indicator, unit
from tests.reporting.conftest import Site, text_of
from tests.reporting.exports.books import cell_of, head_of, rows_of, sheet_of, titles_of

QUERIES, BESIDE = 17, 2  # of the page; of its tasks and the sets that score the unit, which no file holds
FIGURES, REPORTS, CHILDREN = "Published figures", "Reports expected", "Units directly under it"


def take(site: Site, code: str, ending: str = "xlsx", **query):
    return site.client.get(reverse(f"unit_{ending}", args=[code]), query)


@pytest.fixture
def reported(site: Site) -> Submission:
    return site.approve(site.province.submission(indicator("HT.01"), window=quarter(2026, 3)), cell("14433"))


def test_its_figures_are_numbers(site: Site, reported: Submission) -> None:
    sheet = sheet_of(take(site, "LC-SKHCN"), FIGURES)
    row = rows_of(sheet)[0]
    assert (row["Code"], row["Figure"], row["Reporting unit"]) == ("HT.01", 14433, "Sở Khoa học và Công nghệ")
    assert cell_of(sheet, 1, "Published on").is_date


def test_its_reports_have_days_and_moments(site: Site, reported: Submission) -> None:
    sheet = sheet_of(take(site, "LC-SKHCN"), REPORTS)
    row = rows_of(sheet)[0]
    assert (row["Form"], row["Status"], row["Due date"].date()) == ("01/CĐS", "On time", reported.due_on)
    assert cell_of(sheet, 1, "Sent at").number_format == "dd/mm/yyyy hh:mm"


def test_the_units_under_it_are_listed(site: Site) -> None:
    names = [row["Unit"] for row in rows_of(sheet_of(take(site, "12"), CHILDREN))]
    assert names == ["Sở Khoa học và Công nghệ", "Sở Tài chính", "Văn phòng UBND tỉnh"]


def test_the_head_says_on_which_day_and_of_which_period(site: Site, reported: Submission) -> None:
    head = head_of(sheet_of(take(site, "LC-SKHCN", period="2026-Q3"), FIGURES))
    assert head[:4] == [
        "Sở Khoa học và Công nghệ",
        FIGURES,
        "Department or agency, LC-SKHCN",
        "The unit as it stood on 14/09/2026",
    ]
    assert "Quarter III/2026. Figures from 15/06/2026 to the end of 14/09/2026" in head
    assert any(line.startswith("Published on ") for line in head)


def test_whoever_may_not_know_who_reported_gets_no_such_table(site: Site, reported: Submission) -> None:
    company = unit("VNPT", "company", parent=site.province.root)
    site.log_in(people.person("of VNPT", company, "reporter"))
    assert titles_of(take(site, "LC-SKHCN")) == [FIGURES]


def test_a_code_that_no_unit_bears_is_not_found(site: Site) -> None:
    answer = take(site, "99999", on="2026-01-01")
    assert (answer.status_code, "99999" in text_of(answer)) == (404, True)
    assert take(site, "12", on="yesterday").status_code == 404


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_takes_the_queries_of_the_page_but_for_what_stands_beside(
    site: Site, reported: Submission, django_assert_num_queries, ending
) -> None:
    with django_assert_num_queries(QUERIES + BESIDE):
        site.client.get(reverse("unit", args=["LC-SKHCN"]))
    with django_assert_num_queries(QUERIES):
        take(site, "LC-SKHCN", ending)


def test_links_keep_the_day(site: Site) -> None:
    page = site.client.get(reverse("unit", args=["LC-SKHCN"]), {"on": "2026-01-01"}).content.decode()
    assert 'href="/units/LC-SKHCN.csv?on=2026-01-01"' in page
