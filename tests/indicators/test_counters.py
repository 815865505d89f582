"""Every change of what pages are drawn from is counted, whoever makes it; a transaction once it stands."""

from contextlib import suppress

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, transaction

from indicators import append_only, counters
from indicators.models import ChangeCount, Indicator, Membership, Observation, Submission, Unit, UnitSlice
from tests import people
from tests.factories import Province, cell, indicator, type_in

NAMES = tuple(sorted(counters.WATCHED))
EVERY_TABLE = [(name, model) for name, models in counters.WATCHED.items() for model in models]
committed = pytest.mark.django_db(transaction=True)


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def counts():
    return counters.counts(*NAMES)


def since(before):
    """Which were counted."""
    return {name for name, now, then in zip(NAMES, counts(), before, strict=True) if now > then}


@committed
@pytest.mark.parametrize(
    "act",
    [
        lambda one: Indicator.objects.create(code="HT.99", name="Mới"),
        lambda one: Indicator.objects.filter(pk=one.pk).update(name="Khác"),
        lambda one: one.delete(),
        lambda one: Indicator.objects.bulk_create([Indicator(code=f"HT.{n}", name="Mới") for n in (98, 99)]),
        lambda one: execute("UPDATE indicators_indicator SET name = 'Khác'"),
        lambda one: execute("DELETE FROM indicators_indicator"),
    ],
    ids=["create", "update", "delete", "in bulk", "by SQL", "deleted by SQL"],
)
def test_whoever_changes_the_catalogue_is_counted(act):
    one = Indicator.objects.create(code="HT.01", name="Cáp quang")
    before = counts()
    act(one)
    assert since(before) == {"catalogue"}


@committed
def test_a_hand_in_counts_among_reports_and_an_approval_among_figures():
    province = Province()
    report = province.submission(indicator("HT.01"))
    type_in(report, cell("5"), by=province.reporter)
    before = counts()
    province.walk(report, "submit", "sign", "verify")
    sent, before = since(before), counts()
    province.walk(report, "approve")
    assert (sent, since(before)) == ({"reports"}, {"reports", "figures"})
    assert Observation.objects.count() == 1


@committed
def test_what_is_typed_counts_for_nothing():
    province = Province()
    report = province.submission(indicator("HT.01"))
    before = counts()
    type_in(report, cell("5"), by=province.reporter)
    assert counts() == before


@committed
def test_of_a_report_only_what_pages_show_is_counted():
    report = Province().submission(indicator("HT.01"))
    before = counts()
    Submission.objects.update(version=9)
    Submission.objects.update(version=9, due_on=report.due_on, handed_in_at=None)
    unseen, before = since(before), counts()
    Submission.objects.update(due_on=None)
    assert (unseen, since(before)) == (set(), {"reports"})


@committed
def test_a_right_that_is_given_counts_among_people():
    someone = people.superuser()
    before = counts()
    Membership.objects.create(user=someone, unit=Unit.objects.create(), role="reader")
    assert since(before) == {"catalogue", "people"}
    before = counts()
    someone.groups.add(Group.objects.create(name="Người quản đợt"))
    assert since(before) == {"people"}


@committed
def test_nothing_is_kept_of_what_may_be_taken_back():
    before = counts()
    with suppress(RuntimeError), transaction.atomic():
        Unit.objects.create()
        assert counts() is None
        raise RuntimeError
    assert counts() == before


@committed
def test_a_transaction_counts_at_its_end():
    before = counts()
    with transaction.atomic():
        unit = Unit.objects.create()
        UnitSlice.objects.create(unit=unit, name="Xã Dào San", kind="commune")
    assert since(before) == {"catalogue"}


@committed
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite counts row by row")
def test_on_postgresql_a_transaction_counts_once_whatever_it_changes():
    before = counts()
    with transaction.atomic():
        for number in range(5):
            Indicator.objects.create(code=f"HT.0{number}", name="Mới")
        Indicator.objects.update(name="Khác")
    assert [now - then for now, then in zip(counts(), before, strict=True)] == [1] + [0] * (len(NAMES) - 1)


def test_a_measurement_says_that_nothing_more_is_written(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert counts() is None
    with counters.settled(), django_assert_num_queries(1):
        assert len(counts()) == len(counters.WATCHED)
    assert counts() is None


def test_a_counter_that_is_missing_lets_nothing_be_kept(db):
    ChangeCount.objects.filter(name="figures").delete()
    with counters.settled():
        assert counts() is None
        counters.install()
        assert counts() is not None


# --- The triggers


def warnings():
    return [w.msg for w in counters.missing_triggers(app_configs=None, databases=["default"])]


def test_every_watched_table_has_its_triggers(db):
    names, is_postgresql = counters.trigger_names(), connection.vendor == "postgresql"
    known = len(EVERY_TABLE) + len(counters.COLUMNS) if is_postgresql else 3 * len(EVERY_TABLE)
    assert (len(names), names <= append_only.installed(), warnings()) == (known, True, [])


def test_whatever_trigger_is_missing_is_named_and_put_back(db):
    names = sorted(counters.trigger_names())
    for name in names:
        on = f" ON {name.partition('_counts')[0]}" if connection.vendor == "postgresql" else ""
        execute(f"DROP TRIGGER {name}{on}")
    assert warnings() == [
        f"The trigger {name}, which counts changes, is missing; run manage.py migrate to put it back."
        for name in names
    ]
    call_command("migrate", verbosity=0)
    assert warnings() == []


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite switches no trigger off")
def test_a_trigger_that_was_switched_off_is_named_and_put_back(db):
    execute("ALTER TABLE indicators_unit DISABLE TRIGGER indicators_unit_counts")
    assert len(warnings()) == 1
    counters.install()
    assert warnings() == []


def test_installing_twice_keeps_the_counts(db):
    ChangeCount.objects.filter(name="figures").update(value=7)
    counters.install()
    assert ChangeCount.objects.get(name="figures").value == 7


def test_a_database_made_anew_never_repeats_the_counts_of_another(db):
    with counters.settled():
        before = counts()
        ChangeCount.objects.all().delete()
        counters.install()
        assert set(before).isdisjoint(counts())


def test_no_database_is_asked_that_was_not_given():
    assert counters.missing_triggers(app_configs=None) == []
