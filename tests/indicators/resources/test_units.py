"""Units from a table: slices, codes that pass on, lost zeros, and a tree that stands on every day."""

from datetime import date

import pytest

from indicators.models import Unit, UnitCode, UnitSlice
from indicators.resources import UnitResource
from tests import factories, people

from .sheets import bring, changed, decomposed, extended, leave, refused, types, without

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "province")]


def row(code: str, name: str, kind: str, parent: str, valid_from: str = "", valid_to: str = "", **more: str):
    return {
        "system": "gso",
        "code": code,
        "name": name,
        "kind": kind,
        "parent_code": parent,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "same_unit": "",
        "is_confirmed": "yes",
        "source": "Nghị quyết 1670/NQ-UBTVQH15",
    } | more


SHEET = [
    row("03388", "Phường Đoàn Kết", "commune", "12", "01/07/2025"),
    row("105", "Thành phố Lai Châu", "district", "12", "", "30/06/2025"),
    row("03388", "Phường Quyết Tiến", "commune", "105", "", "30/06/2025"),
    row("03451", "Xã Mù Cả", "commune", "105", "", "30/06/2025"),
    row("03451", "Xã Mù Cả", "commune", "12", "01/07/2025", same_unit="yes"),
]
SYSTEMS = "gso (General Statistics Office); agency (Agency code (Decision 20/2020)); internal (Code of this system)"


def named(code: str, *day: int) -> str:
    on = date(*day)
    return str(Unit.objects.with_slice(on).with_code(code, on).get())


def test_a_code_that_passes_on_makes_two_units_whatever_the_order_of_the_rows(admin):
    assert types(bring(UnitResource, SHEET, by=admin)) == ["new"] * 5
    assert named("03388", 2025, 6, 30) == "Phường Quyết Tiến"
    assert named("03388", 2025, 7, 1) == "Phường Đoàn Kết"


def test_a_unit_that_goes_on_keeps_its_code_and_gets_another_parent(admin):
    bring(UnitResource, SHEET, by=admin)
    unit = Unit.objects.get(codes__code="03451")
    assert (unit.ended, unit.codes.count()) == (None, 1)
    assert [str(place.valid_from) for place in unit.slices.order_by("valid_from")] == ["1900-01-01", "2025-07-01"]
    on = date(2025, 7, 1)
    assert Unit.objects.with_slice(on).get(pk=unit.pk).parent_on_day == Unit.objects.get(codes__code="12").pk


def test_what_leaves_comes_back_unchanged(admin):
    bring(UnitResource, changed(SHEET, 4, name="+ Phường", source="'-"), by=admin)
    sheet = leave(UnitResource, by=admin)
    assert [r["code"] for r in sheet] == ["12", "LC-VPUBND", "LC-SKHCN", "LC-STC", "105", "03388", "03451",
                                          "03451", "03388"]  # fmt: skip
    assert types(bring(UnitResource, sheet, by=admin)) == ["skip"] * 9


def test_the_same_sheet_twice_changes_nothing(admin):
    bring(UnitResource, SHEET, by=admin)
    assert types(bring(UnitResource, SHEET, by=admin)) == ["skip"] * 5


def test_a_slice_that_is_known_is_renamed_and_ended(admin):
    bring(UnitResource, SHEET, by=admin)
    again = [row("03388", "Phường Đoàn Kết mới", "commune", "12", "01/07/2025",
                 "31/12/2030")]  # fmt: skip
    assert types(bring(UnitResource, again, by=admin)) == ["update"]
    unit = Unit.objects.get(slices__name="Phường Đoàn Kết mới")
    assert unit.ended == date(2031, 1, 1)
    assert unit.slices.get().search == "phuong doan ket moi"


@pytest.mark.parametrize(
    ("number", "cells", "sentence"),
    [
        (4, {"name": "=1+1"}, "column “name”: “=1+1” is a formula. Enter the text that it stands for."),
        (4, {"name": ""}, "column “name”: This cell must be filled in."),
        (4, {"name": "x" * 201}, f"column “name”, “{'x' * 59}…”: "
         "Ensure this value has at most 200 characters (it has 201)."),
        (4, {"valid_to": "04/31/2025"}, "column “last day”: “04/31/2025” is not a day. "
         "Enter it as day/month/year, for example 25/02/2022."),
        (4, {"is_confirmed": "maybe"}, "column “confirmed”: “maybe” is neither yes nor no."),
        (4, {"system": "tcvn"}, f"column “code system”: “tcvn” is none of the choices: {SYSTEMS}."),
        (4, {"parent_code": "999"}, "column “code of the parent unit”: "
         "No unit that may be named here has the code “999”."),
        (6, {"valid_to": "30/06/2025"}, "column “last day”, “30/06/2025”: The last day comes before the first."),
        (5, {"valid_to": "31/05/2025"}, "column “last day”, “31/05/2025”: "
         "The next name of the same unit holds from 01/07/2025, so this one ends the day before."),
        (6, {"code": "03999"}, "column “goes on as the same unit”, “yes”: "
         "No unit had this code until 01/07/2025, so none can go on."),
        (2, {"code": "3399"}, "column “code”, “3399”: "
         "A code of the General Statistics Office has 5 digits for this kind of unit."),
    ],
)  # fmt: skip
def test_one_wrong_cell_and_nothing_is_written(admin, number, cells, sentence):
    sheet = changed(SHEET, number, **cells)
    assert refused(UnitResource, sheet, by=admin) == [f"Row {number}, {sentence}"]


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        (extended(SHEET, "ended"), "The column “ended” is not taken here."),
        (extended(SHEET, "is_superuser"), "The column “is_superuser” is not taken here."),
        (without(SHEET, "valid_from"), "The column “valid from” (valid_from) is missing."),
        ([*SHEET, SHEET[1]], "Row 7 repeats row 3: both are gso, 105."),
        (
            changed(SHEET, 4, valid_to="", parent_code="12"),
            "From 01/07/2025 the code 03388 is given to Phường Đoàn Kết while Phường Quyết Tiến still holds it.",
        ),
        (
            changed(SHEET, 5, parent_code="03451"),
            "Row 5: A unit cannot stand under itself.",
        ),
        (
            changed(SHEET, 2, parent_code=""),
            "From 01/07/2025 Phường Đoàn Kết stands under nobody; only a province does.",
        ),
    ],
)
def test_a_table_that_does_not_stand_together_is_refused(admin, sheet, sentence):
    assert refused(UnitResource, sheet, by=admin) == [sentence]


