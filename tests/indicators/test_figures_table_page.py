"""The page on which administrators import figures: previewed, confirmed once, never for another's unit."""

import io
import re
import time

import openpyxl
import pytest

from indicators import rounds
from indicators.figures_table import confirming
from indicators.models import Entry, EntryChange, Round, User
from indicators.roles import ensure_groups, group
from tests import factories, people
from tests.factories import cell, indicator, ratio, type_in
from tests.indicators.figure_tables import PAGE, confirm, figures, importer, stored, table, upload
from tests.indicators.pages import browser, seen
from tests.indicators.sheets import workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

GONE = "This preview has expired, or its figures were already written. Upload the file again."
ANEW = "The data changed after the preview. Nothing was written; the rows are compared anew below."


@pytest.fixture(autouse=True)
def _kept_here(kept_files) -> None:
    """Every test keeps its files for itself."""


@pytest.fixture
def asked(province) -> Round:
    units = [province.department, province.sister]
    return province.round(indicator("HT.01"), ratio("HT.02"), units=units, subject="self")


@pytest.fixture
def by(province) -> User:
    return importer(province.root)


@pytest.fixture
def data(asked) -> bytes:
    q = asked.period.label
    return table(f"LC-SKHCN,{q},HT.01,14433", f"LC-STC,{q},HT.01,5", f"LC-STC,{q},HT.02,50")


def refused(response, before) -> str:
    assert (response.status_code, stored() == before) == (409, True)
    return seen(response)


# --- The way in


def test_a_table_is_shown_row_by_row_and_written_once_confirmed(by, asked, data, kept_files):
    before = stored()
    page = upload(by, data)
    words = seen(page)
    assert "3 rows, 3 figures, in 2 reports. Totals of the file: 14.438 km." in words
    assert "Changed: 3. As they stand: 0. Refused: 0." in words
    assert re.search(r"HT\.01 Chỉ tiêu HT\.01 01/CĐS, .* Sở Khoa học và Công nghệ Not entered 14\.433 km", words)
    assert "1 of 2 lines are still empty." in words
    assert stored() == before
    answer = confirm(by, page)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert figures() == {("LC-SKHCN", "HT.01"): 14433, ("LC-STC", "HT.01"): 5, ("LC-STC", "HT.02"): 50}
    assert set(EntryChange.objects.values_list("by__username", flat=True)) == {"importer"}


def test_the_file_is_forgotten_once_written(by, data, kept_files, django_capture_on_commit_callbacks):
    page = upload(by, data)
    assert len(list(kept_files.iterdir())) == 1
    with django_capture_on_commit_callbacks(execute=True):
        confirm(by, page)
    assert list(kept_files.iterdir()) == []


def test_an_empty_table_names_every_column_and_reads_as_one(by, asked):
    answer = browser(by).get(f"{PAGE}template.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    headings = [c.value for c in sheet[1]]
    assert len(headings) == 11
    row = dict.fromkeys(headings)
    filled = ("LC-STC", asked.period.label, "HT.01", 5)
    row |= zip(("Reporting unit", "Period", "Indicator", "Value"), filled, strict=True)
    confirm(by, upload(by, workbook(headings, list(row.values())), "t.xlsx"))
    assert figures() == {("LC-STC", "HT.01"): 5}


def test_the_page_is_reached_from_both_lists(by):
    assert f'href="{PAGE}"' in browser(by).get("/admin/indicators/observation/").content.decode()
    reviewing = people.superuser()
    for model in ("observation", "submission"):
        assert f'href="{PAGE}"' in browser(reviewing).get(f"/admin/indicators/{model}/").content.decode()


def test_whoever_may_not_import_sees_no_link(province, by):
    assert PAGE not in browser(province.verifier).get("/admin/indicators/submission/").content.decode()


# --- Refused


def test_a_table_with_one_fault_cannot_be_confirmed(by, data, asked):
    before = stored()
    page = upload(by, data + f"\r\nLC-STC,{asked.period.label},HT.09,1".encode())
    assert "Cell C5: No indicator has the code “HT.09”." in seen(page)
    assert "Changed: 3. As they stand: 0. Refused: 1." in seen(page)
    assert (page.context["kept"], stored()) == ("", before)
    assert "Write these figures" not in seen(page)
    refused(confirm(by, page), before)


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (
            table("1,2,3,4,1", headings="reporting_unit,period,indicator,value,is_superuser"),
            "t.csv",
            "is_superuser",
        ),
        (table(), "t.csv", "The table holds no rows."),
        (b"PK\x03\x04", "t.xlsx", "This file is not a table that can be read here."),
        (b"", "t.csv", "The submitted file is empty."),
    ],
)
def test_a_file_that_is_no_such_table_is_named_for_what_it_is(by, data, name, sentence):
    page = upload(by, data, name)
    assert page.status_code == 200
    assert sentence in seen(page)


def test_more_rows_than_the_page_takes_are_refused_with_the_command(by, asked, monkeypatch):
    monkeypatch.setattr(confirming, "ROWS_ON_PAGE", 2)
    rows = [f"LC-STC,{asked.period.label},HT.01,{n}" for n in range(3)]
    words = seen(upload(by, table(*rows)))
    assert "The table has 3 rows; this page takes at most 2." in words
    assert "manage.py import_figures FILE --by USERNAME" in words


