"""An indicator as a file: its figures over time, and who reported what as far as the reader sees it."""

import itertools
from datetime import date

import pytest
from django.urls import reverse

from indicators.calendars import quarter
from indicators.models import Unit
from tests.factories import cell, indicator, perform, ratio, unit
from tests.reporting.conftest import Site, text_of
from tests.reporting.exports.books import cell_of, head_of, records_of, rows_of, sheet_of, titles_of

QUERIES = 6  # of the page
SERIES, SOURCES = "Figures over time", "Who reported what"


def take(site: Site, code: str, ending: str = "xlsx", **query):
    return site.client.get(reverse(f"indicator_{ending}", args=[code]), query)


@pytest.fixture
def departments(site: Site) -> list[Unit]:
    return [site.province.department, site.province.sister]


def reported(site: Site, asked, units: list[Unit], *cells, label=(2026, 3)) -> list:
    made = site.province.round(asked, units=units, subject="self", window=quarter(*label))
    reports = [made.submissions.get(unit=unit) for unit in units]
    return [site.approve(report, each) for report, each in zip(reports, cells, strict=False)]


def test_each_period_is_a_row_with_real_days(site: Site, departments: list[Unit]) -> None:
    asked = ratio("XH.01")
    reported(site, asked, departments, cell(of=("1", "10")), cell(of=("90", "100")), label=(2026, 2))
    reported(site, asked, departments, cell(of=("2", "10")))
    rows = rows_of(sheet_of(take(site, "XH.01"), SERIES))
    newest = {name: rows[0][name] for name in ("Period", "From", "To the end of", "Figure", "Units that reported")}
    days = {name: newest.pop(name).date() for name in ("From", "To the end of")}
    assert newest == {"Period": "Quarter III/2026", "Figure": 20, "Units that reported": 1}
    assert days == {"From": date(2026, 6, 15), "To the end of": date(2026, 9, 14)}
    assert (rows[1]["Figure"], rows[1]["Numerator"], rows[1]["Denominator"]) == (82.7, 91, 110)
    day = cell_of(sheet_of(take(site, "XH.01"), SERIES), 1, "From")
    assert (day.is_date, day.number_format) == (True, "dd/mm/yyyy")


def test_each_source_is_a_row_with_what_it_explained(site: Site, departments: list[Unit]) -> None:
    first, _second = reported(site, indicator("DL.01"), departments, cell("11", note="Mới thống kê"), cell("7"))
    reopened = perform("reopen", first, by=site.province.approver, comment="Nhầm số")
    site.approve(reopened, cell("12", note="Đã rà soát"))
    sheet = sheet_of(take(site, "DL.01"), SOURCES)
    told = {row["Reporting unit"]: row for row in rows_of(sheet)}
    mended = told["Sở Khoa học và Công nghệ"]
    assert (mended["Code"], mended["Figure"], told["Sở Tài chính"]["Figure"]) == ("LC-SKHCN", 12, 7)
    note, change = mended["Explanations and changes"].splitlines()
    assert (note, change.endswith(": 11 km to 12 km. Reason: Nhầm số")) == ("Đã rà soát", True)
    assert len(mended["Check code"]) > 5


def test_who_has_not_reported_is_a_row_without_a_figure(site: Site, departments: list[Unit]) -> None:
    reported(site, indicator("DL.01"), departments, cell("11"))
    missing = rows_of(sheet_of(take(site, "DL.01"), SOURCES))[1]
    assert (missing["Reporting unit"], missing["Why there is no figure"]) == ("Sở Tài chính", "No data")
    assert "Figure" not in missing


def test_a_cross_check_is_called_one(site: Site, departments: list[Unit]) -> None:
    asked = indicator("HT.01", source_unit=departments[1])
    made = site.province.round(asked, units=departments)
    for department, figure in zip(departments, ("9", "5"), strict=True):
        site.approve(made.submissions.get(unit=department), cell(figure))
    notes = {r["Reporting unit"]: r.get("Notes") for r in rows_of(sheet_of(take(site, "HT.01"), SOURCES))}
    assert notes["Sở Khoa học và Công nghệ"] == ("Cross-check, not counted: +4 km against the figure that counts")


def test_the_head_names_indicator_period_and_coverage(site: Site, departments: list[Unit]) -> None:
    reported(site, indicator("DL.01", name="Số cơ sở dữ liệu"), departments, cell("11"))
    head = head_of(sheet_of(take(site, "DL.01", period="2026-Q3"), SERIES))
    assert head[:4] == ["Số cơ sở dữ liệu (DL.01)", SERIES, "Nhóm HT", "Unit of measure: km."]
    assert "Quarter III/2026. Figures from 15/06/2026 to the end of 14/09/2026" in head
    assert "Figures of 1 of 2 units" in head


def test_both_tables_stand_in_the_csv(site: Site, departments: list[Unit]) -> None:
    reported(site, indicator("DL.01"), departments, cell("11"), cell("7"))
    records = records_of(take(site, "DL.01", "csv"))
    titles = [record[0] for before, record in itertools.pairwise(records) if before == []]
    assert titles == [SERIES, SOURCES] == titles_of(take(site, "DL.01"))


def test_an_indicator_that_no_round_asked_for_has_an_empty_table(site: Site) -> None:
    indicator("HT.09")
    answer = take(site, "HT.09")
    assert titles_of(answer) == [SERIES]
    assert rows_of(sheet_of(answer)) == [{"Period": "Nothing has been published yet."}]


def test_what_is_not_there_is_not_found(site: Site) -> None:
    assert take(site, "XX.99").status_code == 404
    site.province.submission(indicator("HT.01"))
    answer = take(site, "HT.01", period="2019-Q1")
    assert (answer.status_code, "There is no reporting period" in text_of(answer)) == (404, True)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_queries_of_the_page(site: Site, after_an_approval, ending: str, count: int) -> None:
    units = [unit(f"Sở {n}", parent=site.province.root) for n in range(count)]
    reported(site, indicator("DL.01"), units, *[cell("5")] * count)
    after_an_approval(QUERIES, lambda: take(site, "DL.01", ending))
    after_an_approval(QUERIES, lambda: site.indicator("DL.01"))


def test_links_keep_the_period(site: Site) -> None:
    site.province.submission(indicator("HT.01"), window=quarter(2026, 3))
    page = site.indicator("HT.01", period="2026-Q3").content.decode()
    assert 'href="/indicators/HT.01.xlsx?period=2026-Q3"' in page
