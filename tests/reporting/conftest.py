"""What the tests of the readers' pages share: a page as one line of text, and a figure on its whole way."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse

from indicators import counters, notifications, targets
from indicators.drafts import Cell
from indicators.models import Baseline, ChangeCount, Document, Indicator, Programme, Submission, Target, Unit, User
from reporting import facts, kept_pages
from reporting.templatetags.once import drawn
from tests import people
from tests.factories import Province, type_in

OF_MIGRATIONS = {"auth_permission", "django_content_type"}  # nobody else writes them
SUBMIT_TO_APPROVE = ("submit", "sign", "verify", "approve")


def text_of(response) -> str:
    """What a reader sees, tags dropped and space folded."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


COLUMNS = ("name", "value", "moved", "in_a_year", "plan", "target", "national", "course", "coverage", "status")


def cells_of(response, code: str, columns: Sequence[str] = COLUMNS) -> dict[str, str]:
    """An indicator's row as text, on the summary unless other columns are told; "lead" is who answers, which stands
    under the name."""
    row = re.search(rf'<tr id="{re.escape(code)}">(.*?)</tr>', response.content.decode(), re.S)[1]
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
    lead = re.search(r'<span class="lead"> · (.*?)</span>', cells[0], re.S)
    cells[0] = cells[0].replace(lead[0], "") if lead else cells[0]
    found = {name: _plain(cell) for name, cell in zip(columns, cells, strict=True)}
    return found | {"lead": unescape(lead[1]) if lead else "–"}


def _plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def row_of(response, code: str) -> list[str]:
    """Name, figure, coverage, status, lead unit."""
    cells = cells_of(response, code)
    return [cells[name] for name in ("name", "value", "coverage", "status", "lead")]


class Site:
    """The province, and one reader's browser."""

    def __init__(self, province: Province, client: Client) -> None:
        self.province = province
        self.client = client
        self.log_in(province.leader)

    def log_in(self, user: User) -> None:
        self.client.force_login(user, backend="config.backends.Accounts")
        self.client.cookies["django_language"] = "en"

    def summary(self, **query):
        return self.client.get(reverse("summary"), query)

    def indicator(self, code: str, **query):
        return self.client.get(reverse("indicator", args=[code]), query)

    def approve(self, submission: Submission, *cells: Cell) -> Submission:
        """Typed by the unit's own people, and taken all the way."""
        reporter, signer = self.people_of(submission.unit)
        type_in(submission, *cells, by=reporter)
        self.province.unit_leader = signer
        return self.province.walk(submission, *SUBMIT_TO_APPROVE, reporter=reporter)

    def people_of(self, unit: Unit) -> tuple[User, User]:
        names = {role: f"{role} of {unit.pk}" for role in ("reporter", "signer")}
        known = {u.username: u for u in User.objects.filter(username__in=names.values()).order_by("pk")}
        return tuple(known.get(name) or people.person(name, unit, role) for role, name in names.items())


@pytest.fixture
def site(province: Province, client: Client) -> Site:
    return Site(province, client)


@pytest.fixture
def after_an_approval(django_assert_num_queries):
    """How many queries a page takes that a process has drawn before, once figures and reports have changed."""

    def asked(count: int, page: Callable[[], Any]) -> Any:
        with counters.settled():
            page()
            ChangeCount.objects.filter(name__in=("figures", "reports")).update(value=F("value") + 1)
            with django_assert_num_queries(count):
                return page()

    return asked


@pytest.fixture
def document(db: None) -> Document:
    return Document.objects.create(name="Nghị quyết 09-NQ/TU", signed_on=date(2022, 2, 25))


@pytest.fixture
def aim(document: Document):
    def record(asked: Indicator, year: int, value: str, operator: str = "gte", **facts) -> Target:
        facts = {"level": "province", "unit": None, "document": document, "by": None} | facts
        if facts["level"] == "province":
            facts.setdefault("programme", Programme.objects.get(code="P"))
        return targets.record_target(indicator=asked, year=year, value=Decimal(value), operator=operator, **facts)

    return record


@pytest.fixture
def begin(document: Document):
    def record(asked: Indicator, year: int, value: str) -> Baseline:
        facts = {"unit": None, "document": document, "by": None}
        return targets.record_baseline(indicator=asked, year=year, value=Decimal(value), **facts)

    return record


@pytest.fixture(autouse=True)
def _nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of moves: whom a report waits for is asked where notices are tested, and takes a fifth of every move."""
    monkeypatch.setattr(notifications, "tell", lambda *_told, **_facts: None)


@pytest.fixture(autouse=True)
def _every_table_a_page_reads_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a page that is kept would outlive a change; and what one test keeps, no other is handed out."""
    kept_pages.store.clear()
    facts.forget()
    drawn.clear()
    answer = kept_pages._answer

    def watched(request, key, view):
        def drawn():
            with connection.execute_wrapper(refuse_uncounted):
                return view()

        return answer(request, key, drawn)

    monkeypatch.setattr(kept_pages, "_answer", watched)


def refuse_uncounted(execute, sql, params, many, context):
    read = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', sql))
    if uncounted := read - counters.tables() - OF_MIGRATIONS:
        pytest.fail(f"a page reads {', '.join(sorted(uncounted))}, which no counter of its key counts")
    return execute(sql, params, many, context)
