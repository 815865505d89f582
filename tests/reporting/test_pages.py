"""The readers' pages in both languages, with hostile names, and with the units' names of the period's own day."""

import gzip
from datetime import timedelta

import pytest
from django.conf import settings

from indicators.calendars import quarter
from indicators.clock import now, today
from indicators.models import Indicator, IndicatorGroup, ReportingForm, Round, Submission, Unit, UnitSlice
from reporting import asked, queries
from tests import people
from tests.factories import cell, indicator, perform, unit
from tests.reporting.conftest import Site, row_of, text_of

HOSTILE = "<script>alert('x')</script>"
ESCAPED = "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;"


def in_vietnamese(site: Site) -> Site:
    site.client.cookies["django_language"] = "vi"
    return site


def rename(renamed: Unit, name: str, valid_from) -> None:
    old = renamed.slices.latest("valid_from")
    UnitSlice.objects.create(unit=renamed, name=name, kind=old.kind, parent_id=old.parent_id, valid_from=valid_from)


class TestInVietnamese:
    def test_the_summary_is_vietnamese(self, site: Site) -> None:
        made = site.province.round(indicator("HT.01"), indicator("HT.02"), window=quarter(2025, 3))
        site.approve(made.submissions.get(), cell("14433", qualifier="nearly"), cell(state="not_applicable"))
        page = in_vietnamese(site).summary()
        assert '<html lang="vi"' in page.content.decode()
        assert row_of(page, "HT.01")[1:4] == ["gần 14.433 km", "1/1", "Chưa có mục tiêu"]
        assert row_of(page, "HT.02")[1:4] == ["–", "–", "Không thuộc phạm vi"]
        assert "1/1 chỉ tiêu có số liệu; chưa nhập mục tiêu của tỉnh" in text_of(page)
        assert "Toàn bộ 2 chỉ tiêu" in text_of(page)
        assert '<option value="2025-Q3" selected>Quý III/2025</option>' in page.content.decode()

    def test_a_partial_figure_says_who_is_missing(self, site: Site) -> None:
        both = [site.province.department, site.province.sister]
        made = site.province.round(indicator("DL.01"), units=both, subject="self")
        site.approve(made.submissions.get(unit=both[0]), cell("11"))
        said = row_of(in_vietnamese(site).summary(), "DL.01")[3]
        assert said == "Chưa có mục tiêu Mới tổng hợp từ 1/2 đơn vị; còn thiếu: Sở Tài chính"

    def test_the_page_of_an_indicator_is_vietnamese(self, site: Site) -> None:
        site.approve(site.province.submission(indicator("HT.01")), cell("5", status="estimate"))
        said = text_of(in_vietnamese(site).indicator("HT.01"))
        for sentence in (
            "Toàn cảnh › Nhóm HT › HT.01 Chỉ tiêu HT.01",
            "5 km Ước thực hiện",
            "Diễn biến qua các kỳ",
            "Nguồn gốc số liệu Ghi đúng như nguồn duy nhất báo cáo, không tính toán thêm.",
        ):
            assert sentence in said

    def test_an_adjustment_is_told_in_vietnamese(self, site: Site) -> None:
        submission = site.approve(site.province.submission(indicator("HT.01")), cell("5"))
        submission = perform("reopen", submission, by=site.province.approver, comment="Đếm trùng.")
        site.approve(submission, cell("6"))
        day = f"{now().astimezone():%d/%m/%Y}"
        said = text_of(in_vietnamese(site).indicator("HT.01"))
        assert f"Đã điều chỉnh ngày {day}: từ 5 km thành 6 km. Lý do: Đếm trùng." in said

    def test_an_unknown_period_is_refused_in_vietnamese(self, site: Site) -> None:
        site.province.submission(indicator("HT.01"))
        page = in_vietnamese(site).summary(period="2019-Q1")
        assert page.status_code == 404
        assert "Không có kỳ báo cáo “2019-Q1”." in text_of(page)


