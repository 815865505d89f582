"""What was published stays readable as it was published, with a check code that is computed anew (domain.md 22)."""

import hashlib
import json

import pytest
from django.db import connection

from indicators import append_only
from indicators.models import Indicator, Publication, UnitSlice
from tests.factories import cell, indicator, publish, ratio, type_in

from .conftest import Site, text_of

pytestmark = pytest.mark.django_db
ASKS = {"asks_sign_off": False, "asks_publication": True}
WAY = ("submit", "verify", "approve")


@pytest.fixture
def made(site: Site) -> Publication:
    province = site.province
    both = [province.department, province.sister]
    round_ = province.round(indicator("HT.01"), ratio("DL.01"), units=both, **ASKS)
    report = round_.submissions.get(unit=province.department)
    type_in(report, cell("14433"), cell("53.8", of=("7", "13"), note="Theo LGSP"), by=province.reporter)
    province.walk(report, *WAY)
    return publish(round_, by=province.publisher)


def adjust(site: Site, made: Publication) -> None:
    report = made.round.submissions.get(unit=site.province.department)
    site.province.walk(report, "reopen")
    report.refresh_from_db()
    type_in(report, cell("99999"), cell("50", of=("1", "2")), by=site.province.reporter)
    site.province.walk(report, *WAY)


def test_the_page_shows_what_was_published(site: Site, made: Publication) -> None:
    words = text_of(site.client.get(f"/publications/{made.pk}/"))
    assert "14.433 km 1/2" in words
    assert "53,8% 7/13 1/2" in words
    assert "Document 15/TB-UBND of" in words
    assert "Missing when it was published: Sở Tài chính." in words
    assert "The content agrees with its check code" in words
    assert made.sha256 in words


def test_later_changes_touch_no_publication(site: Site, made: Publication) -> None:
    before = text_of(site.client.get(f"/publications/{made.pk}/"))
    adjust(site, made)
    publish(made.round, by=site.province.publisher)
    Indicator.objects.filter(code="HT.01").update(name="Tên mới")
    UnitSlice.objects.filter(unit=site.province.sister).update(name="Tên khác")
    after = text_of(site.client.get(f"/publications/{made.pk}/"))
    assert after.partition("Printed at")[0] == before.partition("Printed at")[0]
    newer = text_of(site.client.get(f"/publications/{Publication.objects.get(number=2).pk}/"))
    assert ("99.999 km" in newer, "Adjusted" in newer) == (True, True)


def test_the_download_is_what_the_check_code_was_computed_over(site: Site, made: Publication) -> None:
    answer = site.client.get(f"/publications/{made.pk}.json")
    assert hashlib.sha256(answer.content).hexdigest() == made.sha256
    assert json.loads(answer.content)["publication"]["number"] == 1
    assert "attachment" in answer["Content-Disposition"]


def test_a_content_changed_behind_the_application_is_named(site: Site, made: Publication) -> None:
    append_only.remove()
    changed = made.content.replace("14433", "14434")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE indicators_publication SET content = %s WHERE id = %s", [changed, made.pk])
    append_only.install()
    words = text_of(site.client.get(f"/publications/{made.pk}/"))
    assert "The content does not agree with its check code" in words


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"publication": {}}'])
def test_a_content_that_cannot_be_read_any_more_is_named_too(site: Site, made: Publication, content: str) -> None:
    append_only.remove()
    Publication.objects.update(content=content)
    append_only.install()
    words = text_of(site.client.get(f"/publications/{made.pk}/"))
    assert "Issue 1" in words
    assert "The content does not agree with its check code" in words


def test_a_cross_check_is_told_from_what_counts(site: Site) -> None:
    """HT.03 counts from companies; what a department reports of it stands beside it (domain.md 7)."""
    province = site.province
    asked = [indicator("HT.03", source_kind="company"), indicator("HT.01")]
    round_ = province.round(*asked, **ASKS)
    type_in(round_.submissions.get(), cell("7"), cell("8"), by=province.reporter)
    province.walk(round_.submissions.get(), *WAY)
    issue = publish(round_, by=province.publisher)
    words = text_of(site.client.get(f"/publications/{issue.pk}/"))
    first, second = words.index("HT.03"), words.index("HT.01")
    assert "Cross-check, not counted" in words[first:second]
    assert "Cross-check, not counted" not in words[second:].partition("Reports behind it")[0]


def test_the_list_names_every_issue_newest_first(site: Site, made: Publication) -> None:
    adjust(site, made)
    publish(made.round, by=site.province.publisher, number="20/TB-UBND")
    words = text_of(site.client.get("/publications/"))
    assert words.index("20/TB-UBND") < words.index("15/TB-UBND")


def test_an_empty_list_says_so(site: Site) -> None:
    assert "No round has been published" in text_of(site.client.get("/publications/"))


@pytest.mark.parametrize("address", ["/publications/", "/publications/{}/", "/publications/{}.json"])
def test_nobody_reads_it_without_an_account(site: Site, made: Publication, address: str) -> None:
    site.client.logout()
    assert site.client.get(address.format(made.pk)).status_code == 302


def test_what_is_not_published_is_not_there(site: Site) -> None:
    assert site.client.get("/publications/1/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three(
    site: Site, made: Publication, count: int, django_assert_num_queries
) -> None:
    for _ in range(count - 1):
        adjust(site, made)
        publish(made.round, by=site.province.publisher)
    with django_assert_num_queries(4):
        site.client.get("/publications/")


def test_a_page_takes_three_queries(site: Site, made: Publication, django_assert_num_queries) -> None:
    with django_assert_num_queries(3):
        site.client.get(f"/publications/{made.pk}/")
