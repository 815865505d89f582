"""What goes into the cells of a form, what is said of it, and why a cell keeps its marker."""

import pytest

from indicators.calendars import quarter
from indicators.models import Round, Unit
from tests import people
from tests.factories import cell, indicator, ratio, unit
from tests.reporting.conftest import Site
from tests.reporting.filling.conftest import Desk, lines_of

Q3 = quarter(2026, 3)


def published(site: Site, asked, **facts) -> None:
    site.approve(site.province.submission(asked, window=Q3), cell(**facts))


def why(answer) -> dict[str, str]:
    """Marker → the reason why it was not filled in."""
    return {marker: reason for _place, marker, reason in lines_of(answer, "unfilled")}


def test_a_marker_alone_becomes_a_number(desk: Desk) -> None:
    published(desk.site, indicator("HT.01", name="Cáp quang"), value="14433")
    answer = desk.fill("{{HT.01}}", "{{ht.01|2026-Q3}}", number_format="#,##0.0")
    written = desk.sheet(answer)["A1"]
    assert (written.value, written.data_type, written.number_format) == (14433, "n", "#,##0.0")
    assert lines_of(answer, "filled") == [
        ["Biểu!A1", "{{HT.01}} Cáp quang · Quarter III/2026", "14.433 km", "1/1", "–"],
        ["Biểu!A2", "{{ht.01|2026-Q3}} Cáp quang · Quarter III/2026", "14.433 km", "1/1", "–"],
    ]
    assert lines_of(answer, "unfilled") == []


def test_the_decimals_are_kept(desk: Desk) -> None:
    published(desk.site, indicator("KT.02", decimals=2), value="53.80")
    assert desk.cells(desk.fill("{{KT.02}}")) == [53.8]


def test_a_cell_that_shows_per_cent_holds_the_share(desk: Desk) -> None:
    published(desk.site, ratio("DL.02"), value="53.8")
    assert desk.cells(desk.fill("{{DL.02}}", number_format="0.0%")) == [0.538]
    assert desk.cells(desk.fill("{{DL.02}}")) == [53.8]


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Đạt {{DL.02}} số hồ sơ", "Đạt 53,8% số hồ sơ"),
        ("Đạt {{DL.02}} % số hồ sơ", "Đạt 53,8 % số hồ sơ"),
        ("{{HT.01}} km; {{HT.01}}", "14.433 km; 14.433"),
        ("{{HT.01}} và {{XX.99}}", "14.433 và {{XX.99}}"),
    ],
)
def test_within_a_text_the_figure_is_written(desk: Desk, text: str, filled: str) -> None:
    made = desk.site.province.round(ratio("DL.02"), indicator("HT.01"), window=Q3)
    desk.site.approve(made.submissions.get(), cell("53.8"), cell("14433"))
    assert desk.cells(desk.fill(text)) == [filled]


def test_nearly_400_is_not_400(desk: Desk) -> None:
    published(desk.site, indicator("KT.01", unit_of_measure="tỷ đồng"), value="400", qualifier="nearly")
    answer = desk.fill("{{KT.01}}")
    assert desk.cells(answer) == ["gần 400"]  # a ministry's form is in Vietnamese, whatever its reader chose
    assert lines_of(answer, "filled")[0][4] == "Written as text: the figure is not exact."


def test_an_estimate_is_named(desk: Desk) -> None:
    published(desk.site, indicator("HT.01"), value="5", status="estimate")
    answer = desk.fill("{{HT.01}}")
    assert (desk.cells(answer), lines_of(answer, "filled")[0][4]) == ([5], "Estimate")


def test_a_yes_is_written_in_its_words(desk: Desk) -> None:
    words = {"value_kind": "yes_no", "unit_of_measure": "", "yes_words": "Đã vận hành", "over_units": "none"}
    published(desk.site, indicator("NT.01", **words), value="1")
    assert desk.cells(desk.fill("{{NT.01}}")) == ["Đã vận hành"]


def test_a_partial_total_is_filled_in_and_named(desk: Desk) -> None:
    units = [desk.site.province.department, desk.site.province.sister]
    made = desk.site.province.round(indicator("DL.01"), units=units, subject="self", window=Q3)
    desk.site.approve(made.submissions.get(unit=units[0]), cell("11"))
    answer = desk.fill("{{DL.01}}")
    assert desk.cells(answer) == [11]
    assert lines_of(answer, "filled")[0][3:] == ["1/2", "Partial: from 1 of 2; missing: Sở Tài chính"]


