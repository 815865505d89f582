"""A table that may be read in two ways is asked about; a server that is busy says so; nothing of it is lost."""

import re
from datetime import date
from html import unescape

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile

from indicators.admin.uploads import READINGS
from indicators.models import SpecialDay
from indicators.parsing import separated
from indicators.spreadsheet import children
from tests import people
from tests.indicators.pages import browser, seen
from tests.indicators.sheets import csv, saved, workbook

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.indicators.table_urls"),
    pytest.mark.usefixtures("english"),
]

LIST = "/tables/indicators/specialday/"
IMPORT, CONFIRM = f"{LIST}import/", f"{LIST}process_import/"
QUESTION = "The cells of this file can be told apart in more than one way. Choose the way that was meant."
GONE = "This preview has expired, or its table was already imported. Upload the file again."
BUSY = "Many files are being read at this moment. Nothing was read; try again in a moment."


@pytest.fixture(autouse=True)
def _kept_here(kept_files) -> None:
    """Every test keeps its files for itself."""


@pytest.fixture
def client():
    return browser(officer("officer"))


def officer(name: str):
    person = people.person(name, is_staff=True)
    kind = ContentType.objects.get_for_model(SpecialDay)
    for right in ("view", "import"):
        facts = {"content_type": kind, "codename": f"{right}_specialday"}
        person.user_permissions.add(Permission.objects.get_or_create(**facts, defaults={"name": right})[0])
    return person


def upload(client, data: bytes, name: str = "days.csv"):
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data)})


def alike() -> bytes:
    """Its first line is split into three by commas and by semicolons."""
    return csv("day,kind;name;note,x", "1,2;3;4,5")


def noted(page) -> str:
    return unescape(re.search(r'name="kept" value="([^"]*)"', page.content.decode())[1])


def answer(client, page, **posted):
    return client.post(IMPORT, {"kept": noted(page)} | posted)


def stored() -> list[tuple[date, str, str]]:
    return list(SpecialDay.objects.order_by("day").values_list("day", "kind", "name"))


# --- The question


def test_a_doubtful_file_is_shown_by_each_reading_and_nothing_is_read(client, kept_files):
    page = upload(client, alike())
    words = seen(page)
    assert (page.status_code, QUESTION in words, "New rows" in words) == (200, True, False)
    assert re.findall(r'type="radio"[^>]*value="(\w+)"', page.content.decode().replace("\n", " ")) == [
        "comma",
        "semicolon",
    ]
    assert "day kind;name;note x" in words
    assert "day,kind name note,x" in words
    assert len(list(kept_files.iterdir())) == 1
    assert stored() == []


def days_in_doubt() -> bytes:
    """Its last row has one comma too many: that of a figure."""
    return csv("day,kind,name", "17/02/2026,holiday,Tết", "30/04/2026,holiday,7,5")


def test_the_answer_leads_to_the_preview_and_the_preview_to_the_table(client, kept_files):
    page = upload(client, days_in_doubt())
    assert QUESTION in seen(page)
    preview = answer(client, page, reading="decimal")
    assert "New rows: 2. Changed: 0. Unchanged: 0. Refused: 0." in seen(preview)
    assert stored() == []
    written = client.post(CONFIRM, {"kept": noted(preview)})
    assert (written.status_code, written["Location"]) == (302, LIST)
    assert stored() == [(date(2026, 2, 17), "holiday", "Tết"), (date(2026, 4, 30), "holiday", "7,5")]
    assert list(kept_files.iterdir()) == []


def test_the_other_answer_is_refused_with_its_cell(client):
    page = answer(client, upload(client, days_in_doubt()), reading="comma")
    assert page.status_code == 409
    assert "Cell D3 stands outside the table: its column has no name." in seen(page)
    assert stored() == []


@pytest.mark.parametrize("posted", [{}, {"reading": ""}, {"reading": "none"}, {"reading": "../x"}])
def test_without_an_answer_it_is_asked_again(client, posted):
    page = answer(client, upload(client, days_in_doubt()), **posted)
    assert (page.status_code, QUESTION in seen(page)) == (200, True)
    assert "New rows: 2." in seen(answer(client, page, reading="decimal"))


def test_a_question_is_confirmed_by_nobody_before_it_is_answered(client):
    page = client.post(CONFIRM, {"kept": noted(upload(client, days_in_doubt()))})
    assert (page.status_code, QUESTION in seen(page), stored()) == (409, True, [])


def test_nobody_answers_for_another(client):
    page = upload(client, days_in_doubt())
    other = answer(browser(officer("other")), page, reading="decimal")
    assert (other.status_code, GONE in seen(other)) == (409, True)
    stranger = browser(people.person("clerk", is_staff=True))
    assert answer(stranger, page, reading="decimal").status_code == 403


def test_the_answer_travels_in_the_signed_note_alone(client):
    """What is confirmed is what was shown: a reading posted beside it changes nothing."""
    preview = answer(client, upload(client, days_in_doubt()), reading="decimal")
    assert client.post(CONFIRM, {"kept": noted(preview), "reading": "comma"}).status_code == 302
    assert len(stored()) == 2


def test_the_page_of_the_question_holds_no_inline_style_or_script(client):
    body = upload(client, days_in_doubt()).content.decode()
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)", body) == []


def test_every_reading_has_its_words():
    assert tuple(READINGS) == separated.READINGS


# --- What was read otherwise than it looks


def test_hidden_rows_are_told_above_the_preview(client):
    book = openpyxl.load_workbook(_file(workbook(["day", "kind", "name"], ["17/02/2026", "holiday", "T\u200bết"])))
    book.active.row_dimensions[2].hidden = True
    words = seen(upload(client, saved(book), "t.xlsx"))
    assert "Hidden rows were read too: 2." in words
    assert "Invisible characters were taken out of cells C2." in words
    assert "New rows: 1." in words


def _file(data: bytes):
    return SimpleUploadedFile("t.xlsx", data)


# --- A busy server


def test_a_busy_server_answers_503_and_can_be_asked_again(client, kept_files):
    page = upload(client, days_in_doubt())
    with children._turn(1), children._seats:
        for busy in (upload(client, days_in_doubt()), answer(client, page, reading="decimal")):
            assert (busy.status_code, BUSY in seen(busy)) == (503, True)
    preview = answer(client, page, reading="decimal")
    with children._turn(1), children._seats:
        busy = client.post(CONFIRM, {"kept": noted(preview)})
        assert (busy.status_code, BUSY in seen(busy), stored()) == (503, True, [])
    assert client.post(CONFIRM, {"kept": noted(preview)}).status_code == 302
    assert len(stored()) == 2
