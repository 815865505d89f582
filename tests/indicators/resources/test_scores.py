"""Score frameworks from a table, one row a part."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from indicators import frameworks
from indicators.models import Document, ScoreFramework, ScoreItem
from indicators.models.scores import ScoreRule
from indicators.resources import FrameworkResource
from tests import factories

from .sheets import bring, changed, dataset, decomposed, extended, leave, refused, types, without

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "catalogue")]


def row(code: str, **more: str) -> dict[str, str]:
    return {
        "set": "XA",
        "version": "",
        "set_name": "Bộ chỉ số của xã",
        "document": "Quyết định 1",
        "first_year": "2026",
        "last_year": "",
        "kinds": "commune",
        "levels": "90: Dẫn đầu; 70: Khá",
        "code": code,
        "name": f"Tiêu chí {code}",
        "part_of": code.rpartition(".")[0],
        "order": "1",
        "maximum": "10",
        "rule": "sum",
        "indicator": "",
        "base_indicator": "",
        "full_at": "",
        "when_zero": "",
        "may_not_apply": "",
        "steps": "",
        "lead_unit": "",
        "verifying_unit": "",
    } | more


SHEET = [
    row("1", maximum="22,5"),
    row("1.1", rule="ratio", indicator="A.1", base_indicator="A.2", when_zero="not_applicable", may_not_apply="có"),
    row(
        "1.2", rule="steps", indicator="A.1", steps="4: 10; 1: 2,5", lead_unit="LC-STC", verifying_unit="LC-VPUBND"
    ),
    row("1.3", rule="Ngưỡng", indicator="A.3", full_at="80", maximum="2,5"),
]
SHEET[3]["rule"] = "threshold"


@pytest.fixture
def catalogue(province):
    factories.indicator("A.1")
    factories.indicator("A.2")
    factories.ratio("A.3")
    Document.objects.create(name="Quyết định 1", signed_on=date(2026, 1, 2))


def test_a_set_and_its_parts_are_written_as_a_draft(admin, province):
    assert types(bring(FrameworkResource, SHEET, by=admin)) == ["new"] * 4
    made = ScoreFramework.objects.select_related("document").get()
    assert (made.code, made.version, made.kinds, made.scale, made.decimals, made.is_in_force) == (
        "XA", 1, "commune", "points", 2, False)  # fmt: skip
    assert made.document.name == "Quyết định 1"
    group, ratio, steps, threshold = made.items.select_related("indicator").order_by("code")
    assert (group.maximum, group.parent_code, group.indicator) == (Decimal("22.5"), "", None)
    assert (ratio.parent_code, ratio.when_zero, ratio.may_not_apply) == ("1", "not_applicable", True)
    assert (steps.steps, steps.lead_unit_id, steps.verifying_unit_id) == (
        "4: 10; 1: 2,5", province.sister.pk, province.office.pk)  # fmt: skip
    assert threshold.full_at == 80
    assert frameworks.faults(made) == []


def test_what_leaves_comes_back_unchanged(admin):
    bring(FrameworkResource, SHEET, by=admin)
    read = frameworks.fingerprint(ScoreFramework.objects.get())
    sheet = leave(FrameworkResource, by=admin)
    assert (sheet[0]["maximum"], sheet[2]["lead_unit"], sheet[0]["document"]) == ("22,5", "LC-STC", "Quyết định 1")
    before = ScoreItem.history.count(), ScoreFramework.history.count()
    assert types(bring(FrameworkResource, sheet, by=admin)) == ["skip"] * 4
    assert (ScoreItem.history.count(), ScoreFramework.history.count()) == before
    assert frameworks.fingerprint(ScoreFramework.objects.get()) == read


def test_what_leaves_makes_the_same_set_where_there_is_none(admin):
    bring(FrameworkResource, SHEET, by=admin)
    read = frameworks.fingerprint(ScoreFramework.objects.get())
    sheet = leave(FrameworkResource, by=admin)
    ScoreFramework.objects.all().delete()
    assert types(bring(FrameworkResource, sheet, by=admin)) == ["new"] * 4
    assert frameworks.fingerprint(ScoreFramework.objects.get()) == read


def test_a_set_is_changed_once_and_parts_that_are_not_named_stay(admin):
    bring(FrameworkResource, SHEET, by=admin)
    sheet = [{**each, "set_name": "Tên mới", "levels": ""} for each in SHEET[:2]]
    assert types(bring(FrameworkResource, sheet, by=admin)) == ["update", "skip"]
    made = ScoreFramework.objects.get()
    assert (made.name, made.levels, made.items.count()) == ("Tên mới", "", 4)
    assert ScoreFramework.history.count() == 2
    assert ScoreItem.history.filter(history_type="~").count() == 1


def test_choices_are_read_by_their_vietnamese_words(admin):
    with override("vi"):
        words = {rule.value: str(rule.label) for rule in ScoreRule}
    sheet = [{**each, "rule": words[each["rule"]].upper(), "kinds": "Xã, phường, thị trấn"} for each in SHEET]
    assert types(bring(FrameworkResource, sheet, by=admin)) == ["new"] * 4
    assert types(bring(FrameworkResource, SHEET, by=admin)) == ["skip"] * 4


def test_kinds_stand_in_one_order_with_semicolons(admin):
    sheet = [{**each, "kinds": "department; Province;commune"} for each in SHEET]
    bring(FrameworkResource, sheet, by=admin)
    assert ScoreFramework.objects.get().kinds == "province commune department"
    assert leave(FrameworkResource, by=admin)[0]["kinds"] == "province; commune; department"


# --- In force


def test_a_set_in_force_is_refused_but_for_rows_that_say_what_it_says(admin):
    bring(FrameworkResource, SHEET, by=admin)
    frameworks.issue(ScoreFramework.objects.get())
    assert types(bring(FrameworkResource, SHEET, by=admin)) == ["skip"] * 4
    sentence = "The set is in force and is only read; another version of it may be made."
    assert refused(FrameworkResource, changed(SHEET, 3, maximum="12"), by=admin) == [f"Row 3: {sentence}"]
    assert refused(FrameworkResource, [*SHEET, row("2", maximum="0")], by=admin) == [f"Row 6: {sentence}"]


def test_another_version_is_another_set(admin):
    bring(FrameworkResource, SHEET, by=admin)
    frameworks.issue(ScoreFramework.objects.get())
    sheet = [{**each, "version": "2", "first_year": "2027"} for each in SHEET]
    assert types(bring(FrameworkResource, sheet, by=admin)) == ["new"] * 4
    assert list(ScoreFramework.objects.order_by("version").values_list("version", flat=True)) == [1, 2]


# --- Refused


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"set_name": ""}, ", column “name of the set”: This cell must be filled in."),
        ({"document": "Quyết định 9"},
         ", column “document”: No document is called “Quyết định 9”; record it first."),
        ({"first_year": "26"}, ", column “first year”: “26” is not a year of four digits, for example 2030."),
        ({"kinds": "company"}, ", column “kinds of unit”, “company”: "
         "Choose kinds of unit that are scored; companies never are."),
        ({"levels": "Khá"}, ", column “levels”: “Khá” is no step: write “4: 20; 3: 15”."),
        ({"maximum": "1.250"}, ", column “maximum points”: \"1.250\" can be read as 1,250 or 1250. Choose one."),
        ({"indicator": "A.9"}, ", column “indicator code”: No indicator has the code “A.9”."),
        ({"steps": "4, 10"}, ", column “steps”: “4, 10” is no step: write “4: 20; 3: 15”."),
        ({"lead_unit": "LC-X"}, ", column “lead unit”: No unit that may be named here has the code “LC-X”."),
        ({"rule": "given"}, ": Steps belong to the rule “steps”, and to it alone."),
        ({"indicator": ""}, ": A component names its indicator, a group names none."),
    ],
)  # fmt: skip
def test_one_wrong_cell_and_nothing_is_written(admin, cells, sentence):
    columns_of_the_set = {"set_name", "document", "first_year", "kinds", "levels"}
    sheet = changed(SHEET, 4, **cells) if not columns_of_the_set & set(cells) else changed([SHEET[2]], 2, **cells)
    number = 4 if len(sheet) == 4 else 2
    assert refused(FrameworkResource, sheet, by=admin) == [f"Row {number}{sentence}"]


def test_a_code_that_the_spreadsheet_took_for_a_day_is_refused(admin):
    table = dataset(SHEET[:2])
    cells = list(table[1])
    cells[table.headers.index("code")] = date(2026, 1, 1)
    del table[1]
    table.append(cells)
    result = FrameworkResource().import_data(table, user=admin)
    assert result.sentences == [
        "Row 3, column “code”, “2026-01-01”: The spreadsheet took this code for a day. Format the column as text, "
        "then type it."
    ]


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        (extended(SHEET, "issued_at"), "The column “issued_at” is not taken here."),
        (without(SHEET, "rule"), "The column “rule” (rule) is missing."),
        ([*SHEET, SHEET[3]], "Row 6 repeats row 5: both are XA, 1.3."),
        (changed(SHEET, 3, set_name="Khác"),
         "Row 3, column “name of the set”: “Khác” is not what row 2 says of XA: “Bộ chỉ số của xã”."),
    ],
)  # fmt: skip
def test_a_table_that_contradicts_is_refused(admin, sheet, sentence):
    assert refused(FrameworkResource, sheet, by=admin) == [sentence]


def test_the_same_said_otherwise_is_understood(admin):
    bring(FrameworkResource, SHEET, by=admin)
    assert types(bring(FrameworkResource, decomposed(SHEET), by=admin)) == ["skip"] * 4


def test_a_row_costs_a_bounded_number_of_queries(admin, connection_queries):
    def rows(first: int, last: int):
        return [row(f"9.{n}", rule="given", indicator="A.1", part_of="") for n in range(first, last)]

    bring(FrameworkResource, SHEET, by=admin)
    three = connection_queries(lambda: bring(FrameworkResource, rows(0, 3), by=admin))
    six = connection_queries(lambda: bring(FrameworkResource, rows(3, 9), by=admin))
    assert (six - three) / 3 == 23  # fourteen of them ask the seven constraints of a part
    left = [connection_queries(lambda: leave(FrameworkResource, by=admin))]
    bring(FrameworkResource, rows(9, 12), by=admin)
    assert left == [connection_queries(lambda: leave(FrameworkResource, by=admin))]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_two_columns_bear_one_label(language):
    with override(language):
        labels = [str(label).lower() for label in FrameworkResource.labels.values()]
    assert len(set(labels)) == len(labels)
