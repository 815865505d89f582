"""What was read once is kept in the process for as long as nothing has changed that it was read from.

Triggers count the changes, on both databases, whoever writes: a page of ours, an import, a command or SQL. Counts
are read before the data, so what is kept under a count is as old as it or newer, and the next change leaves it
behind. On PostgreSQL a transaction counts when it commits: it holds the counter for a moment and waits for nobody
after that. TRUNCATE is not counted; only tests do that.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection, connections

from .append_only import installed, table
from .models import ChangeCount

Counts = tuple[int, ...]
WATCHED = {
    "catalogue": (
        "definition",
        "document",
        "indicator",
        "indicatorgroup",
        "period",
        "programme",
        "programmeindicator",
        "roundcheck",
        "publicpage",
        "round",
        "roundevent",
        "roundline",
        "target",
        "unit",
        "unitcode",
        "unitslice",
    ),
    "figures": ("observation",),
}
_ACTS = ("INSERT", "UPDATE", "DELETE")
_is_settled: ContextVar[bool] = ContextVar("is_settled", default=False)


def counts() -> Counts | None:
    """The counts as they stand, in the order of WATCHED; one query. None inside a transaction, where what is read
    may be taken back again, and where a counter is missing: then nothing is kept."""
    if connection.in_atomic_block and not _is_settled.get():
        return None
    stand = dict(ChangeCount.objects.order_by("name").values_list("name", "value"))
    return tuple(stand[name] for name in WATCHED) if WATCHED.keys() <= stand.keys() else None


@contextmanager
def settled() -> Iterator[None]:
    """For a measurement inside a transaction that writes nothing more."""
    token = _is_settled.set(True)
    try:
        yield
    finally:
        _is_settled.reset(token)


# --- The triggers


def trigger_names(using: str = "default") -> set[str]:
    """PostgreSQL has one trigger for the three acts."""
    acts = ("",) if connections[using].vendor == "postgresql" else _ACTS
    return {_trigger(model, act) for models in WATCHED.values() for model in models for act in acts}


def install(using: str = "default") -> None:
    """What is missing; may run any number of times, and does so after every migrate."""
    there, is_postgresql = installed(using), connections[using].vendor == "postgresql"
    with connections[using].cursor() as cursor:
        if is_postgresql:
            cursor.execute(_FUNCTION)
        for name, model, create in _postgresql() if is_postgresql else _sqlite():
            if name not in there:  # or there, and switched off
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table(model)}" if is_postgresql else ""))
                cursor.execute(create)
    missing = [ChangeCount(name=name) for name in WATCHED]
    ChangeCount.objects.using(using).bulk_create(missing, ignore_conflicts=True)


def _trigger(model: str, act: str = "") -> str:
    return "_".join(filter(None, (table(model), "counts", act.lower())))


def _sqlite() -> Iterator[tuple[str, str, str]]:
    for counter, models in WATCHED.items():
        count = f"UPDATE {table('changecount')} SET value = value + 1 WHERE name = '{counter}'"  # noqa: S608
        for model in models:
            for act in _ACTS:
                name = _trigger(model, act)
                yield name, model, f"CREATE TRIGGER {name} AFTER {act} ON {table(model)} BEGIN {count}; END"


_FUNCTION = """
CREATE OR REPLACE FUNCTION indicators_count_change() RETURNS trigger AS $$
DECLARE counted text := 'indicators.counted_' || TG_ARGV[0];
BEGIN
    IF current_setting(counted, true) IS DISTINCT FROM pg_current_xact_id()::text THEN
        UPDATE indicators_changecount SET value = value + 1 WHERE name = TG_ARGV[0];
        PERFORM set_config(counted, pg_current_xact_id()::text, true);
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql"""


def _postgresql() -> Iterator[tuple[str, str, str]]:
    """Deferred to the commit, where the function counts a transaction once, whatever the number of its rows."""
    for counter, models in WATCHED.items():
        for model in models:
            name, then = _trigger(model), f"EXECUTE FUNCTION indicators_count_change('{counter}')"
            after = f"AFTER {' OR '.join(_ACTS)} ON {table(model)} DEFERRABLE INITIALLY DEFERRED"
            yield name, model, f"CREATE CONSTRAINT TRIGGER {name} {after} FOR EACH ROW {then}"


def has_tables(using: str) -> bool:
    wanted = {table("changecount"), *(table(model) for models in WATCHED.values() for model in models)}
    return wanted <= set(connections[using].introspection.table_names())


def install_after_migrate(*, using: str = "default", **_kwargs: Any) -> None:
    if has_tables(using):
        install(using)


def missing_triggers(
    *, app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    return [
        Warning(
            f"The trigger {name}, which counts changes, is missing; run manage.py migrate to put it back.",
            id="indicators.W002",
        )
        for using in databases or []
        if has_tables(using)
        for name in sorted(trigger_names(using) - installed(using))
    ]


def register_check() -> None:
    register(missing_triggers, Tags.database)
