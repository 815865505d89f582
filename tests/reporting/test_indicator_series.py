"""The line of an indicator's page, what it is cut by, and where figures are archived or made up."""

import re
from datetime import date
from decimal import Decimal

import pytest

from indicators import targets
from indicators.calendars import Frequency, quarter, window
from indicators.models import Document, Period, Round
from indicators.opening import open_round
from reporting.series import follows, pace
from tests import people
from tests.factories import cell, form, indicator, period, ratio, unit
from tests.reporting.conftest import Site, text_of
from tests.reporting.test_indicator import SERIES, SOURCES, column, rows
from tests.reporting.test_indicator_meaning import redefined


def svg(response) -> str:
    return "".join(re.findall(r'<svg class="chart".*</svg>', response.content.decode(), re.S))


def described(response) -> str:
    return re.search(r"<desc[^>]*>(.*?)</desc>", svg(response))[1]


def texts(response) -> list[str]:
    return re.findall(r"<text[^>]*>(.*?)</text>", svg(response))


def publish(site: Site, asked, label: str, figure, **facts) -> Round:
    made = site.province.round(asked, window=window(label), **facts)
    site.approve(made.submissions.get(), figure)
    return made


def test_one_figure_makes_no_chart(site: Site) -> None:
    publish(site, indicator("HT.01"), "2025-Q1", cell("5"))
    assert svg(site.indicator("HT.01")) == ""


def test_two_figures_make_a_line_with_their_table_below(site: Site) -> None:
    asked = indicator("HT.01")
    publish(site, asked, "2025-Q1", cell("400", qualifier="nearly"))
    publish(site, asked, "2025-Q2", cell("500"))
    page = site.indicator("HT.01")
    assert described(page) == "I/2025: nearly 400; II/2025: 500"
    assert svg(page).count("<polyline") == 1
    assert {"nearly 400", "500", "I", "II", "2025"} <= set(texts(page))
    assert column(page, SERIES) == ["Quarter II/2025", "Quarter I/2025"]
    assert "Unit of measure: km. The scale does not begin at 0." in text_of(page)


def test_a_missing_period_cuts_the_line_whether_asked_for_or_not(site: Site) -> None:
    asked = indicator("HT.01")
    for label, figure in (("2024-Q1", "5"), ("2024-Q2", "6"), ("2024-Q4", "7"), ("2025-Q1", "8")):
        publish(site, asked, label, cell(figure))
    assert svg(site.indicator("HT.01")).count("<polyline") == 2
    site.province.round(asked, window=quarter(2024, 3))
    page = site.indicator("HT.01")
    assert svg(page).count("<polyline") == 2
    assert svg(page).count("<circle") == 4
    assert "The line is cut where a period has no figure." in text_of(page)


def test_another_way_of_measuring_cuts_the_line_and_is_named(site: Site) -> None:
    asked = ratio("XH.02")
    redefined(asked, description="Cách mới.")
    for number, part in ((1, "5"), (2, "6"), (3, "3"), (4, "4")):
        publish(site, asked, f"2025-Q{number}", cell(of=(part, "10")))
    page = site.indicator("XH.02")
    assert svg(page).count("<polyline") == 2
    assert "way 1" in " ".join(texts(page))
    assert {"50,0%", "60,0%", "30,0%", "40,0%"} <= set(texts(page))
    assert "The line is cut where the way of measuring changed" in text_of(page)
    assert "The line is cut where a period has no figure." not in text_of(page)


def test_a_new_source_alone_does_not_cut_it(site: Site) -> None:
    asked = indicator("HT.01", valid_from=date(2022, 1, 1))
    redefined(asked, measured_since=date(2022, 1, 1))
    for number in (2, 3):
        publish(site, asked, f"2025-Q{number}", cell(str(number)))
    page = site.indicator("HT.01")
    assert (svg(page).count("<polyline"), "way" in " ".join(texts(page))) == (1, False)


