"""The page that everybody reads without an account, while it is open: published figures alone, each with its
lineage, and nothing that a rule keeps from the public (domain.md 12, 36, 41)."""

import gzip
import re
from datetime import date

import pytest
from django.test import Client
from django.utils.timezone import localdate

from indicators import counters
from indicators.calendars import quarter
from indicators.clock import now
from indicators.models import (
    Document,
    Indicator,
    Observation,
    Programme,
    ProgrammeIndicator,
    PublicPage,
    RoundEvent,
    Submission,
    UnitSlice,
)
from tests import people
from tests.factories import Province, cell, indicator, perform, publish, ratio, type_in, unit
from tests.indicators.pages import browser
from tests.reporting.conftest import Site, cells_of, text_of

ASKS = {"asks_sign_off": False, "asks_publication": True}
CANARY = "4.815.162"
WAY = ("submit", "verify", "approve")


COLUMNS = ("name", "value", "moved", "target", "coverage", "origin", "status")


def row_of(page, code: str) -> list[str]:
    """Name, figure, coverage, status, origin."""
    cells = cells_of(page, code, COLUMNS)
    return [cells[name] for name in ("name", "value", "coverage", "status", "origin")]


def open_to_all(code: str = "P") -> PublicPage:
    return PublicPage.objects.create(programme=Programme.objects.get(code=code), is_open=True)


def everybody(**query):
    """A stranger's first visit; in English, as the sentences of the code are."""
    return Client().get("/public/", {"language": "en", **query})


def approved(province: Province, *codes: str, value: str = "5", window=None, **facts) -> Submission:
    report = province.submission(*(indicator(code) for code in codes), window=window, **{**ASKS, **facts})
    type_in(report, *[cell(value)] * len(codes), by=province.reporter)
    return province.walk(report, *WAY)


@pytest.fixture
def published(site: Site) -> Submission:
    report = approved(site.province, "HT.01", value="14433", window=quarter(2025, 3))
    publish(report.round, by=site.province.publisher)
    open_to_all()
    return report


def test_that_a_figure_was_adjusted_is_told_and_not_why(site: Site, published: Submission) -> None:
    again = perform("reopen", published, by=site.province.approver, comment="Nhập nhầm cột")
    type_in(again, cell("14500"), by=site.province.reporter)
    publish(site.province.walk(again, *WAY).round, by=site.province.publisher, number="16/TB-UBND")
    told = row_of(everybody(), "HT.01")[3]
    assert ("14.433 km to 14.500 km" in told, "Nhập nhầm cột" in told) == (True, False)


class TestClosed:
    def test_without_anybody_opening_it_there_is_no_page(self, site: Site) -> None:
        publish(approved(site.province, "HT.01").round, by=site.province.publisher)
        page = everybody()
        assert (page.status_code, "HT.01" in page.content.decode()) == (404, False)
        assert "public" not in page.headers.get("Cache-Control", "")

    def test_closing_it_shuts_it_for_administrators_too(self, site: Site, published: Submission) -> None:
        PublicPage.objects.update(is_open=False)
        assert [c.get("/public/").status_code for c in (Client(), browser(people.superuser()))] == [404, 404]

    def test_nothing_else_opens_with_it(self, published: Submission) -> None:
        addresses = ("/summary/", "/indicators/HT.01/", "/units/12/", "/publications/", "/search/?q=ht")
        assert {Client().get(address).status_code for address in addresses} == {302}

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_it_is_only_read(self, published: Submission, method: str) -> None:
        assert getattr(Client(), method)("/public/").status_code == 405


