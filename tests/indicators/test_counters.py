"""Every change of what pages are drawn from is counted, whoever makes it; a transaction once it stands."""

from contextlib import suppress

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from indicators import append_only, counters
from indicators.models import ChangeCount, Indicator, Observation, Unit, UnitSlice
from tests.factories import Province, cell, indicator, type_in

CATALOGUE, FIGURES = 0, 1
EVERY_TABLE = [(name, model) for name, models in counters.WATCHED.items() for model in models]
committed = pytest.mark.django_db(transaction=True)


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def since(before):
    """How often each was counted."""
    return tuple(now > then for now, then in zip(counters.counts(), before, strict=True))


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
    before = counters.counts()
    act(one)
    assert since(before) == (True, False)


@committed
def test_an_approval_counts_as_a_change_of_figures():
    province = Province()
    report = province.submission(indicator("HT.01"))
    type_in(report, cell("5"), by=province.reporter)
    province.walk(report, "submit", "sign", "verify")
    before = counters.counts()
    province.walk(report, "approve")
    assert (since(before), Observation.objects.count()) == ((False, True), 1)


@committed
def test_what_is_typed_counts_for_nothing():
    province = Province()
    report = province.submission(indicator("HT.01"))
    before = counters.counts()
    type_in(report, cell("5"), by=province.reporter)
    assert counters.counts() == before


@committed
def test_nothing_is_kept_of_what_may_be_taken_back():
    before = counters.counts()
    with suppress(RuntimeError), transaction.atomic():
        Unit.objects.create()
        assert counters.counts() is None
        raise RuntimeError
    assert counters.counts() == before


@committed
def test_a_transaction_counts_at_its_end():
    before = counters.counts()
    with transaction.atomic():
        unit = Unit.objects.create()
        UnitSlice.objects.create(unit=unit, name="Xã Dào San", kind="commune")
    assert since(before) == (True, False)


@committed
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite counts row by row")
def test_on_postgresql_a_transaction_counts_once_whatever_it_changes():
    before = counters.counts()
    with transaction.atomic():
        for number in range(5):
            Indicator.objects.create(code=f"HT.0{number}", name="Mới")
        Indicator.objects.update(name="Khác")
    assert counters.counts() == (before[CATALOGUE] + 1, before[FIGURES])


def test_a_measurement_says_that_nothing_more_is_written(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert counters.counts() is None
    with counters.settled(), django_assert_num_queries(1):
        assert len(counters.counts()) == len(counters.WATCHED)
    assert counters.counts() is None


def test_a_counter_that_is_missing_lets_nothing_be_kept(db):
    ChangeCount.objects.filter(name="figures").delete()
    with counters.settled():
        assert counters.counts() is None
        counters.install()
        assert counters.counts() is not None


# --- The triggers


def warnings():
    return [w.msg for w in counters.missing_triggers(app_configs=None, databases=["default"])]


def test_every_watched_table_has_its_triggers(db):
    names = counters.trigger_names()
    acts = 1 if connection.vendor == "postgresql" else 3
    assert (len(names), names <= append_only.installed(), warnings()) == (acts * len(EVERY_TABLE), True, [])


@pytest.mark.parametrize("model", [model for _name, model in EVERY_TABLE])
def test_a_missing_trigger_is_named_and_put_back(db, model):
    table = append_only.table(model)
    name = f"{table}_counts" + ("" if connection.vendor == "postgresql" else "_update")
    execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
    assert warnings() == [
        f"The trigger {name}, which counts changes, is missing; run manage.py migrate to put it back."
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


def test_no_database_is_asked_that_was_not_given():
    assert counters.missing_triggers(app_configs=None) == []
