"""Lai Châu: its units, catalogue, targets and forms, from the files of the repository."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from indicators.loading import province

FOLDER = Path(__file__).parents[2] / "data" / "lai_chau"


def load(write: Callable[[str], object]) -> None:
    province.load(FOLDER, write)


class Command(BaseCommand):
    help = "Load Lai Châu; safe to run twice: what stands is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        load(self.stdout.write)
