"""What was read once is kept in the process for as long as nothing has changed that it was read from.

Triggers count the changes, on both databases, whoever writes: a page of ours, an import, a command or SQL. Counts
are read before the data, so what is kept under a count is as old as it or newer, and the next change leaves it
behind. On PostgreSQL a transaction counts when it commits: it holds the counter for a moment and waits for nobody
after that. TRUNCATE is not counted; only tests do that. A counter begins anywhere, so that a database that was made
anew or emptied never stands where one stood that a process has read.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from secrets import randbits
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection, connections

from .append_only import installed, table
from .models import ChangeCount

Counts = tuple[int, ...]
WATCHED = {
    "catalogue": (
        "basefigure",
        "baseline",
        "definition",
        "document",
        "indicator",
        "indicatorgroup",
        "period",
        "programme",
        "programmeindicator",
        "roundcheck",
        "publicpage",
        "referencefigure",
        "register",
        "registercount",
        "reportingform",
        "round",
        "roundevent",
        "roundline",
        "scoreframework",
        "scoreitem",
        "succession",
        "target",
        "unit",
        "unitcode",
        "unitslice",
    ),
    "figures": ("assessment", "explanation", "observation", "publication", "registerlist", "registerrow", "total"),
    "reports": ("extension", "onbehalf", "revision", "submission", "submissionevent"),
    "people": (
        "auth_group",
        "auth_group_permissions",
        "membership",
        "stepholder",
        "user",
        "user_groups",
        "user_user_permissions",
    ),
    "tasks": ("task", "task_supporting"),
}
# Of a table that changes more often than what pages show of it: the columns whose change is counted.
COLUMNS = {
    "submission": ("round_id", "unit_id", "due_on", "handed_in_at", "ended_by_id"),
    "user": ("username", "full_name"),  # every login saves the account
    "task": (
        "programme_id",
        "code",
        "text",
        "lead_id",
        "follower_id",
        "indicator_id",
        "due_on",
        "claimed_on",
        "done_on",
        "is_illustrative",
    ),
}
FIRST_BITS = 60
BROUGHT = "count_of_"
_ACTS = ("INSERT", "UPDATE", "DELETE")
_is_settled: ContextVar[bool] = ContextVar("is_settled", default=False)


def counts(*names: str) -> Counts | None:
    """The counts as they stand, in the order of their names; one query. None inside a transaction, where what is
    read may be taken back again, and where a counter is missing: then nothing is kept."""
    if connection.in_atomic_block and not _is_settled.get():
        return None
    stand = dict(ChangeCount.objects.order_by("name").values_list("name", "value"))
    return tuple(stand[name] for name in names) if stand.keys() >= set(names) else None


def brought_by(user: object, *names: str) -> Counts | None:
    """As `counts`, of those that the query of the account brought along: no query."""
    if connection.in_atomic_block and not _is_settled.get():
        return None
    found = [getattr(user, f"{BROUGHT}{name}", None) for name in names]
    return None if None in found else tuple(found)  # type: ignore[arg-type]


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
    """PostgreSQL has one trigger for the three acts, and a second where not every update counts."""
    return {name for name, _model, _create in _triggers(is_postgresql=_is_postgresql(using))}


def install(using: str = "default") -> None:
    """What is missing; may run any number of times, and does so after every migrate."""
    there, is_postgresql = installed(using), _is_postgresql(using)
    with connections[using].cursor() as cursor:
        if is_postgresql:
            cursor.execute(_FUNCTION)
        for name, model, create in _triggers(is_postgresql=is_postgresql):
            if name not in there:  # or there, and switched off
                on = f" ON {_table(model)}" if is_postgresql else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
                cursor.execute(create)
    missing = [ChangeCount(name=name, value=randbits(FIRST_BITS)) for name in WATCHED]
    ChangeCount.objects.using(using).bulk_create(missing, ignore_conflicts=True)


def tables(*names: str) -> set[str]:
    """Whose changes these counters count; without a name all of them."""
    return {_table(model) for name in names or WATCHED for model in WATCHED[name]}


def _is_postgresql(using: str) -> bool:
    return bool(connections[using].vendor == "postgresql")


def _table(model: str) -> str:
    return model if model.startswith("auth_") else table(model)


def _trigger(model: str, act: str = "") -> str:
    return "_".join(filter(None, (_table(model), "counts", act.lower())))


def _triggers(*, is_postgresql: bool) -> Iterator[tuple[str, str, str]]:
    """(name, model, statement)"""
    for counter, models in WATCHED.items():
        for model in models:
            yield from _postgresql(counter, model) if is_postgresql else _sqlite(counter, model)


def _when(model: str, is_not: str) -> str:
    changed = " OR ".join(f"OLD.{column} {is_not} NEW.{column}" for column in COLUMNS.get(model, ()))
    return f"WHEN ({changed})" if changed else ""


def _sqlite(counter: str, model: str) -> Iterator[tuple[str, str, str]]:
    count = f"UPDATE {table('changecount')} SET value = value + 1 WHERE name = '{counter}'"  # noqa: S608
    for act in _ACTS:
        name, when = _trigger(model, act), _when(model, "IS NOT") if act == "UPDATE" else ""
        yield name, model, f"CREATE TRIGGER {name} AFTER {act} ON {_table(model)} {when} BEGIN {count}; END"


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


def _postgresql(counter: str, model: str) -> Iterator[tuple[str, str, str]]:
    """Deferred to the commit, where the function counts a transaction once, whatever the number of its rows."""
    when = _when(model, "IS DISTINCT FROM")
    acts = {"": ("INSERT", "DELETE"), "update": ("UPDATE",)} if when else {"": _ACTS}
    for ending, of in acts.items():
        name, where = _trigger(model, ending), f"ON {_table(model)} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        then = f"{when if ending else ''} EXECUTE FUNCTION indicators_count_change('{counter}')"
        yield name, model, f"CREATE CONSTRAINT TRIGGER {name} AFTER {' OR '.join(of)} {where} {then}"


def has_tables(using: str) -> bool:
    return {table("changecount"), *tables()} <= set(connections[using].introspection.table_names())


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