def test_periods_of_different_lengths_are_different_lines(site: Site) -> None:
    asked = indicator("HT.01")
    for label, figure in (("2023", "1"), ("2024", "2"), ("2025-Q1", "3"), ("2025-Q2", "4"), ("2025-Q3", "5")):
        publish(site, asked, label, cell(figure))
    assert described(site.indicator("HT.01", period="2025-Q3")) == "I/2025: 3; II/2025: 4; III/2025: 5"
    assert described(site.indicator("HT.01", period="2024")) == "2023: 1; 2024: 2"
    assert len(column(site.indicator("HT.01"), SERIES)) == 5


def test_a_period_alone_in_its_length_shows_the_most_frequent_line(site: Site) -> None:
    asked = indicator("HT.01")
    for label, figure in (("2024", "2"), ("2025-Q1", "3"), ("2025-Q2", "4")):
        publish(site, asked, label, cell(figure))
    assert described(site.indicator("HT.01", period="2024")) == "I/2025: 3; II/2025: 4"


def test_words_make_no_line(site: Site) -> None:
    asked = indicator("NT.01", value_kind="yes_no", unit_of_measure="", over_units="none")
    for number in (1, 2):
        publish(site, asked, f"2025-Q{number}", cell("1"))
    assert svg(site.indicator("NT.01")) == ""


def test_an_estimate_and_a_made_up_figure_are_hollow(site: Site) -> None:
    asked = indicator("HT.01")
    publish(site, asked, "2025-Q1", cell("3", status="estimate"))
    Round.objects.filter(pk=publish(site, asked, "2025-Q2", cell("4")).pk).update(is_illustrative=True)
    publish(site, asked, "2025-Q3", cell("5"))
    page = site.indicator("HT.01")
    assert svg(page).count('class="hollow"') == 2
    assert "Hollow: partial, estimated or made up to show the system." in text_of(page)


def test_a_national_value_is_a_dotted_mark_at_its_year(site: Site) -> None:
    asked = ratio("XH.02")
    for number, part in ((1, "5"), (2, "6")):
        publish(site, asked, f"2025-Q{number}", cell(of=(part, "10")))
    document = Document.objects.create(name="Quyết định 411/QĐ-TTg")
    facts = {"unit": None, "operator": "gte", "document": document, "by": None}
    targets.record_target(indicator=asked, level="national", year=2025, value=Decimal(70), **facts)
    targets.record_target(indicator=asked, level="province", year=2026, value=Decimal(65), **facts)
    page = site.indicator("XH.02")
    assert "70% national, 2025" in texts(page)
    assert "65%" not in " ".join(texts(page))
    assert svg(page).count('stroke-dasharray="1 4"') == 1
    assert "Dotted: national reference, not a target of the province." in text_of(page)


class TestArchive:
    @pytest.fixture
    def archived(self, site: Site) -> Site:
        asked = form(
            site.province.department,
            holders={"verify": site.province.office, "approve": site.province.root},
            indicators=[indicator("HT.01")],
        )
        made = open_round(asked, period(window("2023")), archive="Bài viết không ghi ngày")
        site.approve(made.submissions.get(), cell("12900"))
        return site

    def test_names_the_document_and_claims_no_day(self, archived: Site) -> None:
        said = text_of(archived.indicator("HT.01"))
        assert "Entered from archived documents: Bài viết không ghi ngày" in said
        assert "Year 2023; published on" in said
        assert "up to the end of" not in said

    def test_is_marked_in_the_table(self, archived: Site) -> None:
        assert column(archived.indicator("HT.01"), SERIES) == ["Year 2023 From the archive"]

    def test_is_not_said_of_other_periods(self, archived: Site) -> None:
        asked = Round.objects.get().lines.get().indicator
        publish(archived, asked, "2025-Q1", cell("5"))
        assert "Entered from archived documents" not in text_of(archived.indicator("HT.01", period="2025-Q1"))


