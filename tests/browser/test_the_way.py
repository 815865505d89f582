"""The way of one figure by hand: an officer types it, her leader signs, an office verifies, the People's Committee
approves, and a leader reads it."""

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from indicators.models import Observation, Submission

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def demonstration(transactional_db) -> Submission:
    call_command("demo", password="demo-1234", verbosity=0)
    return Submission.objects.get()


def field(page: Page, name: str):
    return page.locator(f'[name="{name}"]')


def press(page: Page, action: str) -> None:
    page.click(f'[name=action][value="{action}"]')


def no_sideways_scroll(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_figure_goes_from_the_keyboard_to_the_summary(visit, demonstration: Submission) -> None:
    report = f"/submissions/{demonstration.pk}/"
    review = f"/admin/indicators/submission/{demonstration.pk}/change/"

    officer = visit("reporter-skhcn").page
    officer.get_by_role("link", name="Báo cáo chuyển đổi số").first.click()
    field(officer, "HT.01-value").fill("14.433")
    field(officer, "HT.07-state").select_option("not_available")
    officer.locator('details:has([name="HT.07-note"]) summary').click()
    field(officer, "HT.07-note").fill("Doanh nghiệp chưa tách được thuê bao 3G, 4G.")
    field(officer, "XH.01-numerator").fill("729")
    field(officer, "XH.01-denominator").fill("1000")
    press(officer, "save")
    expect(officer.locator("main")).to_contain_text("14.433 km")
    expect(officer.locator("main")).to_contain_text("72,9%")
    press(officer, "submit")
    expect(officer.locator("main")).to_contain_text("Chờ lãnh đạo ký duyệt")

    signer = visit("leader-skhcn")
    signer.open(report)
    press(signer.page, "sign")
    expect(signer.page.locator("main")).to_contain_text("Đã gửi, chờ thẩm định")

    verifier = visit("verifier")
    verifier.open(review)
    press(verifier.page, "verify")

    leader = visit("leader")
    leader.open("/summary/")
    expect(leader.page.locator("main")).not_to_contain_text("14.433")

    approver = visit("approver")
    approver.open(review)
    press(approver.page, "approve")
    assert Observation.objects.count() == 3

    leader.open("/summary/")
    expect(leader.page.locator("main")).to_contain_text("14.433 km")
    expect(leader.page.locator("main")).to_contain_text("72,9%")
    expect(leader.page.locator("main")).to_contain_text("Chưa có số liệu")
    leader.page.get_by_role("link", name="Tổng chiều dài cáp quang").first.click()
    expect(leader.page.locator("main")).to_contain_text("14.433")


def test_what_can_be_read_two_ways_is_given_back_and_the_rest_is_kept(visit, demonstration: Submission) -> None:
    officer = visit("reporter-skhcn")
    page = officer.open(f"/submissions/{demonstration.pk}/")
    field(page, "HT.01-value").fill("14433")
    field(page, "XH.01-value").fill("8.569")
    press(page, "save")
    expect(page.locator("main")).to_contain_text("“8.569” có thể hiểu là")
    expect(field(page, "XH.01-value")).to_have_value("8.569")
    assert [e.value for e in demonstration.entries.filter(state="reported")] == [14433]


def test_every_page_stands_on_a_phone(visit, demonstration: Submission, javascript: bool) -> None:
    pages = ("/submissions/", f"/submissions/{demonstration.pk}/", "/summary/", "/indicators/HT.01/")
    officer = visit("reporter-skhcn", width=360)
    for path in pages:
        page = officer.open(path)
        expect(page.locator("h1")).to_have_count(1)
        assert not javascript or no_sideways_scroll(page), path


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
