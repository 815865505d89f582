"""The rows that tell who changed what are as little rewritten as the events of a report, on both databases."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError, connection, transaction
from simple_history.models import HistoricalChanges

from indicators import append_only
from indicators.models import (
    Document,
    FormCheck,
    Indicator,
    LegalAct,
    Programme,
    PublicPage,
    Register,
    RegisterCount,
    ScoreFramework,
    ScoreItem,
    SpecialDay,
    Succession,
    UnitAlias,
)
from indicators.proof.chain import hash_of
from tests import factories, people, tasks
from tests.factories import cell, type_in
from tests.indicators.pages import browser

MODELS = sorted(apps.get_app_config("indicators").get_models(), key=lambda model: model.__name__)
HISTORIES = [m for m in MODELS if issubclass(m, HistoricalChanges)]  # in one order in every process
every_history = pytest.mark.parametrize("model", HISTORIES, ids=lambda model: model.__name__)


pytestmark = pytest.mark.usefixtures("history_told")


@pytest.fixture
def past(province):
    """At least one row in each table."""
    form = factories.form(
        province.department, holders={"verify": province.office}, indicators=[factories.indicator("HT.01")]
    )
    FormCheck.objects.create(form=form, left="HT.01", comparison="lte", right="10")
    Document.objects.create(name="Quyết định 1/QĐ-UBND")
    LegalAct.objects.create(title="Sắp xếp", effective_on=date(2025, 7, 1))
    SpecialDay.objects.create(day=date(2026, 9, 2), kind="holiday", name="Quốc khánh")
    PublicPage.objects.create(programme=Programme.objects.get())
    UnitAlias.objects.create(unit=province.sister, name="STC")
    Succession.objects.create(predecessor=province.sister, successor=province.office, effective_on=date(2025, 7, 1))
    counted = Register.objects.create(code="A", name="A", kind="platforms")
    RegisterCount.objects.create(indicator=Indicator.objects.get(), register=counted)
    score = ScoreFramework.objects.create(code="DTI", name="DTI", first_year=2026, kinds="commune")
    ScoreItem.objects.create(framework=score, code="1", name="1", maximum=0, rule="sum")
    group, right = Group.objects.create(name="Nhóm"), Permission.objects.order_by("pk").first()
    group.permissions.add(right)
    person = people.person("mai")
    person.groups.add(group)
    person.user_permissions.add(right)
    tasks.task(province, supporting=[province.sister])
    assert [model.__name__ for model in HISTORIES if not model.objects.exists()] == []


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_histories_are_all_there():
    assert len(HISTORIES) == 31
    assert {model._meta.db_table for model in HISTORIES} <= {append_only.table(m) for m in append_only.sealed()}


@every_history
def test_no_row_of_a_history_is_updated(past, model):
    table, key = model._meta.db_table, model._meta.pk.column
    with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction.atomic():
        execute(f"UPDATE {table} SET {key} = {key}")


@every_history
def test_no_row_of_a_history_is_deleted(past, model):
    table = model._meta.db_table
    rows = model.objects.count()
    with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction.atomic():
        model.objects.all()._raw_delete("default")
    with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction.atomic():
        execute(f"DELETE FROM {table}")
    assert model.objects.count() == rows


@every_history
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE")
def test_no_history_is_truncated(past, model):
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="is append-only"), transaction.atomic():
        execute(f"TRUNCATE {model._meta.db_table} CASCADE")


@every_history
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a statement of SQLite")
def test_replacing_a_row_of_a_history_is_deleting_it(past, model):
    table = model._meta.db_table
    with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction.atomic():
        execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


# --- Time, source and person of rights and of decisions (domain.md 38)


def test_a_right_given_on_a_page_carries_the_address_it_came_from(province):
    mai = people.person("mai", province.department, "reporter")
    role = mai.memberships.get()
    browser(people.superuser()).post(
        f"/admin/indicators/membership/{role.pk}/change/",
        {"user": mai.pk, "unit": role.unit_id, "role": "signer", "valid_from": "01/01/1900", "capacity": "head"},
    )
    told = role.history.order_by("history_id").values_list("role", "address", "history_user__username")
    assert list(told) == [("reporter", None, None), ("signer", "127.0.0.1", "admin")]


def test_a_decision_on_a_page_carries_the_address_it_came_from_and_its_hash_covers_it(province):
    report = type_in(province.submission(factories.indicator("HT.01")), cell("1"), by=province.reporter)
    report = province.walk(report, "submit", "sign")
    said = {"action": "verify", "comment": "", "revision": report.revisions.get().sha256}
    page = f"/admin/indicators/submission/{report.pk}/change/"
    assert browser(province.verifier).post(page, said).status_code == 302
    assert list(report.events.order_by("number").values_list("move", "address")) == [
        ("submit", None),
        ("sign", None),
        ("verify", "127.0.0.1"),
    ]
    last = report.events.get(number=3)
    assert hash_of(last) == last.hash
    last.address = None
    assert hash_of(last) != last.hash