class TestHostileNames:
    @pytest.fixture
    def hostile(self, site: Site) -> Site:
        """Every name a reader can see, each a script."""
        wanted = indicator("HT.01", name=HOSTILE, lead_unit=site.province.sister, unit_of_measure=HOSTILE)
        UnitSlice.objects.filter(unit__in=[site.province.department, site.province.sister]).update(name=HOSTILE)
        IndicatorGroup.objects.update(name=HOSTILE)
        both = [site.province.department, site.province.sister]
        made = site.province.round(wanted, units=both, subject="self")
        ReportingForm.objects.update(name=HOSTILE, contact=HOSTILE)
        submission = site.approve(made.submissions.get(unit=both[0]), cell("5", note=HOSTILE))
        submission = perform("reopen", submission, by=site.province.approver, comment=HOSTILE)
        site.approve(submission, cell("6", note=HOSTILE))
        return site

    def test_are_text_on_the_summary(self, hostile: Site) -> None:
        html = hostile.summary().content.decode()
        assert "<script>alert" not in html
        # name, unit of measure, lead, missing unit, group; owed unit, form and contact; of what was adjusted the
        # old and the new figure with their unit of measure, whose it is and why
        assert html.count(ESCAPED) == 12

    def test_are_text_on_the_page_of_the_indicator(self, hostile: Site) -> None:
        html = hostile.indicator("HT.01").content.decode()
        assert "<script>alert" not in html
        assert f"<h1>{ESCAPED}</h1>" in html
        assert f"Reason: {ESCAPED}" in html

    def test_a_code_with_a_slash_and_a_query_still_opens(self, site: Site) -> None:
        site.province.round(indicator("HT/01 &?#"))
        html = site.summary().content.decode()
        assert 'href="/indicators/HT/01%20&amp;%3F%23/?period=' in html
        assert site.client.get("/indicators/HT/01%20&%3F%23/").status_code == 200

    def test_a_text_asked_for_is_cut_and_escaped(self, site: Site) -> None:
        site.province.submission(indicator("HT.01"))
        page = site.summary(period=HOSTILE + "x" * 500)
        assert page.status_code == 404
        assert "<script>alert" not in page.content.decode()
        assert "x" * 20 not in text_of(page)


class TestNamesOfTheDay:
    @pytest.fixture
    def renamed(self, site: Site) -> Site:
        """The department reports in two quarters and has another name since 15/9/2025, the second's first day."""
        wanted = indicator("HT.01", lead_unit=site.province.department)
        rename(site.province.department, "Sở Công nghệ số", "2025-09-15")
        for number, figure in ((3, "5"), (4, "6")):
            made = site.province.round(wanted, window=quarter(2025, number))
            site.approve(made.submissions.get(), cell(figure))
        return site

    @pytest.mark.parametrize(
        ("label", "figure", "name"),
        [("2025-Q3", "5 km", "Sở Khoa học và Công nghệ"), ("2025-Q4", "6 km", "Sở Công nghệ số")],
    )
    def test_each_period_calls_a_unit_as_on_its_own_last_day(
        self, renamed: Site, label: str, figure: str, name: str
    ) -> None:
        found = row_of(renamed.summary(period=label), "HT.01")
        assert (found[1], found[4]) == (figure, name)
        said = text_of(renamed.indicator("HT.01", period=label))
        assert f"Lead unit {name}" in said
        assert ("Sở Công nghệ số" in said, "Sở Khoa học và Công nghệ" in said) == (
            name == "Sở Công nghệ số",
            name == "Sở Khoa học và Công nghệ",
        )

    def test_who_has_not_reported_is_called_as_on_the_cut_off_day(self, site: Site) -> None:
        site.province.round(indicator("HT.01"), window=quarter(2025, 3))
        rename(site.province.department, "Sở Công nghệ số", "2025-09-15")
        [owed] = summary_of(*asked.rounds()).owed
        assert owed.unit == "Sở Khoa học và Công nghệ"


