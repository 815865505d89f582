"""Two processes of the server, each with what it keeps itself, and a third that approves: none of them hands out
what is overtaken. Run against the database of the test, whichever it is."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from tests.factories import Province, cell, indicator, perform, publish, type_in
from tests.reporting.conftest import Site

PATHS = ("/summary/", "/indicators/HT.01/", "/units/LC-SKHCN/")
FIGURES = ("14.433", "14.500")
ASKS = {"asks_sign_off": False, "asks_publication": True}


def address() -> str:
    """Of the test's database, as DATABASE_URL says it."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    who = f"{quote(known['USER'])}:{quote(known['PASSWORD'])}"
    return f"postgres://{who}@{quote(known['HOST'], safe='')}:{known['PORT']}/{known['NAME']}"


class Process:
    def __init__(self, session: str) -> None:
        self.running = subprocess.Popen(
            [sys.executable, "-m", "tests.reporting.another_process", session, "a" * 32],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=settings.ROOT,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "DATABASE_URL": address(),
                "SECRET_KEY": settings.SECRET_KEY,
            },
        )

    def get(self, path: str, *, etag: str | None = None, blind: bool = False) -> tuple[int, list[str], str | None]:
        """(status, figures shown, ETag)"""
        asked = {"path": path, "etag": etag, "blind": blind, "figures": FIGURES}
        self.running.stdin.write(json.dumps(asked) + "\n")
        self.running.stdin.flush()
        said = json.loads(self.running.stdout.readline())
        return said["status"], said["shown"], said["etag"]

    def end(self) -> None:
        self.running.stdin.close()
        self.running.wait(timeout=60)
        self.running.stdout.close()


@pytest.fixture
def province(transactional_db) -> Province:
    return Province()


@pytest.fixture
def processes(site: Site) -> Iterator[list[Process]]:
    session = site.client.cookies[settings.SESSION_COOKIE_NAME].value
    started = [Process(session) for _ in range(2)]
    yield started
    for each in started:
        each.end()


def approve(province: Province, report, value: str):
    type_in(report, cell(value), by=province.reporter)
    return province.walk(report, "submit", "verify", "approve")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("blind", [False, True], ids=["by the counters", "without them"])
def test_no_process_shows_a_figure_that_is_overtaken(site: Site, processes: list[Process], blind: bool) -> None:
    """Without the counters both would show the old figure for ever: that is what is held here."""
    province = site.province
    report = approve(province, province.submission(indicator("HT.01"), **ASKS), "14433")
    publish(report.round, by=province.publisher)
    held = {}
    for path in PATHS:
        for process in processes:
            process.get(path, blind=blind)
        status, shown, held[path] = processes[0].get(path, blind=blind)
        assert (status, shown) == (200, ["14.433"])
        assert processes[1].get(path, etag=held[path], blind=blind)[0] == 304
    report = perform("reopen", report, by=province.approver, comment="Nhập nhầm")
    report = approve(province, report, "14500")
    waiting = ["14.500" in process.get("/summary/?figures=latest")[1] for process in processes]
    publish(report.round, by=province.publisher, number="16/TB-UBND")
    asked = [(process, path) for process in processes for path in PATHS]
    seen = ["14.500" in process.get(path, blind=blind)[1] for process, path in asked]
    answers = {process.get(path, etag=held[path], blind=blind)[0] for process, path in asked}
    assert (waiting, seen, answers) == ([True, True], [not blind] * 6, {304 if blind else 200})
