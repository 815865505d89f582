"""Tables through the admin: tried out, confirmed, written as a whole; and taken away again."""

import io
import re
from datetime import date

import openpyxl
import pytest
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from indicators import spreadsheet
from indicators.admin import tables
from indicators.models import SpecialDay
from indicators.resources import SpecialDayResource
from tests import factories, people
from tests.factories import cell
from tests.indicators.pages import browser, seen
from tests.indicators.sheets import csv, workbook

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.indicators.table_urls"),
    pytest.mark.usefixtures("english"),
]

LIST = "/tables/indicators/specialday/"
IMPORT, CONFIRM, EXPORT = f"{LIST}import/", f"{LIST}process_import/", f"{LIST}export/"
OBSERVATIONS = "/admin/indicators/observation/export/"
TET = ["17/02/2026", "holiday", "Tết Nguyên đán"]
GONE = "This preview has expired, or its table was already imported. Upload the file again."


@pytest.fixture(autouse=True)
def _kept_here(kept_files) -> None:
    """Every test keeps its files for itself."""


@pytest.fixture
def officer():
    """May see, import and export holidays; the rights of Django are the whole of it."""
    officer = people.person("officer", is_staff=True)
    give(officer, "view", "import", "export")
    return officer


@pytest.fixture
def client(officer) -> Client:
    return browser(officer)


def give(user, *rights: str) -> None:
    kind = ContentType.objects.get_for_model(SpecialDay)
    for right in rights:
        facts = {"content_type": kind, "codename": f"{right}_specialday"}
        user.user_permissions.add(Permission.objects.get_or_create(**facts, defaults={"name": right})[0])


def upload(client: Client, data: bytes, name: str = "days.xlsx"):
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data)})


def days(*rows, headers=("day", "kind", "name")) -> bytes:
    return workbook(list(headers), *rows)


def confirm(client: Client, page, **changed):
    return client.post(CONFIRM, {"kept": page.context["kept"]} | changed)


def stored() -> list[tuple[date, str, str]]:
    return list(SpecialDay.objects.order_by("day").values_list("day", "kind", "name"))


def faults(page) -> list[str]:
    return list(page.context["preview"].sentences)


# --- The way in


def test_a_table_is_previewed_and_then_written(client):
    page = upload(client, days(TET, ["30/04/2026", "holiday", "Ngày Chiến thắng"]))
    assert "New rows: 2. Changed: 0. Unchanged: 0. Refused: 0." in seen(page)
    assert stored() == []
    answer = confirm(client, page)
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert stored() == [
        (date(2026, 2, 17), "holiday", "Tết Nguyên đán"),
        (date(2026, 4, 30), "holiday", "Ngày Chiến thắng"),
    ]


def test_the_preview_tells_new_changed_and_unchanged_rows_apart(client):
    SpecialDay.objects.create(day=date(2026, 2, 17), kind="holiday", name="Tết Nguyên đán")
    SpecialDay.objects.create(day=date(2026, 4, 30), kind="holiday", name="Ngày lễ")
    page = upload(
        client, days([], TET, ["30/04/2026", "holiday", "Ngày Chiến thắng"], ["01/05/2026", "holiday", "1/5"])
    )
    assert "New rows: 1. Changed: 1. Unchanged: 1. Refused: 0." in seen(page)
    assert [(row.number, row.change) for row in page.context["preview"].rows()] == [(4, "Changed"), (5, "New")]
    confirm(client, page)
    flags = LogEntry.objects.order_by("action_flag").values_list("action_flag", flat=True)
    assert list(flags) == [ADDITION, CHANGE]


def test_a_long_preview_shows_its_beginning_and_says_so(client, monkeypatch):
    monkeypatch.setattr(tables, "SHOWN", 1)
    page = upload(client, days(TET, ["30/04/2026", "holiday", "30/4"]))
    assert "New and changed rows; the first 1 are shown" in seen(page)
    assert "30/4" not in seen(page)


@pytest.mark.parametrize("headers", [("name", "DAY", "Kind of day"), ("Occasion", "day", "KIND"), ()])
def test_columns_are_named_by_label_or_code_in_any_order(client, headers):
    with translation.override("vi"):
        vietnamese = [str(SpecialDayResource.labels[code]) for code in ("name", "day", "kind")]
    data = days(["Tết", date(2025, 4, 3), "holiday"], headers=headers or vietnamese)
    confirm(client, upload(client, data))
    assert stored() == [(date(2025, 4, 3), "holiday", "Tết")]


