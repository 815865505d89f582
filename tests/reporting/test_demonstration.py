"""The overview of the demonstration: light enough for a weak link, in as few queries as one of a single line."""

import gzip

import pytest
from django.conf import settings
from django.core.management import call_command

from indicators.demo import illustration
from indicators.models import User
from tests.indicators.pages import browser

pytestmark = pytest.mark.django_db
SHEETS = ("site.css", "print.css")


@pytest.fixture
def leader(monkeypatch: pytest.MonkeyPatch):
    """Of the demonstration with the running quarter alone."""
    monkeypatch.setattr(illustration, "YEARS", 0)
    call_command("demo", password="mot-mat-khau-dai", verbosity=0)
    return browser(User.objects.get(username="leader"))


def weight(content: bytes) -> int:
    return len(gzip.compress(content))


@pytest.mark.parametrize(("query", "price"), [("", 10), ("?period=2023", 10), ("?print=1", 10)])
def test_the_overview_weighs_little_and_asks_little(leader, after_an_approval, query: str, price: int) -> None:
    """Six queries, and four for what registers count."""
    page = after_an_approval(price, lambda: leader.get(f"/summary/{query}"))
    assert page.content.decode().count('<tr id="') == 21
    for counts in () if query == "?period=2023" else ("7/13", "8/15"):
        assert counts in page.content.decode()
    sheets = [(settings.ROOT / "static" / name).read_bytes() for name in SHEETS]
    assert weight(page.content) + sum(map(weight, sheets)) <= 25_000


def test_paper_names_five_reports_and_says_how_many_there_are(leader) -> None:
    page = leader.get("/summary/?print=1").content.decode()
    owed = page.partition('aria-labelledby="owed"')[2].partition("</section>")[0]
    rows = owed.partition("<tbody>")[2]
    assert (rows.count("<tr>"), rows.count('<tr class="screen-only">')) == (5, 5)
    assert f"all {owed.partition(' reports have')[0].split('>')[-1]} stand on the overview" in owed
