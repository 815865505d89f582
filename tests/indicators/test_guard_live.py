"""Twenty hostile files at once, at a server as it runs in production: what other users notice of them."""

import http.client
import logging
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection

from indicators.models import Submission
from tests.factories import Province
from tests.indicators.pages import browser
from tests.indicators.parsing import hostile
from tests.indicators.workbooks import form_of_each_kind, importing

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

logger = logging.getLogger(__name__)

AT_ONCE = 20
EVERY = 5  # seconds, all of them send their files again
TIMES = 60  # of fewer the slowest alone would be the 95th percentile
TOKEN = "a" * 32
KINDS = ("slow", "cells", "deep", "fat")


class Server:
    """gunicorn as in docs/deploy, on the test's own database."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        facts = {"SECRET_KEY": settings.SECRET_KEY, "DATABASE_URL": _database(), "ALLOWED_HOSTS": "127.0.0.1"}
        facts |= {"BASE_URL": f"http://127.0.0.1:{self.port}", "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
        facts["DEBUG"] = "true"  # static files need not be collected
        options = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"]
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", *options]
        self.process = subprocess.Popen(
            command, env=os.environ | facts, cwd=settings.ROOT, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def ask(self, method: str, path: str, body: bytes = b"", cookie: str = "", kind: str = "") -> tuple[int, str]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": f"csrftoken={TOKEN}; django_language=en; {cookie}", "X-CSRFToken": TOKEN}
        link.request(method, path, body, headers | ({"Content-Type": kind} if kind else {}))
        answer = link.getresponse()
        said = answer.read().decode()
        link.close()
        return answer.status, said

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def _database() -> str:
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{os.path.abspath(facts['NAME'])}"
    who = f"{quote(facts['USER'])}:{quote(facts['PASSWORD'])}"
    return f"postgres://{who}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"


@pytest.fixture
def server():
    server = Server()
    yield server
    server.stop()


def cookie_of(user) -> str:
    return f"sessionid={browser(user).cookies['sessionid'].value}"


def upload(server: Server, path: str, cookie: str, data: bytes) -> tuple[int, str]:
    head = '--edge\r\nContent-Disposition: form-data; name="file"; filename="f.xlsx"\r\n\r\n'
    return server.ask(
        "POST", path, head.encode() + data + b"\r\n--edge--\r\n", cookie, "multipart/form-data; boundary=edge"
    )


def save(server: Server, submission: Submission, cookie: str) -> int:
    version = Submission.objects.values_list("version", flat=True).get(pk=submission.pk)
    figure = str(random.randrange(1, 10**9))
    typed = {"version": version, "key": "", "action": "save", "HT.01-value": figure}
    kind = "application/x-www-form-urlencoded"
    return server.ask("POST", f"/submissions/{submission.pk}/", urlencode(typed).encode(), cookie, kind)[0]


def p95(act) -> float:
    """In seconds, of TIMES acts one after the other."""
    taken = []
    for _ in range(TIMES):
        begun = time.monotonic()
        assert act() in (200, 302)
        taken.append(time.monotonic() - begun)
    return statistics.quantiles(taken, n=20)[-1]


def test_others_notice_nothing_of_twenty_hostile_files_at_once(server):
    province = Province()
    submission = form_of_each_kind(province)
    cookie = cookie_of(province.reporter)
    acts = {
        "healthz": lambda: server.ask("GET", "/healthz")[0],
        "save": lambda: save(server, submission, cookie),
    }
    for act in acts.values():
        p95(act)  # both processes have loaded what they need
    usual = {name: p95(act) for name, act in acts.items()}
    files = [hostile.HOSTILE[name]() for name in KINDS]
    address = importing(submission)  # known beforehand: to find it, this process loads every address of the site
    answers: list[tuple[int, str]] = []
    is_over = threading.Event()

    def attack(number: int) -> None:
        while not is_over.is_set():
            begun = time.monotonic()
            answers.append(upload(server, address, cookie, files[number % len(files)]))
            is_over.wait(max(0, EVERY - (time.monotonic() - begun)))

    threads = [threading.Thread(target=attack, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    try:
        under_attack = {name: p95(act) for name, act in acts.items()}
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    logger.info("usual %s, under attack %s, %s answers", usual, under_attack, len(answers))
    assert {status for status, _said in answers} <= {200, 503}
    assert any('type="file"' in said for _status, said in answers)  # not all were sent away at the door
    for name, seconds in usual.items():
        assert under_attack[name] < 3 * seconds, (name, usual, under_attack)
