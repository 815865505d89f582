"""Where the application is another role than the owner of the tables, rewriting history is refused even without the
triggers, and it can drop none."""

from contextlib import contextmanager
from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from indicators import append_only, targets
from indicators.clock import now
from indicators.models import Document, Indicator, LegalAct, Observation
from indicators.proof import seals
from indicators.proof.verifying import verify
from tests.factories import cell, indicator, type_in

ROLE = "tien_do_so_application"
only_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no roles")


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def rights():
    said = StringIO()
    call_command("database_rights", ROLE, stdout=said)
    return said.getvalue()


@pytest.fixture
def role(province):
    """All of it ends with the transaction of the test; the triggers are gone."""
    report = type_in(province.submission(indicator("HT.01")), cell("14433"), by=province.reporter)
    report = province.walk(report, "submit", "sign", "verify", "approve")
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    append_only.remove()
    execute(f"CREATE ROLE {ROLE}")
    execute(rights())
    return report


@contextmanager
def as_role():
    with transaction.atomic():
        execute(f"SET LOCAL ROLE {ROLE}")
        yield
        execute("RESET ROLE")


@contextmanager
def refused():
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), as_role():
        yield


@only_postgresql
@pytest.mark.parametrize("model", [model for model in append_only.sealed() if model not in append_only.AT_REST])
def test_the_role_rewrites_and_removes_nothing_without_any_trigger(role, model):
    table = append_only.table(model)
    key = apps.get_model("indicators", model)._meta.pk.column
    with refused():
        execute(f"UPDATE {table} SET {key} = {key}")
    with refused():
        execute(f"TRUNCATE {table} CASCADE")
    if model not in append_only.KEPT_FOR_A_YEAR:
        with refused():
            execute(f"DELETE FROM {table}")


@only_postgresql
def test_the_role_changes_a_draft_of_a_legal_act_and_by_the_owner_s_triggers_none_that_was_applied(role, province):
    append_only.install()
    acts = [
        LegalAct.objects.create(title=title, effective_on=date(2025, 7, 1)) for title in ("Nháp", "Đã thực hiện")
    ]
    told = {"applied_at": now(), "applied_by": province.approver, "content": "{}", "sha256": "0" * 64}
    with as_role():
        LegalAct.objects.filter(pk=acts[0].pk).update(title="Nháp 2")
        LegalAct.objects.filter(pk=acts[1].pk).update(**told)
    for statement in ("UPDATE indicators_legalact SET title = ''", "DELETE FROM indicators_legalact"):
        with pytest.raises(DatabaseError, match="append-only"), as_role():
            execute(statement)


@only_postgresql
def test_the_role_sets_a_moment_and_nothing_else_of_a_figure(role):
    with as_role():
        execute("UPDATE indicators_observation SET superseded_at = now()")
    assert Observation.objects.get().superseded_at is not None
    with refused():
        execute("UPDATE indicators_observation SET value = 1")
    with refused():
        execute("UPDATE indicators_observation SET superseded_at = now(), value = 1")


@only_postgresql
def test_the_role_drops_no_trigger_and_no_table(role):
    append_only.install()
    for statement in (
        "DROP TRIGGER indicators_revision_no_update ON indicators_revision",
        "ALTER TABLE indicators_revision DISABLE TRIGGER ALL",
        "DROP TABLE indicators_revision CASCADE",
        "ALTER TABLE indicators_observation OWNER TO CURRENT_USER",
        "GRANT UPDATE ON indicators_revision TO PUBLIC; UPDATE indicators_revision SET content = ''",
    ):
        with refused():
            execute(statement)


@only_postgresql
def test_the_role_does_all_that_the_application_does(role, province):
    """A whole way, an adjustment and its seal, a target replaced, an account changed."""
    append_only.install()
    with as_role():
        report = province.walk(role, "reopen")
        report = type_in(report, cell("14434"), by=province.reporter)
        province.walk(report, "submit", "sign", "verify", "approve")
        province.reporter.full_name = "Lò Thị Mai"
        province.reporter.save()
        aim = {"indicator": Indicator.objects.get(), "level": "province", "unit": None, "year": 2030}
        document = Document.objects.create(name="Quyết định 1/QĐ-UBND")
        first = targets.record_target(**aim, operator="gte", value=1, document=document, by=province.approver)
        targets.replace_target(first, value=2, operator="gte", reason="Ghi nhầm", by=province.approver)
        assert seals.seal_day()[1]
        told: list[str] = []
        assert verify(told.append).broken == 0
        assert told == []


@only_postgresql
def test_the_rights_can_be_given_again(role):
    execute(rights())
    with refused():
        execute("DELETE FROM indicators_revision")


@pytest.mark.skipif("connection.vendor == 'postgresql'", reason="PostgreSQL has roles")
def test_without_roles_the_command_says_so(db):
    with pytest.raises(CommandError):
        rights()