class TestOpen:
    def test_a_figure_stands_with_period_cut_off_source_and_publication(self, published: Submission) -> None:
        page, day = everybody(), f"{localdate(now()):%d/%m/%Y}"
        assert row_of(page, "HT.01") == [
            "Chỉ tiêu HT.01 HT.01",
            "14.433 km",
            "1/1",
            "No target",
            "Sở Khoa học và Công nghệ Quarter III/2025, up to the end of 14/09/2025 "
            f"Published, issue 1, {day} · hand-in 1",
        ]
        words = text_of(page)
        assert "Tỉnh Lai Châu: Chương trình 1 of 1 indicators have published figures." in words
        assert f"Figures up to the end of 14/09/2025; published on {day}; 1 of 1 units" in words
        assert f"Published, issue 1, {day} · Document 15/TB-UBND of {day}" in words

    def test_it_is_held_against_the_targets_of_the_open_programme_alone(
        self, site: Site, published: Submission, aim
    ) -> None:
        asked = Indicator.objects.get(code="HT.01")
        report = site.province.submission(asked, window=quarter(2025, 4), **ASKS)
        type_in(report, cell("14500"), by=site.province.reporter)
        site.province.walk(report, *WAY)
        publish(report.round, by=site.province.publisher)
        closed = Programme.objects.create(code="Q", name="Kế hoạch kín")
        aim(asked, 2025, "14900")
        aim(asked, 2025, "4815162", programme=closed, document=Document.objects.create(name="Quyết định"))
        page = everybody()
        cells = cells_of(page, "HT.01", COLUMNS)
        assert (cells["moved"], cells["target"], cells["status"]) == ("+0,5%", "≥ 14.900 2025", "Target not met")
        assert "Chương trình · status against the planned way on the cut-off day, band ±5%" in text_of(page)
        assert "1 of 1 indicators have data: 0 have met the target, 0 are on track, 1 are late" in text_of(page)
        assert CANARY not in page.content.decode()

    def test_what_was_accepted_as_a_reason_stays_inside(self, site: Site) -> None:
        report = site.province.submission(indicator("HT.06", breakdown="public"), window=quarter(2025, 3))
        site.approve(report, cell("5", note="Thiếu vốn đầu tư"))
        open_to_all()
        assert Observation.objects.get().explanation == "Thiếu vốn đầu tư"
        assert row_of(everybody(), "HT.06")[1] == "5 km"
        assert "Thiếu vốn đầu tư" not in everybody().content.decode()

    def test_what_is_approved_and_not_published_is_never_there(self, site: Site, published: Submission) -> None:
        """domain.md 36: neither a newer value of the same figure nor a figure or a period of its own."""
        province = site.province
        report = province.walk(published, "reopen")
        type_in(report, cell("4815162"), by=province.reporter)
        province.walk(report, *WAY)
        approved(province, "HT.02", value="4815162", window=quarter(2025, 3))
        approved(province, "HT.03", value="4815162", window=quarter(2025, 4))
        for query in (
            {},
            {"figures": "latest"},
            {"as_of": "2030-01-01"},
            {"period": "2025-Q3", "figures": "latest"},
        ):
            page = everybody(**query)
            assert (row_of(page, "HT.01")[1], row_of(page, "HT.02")[1]) == ("14.433 km", "–")
            assert CANARY not in page.content.decode()
        assert everybody(period="2025-Q4").status_code == 404
        leader = browser(province.leader)
        assert CANARY in leader.get("/summary/?period=2025-Q4&figures=latest").content.decode()  # there to be found

    def test_a_draft_is_never_there(self, site: Site, published: Submission) -> None:
        draft = site.province.submission(indicator("HT.04"), window=quarter(2025, 3), asks_sign_off=False)
        type_in(draft, cell("4815162", note="Ẩn số"), by=site.province.reporter)
        html = everybody().content.decode()
        assert [word for word in (CANARY, "4815162", "Ẩn số") if word in html] == []

    def test_nobody_to_call_stands_on_it(self, site: Site, published: Submission) -> None:
        """Neither the contact of a form nor who has not reported, which the summary behind the login says."""
        site.province.round(indicator("HT.05"), units=[site.province.sister], window=quarter(2025, 3), due_in=-9)
        assert "02133 000 000" in site.summary(period="2025-Q3").content.decode()
        html = everybody().content.decode()
        assert [word for word in ("02133 000 000", "Phòng Chuyển đổi số", "Sở Tài chính") if word in html] == []

    def test_no_link_leads_behind_the_login(self, published: Submission) -> None:
        html = everybody().content.decode()
        links = {link for link in re.findall(r'(?:href|action)="([^"]*)"', html) if "/static/" not in link}
        assert {link.partition("?")[0] for link in links} == {
            "#main",
            "/public/",
            "/accounts/login/",
            "http://localhost:8000/public/",
        }

    def test_a_form_without_the_step_says_the_day_alone(self, site: Site) -> None:
        site.approve(site.province.submission(indicator("HT.01")), cell("5"))
        open_to_all()
        assert "Published on" in row_of(everybody(), "HT.01")[4]
        assert "issue" not in row_of(everybody(), "HT.01")[4]

    def test_before_the_first_publication_it_says_so(self, site: Site) -> None:
        approved(site.province, "HT.01")
        open_to_all()
        page = everybody()
        assert (page.status_code, "Nothing has been published yet." in text_of(page)) == (200, True)


