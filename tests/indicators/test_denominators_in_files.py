"""Base figures in the Excel form and in tables of figures: there they are read, and nobody changes them."""

import pytest
from django.urls import reverse

from indicators.models import Submission
from tests.factories import unit
from tests.indicators import figure_tables
from tests.indicators.bases import corrected, covered, households, stored
from tests.indicators.figure_tables import importer, understood
from tests.indicators.pages import browser, press, seen
from tests.indicators.workbooks import book_of, confirm, fill, place, upload

pytestmark = pytest.mark.usefixtures("english")
ORIGIN = "Base figure: Households as of 01/04/2026, source: Cục Thống kê"
REFUSED = (
    "The denominator comes from the base figures and is not changed here. It is {base}; an objection to it is "
    "written on the page of the report."
)
OBJECTION = "Thiếu 12 hộ mới tách."
PARTS = "reporting_unit,period,indicator,numerator,denominator"
TOLD = "reporting_unit,period,indicator,numerator"


@pytest.fixture(autouse=True)
def _in_november(clock, kept_files) -> None:
    clock.set(2026, 11, 24, 9, 42)


@pytest.fixture
def report(province) -> Submission:
    return province.submission(covered(), subject="self")


@pytest.fixture
def base(province):
    return households(province.department, 900)


class TestTheExcelForm:
    def test_holds_the_base_figure_locked_with_where_it_comes_from(self, province, report, base) -> None:
        cell = place(book_of(report, province.reporter), "XH.02", "denominator")
        assert (cell.value, cell.protection.locked, cell.comment.text) == (900, True, ORIGIN)
        assert not place(book_of(report, province.reporter), "XH.02", "numerator").protection.locked

    def test_without_a_base_figure_takes_the_denominator(self, province, report) -> None:
        cell = place(book_of(report, province.reporter), "XH.02", "denominator")
        assert (cell.value, cell.protection.locked) == (None, False)

    def test_brings_the_numerator_alone(self, province, report, base) -> None:
        page = upload(report, province.reporter, fill(book_of(report, province.reporter), "XH.02", numerator=450))
        assert "450 / 900 = 50,0%" in seen(page)
        confirm(report, province.reporter, page)
        assert stored(report) == [(450, 900, base.pk, "")]

    def test_as_it_was_downloaded_changes_nothing_and_keeps_the_objection(self, province, report, base) -> None:
        fields = {"XH_02_numerator": "450", "XH_02_base": str(base.pk), "XH_02_objection": OBJECTION}
        press(report, province.reporter, "save", **fields)
        page = upload(report, province.reporter, book_of(report, province.reporter))
        assert page.context["preview"].changed == []
        page = upload(report, province.reporter, fill(book_of(report, province.reporter), "XH.02", numerator=451))
        confirm(report, province.reporter, page)
        assert stored(report) == [(451, 900, base.pk, OBJECTION)]

    def test_left_empty_says_nothing_of_the_line(self, province, report, base) -> None:
        page = upload(report, province.reporter, book_of(report, province.reporter))
        assert (page.context["preview"].changed, page.context["preview"].faults) == ([], [])

    def test_may_say_that_the_numerator_could_not_be_collected(self, province, report, base) -> None:
        book = fill(book_of(report, province.reporter), "XH.02", state="Could not be collected", note="Mất mạng")
        confirm(report, province.reporter, upload(report, province.reporter, book))
        assert stored(report) == [(None, None, None, "")]

    @pytest.mark.parametrize("written", [901, "1 200", 0])
    def test_with_another_denominator_is_refused_naming_the_cell(self, province, report, base, written) -> None:
        book = fill(book_of(report, province.reporter), "XH.02", numerator=450, denominator=written)
        page = upload(report, province.reporter, book)
        where = place(book, "XH.02", "denominator").coordinate
        said = REFUSED.format(base=f"900 ({ORIGIN})")
        assert [fault.sentence for fault in page.context["preview"].faults] == [f"Cell {where}: {said}"]
        assert stored(report) == []

    def test_of_before_a_correction_is_refused_and_goes_back_with_the_new_one(self, province, report, base) -> None:
        book = fill(book_of(report, province.reporter), "XH.02", numerator=450)
        new = corrected(base, 905)
        page = upload(report, province.reporter, book)
        said = f"905 (Base figure: Households as of 01/04/2026, source: {new.source})"
        assert REFUSED.format(base=said) in seen(page)
        assert stored(report) == []

    def test_of_before_a_correction_is_not_written_after_the_preview_either(self, province, report, base) -> None:
        page = upload(report, province.reporter, fill(book_of(report, province.reporter), "XH.02", numerator=450))
        corrected(base, 905)
        assert confirm(report, province.reporter, page).status_code == 409
        assert stored(report) == []


class TestATableOfFigures:
    def test_brings_the_numerator_alone_or_the_same_denominator_beside_it(self, province, report, base) -> None:
        by = importer(province.department)
        for row, headings in (("LC-SKHCN,2026-Q4,XH.02,450", TOLD), ("LC-SKHCN,2026-Q4,XH.02,450,900", PARTS)):
            plan = understood(by, row, headings=headings)
            assert (plan.faults, [row.line.new for row in plan.changed if row.line]) == (
                [],
                ["450 / 900 = 50,0%; the denominator is a base figure"],
            )
            assert plan.reports[0].problems == ()

    def test_with_another_denominator_is_refused_naming_the_cell(self, province, report, base) -> None:
        plan = understood(importer(province.department), "LC-SKHCN,2026-Q4,XH.02,450,901", headings=PARTS)
        assert plan.faults == [f"Cell E2: {REFUSED.format(base=f'900 ({ORIGIN})')}"]

    def test_without_a_base_figure_brings_both_parts(self, province, report) -> None:
        plan = understood(importer(province.department), "LC-SKHCN,2026-Q4,XH.02,450,800", headings=PARTS)
        assert [row.line.new for row in plan.changed if row.line] == ["450 / 800 = 56,3%"]

    def test_is_compared_anew_where_the_figure_changed_after_the_preview(self, province, report, base) -> None:
        by = importer(province.department)
        table = figure_tables.table("LC-SKHCN,2026-Q4,XH.02,450", headings=TOLD)
        page = figure_tables.upload(by, table)
        new = corrected(base, 905)
        again = figure_tables.confirm(by, page)
        assert (again.status_code, stored(report)) == (409, [])
        assert "450 / 905 = 49,7%" in seen(again)
        figure_tables.confirm(by, again)
        assert stored(report) == [(450, 905, new.pk, "")]

    @pytest.mark.parametrize("count", [1, 3])
    def test_asks_the_register_once(self, province, count: int, django_assert_num_queries) -> None:
        communes = [unit(f"Xã {n}", "commune", code=f"0{n}", parent=province.root) for n in range(count)]
        province.round(covered(source_kind="commune"), units=communes, subject="self")
        by = importer(province.root)
        for each in communes:
            households(each, 900)
        rows = [f"0{n},2026-Q4,XH.02,450" for n in range(count)]
        with django_assert_num_queries(16):
            plan = understood(by, *rows, headings=TOLD)
        assert len(plan.changed) == count


def test_the_printed_draft_shows_what_was_saved(province, report, base) -> None:
    press(report, province.reporter, "save", XH_02_numerator="450", XH_02_base=str(base.pk))
    corrected(base, 905)
    said = seen(browser(province.reporter).get(reverse("submission_print", args=[report.pk])))
    assert "450/900" in said
