"""Writing a table into many drafts: who may, all or nothing, and the same rows that `save` writes."""

import random
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models import Model

from indicators import bulk, drafts
from indicators.drafts import EMPTY
from indicators.models import Entry, EntryChange, Membership, Submission
from indicators.permissions import units_imported_by
from indicators.refusals import Refused
from indicators.validation import expected_cells
from tests import factories, people
from tests.factories import cell, indicator, ratio, type_in
from tests.indicators.figure_tables import importer, stored

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def asked(province):
    units = [province.department, province.sister]
    return province.round(indicator("HT.01"), ratio("HT.02"), units=units, subject="self", asks_sign_off=False)


@pytest.fixture
def report(province, asked) -> Submission:
    return asked.submissions.get(unit=province.department)


@pytest.fixture
def other(province, asked) -> Submission:
    return asked.submissions.get(unit=province.sister)


@pytest.fixture
def by(province):
    return importer(province.root)


def typed(*reports: Submission) -> dict:
    cells = (cell("14433", qualifier="nearly", note="Đoàn Kết"), cell("53.8", of=("7", "13"), status="estimate"))
    return {r.pk: dict(zip(expected_cells(r), cells, strict=True)) for r in reports}


def rows(model: type[Model], report: Submission) -> list[dict]:
    """But for who, when and where."""
    found = model.objects.filter(submission=report).order_by("line__order").values()
    apart = ("id", "submission_id", "subject_id", "by_id", "at")
    return [{name: value for name, value in row.items() if name not in apart} for row in found]


# --- The same as one report by hand


def test_what_is_imported_is_stored_as_if_it_had_been_typed(province, by, report, other):
    drafts.save(report, typed(report)[report.pk], by=province.reporter, version=0)
    saved = drafts.save_imported(typed(other), by=by, versions={other.pk: 0})
    assert (saved.reports, saved.changed, saved.conflicts) == (1, 2, {})
    for model in (Entry, EntryChange):
        assert rows(model, other) == rows(model, report)
    report.refresh_from_db()
    other.refresh_from_db()
    assert (report.version, other.version) == (1, 1)


def test_a_second_import_updates_and_keeps_old_and_new(by, report):
    drafts.save_imported(typed(report), by=by, versions={})
    (first, second) = expected_cells(report)
    drafts.save_imported(
        {report.pk: {first: cell("5"), second: typed(report)[report.pk][second]}}, by=by, versions={report.pk: 1}
    )
    assert list(Entry.objects.order_by("line").values_list("line", "value")) == [
        (first[0], 5),
        (second[0], Decimal("53.8")),
    ]
    last = EntryChange.objects.get(version=2)
    assert (last.old["value"], last.old["note"], last.new["value"], last.by) == ("14433", "Đoàn Kết", "5", by)


def test_what_changes_nothing_makes_no_version(by, report):
    drafts.save_imported(typed(report), by=by, versions={})
    saved = drafts.save_imported(typed(report), by=by, versions={report.pk: 1})
    report.refresh_from_db()
    assert (saved.changed, report.version, EntryChange.objects.count()) == (0, 1, 2)


# --- Who may


def test_only_with_the_right_and_only_for_units_that_one_administers(province, by):
    none: list = []
    without = people.person("without", province.root, "administrator", is_staff=True)
    assert list(units_imported_by(without)) == none
    elsewhere = importer(province.sister, "elsewhere")
    assert [u.pk for u in units_imported_by(elsewhere).order_by("pk")] == [province.sister.pk]
    assert units_imported_by(by).count() == 4
    by.is_active = False
    assert list(units_imported_by(by)) == none


@pytest.mark.parametrize("name", ["reporter", "unit_leader", "verifier", "approver", "leader", "outsider"])
def test_nobody_imports_by_another_role(province, report, name):
    before = stored()
    with pytest.raises(Refused, match="imported by those who administer it"):
        drafts.save_imported(typed(report), by=getattr(province, name), versions={})
    assert stored() == before


def test_the_administrator_of_a_unit_writes_nothing_at_all_where_one_report_is_anothers(province, report, other):
    mine = importer(province.department)
    before = stored()
    with pytest.raises(Refused) as refused:
        drafts.save_imported(typed(report, other), by=mine, versions={})
    assert "Sở Tài chính: Figures for this unit are imported by those who administer it." in refused.value.sentence
    assert stored() == before
    assert drafts.save_imported(typed(report), by=mine, versions={}).changed == 2  # the control


def test_the_right_is_asked_of_the_account_as_it_stands_now(by, report):
    Membership.objects.filter(user=by).delete()
    with pytest.raises(Refused):
        drafts.save_imported(typed(report), by=by, versions={})


def test_whoever_imported_neither_verifies_nor_approves_nor_signs(province, by, report):
    drafts.save_imported(typed(report), by=by, versions={})
    sent = province.walk(report, "submit")
    for role, unit in (("verifier", province.office), ("approver", province.root)):
        Membership.objects.create(user=by, unit=unit, role=role)
    with pytest.raises(Refused, match="Whoever entered figures of this report cannot sign or verify it"):
        factories.perform("verify", sent, by=by)
    verified = province.walk(sent, "verify")
    with pytest.raises(Refused, match="You entered this report, so another person must approve it"):
        factories.perform("approve", verified, by=by)
    assert province.walk(verified, "approve").state == "approved"  # the control: another person


