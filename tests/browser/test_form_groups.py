"""The form on a phone, one group a screen; and by keyboard from its first field to the hand-in. With JavaScript and
without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from indicators.models import Entry, Submission

from .typed import TYPED

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]
REASON = "Doanh nghiệp chưa tách được thuê bao 3G, 4G."
CHOSEN = {"NT.01-value": "1"}


def fill_group(page: Page) -> None:
    for name, text in TYPED.items():
        field = page.locator(f'[name="{name}"]')
        if field.count():
            field.fill(text)
    for name, value in CHOSEN.items():
        field = page.locator(f'[name="{name}"]')
        if field.count():
            field.select_option(value)


def groups_on_the_way(page: Page) -> Iterator[str]:
    """Fills one group after another, by the button that saves and leads on."""
    while True:
        fill_group(page)
        heading = page.locator(".lines h2").inner_text()
        yield heading
        onward = page.locator(".buttons [formaction]")
        if not onward.count():
            return
        onward.click()
        expect(page.locator(".lines h2")).not_to_have_text(heading)  # the message alone may be the last page's
        expect(page.locator(".messages")).to_contain_text("Đã lưu lúc")
        page.wait_for_load_state()


def test_a_phone_is_led_through_the_form_group_by_group(visit, demonstration: Submission) -> None:
    page = visit("reporter-skhcn", width=360).open(f"/submissions/{demonstration.pk}/")
    page.locator(".by-group a").click()
    headings = list(groups_on_the_way(page))
    assert [heading.split(" ")[0] for heading in headings] == ["1/5", "2/5", "3/5", "4/5", "5/5"]
    page.locator(".blanks summary").click()
    page.fill('[name="blanks-reason"]', REASON)
    page.click('[name=action][value="mark_blanks"]')
    expect(page.locator(".blanks")).to_have_count(0)  # nothing is left to be marked
    expect(page).to_have_url(re.compile(r"\?group=5$"))
    page.click('[name=action][value="submit"]')
    expect(page.locator("main")).to_contain_text("Đã trình lãnh đạo ký duyệt")
    entries = Entry.objects.filter(submission=demonstration)
    assert entries.get(line__indicator__code="HT.01").value == 15_240
    assert entries.get(line__indicator__code="XH.01").numerator == 412_600
    marked = entries.get(line__indicator__code="HT.07")
    assert (marked.state, marked.note) == ("not_available", REASON)


def test_on_a_desk_the_form_is_whole(visit, demonstration: Submission) -> None:
    page = visit("reporter-skhcn").open(f"/submissions/{demonstration.pk}/")
    expect(page.locator(".by-group")).to_be_hidden()
    assert page.locator(".lines section").count() == 5


def test_the_keyboard_leads_from_the_first_field_to_the_hand_in(visit, demonstration: Submission) -> None:
    page = visit("reporter-skhcn").open(f"/submissions/{demonstration.pk}/")
    assert page.locator("[tabindex]:not([tabindex='-1'])").count() == 0
    fields = page.locator(".lines :is(input, select, textarea):visible")
    names = fields.evaluate_all("all => all.map(each => each.name)")
    fields.first.focus()
    passed = []
    for _press in range(4 * len(names)):
        passed.append(page.evaluate("document.activeElement.name || document.activeElement.tagName"))
        if page.evaluate("document.activeElement.value") == "submit":
            break
        page.keyboard.press("Tab")
    assert [name for name in passed if name in names] == names
    assert passed[-1] == "action"


def test_enter_in_a_field_saves_the_draft_and_nothing_else(
    visit, demonstration: Submission, javascript: bool
) -> None:
    if javascript:
        pytest.skip("with the script Enter goes on to the next field: test_form_typing.py")
    page = visit("reporter-skhcn").open(f"/submissions/{demonstration.pk}/?group=1")
    page.fill('[name="HT.05-value"]', "98.300")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Đã lưu lúc")
    assert page.url.endswith("?group=1")
    assert Entry.objects.get(submission=demonstration, line__indicator__code="HT.05").value == 98_300
    demonstration.refresh_from_db()
    assert demonstration.state == "draft"


def test_what_is_wrong_has_the_focus_and_leads_to_its_field(visit, demonstration: Submission) -> None:
    page = visit("reporter-skhcn").open(f"/submissions/{demonstration.pk}/")
    page.fill('[name="HT.05-value"]', "không rõ")
    page.click('[name=action][value="save"]')
    expect(page.locator("#problems")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator('[name="HT.05-value"]')).to_be_focused()
    expect(page.locator('[name="HT.05-value"]')).to_have_value("không rõ")
