from typing import Any

from django.core.management.base import BaseCommand

from indicators import keys


class Command(BaseCommand):
    help = "Forget one-time form keys that are older than a week."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{keys.purge()} used keys forgotten")
