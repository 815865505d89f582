"""An error leaves its traceback where the service's journal keeps it."""

import logging
from io import StringIO

import pytest
from django.test import Client

from config import views


@pytest.fixture
def written(monkeypatch) -> StringIO:
    """What goes to standard error."""
    (handler,) = logging.getLogger("django").handlers
    stream = StringIO()
    monkeypatch.setattr(handler, "stream", stream)
    return stream


def test_an_error_is_written_with_its_traceback(monkeypatch, written):
    def fail():
        raise OSError("no database today")

    monkeypatch.setattr(views.connection, "cursor", fail)
    assert Client(raise_request_exception=False).get("/healthz").status_code == 500
    assert "ERROR django.request: Internal Server Error: /healthz" in written.getvalue()
    assert "OSError: no database today" in written.getvalue()


def test_an_ordinary_page_writes_nothing(db, written):
    assert Client().get("/healthz").status_code == 200
    assert written.getvalue() == ""
