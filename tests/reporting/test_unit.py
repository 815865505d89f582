"""One unit: whom a code means on a day, where it stands, what it reports, and whose figures a reader sees."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from indicators.calendars import quarter
from indicators.clock import now, today
from indicators.models import (
    Document,
    IndicatorGroup,
    Round,
    Submission,
    Succession,
    Unit,
    UnitCode,
    UnitSlice,
)
from tests import people
from tests.factories import cell, indicator, unit
from tests.reporting.conftest import Site, text_of

CHANGE = date(2025, 7, 1)
SECRET = "987.654"


def page_of(site: Site, code: str, **query):
    return site.client.get(f"/units/{code}/", query)


def rows(response, heading: str) -> list[list[str]]:
    """The body of the table in the section with that id, cells as text."""
    section = response.content.decode().partition(f'aria-labelledby="{heading}"')[2].partition("</section>")[0]
    body = re.search(r"<tbody>(.*?)</tbody>", section, re.S)[1]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", body, re.S)]
    return [[" ".join(unescape(re.sub(r"<[^>]+>", " ", c)).split()) for c in row] for row in cells]


@pytest.fixture
def wards(site: Site) -> tuple[Unit, Unit]:
    """03388 was Phường Quyết Tiến, and is Phường Đoàn Kết (domain.md 1)."""
    old = unit("Phường Quyết Tiến", "commune", code="03388", parent=site.province.root)
    Unit.objects.filter(pk=old.pk).update(ended=CHANGE)
    new = Unit.objects.create(began=CHANGE)
    parent = site.province.root
    UnitSlice.objects.create(
        unit=new, name="Phường Đoàn Kết", kind="commune", parent=parent, valid_from=CHANGE, is_confirmed=False
    )
    UnitCode.objects.create(unit=new, system="internal", code="03388", valid_from=CHANGE)
    return old, new


class TestWhichUnit:
    def test_without_a_day_it_is_todays(self, site: Site, wards) -> None:
        page = page_of(site, "03388")
        assert "<h1>Phường Đoàn Kết</h1>" in page.content.decode()
        assert f"The unit as it stood on {today():%d/%m/%Y}" in text_of(page)

    @pytest.mark.parametrize("day", ["2025-06-30", "30/06/2025", "30/6/2025"])
    def test_a_day_says_who_it_was(self, site: Site, wards, day: str) -> None:
        said = text_of(page_of(site, "03388", on=day))
        assert "Phường Quyết Tiến" in said
        assert "The unit as it stood on 30/06/2025" in said
        assert "The unit ended; 01/07/2025 is the first day without it." in said

    def test_a_period_means_its_cut_off_and_a_day_overrides_it(self, site: Site, wards) -> None:
        site.province.round(indicator("A"), window=quarter(2025, 2))
        page = page_of(site, "03388", period="2025-Q2")
        assert "<h1>Phường Quyết Tiến</h1>" in page.content.decode()
        assert '<option value="2025-Q2" selected>' in page.content.decode()
        page = page_of(site, "03388", period="2025-Q2", on="2026-01-01")
        assert "<h1>Phường Đoàn Kết</h1>" in page.content.decode()

    @pytest.mark.parametrize("day", ["2025-02-30", "yesterday", "1800-01-01", "\0", "<script>", "2025-06-30'"])
    def test_a_bad_day_is_not_found_and_says_so(self, site: Site, wards, day: str) -> None:
        page = page_of(site, "03388", on=day)
        assert page.status_code == 404
        assert "is not a day that can be shown" in text_of(page)
        assert "<script>" not in page.content.decode()

    def test_a_bad_period_is_not_found_and_says_so(self, site: Site, wards) -> None:
        page = page_of(site, "03388", period="2019-Q1")
        assert (page.status_code, "There is no reporting period" in text_of(page)) == (404, True)

    def test_a_code_of_nobody_today_says_who_bore_it_when(self, site: Site, wards) -> None:
        _old, new = wards
        Unit.objects.filter(pk=new.pk).update(ended=date(2026, 1, 1))
        page = page_of(site, "03388")
        said = text_of(page)
        assert page.status_code == 404
        assert f"On {today():%d/%m/%Y} the code 03388 means no unit." in said
        assert "Phường Quyết Tiến to the end of 30/06/2025" in said
        assert "Phường Đoàn Kết from 01/07/2025 to the end of 31/12/2025" in said
        links = re.findall(r'href="(/units/[^"]+)"', page.content.decode())
        assert links == ["/units/03388/?on=2025-06-30", "/units/03388/?on=2025-12-31"]
        assert [site.client.get(link).status_code for link in links] == [200, 200]

    def test_a_code_of_the_future_leads_to_its_first_day(self, site: Site) -> None:
        coming = Unit.objects.create(began=today() + timedelta(9))
        UnitSlice.objects.create(unit=coming, name="Xã Mới", kind="commune", valid_from=coming.began)
        UnitCode.objects.create(unit=coming, system="internal", code="09999", valid_from=coming.began)
        page = page_of(site, "09999")
        assert (page.status_code, f"Xã Mới since {coming.began:%d/%m/%Y}" in text_of(page)) == (404, True)
        [link] = re.findall(r'href="(/units/[^"]+)"', page.content.decode())
        assert site.client.get(link).status_code == 200

    def test_a_code_that_a_unit_gave_up_says_until_when(self, site: Site) -> None:
        mine = site.province.department
        UnitCode.objects.create(unit=mine, system="internal", code="H35.10", valid_from=CHANGE)
        page = page_of(site, "LC-SKHCN")
        said = "Sở Khoa học và Công nghệ to the end of 30/06/2025"
        assert (page.status_code, said in text_of(page)) == (404, True)

    @pytest.mark.parametrize("code", ["99999", "%00", "%3Cscript%3E"])
    def test_a_code_that_nobody_ever_had_says_so(self, site: Site, code: str) -> None:
        page = page_of(site, code)
        assert (page.status_code, "and none had it before" in text_of(page)) == (404, True)
        assert "<script>" not in page.content.decode()

    def test_strangers_are_sent_to_the_login(self, client, province) -> None:
        page = client.get("/units/12/")
        assert (page.status_code, page["Location"]) == (302, "/accounts/login/?next=/units/12/")

    def test_it_is_read_only(self, site: Site) -> None:
        assert site.client.post("/units/12/").status_code == 405


class TestWhereItStands:
    def test_what_is_not_established_says_so(self, site: Site, wards) -> None:
        assert "not confirmed" in text_of(page_of(site, "03388"))
        assert "not confirmed" not in text_of(page_of(site, "03388", on="2025-06-30"))

    def test_kind_code_and_parent_stand_above_the_name(self, site: Site, wards) -> None:
        page = page_of(site, "03388", on="2025-06-30")
        above = "Tỉnh Lai Châu › Commune, ward or township 03388 Phường Quyết Tiến Reporting period"
        assert above in text_of(page)
        assert 'href="/units/12/?on=2025-06-30"' in page.content.decode()

    def test_names_and_codes_have_their_days(self, site: Site) -> None:
        mine = site.province.department
        UnitSlice.objects.create(unit=mine, name="Sở Công nghệ số", kind="department", valid_from=CHANGE)
        UnitCode.objects.create(unit=mine, system="agency", code="H35.10", valid_from=CHANGE)
        said = text_of(page_of(site, "H35.10"))
        assert "<h1>" not in said
        assert "Department or agency Sở Khoa học và Công nghệ to the end of 30/06/2025" in said
        assert "Sở Công nghệ số since 01/07/2025" in said
        assert "Code of this system LC-SKHCN Agency code (Decision 20/2020) H35.10 since 01/07/2025" in said

    def test_before_and_after_are_links_with_day_and_act(self, site: Site, wards) -> None:
        old, new = wards
        act = Document.objects.create(name="Nghị quyết 1670/NQ-UBTVQH15", signed_on=date(2025, 6, 16))
        Succession.objects.create(predecessor=old, successor=new, effective_on=CHANGE, act=act, is_confirmed=True)
        page = page_of(site, "03388")
        told = "Phường Quyết Tiến 01/07/2025 · Nghị quyết 1670/NQ-UBTVQH15 (16/06/2025)"
        assert f"Predecessors and successors Took over from {told} Only approved" in text_of(page)
        assert 'href="/units/03388/?on=2025-06-30"' in page.content.decode()
        page = page_of(site, "03388", on="2025-06-30")
        assert "Taken over by Phường Đoàn Kết 01/07/2025" in text_of(page)
        assert 'href="/units/03388/?on=2025-07-01"' in page.content.decode()
        assert "divided" not in text_of(page)

    def test_a_succession_without_a_document_is_not_confirmed(self, site: Site, wards) -> None:
        Succession.objects.create(predecessor=wards[0], successor=wards[1], effective_on=CHANGE)
        assert "Phường Quyết Tiến 01/07/2025 not confirmed Only approved" in text_of(page_of(site, "03388"))

    def test_history_of_a_divided_unit_is_not_rebuilt(self, site: Site, wards) -> None:
        old, new = wards
        other = unit("Xã Khác", "commune", parent=site.province.root)
        for before, after in ((old, new), (old, other)):
            Succession.objects.create(predecessor=before, successor=after, effective_on=CHANGE)
        assert "cannot be rebuilt" not in text_of(page_of(site, "03388", on="2025-06-30"))
        Succession.objects.create(predecessor=site.province.sister, successor=other, effective_on=CHANGE)
        assert "cannot be rebuilt" in text_of(page_of(site, "03388", on="2025-06-30"))

    def test_a_unit_that_nobody_preceded_says_so(self, site: Site) -> None:
        assert "None is recorded." in text_of(page_of(site, "LC-STC"))

    def test_children_are_those_of_the_day_counted_by_kind(self, site: Site, wards) -> None:
        page = page_of(site, "12", on="2025-06-30")
        assert "Commune, ward or township: 1 · Department or agency: 3" in text_of(page)
        assert rows(page, "children") == [
            ["Phường Quyết Tiến", "Commune, ward or township", "03388"],
            ["Sở Khoa học và Công nghệ", "Department or agency", "LC-SKHCN"],
            ["Sở Tài chính", "Department or agency", "LC-STC"],
            ["Văn phòng UBND tỉnh", "Department or agency", "LC-VPUBND"],
        ]
        assert rows(page_of(site, "12"), "children")[0][0] == "Phường Đoàn Kết"
        assert "Units directly under it" not in text_of(page_of(site, "03388"))

    def test_more_than_a_page_of_children_is_paged(self, site: Site) -> None:
        for n in range(23):
            unit(f"Xã {n:02}", "commune", parent=site.province.root)
        first, second = page_of(site, "12"), page_of(site, "12", **{"children-page": "2"})
        assert (len(rows(first, "children")), len(rows(second, "children"))) == (25, 1)

    @pytest.mark.parametrize("key", ["name", "kind", "code"])
    def test_children_sort_both_ways(self, site: Site, wards, key: str) -> None:
        up = rows(page_of(site, "12", **{"children-sort": key}), "children")
        down = rows(page_of(site, "12", **{"children-sort": f"-{key}"}), "children")
        assert (len(up), [r[0] for r in down]) == (4, [r[0] for r in up][::-1])


class TestWhatItReports:
    @pytest.fixture
    def reported(self, site: Site) -> Site:
        """Overdue in Q3/2026, a day late in Q2/2026, from the archive in Q4/2022."""
        made = [
            site.province.round(indicator(f"A{number}"), due_in=due, window=quarter(*window))
            for number, (due, window) in enumerate(((-3, (2026, 3)), (-40, (2026, 2)), (0, (2022, 4))))
        ]
        Submission.objects.filter(round=made[1]).update(handed_in_at=now() - timedelta(39))
        Round.objects.filter(pk=made[2].pk).update(is_archival=True, due_on=None, source_document="Báo cáo 9")
        Submission.objects.filter(round=made[2]).update(due_on=None)
        return site

    def test_stands_newest_first_in_words(self, reported: Site) -> None:
        page = page_of(reported, "LC-SKHCN")
        at = f"{(now() - timedelta(39)).astimezone():%d/%m/%Y}"
        found = rows(page, "reports")
        assert [[r[1], r[2], r[3][:10], r[4]] for r in found] == [
            ["Quarter III/2026", f"{today() - timedelta(3):%d/%m/%Y}", "–", "Overdue by 3 days"],
            ["Quarter II/2026", f"{today() - timedelta(40):%d/%m/%Y}", at, "1 day late"],
            ["Quarter IV/2022", "–", "–", "No due date"],
        ]
        assert found[2][0] == "Báo cáo chuyển đổi số 03/CĐS Entered from archived documents: Báo cáo 9"
        assert "Reports sent: 1/3; on time: 0/2" in text_of(page)

    def test_an_illustration_says_so(self, reported: Site) -> None:
        assert "Illustration" not in text_of(page_of(reported, "LC-SKHCN"))
        Round.objects.filter(is_archival=False).update(is_illustrative=True)
        page = page_of(reported, "LC-SKHCN")
        assert "made up to show the system" in text_of(page)
        assert rows(page, "reports")[0][0] == "Báo cáo chuyển đổi số 01/CĐS · Illustration"

    @pytest.mark.parametrize("key", ["report", "period", "due", "sent", "status"])
    def test_sorts_both_ways(self, reported: Site, key: str) -> None:
        up = rows(page_of(reported, "LC-SKHCN", **{"reports-sort": key}), "reports")
        down = rows(page_of(reported, "LC-SKHCN", **{"reports-sort": f"-{key}"}), "reports")
        assert (len(up), len(down)) == (3, 3)
        assert down[0] in up[1:]

    def test_a_unit_of_which_nothing_is_expected_says_so(self, site: Site) -> None:
        assert "No report is expected of this unit." in text_of(page_of(site, "LC-STC"))

    def test_companies_do_not_see_whether_others_reported(self, reported: Site) -> None:
        company = unit("VNPT", "company", parent=reported.province.root)
        reported.log_in(people.person("officer of VNPT", company, "reporter"))
        said = text_of(page_of(reported, "LC-SKHCN"))
        assert "Whether other units have reported is shown to state bodies only." in said
        assert ("Overdue" in said, "on time:" in said) == (False, False)
        assert "Whether other units" not in text_of(page_of(reported, "VNPT"))


class TestItsFigures:
    def approve(self, site: Site, *figures: str, window=None, owner: Unit | None = None, **definition) -> None:
        owner = owner or site.province.department
        asked = [indicator(f"HT.{window.label if window else ''}{f}", **definition) for f in figures]
        made = site.province.round(*asked, units=[owner], subject="self", window=window)
        site.approve(made.submissions.get(), *[cell(figure) for figure in figures])

    def test_are_as_written_and_lead_to_their_indicator(self, site: Site) -> None:
        self.approve(site, "14433", window=quarter(2026, 1))
        page = page_of(site, "LC-SKHCN")
        assert rows(page, "figures") == [
            ["Chỉ tiêu HT.2026-Q114433 HT.2026-Q114433", "14.433 km", "Quarter I/2026"]
        ]
        assert 'href="/indicators/HT.2026-Q114433/?period=2026-Q1"' in page.content.decode()

    def test_are_of_the_newest_period_begun_by_the_day_or_of_the_chosen_one(self, site: Site) -> None:
        for number, figure in ((1, "11"), (2, "22"), (3, "33")):
            self.approve(site, figure, window=quarter(2026, number))
        for query, expected in (({}, "33"), ({"on": "2026-06-14"}, "22"), ({"period": "2026-Q1"}, "11")):
            assert rows(page_of(site, "LC-SKHCN", **query), "figures")[0][1] == f"{expected} km"

    def test_what_is_not_published_never_shows(self, site: Site) -> None:
        made = site.province.round(indicator("HT.01"), subject="self", asks_publication=True)
        site.approve(made.submissions.get(), cell("987654"))
        said = text_of(page_of(site, "LC-SKHCN"))
        assert (SECRET in said, "Nothing has been published yet." in said) == (False, True)

    def test_what_another_reported_about_it_names_the_reporter(self, site: Site) -> None:
        for name in ("Xã Mù Cả", "Xã Tà Tổng"):
            unit(name, "commune", parent=site.province.root)
        made = site.province.round(indicator("XH.02"), subject="each_commune")
        site.approve(made.submissions.get(), cell("3"), cell("4"))
        [found] = rows(page_of(site, "Xã Mù Cả"), "figures")
        assert found[:2] == ["Chỉ tiêu XH.02 XH.02 · reported by Sở Khoa học và Công nghệ", "3 km"]
        both = rows(page_of(site, "LC-SKHCN"), "figures")
        assert [r[0] for r in both] == [f"Chỉ tiêu XH.02 XH.02 · about {n}" for n in ("Xã Mù Cả", "Xã Tà Tổng")]

    def test_prose_is_not_among_them(self, site: Site) -> None:
        told = indicator("TM.01", value_kind="text", unit_of_measure="", over_units="none", lower_bound=None)
        made = site.province.round(told, subject="self")
        site.approve(made.submissions.get(), cell(state="reported", text="Kết quả nổi bật"))
        assert "Kết quả nổi bật" in text_of(page_of(site, "LC-SKHCN"))  # it stands in a programme
        told.programme_places.all().delete()
        assert "Kết quả nổi bật" not in text_of(page_of(site, "LC-SKHCN"))

    @pytest.mark.parametrize(
        ("breakdown", "leader", "company"), [("public", True, True), ("state", True, False), ("unit", False, False)]
    )
    def test_are_hidden_from_whom_the_breakdown_bars(
        self, site: Site, breakdown: str, leader: bool, company: bool
    ) -> None:
        self.approve(site, "987654", breakdown=breakdown)
        vnpt = unit("VNPT", "company", parent=site.province.root)
        readers = {
            site.province.leader: leader,
            people.person("officer of VNPT", vnpt, "reporter"): company,
            site.people_of(site.province.department)[0]: True,
            site.province.verifier: True,
            people.superuser(): True,
        }
        for reader, sees in readers.items():
            site.log_in(reader)
            said = text_of(page_of(site, "LC-SKHCN"))
            assert (SECRET in said, "are not shown here" in said) == (sees, not sees), reader.username

    def test_names_are_escaped(self, site: Site, wards) -> None:
        self.approve(site, "5", owner=wards[1])
        hostile = "<script>alert('x')</script>"
        UnitSlice.objects.update(name=hostile)
        IndicatorGroup.objects.update(name=hostile)
        html = page_of(site, "03388").content.decode()
        assert "<script>alert" not in html
        assert "<h1>&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;</h1>" in html

    @pytest.mark.parametrize("key", ["indicator", "value", "period"])
    def test_sort_both_ways(self, site: Site, key: str) -> None:
        self.approve(site, "11", "7")
        up = rows(page_of(site, "LC-SKHCN", **{"figures-sort": key}), "figures")
        down = rows(page_of(site, "LC-SKHCN", **{"figures-sort": f"-{key}"}), "figures")
        assert (sorted(r[1] for r in up), len(down)) == (["11 km", "7 km"], 2)
        if key != "period":
            assert down == up[::-1]


def test_the_summary_links_who_has_not_reported(site: Site) -> None:
    site.province.round(indicator("A"), window=quarter(2026, 1))
    assert 'href="/units/LC-SKHCN/?on=2026-03-14"' in site.summary().content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_takes_the_same_queries_for_one_row_and_three(site: Site, after_an_approval, count: int) -> None:
    district = unit("Huyện Mường Tè", "district", code="107", parent=site.province.root)
    for n in range(count):
        child = unit(f"Xã {n}", "commune", parent=district)
        Succession.objects.create(predecessor=child, successor=district, effective_on=CHANGE)
        asked = [indicator(f"A{n}{place}") for place in range(count)]
        made = site.province.round(*asked, units=[district], subject="self", window=quarter(2026, n + 1))
        site.approve(made.submissions.get(), *[cell("5")] * count)
    page = after_an_approval(6, lambda: page_of(site, "107"))
    assert [len(rows(page, name)) for name in ("reports", "figures", "children")] == [count] * 3
