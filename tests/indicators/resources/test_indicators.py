"""Indicators and their definitions from a table."""

from datetime import date
from decimal import Decimal

import pytest

from indicators.models import Definition, Indicator, IndicatorGroup, Programme, ProgrammeIndicator
from indicators.resources import IndicatorResource
from tests import factories

from .sheets import bring, changed, decomposed, extended, leave, refused, types, without

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "province", "programme")]


def row(code: str, name: str, **more: str) -> dict[str, str]:
    return {
        "code": code,
        "name": name,
        "valid_from": "",
        "value_kind": "number",
        "unit_of_measure": "km",
        "decimals": "0",
        "direction": "up",
        "lower_bound": "0",
        "upper_bound": "",
        "over_units": "sum",
        "over_time": "stock",
        "source_kind": "department",
        "source_unit": "",
        "lead_unit": "LC-SKHCN",
        "breakdown": "",
        "description": "",
        "programme": "NQ09",
        "group": "HT",
        "order": "",
    } | more


SHEET = [
    row("HT.01", "Tổng chiều dài cáp quang", order="1"),
    row("HT.02", "Tỷ lệ thôn có sóng", value_kind="ratio", unit_of_measure="%", decimals="1", upper_bound="100",
        over_units="ratio", order="2"),
    row("HT.02", "Tỷ lệ thôn có sóng", valid_from="01/07/2025", value_kind="ratio", unit_of_measure="%",
        decimals="1", upper_bound="100,5", over_units="ratio", order="2"),
]  # fmt: skip
DIRECTIONS = "up (Higher is better); down (Lower is better); none (Neither)"


@pytest.fixture
def programme(db: None) -> Programme:
    IndicatorGroup.objects.create(code="HT", name="Hạ tầng số")
    return Programme.objects.create(code="NQ09", name="Nghị quyết 09")


def test_definitions_indicators_and_places_are_written(admin, province, programme):
    assert types(bring(IndicatorResource, SHEET, by=admin)) == ["new"] * 3
    indicator = Indicator.objects.get(code="HT.02")
    assert indicator.search == "ty le thon co song"
    first, second = indicator.definitions.order_by("valid_from")
    assert (first.valid_from, second.valid_from) == (date(1900, 1, 1), date(2025, 7, 1))
    assert (first.upper_bound, second.upper_bound) == (Decimal(100), Decimal("100.5"))
    assert (first.lead_unit, first.source_kind, first.breakdown) == (province.department, "department", "public")
    place = ProgrammeIndicator.objects.get(indicator=indicator)
    assert (place.programme, place.group.code, place.order) == (programme, "HT", 2)


def test_what_leaves_comes_back_unchanged(admin):
    bring(IndicatorResource, changed(SHEET, 2, description="- một\n- hai", name="+ Cáp"), by=admin)
    factories.indicator("KT.01", group="KT", lower_bound=Decimal("-0.38"))
    Definition.objects.filter(indicator__code="KT.01").update(numerator_name="=A1")
    sheet = leave(IndicatorResource, by=admin)
    assert [each["code"] for each in sheet] == ["HT.01", "HT.02", "HT.02", "KT.01"]
    assert (sheet[3]["lower_bound"], sheet[3]["numerator_name"]) == ("-0,38", "'=A1")
    assert types(bring(IndicatorResource, sheet, by=admin)) == ["skip"] * 4


def test_a_name_and_a_place_change_without_touching_the_definition(admin):
    bring(IndicatorResource, SHEET, by=admin)
    sheet = changed(SHEET, 2, name="Chiều dài cáp", order="7")
    assert types(bring(IndicatorResource, sheet, by=admin)) == ["update", "skip", "skip"]
    assert Indicator.objects.get(code="HT.01").search == "chieu dai cap"
    assert ProgrammeIndicator.objects.get(indicator__code="HT.01").order == 7
    assert Definition.history.filter(indicator__code="HT.01").count() == 1


