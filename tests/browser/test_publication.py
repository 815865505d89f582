"""A publisher publishes a round, with and without a script, on a phone too; then everybody reads the figure,
and the publication as it was published."""

import pytest
from playwright.sync_api import expect

from indicators.models import Publication
from tests.factories import Province, cell, indicator, type_in

from .conftest import PASSWORD
from .test_layout import too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def province(transactional_db) -> Province:
    made = Province()
    round_ = made.round(
        indicator("HT.01"),
        units=[made.department, made.sister],
        asks_sign_off=False,
        asks_publication=True,
    )
    report = type_in(round_.submissions.get(unit=made.department), cell("14433"), by=made.reporter)
    made.walk(report, "submit", "verify", "approve")
    for user in (made.publisher, made.leader, made.outsider):
        user.set_password(PASSWORD)
        user.save()
    return made


@pytest.mark.parametrize("width", [360, 1280])
def test_a_round_is_published_and_read(enter, province: Province, javascript: bool, width: int) -> None:
    leader = enter(province.leader, javascript=javascript, width=width)
    page = leader.open("/summary/?figures=latest")
    expect(page.locator(".reading")).to_contain_text("Newest figures (not published)")
    expect(page.locator("[id='HT.01']")).to_contain_text("14.433")
    assert too_wide(page) == ""
    page = enter(province.publisher, javascript=javascript, width=width).page
    page.wait_for_url("**/admin/indicators/publication/rounds/")
    assert too_wide(page) == ""
    page.click("#content tbody a")
    page.wait_for_url("**/rounds/*/")
    assert too_wide(page) == ""
    page.fill("[name=document]", "15/TB-UBND")
    page.click("#publish button")
    page.wait_for_url("**/admin/indicators/publication/rounds/")
    expect(page.locator(".messagelist")).to_contain_text("Published, issue 1")
    made = Publication.objects.get()
    page = enter(province.outsider, javascript=javascript, width=width).open("/summary/?figures=latest")
    expect(page.locator("[id='HT.01']")).to_contain_text("14.433")
    expect(page.locator(".reading")).to_have_count(0)
    page.click(f"a[href='/publications/{made.pk}/']")
    page.wait_for_url(f"**/publications/{made.pk}/")
    expect(page.locator("main")).to_contain_text("The content agrees with its check code")
    assert too_wide(page) == ""


def test_a_day_gone_by_is_chosen_on_the_page(enter, province: Province, javascript: bool) -> None:
    page = enter(province.leader, javascript=javascript, width=360).open("/summary/")
    page.click("form.filters summary")
    page.fill("#as_of", "2026-01-31")
    page.click("form.filters button:not([name])")
    page.wait_for_url("**as_of=2026-01-31**")
    expect(page.locator(".reading")).to_contain_text("As known at the end of 31/01/2026")
    assert too_wide(page) == ""
