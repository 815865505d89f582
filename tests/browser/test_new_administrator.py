"""The first day of a new administrator of a province, with the pages of the administration alone: an indicator with
its definition, its place in a programme and its target, a line of a form, an account, an open round. Then the
officer finds it. With JavaScript and without; the way is the one of docs/administration.md."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from indicators.clock import today
from indicators.models import Definition, Membership, Role, Round, Target, Unit, User
from indicators.roles import ensure_groups, group
from tests import factories, people

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]
PASSWORD = "Mat-Khau-Dai-2026"
OWN = "Cua-Rieng-Minh-2026"
NAME = "Tỷ lệ thôn, bản có tổ công nghệ số cộng đồng hoạt động"


@pytest.fixture
def administrator(transactional_db) -> User:
    """As a new installation makes one: of the province's unit, in the group, and no superuser."""
    call_command("load_lai_chau", verbosity=0)
    return administrator_of_the_province()


def administrator_of_the_province() -> User:
    ensure_groups()
    made = people.person("quan-tri", unit_of("12"), Role.ADMINISTRATOR, is_staff=True)
    made.groups.add(group("province"))
    made.set_password(PASSWORD)
    made.save()
    return made


@pytest.fixture
def small_province(transactional_db) -> None:
    """With one form of a quarter; for what needs no catalogue."""
    province = factories.Province()
    factories.form(province.department, holders={}, indicators=[factories.indicator("HT.01")])
    administrator_of_the_province()


def unit_of(code: str) -> Unit:
    return Unit.objects.with_code(code, today()).get()


def field(page: Page, name: str) -> Locator:
    return page.locator(f'[name="{name}"]')


def fill(page: Page, prefix: str = "", **typed: str) -> None:
    for name, text in typed.items():
        field(page, prefix + name).fill(text)


def choose(page: Page, prefix: str = "", **chosen: str) -> None:
    """By what stands in the list, or by its value."""
    for name, choice in chosen.items():
        field(page, prefix + name).select_option(choice)


def add(page: Page, model: str) -> None:
    """From the first page of the administration, as somebody who was told no address."""
    page.locator("#site-name a").click()
    page.locator(f'#content a[href="/admin/indicators/{model}/add/"]').click()


def change(page: Page, model: str, row: str) -> None:
    page.locator("#site-name a").click()
    page.locator(f'#content th a[href="/admin/indicators/{model}/"]').click()
    page.locator("#result_list th a", has_text=row).click()


def save(page: Page) -> None:
    field(page, "_save").click()


def is_saved(page: Page) -> None:
    expect(page.locator(".messagelist .success")).to_have_count(1)


def is_refused(page: Page, sentence: str) -> None:
    expect(page.locator(".errorlist", has_text=sentence).first).to_be_visible()


def empty_row(page: Page, rows: str) -> str:
    """The prefix of the last row of an inline, which stands ready to be filled."""
    return f"{rows}-{int(field(page, f'{rows}-TOTAL_FORMS').input_value()) - 1}-"


def enter_administration(page: Page) -> None:
    page.get_by_role("link", name="Quản trị").click()


def add_indicator(page: Page) -> None:
    add(page, "indicator")
    fill(page, code="X.01", name=NAME)
    row = "definitions-0-"
    fill(page, row, unit_of_measure="%", decimals="1")
    fill(page, row, numerator_name="Số thôn, bản có tổ hoạt động", denominator_name="Tổng số thôn, bản")
    choose(page, row, value_kind="ratio", direction="up", over_units="ratio", over_time="stock")
    choose(page, row, source_kind="department")
    save(page)
    is_saved(page)


def put_in_programme(page: Page) -> None:
    change(page, "programme", "CĐS-2026-2030")
    row = empty_row(page, "programmeindicator_set")
    choose(page, row, indicator=f"X.01 {NAME}", group="Hạ tầng số")
    save(page)
    is_saved(page)


def add_document(page: Page) -> None:
    add(page, "document")
    fill(page, name="Kế hoạch 112/KH-UBND", signed_on="15/01/2026", signed_by="UBND tỉnh Lai Châu")
    save(page)
    is_saved(page)


def set_target(page: Page) -> None:
    add(page, "target")
    choose(page, indicator=f"X.01 {NAME}", level="province", operator="≥")
    choose(page, document="Kế hoạch 112/KH-UBND (15/01/2026)")
    fill(page, year="2030", value="82,5")
    save(page)
    expect(page.locator(".messagelist .success")).to_contain_text(f"X.01 {NAME}")
    expect(page.locator(".messagelist .success")).to_contain_text("2030: ≥ 82,5%")


def add_line(page: Page) -> None:
    change(page, "reportingform", "01/CĐS")
    row = empty_row(page, "lines")
    fill(page, row, order="19")
    choose(page, row, indicator=f"X.01 {NAME}", subject_rule="province")
    save(page)
    is_saved(page)


def preview_form(page: Page) -> None:
    change(page, "reportingform", "01/CĐS")
    page.locator('a[href$="/preview/"]').click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(field(page, "X.01-numerator")).to_be_disabled()
    page.go_back()


def open_account(page: Page) -> None:
    add(page, "user")
    fill(page, username="can-bo-skhcn", full_name="Lò Thị Hoa", position="Chuyên viên", telephone="0213 300 1234")
    fill(page, password1=PASSWORD, password2=PASSWORD)
    choose(page, "memberships-0-", unit="Sở Khoa học và Công nghệ (LC-SKHCN)", role="reporter")
    save(page)
    is_saved(page)


