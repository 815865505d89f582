"""One box finds units by every name they bore, indicators, and the reports that the asking person may open."""

import re
import unicodedata
from datetime import date, timedelta
from html import unescape

import pytest

from indicators.calendars import quarter
from indicators.clock import today
from indicators.models import Document, Succession, Unit, UnitAlias, UnitCode, UnitSlice
from tests import people
from tests.factories import cell, indicator, ratio, type_in, unit
from tests.indicators.pages import browser
from tests.reporting.conftest import Site, text_of

MERGED = date(2025, 7, 1)


def look_for(site: Site, text: str, **query):
    return site.client.get("/search/", {"q": text, **query})


def rows(response, kind: str) -> list[list[str]]:
    """The cells of one kind's table, in order."""
    section = (
        response.content.decode().partition(f'<section aria-labelledby="{kind}">')[2].partition("</section>")[0]
    )
    body = section.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", c)).split())
            for c in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)
    ]


def names(response, kind: str) -> list[str]:
    return [cells[0] for cells in rows(response, kind)]


@pytest.fixture
def merged(site: Site) -> Site:
    """03388 was Phường Quyết Tiến until Phường Đoàn Kết took it over, code and all."""
    old = unit("Phường Quyết Tiến", "commune", code="03388", parent=site.province.root)
    Unit.objects.filter(pk=old.pk).update(ended=MERGED)
    new = Unit.objects.create(began=MERGED)
    UnitSlice.objects.create(unit=new, name="Phường Đoàn Kết", kind="commune", parent=site.province.root)
    UnitCode.objects.create(unit=new, system="internal", code="03388", valid_from=MERGED)
    act = Document.objects.create(name="Nghị quyết 1670/NQ-UBTVQH15")
    Succession.objects.create(predecessor=old, successor=new, effective_on=MERGED, act=act, is_confirmed=True)
    return site


class TestUnits:
    @pytest.mark.parametrize(
        "text", ["quyet tien", "Quyết Tiến", "TIEN quyet", unicodedata.normalize("NFD", "Quyết")]
    )
    def test_an_ended_unit_is_found_and_says_what_it_became(self, merged: Site, text: str) -> None:
        page = look_for(merged, text)
        assert rows(page, "units") == [
            [
                "Phường Quyết Tiến 03388",
                "Commune, ward or township",
                "Ended, last day 30/06/2025",
                "From 01/07/2025 in: Phường Đoàn Kết",
            ]
        ]

    def test_its_link_leads_to_its_own_days(self, merged: Site) -> None:
        html = look_for(merged, "quyet tien").content.decode()
        links = re.findall(r'href="(/units/[^"]+)"', html)
        assert links == ["/units/03388/?on=2025-06-30", "/units/03388/?on=2025-07-01"]
        assert ["Phường Quyết Tiến" in text_of(merged.client.get(link)) for link in links] == [True, True]

    def test_a_code_finds_all_who_bore_it_the_living_first(self, merged: Site) -> None:
        page = look_for(merged, "03388")
        assert names(page, "units") == ["Phường Đoàn Kết 03388", "Phường Quyết Tiến 03388"]
        assert rows(page, "units")[0][2:] == ["since 01/07/2025", "On 01/07/2025 from: Phường Quyết Tiến"]

    @pytest.mark.parametrize(("text", "found"), [("doan ket", 1), ("đoàn kết", 1), ("ðoàn", 1), ("doanket", 0)])
    def test_case_tones_and_d_make_no_difference(self, merged: Site, text: str, found: int) -> None:
        assert len(rows(look_for(merged, text), "units")) == found

    def test_an_exact_code_and_an_exact_name_come_first(self, merged: Site) -> None:
        for name, code in (("Xã A 12 Bản", "A-1"), ("Xã A", "Z-9"), ("Xã B", "XA.A")):
            unit(name, "commune", code=code, parent=merged.province.root)
        assert names(look_for(merged, "xã a"), "units") == ["Xã A Z-9", "Xã A 12 Bản A-1", "Xã B XA.A"]
        assert names(look_for(merged, "xa.a"), "units") == ["Xã B XA.A"]

    def test_a_name_of_before_and_another_spelling_are_said(self, site: Site) -> None:
        renamed = site.province.sister
        UnitSlice.objects.create(
            unit=renamed,
            name="Sở Nội vụ",
            kind="department",
            parent=site.province.root,
            valid_from=date(2024, 3, 1),
        )
        UnitAlias.objects.create(unit=renamed, name="Sở N.V.")
        assert names(look_for(site, "tai chinh"), "units") == ["Sở Nội vụ LC-STC also found as: Sở Tài chính"]
        assert names(look_for(site, "n.v."), "units") == ["Sở Nội vụ LC-STC also found as: Sở N.V."]
        assert names(look_for(site, "noi vu"), "units") == ["Sở Nội vụ LC-STC"]

    def test_a_succession_that_is_not_established_says_so(self, merged: Site) -> None:
        Succession.objects.update(is_confirmed=False)
        assert rows(look_for(merged, "quyet tien"), "units")[0][3].endswith("Phường Đoàn Kết not confirmed")

    def test_a_unit_that_begins_later_goes_by_its_first_name(self, site: Site) -> None:
        later = Unit.objects.create(began=today() + timedelta(days=30))
        UnitSlice.objects.create(unit=later, name="Trung tâm Mới", kind="department", valid_from=later.began)
        assert rows(look_for(site, "trung tam moi"), "units")[0][2] == f"since {later.began:%d/%m/%Y}"