def test_a_definition_that_a_round_opened_with_is_not_changed(admin, province):
    bring(IndicatorResource, SHEET, by=admin)
    province.round(Indicator.objects.get(code="HT.01"))
    assert types(bring(IndicatorResource, SHEET, by=admin)) == ["skip"] * 3
    assert types(bring(IndicatorResource, changed(SHEET, 2, name="Cáp"), by=admin)) == ["update", "skip", "skip"]
    assert refused(IndicatorResource, changed(SHEET, 2, name="Cáp", decimals="2"), by=admin) == [
        "Row 2: A round opened with this definition, so it cannot be changed. "
        "Another way of measuring is a row with its own first day."
    ]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"lower_bound": "1.250"}, ', column “lower bound”: "1.250" can be read as 1,250 or 1250. Choose one.'),
        ({"lower_bound": "gần 400"}, ', column “lower bound”: Enter the number alone: '
         '"gần 400" carries a word that cannot be kept here.'),
        ({"decimals": "1.250"}, ", column “decimals”: “1.250” is not a whole number without dots or commas."),
        ({"decimals": "7"}, ": At most six decimals are kept."),
        ({"name": "=1+1"}, ", column “name”: “=1+1” is a formula. Enter the text that it stands for."),
        ({"name": ""}, ", column “name”: This cell must be filled in."),
        ({"over_units": ""}, ", column “rule over units”: This cell must be filled in."),
        ({"over_time": ""}, ", column “rule over time”: This cell must be filled in."),
        ({"unit_of_measure": "k" * 41}, f", column “unit of measure”, “{'k' * 41}”: "
         "Ensure this value has at most 40 characters (it has 41)."),
        ({"direction": "left"}, f", column “direction”: “left” is none of the choices: {DIRECTIONS}."),
        ({"valid_from": "04/31/2025"}, ", column “valid from”: “04/31/2025” is not a day. "
         "Enter it as day/month/year, for example 25/02/2022."),
        ({"lead_unit": "LC-X"}, ", column “lead unit”: No unit that may be named here has the code “LC-X”."),
        ({"programme": "NQ1"}, ", column “programme”: No programme has the code “NQ1”."),
        ({"programme": ""}, ", column “group of indicators”, “HT”: "
         "Name the programme in which the indicator stands in this group."),
    ],
)  # fmt: skip
def test_one_wrong_cell_and_nothing_is_written(admin, cells, sentence):
    assert refused(IndicatorResource, changed(SHEET, 2, **cells), by=admin) == [f"Row 2{sentence}"]


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        (extended(SHEET, "state"), "The column “state” is not taken here."),
        (without(SHEET, "over_time"), "The column “rule over time” (over_time) is missing."),
        ([*SHEET, SHEET[1]], "Row 5 repeats row 3: both are HT.02."),
        (
            changed(SHEET, 4, name="Khác"),
            "Row 4, column “name”: “Khác” is not what row 3 says of HT.02: “Tỷ lệ thôn có sóng”.",
        ),
        (
            changed(SHEET, 2, source_unit="LC-STC"),
            "Row 2: Name one contributing source: either a kind of unit or one unit; of a formula none, since "
            "what is reported of it is a cross-check.",
        ),
        (changed(SHEET, 2, group=""), "Row 2: Name the group in which the indicator stands in its programme."),
    ],
)
def test_a_table_that_contradicts_is_refused(admin, sheet, sentence):
    assert refused(IndicatorResource, sheet, by=admin) == [sentence]


@pytest.mark.parametrize(
    "sheet",
    [
        decomposed(SHEET),
        changed(SHEET, 2, direction="higher is BETTER", over_units="Sum", source_kind="Department or agency"),
        changed(SHEET, 4, valid_from="2025-07-01", upper_bound="100.5"),
        changed(SHEET, 3, upper_bound="100%"),
    ],
)
def test_the_same_said_otherwise_is_understood(admin, sheet):
    bring(IndicatorResource, SHEET, by=admin)
    assert types(bring(IndicatorResource, sheet, by=admin)) == ["skip"] * 3


def test_the_third_of_april_is_not_the_fourth_of_march(admin):
    bring(IndicatorResource, changed(SHEET, 2, valid_from="03/04/2025"), by=admin)
    assert Definition.objects.get(indicator__code="HT.01").valid_from == date(2025, 4, 3)


def test_lost_zeros_of_a_unit_are_put_back_and_said(admin, province):
    factories.unit("Phường Đoàn Kết", "commune", code="03388", parent=province.root)
    result = bring(IndicatorResource, changed(SHEET, 2, lead_unit="3388"), by=admin)
    assert types(result) == ["new"] * 3
    assert result.notes == ["Row 2: 3388 was read as 03388 (Phường Đoàn Kết)."]


def test_a_column_that_is_not_there_says_nothing(admin):
    bring(IndicatorResource, SHEET, by=admin)
    sheet = without(without(SHEET, "lead_unit"), "upper_bound")
    assert types(bring(IndicatorResource, sheet, by=admin)) == ["skip"] * 3


def test_a_row_costs_a_bounded_number_of_queries(admin, connection_queries):
    rows = [row(f"DL.0{n}", f"Chỉ tiêu {n}") for n in range(1, 10)]
    three = connection_queries(lambda: bring(IndicatorResource, rows[:3], by=admin))
    six = connection_queries(lambda: bring(IndicatorResource, rows[3:], by=admin))
    assert (six - three) / 3 == 30  # each constraint that a definition has more is a query
