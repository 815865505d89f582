"""What stood in the tables once, put back in a moment: entering the demonstration takes most of a test's time."""

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

BEGUN_ANEW = {"indicators_changecount", "django_migrations"}  # a counter never stands where it stood before


class Snapshot:
    """Kept in tables of the same database, which nobody empties between tests. One process takes it once."""

    def __init__(self) -> None:
        self.tables: list[str] = []

    def take(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - BEGUN_ANEW)
            for table in tables:
                cursor.execute(f"DROP TABLE IF EXISTS kept_{table}")
                cursor.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        self.tables = tables

    def bring_back(self) -> None:
        """Into tables that were emptied, but for what every migrate writes. Keys that point to each other are
        checked at the end of the transaction; sequences never run backwards."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table in self.tables:
                cursor.execute(f"DELETE FROM {table}")
                cursor.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
        ContentType.objects.clear_cache()
