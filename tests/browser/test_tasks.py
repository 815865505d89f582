"""A task from its report to its confirmation, and a directive: with a script and without, on a phone too."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from indicators.clock import today
from indicators.models import Submission, Task

from .test_layout import too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_task_is_reported_as_done_and_confirmed(visit, demonstration: Submission, width: int) -> None:
    task = Task.objects.get(code="NV.01")
    reporter = visit("reporter-skhcn", width=width)
    page = reporter.open("/submissions/")
    page.click(f"a[href='/tasks/{task.pk}/']")
    assert too_wide(page) == ""
    page.fill("[name=done_on]", "31/12/2999")
    page.fill("[name=document]", "Biên bản nghiệm thu số 15/BB")
    page.click("button[value=report]")
    expect(page.locator(".fault")).to_have_count(1)
    page.fill("[name=done_on]", f"{today():%d/%m/%Y}")
    page.click("button[value=report]")
    page.wait_for_url(f"**/tasks/{task.pk}/")
    expect(page.locator(".facts .status.waiting")).to_have_count(1)
    assert page.locator("button[value=confirm]").count() == 0  # four eyes
    verifier = visit("verifier", width=width)
    page = verifier.open("/notices/")
    page.click(f"a[href='/tasks/{task.pk}/']")
    assert too_wide(page) == ""
    page.click("button[value=confirm]")
    expect(page.locator(".facts .status.done")).to_have_count(1)
    assert Task.objects.get(pk=task.pk).state == "done"


def test_a_leader_turns_an_indicator_into_a_task(visit, demonstration: Submission) -> None:
    leader = visit("leader")
    page = leader.open("/indicators/HT.01/")
    page.click("a[href='/tasks/new/?indicator=HT.01']")
    page.fill("[name=text]", "Hoàn thành tuyến cáp quang đến các xã biên giới")
    page.select_option("[name=lead]", label="Sở Khoa học và Công nghệ")
    page.select_option("[name=follower]", label="Văn phòng UBND tỉnh")
    page.fill("[name=due_on]", f"{today() + timedelta(days=30):%d/%m/%Y}")
    page.click("main button[type=submit]")
    expect(page.locator(".facts")).to_have_count(1)
    made = Task.objects.latest("pk")
    assert (made.given_by.username, made.indicator.code) == ("leader", "HT.01")
    page = leader.open("/indicators/HT.01/")
    expect(page.locator(f"a[href='/tasks/{made.pk}/']")).to_have_count(1)
