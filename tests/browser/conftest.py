"""Drives Debian's Chromium against a live server. Every page is watched for what the content security policy
refuses, and for errors of its scripts."""

import io
import os
import threading
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from indicators.demo import illustration
from indicators.models import Submission, User
from tests.factories import Province

from .snapshot import Snapshot

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright keeps an event loop in this thread

expect.set_options(timeout=20_000)  # a machine that has more to do
CHROMIUM = "/usr/bin/chromium"
PASSWORD = "demo-1234"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

ENTERED = Snapshot()  # the demonstration, once it was


class Door:
    """Of the live server, which runs in this process: what is under way is let end, what comes late is turned away.

    A page that closes still sends what was typed; that request may reach the server only after the test, when the
    tables are being emptied, and the two would wait for each other.
    """

    def __init__(self) -> None:
        self.is_open, self.inside, self.changed = True, 0, threading.Condition()
        request_started.connect(self.enter)
        request_finished.connect(self.leave)

    def enter(self, **_signal) -> None:
        with self.changed:
            if not self.is_open:
                raise ConnectionAbortedError  # which the server takes for a visitor who has gone
            self.inside += 1

    def leave(self, **_signal) -> None:
        with self.changed:
            self.inside -= 1
            self.changed.notify_all()

    def open(self) -> None:
        self.is_open, self.inside = True, 0

    def close(self, seconds: float = 30) -> None:
        with self.changed:
            self.is_open = False
            self.changed.wait_for(lambda: self.inside <= 0, seconds)


DOOR = Door()


@pytest.fixture(autouse=True)
def _served_to_the_end() -> Iterator[None]:
    DOOR.open()
    yield
    DOOR.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Visitor:
    """One person at one browser: logs in, opens pages, and keeps what the policy refused."""

    def __init__(self, browser: Browser, address: str, *, javascript: bool = True, width: int = 1280) -> None:
        self.address = address
        self.context: BrowserContext = browser.new_context(
            java_script_enabled=javascript, viewport={"width": width, "height": 900}, locale="vi-VN"
        )
        self.refused: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", self._keep)
        self.page.on("pageerror", lambda error: self.refused.append(str(error)))

    def _keep(self, said: ConsoleMessage) -> None:
        """What the page itself answers with 404 or 409 is an answer; what it loads must be there."""
        is_answer = "status of 4" in said.text and said.location["url"] == self.page.url
        if said.type == "error" and not is_answer:
            self.refused.append(said.text)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def log_in(self, name: str, password: str = PASSWORD) -> Page:
        page = self.open("/accounts/login/")
        page.fill("[name=username]", name)
        page.fill("[name=password]", password)
        page.click("main button[type=submit]")
        return page

    def close(self) -> None:
        self.context.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture
def visit(browser: Browser, live_server, javascript: bool) -> Iterator:
    visitors: list[Visitor] = []

    def arrive(name: str, password: str = PASSWORD, **how) -> Visitor:
        visitor = Visitor(browser, live_server.url, javascript=javascript, **how)
        visitors.append(visitor)
        visitor.log_in(name, password)
        return visitor

    yield arrive
    refused = [text for visitor in visitors for text in visitor.refused]
    for visitor in visitors:
        visitor.close()
    assert refused == []


@pytest.fixture
def demonstration(transactional_db, monkeypatch: pytest.MonkeyPatch) -> Submission:
    """The demonstration with the running quarter alone; its report of the department, entered by half."""
    if ENTERED.tables:
        ENTERED.bring_back()
    else:
        monkeypatch.setattr(illustration, "YEARS", 0)
        call_command("demo", password=PASSWORD, verbosity=0, stdout=io.StringIO())
        ENTERED.take()
    return Submission.objects.get(state="draft", unit__codes__code="LC-SKHCN", round__form__code="01/CĐS")


@pytest.fixture
def enter(browser: Browser, live_server) -> Iterator:
    """As the common one, but in the language of the code, and for what a lost line itself leaves on the console."""
    visitors: list[Visitor] = []

    def arrive(user: User, **how) -> Visitor:
        visitor = Visitor(browser, live_server.url, **how)
        visitors.append(visitor)
        visitor.context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
        visitor.log_in(user.username)
        return visitor

    yield arrive
    refused = [text for visitor in visitors for text in visitor.refused if "net::ERR_" not in text]
    for visitor in visitors:
        visitor.close()
    assert refused == []


@pytest.fixture
def officer(province: Province) -> User:
    province.reporter.set_password(PASSWORD)
    province.reporter.save()
    return province.reporter