def open_round(page: Page) -> None:
    """The running quarter is chosen beforehand."""
    add(page, "round")
    page.get_by_role("link", name="01/CĐS").click()
    open_with_gaps(page)
    is_saved(page)
    expect(page.locator("#content")).to_contain_text("Sở Khoa học và Công nghệ")


def open_with_gaps(page: Page) -> None:
    """Nobody signs, verifies or approves yet: the page names it, and asks for a tick."""
    page.locator("#id_gaps").check()
    page.locator(".submit-row input[type=submit]").click()


STEPS = (
    add_indicator,
    put_in_programme,
    add_document,
    set_target,
    add_line,
    preview_form,
    open_account,
    open_round,
)


def choose_own_password(page: Page) -> None:
    """Whoever was given a password by somebody else comes to this page first."""
    page.wait_for_url("**/accounts/password/**")
    page.fill("[name=old_password]", PASSWORD)
    page.fill("[name=new_password1]", OWN)
    page.fill("[name=new_password2]", OWN)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "password" not in address)


def test_a_new_administrator_asks_for_an_indicator_and_the_officer_finds_it(visit, administrator: User) -> None:
    page = visit("quan-tri", PASSWORD).page
    enter_administration(page)
    for step in STEPS:
        step(page)

    opened = Round.objects.get()
    assert opened.period.first_day <= today() <= opened.period.last_day
    target = Target.objects.get(indicator__code="X.01")
    assert (target.level, target.year, str(target.value.normalize())) == ("province", 2030, "82.5")
    assert target.recorded_by == administrator

    officer = visit("can-bo-skhcn", PASSWORD).page
    choose_own_password(officer)
    officer.get_by_role("link", name="Việc của tôi").click()
    officer.get_by_role("link", name=str(opened), exact=True).click()
    expect(officer.get_by_role("heading", name=NAME)).to_be_visible()
    field(officer, "X.01-numerator").fill("729")
    field(officer, "X.01-denominator").fill("1000")
    officer.click('[name=action][value="save"]')
    expect(officer.locator("main")).to_contain_text("72,9%")


def test_each_step_done_wrongly_is_answered_in_words_and_nothing_is_written(visit, administrator: User) -> None:
    page = visit("quan-tri", PASSWORD).page
    enter_administration(page)
    before = written()

    add(page, "indicator")
    fill(page, code="X.01", name=NAME)
    choose(page, "definitions-0-", value_kind="number", direction="up", over_units="sum", over_time="stock")
    save(page)
    is_refused(page, "Chọn một nguồn số liệu chính: một loại đơn vị hoặc một đơn vị;")
    choose(page, "definitions-0-", source_kind="department", source_unit="Sở Tài chính (LC-STC)")
    fill(page, "definitions-0-", upper_bound="8.569")
    save(page)
    is_refused(page, "Chọn một nguồn số liệu chính: một loại đơn vị hoặc một đơn vị;")
    is_refused(page, "“8.569” có thể hiểu là 8,569 hoặc 8569.")
    expect(field(page, "definitions-0-upper_bound")).to_have_value("8.569")

    add(page, "target")
    choose(page, level="province", operator="≥")
    fill(page, year="2030", value="8.569")
    save(page)
    is_refused(page, "“8.569” có thể hiểu là 8,569 hoặc 8569.")
    expect(page.locator(".field-document .errorlist")).to_have_count(1)
    expect(field(page, "value")).to_have_value("8.569")

    change(page, "reportingform", "01/CĐS")
    choose(page, empty_row(page, "lines"), subject_rule="province")
    save(page)
    expect(page.locator(".field-indicator .errorlist")).to_have_count(1)
    assert written() == before


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Definition, Target, Round, LogEntry, Membership))


def test_an_indicator_without_a_definition_is_named_before_its_round_opens(visit, administrator: User) -> None:
    page = visit("quan-tri", PASSWORD).page
    enter_administration(page)
    add(page, "indicator")
    fill(page, code="X.01", name=NAME)
    save(page)
    expect(page.locator(".messagelist .warning")).to_contain_text("X.01")
    add_line(page)

    change(page, "reportingform", "01/CĐS")
    page.locator('a[href$="/preview/"]').click()
    expect(page.locator(".notice.ask li")).to_contain_text("Chỉ tiêu X.01 chưa có cách tính")
    page.go_back()

    add(page, "round")
    page.get_by_role("link", name="01/CĐS").click()
    open_with_gaps(page)
    expect(page.locator(".errornote")).to_contain_text("Chỉ tiêu X.01 chưa có cách tính")
    assert Round.objects.count() == 0


def test_a_period_opened_in_another_window_is_not_opened_again(visit, small_province) -> None:
    first, second = (visit("quan-tri", PASSWORD).page for _window in range(2))
    for page in (first, second):
        enter_administration(page)
        add(page, "round")
        page.get_by_role("link", name="01/CĐS").click()
    for page in (first, second):
        open_with_gaps(page)
    is_saved(first)
    is_refused(second, "Biểu mẫu đã có đợt báo cáo cho kỳ đó.")
    assert Round.objects.count() == 1


def test_every_page_of_the_way_stands_on_a_phone(visit, small_province, javascript: bool) -> None:
    keeper = visit("quan-tri", PASSWORD, width=360)
    paths = ("", *(f"indicators/{each}/add/" for each in ("indicator", "document", "target", "user", "round")))
    for path in paths:
        page = keeper.open(f"/admin/{path}")
        expect(page.locator("#content h1")).to_have_count(1)
        assert not javascript or page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
