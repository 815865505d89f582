"""Targets from a table: append-only, so that another figure needs a reason."""

from datetime import date
from decimal import Decimal

import pytest

from indicators import targets
from indicators.models import Document, Programme, Target
from indicators.resources import TargetResource
from tests import factories

from .sheets import bring, changed, decomposed, extended, leave, refused, types, without

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "province", "catalogue")]


def row(indicator: str, level: str, year: str, value: str, document: str, **more: str) -> dict[str, str]:
    return {
        "indicator": indicator,
        "level": level,
        "unit": "",
        "year": year,
        "operator": ">=",
        "value": value,
        "document": document,
        "document_signed_on": "",
        "document_signed_by": "",
        "programme": "",
        "reason": "",
    } | more


DECISION = "Quyết định 411/QĐ-TTg"
SHEET = [
    row("KT.01", "national", "2025", "20", DECISION, document_signed_on="31/03/2022"),
    row("KT.01", "province", "2030", "12,5", "Nghị quyết 09-NQ/TU", programme="P"),
    row("HT.01", "unit", "2030", "14433", "Kế hoạch 5", unit="LC-SKHCN", operator="≥"),
]
LEVELS = "national (National (reference)); province (Province); unit (Unit)"


@pytest.fixture
def catalogue(db: None) -> None:
    factories.indicator("HT.01")
    factories.ratio("KT.01", group="KT")


def test_targets_and_their_documents_are_written(admin, province):
    assert types(bring(TargetResource, SHEET, by=admin)) == ["new"] * 3
    national, plan, own = Target.objects.order_by("year", "level", "pk")
    assert (national.value, national.operator, national.recorded_by) == (Decimal(20), "gte", admin)
    assert national.document.signed_on == date(2022, 3, 31)
    assert (plan.value, plan.programme) == (Decimal("12.5"), Programme.objects.get())
    assert (own.unit, own.level) == (province.department, "unit")


def test_what_leaves_comes_back_unchanged(admin):
    bring(TargetResource, changed(SHEET, 3, value="-0,38", document="- Nghị quyết"), by=admin)
    sheet = leave(TargetResource, by=admin)
    assert [each["value"] for each in sheet] == ["14433", "20", "-0,38"]
    assert types(bring(TargetResource, sheet, by=admin)) == ["skip"] * 3


def test_another_figure_replaces_for_a_reason(admin):
    bring(TargetResource, SHEET, by=admin)
    assert refused(TargetResource, changed(SHEET, 2, value="25"), by=admin) == [
        "Row 2: This document already sets another figure, ≥ 20. "
        "Give the reason in the column “why it replaces the earlier figure”."
    ]
    sheet = changed(SHEET, 2, value="25", reason="Đính chính")
    assert types(bring(TargetResource, sheet, by=admin)) == ["update", "skip", "skip"]
    old, new = Target.objects.filter(level="national").order_by("pk")
    assert (old.value, old.superseded_because, old.superseded_by) == (Decimal(20), "Đính chính", admin)
    assert (new.value, new.is_current, new.document) == (Decimal(25), True, old.document)
    assert types(bring(TargetResource, sheet, by=admin)) == ["skip"] * 3


def test_another_operator_is_another_figure(admin):
    bring(TargetResource, SHEET, by=admin)
    (said,) = refused(TargetResource, changed(SHEET, 2, operator="about"), by=admin)
    assert said.startswith("Row 2: This document already sets another figure")