class TestIndicators:
    def test_by_code_and_by_words_with_group_and_unit_of_measure(self, site: Site) -> None:
        indicator("HT.01", name="Chiều dài cáp quang", group="HT")
        ratio("HT.10", name="Tỷ lệ thôn có cáp quang", group="HT")
        assert rows(look_for(site, "cap quang"), "indicators") == [
            ["Chiều dài cáp quang HT.01", "Nhóm HT", "km"],
            ["Tỷ lệ thôn có cáp quang HT.10", "Nhóm HT", "%"],
        ]
        assert names(look_for(site, "ht.10"), "indicators") == ["Tỷ lệ thôn có cáp quang HT.10"]
        assert names(look_for(site, "thôn HT"), "indicators") == ["Tỷ lệ thôn có cáp quang HT.10"]

    def test_the_exact_code_comes_first_and_its_kind_before_the_others(self, site: Site) -> None:
        for code in ("A.HT.1", "HT.1", "HT.10"):
            indicator(code)
        unit("Trạm HT.1", code="TRAM", parent=site.province.root)
        page = look_for(site, "HT.1")
        assert names(page, "indicators") == ["Chỉ tiêu HT.1 HT.1", "Chỉ tiêu HT.10 HT.10", "Chỉ tiêu A.HT.1 A.HT.1"]
        assert [group.kind for group in page.context["found"].groups] == ["indicators", "units"]


@pytest.fixture
def reports(site: Site) -> Site:
    """One report of each department in two quarters; the newest of the first is a draft."""
    both = [site.province.department, site.province.sister]
    asked = indicator("HT.01")
    for window in (quarter(2025, 2), quarter(2025, 3)):
        made = site.province.round(asked, units=both, window=window)
        type_in(made.submissions.get(unit=both[0]), cell("5"), by=site.province.reporter)
    return site


