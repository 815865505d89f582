"""The page of a unit in a period that nobody was asked for as a whole: made of its own months, and never of those
that a reader may not see (domain.md 9, 11, 41)."""

import pytest
from django.urls import reverse

from indicators.calendars import quarter, window
from indicators.models import Unit
from tests import people
from tests.factories import cell, indicator, unit
from tests.reporting.conftest import Site, text_of
from tests.reporting.exports.books import rows_of, sheet_of
from tests.reporting.test_unit import page_of, rows

M1, M2, M3 = (window(f"2026-M0{n}") for n in (1, 2, 3))
SECRET = "987654"


@pytest.fixture
def commune(site: Site) -> Unit:
    return unit("Xã Pa Ủ", "commune", code="03442", parent=site.province.root)


def report(site: Site, asked, reporter: Unit, value: str | None, when) -> None:
    made = site.province.round(asked, window=when, units=[reporter], subject="self")
    if value is not None:
        site.approve(made.submissions.get(unit=reporter), cell(value))


def test_a_flow_is_added_up_and_a_stock_is_of_the_last_month(site: Site, commune: Unit) -> None:
    flow = indicator("KT.01", over_time="flow", source_kind="commune")
    for when, value in ((M1, "5"), (M2, None), (M3, "7")):
        report(site, flow, commune, value, when)
    stock = indicator("HT.01", source_kind="commune")
    report(site, stock, commune, "3", M1)
    report(site, stock, commune, None, M2)
    page = page_of(site, "03442", period="2026-Q1")
    assert [row[1:] for row in rows(page, "figures")] == [
        ["No data from the months: Month 2/2026", "Quarter I/2026"],  # never the older month
        ["12 km computed from the months", "Quarter I/2026"],
    ]
    assert "Partial: from 2 of 3 unit-periods. Month 2/2026: 0/1" in text_of(page)
    assert "/indicators/KT.01/?period=2026-Q1" in page.content.decode()
    taken = site.client.get(reverse("unit_xlsx", args=["03442"]), {"period": "2026-Q1"})
    of_stock, of_flow = rows_of(sheet_of(taken, "Published figures"))
    assert (of_stock.get("Figure"), of_flow["Figure"]) == (None, 12)
    assert of_flow["Notes"].startswith("computed from the months\nPartial: from 2 of 3")


def test_what_the_quarter_itself_was_asked_for_is_not_derived(site: Site, commune: Unit) -> None:
    asked = indicator("KT.01", over_time="flow", source_kind="commune")
    report(site, asked, commune, "5", M1)
    report(site, asked, commune, None, quarter(2026, 1))
    page = page_of(site, "03442", period="2026-Q1")
    assert "Nothing has been published yet." in text_of(page)


def test_what_a_reader_may_not_see_of_one_month_is_in_no_sum(site: Site) -> None:
    """Two companies in one month, three in the next: the sum would tell the hidden figure."""
    asked = indicator("DL.01", over_time="flow", source_kind="company")
    companies = [unit(name, "company", code=name, parent=site.province.root) for name in ("VNPT", "Viettel", "FPT")]
    made = site.province.round(asked, window=M1, units=companies, subject="self")
    for each, value in zip(companies, ("1", "2", "4"), strict=True):
        site.approve(made.submissions.get(unit=each), cell(value))
    report(site, asked, companies[0], SECRET, M2)
    site.log_in(people.person("of a company", companies[1], "reporter"))
    page = page_of(site, "VNPT", period="2026-Q1")
    assert "Some figures of this unit are not shown here" in text_of(page)
    assert "computed from the months" not in page.content.decode()
    assert not [secret for secret in (SECRET, "987.65") if secret in page.content.decode()]
    site.log_in(site.province.approver)
    assert rows(page_of(site, "VNPT", period="2026-Q1"), "figures")[0][1].startswith("987.655 km")


@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_same_queries_for_one_row_or_month_and_three(
    site: Site, commune: Unit, after_an_approval, count: int
) -> None:
    asked = [indicator(f"A{n}", source_kind="commune", over_time="flow") for n in range(count)]
    for when in (M1, M2, M3)[:count]:
        made = site.province.round(*asked, units=[commune], subject="self", window=when)
        site.approve(made.submissions.get(), *[cell("5")] * count)
    page = after_an_approval(7, lambda: page_of(site, "03442", period="2026-Q1"))
    assert len(rows(page, "figures")) == count
