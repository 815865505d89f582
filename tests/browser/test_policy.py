"""No page breaks the content security policy, and the watch over it would see it if one did."""

import pytest

from indicators.models import Submission

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]


def test_the_admin_keeps_within_the_policy(visit, demonstration: Submission) -> None:
    """`visit` fails at its end for anything the content security policy refused."""
    admin = visit("admin")
    for path in (
        "/admin/",
        "/admin/indicators/submission/",
        f"/admin/indicators/submission/{demonstration.pk}/change/",
        "/admin/indicators/indicator/",
        "/admin/indicators/unit/add/",
        "/admin/indicators/user/",
        "/admin/indicators/observation/export/",
        "/admin/password_change/",
    ):
        response = admin.page.goto(admin.address + path)
        assert response.status == 200, path


def test_the_watch_sees_what_the_policy_refuses(visit, demonstration: Submission, javascript: bool) -> None:
    """The control of every other test here: an inline style is refused, and is seen to be."""
    if not javascript:
        pytest.skip("only a script could set the style")
    officer = visit("reporter-skhcn")
    officer.page.evaluate("document.body.setAttribute('style', 'color: red')")
    officer.page.wait_for_timeout(200)
    assert [text for text in officer.refused if "Content Security Policy" in text] != []
    officer.refused.clear()