def test_made_up_figures_are_said_to_be_on_the_page_and_in_the_table(site: Site) -> None:
    asked = indicator("HT.01")
    publish(site, asked, "2025-Q1", cell("5"))
    Round.objects.update(is_illustrative=True)
    publish(site, asked, "2025-Q2", cell("6"))
    band = "The figures of this period are made up to show the system"
    assert band in text_of(site.indicator("HT.01", period="2025-Q1"))
    assert band not in text_of(site.indicator("HT.01", period="2025-Q2"))
    assert column(site.indicator("HT.01"), SERIES) == ["Quarter II/2025", "Quarter I/2025 Illustration"]


class TestAgainstLastPeriod:
    def changes(self, site: Site, code: str, **query) -> list[str]:
        return column(site.indicator(code, **query), SOURCES, 2)

    def test_percentages_differ_in_points(self, site: Site) -> None:
        asked = ratio("XH.02")
        for number, part in ((1, "51"), (2, "54")):
            publish(site, asked, f"2025-Q{number}", cell(of=(part, "100")))
        assert self.changes(site, "XH.02") == ["+3,0 pp"]
        assert rows(site.indicator("XH.02"), SOURCES)[0][3:5] == ["54", "100"]
        assert self.changes(site, "XH.02", period="2025-Q1") == ["–"]

    @pytest.mark.parametrize("label", ["2024-Q4", "2024", "2025-M03"])
    def test_only_the_period_just_before_counts(self, site: Site, label: str) -> None:
        asked = indicator("HT.01")
        publish(site, asked, label, cell("5"))
        publish(site, asked, "2025-Q2", cell("8"))
        assert self.changes(site, "HT.01", period="2025-Q2") == ["–"]

    def test_another_way_of_measuring_is_not_compared(self, site: Site) -> None:
        asked = indicator("HT.01")
        redefined(asked, description="Cách mới.")
        for number in (2, 3):
            publish(site, asked, f"2025-Q{number}", cell("5"))
        assert self.changes(site, "HT.01") == ["–"]

    def test_nor_is_a_figure_that_is_nearly_something(self, site: Site) -> None:
        asked = indicator("HT.01")
        publish(site, asked, "2025-Q1", cell("5", qualifier="nearly"))
        publish(site, asked, "2025-Q2", cell("6"))
        assert self.changes(site, "HT.01") == ["–"]

    def test_each_unit_is_compared_with_itself(self, site: Site) -> None:
        asked, units = indicator("DL.01"), [site.province.department, site.province.sister]
        for number, figures in ((1, ("10", "20")), (2, ("11", "17"))):
            made = site.province.round(asked, units=units, subject="self", window=quarter(2025, number))
            for each, figure in zip(units, figures, strict=True):
                site.approve(made.submissions.get(unit=each), cell(figure))
        assert self.changes(site, "DL.01") == ["+1 km", "−3 km"]

    def test_a_difference_does_not_tell_what_was_suppressed_then(self, site: Site) -> None:
        asked = indicator("HT.05", source_kind="company")
        three = [unit(name, "company", parent=site.province.root) for name in ("MobiFone", "Viettel", "VNPT")]
        for number, units in ((1, three[:2]), (2, three)):
            made = site.province.round(asked, units=units, subject="self", window=quarter(2025, number))
            for place, each in enumerate(units):
                site.approve(made.submissions.get(unit=each), cell(str(number * 10 + place)))
        assert self.changes(site, "HT.05") == ["+10 km", "+10 km", "–"]  # the leader works for the state
        site.log_in(people.person("of VNPT", three[2], "reporter"))
        page = site.indicator("HT.05")
        assert column(page, SOURCES, 1) == ["20 km", "21 km", "22 km"]
        assert column(page, SOURCES, 2) == ["–", "–", "–"]
        site.log_in(people.person("of Viettel", three[1], "reporter"))
        assert self.changes(site, "HT.05") == ["–", "+10 km", "–"]

    def test_the_one_figure_of_the_province_is_compared_for_everybody(self, site: Site) -> None:
        asked = indicator("HT.01", breakdown="unit")
        for number in (1, 2):
            publish(site, asked, f"2025-Q{number}", cell(str(number)))
        site.log_in(people.person("of VNPT", unit("VNPT", "company", parent=site.province.root), "reporter"))
        assert self.changes(site, "HT.01") == ["+1 km"]


