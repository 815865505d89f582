from typing import Any

from django.core.management.base import BaseCommand

from indicators import notifications


class Command(BaseCommand):
    help = "Forget notices and digests that are older than a year."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{notifications.purge()} notices forgotten")
