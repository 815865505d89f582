"""A report on its way back: the reviewer names lines and a day, the unit mends them, and it is read again; with and
without a script, on a phone too."""

import re

import pytest
from playwright.sync_api import expect

from indicators.models import Return, Submission, User

from .conftest import PASSWORD
from .test_layout import too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_report_is_returned_line_by_line_and_comes_back(visit, demonstration: Submission, width: int) -> None:
    submitted = Submission.objects.filter(state="submitted", round__form__code="03/CĐS").order_by("pk")
    report = submitted[0]
    for name in ("minh-hoa-nhap", "minh-hoa-ky"):
        account = User.objects.get(username=name)
        account.set_password(PASSWORD)
        account.is_active = True
        account.save(update_fields=["password", "is_active"])
    review = f"/admin/indicators/submission/{report.pk}/change/"

    visitor = visit("verifier-skhcn", width=width)
    page = visitor.page
    expect(page).to_have_url(re.compile("/admin/indicators/submission/$"))  # where a reviewer begins
    assert too_wide(page) == ""
    page.click(f"a[href*='/submission/{report.pk}/change/']")
    page.wait_for_url(f"**{review}")
    for folded in page.locator("details:not([open]) > summary").all():
        if folded.is_visible():
            folded.click()
    assert too_wide(page) == ""
    page.fill("[name='HT.03-remark']", "Còn thiếu 2 bản")
    page.fill("[name=comment]", "Đối chiếu lại số liệu phủ sóng")
    page.fill("[name=resend_on]", "31/02/2027")
    page.click("button[value=return]")
    expect(page.locator("[role=alert]")).to_be_visible()
    assert page.input_value("[name='HT.03-remark']") == "Còn thiếu 2 bản"
    page.fill("[name=resend_on]", "31/12/2099")
    page.click("button[value=return]")
    page.wait_for_url("**/admin/indicators/submission/")
    assert list(Return.objects.get(submission=report).lines.values()) == ["Còn thiếu 2 bản"]

    visitor = visit("minh-hoa-nhap", width=width)
    page = visitor.open(f"/submissions/{report.pk}/")
    expect(page.locator("#to-mend li")).to_have_count(1)
    assert too_wide(page) == ""
    page.click("#to-mend a")
    expect(page.locator("[id='HT.03'].to-mend")).to_be_in_viewport()
    page.fill("[name='HT.03-numerator']", "")
    page.fill("[name='HT.03-denominator']", "")
    page.fill("[name='HT.03-value']", "50,0")
    page.click("button[value=submit]")
    expect(page.locator("button[value=withdraw]")).to_be_visible()

    visitor = visit("minh-hoa-ky", width=width)
    page = visitor.open(f"/submissions/{report.pk}/")
    expect(page.locator("#changed li")).to_have_count(1)
    assert too_wide(page) == ""
    page.click("button[value=sign]")
    expect(page.locator("button[value=sign]")).to_have_count(0)

    visitor = visit("verifier-skhcn", width=width)
    page = visitor.open(review)
    expect(page.locator("#changed-lines")).to_be_visible()
    assert too_wide(page) == ""
