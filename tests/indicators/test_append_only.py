"""What was written stays as it was written: triggers on both databases. Behind them stands a chain of hashes."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from indicators import append_only, returns, rounds
from indicators.calendars import quarter
from indicators.clock import now
from indicators.models import (
    AdjustmentRequest,
    Assessment,
    BaseFigure,
    Baseline,
    Decision,
    Document,
    Download,
    DraftRowChange,
    EntryChange,
    Explanation,
    Extension,
    Flags,
    Indicator,
    LoginEvent,
    Observation,
    OnBehalf,
    Publication,
    ReferenceFigure,
    RegisterList,
    RegisterRow,
    Remark,
    Return,
    Revision,
    RoundEvent,
    Seal,
    SealedHead,
    Signature,
    SubmissionEvent,
    Target,
    TaskAct,
    VerifierNote,
)
from indicators.proof import seals
from tests import lists, people, tasks
from tests.factories import ask_to_adjust, cell, enter_on_behalf, indicator, type_in

A_COLUMN = dict.fromkeys((SubmissionEvent, Revision, SealedHead, Decision), "number") | {
    EntryChange: "version",
    Observation: "decimals",
    Target: "value",
    Baseline: "value",
    BaseFigure: "value",
    ReferenceFigure: "value",
    RoundEvent: "reason",
    Extension: "reason",
    Download: "name",
    OnBehalf: "reason",
    Seal: "heads",
    LoginEvent: "username",
    Publication: "n_published",
    Flags: "warnings",
    Remark: "text",
    VerifierNote: "text",
    Return: "version",
    Assessment: "version",
    Explanation: "version",
    AdjustmentRequest: "reason",
    Signature: "signer",
    DraftRowChange: "version",
    RegisterList: "reporter_id",
    RegisterRow: "name",
    TaskAct: "number",
}
SEALED = list(A_COLUMN)
REPLACEABLE = [Target, Baseline, BaseFigure, ReferenceFigure]
every_sealed_model = pytest.mark.parametrize("model", SEALED, ids=lambda model: model.__name__)


@pytest.fixture
def history(province, media):
    """An approved report in an extended round, with a target: at least one row in each table."""
    submission = type_in(province.submission(indicator("HT.01")), cell("14433"), by=province.reporter)
    submission = province.walk(submission, "submit", "sign", "verify", "approve")
    enter_on_behalf(province.submission(Indicator.objects.get(), window=quarter(2020, 1)), by=province.verifier)
    round_ = submission.round
    rounds.extend(round_, due_on=round_.due_on + timedelta(days=1), reason="Mất điện", by=province.approver)
    aim = {"indicator": Indicator.objects.get(), "year": 2030, "value": 20_000}
    aim["document"] = Document.objects.create(name="Quyết định 1/QĐ-UBND")
    Target.objects.create(level="province", operator="gte", **aim)
    Baseline.objects.create(**aim)
    ReferenceFigure.objects.create(place="Đà Nẵng", **aim)
    counted = {"unit": province.root, "kind": "households", "day": now().date(), "source": "Cục Thống kê"}
    BaseFigure.objects.create(value=100, document=aim["document"], **counted)
    Decision.objects.create(round=round_, number="12", decided_on=now().date(), by=province.approver, key="k")
    issue = {"number": 1, "document": "1/TB", "document_date": now().date(), "n_published": 1, "n_expected": 1}
    Publication.objects.create(round=round_, content="{}", sha256="0" * 64, by=province.approver, **issue)
    Download.objects.create(submission=submission, number=1, name="a.pdf", sha256="0" * 64, by=province.verifier)
    LoginEvent.objects.create(act="login", username="mai")
    seals.seal_day()
    said = {"by": province.verifier, "at": now(), "text": "Đối chiếu lại"}
    line = round_.lines.get()
    Remark.objects.create(revision=submission.revisions.get(), line=line, subject=province.root, **said)
    VerifierNote.objects.create(submission=submission, **said)
    returns.record(submission, returns.Asked(), version=99, of=None)
    own = {"submission": submission, "version": 99, "line": line, "subject": province.root, "reported": {}}
    own |= {"revision": submission.revisions.get(), "by": province.verifier, "at": now()}
    Explanation.objects.create(assessment=Assessment.objects.create(**own), version=99, **said)
    ask_to_adjust(submission, by=province.reporter, reason="Số liệu: “53,8 %” → 53,33")
    listed = lists.submission(province, lists.list_form(province, lists.register()))
    lists.approve(province, listed, A=lists.facts(listed))
    tasks.progress(tasks.task(province), by=province.reporter)
    assert all(model.objects.exists() for model in SEALED)
    return submission


@contextmanager
def refused(model):
    before = list(model.objects.order_by("pk").values())
    with pytest.raises(DatabaseError, match=f"{model._meta.db_table} is append-only"), transaction.atomic():
        yield
    assert list(model.objects.order_by("pk").values()) == before


def execute(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


# --- Nothing is rewritten


@every_sealed_model
def test_the_orm_updates_no_row(history, model):
    with refused(model):
        model.objects.update(**{A_COLUMN[model]: 7})


@every_sealed_model
def test_a_row_that_was_loaded_and_saved_again_is_refused(history, model):
    row = model.objects.order_by("pk").first()
    setattr(row, A_COLUMN[model], 7)
    with refused(model):
        row.save(update_fields=[A_COLUMN[model]])


@every_sealed_model
def test_the_orm_deletes_no_row(history, model):
    """Past the check of what points at the row (PROTECT), so that it is the trigger that answers."""
    with refused(model):
        model.objects.all()._raw_delete("default")


@every_sealed_model
def test_raw_sql_updates_no_row(history, model):
    with refused(model):
        execute(f"UPDATE {model._meta.db_table} SET {A_COLUMN[model]} = 7")


@every_sealed_model
def test_raw_sql_deletes_no_row(history, model):
    with refused(model):
        execute(f"DELETE FROM {model._meta.db_table}")


@every_sealed_model
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE")
def test_nothing_is_truncated(history, model):
    execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the rows of this transaction stand in the way already
    with refused(model):
        execute(f"TRUNCATE {model._meta.db_table} CASCADE")


# --- But for three moments of an observation, each once


@pytest.mark.parametrize("moment", sorted(append_only.WRITTEN_ONCE["observation"]))
def test_an_empty_moment_of_an_observation_is_set_once_and_never_changed(province, moment):
    submission = province.submission(indicator("HT.01"), asks_publication=True)
    submission = type_in(submission, cell("14433"), by=province.reporter)
    province.walk(submission, "submit", "sign", "verify", "approve")
    at = now()
    assert Observation.objects.filter(**{f"{moment}__isnull": True}).update(**{moment: at}) == 1
    assert getattr(Observation.objects.get(), moment) == at
    Observation.objects.update(**{moment: at})  # the same again says nothing new
    for other in (None, at.replace(year=2030)):
        with refused(Observation):
            Observation.objects.update(**{moment: other})


def test_a_moment_set_together_with_another_change_is_refused(history):
    with refused(Observation):
        Observation.objects.update(superseded_at=now(), value=1)


@pytest.mark.parametrize(
    "column",
    sorted(
        {f.column for f in Observation._meta.local_concrete_fields}
        - {"id", *sorted(append_only.WRITTEN_ONCE["observation"])}
    ),
)
def test_no_other_column_of_an_observation_changes(history, column):
    """Each column by itself, the ones that were empty included; no number of a row is as high as 7777."""
    other = {"state": "not_available", "contributes": False, "approved_at": now()}.get(column, 7_777)
    with refused(Observation):
        Observation.objects.update(**{column: other})


# --- And for the replacement of a target or baseline, told once


@pytest.mark.parametrize("model", REPLACEABLE, ids=lambda model: model.__name__)
def test_a_target_is_replaced_once_with_its_reason_and_then_rests(history, province, model):
    told = {"superseded_at": now(), "superseded_by": province.approver, "superseded_because": "Ghi nhầm"}
    assert model.objects.update(**told) == 1
    for column, other in (
        ("superseded_at", None),
        ("superseded_by", province.verifier),
        ("superseded_because", "Khác"),
        ("value", 1),
    ):
        with refused(model):
            model.objects.update(**{column: other})


@pytest.mark.parametrize("model", REPLACEABLE, ids=lambda model: model.__name__)
def test_a_target_is_not_replaced_together_with_another_change(history, model):
    with refused(model):
        model.objects.update(superseded_at=now(), superseded_because="Ghi nhầm", value=1)


@pytest.mark.parametrize("model", REPLACEABLE, ids=lambda model: model.__name__)
def test_the_database_asks_for_the_reason_of_a_replacement(history, model):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(superseded_at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(superseded_because="Ghi nhầm")


# --- And for the end of an entry on behalf of a unit


def test_an_entry_on_behalf_ends_once_and_nothing_else_of_it_changes(province, media):
    colleague = people.person("colleague", province.office, "verifier")
    enter_on_behalf(province.submission(indicator("HT.01")), by=colleague)
    for column, other in (("reason", "Khác"), ("signer", "Khác"), ("signed_on", "2020-01-01"), ("number", "1")):
        with refused(OnBehalf):
            OnBehalf.objects.update(**{column: other})
    with refused(OnBehalf):
        OnBehalf.objects.update(ended_at=now(), ended_by=colleague, reason="Khác")
    with pytest.raises(IntegrityError), transaction.atomic():
        OnBehalf.objects.update(ended_at=now())  # by nobody
    assert OnBehalf.objects.update(ended_at=now(), ended_by=colleague) == 1
    for column, other in (("ended_at", None), ("ended_by", province.verifier)):
        with refused(OnBehalf):
            OnBehalf.objects.update(**{column: other})


# --- And for the moment at which a seal was mailed


def test_the_mail_of_a_seal_is_told_once_and_nothing_else_of_it_changes(history):
    with refused(Seal):
        Seal.objects.update(mailed_at=now(), heads=9)
    assert Seal.objects.update(mailed_at=now()) == 1
    with refused(Seal):
        Seal.objects.update(mailed_at=None)


# --- And for drafts of legal acts (reorganisation/test_applying.py) and score frameworks (test_frameworks.py)


def test_every_table_that_comes_to_rest_has_its_triggers(db):
    assert sorted(append_only.AT_REST) == ["legalact", "scoreframework", "scoreitem", "unitchange"]
    for model in append_only.AT_REST:
        assert {f"indicators_{model}_no_update", f"indicators_{model}_no_delete"} <= append_only.installed()


def test_every_sealed_table_is_tested_here(db):
    assert {model._meta.model_name for model in SEALED} == set(append_only.SEALED)


# --- The triggers come back, and are missed loudly


def test_triggers_come_back_after_migrate(history):
    append_only.remove()
    assert append_only.installed().isdisjoint(append_only.trigger_names())
    SubmissionEvent.objects.update(reason="")  # the control: without triggers it would go through
    call_command("migrate", verbosity=0)
    assert append_only.installed() >= append_only.trigger_names()
    with refused(SubmissionEvent):
        SubmissionEvent.objects.update(reason="changed")


def test_installing_twice_is_safe(history):
    append_only.install()
    append_only.install()
    with refused(Revision):
        Revision.objects.update(content="{}")


def warnings():
    return [w.msg for w in append_only.missing_triggers(app_configs=None, databases=["default"])]


def drop(trigger, table):
    execute(f"DROP TRIGGER {trigger}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


def test_the_system_check_is_silent_while_all_triggers_stand(db):
    assert warnings() == []


@pytest.mark.parametrize("act", ["no_update", "no_delete", "no_truncate"])
@every_sealed_model
def test_the_system_check_names_a_missing_trigger(db, model, act):
    if act == "no_truncate" and connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    table = model._meta.db_table
    drop(f"{table}_{act}", table)
    assert warnings() == [
        f"The append-only trigger {table}_{act} is missing; run manage.py migrate to put it back."
    ]
    append_only.install()
    assert warnings() == []


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite switches no trigger off")
def test_the_system_check_names_a_trigger_that_was_switched_off(db):
    execute("ALTER TABLE indicators_revision DISABLE TRIGGER indicators_revision_no_update")
    assert warnings() == [
        "The append-only trigger indicators_revision_no_update is missing; run manage.py migrate to put it back."
    ]
    append_only.install()
    assert warnings() == []


def test_the_system_check_asks_no_database_that_it_was_not_given():
    assert append_only.missing_triggers(app_configs=None) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a statement of SQLite")
@every_sealed_model
def test_replacing_a_row_is_deleting_it(history, model):
    name = model._meta.db_table
    with refused(model):
        execute(f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}")