class TestReasons:
    def test_an_unknown_indicator_or_period(self, desk: Desk) -> None:
        published(desk.site, indicator("HT.01", name="Cáp quang"), value="5")
        assert why(desk.fill("{{HT.99}}", "{{HT.01|2019-Q1}}", "{{HT.01}}")) == {
            "{{HT.99}}": 'There is no indicator with the code "HT.99".',
            "{{HT.01|2019-Q1}}": 'There is no reporting period "2019-Q1" here. Cáp quang',
        }

    def test_what_nobody_asks_for_or_nobody_published(self, desk: Desk) -> None:
        published(desk.site, indicator("HT.01"), value="5")
        indicator("HT.02", name="A")
        desk.site.province.submission(indicator("HT.03", name="B"), window=Q3)
        assert why(desk.fill("{{HT.02}}", "{{HT.03}}")) == {
            "{{HT.02}}": "No report asks for this indicator in this period. A · Quarter III/2026",
            "{{HT.03}}": "No figure is published for this period. B · Quarter III/2026",
        }

    def test_what_is_approved_and_not_published(self, desk: Desk) -> None:
        made = desk.site.province.submission(indicator("HT.01"), window=Q3, asks_publication=True)
        desk.site.approve(made, cell("987654"))
        answer = desk.fill("{{HT.01}}")
        assert why(answer)["{{HT.01}}"].startswith("No figure is published for this period.")
        assert "987.654" not in answer.content.decode()

    def test_an_older_figure_stands_in_for_nothing(self, desk: Desk) -> None:
        asked = indicator("HT.01")
        old = desk.site.province.submission(asked, window=quarter(2026, 2))
        desk.site.approve(old, cell("5"))
        desk.site.province.round(indicator("HT.02"), window=Q3)
        assert why(desk.fill("{{HT.01|2026-Q3}}"))["{{HT.01|2026-Q3}}"].startswith("No report asks for")

    def test_what_was_not_available(self, desk: Desk) -> None:
        published(desk.site, indicator("HT.07", name="A"), state="not_available", note="Nguồn không nêu số.")
        assert why(desk.fill("{{HT.07}}"))["{{HT.07}}"] == "No data; Nguồn không nêu số. A · Quarter III/2026"

    def test_what_cannot_be_one_figure_of_the_province(self, desk: Desk) -> None:
        units = [desk.site.province.department, desk.site.province.sister]
        asked = [ratio("XH.01", name="A"), indicator("HT.09", over_units="none", name="B")]
        made = desk.site.province.round(*asked, units=units, subject="self", window=Q3)
        desk.site.approve(made.submissions.get(unit=units[0]), cell(of=("1", "10")), cell("5"))
        desk.site.approve(made.submissions.get(unit=units[1]), cell("53.8"), cell("7"))
        assert why(desk.fill("{{XH.01}}", "{{HT.09}}")) == {
            "{{XH.01}}": "Cannot be computed; Cannot be computed: Sở Tài chính reported only a percentage. "
            "A · Quarter III/2026",
            "{{HT.09}}": "By unit only B · Quarter III/2026",
        }

    @pytest.mark.parametrize("text", ["{{}}", "{{HT.01|a|b|c}}"])
    def test_what_is_no_marker(self, desk: Desk, text: str) -> None:
        assert why(desk.fill(text))[text].startswith("This is no marker. Write {{indicator}}")

    def test_what_does_not_end_and_what_stands_in_a_formula(self, desk: Desk) -> None:
        found = why(desk.fill("{{HT.01", '="{{HT.01}}"&1'))
        assert found["{{HT.01"] == "This is no marker: it begins with {{ and does not end with }}."
        assert found['="{{HT.01}}"&1'].startswith("The cell holds a formula.")


