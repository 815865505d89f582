"""A contact opens an account; its owner logs in with the letter, chooses a password and is at work. On a phone too,
with and without a script."""

import pytest
from playwright.sync_api import expect

from indicators.models import Submission, User

from .test_layout import too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OWN = "Mường-Tè-2026"


@pytest.mark.parametrize("width", [360, 1280])
def test_a_new_officer_is_at_work_with_one_letter(visit, demonstration: Submission, width: int) -> None:
    contact = visit("contact-skhcn", width=width)
    page = contact.open("/unit-accounts/")
    expect(page.locator("tbody tr")).to_have_count(4)
    assert too_wide(page) == ""
    page.fill("[name=full_name]", "Lò Thị Mới")
    page.fill("[name=username]", "lo.thi.moi")
    page.click("button[value=open]")
    expect(page.locator(".letter")).to_have_count(1)
    assert too_wide(page) == ""
    password = page.locator(".letter .typed").nth(1).inner_text().strip()

    newcomer = visit("lo.thi.moi", password, width=width)
    page = newcomer.page
    page.wait_for_url("**/accounts/password/**")
    assert too_wide(page) == ""
    page.fill("[name=old_password]", password)
    page.fill("[name=new_password1]", OWN)
    page.fill("[name=new_password2]", OWN)
    page.click("main button[type=submit]")
    page.wait_for_url("**/submissions/")
    expect(page.locator(f"a[href='/submissions/{demonstration.pk}/']").first).to_be_visible()
    assert User.objects.get(username="lo.thi.moi").must_change_password is False
