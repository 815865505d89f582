"""An officer at the form of a report: what is typed, what is said, what is stored, what the browser keeps."""

from playwright.sync_api import Page, expect

from indicators.models import Entry, Submission, User
from tests import people
from tests.factories import Province, indicator

from .conftest import PASSWORD

expect.set_options(timeout=20_000)  # a form of a hundred lines on a machine that has more to do
OFFLINE = "Not saved yet: no connection. What was typed is kept on this device."
ENDED = "The session has ended."
RESTORED = "What had not been sent was put back."
SAVED = "Saved at"
SENT = "Report sent at"


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def colleague(province: Province) -> User:
    return with_password(people.person("Lý Văn Páo", province.department, "reporter"))


def lines(n: int) -> list:
    return [indicator(f"HT.{number:02}") for number in range(1, n + 1)]


def path(submission: Submission) -> str:
    return f"/submissions/{submission.pk}/"


def field(page: Page, name: str):
    return page.locator(f'[name="{name}"]')


def saying(page: Page):
    return page.locator("#saving")


def stored(submission: Submission) -> dict[str, int]:
    rows = Entry.objects.filter(submission=submission, value__isnull=False).order_by("line__order")
    return {code: int(value) for code, value in rows.values_list("line__indicator__code", "value")}


def kept_here(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage)")


def log_in_again(page: Page, user: User) -> None:
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")


def save(page: Page) -> None:
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.press("Control+s")


def settled(page: Page) -> None:
    """The server has confirmed all that was typed."""
    page.wait_for_function("() => Object.keys(localStorage).length === 0")


def cut_off(page: Page) -> None:
    """Nothing leaves this page any more, not even while it is closed."""
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('offline')); }")