class TestPeriodsAndProgrammes:
    def test_it_opens_on_the_newest_published_period_and_offers_the_published_ones(self, site: Site) -> None:
        for code, window in (("HT.01", quarter(2025, 2)), ("HT.02", quarter(2025, 3))):
            publish(approved(site.province, code, window=window).round, by=site.province.publisher)
        approved(site.province, "HT.03", window=quarter(2025, 4))
        open_to_all()
        html = everybody().content.decode()
        assert re.findall(r'<option value="(2025-Q\d)"( selected)?>', html) == [
            ("2025-Q3", " selected"),
            ("2025-Q2", ""),
        ]
        assert row_of(everybody(period="2025-Q2"), "HT.01")[1] == "5 km"

    @pytest.mark.parametrize("query", [{"period": "2019-Q1"}, {"period": "<script>"}, {"programme": "Q"}])
    def test_what_there_is_not_is_said_and_not_indexed(self, published: Submission, query: dict[str, str]) -> None:
        page = everybody(**query)
        assert page.status_code == 404
        assert "There are no published figures at this address." in text_of(page)
        assert '<meta name="robots" content="noindex">' in page.content.decode()
        assert "<script>" not in page.content.decode()

    def test_a_programme_that_nobody_opened_stays_shut(self, site: Site, published: Submission) -> None:
        closed = Programme.objects.create(code="Q", name="Kế hoạch kín")
        hidden = approved(site.province, "HT.07", value="4815162", window=quarter(2025, 3))
        place = ProgrammeIndicator.objects.get(indicator__code="HT.07")
        ProgrammeIndicator.objects.create(
            programme=closed, group=place.group, indicator=Indicator.objects.get(code="HT.07")
        )
        place.delete()
        publish(hidden.round, by=site.province.publisher)
        html = everybody().content.decode()
        assert [word for word in ("Kế hoạch kín", "HT.07", CANARY) if word in html] == []
        open_to_all("Q")
        assert CANARY in everybody(programme="Q").content.decode()
        assert row_of(everybody(), "HT.01")[1] == "14.433 km"

    def test_what_stands_in_no_programme_stays_shut(self, site: Site, published: Submission) -> None:
        hidden = approved(site.province, "HT.08", value="4815162", window=quarter(2025, 3))
        ProgrammeIndicator.objects.filter(indicator__code="HT.08").delete()
        publish(hidden.round, by=site.province.publisher)
        assert CANARY not in everybody().content.decode()
        assert CANARY in site.summary().content.decode()

    def test_the_address_for_search_engines_holds_what_is_read_alone(self, published: Submission) -> None:
        def canonical(**query) -> str:
            return re.search(r'rel="canonical" href="([^"]*)"', Client().get("/public/", query).content.decode())[1]

        assert canonical(x="1", figures="latest") == "http://localhost:8000/public/"
        said = canonical(language="en", programme="P", period="2025-Q3")
        assert said == "http://localhost:8000/public/?period=2025-Q3&amp;programme=P&amp;language=en"
        assert '<meta name="robots" content="index, follow">' in everybody().content.decode()