class TestMadeUp:
    @pytest.fixture(autouse=True)
    def _made_up(self, desk: Desk) -> None:
        published(desk.site, indicator("HT.01", name="A"), value="5")
        Round.objects.update(is_illustrative=True)

    def test_figures_are_not_filled_in_by_accident(self, desk: Desk) -> None:
        answer = desk.fill("{{HT.01}}")
        assert why(answer)["{{HT.01}}"].startswith("The figure is made up to show the system.")
        assert 'name="kept"' not in answer.content.decode()

    def test_figures_are_named_where_they_are_asked_for(self, desk: Desk) -> None:
        answer = desk.fill("{{HT.01}}", illustrative="on")
        assert (desk.cells(answer), lines_of(answer, "filled")[0][4]) == ([5], "Illustration")
        assert "Illustration – The figures of this period are made up" in " ".join(
            answer.content.decode().split()
        ).replace("<strong>Illustration</strong>", "Illustration")
        assert desk.take(answer)["Content-Disposition"] == 'attachment; filename="minh-hoa-bieu-3-da-dien.xlsx"'


class TestOfOneUnit:
    def reports(self, desk: Desk, asked, units: list[Unit], *values: str) -> None:
        made = desk.site.province.round(asked, units=units, subject="self", window=Q3)
        for each, value in zip(units, values, strict=True):
            desk.site.approve(made.submissions.get(unit=each), cell(value))

    def test_what_was_reported_about_it(self, desk: Desk) -> None:
        units = [desk.site.province.department, desk.site.province.sister]
        self.reports(desk, indicator("DL.01", name="A"), units, "11", "7")
        answer = desk.fill("{{DL.01|2026-Q3|LC-STC}}", "{{DL.01||LC-SKHCN}}", "{{DL.01}}")
        assert desk.cells(answer) == [7, 11, 18]
        assert lines_of(answer, "filled")[0][1] == "{{DL.01|2026-Q3|LC-STC}} A · Quarter III/2026 · Sở Tài chính"

    def test_else_what_it_reported_about_the_province(self, desk: Desk) -> None:
        published(desk.site, indicator("HT.01"), value="14433")
        assert desk.cells(desk.fill("{{HT.01||LC-SKHCN}}")) == [14433]

    def test_a_code_means_the_unit_of_the_periods_last_day(self, desk: Desk) -> None:
        published(desk.site, indicator("HT.01", name="A"), value="5")
        found = why(desk.fill("{{HT.01||99999}}", "{{HT.01||LC-STC}}"))
        assert found == {
            "{{HT.01||99999}}": 'No unit bears the code "99999" on the last day of this period. '
            "A · Quarter III/2026",
            "{{HT.01||LC-STC}}": "No figure of this unit that may be shown here is published for this period. "
            "A · Quarter III/2026 · Sở Tài chính",
        }

    def test_a_figure_that_its_reader_may_not_see_is_not_there(self, desk: Desk) -> None:
        company = unit("VNPT", "company", parent=desk.site.province.root)
        asked = indicator("DL.01", breakdown="unit", source_kind="company")
        self.reports(desk, asked, [company], "4815162")
        answer = desk.fill("{{DL.01||VNPT}}")
        assert why(answer)["{{DL.01||VNPT}}"].startswith("No figure of this unit that may be shown here")
        assert "4815162" not in answer.content.decode().replace(".", "")
        desk.site.log_in(desk.site.province.approver)
        assert desk.cells(desk.fill("{{DL.01||VNPT}}")) == [4815162]


@pytest.mark.parametrize("count", [1, 3])
def test_takes_as_many_queries_for_one_marker_as_for_many(
    desk: Desk, django_assert_num_queries, count: int
) -> None:
    units = [unit(f"Sở {n}", code=f"S{n}", parent=desk.site.province.root) for n in range(count)]
    made = desk.site.province.round(
        *[indicator(f"HT.{n}") for n in range(count)], units=units, subject="self", window=Q3
    )
    desk.site.approve(made.submissions.get(unit=units[0]), *[cell("5")] * count)
    texts = [f"{{{{HT.{n}}}}} {{{{HT.{n}||S{n}}}}}" for n in range(count)]
    with django_assert_num_queries(16):
        desk.fill(*texts)


def test_a_reader_of_one_unit_does_not_fill_forms_of_the_province(desk: Desk) -> None:
    desk.site.log_in(people.person("of one", desk.site.province.sister, "reader"))
    assert desk.site.client.get(desk.address).status_code == 403
    assert desk.fill("{{HT.01}}").status_code == 403