class TestReports:
    def test_whoever_enters_finds_the_own_reports_by_unit_form_and_period(self, reports: Site) -> None:
        reports.log_in(reports.province.reporter)
        page = look_for(reports, "khoa hoc 02/CĐS quarter III/2025")
        assert [cells[1:3] for cells in rows(page, "reports")] == [
            ["Sở Khoa học và Công nghệ", "Quarter III/2025"],
        ]
        assert rows(page, "reports")[0][3].startswith("Draft")
        assert [cells[2] for cells in rows(look_for(reports, "khoa hoc"), "reports")] == [
            "Quarter III/2025",
            "Quarter II/2025",
        ]
        assert len(rows(look_for(reports, "2025-Q2"), "reports")) == 1

    @pytest.mark.parametrize(
        ("who", "found"),
        [("reporter", 2), ("unit_leader", 2), ("outsider", 2), ("verifier", 4), ("approver", 4), ("leader", 0)],
    )
    def test_each_finds_what_he_or_she_may_open(self, reports: Site, who: str, found: int) -> None:
        """Readers read what is published; a report is nothing of theirs."""
        client = browser(getattr(reports.province, who))
        page = client.get("/search/", {"q": "báo cáo"})
        assert page.context["found"].counts["reports"] == found
        addresses = re.findall(r'href="(/submissions/\d+/)"', page.content.decode())
        assert len(addresses) == found
        assert {client.get(address).status_code for address in addresses} <= {200, 302}

    def test_a_role_that_has_ended_finds_nothing(self, reports: Site) -> None:
        reports.province.reporter.memberships.update(valid_until=today())
        page = browser(reports.province.reporter).get("/search/", {"q": "báo cáo"})
        assert page.context["found"].counts["reports"] == 0

    def test_a_report_goes_by_the_name_its_unit_bore_then(self, reports: Site) -> None:
        UnitSlice.objects.create(
            unit=reports.province.department,
            name="Sở Số hóa",
            kind="department",
            parent=reports.province.root,
            valid_from=today(),
        )
        reports.log_in(reports.province.reporter)
        assert [cells[1] for cells in rows(look_for(reports, "so hoa"), "reports")] == [
            "Sở Khoa học và Công nghệ"
        ] * 2


class TestTheBox:
    def test_it_stands_on_every_page_of_whoever_is_logged_in(self, site: Site) -> None:
        html = site.summary().content.decode()
        form = re.search(
            r'<form class="find" method="get" action="/search/" role="search">(.*?)</form>', html, re.S
        )[1]
        assert '<label for="find" class="unseen">Search units, indicators and reports</label>' in form
        assert "csrf" not in form
        site.client.logout()
        assert 'class="find"' not in site.client.get("/accounts/login/").content.decode()
        assert site.client.get("/search/?q=so").headers["Location"] == "/accounts/login/?next=/search/%3Fq%3Dso"

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ("", "Type what to look for."),
            ("?q=", "Type what to look for."),
            ("?q=%20%20", "Type what to look for."),
            ("?q=a", "Type at least two letters or digits."),
            ("?q=%E2%80%8B%E2%80%8B", "Type at least two letters or digits."),
            ("?q=" + "a" * 5000, "At most 100 characters are looked for; 5000 were sent."),
            ("?q=so%00tai", "The text holds a character that cannot be looked for."),
        ],
    )
    def test_what_cannot_be_looked_for_is_said_with_what_can(self, site: Site, query: str, sentence: str) -> None:
        page = site.client.get(f"/search/{query}")
        assert page.status_code == 200
        assert f"Search {sentence} What can be looked for" in text_of(page)
        assert "\0" not in page.content.decode()

    @pytest.mark.parametrize(
        "text",
        ["%%", "__", "\\\\", "' OR 1=1 --", "<script>alert(1)</script>", "a b c d e f g h i j k l m", "🙂🙂"],
    )
    def test_hostile_text_finds_nothing_and_stays_text(self, merged: Site, text: str) -> None:
        page = look_for(merged, text)
        assert page.context["found"].is_empty
        assert "<script>alert" not in page.content.decode()
        assert f"No unit, no indicator and no report that this account may open matches “{text}”." in text_of(page)

    def test_what_was_typed_stays_in_the_box(self, site: Site) -> None:
        assert 'value="&quot;Sở&quot; tài"' in look_for(site, '"Sở" tài').content.decode()


