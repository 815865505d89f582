"""Tables whose rows are never rewritten, held by triggers on both databases.

`install()` may run any number of times and does so after every migrate: a SQLite migration that rebuilds a
table drops its triggers in silence. The system check (with --database) misses them loudly; as a warning, since
an error would stop the migrate that puts them back.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

SEALED = ("submissionevent", "entrychange", "revision", "observation")
MOMENTS = ("superseded_at", "published_at", "unpublished_at")  # of an observation: each written once


def table(model: str) -> str:
    return f"indicators_{model}"


def trigger_names(using: str = "default") -> set[str]:
    """Only PostgreSQL knows TRUNCATE."""
    truncate = ("no_truncate",) if connections[using].vendor == "postgresql" else ()
    return {f"{table(model)}_{act}" for model in SEALED for act in ("no_update", "no_delete", *truncate)}


def install(using: str = "default") -> None:
    connection = connections[using]
    write = _postgresql if connection.vendor == "postgresql" else _sqlite
    columns = _columns(using)
    with connection.cursor() as cursor:
        for statement in write(columns):
            cursor.execute(statement)


def remove(using: str = "default") -> None:
    """For the test suite, which empties tables between tests."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for model in SEALED:
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
    return table("observation") in connections[using].introspection.table_names()


def _columns(using: str) -> list[str]:
    connection = connections[using]
    with connection.cursor() as cursor:
        return [c.name for c in connection.introspection.get_table_description(cursor, table("observation"))]


def _rewrites(columns: list[str], is_not: str) -> str:
    """True where an update of an observation touches anything but a moment that was still empty."""
    fixed = [f"NEW.{name} {is_not} OLD.{name}" for name in columns if name not in MOMENTS]
    once = [f"(OLD.{name} IS NOT NULL AND NEW.{name} {is_not} OLD.{name})" for name in MOMENTS]
    return " OR ".join(fixed + once)


def _sqlite(columns: list[str]) -> list[str]:
    statements = []
    for model in SEALED:
        name = table(model)
        when = f"WHEN {_rewrites(columns, 'IS NOT')}" if model == "observation" else ""
        stop = f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
        statements += [
            f"DROP TRIGGER IF EXISTS {name}_no_update",
            f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} {when} {stop}",
            f"DROP TRIGGER IF EXISTS {name}_no_delete",
            f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} {stop}",
        ]
    return statements


def _postgresql(columns: list[str]) -> list[str]:
    statements = [
        """CREATE OR REPLACE FUNCTION indicators_append_only() RETURNS trigger AS $$
        BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END $$ LANGUAGE plpgsql"""
    ]
    for model in SEALED:
        name = table(model)
        when = f"WHEN ({_rewrites(columns, 'IS DISTINCT FROM')})" if model == "observation" else ""
        stop = "EXECUTE FUNCTION indicators_append_only()"
        statements += [
            f"CREATE OR REPLACE TRIGGER {name}_no_update BEFORE UPDATE ON {name} FOR EACH ROW {when} {stop}",
            f"CREATE OR REPLACE TRIGGER {name}_no_delete BEFORE DELETE ON {name} FOR EACH ROW {stop}",
            f"CREATE OR REPLACE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {stop}",
        ]
    return statements


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
