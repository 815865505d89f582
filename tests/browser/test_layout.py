"""No page is wider than its window, with the longest names that a province has; and the overview is one sheet."""

import re

import pytest
from playwright.sync_api import Browser, Page

from indicators.demo import walk
from indicators.models import Indicator, Submission, UnitSlice

from .conftest import Visitor
from .kinds import of_pages, opened
from .typed import TYPED

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]
WIDTHS = (360, 1280, 1920)
LONG_UNIT = "Ban Quản lý Khu kinh tế cửa khẩu Ma Lù Thàng và các khu công nghiệp tỉnh Lai Châu"
LONG_INDICATOR = (
    "Tỷ lệ hồ sơ thủ tục hành chính được người dân, doanh nghiệp thực hiện trực tuyến từ xa và được trả kết quả "
    "điện tử trên tổng số hồ sơ thủ tục hành chính đã được giải quyết trong kỳ báo cáo"
)
PROSE = "Hoàn thành kết nối, chia sẻ dữ liệu của 38 xã, phường với nền tảng của tỉnh; " * 20


@pytest.fixture
def long_names(demonstration: Submission) -> Submission:
    assert len(LONG_UNIT) >= 80
    banks = UnitSlice.objects.filter(name__startswith="Ngân hàng Nhà nước")
    assert banks.exists()
    UnitSlice.objects.filter(unit__codes__code__in=("LC-SKHCN", "03388", "03390")).update(name=LONG_UNIT)
    Indicator.objects.filter(code__in=("HT.01", "XH.02")).update(name=LONG_INDICATOR)
    return demonstration


def too_wide(page: Page) -> str:
    """The first element that reaches over the edge of the window; nothing where the page keeps within it."""
    page.wait_for_load_state()  # a click may be followed by a document that has no element yet
    return page.evaluate(
        """() => {
            const edge = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= edge) return "";
            const all = [...document.body.querySelectorAll("*")];
            const over = all.filter(e => e.getBoundingClientRect().right > edge);
            return over.map(e => e.tagName + "." + e.className).slice(0, 3).join(", ") || "?";
        }"""
    )


def test_no_page_is_wider_than_its_window(browser: Browser, live_server, long_names: Submission) -> None:
    found = []
    for kind, page in opened(browser, live_server.url, of_pages(long_names)):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if over := too_wide(page):
                found.append(f"{kind.name}, {width}: {over}")
    assert found == []


def test_a_page_that_is_too_wide_is_seen(browser: Browser) -> None:
    """The control of the test above."""
    page = browser.new_page(viewport={"width": 360, "height": 900})
    page.set_content("<p style='width: 400px'>x</p>")
    assert too_wide(page) == "P."
    page.close()


def test_prose_in_a_report_does_not_push_the_reviewers_columns_away(
    browser: Browser, live_server, demonstration: Submission
) -> None:
    users = walk.people()
    fields = TYPED | {"TM.01-value": PROSE, "NT.01-value": "1", "HT.07-value": "0"}
    walk.type_in(demonstration, fields, by=users["reporter-skhcn"])
    for move, by in (("submit", "reporter-skhcn"), ("sign", "leader-skhcn")):
        walk.move(demonstration, move, by=users[by])
    visitor = Visitor(browser, live_server.url)
    visitor.log_in("verifier")
    page = visitor.open(f"/admin/indicators/submission/{demonstration.pk}/change/")
    assert page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('.review'))") is True
    visitor.close()


def sheets(page: Page) -> int:
    """How many pages Chromium prints."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("path", ["/summary/", "/summary/?period=2023", "/summary/?print=1"])
def test_the_overview_is_printed_on_one_sheet(
    browser: Browser, live_server, demonstration: Submission, path: str
) -> None:
    visitor = Visitor(browser, live_server.url, javascript=False)  # a script of the sheet would print it itself
    visitor.log_in("leader")
    page = visitor.open(path)
    assert page.locator("table.full tbody tr[id]").count() == 21
    assert sheets(page) == 1
    visitor.close()


def test_a_report_on_paper_is_its_table_without_anything_to_press(
    browser: Browser, live_server, demonstration: Submission
) -> None:
    visitor = Visitor(browser, live_server.url)
    visitor.log_in("reporter-skhcn")
    page = visitor.open(f"/submissions/{demonstration.pk}/")
    page.emulate_media(media="print")
    assert page.locator("table.issued").is_visible()
    assert [each for each in page.locator("a.button, button, input, select").all() if each.is_visible()] == []
    visitor.close()


def test_the_button_opens_the_sheet_of_the_chosen_period(visit, demonstration: Submission) -> None:
    page = visit("leader").open("/summary/")
    page.select_option("[name=period]", "2023")
    page.click(".filters [type=submit]")
    page.click("a.button[href*=print]")
    assert "period=2023" in page.url
    assert "14.433 km" in page.locator("tr[id='HT.01']").inner_text()
    assert page.locator(".print-only").first.is_visible()
    assert not page.locator(".masthead").is_visible()
    page.locator(".notice a").click()
    assert page.locator(".masthead").is_visible()
    assert page.locator("[name=period]").input_value() == "2023"
