"""Reporting forms from a table, one row a line."""

import pytest

from indicators.models import FormLine, ReportingForm
from indicators.resources import FormResource
from tests import factories

from .sheets import bring, changed, decomposed, extended, leave, refused, types, without

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "catalogue")]


def row(form: str, order: str, indicator: str, **more: str) -> dict[str, str]:
    return {
        "form": form,
        "form_name": "Báo cáo chuyển đổi số",
        "issued_by": "Quyết định 1",
        "contact": "+84 213 300 0000",
        "frequency": "quarter",
        "calendar": "",
        "due_after": "2",
        "due_in_working_days": "",
        "order": order,
        "indicator": indicator,
        "subject_rule": "self",
        "is_mandatory": "",
        "units": "LC-SKHCN; LC-STC",
    } | more


SHEET = [
    row("01/CĐS", "1", "HT.01"),
    row("01/CĐS", "2", "HT.02", is_mandatory="không"),
    row("02/CĐS", "1", "HT.01", units="kind:commune", form_name="Báo cáo xã", due_after="-1"),
]
RULES = "self (The reporting unit itself); province (The province); each_commune (Each commune)"


@pytest.fixture
def catalogue(province):
    for code in ("HT.01", "HT.02", "HT.03"):
        factories.indicator(code)
    factories.unit("Phường Đoàn Kết", "commune", code="03388", parent=province.root)
    factories.unit("Xã Mù Cả", "commune", code="03451", parent=province.root)


def codes(form: str) -> list[str]:
    units = ReportingForm.objects.get(code=form).units.order_by("codes__code")
    return list(units.values_list("codes__code", flat=True))


def test_forms_their_lines_and_their_units_are_written(admin):
    assert types(bring(FormResource, SHEET, by=admin)) == ["new"] * 3
    first, second = ReportingForm.objects.order_by("code")
    assert (first.contact, first.frequency, first.calendar, first.due_after, first.due_in_working_days) == (
        "+84 213 300 0000", "quarter", "nd09", 2, True)  # fmt: skip
    assert list(first.lines.order_by("order").values_list("indicator__code", "is_mandatory")) == [
        ("HT.01", True),
        ("HT.02", False),
    ]
    assert second.due_after == -1
    assert codes("01/CĐS") == ["LC-SKHCN", "LC-STC"]
    assert codes("02/CĐS") == ["03388", "03451"]


def test_what_leaves_comes_back_unchanged(admin):
    bring(FormResource, SHEET, by=admin)
    sheet = leave(FormResource, by=admin)
    assert (sheet[0]["contact"], sheet[2]["units"]) == ("'+84 213 300 0000", "03388; 03451")
    assert types(bring(FormResource, sheet, by=admin)) == ["skip"] * 3


def test_a_form_is_changed_once_and_lines_that_are_not_named_stay(admin):
    bring(FormResource, SHEET, by=admin)
    sheet = [row("01/CĐS", "5", "HT.02", units="LC-STC", form_name="Báo cáo quý", is_mandatory="no"),
             row("01/CĐS", "6", "HT.03", units="LC-STC", form_name="Báo cáo quý")]  # fmt: skip
    assert types(bring(FormResource, sheet, by=admin)) == ["update", "new"]
    form = ReportingForm.objects.get(code="01/CĐS")
    assert (form.name, codes("01/CĐS")) == ("Báo cáo quý", ["LC-STC"])
    assert list(form.lines.order_by("order").values_list("order", "indicator__code")) == [
        (1, "HT.01"),
        (5, "HT.02"),
        (6, "HT.03"),
    ]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"form_name": "=1+1"}, ", column “name”: “=1+1” is a formula. Enter the text that it stands for."),
        ({"contact": ""}, ", column “whom to call”: This cell must be filled in."),
        ({"units": ""}, ", column “units that report”: This cell must be filled in."),
        ({"units": ";"}, ": Name at least one unit that reports."),
        ({"units": "LC-STC;LC-X"}, ", column “units that report”, “LC-STC;LC-X”: "
         "No unit that may be named here has the code “LC-X”."),
        ({"units": "kind:company"}, ", column “units that report”, “kind:company”: "
         "No unit of the kind “Company” lives today."),
        ({"form_name": "x" * 301}, f", column “name”, “{'x' * 59}…”: "
         "Ensure this value has at most 300 characters (it has 301)."),
        ({"subject_rule": "all"}, f", column “about whom”: “all” is none of the choices: {RULES}."),
        ({"indicator": "HT.9"}, ", column “indicator code”: No indicator has the code “HT.9”."),
        ({"order": "1.250"}, ", column “order”: “1.250” is not a whole number without dots or commas."),
        ({"order": "-1"}, ", column “order”, “-1”: Ensure this value is greater than or equal to 0."),
        ({"due_after": "04/31/2025"}, ", column “due, days after the cut-off day”: "
         "“04/31/2025” is not a whole number without dots or commas."),
        ({"is_mandatory": "2"}, ", column “must be filled”: “2” is neither yes nor no."),
    ],
)  # fmt: skip
def test_one_wrong_cell_and_nothing_is_written(admin, cells, sentence):
    assert refused(FormResource, changed(SHEET, 4, **cells), by=admin) == [f"Row 4{sentence}"]


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        (extended(SHEET, "asks_sign_off"), "The column “asks_sign_off” is not taken here."),
        (without(SHEET, "units"), "The column “units that report” (units) is missing."),
        ([*SHEET, SHEET[2]], "Row 5 repeats row 4: both are 02/CĐS, HT.01."),
        (
            changed(SHEET, 3, due_after="5"),
            "Row 3, column “due, days after the cut-off day”: “5” is not what row 2 says of 01/CĐS: “2”.",
        ),
    ],
)
def test_a_table_that_contradicts_is_refused(admin, sheet, sentence):
    assert refused(FormResource, sheet, by=admin) == [sentence]


@pytest.mark.parametrize(
    "sheet",
    [
        decomposed(SHEET),
        changed(SHEET, 4, units="03451;03388;03388;", due_after="−1", is_mandatory="Có"),
        changed(SHEET, 4, subject_rule="THE REPORTING UNIT ITSELF", frequency="Every quarter"),
    ],
)
def test_the_same_said_otherwise_is_understood(admin, sheet):
    bring(FormResource, SHEET, by=admin)
    assert types(bring(FormResource, sheet, by=admin)) == ["skip"] * 3


def test_lost_zeros_are_put_back_and_said(admin):
    result = bring(FormResource, changed(SHEET, 4, units="3388; 3451"), by=admin)
    assert types(result) == ["new"] * 3
    assert result.notes == [
        "Row 4: 3388 was read as 03388 (Phường Đoàn Kết).",
        "Row 4: 3451 was read as 03451 (Xã Mù Cả).",
    ]


def test_a_row_costs_a_bounded_number_of_queries(admin, connection_queries):
    for n in range(1, 10):
        factories.indicator(f"DL.0{n}")
    rows = [row("09/CĐS", str(n), f"DL.0{n}") for n in range(1, 10)]
    three = connection_queries(lambda: bring(FormResource, rows[:3], by=admin))
    FormLine.objects.all().delete()
    ReportingForm.objects.all().delete()
    six = connection_queries(lambda: bring(FormResource, rows[3:], by=admin))
    assert (six - three) / 3 == 15  # nine of them ask the three constraints of a form
