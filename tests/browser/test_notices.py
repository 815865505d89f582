"""A returned report: told on the page of notices, led to the report, and marked as read."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_return_is_told_leads_to_the_report_and_is_marked_as_read(demonstration, visit):
    page = visit("officer-3-xa", width=360).open("/notices/")
    returned = page.get_by_role("row").filter(has_text="Mẫu số khác với kỳ trước")
    expect(returned).to_have_class("unread")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    returned.get_by_role("link").click()
    page.wait_for_url("**/submissions/*/")
    page.locator("a[href='/notices/']").click()
    page.wait_for_url("**/notices/")
    page.locator("main form button").click()
    expect(page.locator(".messages")).to_be_visible()
    expect(page.locator("tr.unread")).to_have_count(0)
    expect(page.locator("main form")).to_have_count(0)