class TestManyRows:
    @pytest.fixture
    def many(self, site: Site) -> Site:
        for number in range(30):
            unit(f"Xã Bản {number:02}", "commune", code=f"X{number:02}", parent=site.province.root)
        return site

    def test_the_first_are_shown_with_the_way_to_the_rest(self, many: Site) -> None:
        page = look_for(many, "xa ban")
        assert len(rows(page, "units")) == 8
        assert '<a href="?q=xa%20ban&amp;only=units">22 more</a>' in page.content.decode()

    def test_one_kind_goes_page_by_page(self, many: Site) -> None:
        first, second = look_for(many, "xa ban", only="units"), look_for(many, "xa ban", only="units", page=2)
        assert [len(rows(page, "units")) for page in (first, second)] == [25, 5]
        assert not set(names(first, "units")) & set(names(second, "units"))
        assert 'rel="next" href="?q=xa%20ban&amp;only=units&amp;page=2"' in " ".join(first.content.decode().split())
        assert "None of this kind." in text_of(look_for(many, "xa ban", only="reports"))

    @pytest.mark.parametrize("query", [{"only": "users"}, {"only": "units", "page": "x"}, {"page": "-1"}])
    def test_an_odd_address_is_answered_all_the_same(self, many: Site, query: dict[str, str]) -> None:
        assert len(rows(look_for(many, "xa ban", **query), "units")) in (8, 25)

    def test_the_price_does_not_grow_with_the_rows(self, reports: Site, django_assert_num_queries) -> None:
        def one_more(number: int) -> None:
            """An indicator, and a unit with a report, which took over from one that ended."""
            made = unit(f"Sở {number}", parent=reports.province.root)
            reports.province.round(indicator(f"SO.{number}", name="Sở"), units=[made])
            old = unit(f"Sở cũ {number}", parent=reports.province.root)
            Unit.objects.filter(pk=old.pk).update(ended=MERGED)
            Succession.objects.create(predecessor=old, successor=made, effective_on=MERGED)

        client = browser(reports.province.verifier)
        for numbers, found in (([0], (4, 1, 5)), ([1, 2], (8, 3, 7))):
            for number in numbers:
                one_more(number)
            with django_assert_num_queries(13):
                page = client.get("/search/", {"q": "sở"})
            assert tuple(page.context["found"].counts.values()) == found


def test_a_rival_company_finds_no_report_of_its_competitors(site: Site) -> None:
    """domain.md 41: neither rows nor counts, by name, code, form or period, and nothing of what was typed."""
    companies = {name: unit(name, "company", parent=site.province.root) for name in ("VNPT", "Viettel")}
    made = site.province.round(
        indicator("DL.01", source_kind="company", breakdown="unit"),
        units=list(companies.values()),
        subject="self",
        window=quarter(2025, 3),
    )
    officers = {name: people.person(f"of {name}", each, "reporter") for name, each in companies.items()}
    owned = made.submissions.get(unit=companies["VNPT"])
    canary = type_in(owned, cell("4815162", note="Ẩn số"), by=officers["VNPT"])
    rival, owner = browser(officers["Viettel"]), browser(officers["VNPT"])
    for text in ("vnpt", "vnpt 2025", "bao cao", "2025-Q3", made.form.code, "4815162", "ẩn số"):
        pages = [
            client.get("/search/", {"q": text, "only": only}) for client in (rival,) for only in ("", "reports")
        ]
        for page in pages:
            html = page.content.decode()
            assert f"/submissions/{canary.pk}/" not in html
            assert "4.815.162" not in html
            assert page.context["found"].counts["reports"] == (
                1 if text in ("bao cao", "2025-Q3", made.form.code) else 0
            )
    assert f"/submissions/{canary.pk}/" in owner.get("/search/", {"q": "vnpt"}).content.decode()
