"""Rows against files: what is missing, what nobody names, what is no longer what it was."""

import hashlib
import os
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from ..clock import now
from ..models import StoredFile
from .storing import folder, path_of

BEING_WRITTEN = timedelta(hours=1)  # a younger file may belong to a transaction that is not done yet


@dataclass
class Findings:
    """Names as they stand on the disk; `young` are files that no row names and that may still get one."""

    rows: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    young: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        return not (self.missing or self.changed or self.orphans)


def check() -> Findings:
    """The folder is read before the rows, so that a file added meanwhile is no orphan; and a row is asked for once
    more before its file is called missing, since it may have been removed meanwhile."""
    on_disk = _on_disk()
    found = Findings()
    for row in StoredFile.objects.order_by("pk").iterator():
        found.rows += 1
        on_disk.discard(row.stored_as)
        state = _state_of(row)
        if state and StoredFile.objects.filter(pk=row.pk).exists():
            (found.missing if state == "missing" else found.changed).append(row.stored_as)
    for name in sorted(on_disk):
        (found.young if _is_young(path_of(name)) else found.orphans).append(name)
    return found


def remove_orphans(found: Findings) -> list[str]:
    """Those that no row names now either."""
    named = set(StoredFile.objects.filter(stored_as__in=found.orphans).values_list("stored_as", flat=True))
    removed = [name for name in found.orphans if name not in named]
    for name in removed:
        path_of(name).unlink(missing_ok=True)
    return removed


def content_of(row: StoredFile) -> bytes | None:
    """The bytes as they were kept; None where the file is gone or holds anything else."""
    try:
        data = path_of(row.stored_as).read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == row.sha256 else None


def _on_disk() -> set[str]:
    return set(os.listdir(folder())) if folder().is_dir() else set()


def _state_of(row: StoredFile) -> str:
    if not path_of(row.stored_as).is_file():
        return "missing"
    return "" if content_of(row) is not None else "changed"


def _is_young(path: Path) -> bool:
    try:
        return path.stat().st_mtime > (now() - BEING_WRITTEN).timestamp()
    except FileNotFoundError:  # gone meanwhile
        return True
