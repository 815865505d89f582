"""A table is imported while the unit's officer saves: on real connections, with the guards and, as a control,
without them. `racing.py` says how."""

import pytest
from django.db import connection
from django.db.models import F

from indicators import drafts
from indicators.models import Entry, EntryChange, Submission
from indicators.refusals import Refused
from indicators.validation import expected_cells
from tests.factories import Province, cell, indicator
from tests.indicators.figure_tables import importer
from tests.indicators.racing import attempt, meanwhile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]


@pytest.fixture
def race(transactional_db, monkeypatch):
    """Imports 14433 while the officer, whose page shows version 0, saves 9: what came of both."""
    province = Province()
    report = province.submission(indicator("HT.01"))
    by, key = importer(province.root), next(iter(expected_cells(report)))

    def run():
        officer = meanwhile(
            monkeypatch,
            drafts,
            "_changes_in",
            lambda: drafts.save(report, {key: cell("9")}, by=province.reporter, version=0),
        )
        typed = {report.pk: {key: cell("14433")}}
        mine = attempt(lambda: drafts.save_imported(typed, by=by, versions={report.pk: 0}))
        return mine, officer.outcome()

    return run


def take_locks_away(monkeypatch):
    def read(typed):
        rows = Submission.objects.filter(pk__in=list(typed)).order_by("pk")
        return list(rows.select_related("round__form", "round__period", "unit"))

    monkeypatch.setattr(drafts, "_lock_imported", read)
    if connection.vendor == "sqlite":  # where the transaction is the lock
        monkeypatch.setattr(drafts, "save_imported", drafts.save_imported.__wrapped__)


def stands() -> list[tuple[int, int]]:
    changes = EntryChange.objects.count()
    return [(int(value), changes) for value in Entry.objects.values_list("value", flat=True).order_by("pk")]


def test_the_officer_waits_and_is_shown_both_figures(race):
    mine, theirs = race()
    assert (mine.changed, theirs.changed) == (1, 0)
    (conflict,) = theirs.conflicts.values()
    assert (conflict.theirs.value, conflict.mine.value, conflict.by) == (14433, 9, "importer")
    assert stands() == [(14433, 1)]


def test_without_the_lock_the_compare_and_swap_holds(race, monkeypatch):
    take_locks_away(monkeypatch)
    mine, theirs = race()
    assert (type(mine), theirs.changed) == (Refused, 1)
    assert stands() == [(9, 1)]


def test_without_either_a_figure_is_overwritten_unseen(race, monkeypatch):
    """The control: the guards guard something."""
    take_locks_away(monkeypatch)

    def move_on(reports, at):
        pks = [report.pk for report in reports]
        Submission.objects.filter(pk__in=pks).update(version=F("version") + 1, changed_at=at)

    monkeypatch.setattr(drafts, "_move_on", move_on)
    mine, theirs = race()
    assert (mine.changed, theirs.changed) == (1, 1)
    assert stands() == [(14433, 2)]
