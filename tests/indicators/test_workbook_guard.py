"""The Excel form behind the guard: a busy server loses nothing, and no file is read while others cannot save."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from indicators.refusals import Refused
from indicators.spreadsheet import IN_THE_HOUSE, children
from indicators.workbook import confirming
from tests.factories import Province
from tests.indicators.pages import browser, seen, values
from tests.indicators.sheets import saved
from tests.indicators.workbooks import book_of, confirm, fill, form_of_each_kind, importing, note_of, upload

pytestmark = pytest.mark.usefixtures("english")

BUSY = "Many files are being read at this moment. Nothing was read; try again in a moment."


@pytest.fixture(autouse=True)
def _kept_here(kept_files) -> None:
    """Every test keeps its files for itself."""


def filled(province):
    submission = form_of_each_kind(province)
    return submission, fill(book_of(submission, province.reporter), "HT.01", value=5)


def test_a_busy_server_answers_503_and_the_same_note_can_be_confirmed_later(province):
    submission, book = filled(province)
    with children._turn(1), children._seats:
        busy = upload(submission, province.reporter, book)
    assert (busy.status_code, BUSY in seen(busy)) == (503, True)
    preview = upload(submission, province.reporter, book)
    with children._turn(1), children._seats:
        for action in ("write", "mark"):
            posted = {"action": action, "kept": note_of(preview)}
            busy = browser(province.reporter).post(importing(submission), posted)
            assert (busy.status_code, BUSY in seen(busy)) == (503, True)
    assert values(submission) == {}
    assert confirm(submission, province.reporter, preview).status_code == 302
    assert confirm(submission, province.reporter, preview).status_code == 302  # sent twice, done once
    assert len(values(submission)) == 1


@pytest.mark.django_db(transaction=True)
def test_no_file_is_read_while_the_database_is_locked(monkeypatch):
    province = Province()
    submission, book = filled(province)
    preview = upload(submission, province.reporter, book)
    read, locked = confirming.read, []

    def watched(*args):
        locked.append(connection.in_atomic_block)
        return read(*args)

    monkeypatch.setattr(confirming, "read", watched)
    assert confirm(submission, province.reporter, preview).status_code == 302
    assert locked == [False]


def test_what_was_cleaned_is_told_on_the_preview(province):
    submission, book = filled(province)
    words = seen(upload(submission, province.reporter, fill(book, "HT.02", note="Đang\u200b rà soát")))
    assert "Invisible characters were taken out of cells " in words


# --- At the door, before anything is done for a file


def test_as_many_files_are_taken_at_once_as_may_be_read_or_wait(province, monkeypatch):
    """Others are sent away unseen: they cost neither a query nor a thread's time, and every seat is given back."""
    submission, book = filled(province)
    taken, inside = [], confirming.preview_of

    def while_it_is_read(*args):
        if len(taken) < IN_THE_HOUSE:
            taken.append(upload_by(client, submission, book))  # the client of the same server
        return inside(*args)

    client = browser(province.reporter)
    monkeypatch.setattr(confirming, "preview_of", while_it_is_read)
    outermost = upload_by(client, submission, book)
    assert [answer.status_code for answer in taken] == [503, 200]
    assert "Go back and send the file again in a moment." in seen(taken[0])
    assert outermost.status_code == 200
    assert upload_by(client, submission, book).status_code == 200


def test_a_file_that_is_sent_away_costs_no_query(province, monkeypatch, django_assert_num_queries):
    submission, book = filled(province)
    client = browser(province.reporter)
    upload_by(client, submission, book)
    depth, found = [], []

    def while_it_is_read(*_args):
        depth.append(None)
        if len(depth) < IN_THE_HOUSE:
            upload_by(client, submission, book)
        else:
            with django_assert_num_queries(0):
                found.append(upload_by(client, submission, book).status_code)
        raise Refused("enough")

    monkeypatch.setattr(confirming, "preview_of", while_it_is_read)
    upload_by(client, submission, book)
    assert found == [503]
    assert client.get(importing(submission)).status_code == 200


def upload_by(client, submission, book):
    return client.post(importing(submission), {"file": SimpleUploadedFile("bieu.xlsx", saved(book))})
