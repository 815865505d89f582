"""Pages that a process keeps: nobody gets another's, nothing overtaken is handed out, and what the browser holds
already is not sent again."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.contrib.messages import success
from django.test import Client

from indicators import counters, rounds
from indicators.calendars import quarter
from indicators.clock import today
from indicators.models import (
    Indicator,
    Membership,
    Notice,
    ReportingForm,
    Submission,
    UnitSlice,
    User,
)
from reporting import kept_pages
from tests import people
from tests.factories import Province, cell, indicator, perform, publish, type_in, unit
from tests.reporting.conftest import Site, row_of, text_of

PAGES = ("/summary/", "/indicators/HT.01/", "/units/LC-SKHCN/", "/completeness/")
WAY = ("submit", "verify", "approve")
ASKS = {"asks_sign_off": False, "asks_publication": True}
OTHER_TOKENS = re.compile(r'csrfmiddlewaretoken" value="\w+"')


@pytest.fixture
def shown(site: Site) -> Site:
    """One published figure, in a transaction that writes nothing more."""
    site.approve(site.province.submission(indicator("HT.01")), cell("14433"))
    with counters.settled():
        yield site


def reader(user) -> Client:
    client = Client()
    client.force_login(user, backend="config.backends.Accounts")
    client.cookies["django_language"] = "en"
    return client


def again(client: Client, path: str, tag: str):
    return client.get(path, headers={"If-None-Match": tag})


class TestWhatItCosts:
    @pytest.mark.parametrize("path", PAGES)
    def test_a_page_that_is_kept_takes_session_and_account(
        self, shown: Site, django_assert_num_queries, path: str
    ) -> None:
        shown.client.get(path)  # brings the cookie of the tokens, as the login does
        kept_pages.store.clear()
        first = shown.client.get(path)
        with django_assert_num_queries(2):
            second = shown.client.get(path)
        drawn = [OTHER_TOKENS.sub("", page.content.decode()) for page in (first, second)]
        assert (drawn[0], first["ETag"]) == (drawn[1], second["ETag"])
        with django_assert_num_queries(2):
            unchanged = again(shown.client, path, second["ETag"])
        assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", second["ETag"])
        for answer in (first, unchanged):
            assert (answer["Cache-Control"], "Cookie" in answer["Vary"]) == ("private, no-cache", True)

    def test_two_people_of_one_scope_share_what_was_drawn(self, shown: Site, django_assert_num_queries) -> None:
        shown.summary()
        second = reader(shown.province.approver)
        with django_assert_num_queries(2):
            page = second.get("/summary/")
        assert (row_of(page, "HT.01")[1], "approver" in page.content.decode()) == ("14.433 km", True)

    def test_what_is_not_there_is_not_kept(self, shown: Site) -> None:
        page = shown.client.get("/summary/?period=2019-Q1")
        assert (page.status_code, "ETag" in page) == (404, False)
        assert kept_pages.store.get(next(iter(kept_pages.store._bodies), None)) is None

    def test_a_file_is_stored_by_nobody(self, shown: Site) -> None:
        file = shown.client.get("/summary.csv")
        assert (file["Cache-Control"], "ETag" in file) == ("private, no-store", False)


class TestTheFrame:
    """It is drawn for every answer, and whatever of it changes asks for the page anew."""

    @pytest.mark.parametrize(
        "change",
        [
            lambda site: User.objects.update(full_name="Lan"),
            lambda site: Notice.objects.create(
                user=site.province.leader, kind="returned", submission=Submission.objects.get(), about="x"
            ),
            lambda site: User.objects.update(is_staff=True),
            lambda site: site.client.cookies.__setitem__("django_language", "vi"),
            lambda site: site.client.cookies.__setitem__("csrftoken", "a" * 32),
        ],
        ids=["name", "notice", "menu", "language", "token"],
    )
    def test_each_part_of_it_has_a_key_of_its_own(self, shown: Site, change) -> None:
        shown.summary()
        tag = shown.summary()["ETag"]
        assert again(shown.client, "/summary/", tag).status_code == 304
        change(shown)
        assert again(shown.client, "/summary/", tag).status_code == 200

    def test_a_new_day_and_another_setting_ask_anew(self, shown: Site, clock, settings) -> None:
        clock.set(2026, 11, 24, 23, 58)
        shown.log_in(shown.province.leader)
        shown.summary()
        tag = shown.summary()["ETag"]
        settings.SITE_UNIT = "Sở Khoa học và Công nghệ"
        assert again(shown.client, "/summary/", tag).status_code == 200
        tag = shown.summary()["ETag"]
        clock.set(2026, 11, 25, 0, 1)
        assert again(shown.client, "/summary/", tag).status_code == 200

    def test_what_is_told_once_is_neither_kept_nor_missed(self, shown: Site, monkeypatch, rf) -> None:
        tag = shown.summary()["ETag"]
        original = kept_pages.get_messages

        def with_message(request):
            success(request, "Đã gửi báo cáo")
            return original(request)

        monkeypatch.setattr(kept_pages, "get_messages", with_message)
        told = again(shown.client, "/summary/", tag)
        assert (told.status_code, "ETag" in told, "Đã gửi báo cáo" in text_of(told)) == (200, False, True)
        monkeypatch.undo()
        assert "Đã gửi báo cáo" not in text_of(shown.summary())


class TestWhoMaySeeWhat:
    """domain.md 41: neither a body nor a 304 of somebody who may see more."""

    @pytest.fixture
    def secret(self, site: Site) -> Site:
        both = [site.province.department, site.province.sister]
        made = site.province.round(indicator("HT.01", breakdown="unit"), units=both, subject="self")
        for number, asked in enumerate(both):
            site.approve(made.submissions.get(unit=asked), cell(str(4815162 + number), note=f"Kín {number}"))
        with counters.settled():
            yield site

    @pytest.mark.parametrize("path", ["/indicators/HT.01/", "/units/LC-SKHCN/"])
    def test_a_reader_of_one_unit_never_gets_the_page_of_another(self, secret: Site, path: str) -> None:
        province, canary = secret.province, "4.815.162"
        entitled = [reader(user) for user in (province.reporter, province.verifier, people.superuser())]
        pages = [client.get(path) for client in entitled]
        assert [canary in page.content.decode() for page in pages] == [True] * 3  # there to be found
        stranger = reader(province.outsider)
        for page in pages:
            answer = again(stranger, path, page["ETag"])
            assert (answer.status_code, canary in answer.content.decode()) == (200, False)
        assert canary not in stranger.get(path).content.decode()  # kept by now

    def test_who_has_reported_is_each_persons_own(self, site: Site) -> None:
        company = unit("VNPT", "company", parent=site.province.root)
        site.province.round(indicator("HT.01"), units=[site.province.sister, company], due_in=-3)
        with counters.settled():
            seen = site.client.get("/completeness/")
            mine = again(reader(people.person("officer", company, "reporter")), "/completeness/", seen["ETag"])
        assert ("Sở Tài chính" in text_of(seen), "Sở Tài chính" in text_of(mine)) == (True, False)
        assert ("VNPT" in text_of(mine), "List and telephones" in text_of(mine)) == (True, False)

    def test_what_waits_for_publication_is_kept_for_nobody_else(self, site: Site) -> None:
        report = site.province.submission(indicator("HT.01"), **ASKS)
        type_in(report, cell("4815162"), by=site.province.reporter)
        site.province.walk(report, *WAY)
        with counters.settled():
            latest = site.summary(figures="latest")
            other = again(reader(site.province.outsider), "/summary/?figures=latest", latest["ETag"])
        assert [row_of(page, "HT.01")[1] for page in (latest, other)] == ["4.815.162 km", "–"]


@dataclass(frozen=True)
class Open:
    """A page as somebody's browser holds it."""

    client: Client
    path: str
    tag: str

    @property
    def is_current(self) -> bool:
        return again(self.client, self.path, self.tag).status_code == 304


