"""Who stands behind a figure of the province, and who is still missing: never silently partial (domain.md 11)."""

import pytest

from indicators.models import Observation, ProgrammeIndicator, UnitSlice
from tests.factories import cell, indicator, perform, ratio, unit
from tests.reporting.conftest import Site, row_of, text_of


@pytest.fixture
def departments(site: Site):
    return [site.province.department, site.province.sister]


def test_a_line_left_out_of_a_published_report_is_missing(site: Site, departments) -> None:
    made = site.province.round(indicator("DL.01"), indicator("DL.02"), units=departments, subject="self")
    made.lines.update(is_mandatory=False)
    site.approve(made.submissions.get(unit=departments[0]), cell("11"), cell("1"))
    site.approve(made.submissions.get(unit=departments[1]), cell("7"))
    assert row_of(site.summary(), "DL.01")[1:4] == ["18 km", "2/2", "No target"]
    said = row_of(site.summary(), "DL.02")
    assert said[1:4] == ["1 km", "1/2", "No target Partial: from 1 of 2; missing: Sở Tài chính"]


def test_a_report_that_could_not_collect_the_figure_is_missing(site: Site, departments) -> None:
    made = site.province.round(indicator("DL.01"), units=departments, subject="self")
    site.approve(made.submissions.get(unit=departments[0]), cell("11"))
    site.approve(made.submissions.get(unit=departments[1]), cell(state="not_available", note="Chưa kiểm kê."))
    assert row_of(site.summary(), "DL.01")[1:4] == [
        "11 km",
        "1/2",
        "No target Partial: from 1 of 2; missing: Sở Tài chính",
    ]


def test_all_that_could_not_collect_it_say_why(site: Site, departments) -> None:
    made = site.province.round(indicator("DL.01"), units=departments, subject="self")
    for each, why in zip(departments, ("Chưa kiểm kê.", "Mất số liệu."), strict=True):
        site.approve(made.submissions.get(unit=each), cell(state="not_available", note=why))
    assert row_of(site.summary(), "DL.01")[1:4] == [
        "–",
        "0/2",
        "No data Sở Khoa học và Công nghệ: Chưa kiểm kê. Sở Tài chính: Mất số liệu.",
    ]


def test_a_grid_counts_communes_and_names_those_without_a_figure(site: Site) -> None:
    for name in ("Xã Mù Cả", "Xã Tà Tổng", "Xã Nậm Sỏ"):
        unit(name, "commune", parent=site.province.root)
    made = site.province.round(ratio("XH.02"), subject="each_commune")
    made.lines.update(is_mandatory=False)
    assert row_of(site.summary(), "XH.02")[1:4] == ["–", "0/3", "No data"]
    site.approve(made.submissions.get(), cell(of=("1", "4")), cell(of=("1", "4")))
    assert row_of(site.summary(), "XH.02")[1:4] == [
        "25,0% 2/8",
        "2/3",
        "No target Partial: from 2 of 3; missing: Xã Nậm Sỏ",
    ]


def test_a_reopened_report_still_counts_with_what_it_published(site: Site, departments) -> None:
    made = site.province.round(indicator("DL.01"), units=departments, subject="self")
    submission = site.approve(made.submissions.get(unit=departments[0]), cell("11"))
    perform("reopen", submission, by=site.province.approver)
    assert row_of(site.summary(), "DL.01")[3] == "No target Partial: from 1 of 2; missing: Sở Tài chính"
    assert "1 of 2 units" in text_of(site.summary())


def test_a_unit_counts_when_all_of_its_reports_are_published(site: Site) -> None:
    first = site.province.submission(indicator("DL.01"))
    site.province.submission(indicator("DL.02"))
    site.approve(first, cell("11"))
    assert "0 of 1 units" in text_of(site.summary())


def test_a_count_of_yes_is_shown_as_a_number(site: Site, departments) -> None:
    asked = indicator("NT.02", value_kind="yes_no", unit_of_measure="sở, ngành", over_units="count", decimals=0)
    made = site.province.round(asked, units=departments, subject="self")
    for each, answer in zip(departments, ("1", "0"), strict=True):
        site.approve(made.submissions.get(unit=each), cell(answer))
    assert row_of(site.summary(), "NT.02")[1:3] == ["1 sở, ngành", "2/2"]
    assert "Number of units that answered yes, from 2 reports." in text_of(site.indicator("NT.02"))


def test_a_no_without_words_of_its_own_is_no(site: Site) -> None:
    site.approve(
        site.province.submission(indicator("NT.01", value_kind="yes_no", unit_of_measure="", over_units="none")),
        cell("0"),
    )
    assert row_of(site.summary(), "NT.01")[1:4] == ["No", "1/1", "No target"]


def test_two_figures_about_the_province_without_a_rule_make_none(site: Site, departments) -> None:
    made = site.province.round(indicator("KT.01", over_units="none"), units=departments)
    for each, figure in zip(departments, ("5", "6"), strict=True):
        site.approve(made.submissions.get(unit=each), cell(figure))
    assert row_of(site.summary(), "KT.01")[1:4] == [
        "Cannot be computed",
        "2/2",
        "No target Several figures were reported, and no rule makes them one.",
    ]


def test_a_text_is_shown_as_it_is(site: Site) -> None:
    asked = indicator("NT.09", value_kind="text", unit_of_measure="", over_units="none")
    site.approve(site.province.submission(asked), cell(state="reported", text="Đã ban hành <b>kế hoạch</b>"))
    assert row_of(site.summary(), "NT.09")[1] == "Đã ban hành <b>kế hoạch</b>"
    assert "<b>kế hoạch" not in site.summary().content.decode()


def test_units_are_called_as_on_the_cut_off_day(site: Site) -> None:
    site.province.submission(indicator("HT.01", lead_unit=site.province.department))
    UnitSlice.objects.create(
        unit=site.province.department,
        name="Sở của ngày sau",
        kind="department",
        parent=site.province.root,
        valid_from="2199-01-01",
    )
    assert row_of(site.summary(), "HT.01")[4] == "Sở Khoa học và Công nghệ"
    assert "Sở của ngày sau" not in text_of(site.summary())


def test_an_indicator_of_no_programme_stands_last(site: Site) -> None:
    site.province.round(indicator("AA.01"), indicator("HT.01"))
    ProgrammeIndicator.objects.filter(indicator__code="AA.01").delete()
    text = text_of(site.summary())
    assert text.index("HT.01") < text.index("Other indicators 1 indicator") < text.index("AA.01")


def test_an_unpublished_figure_is_taken_from_the_page(site: Site) -> None:
    site.approve(site.province.submission(indicator("HT.01")), cell("987654"))
    given = Observation.objects.get()
    Observation.objects.update(unpublished_at=given.published_at)
    for page in (site.summary(), site.indicator("HT.01")):
        assert "987.654 km" not in text_of(page).replace("987.654 km to No data", "")
    figure, coverage, said = row_of(site.summary(), "HT.01")[1:4]
    assert (figure, coverage) == ("–", "0/1")
    assert said.startswith("No data")
    assert said.endswith("987.654 km to No data.")
