"""What a period does not ask for stands in from the last period before, with that period named beside it; and the
programme whose lines are shown (domain.md 42; design.md)."""

import pytest

from indicators.calendars import quarter, window
from indicators.models import Definition, IndicatorGroup, Programme, ProgrammeIndicator
from tests.factories import cell, indicator, ratio, unit
from tests.reporting.conftest import Site, row_of, text_of

Q1, Q2, Q3, YEAR = quarter(2026, 1), quarter(2026, 2), quarter(2026, 3), window("2025")


def publish(site: Site, code_or_indicator, value: str, when, **facts):
    asked = indicator(code_or_indicator) if isinstance(code_or_indicator, str) else code_or_indicator
    site.approve(site.province.submission(asked, window=when, **facts), cell(value))
    return asked


class TestALineThatIsNotAskedFor:
    def test_stands_in_with_its_own_period(self, site: Site) -> None:
        publish(site, "KT.01", "8", YEAR)
        publish(site, "HT.01", "14433", Q3)
        page = site.summary(period="2026-Q3")
        assert row_of(page, "KT.01")[1] == "8 km Year 2025"
        assert row_of(page, "HT.01")[1] == "14.433 km"
        assert "2 of 2 indicators have data" in text_of(page)

    def test_leads_to_the_page_of_its_own_period(self, site: Site) -> None:
        publish(site, "KT.01", "8", YEAR)
        publish(site, "HT.01", "14433", Q3)
        assert '/indicators/KT.01/?period=2025"' in site.summary(period="2026-Q3").content.decode()

    def test_is_the_newest_of_several_before(self, site: Site) -> None:
        asked = publish(site, "KT.01", "1", Q1)
        publish(site, asked, "2", Q2)
        publish(site, "HT.01", "14433", Q3)
        assert row_of(site.summary(period="2026-Q3"), "KT.01")[1] == "2 km Quarter II/2026"

    def test_is_never_one_of_the_future(self, site: Site) -> None:
        publish(site, "HT.01", "14433", Q1)
        publish(site, "KT.01", "8", Q2)
        assert 'id="KT.01"' not in site.summary(period="2026-Q1").content.decode()

    def test_does_not_hide_that_the_period_itself_has_no_figure(self, site: Site) -> None:
        asked = publish(site, "HT.01", "14433", Q1)
        site.province.round(asked, window=Q2)
        publish(site, "KT.01", "8", Q2)
        assert row_of(site.summary(period="2026-Q2"), "HT.01")[1] == "–"

    def test_that_nobody_published_before_has_no_data_of_that_period(self, site: Site) -> None:
        site.province.round(indicator("KT.01"), window=YEAR)
        publish(site, "HT.01", "14433", Q3)
        found = row_of(site.summary(period="2026-Q3"), "KT.01")
        assert (found[1], found[3]) == ("– Year 2025", "No data")

    def test_is_a_total_with_its_coverage_and_without_names(self, site: Site) -> None:
        both = [site.province.department, site.province.sister]
        made = site.province.round(ratio("XH.02"), window=Q1, units=both, subject="self")
        report = made.submissions.get(unit=site.province.department)
        site.approve(report, cell("50", of=("1", "2")))
        publish(site, "HT.01", "14433", Q3)
        found = row_of(site.summary(period="2026-Q3"), "XH.02")
        assert found[1:4] == ["50,0% 1/2 Quarter I/2026", "1/2", "No target Partial: from 1 of 2"]

    def test_says_that_a_ratio_without_parts_cannot_be_computed(self, site: Site) -> None:
        made = site.province.round(ratio("XH.02"), window=Q1, units=[site.province.department], subject="self")
        site.approve(made.submissions.get(), cell("50"))
        publish(site, "HT.01", "14433", Q3)
        found = row_of(site.summary(period="2026-Q3"), "XH.02")
        assert "Cannot be computed: some units reported only a percentage." in found[3]

    def test_names_who_answers_today(self, site: Site) -> None:
        asked = indicator("KT.01", lead_unit=site.province.office)
        publish(site, asked, "8", YEAR)
        first = asked.definitions.get()
        Definition.objects.create(
            indicator=asked,
            valid_from=Q3.first_day,
            measured_since=first.valid_from,
            lead_unit=site.province.sister,
            value_kind="number",
            direction="up",
            over_units="sum",
            over_time="stock",
            source_kind="department",
        )
        publish(site, "HT.01", "14433", Q3)
        assert row_of(site.summary(period="2026-Q3"), "KT.01")[4] == "Sở Tài chính"
        assert row_of(site.summary(period="2025"), "KT.01")[4] == "Văn phòng UBND tỉnh"

    @pytest.mark.parametrize("before", [1, 3])
    def test_costs_no_query_of_its_own(self, site: Site, before, after_an_approval) -> None:
        for number, when in zip(range(before), (YEAR, Q1, Q2), strict=False):
            publish(site, f"KT.{number}", "8", when)
        publish(site, "HT.01", "14433", Q3)
        after_an_approval(6, lambda: site.summary(period="2026-Q3"))