def opened(client: Client, path: str) -> Open:
    client.get(path)
    return Open(client, path, client.get(path)["ETag"])


CHANGES = {
    "extension": lambda p, r: rounds.extend(
        r.round, due_on=today() + timedelta(days=30), reason="x", by=p.approver
    ),
    "contact": lambda p, r: ReportingForm.objects.update(contact="02133 999 999"),
    "unit": lambda p, r: UnitSlice.objects.filter(unit=p.department).update(name="Sở Số"),
    "indicator": lambda p, r: Indicator.objects.update(name="Tên mới"),
    "hand-in": lambda p, r: type_and_send(p, p.round(indicator("HT.02"), **ASKS).submissions.get()),
    "approval": lambda p, r: p.walk(Submission.objects.exclude(pk=r.pk).get(), "verify", "approve"),
    "publication": lambda p, r: publish(Submission.objects.exclude(pk=r.pk).get().round, by=p.publisher),
    "membership": lambda p, r: Membership.objects.create(user=p.leader, unit=p.sister, role="reporter"),
}


def type_and_send(province: Province, report: Submission) -> None:
    type_in(report, cell("7"), by=province.reporter)
    province.walk(report, "submit")


@pytest.mark.django_db(transaction=True)
class TestChanges:
    @pytest.fixture
    def province(self, transactional_db) -> Province:
        return Province()

    def test_whatever_changes_asks_for_every_page_anew(self, site: Site) -> None:
        report = site.province.submission(indicator("HT.01"), window=quarter(2025, 3), **ASKS)
        type_and_send(site.province, report)
        site.province.walk(report, "verify", "approve")
        publish(report.round, by=site.province.publisher)
        for name, change in CHANGES.items():
            pages = [opened(site.client, path) for path in PAGES]
            held = [page.is_current for page in pages]
            change(site.province, report)
            assert (name, held, [page.is_current for page in pages]) == (name, [True] * 4, [False] * 4)

    def test_what_is_typed_leaves_them_standing(self, site: Site) -> None:
        report = site.province.submission(indicator("HT.01"), **ASKS)
        pages = [opened(site.client, path) for path in PAGES]
        type_in(report, cell("5"), by=site.province.reporter)
        assert [page.is_current for page in pages] == [True] * 4

    def test_an_adjustment_is_seen_at_once(self, site: Site) -> None:
        report = site.approve(site.province.submission(indicator("HT.01")), cell("5"))
        before = row_of(site.summary(), "HT.01")[1]
        report = perform("reopen", report, by=site.province.approver, comment="Nhập nhầm")
        site.approve(report, cell("6"))
        assert (before, row_of(site.summary(), "HT.01")[1]) == ("5 km", "6 km")


