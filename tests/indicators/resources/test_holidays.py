"""Holidays and swapped days from a table."""

from datetime import date

import pytest
from tablib import Dataset

from indicators.models import SpecialDay
from indicators.resources import SpecialDayResource

from .sheets import bring, changed, dataset, decomposed, extended, leave, refused, types, without

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SHEET = [
    {"day": "30/04/2026", "kind": "holiday", "name": "Ngày Giải phóng miền Nam"},
    {"day": "01/05/2026", "kind": "holiday", "name": "Ngày Quốc tế Lao động"},
    {"day": "09/05/2026", "kind": "swapped", "name": "Làm bù ngày 04/5"},
]
CHOICES = "holiday (Holiday); swapped (Weekend day worked in exchange)"


def test_days_are_read_and_written(admin):
    assert types(bring(SpecialDayResource, SHEET, by=admin)) == ["new", "new", "new"]
    assert list(SpecialDay.objects.order_by("day").values_list("day", "kind", "name")) == [
        (date(2026, 4, 30), "holiday", "Ngày Giải phóng miền Nam"),
        (date(2026, 5, 1), "holiday", "Ngày Quốc tế Lao động"),
        (date(2026, 5, 9), "swapped", "Làm bù ngày 04/5"),
    ]


def test_what_leaves_comes_back_unchanged(admin):
    bring(SpecialDayResource, changed(SHEET, name="-1 @ '=Tết"), by=admin)
    assert leave(SpecialDayResource, by=admin)[1]["name"] == "'-1 @ '=Tết"
    assert types(bring(SpecialDayResource, leave(SpecialDayResource, by=admin), by=admin)) == ["skip"] * 3


def test_a_known_day_is_changed(admin):
    bring(SpecialDayResource, SHEET, by=admin)
    assert types(bring(SpecialDayResource, changed(SHEET, name="Nghỉ bù"), by=admin)) == ["skip", "update", "skip"]
    assert SpecialDay.objects.get(day=date(2026, 5, 1)).search == "nghi bu"


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"day": "04/31/2025"}, "column “day”: “04/31/2025” is not a day. "
         "Enter it as day/month/year, for example 25/02/2022."),
        ({"day": "30/04/2026"}, None),
        ({"day": ""}, "column “day”: This cell must be filled in."),
        ({"day": "01/05/0026"}, "column “day”: The year of “01/05/0026” is out of sight."),
        ({"kind": "feast"}, f"column “kind of day”: “feast” is none of the choices: {CHOICES}."),
        ({"kind": ""}, "column “kind of day”: This cell must be filled in."),
        ({"name": "=1+1"}, "column “occasion”: “=1+1” is a formula. Enter the text that it stands for."),
        ({"name": "a\x00b"}, "column “occasion”, “a\x00b”: "
         "The text holds a control character, which cannot be kept."),
        ({"name": " "}, "column “occasion”: This cell must be filled in."),
        ({"name": "x" * 201}, f"column “occasion”, “{'x' * 59}…”: "
         "Ensure this value has at most 200 characters (it has 201)."),
        ({"kind": "swapped"}, "Only a Saturday or Sunday is worked in exchange for a holiday."),
    ],
)  # fmt: skip
def test_one_wrong_cell_and_nothing_is_written(admin, cells, sentence):
    joint = "," if sentence and sentence.startswith("column") else ":"
    said = f"Row 3{joint} {sentence}" if sentence else "Row 3 repeats row 2: both are 30/04/2026."
    assert refused(SpecialDayResource, changed(SHEET, **cells), by=admin) == [said]


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        (extended(SHEET, "state"), "The column “state” is not taken here."),
        (extended(SHEET, ""), "The column “–” is not taken here."),
        (without(SHEET, "kind"), "The column “kind of day” (kind) is missing."),
    ],
)
def test_a_table_of_another_shape_is_refused(admin, sheet, sentence):
    assert refused(SpecialDayResource, sheet, by=admin)[-1] == sentence


def test_a_table_without_rows_is_refused(admin):
    result = SpecialDayResource().import_data(Dataset(headers=list(SHEET[0])), user=admin)
    assert result.sentences == ["The table holds no rows."]


def test_nobody_imports_as_nobody(db):
    with pytest.raises(TypeError, match="names the user"):
        SpecialDayResource().import_data(dataset(SHEET))


@pytest.mark.parametrize(
    "sheet",
    [
        decomposed(SHEET),
        changed(SHEET, kind="HOLIDAY "),
        changed(SHEET, day="2026-05-01"),
        changed(SHEET, day="1/5/2026"),
        changed(SHEET, name="\u00a0Ngày Quốc tế Lao động\u200b"),
    ],
)
def test_the_same_said_otherwise_is_understood(admin, sheet):
    bring(SpecialDayResource, SHEET, by=admin)
    assert types(bring(SpecialDayResource, sheet, by=admin)) == ["skip"] * 3


def test_the_third_of_april_is_not_the_fourth_of_march(admin):
    bring(SpecialDayResource, changed(SHEET, day="03/04/2025"), by=admin)
    assert SpecialDay.objects.filter(day=date(2025, 4, 3)).exists()


def test_rows_are_named_as_the_sheet_counts_them(admin):
    table = dataset(changed(changed(SHEET, 2, day="x"), 4, kind="y"))
    table.row_numbers = [4, 7, 9]
    said = SpecialDayResource().import_data(table, user=admin).sentences
    assert [sentence[:6] for sentence in said] == ["Row 4,", "Row 9,"]


def test_what_nobody_foresaw_is_a_sentence_too_and_nothing_is_written(admin, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(SpecialDay, "save", fail)
    assert refused(SpecialDayResource, SHEET[:1], by=admin) == ["Row 2 could not be written."]
    assert "secret" in caplog.text


def test_every_faulty_row_is_named_at_once(admin):
    sheet = changed(changed(SHEET, 2, day="x"), 4, kind="y", name="")
    assert [sentence[:5] for sentence in refused(SpecialDayResource, sheet, by=admin)] == [
        "Row 2",
        "Row 4",
        "Row 4",
    ]


def test_a_row_costs_a_bounded_number_of_queries(admin, connection_queries):
    days = [{"day": f"{n:02}/06/2026", "kind": "holiday", "name": "Tết"} for n in range(1, 10)]
    three = connection_queries(lambda: bring(SpecialDayResource, days[:3], by=admin))
    six = connection_queries(lambda: bring(SpecialDayResource, days[3:], by=admin))
    assert (six - three) / 3 == 5
