from typing import Any

from django.core.management.base import BaseCommand

from indicators import logins


class Command(BaseCommand):
    help = "Forget the log of logins that is older than twelve months."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{logins.purge()} entries of the log of logins forgotten")