def test_every_fault_names_its_row_of_the_sheet_and_its_column(client):
    page = upload(client, workbook([], ["day", "kind", "name"], [], TET, ["31/02/2026", "x", ""]))
    assert [re.match("Row .*? column “.*?”", fault)[0] for fault in faults(page)] == [
        "Row 5, column “day”",
        "Row 5, column “kind of day”",
        "Row 5, column “occasion”",
    ]
    assert "Rows refused: 1 of 2." in seen(page)
    assert page.context["kept"] == ""
    assert stored() == []


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (csv("day,kind,name,state", "1,2,3,4"), "d.csv", "Unknown columns: state."),
        (csv("day,kind,is_superuser", "1,2,3"), "d.csv", "Unknown columns: is_superuser."),
        (csv("day,kind", "1,2"), "d.csv", "Columns missing: occasion (name)."),
        (csv("day,Day of week", "1,2"), "d.csv", "Unknown columns: Day of week."),
        (csv("name,occasion", "1,2"), "d.csv", "Columns given more than once: occasion (name)."),
        (days(["=1", "holiday", "x"]), "d.xlsx", "Cell A2 holds a formula."),
        (b"\xff\xfe\xfd", "d.csv", "This file uses an old font encoding"),
        (b"", "d.csv", "The submitted file is empty."),
        (csv("day,kind,name"), "d.csv", "The table holds no rows."),
    ],
)
def test_a_refused_file_leaves_its_sentence_on_the_page(client, data, name, sentence):
    page = upload(client, data, name)
    assert page.status_code == 200
    assert sentence in seen(page)
    assert stored() == []


def test_a_form_without_a_file_says_so(client):
    assert "This field is required." in seen(client.post(IMPORT, {}))


# --- What is confirmed is what was shown


def test_nothing_is_half_written_when_the_data_changed_meanwhile(client, monkeypatch):
    page = upload(client, days(TET, ["30/04/2026", "holiday", "30/4"]))
    save = SpecialDay.save

    def fail_on_the_second(day, *args, **kwargs):
        if day.day.month == 4:
            raise RuntimeError("broken")
        save(day, *args, **kwargs)

    monkeypatch.setattr(SpecialDay, "save", fail_on_the_second)
    answer = confirm(client, page)
    assert answer.status_code == 409
    assert "The data changed after the preview. Nothing was written." in seen(answer)
    assert faults(answer) == ["Row 3 could not be written."]
    assert stored() == []
    assert LogEntry.objects.count() == 0


def test_a_table_is_written_once(client, kept_files):
    page = upload(client, days(TET))
    assert confirm(client, page).status_code == 302
    assert list(kept_files.iterdir()) == []
    again = confirm(client, page)
    assert again.status_code == 409
    assert GONE in seen(again)
    assert len(stored()) == 1


def test_a_faulty_table_is_not_kept(client, kept_files):
    upload(client, days(["x", "x", "x"]))
    assert list(kept_files.iterdir()) == []


@pytest.mark.parametrize("name", ["/etc/passwd", "../../etc/passwd", "days.csv"])
def test_no_file_is_read_by_a_posted_name(client, kept_files, name):
    (kept_files / "days.csv").write_bytes(csv("day,kind,name", "17/02/2026,holiday,Tết"))
    note = signing.dumps([name, "days.csv", "0"], salt="another")
    for posted in ({"kept": name}, {"kept": note}, {"import_file_name": name, "format": "0"}):
        answer = client.post(CONFIRM, posted)
        assert answer.status_code == 409
        assert GONE in seen(answer)
    assert stored() == []


def test_a_file_that_changed_since_the_preview_is_refused(client, kept_files):
    page = upload(client, days(TET))
    (kept,) = kept_files.iterdir()
    kept.write_bytes(days(["17/02/2026", "holiday", "Khác"]))
    assert confirm(client, page).status_code == 409
    assert stored() == []


def test_a_kept_file_is_read_by_its_server_alone(client, kept_files):
    upload(client, days(TET))
    (kept,) = kept_files.iterdir()
    assert kept.stat().st_mode & 0o077 == 0


def test_another_person_cannot_confirm(client):
    page = upload(client, days(TET))
    other = people.person("other", is_staff=True)
    give(other, "import")
    assert confirm(browser(other), page).status_code == 409
    assert stored() == []


def test_a_preview_expires(client, monkeypatch):
    page = upload(client, days(TET))
    monkeypatch.setattr(tables, "KEPT_FOR", -1)
    assert GONE in seen(confirm(client, page))


# --- Who may


