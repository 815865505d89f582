from typing import Any

from django.core.management.base import BaseCommand

from indicators import waiting


class Command(BaseCommand):
    help = "Remove uploaded files whose preview nobody confirmed within a day."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{waiting.purge()} unconfirmed uploads removed")
