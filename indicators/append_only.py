"""Tables whose rows are never rewritten, held by triggers on both databases.

`install()` may run any number of times and does so after every migrate: a SQLite migration that rebuilds a
table drops its triggers in silence. The system check (with --database) misses them loudly; as a warning, since
an error would stop the migrate that puts them back.

`rights()` says the same once more as rights of a PostgreSQL role: where the application runs as another role than
the owner of the tables, it can drop no trigger and is refused without them too.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections, transaction
from simple_history.models import HistoricalChanges

SEALED = (
    "submissionevent",
    "entrychange",
    "revision",
    "observation",
    "target",
    "baseline",
    "basefigure",
    "referencefigure",
    "roundevent",
    "extension",
    "download",
    "onbehalf",
    "seal",
    "sealedhead",
    "loginevent",
    "decision",
    "flags",
    "remark",
    "verifiernote",
    "return",
    "assessment",
    "explanation",
    "publication",
    "adjustmentrequest",
    "signature",
    "draftrowchange",
    "registerlist",
    "registerrow",
    "taskact",
)
DECISION = ("outcome", "decided_by_id", "decided_at", "decided_version", "answer")
REPLACED = dict.fromkeys(("superseded_at", "superseded_by_id", "superseded_because"), "superseded_at")
WRITTEN_ONCE = {  # model → column that may still be filled in → the column that says that it was
    "observation": {name: name for name in ("superseded_at", "published_at", "unpublished_at")},
    "target": REPLACED,
    "baseline": REPLACED,
    "basefigure": REPLACED,
    "referencefigure": REPLACED,
    "onbehalf": dict.fromkeys(("ended_at", "ended_by_id"), "ended_at"),
    "adjustmentrequest": dict.fromkeys(DECISION, "decided_at"),
    "seal": {"mailed_at": "mailed_at"},
    "registerlist": {"superseded_at": "superseded_at"},
}
AT_REST = {  # a draft changes until this column is filled
    "legalact": "applied_at",
    "unitchange": "applied_at",
    "scoreframework": "issued_at",
    "scoreitem": "issued_at",
}
SWITCHED = {"scoreframework": ("is_ranked",)}  # what of a row at rest is a switch still
KEPT_FOR_A_YEAR = {"loginevent": "at"}  # model → the moment from which twelve months count; then it may be deleted
A_YEAR_AGO = {"postgresql": "now() - interval '12 months'", "sqlite": "datetime('now', '-12 months')"}


def table(model: str) -> str:
    return f"indicators_{model}"


@cache
def sealed() -> tuple[str, ...]:
    """The tables above and every history of who changed what."""
    past = sorted(
        model._meta.model_name or ""
        for model in apps.get_app_config("indicators").get_models()
        if issubclass(model, HistoricalChanges)
    )
    return (*SEALED, *AT_REST, *past)


def trigger_names(using: str = "default") -> set[str]:
    """Only PostgreSQL knows TRUNCATE."""
    truncate = ("no_truncate",) if connections[using].vendor == "postgresql" else ()
    return {f"{table(model)}_{act}" for model in sealed() for act in ("no_update", "no_delete", *truncate)}


def install(using: str = "default") -> None:
    connection = connections[using]
    is_postgresql = connection.vendor == "postgresql"
    rewrites = {model: _rewrites(model, using) for model in WRITTEN_ONCE}
    rewrites |= {model: f"OLD.{said} IS NOT NULL AND ({_changes(model, using)})" for model, said in AT_REST.items()}
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in _postgresql(rewrites) if is_postgresql else _sqlite(rewrites):
            cursor.execute(statement)


def remove(using: str = "default") -> None:
    """For the test suite, which empties tables between tests."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for model in sealed():
            on = f" ON {table(model)}" if connection.vendor == "postgresql" else ""
            for act in ("no_update", "no_delete", "no_truncate"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table(model)}_{act}{on}")


def installed(using: str = "default") -> set[str]:
    connection = connections[using]
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


def has_tables(using: str) -> bool:
    """All of them: an old migration that stops half way leaves the triggers to the next one."""
    return {table(model) for model in sealed()} <= set(connections[using].introspection.table_names())