def check_rows(response) -> list[list[str]]:
    return rows(response, "The same figure as others reported it.")


class TestCrossChecks:
    def test_stand_beside_what_counts_with_difference_and_reason(self, site: Site) -> None:
        asked = indicator("HT.01", source_unit=site.province.sister)
        made = site.province.round(asked, units=[site.province.department, site.province.sister])
        site.approve(made.submissions.get(unit=site.province.department), cell("6", note="Tính cả tuyến chung."))
        site.approve(made.submissions.get(unit=site.province.sister), cell("5"))
        assert check_rows(site.indicator("HT.01")) == [
            ["Sở Khoa học và Công nghệ", "5 km Sở Tài chính", "6 km", "+1 km", "Tính cả tuyến chung."]
        ]

    def test_without_what_counts_have_no_difference(self, site: Site) -> None:
        asked = indicator("HT.01", source_unit=site.province.sister)
        made = site.province.round(asked, units=[site.province.department, site.province.sister])
        site.approve(made.submissions.get(unit=site.province.department), cell("6"))
        assert check_rows(site.indicator("HT.01")) == [
            ["Sở Khoa học và Công nghệ", "No data Sở Tài chính", "6 km", "–", "–"]
        ]

    def test_of_the_province_stand_beside_its_total(self, site: Site) -> None:
        company = unit("VNPT", "company", parent=site.province.root)
        asked = indicator("HT.01")
        two = [site.province.department, site.province.sister]
        made = site.province.round(asked, units=[*two, company])
        for each, figure in zip([*two, company], ("5", "6", "12"), strict=True):
            site.approve(made.submissions.get(unit=each), cell(figure))
        assert check_rows(site.indicator("HT.01")) == [["VNPT", "11 km", "12 km", "+1 km", "–"]]

    def test_are_not_there_where_nobody_else_reported(self, site: Site) -> None:
        publish(site, indicator("HT.01"), "2025-Q1", cell("5"))
        assert "Cross-checks" not in text_of(site.indicator("HT.01"))


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ("2025-Q4", "2026-Q1", True),
        ("2025-Q3", "2026-Q1", False),
        ("2025-M12", "2026-M01", True),
        ("2025-H1", "2025-H2", True),
        ("2025-9M", "2026-9M", True),
        ("2024-9M", "2026-9M", False),
        ("2025", "2026", True),
        ("2025", "2026-Q1", False),
        ("2025-Q4-TK", "2026-Q1-TK", True),
        ("2025-Q4-TK", "2026-Q1", False),
    ],
)
def test_a_period_follows_the_one_of_its_length_just_before(earlier: str, later: str, expected: bool) -> None:
    assert follows(*(plain_period(label) for label in (earlier, later))) is expected


def test_ad_hoc_rounds_follow_each_other_as_they_come() -> None:
    days = [date(2025, 1, 1), date(2026, 1, 1)]
    rounds = [Period(label=f"{d.year}-A01", first_day=d, day_after_last=d.replace(day=9)) for d in days]
    assert follows(*rounds)


def test_a_label_of_no_calendar_is_an_ad_hoc_round() -> None:
    assert pace(Period(label="BENCH")) == ("nd09", Frequency.AD_HOC)


def plain_period(label: str) -> Period:
    found = window(label)
    calendar = "tk" if label.endswith("-TK") else "nd09"
    return Period(calendar=calendar, label=label, first_day=found.first_day, day_after_last=found.day_after_last)
