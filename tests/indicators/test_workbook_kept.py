"""A figure kept from the last period on its way through the Excel form."""

from datetime import date
from decimal import Decimal

import pytest

from indicators.calendars import quarter
from indicators.models import Entry
from indicators.opening import open_round
from tests import factories
from tests.factories import cell, indicator, type_in
from tests.indicators.pages import press
from tests.indicators.workbooks import book_of, confirm, fill, upload


@pytest.fixture
def submission(province, clock):
    """Its first line is kept: 14.433 km, as in the quarter before."""
    clock.set(2026, 11, 24, 9, 42)
    before = province.submission(indicator("HT.01"), window=quarter(2026, 3))
    type_in(before, cell("14433"), by=province.reporter)
    province.walk(before, "submit", "sign", "verify", "approve")
    now = open_round(before.round.form, factories.period(quarter(2026, 4)), due_on=date(2026, 12, 16))
    report = now.submissions.get()
    press(report, province.reporter, "save", HT_01_kept="1")
    return report


def written(province, submission, **typed):
    book = fill(book_of(submission, province.reporter), "HT.01", **typed)
    assert confirm(submission, province.reporter, upload(submission, province.reporter, book)).status_code == 302
    return Entry.objects.filter(submission=submission).values_list("value", "state", "note", "kept").get()


def test_a_note_alone_leaves_it_kept(province, submission):
    assert written(province, submission, note="Đã rà soát") == (Decimal(14433), "reported", "Đã rà soát", True)


def test_another_figure_is_kept_no_longer(province, submission):
    assert written(province, submission, value=15000) == (Decimal(15000), "reported", "", False)


def test_a_state_without_a_figure_takes_its_place(province, submission):
    said = written(province, submission, value=None, state="Chưa thu thập được", note="Mất sổ")
    assert said == (None, "not_available", "Mất sổ", False)
