from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from indicators import append_only


class Command(BaseCommand):
    help = "Print what the owner of the tables runs for another PostgreSQL role that the application uses."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the role that the application connects as, not the owner of the tables")

    def handle(self, *args: Any, **options: Any) -> None:
        """For psql -1: in one transaction there is no moment at which the role may do more."""
        if connection.vendor != "postgresql":
            raise CommandError(_("Only PostgreSQL knows roles."))
        for statement in append_only.rights(options["role"]):
            self.stdout.write(f"{statement};")
