"""A round is chased and approved on a phone and on a desk, with and without a script."""

import pytest
from playwright.sync_api import expect

from indicators.models import Decision, Submission

from .test_layout import too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_round_is_approved_from_the_queue_with_one_report_left_out(
    visit, demonstration: Submission, width: int
) -> None:
    waiting = Submission.objects.filter(state="verified", round__form__code="03/CĐS").order_by("pk")
    round_id, n = waiting[0].round_id, waiting.count()
    page = visit("approver", width=width).open("/admin/indicators/submission/")
    page.click(f"a[href='/admin/indicators/submission/round/{round_id}/']")
    expect(page.locator("[name=report]:checked")).to_have_count(n)
    page.locator("[name=report]").first.uncheck()
    page.click("button[value=approve]")
    expect(page.locator("ul.errorlist")).to_have_count(1)  # the decision has no number yet
    assert too_wide(page) == ""
    expect(page.locator("[name=report]:checked")).to_have_count(n - 1)
    page.fill("[name=number]", "12/QĐ-UBND")
    page.click("button[value=approve]")
    expect(page.locator(".messagelist .success")).to_have_count(1)
    assert too_wide(page) == ""
    assert waiting.count() == 1
    assert Decision.objects.get().events.count() == n - 1


def test_the_list_of_those_who_have_not_reported_is_copied(
    visit, demonstration: Submission, javascript: bool
) -> None:
    round_id = Submission.objects.filter(state="draft", round__form__code="03/CĐS")[0].round_id
    visitor = visit("leader")
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.open(f"/completeness/rounds/{round_id}/")
    button = page.locator("[data-copies]")
    if not javascript:
        expect(button).to_be_hidden()
        assert page.locator("#list-text").input_value().count("\n") > 2
        return
    button.click()
    expect(page.locator("#list-copied")).not_to_be_empty()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r\n", "\n") == page.locator("#list-text").input_value()
