"""Drives Debian's Chromium against a live server. Every page is watched for what the content security policy
refuses, and for errors of its scripts."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright keeps an event loop in this thread

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Visitor:
    """One person at one browser: logs in, opens pages, and keeps what the policy refused."""

    def __init__(self, browser: Browser, address: str, *, javascript: bool, width: int = 1280) -> None:
        self.address = address
        self.context: BrowserContext = browser.new_context(
            java_script_enabled=javascript, viewport={"width": width, "height": 900}, locale="vi-VN"
        )
        self.refused: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda said: said.type == "error" and self._keep(said.text))
        self.page.on("pageerror", lambda error: self._keep(str(error)))

    def _keep(self, text: str) -> None:
        if "status of 409" not in text:  # a refused move is an answer, not a fault of the page
            self.refused.append(text)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def log_in(self, name: str, password: str) -> Page:
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

    def arrive(name: str, password: str = "demo-1234", **how) -> Visitor:
        visitor = Visitor(browser, live_server.url, javascript=javascript, **how)
        visitors.append(visitor)
        visitor.log_in(name, password)
        return visitor

    yield arrive
    refused = [text for visitor in visitors for text in visitor.refused]
    for visitor in visitors:
        visitor.close()
    assert refused == []
