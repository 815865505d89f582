"""Lai Châu: its units, catalogue, targets and forms, from the files of the repository."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from indicators.loading import province

DATA = Path(__file__).parents[2] / "data"
FOLDER, EXAMPLES = DATA / "lai_chau", DATA / "examples"


def load(write: Callable[[str], object], *, examples: Path | None = None) -> None:
    province.load(FOLDER, write, examples=examples)


class Command(BaseCommand):
    help = "Load Lai Châu; safe to run twice: what stands is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        load(self.stdout.write)
