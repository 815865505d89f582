"""The public page on a telephone, without a script and without a login."""

import pytest
from playwright.sync_api import Browser

from indicators.calendars import quarter
from indicators.models import Programme, PublicPage
from tests.factories import Province, cell, indicator, publish, type_in

from .conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def published(province: Province) -> None:
    for code, window in (("HT.01", quarter(2025, 2)), ("HT.02", quarter(2025, 3))):
        report = province.submission(indicator(code), window=window, asks_sign_off=False, asks_publication=True)
        type_in(report, cell("14433"), by=province.reporter)
        publish(province.walk(report, "submit", "verify", "approve").round, by=province.publisher)
    PublicPage.objects.create(programme=Programme.objects.get(), is_open=True)


def test_a_stranger_reads_it_on_a_telephone_and_chooses_a_period(
    browser: Browser, live_server, published: None, javascript: bool
) -> None:
    visitor = Visitor(browser, live_server.url, javascript=javascript, width=360)
    page = visitor.open("/public/")
    assert page.locator("[id='HT.02'] .value").inner_text().split()[-2:] == ["14.433", "km"]
    page.select_option("#period", "2025-Q2")
    page.click("main button[type=submit]")
    assert "period=2025-Q2" in page.url
    assert page.locator("[id='HT.01'] .value").inner_text().split()[-2:] == ["14.433", "km"]
    page.locator("tr .of").first.wait_for()
    edge = page.locator("table").bounding_box()
    assert edge is not None
    assert edge["x"] + edge["width"] <= 360
    assert visitor.context.cookies() == []
    visitor.close()
    assert visitor.refused == []