@pytest.mark.parametrize("address", [IMPORT, CONFIRM, EXPORT, f"{IMPORT}template.xlsx"])
def test_nobody_passes_without_the_right(db, address):
    clerk = people.person("clerk", is_staff=True)
    give(clerk, "view", "add", "change", "delete")
    assert browser(clerk).get(address).status_code == 403
    assert browser(clerk).post(address).status_code == 403
    assert [word for word in ("Import", "Export") if word in seen(browser(clerk).get(LIST))] == []


def test_the_list_offers_what_its_reader_may_do(client):
    words = seen(client.get(LIST))
    assert ("Import" in words, "Export" in words) == (True, True)
    assert "Export selected" not in words


def test_confirming_is_posting(client):
    assert client.get(CONFIRM).status_code == 409


# --- The pages


def test_the_page_explains_its_columns(client):
    words = seen(client.get(IMPORT))
    assert "Day day required Day, as 25/02/2022" in words
    assert "Holiday (holiday); Weekend day worked in exchange (swapped)" in words


def test_the_empty_table_holds_the_headers_and_can_be_uploaded(client):
    answer = client.get(f"{IMPORT}template.xlsx")
    table = spreadsheet.read(answer.content, "t.xlsx")
    assert (table.headers, table.rows) == (["Day", "Kind of day", "Occasion"], [])


def test_the_pages_hold_no_inline_style_or_script(client):
    SpecialDay.objects.create(day=date(2026, 2, 17), kind="holiday", name="Tết")
    pages = [client.get(IMPORT), client.get(EXPORT), upload(client, days(TET)), upload(client, days(["x", "", ""]))]
    for page in pages:
        inline = r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)"
        assert re.findall(inline, page.content.decode()) == []


# --- The way out


def export(client: Client, kind: str, query: str = "") -> bytes:
    address = EXPORT + query
    names = [name for name in client.get(address).context["form"].fields if name.startswith("specialday")]
    number = {"csv": "0", "xlsx": "1"}[kind]
    return client.post(address, {"format": number, "resource": "0", **dict.fromkeys(names, "on")}).content


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_can_be_imported_again_in_the_other_language(client, officer, kind):
    SpecialDay.objects.create(day=date(2026, 2, 17), kind="holiday", name="=1+1 Tết")
    client.cookies["django_language"] = "vi"
    data = export(client, kind)
    assert "'=1+1 Tết" in spreadsheet.read(data, f"t.{kind}").rows[0]
    page = upload(browser(officer), data, f"t.{kind}")
    assert "New rows: 0. Changed: 0. Unchanged: 1. Refused: 0." in seen(page)


def test_days_leave_as_days(client):
    SpecialDay.objects.create(day=date(2026, 2, 17), kind="holiday", name="Tết")
    sheet = openpyxl.load_workbook(io.BytesIO(export(client, "xlsx"))).active
    assert [cell.value for cell in sheet[1]] == ["Day", "Kind of day", "Occasion"]
    assert (sheet["A2"].value.date(), sheet["A2"].number_format) == (date(2026, 2, 17), "dd/mm/yyyy")


def test_an_export_follows_search_and_filters(client):
    for day, kind in [(17, "holiday"), (21, "swapped")]:
        SpecialDay.objects.create(day=date(2026, 2, day), kind=kind, name=f"Ngày {day}")
    rows = spreadsheet.read(export(client, "csv", "?kind__exact=swapped"), "t.csv").rows
    assert [row[2] for row in rows] == ["Ngày 21"]


def test_posted_numbers_choose_nothing(client):
    day = SpecialDay.objects.create(day=date(2026, 2, 17), kind="holiday", name="Tết")
    names = [n for n in client.get(EXPORT).context["form"].fields if n.startswith("specialday")]
    posted = {"format": "0", "resource": "0", "export_items": [day.pk], **dict.fromkeys(names, "on")}
    assert "attachment" not in client.post(EXPORT, posted).get("Content-Disposition", "")


def test_observations_leave_as_figures_in_excel(province):
    line = factories.indicator("HT.01", decimals=2)
    submission = province.submission(line)
    factories.type_in(submission, cell("53.80"), by=province.reporter)
    province.walk(submission, "submit", "sign", "verify", "approve")
    client = browser(people.superuser())
    names = [n for n in client.get(OBSERVATIONS).context["form"].fields if n.startswith("observationresource_")]
    answer = client.post(OBSERVATIONS, {"format": "1", "resource": "0", **dict.fromkeys(names, "on")})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    (found,) = (c for c in sheet[2] if sheet.cell(1, c.column).value == "value")
    assert (found.value, found.number_format) == (53.8, "#,##0.00")