class TestBusinessSecrets:
    """domain.md 41: the public knows less than anybody with an account."""

    def test_the_only_company_so_far_is_not_named_nor_are_those_that_are_missing(self, site: Site) -> None:
        companies = [unit(name, "company", parent=site.province.root) for name in ("VNPT", "Viettel", "MobiFone")]
        asked = indicator("DL.01", source_kind="company")
        made = site.province.round(
            asked, units=companies, subject="self", asks_verification=False, asks_sign_off=False
        )
        officer = people.person("officer", companies[0], "reporter")
        report = type_in(made.submissions.get(unit=companies[0]), cell("7"), by=officer)
        site.province.walk(report, "submit", "approve", reporter=officer)
        open_to_all()
        row = row_of(everybody(), "DL.01")
        assert row[1:4] == ["7 km", "1/3", "No target Partial: from 1 of 3"]
        assert row[4].startswith("Company ")
        assert [name for name in ("VNPT", "Viettel", "MobiFone") if name in everybody().content.decode()] == []
        assert "Viettel" in site.summary().content.decode()

    @pytest.mark.parametrize(("rule", "named"), [("public", True), ("state", False), ("unit", False)])
    def test_state_bodies_are_named_where_the_rule_lets_everybody_know(
        self, site: Site, rule: str, named: bool
    ) -> None:
        both = [site.province.department, site.province.sister]
        made = site.province.round(indicator("DL.01", breakdown=rule), units=both, subject="self")
        site.approve(made.submissions.get(unit=both[0]), cell("11"))
        open_to_all()
        row = row_of(everybody(), "DL.01")
        assert ("missing: Sở Tài chính" in row[3], "Khoa học" in row[4]) == (named, named)
        assert ("Partial: from 1 of 2" in row[3]) is True

    def test_who_gave_a_percentage_alone_is_named_by_the_same_rule(self, site: Site) -> None:
        both = [site.province.department, site.province.sister]
        made = site.province.round(ratio("DL.02", breakdown="unit"), units=both, subject="self")
        site.approve(made.submissions.get(unit=both[0]), cell("11"))
        open_to_all()
        said = row_of(everybody(), "DL.02")[3]
        assert said.endswith("Cannot be computed: some units reported only a percentage.")

    def test_why_there_is_no_figure_is_told_by_the_same_rule(self, site: Site) -> None:
        for code, rule in (("A.1", "public"), ("B.1", "unit")):
            report = site.province.submission(indicator(code, breakdown=rule))
            site.approve(report, cell(state="not_available", note=f"Vì sao {code}"))
        open_to_all()
        assert row_of(everybody(), "A.1")[3] == "No data Vì sao A.1"
        assert row_of(everybody(), "B.1")[3] == "No data"

    def test_a_unit_goes_by_the_name_of_the_period(self, site: Site, published: Submission) -> None:
        UnitSlice.objects.create(
            unit=site.province.department, name="Sở Số", kind="department", valid_from=date(2026, 1, 1)
        )
        assert row_of(everybody(), "HT.01")[4].startswith("Sở Khoa học và Công nghệ")


