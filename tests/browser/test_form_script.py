"""Entering figures in a browser: nothing typed is lost, whatever happens to the line, the session or the page; the
same without a script."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from indicators.models import EntryChange, State, User
from tests.factories import Province, cell, ratio, type_in

from .entering import (
    ENDED,
    OFFLINE,
    RESTORED,
    SAVED,
    SENT,
    colleague,
    cut_off,
    field,
    kept_here,
    lines,
    log_in_again,
    path,
    save,
    saying,
    settled,
    stored,
)
from .test_layout import too_wide

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]


# --- The session ends half-way


def test_a_hundred_lines_by_keyboard_with_the_session_lost_half_way(
    enter, province: Province, officer: User
) -> None:
    submission = province.submission(*lines(99), ratio("XH.01", group="XH"), asks_sign_off=False)
    page = enter(officer).open(path(submission))
    field(page, "HT.01-value").focus()
    for number in range(1, 51):
        page.keyboard.type(str(1000 + number))
        page.keyboard.press("Enter")
    expect(saying(page)).to_contain_text(SAVED)
    Session.objects.all().delete()
    for number in range(51, 100):
        page.keyboard.type(str(1000 + number))
        page.keyboard.press("Enter")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    page.keyboard.type("13")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.value") == "save"  # from the last field to the buttons
    expect(saying(page)).to_contain_text(ENDED)
    page.click('[name=action][value="submit"]')  # refused: first what is typed must be safe
    expect(saying(page)).to_contain_text(ENDED)
    saying(page).locator("a").click()
    log_in_again(page, officer)
    expect(saying(page)).to_contain_text(RESTORED)
    settled(page)
    assert field(page, "HT.99-value").input_value() == "1.099"
    page.locator('[name=action][value="submit"]').click()
    expect(page.locator("main")).to_contain_text(SENT)
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED
    assert stored(submission) == {f"HT.{n:02}": 1000 + n for n in range(1, 100)} | {"XH.01": 53}
    assert kept_here(page) == []


def test_the_same_without_a_script(enter, province: Province, officer: User) -> None:
    submission = province.submission(*lines(100), asks_sign_off=False)
    page = enter(officer, javascript=False).open(path(submission))
    for number in range(1, 51):
        field(page, f"HT.{number:02}-value").fill(str(number))
    Session.objects.all().delete()
    page.click('[name=action][value="save"]')
    expect(page.locator("main")).to_contain_text(ENDED)
    log_in_again(page, officer)
    assert field(page, "HT.50-value").input_value() == "50"
    for number in range(51, 101):
        field(page, f"HT.{number:02}-value").fill(str(number))
    page.click('[name=action][value="submit"]')
    expect(page.locator("main")).to_contain_text(SENT)
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED
    assert stored(submission) == {f"HT.{n:02}": n for n in range(1, 101)}


def test_another_person_at_the_same_browser_sees_nothing_of_it(enter, province: Province, officer: User) -> None:
    submission = province.submission(*lines(2))
    page = enter(officer).open(path(submission))
    Session.objects.all().delete()
    field(page, "HT.01-value").fill("77")
    field(page, "HT.01-value").blur()
    saying(page).locator("a").click()
    other = colleague(province)
    log_in_again(page, other)
    page.goto(page.url)
    assert field(page, "HT.01-value").input_value() == ""
    page.context.clear_cookies(name="sessionid")
    page.reload()
    log_in_again(page, officer)
    expect(saying(page)).to_contain_text(RESTORED)
    assert stored(submission) == {"HT.01": 77}
    assert EntryChange.objects.get().by == officer


def test_a_page_goes_on_after_a_login_on_another_one(enter, province: Province, officer: User) -> None:
    submission = province.submission(*lines(2))
    visitor = enter(officer)
    page = visitor.open(path(submission))
    Session.objects.all().delete()
    field(page, "HT.01-value").fill("77")
    field(page, "HT.01-value").blur()
    expect(saying(page)).to_contain_text(ENDED)
    second = visitor.context.new_page()
    second.goto(visitor.address + "/accounts/login/")
    log_in_again(second, officer)
    page.keyboard.press("Control+s")
    expect(saying(page)).to_contain_text(SAVED)
    assert stored(submission) == {"HT.01": 77}


# --- The line is lost


def test_a_commune_at_a_phone_loses_a_request(enter, province: Province, officer: User) -> None:
    submission = province.submission(*lines(10))
    page = enter(officer, width=360).open(path(submission))
    page.route("**" + path(submission), lambda route: route.abort())
    for number in range(1, 11):
        field(page, f"HT.{number:02}-value").fill(str(number))
    page.click('[name=action][value="save"]')
    expect(saying(page)).to_have_text(OFFLINE)
    assert (stored(submission), too_wide(page)) == ({}, "")
    page.unroute("**" + path(submission))
    page.click('[name=action][value="save"]')
    expect(page.locator(".messages")).to_contain_text(SAVED)
    assert stored(submission) == {f"HT.{n:02}": n for n in range(1, 11)}
    assert (kept_here(page), too_wide(page)) == ([], "")


def test_a_page_that_is_thrown_away_gives_back_what_was_not_sent(enter, province: Province, officer: User) -> None:
    submission = province.submission(*lines(2))
    visitor = enter(officer)
    page = visitor.open(path(submission))
    cut_off(page)
    field(page, "HT.01-value").fill("12")
    page.close()
    assert stored(submission) == {}
    page = visitor.page = visitor.context.new_page()
    visitor.open(path(submission))
    expect(saying(page)).to_contain_text(RESTORED)
    assert stored(submission) == {"HT.01": 12}
    expect(field(page, "HT.01-value")).to_have_value("12")


def test_an_answer_that_is_lost_is_asked_for_again_and_done_once(enter, province: Province, officer: User) -> None:
    """The server saved; the page does not know. What was typed on meanwhile is no conflict with oneself."""
    submission = province.submission(*lines(2))
    page = enter(officer).open(path(submission))

    def lose_the_answer(route) -> None:
        route.fetch()
        route.abort()

    page.route("**" + path(submission), lose_the_answer, times=1)
    field(page, "HT.01-value").fill("12")
    field(page, "HT.01-value").blur()
    expect(saying(page)).to_have_text(OFFLINE)
    assert stored(submission) == {"HT.01": 12}
    field(page, "HT.01-value").fill("123")
    page.keyboard.press("Control+s")
    settled(page)
    assert stored(submission) == {"HT.01": 123}
    assert list(EntryChange.objects.order_by("pk").values_list("version", flat=True)) == [1, 2]
    assert page.locator("[name='HT.01-keep']").count() == 0


# --- Two people


def test_two_people_on_different_lines_are_merged(enter, province: Province, officer: User) -> None:
    submission = province.submission(*lines(3))
    one, two = (enter(user).open(path(submission)) for user in (officer, colleague(province)))
    field(one, "HT.01-value").fill("10")
    save(one)
    field(two, "HT.02-value").fill("20")
    save(two)
    expect(field(two, "HT.01-value")).to_have_value("10")  # it came along with the answer
    field(two, "HT.01-value").fill("11")  # on top of what was seen
    save(two)
    assert stored(submission) == {"HT.01": 11, "HT.02": 20}


@pytest.mark.parametrize(("choice", "stays"), [("mine", 11), ("theirs", 10)])
def test_on_the_same_line_both_are_shown_and_one_is_chosen(
    enter, province: Province, officer: User, choice: str, stays: int
) -> None:
    submission = province.submission(*lines(2))
    page = enter(officer).open(path(submission))
    type_in(submission, cell("10"), by=colleague(province))
    field(page, "HT.01-value").fill("11")
    page.keyboard.press("Control+s")
    line = page.locator('[id="HT.01"]')
    expect(line).to_contain_text("10 km")
    expect(line).to_contain_text("11 km")
    assert stored(submission) == {"HT.01": 10}
    field(page, "HT.01-value").press("End")
    page.keyboard.type("0")  # going on typing decides nothing
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+s")
    assert stored(submission) == {"HT.01": 10}
    line.locator(f"[value={choice}]").click()  # which the answer takes away again
    expect(line.locator("[type=radio]")).to_have_count(0)
    expect(field(page, "HT.01-value")).to_have_value(str(stays))
    assert stored(submission) == {"HT.01": stays}


def test_what_was_put_back_meets_what_another_person_saved(enter, province: Province, officer: User) -> None:
    submission = province.submission(*lines(2))
    page = enter(officer).open(path(submission))
    cut_off(page)
    field(page, "HT.01-value").fill("11")
    page.keyboard.press("Control+s")
    expect(saying(page)).to_have_text(OFFLINE)
    type_in(submission, cell("10"), by=colleague(province))
    page.goto(page.url)
    expect(page.locator('[id="HT.01"] [type=radio]')).to_have_count(2)
    expect(field(page, "HT.01-value")).to_have_value("11")
    assert stored(submission) == {"HT.01": 10}
