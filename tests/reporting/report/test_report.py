"""The official report of a period: what it says of figures that are there, partial or missing, and what it leaves
to whoever compiles it. Its language is Vietnamese; here its msgids are read."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone

from indicators.calendars import quarter
from indicators.models import Indicator, Round, Submission
from reporting import report_views
from tests.factories import cell, indicator, ratio
from tests.reporting.conftest import Site
from tests.reporting.report.reading import opened, take

OPEN = ["(to be written by whoever compiles the report)", "\t", "\t", "\t"]
WINDOW = quarter(2026, 3)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def stay(_language: str) -> Iterator[None]:
        yield

    monkeypatch.setattr(report_views, "override", stay)


def prose(code: str, *, section: str = "", name: str = "", **facts) -> Indicator:
    usual = {"value_kind": "text", "unit_of_measure": "", "over_units": "none", "source_kind": ""}
    made = indicator(code, name=name or f"Mục {code}", lower_bound=None, **usual | facts)
    made.programme_places.all().delete()
    Indicator.objects.filter(pk=made.pk).update(section=section)
    return made


def approved(site: Site, *asked: Indicator, cells, **facts) -> Submission:
    return site.approve(site.province.submission(*asked, window=WINDOW, **facts), *cells)


def test_a_figure_becomes_a_sentence_under_its_group(site: Site) -> None:
    approved(site, indicator("HT.01", name="Tổng cáp quang"), cells=[cell("14433")])
    said = opened(take(site)).section("II")
    assert said[1:] == ["1. Nhóm HT", "- Tổng cáp quang up to 14/09/2026 is 14.433 km.", *OPEN]
    assert said[0].startswith("1 of 1 indicators have data")


def test_an_amount_is_held_against_the_plan_of_its_year_and_a_percentage_against_its_target(
    site: Site, aim, begin
) -> None:
    cable, shared = indicator("HT.01", name="Cáp"), ratio("DL.02", name="Tỷ lệ kết nối", group="DL")
    aim(cable, 2026, "20000")
    begin(shared, 2025, "60")
    aim(shared, 2030, "100")
    approved(site, cable, shared, cells=[cell("15000"), cell("72.9", of=("729", "1000"))])
    assert [line for line in opened(take(site)).section("II") if line.startswith("- ")] == [
        "- Tỷ lệ kết nối reached 72,9% (729/1.000), 27,1 percentage points below the target of 2030.",
        "- Cáp up to 14/09/2026 is 15.000 km, equal to 75% of the year's plan.",
    ]


def test_nothing_is_compared_that_is_only_about_right(site: Site, aim) -> None:
    money = indicator("KT.02", name="Doanh thu", unit_of_measure="tỷ đồng")
    aim(money, 2026, "500")
    approved(site, money, cells=[cell("400", qualifier="nearly", status="estimate")])
    (said,) = [line for line in opened(take(site)).lines if line.startswith("- Doanh thu")]
    assert said == "- Doanh thu up to 14/09/2026 is nearly 400 tỷ đồng (estimate)."


def test_a_partial_sum_says_who_is_missing_and_is_no_share_of_the_plan(site: Site, aim) -> None:
    asked, units = indicator("DL.01", name="Số cơ sở"), [site.province.department, site.province.sister]
    aim(asked, 2026, "100")
    made = site.province.round(asked, units=units, subject="self", window=WINDOW)
    site.approve(made.submissions.get(unit=units[0]), cell("11"))
    said = "- Số cơ sở up to 14/09/2026 is 11 km. Partial: from 1 of 2; missing: Sở Tài chính."
    assert said in opened(take(site)).lines


def test_what_is_missing_is_named_with_its_supplier_and_the_reason_given(site: Site) -> None:
    mobile, unasked = (
        indicator("HT.07", name="Số thuê bao"),
        indicator("HT.08", source_unit=site.province.department),
    )
    approved(site, mobile, unasked, cells=[cell(state="not_available", note="Chưa tách số."), cell("1")])
    report = opened(take(site))
    assert next(line for line in report.section("II") if line.startswith("- ")) == (
        "- In this period there is no data on số thuê bao (supplier: Department or agency). Reason: Chưa tách số."
    )
    assert report.section("III")[1].startswith("- 1 indicator has no data in this period")


def test_what_lies_behind_gives_the_reason_accepted_with_the_figure(site: Site, aim, begin) -> None:
    asked = indicator("HT.01", name="Cáp quang", lead_unit=site.province.office)
    begin(asked, 2025, "0")
    aim(asked, 2026, "20000")
    approved(site, asked, cells=[cell("100", note="Do mưa lũ.")])
    (said,) = [line for line in opened(take(site)).section("III") if line.startswith("- Cáp quang")]
    assert said.startswith("- Cáp quang is behind the plan: 100 km, where ")
    assert said.endswith(" km was planned for 14/09/2026, because of mưa lũ (lead unit: Văn phòng UBND tỉnh).")


def test_reasons_of_several_units_keep_their_names(site: Site, aim, begin) -> None:
    asked, units = indicator("HT.01", name="Cáp quang"), [site.province.department, site.province.sister]
    begin(asked, 2025, "0")
    aim(asked, 2026, "20000")
    made = site.province.round(asked, units=units, subject="self", window=WINDOW)
    for each, why in zip(units, ("Mưa lũ.", ""), strict=True):
        site.approve(made.submissions.get(unit=each), cell("100", note=why))
    (said,) = [line for line in opened(take(site)).section("III") if line.startswith("- Cáp quang")]
    assert said.endswith("Explanations of the units: Sở Khoa học và Công nghệ: Mưa lũ.")


def test_units_that_are_late_are_named_once_and_those_not_due_are_not(site: Site, clock) -> None:
    units = [site.province.department, site.province.sister]
    for number in (1, 2):
        site.province.round(indicator(f"A{number}"), units=units[:1], window=WINDOW, due_in=-3)
    site.province.round(indicator("B"), units=units[1:], window=WINDOW, due_in=5)
    said = [line for line in opened(take(site)).section("III") if "had not reported" in line]
    assert said == [f"- 1 unit had not reported by {timezone.localdate():%d/%m/%Y}: Sở Khoa học và Công nghệ."]


def test_prose_of_the_units_is_collected_with_their_names_under_its_section(site: Site) -> None:
    told, tasks = (
        prose("TM.01", section="results", name="Nổi bật"),
        prose("TM.04", section="tasks", name="Việc tới"),
    )
    made = site.province.round(
        told, tasks, units=[site.province.sister, site.province.department], subject="self", window=WINDOW
    )
    for each, text in ((site.province.sister, "Xong một."), (site.province.department, "Xong hai.\nVà ba.")):
        later = cell(state="not_available", note="Chưa có.")
        site.approve(made.submissions.get(unit=each), cell(state="reported", text=text), later)
    report = opened(take(site))
    assert report.section("II") == [
        "1. Nổi bật, as the units wrote it",
        "- Sở Khoa học và Công nghệ: Xong hai.",
        "Và ba.",
        "- Sở Tài chính: Xong một.",
    ]
    assert report.section("IV") == OPEN


def test_every_section_stands_there_and_nobody_writes_it_for_the_compiler(site: Site) -> None:
    approved(site, indicator("HT.01"), cells=[cell("1")])
    report = opened(take(site))
    assert [report.section(number) for number in ("I", "IV")] == [OPEN, OPEN]
    closing = report.section("V")
    assert closing[:4] == OPEN
    assert closing[4].endswith("the People's Committee of tỉnh Lai Châu reports./.")


def test_the_head_and_the_foot_are_those_of_the_province_without_number_and_name(site: Site, settings) -> None:
    approved(site, indicator("HT.01"), cells=[cell("1")])
    settings.REPORT_RECIPIENTS = ["Thường trực Tỉnh ủy"]
    assert [line for line in opened(take(site)).head if line] == [
        "PEOPLE'S COMMITTEE",
        "TỈNH LAI CHÂU",
        "No. ……/BC-UBND",
        "SOCIALIST REPUBLIC OF VIET NAM",
        "Independence – Freedom – Happiness",
        "Lai Châu, day …… month …… year ……",
        "Recipients:",
        "- Thường trực Tỉnh ủy;",
        "- Kept: Archives, ……",
        "FOR THE PEOPLE'S COMMITTEE",
        "CHAIRPERSON",
    ]


def test_another_unit_may_issue_it(site: Site, settings) -> None:
    approved(site, indicator("HT.01"), cells=[cell("1")])
    settings.REPORT_UNIT = "LC-SKHCN"
    report = opened(take(site))
    assert [line for line in report.head if line][:3] == [
        "PEOPLE'S COMMITTEE OF TỈNH LAI CHÂU",
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "No. ……/BC-SKHCN",
    ]
    assert any(line.startswith("Sở Khoa học và Công nghệ reports on the ") for line in report.lines)


def test_the_annex_holds_every_figure_as_written(site: Site, aim) -> None:
    cable = indicator("HT.01", name="=1+1", decimals=2)
    aim(cable, 2026, "20000")
    approved(
        site,
        cable,
        ratio("DL.02", name="Tỷ lệ", group="DL"),
        cells=[cell("53.80"), cell("72.9", of=("729", "1000"))],
    )
    heads, *rows = opened(take(site)).annex
    assert heads[:4] == ["No.", "Indicator", "Unit of measure", "Figure"]
    assert {row[0] for row in rows if row[0] == row[-1]} == {"Nhóm HT", "Nhóm DL"}
    figures = [row for row in rows if row[0] != row[-1]]
    assert figures[1][:4] == ["2", "=1+1", "km", "53,80"]
    assert figures[1][5:9] == ["≥ 20.000", "≥ 20.000 (2026)", "Not comparable", "1/1"]
    assert figures[0][3] == "72,9\n(729/1.000)"


def test_is_laid_out_by_the_decree(site: Site) -> None:
    approved(site, indicator("HT.01"), cells=[cell("1")])
    made = opened(take(site)).made
    upright, lying = made.sections
    assert [round(s.mm) for s in (upright.page_width, upright.page_height, upright.left_margin)] == [210, 297, 30]
    assert [round(s.mm) for s in (lying.page_width, lying.page_height, lying.right_margin)] == [297, 210, 15]
    assert (upright.different_first_page_header_footer, lying.different_first_page_header_footer) == (True, False)
    assert lying.header.is_linked_to_previous
    assert "PAGE" in upright.header.paragraphs[0]._p.xml
    assert [round(sum(c.width.mm for c in table.rows[0].cells)) for table in made.tables] == [165, 165, 252]
    assert "w:tblHeader" in made.tables[2].rows[0]._tr.xml


def test_what_is_not_published_says_so_on_every_page(site: Site) -> None:
    site.approve(site.province.submission(indicator("HT.01"), asks_publication=True), cell("987654"))
    newest, published = opened(take(site, figures="latest")), opened(take(site))
    assert newest.feet == ["NOT PUBLISHED YET", "NOT PUBLISHED YET", "NOT PUBLISHED YET"]
    assert ("987.654" in newest.text, "987.654" in published.text) == (True, False)
    assert published.feet == ["", "", ""]


def test_made_up_figures_carry_their_band_on_every_page(site: Site) -> None:
    approved(site, indicator("HT.01"), cells=[cell("1")])
    Round.objects.update(is_illustrative=True)
    report = opened(take(site))
    assert report.feet == ["ILLUSTRATION, FIGURES ARE MADE UP"] * 3
    assert sum(line.startswith("Illustration – The figures") for line in report.lines) == 2


def test_keeps_to_the_lines_that_were_asked_for(site: Site) -> None:
    approved(site, indicator("HT.01"), indicator("DL.01", group="DL"), cells=[cell("1"), cell("2")])
    report = opened(take(site, group="DL"))
    assert "1 of 2 indicators" in report.lines
    assert [row[1] for row in report.annex[1:]] == ["Nhóm DL", "Chỉ tiêu DL.01"]


@pytest.mark.parametrize("query", [{"period": "2026-Q9"}, {"programme": "none"}, {"as_of": "yesterday"}])
def test_what_cannot_be_shown_is_said_on_a_page(site: Site, query: dict[str, str]) -> None:
    approved(site, indicator("HT.01"), cells=[cell("1")])
    answer = take(site, **query)
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_is_for_people_with_an_account_and_no_cache_keeps_it(site: Site) -> None:
    approved(site, indicator("HT.01"), cells=[cell("1")])
    answer = take(site)
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"] == 'attachment; filename="bao-cao-2026-q3.docx"'
    site.client.logout()
    assert take(site).status_code == 302


@pytest.mark.parametrize("lines", [1, 3])
def test_takes_as_many_queries_for_one_line_as_for_three(site: Site, lines: int, after_an_approval) -> None:
    asked = [indicator(f"A{number}") for number in range(lines)]
    told = [prose(f"TM.{number}", section="tasks") for number in range(lines)]
    words = [cell(state="reported", text="Xong.")] * lines
    approved(site, *asked, *told, cells=[cell("1")] * lines + words)
    assert after_an_approval(11, lambda: take(site).status_code == 200)