def summary_of(*rounds: Round) -> queries.Summary:
    return queries.summary(rounds[0].period, list(rounds), on=today())


class TestOwed:
    def test_the_longest_overdue_comes_first_then_the_name(self, site: Site) -> None:
        late = [unit(name, parent=site.province.root) for name in ("Sở Ê", "Sở Đa", "Sở Da")]
        site.province.round(indicator("A"), units=[site.province.department], due_in=3)
        site.province.round(indicator("B"), units=late, due_in=-2)
        site.province.round(indicator("C"), units=[site.province.sister], due_in=-9)
        found = [(o.unit, o.days_late) for o in summary_of(*asked.rounds()).owed]
        assert found == [
            ("Sở Tài chính", 9),
            ("Sở Da", 2),
            ("Sở Đa", 2),
            ("Sở Ê", 2),
            ("Sở Khoa học và Công nghệ", 0),
        ]

    def test_a_closed_round_says_that_it_is_closed(self, site: Site) -> None:
        made = site.province.round(indicator("A"), due_in=-3)
        Round.objects.filter(pk=made.pk).update(locked_at=now())
        said = text_of(site.summary())
        assert "Sở Khoa học và Công nghệ Báo cáo chuyển đổi số Not sent, round closed" in said
        assert "Overdue" not in said

    def test_one_who_owes_two_reports_stands_twice(self, site: Site) -> None:
        for code, due in (("A", 5), ("B", -1)):
            site.province.round(indicator(code), due_in=due)
        found = summary_of(*asked.rounds())
        assert [(o.unit, o.due_on - today()) for o in found.owed] == [
            ("Sở Khoa học và Công nghệ", timedelta(days=-1)),
            ("Sở Khoa học và Công nghệ", timedelta(days=5)),
        ]
        assert (found.n_owed, found.also_owed) == (2, [])

    @pytest.mark.parametrize(("count", "named", "also"), [(10, 10, []), (11, 10, ["Sở 10"])])
    def test_ten_stand_in_the_table_and_the_rest_in_a_line(
        self, site: Site, count: int, named: int, also: list[str]
    ) -> None:
        site.province.round(
            indicator("A"), units=[unit(f"Sở {n}", parent=site.province.root) for n in range(count)]
        )
        found = summary_of(*asked.rounds())
        assert (len(found.owed), found.also_owed, found.n_owed) == (named, also, count)

    def test_who_owes_several_of_the_rest_is_named_once(self, site: Site) -> None:
        for n in range(12):
            site.province.round(indicator(f"A{n}"))
        found = summary_of(*asked.rounds())
        assert (len(found.owed), found.also_owed, found.n_owed) == (10, ["Sở Khoa học và Công nghệ"], 12)


class TestPublishedUnits:
    def test_are_counted_once_however_many_reports_they_owe(self, site: Site) -> None:
        both = [site.province.department, site.province.sister]
        for code in ("A", "B"):
            made = site.province.round(indicator(code), units=both, subject="self")
            site.approve(made.submissions.get(unit=both[0]), cell("5"))
        assert str(summary_of(*asked.rounds()).reports) == "1/2"

    def test_of_another_period_do_not_count(self, site: Site) -> None:
        wanted = indicator("A")
        old = site.province.round(wanted, window=quarter(2025, 2))
        new = site.province.round(wanted, window=quarter(2025, 3))
        site.approve(old.submissions.get(), cell("5"))
        found = queries.summary(new.period, asked.rounds(), on=today())
        assert (str(found.reports), found.published_on) == ("0/1", None)

    def test_are_nobody_where_nobody_was_asked(self, site: Site) -> None:
        made = site.province.round(indicator("A"))
        made.submissions.all().delete()
        found = summary_of(*asked.rounds())
        assert (str(found.reports), found.owed, found.n_rows) == ("–", [], 1)
        assert "All units have sent" not in text_of(site.summary())