class TestTheStore:
    def body(self, length: int) -> kept_pages.Body:
        return kept_pages.Body({"content": "x" * length}, None)

    def test_it_forgets_what_was_not_asked_for_longest(self) -> None:
        store = kept_pages.Store(10)
        for key in "abc":
            store.keep(key, self.body(4))
            store.get("a")
        assert [store.get(key) is not None for key in "abc"] == [True, False, True]

    def test_it_holds_nothing_larger_than_itself(self) -> None:
        store = kept_pages.Store(10)
        store.keep("a", self.body(11))
        assert store.get("a") is None

    def test_a_key_that_is_kept_twice_counts_once(self) -> None:
        store = kept_pages.Store(10)
        for _ in range(3):
            store.keep("a", self.body(4))
        store.keep("b", self.body(6))
        assert [store.get(key) is not None for key in "ab"] == [True, True]


def test_a_body_hears_of_nobody(site: Site, monkeypatch) -> None:
    """Who reads is not among what its template is given."""
    given = {}
    monkeypatch.setattr(kept_pages, "Context", lambda said: given.update(said) or original(said))
    site.summary()
    assert {"user", "csrf_token", "messages", "menu", "perms"} & given.keys() == set()
    assert not hasattr(given["request"], "user")


original = kept_pages.Context