def test_a_table_that_says_what_stands_changes_nothing(by, data):
    confirm(by, upload(by, data))
    page = upload(by, data)
    assert "Nothing changes: the file says what stands in the system." in seen(page)
    assert "3 rows change nothing" in seen(page)
    assert page.context["kept"] == ""


# --- Between preview and confirmation


def test_sent_twice_it_is_written_once(by, data):
    page = upload(by, data)
    confirm(by, page)
    before = stored()
    answer = confirm(by, page)
    assert (answer.status_code, stored()) == (302, before)
    words = seen(browser(by).post(PAGE, {"action": "write", "kept": page.context["kept"]}, follow=True))
    assert "This page had been sent already, so nothing was done again." in words


@pytest.mark.parametrize(("keep", "value"), [("mine", 14433), ("theirs", 9)])
def test_a_figure_that_changed_meanwhile_is_shown_with_both_and_one_is_chosen(
    by, asked, data, province, keep, value
):
    page = upload(by, data)
    type_in(asked.submissions.get(unit=province.department), cell("9"), by=province.reporter)
    before = stored()
    again = confirm(by, page)
    words = refused(again, before)
    assert ANEW in words
    assert re.search(r"reporter saved this line at .*: 9 km\. In the file: 14\.433 km\. Keep which\?", words)
    assert confirm(by, again, row_2_keep=keep).status_code == 302
    assert figures()["LC-SKHCN", "HT.01"] == value
    assert figures()["LC-STC", "HT.01"] == 5


def test_what_changed_elsewhere_in_the_report_is_merged(by, asked, data, province):
    page = upload(by, data)
    report = asked.submissions.get(unit=province.department)
    type_in(report, cell(None, state=""), cell("60"), by=province.reporter)
    assert confirm(by, page).status_code == 302
    assert (figures()["LC-SKHCN", "HT.01"], figures()["LC-SKHCN", "HT.02"]) == (14433, 60)


def test_a_round_locked_meanwhile_is_said_and_nothing_is_written(by, asked, data, province):
    page = upload(by, data)
    rounds.lock_round(asked, by=province.approver, reason="Chốt")
    before = stored()
    words = refused(confirm(by, page), before)
    assert "This round was closed on" in words
    assert "Write these figures" not in words


def test_a_note_is_good_for_one_person_one_hour_and_one_file(by, province, data, kept_files):
    page, before = upload(by, data), stored()
    other = importer(province.root, "other")
    assert GONE in refused(confirm(other, page), before)
    forged = browser(by).post(PAGE, {"action": "write", "kept": page.context["kept"] + "x"})
    assert GONE in refused(forged, before)
    (file,) = kept_files.iterdir()
    file.write_bytes(data.replace(b"14433", b"14434"))
    assert GONE in refused(confirm(by, page), before)
    file.unlink()
    assert GONE in refused(confirm(by, page), before)


def test_an_hour_later_the_preview_has_expired(by, data, monkeypatch):
    page, before = upload(by, data), stored()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + confirming.KEPT_FOR + 1)
    assert GONE in refused(confirm(by, page), before)


# --- Whose right


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", [PAGE, f"{PAGE}template.xlsx"])
def test_keeping_accounts_or_the_catalogue_gives_no_right_to_import(province, method, address):
    ensure_groups()
    keeper = people.person("keeper", province.root, "administrator", is_staff=True)
    keeper.groups.add(group("province"), group("unit"), group("catalogue"))
    for person in (keeper, province.verifier):
        assert getattr(browser(person), method)(address).status_code == 403
    assert browser(province.reporter).get(address).status_code == 302  # to the login of the administration


def test_the_administrator_of_a_unit_cannot_import_for_another(province, asked, data):
    """The canary: nothing of the other unit shows, and nothing of it is written, not even past the preview."""
    factories.unit("CANARY Sở", code="CANARY-01", parent=province.root)
    mine = importer(province.department)
    before = stored()
    words = seen(upload(mine, data))
    assert "Cell A3: No unit that may be named here has the code “LC-STC”." in words
    assert "Sở Tài chính" not in words
    unknown = seen(upload(mine, data.replace(b"LC-STC", b"LC-NIL")))
    assert unknown == words.replace("LC-STC", "LC-NIL")
    assert stored() == before
    alone = table(f"LC-SKHCN,{asked.period.label},HT.01,14433")
    assert confirm(mine, upload(mine, alone)).status_code == 302  # the control
    assert list(figures()) == [("LC-SKHCN", "HT.01")]


def test_a_right_taken_away_after_the_preview_no_longer_writes(province, by, data):
    page = upload(by, data)
    by.groups.clear()
    assert confirm(by, page).status_code == 403
    by.groups.add(group("figures"))
    by.memberships.all().delete()
    before = stored()
    assert "No unit that may be named here" in refused(confirm(by, page), before)
    assert not Entry.objects.exists()
