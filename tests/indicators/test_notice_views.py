"""The page of a person's own notices, and the count in the head of every page."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators import notices
from indicators.models import Notice
from tests import people
from tests.factories import cell, indicator, perform, type_in
from tests.indicators.pages import browser

PAGE = "/notices/"


@pytest.fixture
def returned(province):
    report = type_in(province.submission(indicator("HT.01")), cell("14433"), by=province.reporter)
    report = province.walk(report, "submit", "sign")
    return perform("return", report, by=province.verifier, comment="Mẫu số khác kỳ trước")


def page(user, number=""):
    return browser(user).get(PAGE, {"page": number} if number else {})


def rows(response):
    """Each row as its words."""
    table = response.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    texts = [re.sub(r"<[^>]+>", " ", row) for row in table.split("<tr")[1:]]
    return [" ".join(text.partition(">")[2].split()) for text in texts]


def lead(response):
    return re.search(r'<p class="lede">(.*?)</p>', response.content.decode())[1]


def in_menu(response):
    listed = response.content.decode().partition('<ul class="menu">')[2].partition("</ul>")[0]
    return re.sub(r"<[^>]+>", "", listed.partition(f'href="{PAGE}"')[2].partition("</li>")[0]).partition(">")[2]


def test_newest_first_with_reason_and_link_and_what_is_done_said_so(province, returned):
    response = page(province.reporter)
    newest, oldest = rows(response)
    assert "Report returned for completion Unread Reason: Mẫu số khác kỳ trước (verifier)" in newest
    assert "Reporting period opened No longer current since" in oldest
    assert response.content.decode().count(f'href="{reverse("submission", args=[returned.pk])}"') == 2
    assert lead(response) == "1 unread notice."


def test_nobody_sees_the_notices_of_others(province, returned):
    for who in (province.verifier, people.superuser()):
        assert "Mẫu số khác kỳ trước" not in page(who).content.decode()
    assert lead(page(people.person("somebody"))) == "There are no notices."


def test_a_report_that_one_may_not_see_any_more_is_named_without_a_link(province, returned):
    province.reporter.memberships.update(valid_until="2020-01-01")
    response = page(province.reporter)
    assert len(rows(response)) == 2
    assert f'href="{reverse("submission", args=[returned.pk])}"' not in response.content.decode()


def test_a_stranger_is_sent_to_the_login(db):
    response = Client().get(PAGE)
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/notices/")


# --- Marking as read


def mark(user, **post):
    return browser(user).post(PAGE, post)


def test_marking_all_as_read_marks_what_stood_on_the_page(province, returned):
    until = Notice.objects.latest("pk").pk
    province.submission(indicator("XH.01"))  # tells of a round since the page was drawn
    response = mark(province.reporter, until=until)
    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert [n.kind for n in Notice.objects.filter(user=province.reporter).unread()] == ["opened"]
    assert lead(page(province.reporter)) == "1 unread notice."


def test_it_leaves_the_notices_of_others_alone_and_may_be_sent_twice(province, returned):
    until = Notice.objects.latest("pk").pk
    others = Notice.objects.exclude(user=province.reporter)
    mark(province.reporter, until=until)
    at = Notice.objects.filter(user=province.reporter).latest("pk").read_at
    mark(province.reporter, until=until)
    assert Notice.objects.filter(user=province.reporter).latest("pk").read_at == at
    assert set(others.values_list("read_at", flat=True)) == {None}


def test_looking_marks_nothing(province, returned):
    page(province.reporter)
    assert Notice.objects.filter(user=province.reporter).unread().count() == 1


@pytest.mark.parametrize("until", ["", "x", "-1", "²"])
def test_what_is_no_number_is_a_bad_request(province, until):
    assert mark(province.reporter, until=until).status_code == 400


def test_other_methods_are_refused(province):
    assert browser(province.reporter).delete(PAGE).status_code == 405


def test_a_token_is_asked_for(province):
    client = Client(enforce_csrf_checks=True)
    client.force_login(province.reporter)
    assert client.post(PAGE, {"until": "1"}).status_code == 403


# --- The head of every page


def test_the_head_counts_what_is_unread_and_still_to_be_done(province, returned):
    assert in_menu(page(province.reporter)) == "Notices (1)"
    assert in_menu(browser(province.reporter).get("/summary/")) == "Notices (1)"
    mark(province.reporter, until=Notice.objects.latest("pk").pk)
    assert in_menu(page(province.reporter)) == "Notices"


def test_the_head_of_the_administration_leads_there_too(province, returned):
    province.walk(returned, "submit", "sign")
    page = browser(province.verifier).get(reverse("admin:indicators_submission_changelist")).content.decode()
    tools = page.partition('id="user-tools"')[2].partition("</div>")[0]
    assert "Notices (1)" in tools.partition(f'href="{PAGE}"')[2]


def test_who_has_a_notice_left_from_an_ended_membership_finds_it(province, returned):
    province.reporter.memberships.update(valid_until="2020-01-01")
    assert in_menu(browser(province.reporter).get("/summary/")) == "Notices (1)"


# --- Cost, and many


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_whatever_its_length(province, count, django_assert_num_queries):
    for n in range(count):
        province.submission(indicator(f"HT.{n:02}"))
    client = browser(province.reporter)
    with django_assert_num_queries(7):  # session, account; how many; the notices; whose reports; newest; unread
        assert len(rows(client.get(PAGE))) == count


def test_many_come_in_pages(province, monkeypatch):
    monkeypatch.setattr(notices, "ON_A_PAGE", 2)
    for n in range(3):
        province.submission(indicator(f"HT.{n:02}"))
        Notice.objects.update(at=timezone.now() - timedelta(days=1))
    first, second = page(province.reporter), page(province.reporter, "2")
    assert [len(rows(response)) for response in (first, second)] == [2, 1]
    assert 'rel="next" href="?page=2"' in first.content.decode()
    assert len(rows(page(province.reporter, "99"))) == 1
