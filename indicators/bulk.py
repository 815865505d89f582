"""Many rows at once, faster than one INSERT can carry them: COPY on PostgreSQL, a prepared statement on SQLite.

Rows are tuples in the order of `columns`, in the words of the database: JSON as text, moments as `moment` gives
them. Called inside the transaction of whoever decides; both databases raise Django's own errors. Statements are put
together from names of models alone, quoted; everything that anybody typed is a parameter.
"""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, models
from simple_history.utils import bulk_create_with_history

Row = TypeVar("Row", bound=models.Model)
Rows = Sequence[tuple[Any, ...]]
ROWS_AT_ONCE = 5_000


@contextmanager
def no_collection() -> Iterator[None]:
    """Where many objects are made and all of them stay, the collector of circles takes a quarter of the time and
    finds nothing. For a process of its own, which ends soon after."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def insert(model: type[models.Model], columns: Sequence[str], rows: Rows) -> None:
    table, names = _names(model, columns)
    if connection.vendor == "postgresql":
        _copy(f"{table} ({names})", rows)
    else:
        _execute_each(f"INSERT INTO {table} ({names}) VALUES ({_places(columns)})", rows)  # noqa: S608


def upsert(model: type[models.Model], columns: Sequence[str], rows: Rows, *, unique: Sequence[str]) -> None:
    """Rows that `unique` finds are overwritten; no two of `rows` may be the same one."""
    table, names = _names(model, columns)
    quote = connection.ops.quote_name
    own = ", ".join(f"{quote(name)} = EXCLUDED.{quote(name)}" for name in columns if name not in unique)
    conflict = f"ON CONFLICT ({', '.join(map(quote, unique))}) DO UPDATE SET {own}"
    if connection.vendor == "postgresql":
        _merge(table, names, conflict, rows)
    else:
        _execute_each(f"INSERT INTO {table} ({names}) VALUES ({_places(columns)}) {conflict}", rows)  # noqa: S608


def _names(model: type[models.Model], columns: Iterable[str]) -> tuple[str, str]:
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), ", ".join(map(quote, columns))


def _places(columns: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(columns))


def _execute_each(statement: str, rows: Rows) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _merge(table: str, names: str, conflict: str, rows: Rows) -> None:
    """Through a table of this transaction alone, shaped as the columns are."""
    shape = f"SELECT {names} FROM {table} LIMIT 0"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS {shape}")
        _copy(f"incoming ({names})", rows)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming {conflict}")  # noqa: S608
        cursor.execute("DROP TABLE incoming")


def _copy(into: str, rows: Rows) -> None:
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {into} FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def create_kept(model: type[Row], rows: Iterable[Row], **told: Any) -> list[Row]:
    """As bulk_create, with the first row of the history of each: Django's own tells the history nothing. `told` may
    name a `default_user` and a `default_change_reason`."""
    new = list(rows)
    return bulk_create_with_history(new, model, **told) if new else []