def test_a_withdrawn_target_is_recorded_anew(admin):
    bring(TargetResource, SHEET, by=admin)
    targets.withdraw_target(Target.objects.get(level="national"), reason="Sai", by=admin)
    assert types(bring(TargetResource, SHEET, by=admin)) == ["new", "skip", "skip"]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"value": "1.250"}, ', column “value”: "1.250" can be read as 1,250% or 1250. Choose one.'),
        ({"value": "gần 400"}, ', column “value”: Enter the number alone: '
         '"gần 400" carries a word that cannot be kept here.'),
        ({"indicator": "HT.01", "value": "5%"}, ', column “value”: '
         '"5%" carries a percent sign, but this figure is not a percentage.'),
        ({"value": ""}, ", column “value”: This cell must be filled in."),
        ({"document": "=1+1"}, ", column “document”: “=1+1” is a formula. Enter the text that it stands for."),
        ({"document": "x" * 301}, f", column “document”, “{'x' * 59}…”: "
         "Ensure this value has at most 300 characters (it has 301)."),
        ({"document_signed_on": "04/31/2025"}, ", column “signed on”: “04/31/2025” is not a day. "
         "Enter it as day/month/year, for example 25/02/2022."),
        ({"level": "district"}, f", column “level”: “district” is none of the choices: {LEVELS}."),
        ({"operator": "=="}, ", column “operator”: “==” is none of the choices: "
         "gte (≥); gt (>); lte (≤); lt (<); about (about)."),
        ({"indicator": "KT.99"}, ", column “indicator code”: No indicator has the code “KT.99”."),
        ({"year": "2.030"}, ", column “year”: “2.030” is not a year of four digits, for example 2030."),
        ({"year": "2101"}, ": The year has four digits, for example 2030."),
        ({"unit": "LC-X"}, ", column “unit code”: No unit that may be named here has the code “LC-X”."),
        ({"unit": "LC-STC"}, ": A target of the level “unit” names its unit; any other names none."),
        ({"programme": "Q"}, ", column “programme”: No programme has the code “Q”."),
    ],
)  # fmt: skip
def test_one_wrong_cell_and_nothing_is_written(admin, cells, sentence):
    assert refused(TargetResource, changed(SHEET, 3, **cells), by=admin) == [f"Row 3{sentence}"]


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        (extended(SHEET, "superseded_at"), "The column “superseded_at” is not taken here."),
        (without(SHEET, "unit"), "The column “unit code” (unit) is missing."),
        (
            [*SHEET, {**SHEET[2], "operator": "<="}],
            "Row 5 repeats row 4: both are HT.01, unit, LC-SKHCN, 2030, Kế hoạch 5.",
        ),
        (
            [*SHEET, {**SHEET[0], "year": "2030", "document_signed_on": "01/04/2022"}],
            "Row 5, column “signed on”: "
            "“01/04/2022” is not what row 2 says of Quyết định 411/QĐ-TTg: “31/03/2022”.",
        ),
    ],
)
def test_a_table_that_contradicts_is_refused(admin, sheet, sentence):
    assert refused(TargetResource, sheet, by=admin) == [sentence]


def test_what_is_recorded_of_a_document_or_a_programme_is_not_changed_from_here(admin):
    bring(TargetResource, SHEET, by=admin)
    assert refused(TargetResource, changed(SHEET, 2, document_signed_on="01/04/2022"), by=admin) == [
        "Row 2: The day or the signer differs from what is recorded of this document; change it there."
    ]
    assert refused(TargetResource, changed(SHEET, 3, programme=""), by=admin) == [
        "Row 3: This target stands under another programme; withdraw it and record it again."
    ]
    assert Document.objects.get(name=DECISION).signed_on == date(2022, 3, 31)


@pytest.mark.parametrize(
    "sheet",
    [
        decomposed(SHEET),
        changed(SHEET, 2, value="20%"),
        changed(SHEET, 2, operator="gte", document_signed_on="2022-03-31", value="20,00"),
        changed(SHEET, 2, operator="≥", level="National (Reference)", document_signed_on=""),
    ],
)
def test_the_same_said_otherwise_is_understood(admin, sheet):
    bring(TargetResource, SHEET, by=admin)
    assert types(bring(TargetResource, sheet, by=admin)) == ["skip"] * 3


def test_the_third_of_april_is_not_the_fourth_of_march(admin):
    bring(TargetResource, changed(SHEET, 2, document_signed_on="03/04/2025"), by=admin)
    assert Document.objects.get(name=DECISION).signed_on == date(2025, 4, 3)


def test_lost_zeros_of_a_unit_are_put_back_and_said(admin, province):
    factories.unit("Phường Đoàn Kết", "commune", code="03388", parent=province.root)
    result = bring(TargetResource, changed(SHEET, 4, unit="3388"), by=admin)
    assert types(result) == ["new"] * 3
    assert result.notes == ["Row 4: 3388 was read as 03388 (Phường Đoàn Kết)."]


def test_a_row_costs_a_bounded_number_of_queries(admin, connection_queries):
    rows = [row("HT.01", "province", f"202{n}", "20", DECISION) for n in range(1, 10)]
    Document.objects.create(name=DECISION)
    three = connection_queries(lambda: bring(TargetResource, rows[:3], by=admin))
    six = connection_queries(lambda: bring(TargetResource, rows[3:], by=admin))
    assert (six - three) / 3 == 17
