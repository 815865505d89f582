"""Naming the columns of a file, and writing one."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from hypothesis import given
from hypothesis import strategies as st

from indicators import numbers, resources, spreadsheet
from indicators.refusals import Refused

pytestmark = pytest.mark.usefixtures("english")

LABELS = {"code": _("code"), "valid_from": _("valid from"), "name": _("name")}
READ_BACK = [c for c in vars(resources).values() if isinstance(c, type) and issubclass(c, resources.Resource)]
FORMULAE = ["=1+1", "+1+1", "-1-1", "@SUM(A1)", "=HYPERLINK(1)"]


def refusal(*headers: str) -> str:
    with pytest.raises(Refused) as refused:
        spreadsheet.map_headers(headers, LABELS, ("code",))
    return refused.value.sentence


def sheet_of(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def written(*values) -> list:
    sheet = sheet_of(spreadsheet.write_xlsx([f"c{n}" for n in range(len(values))], [values]))
    return [(cell.value, cell.number_format, cell.data_type) for cell in sheet[2]]


@pytest.mark.parametrize("header", ["valid_from", "Valid from", "VALID FROM", "valid  from"])
def test_a_column_is_known_by_its_code_and_its_label(header):
    assert spreadsheet.map_headers([header, "Code"], LABELS, ("code",)) == ["valid_from", "code"]


def test_a_label_is_known_in_each_language_whatever_the_page_speaks():
    with translation.override("vi"):
        label = str(LABELS["name"])
    assert numbers.fold(label) == "ten"
    for header in (label, label.upper(), "ten", "name"):
        assert spreadsheet.map_headers([header], LABELS, ()) == ["name"]


def test_unknown_columns_are_refused_all_at_once():
    assert refusal("code", "state", "is_superuser") == (
        "Unknown columns: state, is_superuser. The columns of this table are: "
        "code (code), valid from (valid_from), name (name)."
    )


def test_missing_and_repeated_columns_are_refused():
    assert refusal("name") == "Columns missing: code (code)."
    assert refusal("code", "name", "Tên") == "Columns given more than once: name (name)."


@pytest.mark.parametrize("resource", [r for r in READ_BACK if r.labels], ids=lambda r: r.__name__)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_labels_of_every_table_lead_back_to_its_columns(resource, language):
    with translation.override(language):
        headers = [str(label) for label in resource.labels.values()]
    assert spreadsheet.map_headers(headers, resource.labels, resource.required) == list(resource.labels)


@pytest.mark.parametrize("text", FORMULAE)
def test_a_text_never_becomes_a_formula(text):
    assert written(text) == [("'" + text, "General", "s")]
    (_header, row) = csv.reader(io.StringIO(spreadsheet.write_csv(["a"], [[text]]).decode("utf-8-sig")))
    assert row == ["'" + text]


def test_links_and_numbers_in_texts_stay_texts():
    assert written("https://laichau.gov.vn", "03388", "-0,38") == [
        ("https://laichau.gov.vn", "General", "s"),
        ("03388", "General", "s"),
        ("-0,38", "General", "s"),
    ]


def test_figures_and_days_are_real_ones_shown_as_written():
    moment = datetime(2026, 2, 17, 1, 30, tzinfo=UTC)  # 8:30 in the province
    assert written(Decimal("53.80"), Decimal("14433"), 2026, True, date(2025, 4, 3), moment) == [
        (53.8, "#,##0.00", "n"),
        (14433, "#,##0", "n"),
        (2026, "General", "n"),
        (1, "General", "n"),
        (datetime(2025, 4, 3), "dd/mm/yyyy", "d"),
        (datetime(2026, 2, 17, 8, 30), "dd/mm/yyyy hh:mm", "d"),
    ]


def test_nothing_is_an_empty_cell():
    assert [cell[0] for cell in written(None, "", 0)] == [None, None, 0]
    assert spreadsheet.write_csv(["a", "b", "c"], [[None, "", 0]]).decode("utf-8-sig").split() == ["a,b,c", ",,0"]


def test_the_header_is_bold_and_stays_in_sight():
    sheet = sheet_of(spreadsheet.write_xlsx(["Mã", "Tên"], [["1", "x" * 200]]))
    assert [cell.font.bold for cell in sheet[1]] == [True, True]
    assert sheet.freeze_panes == "A2"
    assert 55 < sheet.column_dimensions["B"].width < 65


def test_csv_carries_the_mark_of_utf_8_and_says_figures_in_one_way():
    data = spreadsheet.write_csv(["Tên", "Số"], [["Lai Châu", Decimal("-53.80")], ["x", date(2025, 4, 3)]])
    assert data == '\ufeffTên,Số\r\nLai Châu,"-53,80"\r\nx,03/04/2025\r\n'.encode()


def test_what_a_sheet_cannot_hold_is_not_cut():
    with pytest.raises(ValueError, match="too large for an Excel sheet"):
        spreadsheet.write_xlsx(["a"], [["x" * 40_000]])


@given(st.lists(st.decimals(-(10**8), 10**8, places=3), min_size=1, max_size=3))
def test_figures_come_back_from_either_file(figures):
    rows = [["x", *figures]]
    headers = ["key", *(f"c{n}" for n in range(len(figures)))]
    for data, name in [
        (spreadsheet.write_xlsx(headers, rows), "t.xlsx"),
        (spreadsheet.write_csv(headers, rows), "t.csv"),
    ]:
        (read,) = spreadsheet.read(data, name).rows
        assert [numbers.parse(text, decimals=None).value for text in read[1:]] == figures
