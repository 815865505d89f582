"""Typing with the script: read back at once, saved by itself, pasted from a spreadsheet, driven by the keyboard."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from indicators.calendars import quarter_of
from indicators.clock import today
from indicators.models import EntryChange, User
from tests.factories import Province, cell, indicator, ratio, type_in

from .entering import (
    cut_off,
    field,
    kept_here,
    lines,
    path,
    save,
    saying,
    stored,
)

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]


# --- Typing


def test_what_is_typed_is_read_back_before_it_is_saved(enter, province: Province, officer: User) -> None:
    submission = province.submission(*lines(1), ratio("XH.01", decimals=2), ratio("XH.02"))
    page = enter(officer).open(path(submission))
    cut_off(page)
    for name, text, said in (
        ("HT.01-value", "14433", "Understood as 14.433 km"),
        ("XH.01-numerator", "1", ""),
        ("XH.01-denominator", "8", "Understood as 1 / 8 = 12,50%"),
        ("XH.01-denominator", "80", "Understood as 1 / 80 = 1,25%"),
        ("XH.01-denominator", "1600", "Understood as 1 / 1.600 = 0,06%"),  # 0,0625
        ("XH.01-numerator", "1,25", "Understood as 1,25 / 1.600 = 0,08%"),  # 0,078125
        ("XH.01-denominator", "0", ""),
        ("XH.02-value", "53.3", "Understood as 53,3%"),
        ("XH.02-value", "8.569", ""),  # two readings: the server asks
        ("XH.02-value", "gần 50", ""),  # left to the server
    ):
        field(page, name).fill(text)
        line = page.locator(f'[id="{name[:5]}"]')
        assert (text, " ".join(line.locator(".readback").all_inner_texts())) == (text, said)


def test_a_half_is_rounded_up_as_the_server_does(enter, province: Province, officer: User) -> None:
    submission = province.submission(ratio("XH.01"), ratio("XH.02", decimals=0))
    page = enter(officer).open(path(submission))
    for name, parts in {"XH.01": ("1", "16"), "XH.02": ("1", "200")}.items():  # 6,25 and 0,5 per cent
        field(page, f"{name}-numerator").fill(parts[0])
        field(page, f"{name}-denominator").fill(parts[1])
    previewed = page.locator(".readback").all_inner_texts()
    save(page)
    assert previewed == ["Understood as 1 / 16 = 6,3%", "Understood as 1 / 200 = 1%"]
    page.goto(page.url)
    assert page.locator(".readback").all_inner_texts() == previewed


def test_the_change_on_the_previous_period_stands_beside_it(enter, province: Province, officer: User) -> None:
    asked = [indicator("HT.01"), ratio("XH.01"), indicator("HT.02")]
    approved = province.submission(*asked, window=quarter_of(today() - timedelta(days=100)))
    type_in(approved, cell("1250"), cell("53.8", of=("7", "13")), cell(state="not_applicable"), by=officer)
    province.walk(approved, "submit", "sign", "verify", "approve")
    page = enter(officer).open(path(province.submission(*asked)))
    field(page, "HT.01-value").fill("1300")
    field(page, "XH.01-value").fill("50")
    field(page, "HT.02-value").fill("5")
    said = ["+50 km (+4,0%) on the last period", "−3,8 percentage points on the last period"]
    assert page.locator(".readback + .meta").all_inner_texts() == [*said, ""]
    save(page)
    expect(page.locator("#progress")).to_have_js_property("value", 3)
    assert page.locator(".readback + .meta").all_inner_texts() == said


def test_a_figure_that_is_deleted_takes_its_state_along(enter, province: Province, officer: User) -> None:
    submission = province.submission(*lines(2))
    page = enter(officer).open(path(submission))
    field(page, "HT.01-value").fill("5")
    save(page)
    expect(field(page, "HT.01-state")).to_have_value("reported")
    field(page, "HT.01-value").fill("")
    save(page)
    expect(page.locator("label[for=progress]")).to_have_text("0/2 indicators")
    assert (stored(submission), kept_here(page)) == ({}, [])


def test_faults_appear_at_the_field_without_moving_the_focus_and_go_once_mended(
    enter, province: Province, officer: User
) -> None:
    submission = province.submission(*lines(2))
    page = enter(officer).open(path(submission))
    field(page, "HT.01-value").fill("nhiều")
    field(page, "HT.02-value").focus()
    expect(field(page, "HT.01-value")).to_have_attribute("aria-invalid", "true")
    expect(page.locator('[id="HT.01-error"]')).to_contain_text("is not a number")
    assert page.evaluate("document.activeElement.name") == "HT.02-value"
    expect(saying(page)).to_contain_text("Some figures have not been saved.")
    page.reload()
    expect(field(page, "HT.01-value")).to_have_value("nhiều")  # a fault is no reason to lose a text
    expect(page.locator('[id="HT.01-error"]')).to_have_count(1)
    field(page, "HT.01-value").fill("5")
    field(page, "HT.02-value").focus()
    expect(page.locator('[id="HT.01-error"]')).to_have_count(0)
    assert field(page, "HT.01-value").get_attribute("aria-invalid") is None
    expect(page.locator("label[for=progress]")).to_have_text("1/2 indicators")
    assert (stored(submission), kept_here(page)) == ({"HT.01": 5}, [])


def test_one_of_two_readings_is_chosen(enter, province: Province, officer: User) -> None:
    submission = province.submission(indicator("HT.01", decimals=3))
    page = enter(officer).open(path(submission))
    field(page, "HT.01-value").fill("8.569")
    save(page)
    page.locator('[name="HT.01-reading"][value="8569"]').click()  # the answer to the choice takes it away again
    expect(page.locator(".readback")).to_have_text("Understood as 8.569 km")
    expect(field(page, "HT.01-value")).to_have_value("8569")
    assert stored(submission) == {"HT.01": 8569}


def test_what_is_typed_while_a_save_is_under_way_is_saved_after_it(
    enter, province: Province, officer: User
) -> None:
    """On a slow line the next lines are typed, and left, before the first one is answered."""
    submission = province.submission(*lines(4))
    page = enter(officer).open(path(submission))

    def answer_late(route) -> None:
        for number in (2, 3):
            field(page, f"HT.0{number}-value").fill(str(number))
        field(page, "HT.04-value").focus()
        route.continue_()

    page.route("**" + path(submission), answer_late, times=1)
    field(page, "HT.01-value").fill("1")
    field(page, "HT.02-value").focus()
    expect(page.locator("#progress")).to_have_js_property("value", 3)
    assert (stored(submission), kept_here(page)) == ({"HT.01": 1, "HT.02": 2, "HT.03": 3}, [])


def test_the_draft_saves_itself_after_a_pause(enter, province: Province, officer: User) -> None:
    submission = province.submission(*lines(1))
    visitor = enter(officer)
    visitor.page.clock.install()
    page = visitor.open(path(submission))
    field(page, "HT.01-value").press_sequentially("14433")
    assert stored(submission) == {}
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.clock.run_for(3_000)
    assert stored(submission) == {"HT.01": 14433}
    assert EntryChange.objects.count() == 1  # not one a key


# --- A column from a spreadsheet


def paste(page: Page, name: str, text: str) -> None:
    page.evaluate(
        """([name, text]) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const how = { clipboardData: data, bubbles: true, cancelable: true };
            document.getElementsByName(name)[0].dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        [name, text],
    )