class TestTheProgramme:
    @pytest.fixture(autouse=True)
    def _two(self, site: Site) -> None:
        """P (2021-2025) holds A and B, Q (2026-2030) holds A in another group, C stands in none."""
        self.a, self.b, self.c = (indicator(code) for code in "ABC")
        ProgrammeIndicator.objects.filter(indicator=self.c).delete()
        later = Programme.objects.create(code="Q", name="Kế hoạch", first_year=2026, last_year=2030)
        group = IndicatorGroup.objects.create(code="KT", name="Kinh tế số")
        ProgrammeIndicator.objects.create(programme=later, group=group, indicator=self.a)
        site.province.round(self.a, self.b, self.c, window=Q3)
        site.province.round(self.a, window=YEAR)

    def shown(self, page) -> list[tuple[str, list[str]]]:
        return [(g.name, [row.code for row in g.rows]) for g in page.context["page"].groups]

    def test_that_runs_in_the_year_is_shown_first(self, site: Site) -> None:
        assert self.shown(site.summary(period="2026-Q3")) == [("Kinh tế số", ["A"]), ("", ["C"])]
        assert self.shown(site.summary(period="2025")) == [("Nhóm HT", ["A"])]

    def test_is_chosen_in_the_form(self, site: Site) -> None:
        page = site.summary(period="2026-Q3", programme="P")
        assert self.shown(page) == [("Nhóm HT", ["A", "B"]), ("", ["C"])]
        assert '<option value="P" selected>Chương trình</option>' in page.content.decode()

    def test_that_is_not_there_is_a_sentence_and_a_404(self, site: Site) -> None:
        page = site.summary(period="2026-Q3", programme="<b>")
        assert page.status_code == 404
        assert 'There is no programme "<b>" here.' in text_of(page)

    def test_is_the_newest_where_none_runs(self, site: Site) -> None:
        site.province.round(self.a, self.b, window=window("2040"))
        assert self.shown(site.summary(period="2040")) == [("Kinh tế số", ["A"]), ("", ["C"])]


def test_an_illustrative_period_says_so(site: Site) -> None:
    made = site.province.round(indicator("HT.01"), window=Q3)
    assert "made up" not in text_of(site.summary(period="2026-Q3"))
    made.is_illustrative = True
    made.save(update_fields=["is_illustrative"])
    assert "The figures of this period are made up to show the system" in text_of(site.summary(period="2026-Q3"))


def test_a_unit_that_did_not_exist_then_owes_nothing(site: Site) -> None:
    made = unit("Sở mới", parent=site.province.root)
    made.began = Q3.day_after_last
    made.save()
    site.province.round(indicator("HT.01"), window=Q3, units=[site.province.department, made])
    assert "Sở mới" not in text_of(site.summary(period="2026-Q3"))
