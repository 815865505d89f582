"""What the process is asked, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import separated, tables
from .cells import Sheet
from .limits import Limits
from .package import refuse_container
from .refusal import Refusal


@dataclass(frozen=True)
class Job:
    """`wanted` is "table" or "book"; `filename` and `reading` concern tables alone."""

    wanted: str
    limits: Limits
    filename: str = ""
    reading: str = ""


def answer(data: bytes, job: Job) -> dict[str, Any]:
    """{"table": …}, {"book": …} or {"refused": the code of a sentence, "facts": what it names}."""
    wanted: dict[str, Callable[[bytes, Job], Any]] = {"table": _table, "book": _book}
    try:
        return {job.wanted: wanted[job.wanted](data, job)}
    except Refusal as refusal:
        return {"refused": refusal.code, "facts": refusal.facts}
    except MemoryError:
        return {"refused": "too_large", "facts": {}}


def _table(data: bytes, job: Job) -> dict[str, Any]:
    """What the file is, its first bytes say; its name only has to agree."""
    sheet = _sheet(data, job)
    return tables.table_of(sheet)


def _sheet(data: bytes, job: Job) -> Sheet:
    refuse_container(data)
    if data.startswith(b"PK"):
        return tables.one_filled(_sheets(data, job))
    if not job.filename.lower().endswith((".csv", ".txt")):
        raise Refusal("no_table")
    sheet = Sheet("", False, separated.rows_of(data, job.limits, job.reading))
    tables.refuse_marked([sheet])
    return sheet


def _book(data: bytes, job: Job) -> list[dict[str, Any]]:
    return [
        {
            "title": sheet.title,
            "is_hidden": sheet.is_hidden,
            "hidden_rows": sorted(sheet.hidden_rows),
            "merged": sheet.merged,
            "cells": [(row, column, cell.text, cell.kind, cell.decimals) for row, column, cell in sheet.cells()],
            **tables.cleaned(sheet),
        }
        for sheet in _sheets(data, job)
    ]


def _sheets(data: bytes, job: Job) -> list[Sheet]:
    from .sheets import sheets_of  # what reads XML starts slowly: not for CSV

    sheets = sheets_of(data, job.limits)
    tables.refuse_marked(sheets)
    return sheets
