"""Two figures side by side: periods, units, and the province beside the country (domain.md 13, 41, 42)."""

import re
from datetime import date

import pytest
from django.urls import reverse

from indicators.calendars import quarter, window
from indicators.drafts import Cell
from indicators.models import Definition, Indicator, Round, Unit
from tests import people
from tests.factories import cell, indicator, perform, ratio, type_in, unit
from tests.reporting.conftest import Site, text_of
from tests.reporting.exports.books import head_of, records_of, rows_of, sheet_of

CANARY = "4815"
Q2, Q3, LAST_YEAR = quarter(2025, 2), quarter(2025, 3), quarter(2024, 3)
SHORT = {"asks_sign_off": False, "asks_verification": False}


class Desk:
    """Reports of departments, approved at once, and the page that lays them side by side."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.both = [site.province.department, site.province.sister]

    def report(self, asked: Indicator, *cells: Cell, window=Q3, units=None, **facts) -> Round:
        """About the province by one department, or about themselves by several."""
        units = units or self.both[: len(cells)]
        subject = "self" if len(units) > 1 else "province"
        made = self.site.province.round(asked, units=units, window=window, **{"subject": subject} | SHORT | facts)
        for each, one in zip(units, cells, strict=False):
            report, (by, _signer) = made.submissions.get(unit=each), self.site.people_of(each)
            perform("submit", type_in(report, one, by=by), by=by)
            report.refresh_from_db()
            perform("approve", report, by=self.site.province.approver)
        return made

    def page(self, ending: str = "", **query):
        address = reverse("compare" + (f"_{ending}" if ending else ""))
        return self.site.client.get(address, {"period": Q3.label} | query)

    def units(self, **query):
        return self.page(what="units", **{"unit": "LC-SKHCN", "other": "LC-STC"} | query)


@pytest.fixture
def desk(site: Site) -> Desk:
    return Desk(site)


def pairs(response) -> list[tuple[str, ...]]:
    """(name and code, first, second, difference)"""
    body = response.content.decode().partition("<main")[2].partition("<thead>")[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body.partition("</thead>")[2], re.S)
    cells = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows)
    return [tuple(" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in row) for row in cells]


class TestPeriods:
    def test_a_percentage_moves_by_points_and_an_amount_by_per_cent(self, desk: Desk) -> None:
        share, length = ratio("A.1", name="Tỷ lệ"), indicator("B.1", name="Chiều dài")
        for when, part, km in ((Q2, "538", "200"), (Q3, "576", "150")):
            desk.report(share, cell(of=(part, "1000")), window=when)
            desk.report(length, cell(km), window=when)
        assert pairs(desk.page(against=Q2.label)) == [
            ("Tỷ lệ A.1", "57,6% 576/1.000", "53,8% 538/1.000", "+3,8 pp"),
            ("Chiều dài B.1", "150 km", "200 km", "−25,0%"),
        ]
        assert "2 of 2 lines can be compared." in text_of(desk.page())

    def test_without_a_second_period_it_is_the_one_before_of_the_same_length(self, desk: Desk) -> None:
        asked = indicator("A.1")
        for when in (LAST_YEAR, window("2025-M07"), Q3):
            desk.report(asked, cell("5"), window=when)
        assert f'<option value="{LAST_YEAR.label}" selected>' in desk.page().content.decode()

    @pytest.mark.parametrize(
        ("old", "facts", "said"),
        [
            (None, {}, "Not asked for: Quarter II/2025."),
            (cell(state="not_available", note="Chưa có"), {}, "No data: Quarter II/2025."),
            (cell("5", qualifier="nearly"), {}, "One of the two figures is only about right."),
            (cell("0"), {}, "Quarter II/2025: 0, so there is no percentage."),
        ],
    )
    def test_where_they_are_not_compared_the_reason_stands_there(self, desk: Desk, old, facts, said: str) -> None:
        asked = indicator("A.1", **facts)
        desk.report(asked, cell("7"))
        desk.report(asked if old else indicator("Z.1"), old or cell("1"), window=Q2)
        found = {row[0]: row[3] for row in pairs(desk.page(against=Q2.label))}
        assert found["Chỉ tiêu A.1 A.1"] == f"Not comparable {said}"

    def test_two_ways_of_measuring_are_not_compared(self, desk: Desk) -> None:
        asked = indicator("A.1")
        desk.report(asked, cell("5"), window=Q2)
        old = Definition.objects.get()
        facts = {f.attname: getattr(old, f.attname) for f in old._meta.concrete_fields if f.attname != "id"}
        Definition.objects.create(**facts | {"valid_from": Q3.first_day})
        desk.report(asked, cell("7"))
        assert pairs(desk.page(against=Q2.label))[0][3].startswith("Not comparable The way of measuring changed")

    def test_a_sum_over_fewer_units_is_not_compared(self, desk: Desk) -> None:
        asked = indicator("A.1")
        desk.report(asked, cell("5"), cell("6"), window=Q2)
        desk.report(asked, cell("7"), units=desk.both)
        row = pairs(desk.page(against=Q2.label))[0]
        assert row[1:] == ("7 km 1/2", "11 km", "Not comparable Not all units are in the sum yet.")

    @pytest.mark.parametrize(
        ("over_time", "against", "said"),
        [
            ("stock", "2025", "−50,0%"),
            ("flow", "2025", "Not comparable The two periods are not equally long."),
            ("running", Q2.label, "−50,0%"),
            ("running", "2024-Q3", "−50,0%"),
            ("running", "2024-Q4", "Not comparable The running total began anew this year."),
        ],
    )
    def test_what_comes_in_over_time_is_held_against_as_long_a_time(
        self, desk: Desk, over_time: str, against: str, said: str
    ) -> None:
        asked = indicator("A.1", over_time=over_time)
        desk.report(asked, cell("5"))
        desk.report(asked, cell("10"), window=window(against))
        assert pairs(desk.page(against=against))[0][3] == said

    def test_a_word_is_no_missing_figure(self, desk: Desk) -> None:
        asked = indicator("A.1", value_kind="yes_no", unit_of_measure="", over_units="none")
        desk.report(asked, cell("1"), window=Q2)
        desk.report(asked, cell(state="not_available", note="Chưa rõ"))
        row = pairs(desk.page(against=Q2.label))[0]
        assert row[1:] == ("No data", "Yes", "Not comparable No data: Quarter III/2025.")

    def test_a_period_is_not_held_against_itself(self, desk: Desk) -> None:
        desk.report(indicator("A.1"), cell("5"))
        for query in ({}, {"against": Q3.label}):
            assert "Choose two different periods." in text_of(desk.page(**query))

    @pytest.mark.parametrize("query", [{"period": "never"}, {"against": "never"}, {"what": "moons"}])
    def test_what_is_unknown_is_not_found(self, desk: Desk, query: dict) -> None:
        desk.report(indicator("A.1"), cell("5"))
        assert desk.page(**query).status_code == 404

    def test_before_the_first_round_there_is_nothing(self, site: Site) -> None:
        page = site.client.get(reverse("compare"))
        assert (page.status_code, "No round has been opened yet" in text_of(page)) == (200, True)

    def test_a_figure_that_waits_for_publication_is_no_figure(self, desk: Desk) -> None:
        asked = indicator("A.1")
        desk.report(asked, cell("5"), window=Q2)
        desk.report(asked, cell(CANARY), asks_publication=True)
        page = desk.page(against=Q2.label)
        assert pairs(page)[0][1:] == ("No data", "5 km", "Not comparable No data: Quarter III/2025.")
        assert "4.815" in desk.page(against=Q2.label, figures="latest").content.decode()

    @pytest.mark.parametrize("count", [1, 3])
    def test_takes_the_same_queries_however_many_lines(self, desk, count, after_an_approval) -> None:
        for number in range(count):
            for when in (Q2, Q3):
                desk.report(
                    indicator(f"A.{number}") if when == Q2 else Indicator.objects.last(), cell("5"), window=when
                )
        after_an_approval(7, lambda: desk.page(against=Q2.label))


class TestUnits:
    def test_lie_side_by_side(self, desk: Desk) -> None:
        desk.report(ratio("A.1", name="Tỷ lệ"), cell(of=("3", "4")), cell(of=("1", "4")))
        desk.report(indicator("B.1", name="Dài"), cell("30"), cell(state="not_available", note="Chưa đo"))
        assert pairs(desk.units()) == [
            ("Tỷ lệ A.1", "75,0% 3/4", "25,0% 1/4", "+50,0 pp"),
            ("Dài B.1", "30 km", "No data", "Not comparable No data: Sở Tài chính."),
        ]
        assert "Sở Khoa học và Công nghệ beside Sở Tài chính" in text_of(desk.units())

    def test_what_only_one_was_asked_for_says_so(self, desk: Desk) -> None:
        desk.report(indicator("A.1"), cell("30"), subject="self")
        assert pairs(desk.units())[0][1:] == ("30 km", "–", "Not comparable Not asked for: Sở Tài chính.")

    @pytest.mark.parametrize(
        ("codes", "said"),
        [
            ({"unit": ""}, "Choose two units of one kind."),
            ({"unit": "no such"}, "Choose two units of one kind."),
            ({"unit": "12"}, "Choose two units of one kind."),
            ({"unit": "LC-STC"}, "Choose two different units."),
            ({"unit": "A"}, "Units of different kinds are not compared."),
            ({"unit": "VNPT"}, "Companies supply figures and are compared with nobody."),
        ],
    )
    def test_of_different_kinds_are_not_compared(self, desk: Desk, codes: dict, said: str) -> None:
        for name, kind in (("A", "commune"), ("VNPT", "company")):
            unit(name, kind, parent=desk.site.province.root)
        desk.report(indicator("A.1"), cell(CANARY), cell(CANARY))
        page = desk.units(**codes)
        assert (page.status_code, said in text_of(page), "4.815" in page.content.decode()) == (200, True, False)
        assert '<option value="VNPT"' not in page.content.decode()

    @pytest.mark.parametrize(
        ("breakdown", "who", "seen"),
        [
            ("public", "company", [True, True]),
            ("state", "company", [False, False]),
            ("unit", "stranger", [False, False]),
            ("unit", "sister", [False, True]),
            ("unit", "verifier", [True, True]),
        ],
    )
    def test_show_each_reader_what_the_breakdown_allows(self, desk: Desk, breakdown, who, seen) -> None:
        desk.report(indicator("A.1", breakdown=breakdown), cell("4815"), cell("7162"))
        province = desk.site.province
        units: dict[str, Unit] = {
            "company": unit("VNPT", "company", parent=province.root),
            "stranger": unit("Sở Y tế", parent=province.root),
            "sister": province.sister,
        }
        desk.site.log_in(people.person(who, units[who], "reader") if who in units else province.verifier)
        for ending, words in (("", ("4.815", "7.162")), ("csv", ("4815", "7162"))):
            body = desk.page(ending, what="units", unit="LC-SKHCN", other="LC-STC").content.decode()
            assert [word in body for word in words] == seen
        said = text_of(desk.units())
        assert ("not shown to this account" in said) == (not all(seen))

    @pytest.mark.parametrize("count", [1, 3])
    def test_take_the_same_queries_however_many_lines(self, desk, count, after_an_approval) -> None:
        for number in range(count):
            desk.report(indicator(f"A.{number}"), cell("5"), cell("6"))
        after_an_approval(6, lambda: desk.units())


class TestReferences:
    def test_stand_beside_the_figure_with_their_document(self, desk: Desk, aim) -> None:
        asked = ratio("A.1", name="Tỷ lệ")
        aim(asked, 2025, "80", level="national", programme=None)
        aim(asked, 2025, "99")  # the province's own is no reference
        desk.report(asked, cell(of=("3", "4")))
        row = pairs(desk.page(what="references"))
        assert row == [("Tỷ lệ A.1", "75,0% 3/4", "≥ 80% 2025 Nghị quyết 09-NQ/TU", "−5,0 pp")]

    def test_that_are_only_about_right_are_not_subtracted(self, desk: Desk, aim) -> None:
        asked = ratio("A.1")
        aim(asked, 2025, "80", "about", level="national", programme=None)
        desk.report(asked, cell(of=("3", "4")))
        assert "only about right" in pairs(desk.page(what="references"))[0][3]

    def test_none_are_invented(self, desk: Desk, aim) -> None:
        asked = ratio("A.1")
        aim(asked, 2025, "99")
        desk.report(asked, cell(of=("3", "4")))
        assert "No reference figure is entered" in text_of(desk.page(what="references"))

    def test_of_a_whole_year_is_not_held_against_a_quarter(self, desk: Desk, aim) -> None:
        asked = indicator("A.1", over_time="flow")
        aim(asked, 2025, "80", level="national", programme=None)
        desk.report(asked, cell("20"))
        assert "The target is of a whole year" in pairs(desk.page(what="references"))[0][3]

    def test_set_for_another_way_of_measuring_is_not_compared(self, desk: Desk, aim) -> None:
        asked = ratio("A.1", valid_from=date(2023, 1, 1))
        aim(asked, 2025, "80", level="national", programme=None)  # by a document of 2022
        desk.report(asked, cell(of=("3", "4")))
        assert "The way of measuring changed" in pairs(desk.page(what="references"))[0][3]

    @pytest.mark.parametrize("count", [1, 3])
    def test_take_the_same_queries_however_many_lines(self, desk, aim, count, after_an_approval) -> None:
        for number in range(count):
            asked = indicator(f"A.{number}")
            aim(asked, 2025, "80", level="national", programme=None)
            desk.report(asked, cell("5"))
        after_an_approval(6, lambda: desk.page(what="references"))


def test_the_file_says_what_the_page_says(desk: Desk) -> None:
    asked = ratio("A.1", name="=Tỷ lệ")
    desk.report(asked, cell(of=("538", "1000")), window=Q2)
    desk.report(asked, cell(of=("576", "1000"), status="provisional"))
    book = sheet_of(desk.page("xlsx", against=Q2.label))
    (row,) = rows_of(book)
    assert (row["Quarter III/2025"], row["Quarter II/2025"], row["Difference"]) == (57.6, 53.8, 3.8)
    assert (row["Indicator"], row["Unit of the difference"]) == ("'=Tỷ lệ", "percentage points")
    assert any("Quarter II/2025. " in line for line in head_of(book))
    lines = records_of(desk.page("csv", against=Q2.label))
    assert lines[-1][5:10] == ["57,6", "Provisional; 576/1.000", "53,8", "538/1.000", "3,8"]
