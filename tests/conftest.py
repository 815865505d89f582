"""The suite is strict: an unknown variable in a template of ours fails, warnings are errors, and a queryset
without an order comes back shuffled, so that nothing leans on luck."""

import gc
import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.template.base import VariableNode
from django.utils import timezone

from indicators import append_only
from indicators.clock import at as told_at
from indicators.management.commands.load_lai_chau import load
from indicators.parsing import limits
from indicators.parsing.job import answer
from indicators.spreadsheet import children
from tests import people
from tests.factories import Province

OURS = str(settings.ROOT / "templates")
LOADED = timezone.make_aware(datetime(2026, 11, 24, 9, 0))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long races and histories too")
    alone = "leave out what asks for no database: it ran beside the other one"
    parser.addoption("--of-the-database", action="store_true", help=alone)


# How long an example takes says what else the machine does.
hypothesis.settings.register_profile("busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("busy")
    gc.set_threshold(100_000)  # a fifth of the suite's time went into looking for cycles
    settings.SECRET_KEY = os.environ.get("SECRET_KEY") or "tests"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = True
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        skip = pytest.mark.skip(reason="long: run with --long")
        for item in items:
            if "long" in item.keywords:
                item.add_marker(skip)
    if config.getoption("--of-the-database"):
        pure = [item for item in items if not asks_for_a_database(item)]
        config.hook.pytest_deselected(items=pure)
        items[:] = [item for item in items if asks_for_a_database(item)]


def asks_for_a_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db", "live_server", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or "django_db" in item.keywords


class UnknownVariable(str):
    """What Django prints for a variable it does not know; in a template of ours that is a mistake."""

    __slots__ = ()

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, name: object) -> str:
        frame = sys._getframe()
        while frame:
            node = frame.f_locals.get("self")
            if isinstance(node, VariableNode):
                if node.origin.name.startswith(OURS):
                    pytest.fail(f"{node.origin.name}: unknown variable {name}")
                break
            frame = frame.f_back
        return ""


@pytest.fixture(autouse=True, scope="session")
def _uploads_of_the_suite(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a test keeps without a folder of its own (`media`), as the demonstration does, never lands in ours."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def _shuffle_unordered(monkeypatch: pytest.MonkeyPatch) -> None:
    fetch = QuerySet._fetch_all

    def fetch_all(queryset: QuerySet) -> None:
        is_first = queryset._result_cache is None
        fetch(queryset)
        if is_first and not queryset.ordered and not queryset.query.is_sliced:
            random.shuffle(queryset._result_cache)

    monkeypatch.setattr(QuerySet, "_fetch_all", fetch_all)


@pytest.fixture(autouse=True)
def _let_the_suite_empty_tables(request: pytest.FixtureRequest) -> Iterator[None]:
    """A transactional test empties all tables at its end; the triggers come back with post_migrate."""
    marker = request.node.get_closest_marker("django_db")
    is_transactional = bool(marker and marker.kwargs.get("transaction")) or "live_server" in request.fixturenames
    if is_transactional:
        request.getfixturevalue("transactional_db")
    yield
    if is_transactional:
        append_only.remove()


@pytest.fixture(autouse=True)
def _read_files_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read of a file, most tests ask without the process around it; those of the process, and whoever
    drives a server, start it as it is, but more patiently: the cores are busy with other tests."""
    patient = replace(limits.PAGE, deadline=60)
    monkeypatch.setattr(limits, "PAGE", patient)
    if request.node.get_closest_marker("own_process") or "live_server" in request.fixturenames:
        return
    monkeypatch.setattr(children, "_run", lambda data, job, _until: json.loads(json.dumps(answer(data, job))))


@pytest.fixture
def history_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the test makes has a history from the first."""
    monkeypatch.setattr(people, "TELLS", True)


@pytest.fixture
def province(db: None) -> Province:
    return Province()


@pytest.fixture(scope="module")
def lai_chau(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[str]]:
    """The whole province, loaded once for the tests of a file, each of which works on a savepoint; what loading
    says."""
    said: list[str] = []
    with django_db_blocker.unblock(), transaction.atomic(), told_at(LOADED):
        load(said.append)
        connection.check_constraints()  # or PostgreSQL would ask them again at the end of each test
        yield said
        transaction.set_rollback(True)


@pytest.fixture
def media(settings, tmp_path: Path) -> Path:
    """A folder of its own for what is uploaded."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """The one hand that everything reads: clock.set(2026, 11, 24, 9, 30) in the province's time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def set(self, *when: int) -> datetime:
        at = timezone.make_aware(datetime(*when))
        self.monkeypatch.setattr(timezone, "now", lambda: at)
        return at
