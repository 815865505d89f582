"""What the process is asked, and what it answers."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import separated, tables
from .cells import Kind, Sheet
from .limits import Limits
from .package import refuse_container
from .refusal import Refusal


@dataclass(frozen=True)
class Job:
    """`wanted` is "table", "book", "markers" or "filled"; `filename` and `reading` concern tables alone. So many
    bytes as `ahead` says stand before the file: JSON, what to fill in."""

    wanted: str
    limits: Limits
    filename: str = ""
    reading: str = ""
    ahead: int = 0


def answer(data: bytes, job: Job) -> dict[str, Any]:
    """{what was wanted: …} or {"refused": the code of a sentence, "facts": what it names}."""
    wanted: dict[str, Callable[[bytes, Job], Any]] = {
        "table": _table,
        "book": _book,
        "markers": _markers,
        "filled": _filled,
    }
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


def _markers(data: bytes, job: Job) -> dict[str, Any]:
    sheets = _sheets(data, job)
    return {
        "cells": [
            (sheet.title, sheet.part, row, column, cell.text, cell.kind, sheet.marked[row, column])
            for sheet in sheets
            for row, column, cell in sheet.cells()
            if (row, column) in sheet.marked
        ],
        "has_formulas": any(cell.kind == Kind.FORMULA for sheet in sheets for _r, _c, cell in sheet.cells()),
    }


def _filled(data: bytes, job: Job) -> str:
    from .filling import filled

    asked = json.loads(data[: job.ahead])
    return base64.b64encode(filled(data[job.ahead :], asked, job.limits)).decode()


def _sheets(data: bytes, job: Job) -> list[Sheet]:
    from .sheets import sheets_of  # what reads XML starts slowly: not for CSV

    sheets = sheets_of(data, job.limits)
    tables.refuse_marked(sheets)
    return sheets
