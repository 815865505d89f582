"""The demonstration as somebody walks it who has only its printed hints: the officer completes the report, her
leader signs, an office verifies, the People's Committee approves, the province's leader reads it to its source."""

import pytest
from playwright.sync_api import Page, expect

from indicators.clock import now
from indicators.models import Round, State, Submission

from .typed import TYPED

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]
REPORT = "Báo cáo hạ tầng số, dữ liệu số, nền tảng số của tỉnh"
REASON = "Doanh nghiệp chưa tách được thuê bao 3G, 4G."


def main(page: Page):
    return page.locator("main")


def press(page: Page, action: str) -> None:
    page.click(f'[name=action][value="{action}"]')


def choose(page: Page, name: str, value: str) -> None:
    page.select_option(f'[name="{name}"]', value)


def complete(page: Page) -> None:
    for name, text in TYPED.items():
        page.fill(f'[name="{name}"]', text)
    choose(page, "NT.01-value", "1")
    choose(page, "HT.07-state", "not_available")


def explain(page: Page) -> None:
    """The note is folded away until it is asked for."""
    note = page.locator('[name="HT.07-note"]')
    if not note.is_visible():
        page.locator('details:has([name="HT.07-note"]) summary').click()
    note.fill(REASON)


def open_first_task(page: Page) -> None:
    page.locator(".tasks tbody a").first.click()


def decide(page: Page, action: str) -> None:
    """Where reviewers land after the login: what waits for them."""
    page.locator("#result_list tbody tr").filter(has_text=REPORT).locator("a").first.click()
    press(page, action)
    expect(page.locator(".messagelist")).to_contain_text(REPORT)


def test_a_newcomer_takes_the_report_from_the_keyboard_to_the_summary(visit, demonstration: Submission) -> None:
    officer = visit("reporter-skhcn").page
    open_first_task(officer)
    complete(officer)
    press(officer, "submit")
    expect(main(officer)).to_contain_text("phải nêu lý do chưa thu thập được")
    explain(officer)
    press(officer, "submit")
    expect(main(officer)).to_contain_text("Đã trình lãnh đạo ký duyệt")
    expect(main(officer)).not_to_contain_text("Báo cáo đã gửi")

    signer = visit("leader-skhcn").page
    open_first_task(signer)
    expect(main(signer)).to_contain_text("Thao tác này xác nhận số liệu trên hệ thống, không thay thế chữ ký số.")
    press(signer, "sign")
    expect(main(signer)).to_contain_text("Đã ký duyệt và gửi")
    code = signer.locator("td .code").last.inner_text()

    decide(visit("verifier").page, "verify")
    leader = visit("leader")
    expect(main(leader.open("/summary/"))).not_to_contain_text("15.240")
    decide(visit("approver").page, "approve")
    assert Submission.objects.get(pk=demonstration.pk).state == State.APPROVED

    page = leader.open("/")
    row = page.locator('tr[id="HT.01"]')
    expect(row).to_contain_text("15.240 km")
    expect(page.locator('tr[id="HT.07"]')).to_contain_text(REASON)
    row.get_by_role("link").click()
    expect(main(page)).to_contain_text("15.240 km")
    source = page.locator("tr").filter(has_text="Sở Khoa học và Công nghệ").filter(has_text=code)
    expect(source).to_contain_text(demonstration.observations.first().approved_at.astimezone().strftime("%d/%m/%Y"))
    source.get_by_role("link").first.click()
    expect(page.locator("h1")).to_contain_text("Sở Khoa học và Công nghệ")


WRONG = {
    "HT.01-value": ("-5", "Số liệu không được nhỏ hơn 0"),
    "HT.05-value": ("nhiều", "“nhiều” không phải là số."),
    "DL.02-value": ("8.569", "“8.569” có thể hiểu là"),
    "DL.03-value": ("130", "Số liệu không được lớn hơn 100%."),
    "XH.01-denominator": ("0", "Mẫu số phải lớn hơn 0."),
}


def test_each_wrong_input_has_its_sentence_at_its_field_and_is_not_stored(visit, demonstration: Submission) -> None:
    before = stored(demonstration)
    page = visit("reporter-skhcn").open(f"/submissions/{demonstration.pk}/")
    page.fill('[name="XH.01-numerator"]', "7")
    for name, (text, _sentence) in WRONG.items():
        page.fill(f'[name="{name}"]', text)
    press(page, "save")
    for name, (text, sentence) in WRONG.items():
        field = page.locator(f'[name="{name}"]')
        expect(field).to_have_value(text)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f'[id="{field.get_attribute("aria-describedby")}"]')).to_contain_text(sentence)
    assert stored(demonstration) == before


def stored(report: Submission) -> dict[str, object]:
    return dict(report.entries.order_by("pk").values_list("line__indicator__code", "value"))


def test_a_locked_round_is_a_sentence_that_keeps_what_was_typed_and_writes_nothing(
    visit, demonstration: Submission
) -> None:
    before = stored(demonstration)
    page = visit("reporter-skhcn").open(f"/submissions/{demonstration.pk}/")
    page.fill('[name="HT.01-value"]', "16.000")
    Round.objects.filter(pk=demonstration.round_id).update(locked_at=now())
    with page.expect_response(f"**/submissions/{demonstration.pk}/") as answer:
        press(page, "save")
    assert answer.value.status == 409
    expect(main(page)).to_contain_text("Kỳ báo cáo đã khóa ngày")
    expect(page.locator('[name="HT.01-value"]')).to_have_value("16.000")
    assert stored(demonstration) == before


def test_a_report_of_another_unit_is_not_found(visit, demonstration: Submission) -> None:
    visitor = visit("reporter-03388")
    answer = visitor.page.goto(f"{visitor.address}/submissions/{demonstration.pk}/")
    assert answer.status == 404
    expect(visitor.page.locator("body")).not_to_contain_text("15.120")
