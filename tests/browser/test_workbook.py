"""The Excel form in a browser: down, filled in, up, confirmed; with and without a script, at a desk, on a phone."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from indicators.models import Entry, State, Submission, User
from tests.factories import Province
from tests.indicators.sheets import saved
from tests.indicators.workbooks import fill, opened

from .entering import SENT, lines, log_in_again, path, stored
from .test_layout import too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_a_hundred_lines_by_an_excel_form_filled_in_while_the_session_ends(
    enter, province: Province, officer: User
) -> None:
    submission = province.submission(*lines(100), asks_sign_off=False)
    page = enter(officer).open(path(submission))
    with page.expect_download() as download:
        page.click("a[href$='/workbook.xlsx']")
    book = opened(download.value.path().read_bytes())
    for number in range(1, 101):
        fill(book, f"HT.{number:02}", value=1000 + number)
    Session.objects.all().delete()
    page.click("a[href$='/import/']")
    log_in_again(page, officer)
    page.set_input_files("[name=file]", {"name": "form.xlsx", "mimeType": MIME, "buffer": saved(book)})
    page.click("main form[enctype] button")
    expect(page.locator("main")).to_contain_text("100 lines filled in, 100 figures.")
    assert stored(submission) == {}
    page.click("button[value=write]")
    page.click('[name=action][value="submit"]')
    expect(page.locator("main")).to_contain_text(SENT)
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED
    assert stored(submission) == {f"HT.{n:02}": 1000 + n for n in range(1, 101)}


@pytest.mark.parametrize("width", [360, 1280])
def test_the_excel_form_goes_there_and_back(visit, demonstration: Submission, width: int) -> None:
    page = visit("reporter-skhcn", width=width).open(f"/submissions/{demonstration.pk}/")
    with page.expect_download() as download:
        page.click("a[href$='/workbook.xlsx']")
    book = opened(download.value.path().read_bytes())
    page.click("a[href$='/import/']")
    for value, button in (("nhiều", "mark"), (15240, "write")):
        fill(book, "HT.01", value=value)
        fill(book, "TM.01", value="- Thiếu cán bộ chuyên trách\n- Chưa có máy")
        page.set_input_files("[name=file]", {"name": "bieu.xlsx", "mimeType": MIME, "buffer": saved(book)})
        page.click("main form[enctype] button")
        expect(page.locator("button[name=action]")).to_have_attribute("value", button)
        assert too_wide(page) == ""
    page.click("button[value=write]")
    page.wait_for_url(f"**/submissions/{demonstration.pk}/")
    stored = Entry.objects.get(submission=demonstration, line__indicator__code="HT.01")
    assert (too_wide(page), stored.value) == ("", 15240)