def test_the_importer_does_not_hand_in(by, report):
    drafts.save_imported(typed(report), by=by, versions={})
    with pytest.raises(Refused, match="Only those who enter figures for the unit can send its report"):
        factories.perform("submit", report, by=by)


# --- Gate, versions


def test_a_closed_report_refuses_the_whole(province, by, report, other):
    type_in(other, cell("1"), cell("50"), by=province.outsider)
    province.walk(other, "submit", reporter=province.outsider)
    before = stored()
    with pytest.raises(Refused, match="can be changed only after it is withdrawn or returned"):
        drafts.save_imported(typed(report, other), by=by, versions={other.pk: 9})
    assert stored() == before


def test_what_somebody_changed_meanwhile_comes_back_with_both_and_nothing_is_written(province, by, report, other):
    type_in(report, cell("9"), by=province.reporter)
    before = stored()
    saved = drafts.save_imported(typed(report, other), by=by, versions={report.pk: 0, other.pk: 0})
    ((place, conflict),) = saved.conflicts.items()
    assert place == (report.pk, next(iter(expected_cells(report))))
    assert (conflict.theirs.value, conflict.mine.value, conflict.by) == (9, 14433, "reporter")
    assert stored() == before


def test_what_they_changed_elsewhere_in_the_report_is_merged(province, by, report):
    first, second = expected_cells(report)
    type_in(report, cell("9"), by=province.reporter)
    saved = drafts.save_imported({report.pk: {second: cell("50")}}, by=by, versions={report.pk: 0})
    assert (saved.changed, dict(saved.conflicts)) == (1, {})
    assert list(Entry.objects.order_by("line__order").values_list("value", flat=True)) == [9, 50]
    again = drafts.save_imported({report.pk: {first: EMPTY}}, by=by, versions={report.pk: 0})
    assert dict(again.conflicts) == {}  # the file says what stood before: theirs is kept
    assert Entry.objects.order_by("line__order").first().value == 9


def test_a_report_never_seen_in_the_preview_counts_as_changed(province, by, report):
    type_in(report, cell("9"), by=province.reporter)
    assert len(drafts.save_imported(typed(report), by=by, versions={}).conflicts) == 1


def test_a_report_that_moves_on_under_the_hand_undoes_everything(by, report, other, monkeypatch):
    """The compare-and-swap alone, as where a database has no row locks."""
    write = drafts._move_on

    def after_another(reports, at):
        Submission.objects.filter(pk=other.pk).update(version=7)
        write(reports, at)

    monkeypatch.setattr(drafts, "_move_on", after_another)
    with pytest.raises(Refused, match="Somebody else changed these reports at the same moment"):
        drafts.save_imported(typed(report, other), by=by, versions={})
    assert not Entry.objects.exists()


# --- Killed in the middle


class Killed(BaseException):
    """As a process that ends: nobody catches it."""


def statements_of(act) -> int:
    counted = 0

    def count(execute, *args):
        nonlocal counted
        counted += 1
        return execute(*args)

    with connection.execute_wrapper(count):
        act()
    return counted


def killing(at: int, *, after: bool):
    left = at

    def kill(execute, *args):
        nonlocal left
        left -= 1
        if left == 0 and not after:
            raise Killed
        result = execute(*args)
        if left == 0:
            raise Killed
        return result

    return connection.execute_wrapper(kill)


def points(of: int) -> Iterator[tuple[int, bool]]:
    chosen = random.Random(5)
    for _ in range(20):
        yield chosen.randint(1, of - 1), chosen.random() < 0.5  # after the last statement all is written


def test_killed_at_twenty_random_points_it_leaves_nothing(by, report, other, monkeypatch):
    monkeypatch.setattr(bulk, "ROWS_AT_ONCE", 1)  # many batches
    cells = typed(report, other)
    act = partial(drafts.save_imported, cells, by=by, versions={})
    before = stored()
    with transaction.atomic():
        statements = statements_of(act)
        transaction.set_rollback(True)
    for at, after in points(statements):
        with pytest.raises(Killed), killing(at, after=after):
            act()
        assert stored() == before, (at, after)
    assert act().changed == 4  # the control


# --- Cost


def test_statements_grow_with_batches_and_not_with_reports(province, by, django_assert_num_queries, monkeypatch):
    units = [factories.unit(f"Xã {n}", "commune", code=f"X{n}", parent=province.root) for n in range(8)]
    asked = province.round(indicator("HT.08"), units=units, subject="self")
    reports = list(asked.submissions.order_by("pk"))
    cells = {r.pk: {next(iter(expected_cells(r))): cell("1")} for r in reports}
    few = {reports[0].pk: cells.pop(reports[0].pk)}
    count = 14 if connection.vendor == "sqlite" else 17
    for some in (few, cells):
        with django_assert_num_queries(count):
            drafts.save_imported(some, by=by, versions={})