def test_a_circle_is_refused(admin):
    sheet = changed(changed(SHEET, 3, parent_code="03388"), 4, parent_code="105")
    (said,) = refused(UnitResource, sheet, by=admin)
    assert said.endswith("stand under one another in a circle: Phường Quyết Tiến, Thành phố Lai Châu.")


@pytest.mark.parametrize(
    "sheet", [decomposed(SHEET), changed(SHEET, 2, kind="COMMUNE", valid_from="2025-07-01", is_confirmed="có")]
)
def test_the_same_said_otherwise_is_understood(admin, sheet):
    bring(UnitResource, SHEET, by=admin)
    assert types(bring(UnitResource, sheet, by=admin)) == ["skip"] * 5


def test_the_third_of_april_is_not_the_fourth_of_march(admin):
    bring(UnitResource, [row("03999", "Xã Mới", "commune", "12", "03/04/2025")], by=admin)
    assert UnitSlice.objects.get(name="Xã Mới").valid_from == date(2025, 4, 3)


def test_lost_zeros_are_put_back_and_said(admin):
    bring(UnitResource, SHEET, by=admin)
    sheet = [row("3388", "Phường Đoàn Kết", "commune", "12", "01/07/2025"),
             row("04001", "Bản", "commune", "3388", "02/07/2025")]  # fmt: skip
    result = bring(UnitResource, sheet, by=admin)
    assert types(result) == ["skip", "new"]
    assert result.notes == [
        "Row 2: 3388 was read as 03388 (Phường Đoàn Kết).",
        "Row 3: 3388 was read as 03388 (Phường Đoàn Kết).",
    ]


def test_zeros_are_not_put_back_where_the_short_code_is_somebodys(province, admin):
    bring(UnitResource, SHEET, by=admin)
    factories.unit("Kho bạc", code="3388", parent=province.root)
    result = bring(UnitResource, [row("04001", "Bản", "commune", "3388", "02/07/2025")], by=admin)
    assert UnitSlice.objects.get(name="Bản").parent == Unit.objects.get(codes__code="3388")
    assert result.notes == []


def test_two_codes_on_one_slice_are_not_written_twice(admin):
    bring(UnitResource, SHEET, by=admin)
    UnitCode.objects.create(unit=Unit.objects.get(codes__code="105"), system="internal", code="TP")
    sheet = [SHEET[1], {**SHEET[1], "system": "internal", "code": "TP"}]
    assert refused(UnitResource, sheet, by=admin) == [
        "Row 3, column “code”, “TP”: Row 2 is about the same unit on the same day."
    ]


def test_who_administers_one_unit_changes_that_and_what_is_below(province, admin):
    keeper = people.person("keeper", province.department, "administrator")
    branch = {**row("LC-CDS", "Trung tâm Chuyển đổi số", "department", "LC-SKHCN"), "system": "internal"}
    assert types(bring(UnitResource, [branch], by=keeper)) == ["new"]
    assert [each["code"] for each in leave(UnitResource, by=keeper)] == ["LC-SKHCN", "LC-CDS"]
    foreign = {**branch, "code": "LC-STC", "name": "Sở khác", "parent_code": ""}
    assert refused(UnitResource, [foreign], by=keeper) == [
        "Row 2, column “code”, “LC-STC”: The unit with this code may not be changed by the person who imports."
    ]
    above = {**branch, "code": "LC-X", "parent_code": "12"}
    assert refused(UnitResource, [above], by=keeper) == [
        "Row 2, column “code of the parent unit”: No unit that may be named here has the code “12”."
    ]


def test_a_row_costs_a_bounded_number_of_queries(admin, connection_queries):
    communes = [row(f"0400{n}", f"Xã {n}", "commune", "12") for n in range(1, 10)]
    three = connection_queries(lambda: bring(UnitResource, communes[:3], by=admin))
    six = connection_queries(lambda: bring(UnitResource, communes[3:], by=admin))
    assert (six - three) / 3 == 15
