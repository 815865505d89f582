"""axe-core finds nothing serious on any kind of page: on a desk and on a phone, by day and by night."""

import json

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from indicators.models import Submission

from .kinds import of_pages, opened

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]
GRAVE = ("serious", "critical")
EVERYTHING = {"resultTypes": ["violations"], "preload": False}  # which would fetch stylesheets once more, wrongly
COLOURS = EVERYTHING | {"runOnly": ["color-contrast"]}  # all that the dark of night changes
LOOKS = [(1280, "light", EVERYTHING), (360, "light", EVERYTHING), (360, "dark", COLOURS), (1280, "dark", COLOURS)]
SETTLED = "Promise.all(document.getAnimations().map(animation => animation.finished))"  # colours that still change
DJANGOS = [".search-label-icon"]  # a help sign that its script draws, with a name that a span may not bear


def violations(page: Page, options: dict) -> list[str]:
    """As "rule: selector", each with the reason."""
    found = page.evaluate(f"axe.run({{exclude: {json.dumps(DJANGOS)}}}, {json.dumps(options)})")["violations"]
    return [
        f"{each['id']}: {' '.join(map(str, node['target']))} ({node['failureSummary'].splitlines()[-1].strip()})"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]


def test_axe_finds_nothing_serious(browser: Browser, live_server, demonstration: Submission) -> None:
    found = []
    for kind, page in opened(browser, live_server.url, of_pages(demonstration)):
        page.evaluate(AXE_SCRIPT)
        for width, scheme, options in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.evaluate(SETTLED)
            found += [f"{kind.name}, {width} {scheme}: {each}" for each in violations(page, options)]
    assert found == []


def test_axe_sees_what_is_serious(browser: Browser, live_server, transactional_db) -> None:
    """The control of the test above: a field without its label and grey on white are found."""
    page = browser.new_page()
    page.set_content('<html lang="vi"><title>x</title><main><h1>x</h1><input><p style="color:#bbb">pale</p></main>')
    page.evaluate(AXE_SCRIPT)
    assert {each.split(":")[0] for each in violations(page, EVERYTHING)} == {"label", "color-contrast"}
    page.close()