class TestCaches:
    def test_everybody_gets_the_same_and_no_cookie(self, site: Site, published: Submission) -> None:
        """A session, a chosen language and a password that waits to be changed make no difference."""
        clients = [Client(), browser(site.province.leader), browser(people.superuser())]
        clients[2].cookies["django_language"] = "en"
        site.province.leader.must_change_password = True
        site.province.leader.save()
        pages = [client.get("/public/") for client in clients]
        assert len({page.content for page in pages}) == 1
        for page in pages:
            assert (page.status_code, page.cookies.output(), page.headers["Content-Language"]) == (200, "", "vi")
            assert page.headers["Cache-Control"] == "public, max-age=300"
            assert "Cookie" not in page.headers.get("Vary", "")
        assert "csrf" not in pages[0].content.decode()

    def test_the_address_says_the_language(self, published: Submission) -> None:
        html = Client().get("/public/").content.decode()
        assert '<html lang="vi"' in html
        assert 'href="/public/?language=en"' in html
        html = everybody(period="2025-Q3").content.decode()
        assert '<html lang="en"' in html
        assert 'href="/public/?period=2025-Q3"' in html
        assert '<input type="hidden" name="language" value="en">' in html

    def test_it_is_light_and_needs_no_script(self, published: Submission) -> None:
        page = Client().get("/public/")
        assert len(gzip.compress(page.content)) < 25_000
        assert "<script" not in page.content.decode()

    def test_the_price_does_not_grow_with_the_figures(self, site: Site, django_assert_num_queries) -> None:
        for number, codes in enumerate((["HT.01"], ["HT.02", "HT.03", "HT.04"])):
            report = approved(site.province, *codes, window=quarter(2025, 3))
            publish(report.round, by=site.province.publisher)
            if number == 0:
                open_to_all()
            with counters.settled(), django_assert_num_queries(16):
                assert everybody().status_code == 200

    def test_who_is_logged_in_is_led_there_while_it_is_open(self, site: Site, published: Submission) -> None:
        link = '<a href="/public/">Public page</a>'
        assert link in site.summary().content.decode()
        PublicPage.objects.update(is_open=False)
        assert link not in site.summary().content.decode()


@pytest.mark.django_db(transaction=True)
class TestKept:
    """By the counts that triggers keep, so that a kept page is asked for anew once anything of it has changed."""

    @pytest.fixture
    def province(self, transactional_db) -> Province:
        return Province()

    def test_nothing_is_sent_again_until_a_publication(self, province: Province) -> None:
        report = approved(province, "HT.01", window=quarter(2025, 3))
        publish(report.round, by=province.publisher)
        open_to_all()
        kept = everybody().headers["ETag"]

        def again():
            return Client().get("/public/", {"language": "en"}, headers={"If-None-Match": kept})

        answer = again()
        assert (answer.status_code, answer.content) == (304, b"")
        assert (answer.headers["Cache-Control"], answer.cookies.output()) == ("public, max-age=300", "")
        later = approved(province, "HT.02", window=quarter(2025, 3))
        waiting = again().status_code  # an approval may change a figure that is published without a step of its own
        publish(later.round, by=province.publisher)
        assert (waiting, again().status_code) == (200, 200)
        assert row_of(again(), "HT.02")[1] == "5 km"

    @pytest.mark.parametrize(
        "change",
        [
            lambda: PublicPage.objects.update(is_open=False),
            lambda: Programme.objects.update(name="Tên mới"),
            lambda: Indicator.objects.update(name="Tên mới"),
            lambda: UnitSlice.objects.update(name="Tên mới"),
            lambda: RoundEvent.objects.create(
                round=Submission.objects.get().round, act="added", unit=Submission.objects.get().unit, reason="x"
            ),
        ],
        ids=["closed", "programme", "indicator", "unit", "unit added to the round"],
    )
    def test_any_change_of_what_it_shows_is_asked_for(self, province: Province, change) -> None:
        report = approved(province, "HT.01")
        publish(report.round, by=province.publisher)
        open_to_all()
        kept = Client().get("/public/").headers["ETag"]
        assert Client().get("/public/", headers={"If-None-Match": kept}).status_code == 304
        change()
        assert Client().get("/public/", headers={"If-None-Match": kept}).status_code in (200, 404)

    def test_each_address_and_each_setting_has_a_key_of_its_own(self, province: Province, settings) -> None:
        publish(approved(province, "HT.01").round, by=province.publisher)
        open_to_all()
        keys = {Client().get(f"/public/{query}").headers["ETag"] for query in ("", "?language=en", "?programme=P")}
        settings.SITE_UNIT = "Sở Khoa học và Công nghệ"
        assert len(keys | {Client().get("/public/").headers["ETag"]}) == 4
