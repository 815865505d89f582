"""The page of a unit says which of its reports and figures another unit entered for it."""

import pytest

from indicators.models import Submission
from tests import people
from tests.factories import cell, enter_on_behalf, indicator, perform, type_in
from tests.reporting.conftest import Site
from tests.reporting.test_unit import page_of, rows

BY_OFFICE = "Entered on behalf of the unit by Văn phòng UBND tỉnh"


@pytest.fixture
def begun(site: Site, media) -> Submission:
    helper = people.person("helper", site.province.office, "verifier")
    report = site.province.round(indicator("HT.01"), subject="self").submissions.get()
    return type_in(enter_on_behalf(report, by=helper), cell("987654"), by=helper)


@pytest.fixture
def sent(begun: Submission) -> Submission:
    return perform("submit", begun, by=begun.on_behalf.get().by)


def status(site: Site) -> str:
    return rows(page_of(site, "LC-SKHCN"), "reports")[0][4]


def test_what_is_still_being_entered_is_nobodys_business(site: Site, begun) -> None:
    page = page_of(site, "LC-SKHCN").content.decode()
    assert ("on behalf" in page, "987.654" in page) == (False, False)


def test_a_report_that_was_sent_for_it_says_so(site: Site, sent) -> None:
    assert status(site) == f"On time {BY_OFFICE}"
    assert "987.654" not in page_of(site, "LC-SKHCN").content.decode()


def test_taken_back_it_says_so_no_longer(site: Site, sent) -> None:
    site.province.walk(sent, "withdraw")
    assert "on behalf" not in status(site)


def test_what_the_unit_sent_itself_afterwards_is_its_own(site: Site, sent) -> None:
    draft = type_in(site.province.walk(sent, "withdraw"), cell("5"), by=site.province.reporter)
    site.province.walk(draft, "submit", "sign")
    assert status(site) == "On time"


def test_its_figures_say_so_too(site: Site, sent) -> None:
    site.province.walk(sent, "verify", "approve")
    [figure] = rows(page_of(site, "LC-SKHCN"), "figures")
    assert figure[:2] == [f"Chỉ tiêu HT.01 HT.01 {BY_OFFICE}", "987.654 km"]


@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_same_queries_for_one_report_and_three(site: Site, media, after_an_approval, count: int) -> None:
    helper = people.person("helper", site.province.office, "verifier")
    for n in range(count):
        report = site.province.round(indicator(f"HT.0{n}"), subject="self").submissions.get()
        report = type_in(enter_on_behalf(report, by=helper), cell("1"), by=helper)
        site.province.walk(perform("submit", report, by=helper), "verify", "approve")
    page_of(site, "LC-SKHCN")
    assert after_an_approval(6, lambda: page_of(site, "LC-SKHCN").content.decode().count(BY_OFFICE) == 2 * count)
