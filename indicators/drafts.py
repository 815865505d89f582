"""Saving what is typed. One save is one version; what nobody else touched is written, and what somebody else
changed since the page was opened is given back with both texts (nothing is overwritten unseen)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from .clock import now
from .entry import closed_because
from .models import Entry, EntryChange, Submission, User
from .permissions import standing
from .refusals import Refused

CellKey = tuple[int, int]  # (round line, subject unit)


@dataclass(frozen=True)
class Cell:
    """The content of one entry. An empty state is missing."""

    state: str = ""
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    text: str = ""
    decimals: int = 0
    qualifier: str = ""
    status: str = "official"
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain JSON; decimals as their shortest text, so that equal figures are equal texts."""
        return {k: plain(v) if isinstance(v, Decimal) else v for k, v in asdict(self).items()}


EMPTY = Cell()
FIELDS = [f.name for f in fields(Cell)]


@dataclass(frozen=True)
class Conflict:
    theirs: Cell
    mine: Cell
    by: str
    at: datetime


@dataclass(frozen=True)
class Saved:
    version: int
    changed: int
    conflicts: Mapping[CellKey, Conflict]


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def cell_of(entry: Entry) -> Cell:
    return Cell(**{name: getattr(entry, name) for name in FIELDS})


def cells_of(submission: Submission) -> dict[CellKey, Cell]:
    return {
        (e.line_id, e.subject_id): cell_of(e) for e in Entry.objects.filter(submission=submission).order_by("pk")
    }


def lock(submission: Submission) -> Submission:
    """The row as it stands, locked until the transaction ends (SQLite: the transaction itself is the lock)."""
    locked = Submission.objects.select_related("round__form", "round__period", "unit")
    return locked.select_for_update(of=("self",)).get(pk=submission.pk)


@transaction.atomic
def save(submission: Submission, typed: Mapping[CellKey, Cell], *, by: User, version: int) -> Saved:
    """Writes the cells that changed since `version`, the one the typist's page was drawn from.

    Raises Refused where `by` does not report for the unit, and while entry is closed. Cells in conflict are left
    as they are and returned.
    """
    submission = lock(submission)
    if not standing(by, submission).reports:
        raise Refused(_("Only those who enter figures for the unit can change its report."))
    if sentence := closed_because(submission):
        raise Refused(sentence)
    current = cells_of(submission)
    theirs = _changes_since(submission, version)
    changed: dict[CellKey, Cell] = {}
    conflicts: dict[CellKey, Conflict] = {}
    for key, mine in typed.items():
        now_there = current.get(key, EMPTY)
        if _same(mine, now_there):
            continue
        if key not in theirs:
            changed[key] = mine
        elif not _same_json(mine, theirs[key][0].old):
            last = theirs[key][-1]
            conflicts[key] = Conflict(theirs=now_there, mine=mine, by=str(last.by), at=last.at)
    if changed:
        _write(submission, changed, current, by)
    return Saved(submission.version + bool(changed), len(changed), conflicts)


def _changes_since(submission: Submission, version: int) -> dict[CellKey, list[EntryChange]]:
    changes: dict[CellKey, list[EntryChange]] = {}
    rows = EntryChange.objects.filter(submission=submission, version__gt=version).select_related("by")
    for change in rows.order_by("version", "pk"):
        changes.setdefault((change.line_id, change.subject_id), []).append(change)
    return changes


def _same(a: Cell, b: Cell) -> bool:
    return a.as_json() == b.as_json()


def _same_json(cell: Cell, old: dict[str, Any]) -> bool:
    return cell.as_json() == old


def _write(
    submission: Submission, changed: Mapping[CellKey, Cell], current: Mapping[CellKey, Cell], by: User
) -> None:
    version, at = submission.version + 1, now()
    moved = Submission.objects.filter(pk=submission.pk, state=submission.state, version=submission.version)
    if not moved.update(version=F("version") + 1, changed_at=at):
        raise Refused(_("Somebody else changed this report at the same moment. Send again."))
    Entry.objects.bulk_create(
        [
            Entry(submission=submission, line_id=line, subject_id=subject, **vars(cell))
            for (line, subject), cell in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["submission", "line", "subject"],
        update_fields=FIELDS,
    )
    EntryChange.objects.bulk_create(
        EntryChange(
            submission=submission,
            version=version,
            line_id=key[0],
            subject_id=key[1],
            old=current.get(key, EMPTY).as_json(),
            new=cell.as_json(),
            by=by,
            at=at,
        )
        for key, cell in changed.items()
    )