def _rewrites(model: str, using: str) -> str:
    """True where an update touches anything but a column that may be written once and still was empty."""
    once, differs = WRITTEN_ONCE[model], _differs(using)
    barred = [differs.format(name) for name in _columns(model, using) if name not in once]
    barred += [f"(OLD.{said} IS NOT NULL AND {differs.format(name)})" for name, said in once.items()]
    return " OR ".join(barred)


def _changes(model: str, using: str) -> str:
    """True for any update of a row at rest, but where it turns a switch alone."""
    if model not in SWITCHED:
        return "1 = 1"
    columns = [name for name in _columns(model, using) if name not in SWITCHED[model]]
    return " OR ".join(_differs(using).format(name) for name in columns)


def _columns(model: str, using: str) -> list[str]:
    with connections[using].cursor() as cursor:
        found = connections[using].introspection.get_table_description(cursor, table(model))
    return [column.name for column in found]


def _differs(using: str) -> str:
    is_not = "IS DISTINCT FROM" if connections[using].vendor == "postgresql" else "IS NOT"
    return f"NEW.{{0}} {is_not} OLD.{{0}}"


def _sqlite(rewrites: dict[str, str]) -> list[str]:
    statements = []
    for model in sealed():
        name = table(model)
        when = f"WHEN {rewrites[model]}" if model in rewrites else ""
        kept = _is_kept(model, "sqlite")
        young = f"WHEN {kept}" if kept else ""
        stop = f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
        statements += [
            f"DROP TRIGGER IF EXISTS {name}_no_update",
            f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} {when} {stop}",
            f"DROP TRIGGER IF EXISTS {name}_no_delete",
            f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} {young} {stop}",
        ]
    return statements


def _postgresql(rewrites: dict[str, str]) -> list[str]:
    statements = [
        """CREATE OR REPLACE FUNCTION indicators_append_only() RETURNS trigger AS $$
        BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END $$ LANGUAGE plpgsql"""
    ]
    for model in sealed():
        name = table(model)
        when = f"WHEN ({rewrites[model]})" if model in rewrites else ""
        kept = _is_kept(model, "postgresql")
        young = f"WHEN ({kept})" if kept else ""
        stop = "EXECUTE FUNCTION indicators_append_only()"
        statements += [
            f"CREATE OR REPLACE TRIGGER {name}_no_update BEFORE UPDATE ON {name} FOR EACH ROW {when} {stop}",
            f"CREATE OR REPLACE TRIGGER {name}_no_delete BEFORE DELETE ON {name} FOR EACH ROW {young} {stop}",
            f"CREATE OR REPLACE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {stop}",
        ]
    return statements


def _is_kept(model: str, vendor: str) -> str:
    """What keeps a row from being deleted, where not every row is. A year is counted by the clock of the database:
    whoever turns the application's clock deletes nothing sooner."""
    if model in AT_REST:
        return f"OLD.{AT_REST[model]} IS NOT NULL"
    return "" if model not in KEPT_FOR_A_YEAR else f"OLD.{KEPT_FOR_A_YEAR[model]} >= {A_YEAR_AGO[vendor]}"


def rights(role: str, using: str = "default") -> list[str]:
    """What the owner of the tables runs for the role that the application uses (PostgreSQL). It may be run again,
    and is after every upgrade, for what came anew."""
    quoted = connections[using].ops.quote_name(role)
    given = [
        f"GRANT USAGE ON SCHEMA public TO {quoted}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
        f"REVOKE TRUNCATE, REFERENCES, TRIGGER ON ALL TABLES IN SCHEMA public FROM {quoted}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {quoted}",
    ]
    for model in (each for each in sealed() if each not in AT_REST):
        taken = "UPDATE" if model in KEPT_FOR_A_YEAR else "UPDATE, DELETE"
        given.append(f"REVOKE {taken} ON {table(model)} FROM {quoted}")
        if model in WRITTEN_ONCE:
            given.append(f"GRANT UPDATE ({', '.join(WRITTEN_ONCE[model])}) ON {table(model)} TO {quoted}")
    return given


def install_after_migrate(*, using: str = "default", **_kwargs: Any) -> None:
    if has_tables(using):
        install(using)


def missing_triggers(
    *,
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    return [
        Warning(
            f"The append-only trigger {name} is missing; run manage.py migrate to put it back.",
            id="indicators.W001",
        )
        for using in databases or []
        if has_tables(using)
        for name in sorted(trigger_names(using) - installed(using))
    ]


def register_check() -> None:
    register(missing_triggers, Tags.database)