def test_an_indicator_opens_on_its_own_newest_published_period(site: Site) -> None:
    first, second = indicator("A"), indicator("B")
    for wanted, number in ((first, 2), (second, 3)):
        made = site.province.round(wanted, window=quarter(2025, number))
        site.approve(made.submissions.get(), cell("5"))
    site.province.round(first, window=quarter(2025, 4))
    for code, label in (("A", "2025-Q2"), ("B", "2025-Q3")):
        assert f'<option value="{label}" selected>' in site.indicator(code).content.decode()
    assert site.indicator("A", period="2025-Q3").status_code == 404  # nobody was asked for it then


class TestCompanies:
    def reported_by(self, site: Site, count: int) -> Indicator:
        names = ("VNPT", "Viettel", "MobiFone")
        units = [unit(name, "company", parent=site.province.root) for name in names]
        wanted = indicator("HT.05", source_kind="company")
        made = site.province.round(wanted, units=units, subject="self")
        for number, each in enumerate(units[:count]):
            site.approve(made.submissions.get(unit=each), cell(str(101 + number)))
        return wanted

    @pytest.mark.parametrize(("count", "sees_all"), [(0, True), (1, False), (2, False), (3, True)])
    def test_a_breakdown_over_fewer_than_three_is_hidden_from_a_company(
        self, site: Site, count: int, sees_all: bool
    ) -> None:
        self.reported_by(site, count)
        site.log_in(people.person("stranger", unit("Bưu điện", "company", parent=site.province.root), "reader"))
        said = text_of(site.indicator("HT.05"))
        assert ("VNPT" in said, "Fewer than three companies reported" in said) == (sees_all, not sees_all)

    def test_a_company_that_has_no_figure_does_not_make_three(self, site: Site) -> None:
        """The third says "not applicable": the other two would still know each other's figure."""
        wanted = self.reported_by(site, 2)
        third = Submission.objects.filter(observations__isnull=True, round__lines__indicator=wanted).get()
        site.approve(third, cell(state="not_applicable"))
        site.log_in(people.person("stranger", unit("Bưu điện", "company", parent=site.province.root), "reader"))
        said = text_of(site.indicator("HT.05"))
        assert ("101" in said, "Fewer than three companies reported" in said) == (False, True)

    def test_a_company_still_sees_its_own_figure(self, site: Site) -> None:
        self.reported_by(site, 2)
        own = Unit.objects.get(codes__code="VNPT")
        site.log_in(people.person("own", own, "reader"))
        body = site.indicator("HT.05").content.decode().partition('id="sources"')[2]
        assert ("101" in body, "102" in body) == (True, False)

    def test_state_bodies_see_all(self, site: Site) -> None:
        self.reported_by(site, 2)
        body = site.indicator("HT.05").content.decode().partition('id="sources"')[2]
        assert ("101" in body, "102" in body, "Fewer than three" in body) == (True, True, False)


def test_the_page_of_an_indicator_with_many_units_weighs_little(site: Site) -> None:
    units = [unit(f"Xã {n}", "commune", parent=site.province.root) for n in range(38)]
    site.province.round(indicator("XH.01", source_kind="commune"), units=units, subject="self")
    page = site.indicator("XH.01")
    assert page.content.decode().count("Xã ") == 25  # a page of the table
    sheet = (settings.ROOT / "static" / "site.css").read_bytes()
    assert len(gzip.compress(page.content)) + len(gzip.compress(sheet)) <= 20_000


def test_sources_beyond_a_page_are_on_the_next(site: Site) -> None:
    units = [unit(f"Xã {n}", "commune", parent=site.province.root) for n in range(1, 28)]
    site.province.round(indicator("XH.01", source_kind="commune"), units=units, subject="self")
    said = text_of(site.indicator("XH.01", **{"sources-page": "2"}))
    assert "Xã 26" in said
    assert "Xã 25" not in said
