"""Twenty hostile files at once, at a server as it runs in production: what other users notice of them."""

import http.client
import json
import logging
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
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
BREATH = 0.15  # seconds between one user's acts
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
        link.request(method, path, body, self.headers(cookie) | ({"Content-Type": kind} if kind else {}))
        answer = link.getresponse()
        said = answer.read().decode()
        link.close()
        return answer.status, said

    def headers(self, cookie: str) -> dict[str, str]:
        return {"Cookie": f"csrftoken={TOKEN}; django_language=en; {cookie}", "X-CSRFToken": TOKEN}

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


def save(server: Server, submission: Submission, cookie: str) -> int:
    version = Submission.objects.values_list("version", flat=True).get(pk=submission.pk)
    figure = str(random.randrange(1, 10**9))
    typed = {"version": version, "key": "", "action": "save", "HT.01-value": figure}
    kind = "application/x-www-form-urlencoded"
    return server.ask("POST", f"/submissions/{submission.pk}/", urlencode(typed).encode(), cookie, kind)[0]


def attack_of(server: Server, path: str, cookie: str, folder: Path) -> subprocess.Popen[str]:
    files = []
    for name in KINDS:
        (folder / name).write_bytes(hostile.HOSTILE[name]())
        files.append(str(folder / name))
    headers = server.headers(cookie)
    task = {"port": server.port, "path": path, "headers": headers, "files": files}
    command = [sys.executable, str(Path(__file__).with_name("attack.py"))]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    process.stdin.write(json.dumps(task | {"at_once": AT_ONCE, "every": EVERY}) + "\n")
    process.stdin.flush()
    return process


def p95(acts) -> dict[str, float]:
    """In seconds, of TIMES acts of each kind in turn, with a breath between: over several waves of files, as other
    users would meet them, and not all of it within the first."""
    taken = {name: [] for name in acts}
    for _ in range(TIMES):
        for name, act in acts.items():
            begun = time.monotonic()
            assert act() in (200, 302)
            taken[name].append(time.monotonic() - begun)
        time.sleep(BREATH)
    return {name: statistics.quantiles(seconds, n=20)[-1] for name, seconds in taken.items()}


def test_others_notice_nothing_of_twenty_hostile_files_at_once(server, tmp_path):
    province = Province()
    submission = form_of_each_kind(province)
    cookie = cookie_of(province.reporter)
    acts = {
        "healthz": lambda: server.ask("GET", "/healthz")[0],
        "save": lambda: save(server, submission, cookie),
    }
    with ThreadPoolExecutor(AT_ONCE) as crowd:  # every thread of the server has loaded and opened what it needs
        list(crowd.map(lambda act: act(), [acts["healthz"]] * 10 * AT_ONCE))
    p95(acts)
    usual = p95(acts)
    attack = attack_of(server, importing(submission), cookie, tmp_path)
    under_attack = p95(acts)
    answers = json.loads(attack.communicate()[0])
    logger.info("usual %s, under attack %s, %s answers", usual, under_attack, len(answers))
    assert {status for status, _offers in answers} <= {200, 503}
    assert any(offers for _status, offers in answers)  # not all were sent away at the door
    for name, seconds in usual.items():
        assert under_attack[name] < 3 * seconds, (name, usual, under_attack)
