"""Reading a province's files: CSV with a heading, and lists of sentences, all as NFC (domain.md 29)."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..models import BEGINNING
from ..numbers import normalise

Row = dict[str, str]


@dataclass(frozen=True)
class Files:
    folder: Path

    def rows(self, name: str) -> list[Row]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return [{key: normalise(text) for key, text in row.items()} for row in csv.DictReader(file)]

    def sentences(self, name: str) -> list[str]:
        lines = (self.folder / f"{name}.txt").read_text(encoding="utf-8-sig").splitlines()
        return [normalise(line) for line in lines]


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def first_day(text: str) -> date:
    """A blank first day is not known; a stretch of time then begins with BEGINNING."""
    return day(text) or BEGINNING


def yes(text: str) -> bool:
    return {"yes": True, "no": False}[text]


def several(text: str) -> list[str]:
    return text.split(";") if text else []