def test_a_column_fills_the_fields_below_and_can_be_taken_back(enter, province: Province, officer: User) -> None:
    yes_no = indicator("HT.03", value_kind="yes_no", unit_of_measure="", lower_bound=None, over_units="count_yes")
    submission = province.submission(*lines(2), yes_no, indicator("HT.04", decimals=1))
    page = enter(officer).open(path(submission))
    field(page, "HT.02-value").fill("5")
    paste(page, "HT.02-value", "14.433\r\nCó\r\n12,5\r\n99\r\n")
    note = page.locator("[role=status]", has_text="Pasted")
    expect(note).to_contain_text("Pasted into 2 fields. No field for: HT.03: Có; 99.")
    filled = [field(page, f"HT.{n}-value").input_value() for n in ("01", "02", "04")]
    assert filled == ["", "14.433", "12,5"]
    save(page)
    expect(page.locator("#progress")).to_have_js_property("value", 2)
    note.locator("button").click()
    assert field(page, "HT.02-value").input_value() == "5"
    page.keyboard.press("Control+s")
    expect(page.locator("#progress")).to_have_js_property("value", 1)
    assert stored(submission) == {"HT.02": 5}


def test_two_columns_fill_both_parts(enter, province: Province, officer: User) -> None:
    submission = province.submission(ratio("XH.01"), ratio("XH.02"))
    page = enter(officer).open(path(submission))
    paste(page, "XH.01-numerator", "7\t13\n8\t15\n")
    save(page)
    said = ["Understood as 7 / 13 = 53,8%", "Understood as 8 / 15 = 53,3%"]
    expect(page.locator(".readback")).to_have_text(said)


# --- Keys


def test_enter_goes_on_and_shift_enter_back(enter, province: Province, officer: User) -> None:
    submission = province.submission(*lines(1), ratio("XH.01"), indicator("HT.02", group="XX"))
    page = enter(officer).open(path(submission))
    field(page, "HT.01-value").focus()
    seen = []
    for keys in ("5", "7", "13", "6"):
        seen.append(page.evaluate("document.activeElement.name"))
        page.keyboard.type(keys)
        page.keyboard.press("Enter")
    assert seen == ["HT.01-value", "XH.01-numerator", "XH.01-denominator", "HT.02-value"]
    assert page.evaluate("document.activeElement.value") == "save"
    field(page, "HT.02-value").press("Shift+Enter")
    assert page.evaluate("document.activeElement.name") == "XH.01-denominator"


def test_a_double_click_saves_once(enter, province: Province, officer: User) -> None:
    submission = province.submission(*lines(1))
    page = enter(officer).open(path(submission))
    field(page, "HT.01-value").fill("5")
    page.dblclick('[name=action][value="save"]')
    expect(page.locator(".messages")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert (stored(submission), EntryChange.objects.count()) == ({"HT.01": 5}, 1)


def test_back_after_a_save_shows_what_is_stored(enter, province: Province, officer: User) -> None:
    submission = province.submission(*lines(2))
    page = enter(officer).open(path(submission))
    for text in ("5", "6"):
        field(page, "HT.01-value").fill(text)
        with page.expect_navigation():
            page.click('[name=action][value="save"]')
    page.go_back()
    expect(field(page, "HT.01-value")).to_have_value("6")
    field(page, "HT.02-value").fill("7")
    save(page)
    assert stored(submission) == {"HT.01": 6, "HT.02": 7}
