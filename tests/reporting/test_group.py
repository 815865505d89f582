"""The page of a group: its lines as the overview shows them, and nothing of other groups."""

import pytest
from django.urls import reverse

from indicators.calendars import quarter
from tests.factories import cell, indicator
from tests.reporting.conftest import Site, cells_of, row_of, text_of
from tests.reporting.exports.books import head_of, rows_of, sheet_of

CANARY = "4.815"
Q2, Q3 = quarter(2025, 2), quarter(2025, 3)


def page(site: Site, code: str = "HT", ending: str = "", **query):
    name = "group" + (f"_{ending}" if ending else "")
    return site.client.get(reverse(name, args=[code]), query)


@pytest.fixture
def two_groups(site: Site) -> Site:
    for code, group, figure in (("HT.01", "HT", "5"), ("XH.01", "XH", "4815")):
        asked = indicator(code, group=group, lead_unit=site.province.sister)
        site.approve(site.province.submission(asked, window=Q3), cell(figure))
    return site


def test_it_shows_its_lines_as_the_overview_does(two_groups: Site) -> None:
    assert row_of(page(two_groups), "HT.01") == row_of(two_groups.summary(), "HT.01")
    assert cells_of(page(two_groups), "HT.01")["lead"] == "Sở Tài chính"
    said = text_of(page(two_groups))
    assert "Overview › HT Nhóm HT" in said
    assert "1 of 1 indicators have data" in said
    assert (CANARY in said, "XH.01" in said) == (False, False)


def test_it_counts_the_reports_that_hold_its_lines(site: Site) -> None:
    site.province.round(indicator("XH.01", group="XH"), window=Q3)
    site.approve(site.province.submission(indicator("HT.01"), window=Q3), cell("5"))
    assert "0 of 1 units" in text_of(site.summary())  # two reports of one unit, of which one is published
    assert "1 of 1 units" in text_of(page(site))
    assert "0 of 1 units" in text_of(page(site, "XH"))


def test_the_overview_and_the_indicators_lead_to_it(two_groups: Site) -> None:
    for opened in (two_groups.summary(), two_groups.indicator("HT.01")):
        assert f'href="/groups/HT/?period={Q3.label}' in opened.content.decode()


def test_it_is_taken_along_as_it_stands(two_groups: Site) -> None:
    book = sheet_of(page(two_groups, ending="xlsx"))
    assert [row["Code"] for row in rows_of(book)] == ["HT.01"]
    assert any("Nhóm HT" in line for line in (book["A1"].value, *head_of(book)))
    assert "4815" not in page(two_groups, ending="csv").content.decode("utf-8-sig")


def test_a_group_of_which_nothing_is_asked_says_so(site: Site) -> None:
    indicator("XH.01", group="XH")
    site.province.round(indicator("HT.01"), window=Q3)
    opened = page(site, "XH")
    assert (opened.status_code, "No indicator of this group is asked for" in text_of(opened)) == (200, True)


def test_before_the_first_round_there_is_nothing(site: Site) -> None:
    indicator("HT.01")
    assert "No round has been opened yet" in text_of(page(site))
    assert page(site, ending="csv").status_code == 404


@pytest.mark.parametrize(
    ("code", "query"), [("ZZ", {}), ("HT", {"period": "never"}), ("HT", {"programme": "no"}), ("a\0b", {})]
)
def test_what_is_unknown_is_not_found(two_groups: Site, code: str, query: dict) -> None:
    assert page(two_groups, code, **query).status_code == 404


def test_what_waits_for_publication_stays_away(site: Site) -> None:
    site.approve(site.province.submission(indicator("HT.01"), asks_publication=True), cell("4815"))
    assert CANARY not in page(site).content.decode()
    assert CANARY in page(site, figures="latest").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_queries_of_the_overview(site: Site, count: int, after_an_approval) -> None:
    asked = [indicator(f"HT.{n}") for n in range(count)]
    site.approve(site.province.submission(*asked), *[cell("5")] * count)
    after_an_approval(6, lambda: page(site))
