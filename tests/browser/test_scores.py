"""How a leader comes from the overview to where the points of a unit are from, by links and the keyboard."""

import pytest
from playwright.sync_api import Browser, expect

from indicators.models import Submission

from .conftest import Visitor
from .test_layout import too_wide

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [360, 1280])
def test_from_the_overview_to_the_figure_behind_a_component(
    browser: Browser, live_server, demonstration: Submission, javascript: bool, width: int
) -> None:
    visitor = Visitor(browser, live_server.url, javascript=javascript, width=width)
    visitor.log_in("leader")
    page = visitor.open("/summary/")
    page.get_by_role("link", name="Chấm điểm", exact=True).click()
    page.get_by_role("link", name="Bộ chỉ số chuyển đổi số của xã, phường (minh họa)").click()
    page.wait_for_url("**/scores/XP-MH/")
    assert too_wide(page) == ""
    page.get_by_role("link", name="Phường Đoàn Kết", exact=True).click()
    page.wait_for_url("**/scores/XP-MH/03388/?year=*")
    component = page.locator("#item-2\\.2")
    component.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(component.get_by_text("Tỷ lệ × 10 điểm")).to_be_visible()
    assert too_wide(page) == ""
    component.get_by_role("link").first.click()
    page.wait_for_url("**/indicators/XP.03/**")
    visitor.close()
    assert visitor.refused == []
