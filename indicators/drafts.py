"""Saving what is typed. One save is one version; what nobody else touched is written, and what somebody else
changed since the page was opened is given back with both texts (nothing is overwritten unseen).

`save` writes one report for the people of its unit, `save_imported` many for an administrator who imports a table.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from . import bulk
from .clock import now
from .entry import closed_because, has_ended, whom_to_call
from .models import Entry, EntryChange, Revision, Submission, Unit, User
from .permissions import standing, units_imported_by
from .refusals import Refused

CellKey = tuple[int, int]  # (round line, subject unit)


class Cell(NamedTuple):
    """The content of one entry. An empty state is missing. A tuple: a table makes many thousands of them."""

    state: str = ""
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    text: str = ""
    decimals: int = 0
    qualifier: str = ""
    status: str = "official"
    note: str = ""
    kept: bool = False  # the last period's figure, taken over as it stood
    base_id: int | None = None  # the base figure that its denominator is (domain.md 44)
    objection: str = ""  # what the unit says against that; changes no figure

    def as_json(self) -> dict[str, Any]:
        """Plain JSON; decimals as their shortest text, so that equal figures are equal texts. `kept`, base figure
        and objection are written only where there is such a thing: what was frozen before stays the same text."""
        facts = self._asdict()
        for name in _DECIMALS:
            if facts[name] is not None:
                facts[name] = plain(facts[name])
        for name in _WHERE_IT_IS_SO:
            if not facts[name]:
                del facts[name]
        return facts


EMPTY = Cell()
FIELDS = list(Cell._fields)
_DECIMALS = ("value", "numerator", "denominator")
_WHERE_IT_IS_SO = ("kept", "base_id", "objection")


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


def cell_from(content: Mapping[str, Any]) -> Cell:
    """What `as_json` wrote."""
    facts = {name: content[name] for name in FIELDS if name in content}
    return Cell(**facts | {name: Decimal(facts[name]) for name in _DECIMALS if facts.get(name) is not None})


def frozen_cells(revision: Revision | None) -> dict[CellKey, Cell]:
    """The cells of a hand-in, as they were frozen."""
    frozen: list[dict[str, Any]] = json.loads(revision.content)["cells"] if revision else []
    return {(cell["line"], cell["subject"]): cell_from(cell) for cell in frozen}


def cell_of(entry: Entry) -> Cell:
    return Cell(**{name: getattr(entry, name) for name in FIELDS})


def cells_of(submission: Submission) -> dict[CellKey, Cell]:
    rows = Entry.objects.filter(submission=submission).order_by("pk")
    return {(line, subject): Cell(*facts) for line, subject, *facts in rows.values_list("line", "subject", *FIELDS)}


def lock(submission: Submission) -> Submission:
    """The row as it stands, locked until the transaction ends (SQLite: the transaction itself is the lock). Read
    after the lock: whoever waited here for the round to be locked must see that it is."""
    if not Submission.objects.select_for_update().filter(pk=submission.pk).order_by("pk"):
        raise Refused(_("The unit no longer reports in this round: it was taken out."))
    return Submission.objects.select_related("round__form", "round__period", "unit").get(pk=submission.pk)


@transaction.atomic
def save(submission: Submission, typed: Mapping[CellKey, Cell], *, by: User, version: int) -> Saved:
    """Writes the cells that changed since `version`, the one the typist's page was drawn from.

    Raises Refused where `by` does not report for the unit, and while entry is closed. Cells in conflict are left
    as they are and returned.
    """
    submission = lock(submission)
    sentence = closed_because(submission)
    if not standing(by, submission).reports and not has_ended(submission):
        sentence = _("Only those who enter figures for the unit can change its report.")
    if sentence:
        raise Refused(sentence, standing=whom_to_call(submission, sentence))
    current = cells_of(submission)
    changed, conflicts = _compare(typed, current, changes_since(submission, version))
    if changed:
        _write(submission, changed, current, by)
    return Saved(submission.version + bool(changed), len(changed), conflicts)


def _compare(
    typed: Mapping[CellKey, Cell], current: Mapping[CellKey, Cell], theirs: Mapping[CellKey, list[EntryChange]]
) -> tuple[dict[CellKey, Cell], dict[CellKey, Conflict]]:
    """What is to be written, and what somebody else changed meanwhile to something else than was typed."""
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
    return changed, conflicts


def changes_since(submission: Submission, version: int) -> dict[CellKey, list[EntryChange]]:
    """Oldest first, with who made them; one query."""
    changes: dict[CellKey, list[EntryChange]] = {}
    rows = EntryChange.objects.filter(submission=submission, version__gt=version).select_related("by")
    for change in rows.order_by("version", "pk"):
        changes.setdefault((change.line_id, change.subject_id), []).append(change)
    return changes


def _same(a: Cell, b: Cell) -> bool:
    return a == b  # 53.8 and 53.80 are equal Decimals; what was written differs in `decimals`


def _same_json(cell: Cell, old: dict[str, Any]) -> bool:
    return _same(cell, cell_from(old))


def _write(
    submission: Submission, changed: Mapping[CellKey, Cell], current: Mapping[CellKey, Cell], by: User
) -> None:
    version, at = submission.version + 1, now()
    moved = Submission.objects.filter(pk=submission.pk, state=submission.state, version=submission.version)
    if not moved.update(version=F("version") + 1, changed_at=at):
        raise Refused(_("Somebody else changed this report at the same moment. Send again."))
    Entry.objects.bulk_create(
        [
            Entry(submission=submission, line_id=line, subject_id=subject, **cell._asdict())
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


# --- From a table, into many reports

Reports = Mapping[int, Mapping[CellKey, Cell]]  # report → its cells
ENTRY_COLUMNS = ("submission_id", "line_id", "subject_id", *FIELDS)
CHANGE_COLUMNS = ("submission_id", "version", "line_id", "subject_id", "old", "new", "by_id", "at")
PKS_AT_ONCE = 10_000  # as parameters of one statement


@dataclass(frozen=True)
class Imported:
    """Nothing was written where there are conflicts."""

    reports: int
    changed: int
    conflicts: Mapping[tuple[int, CellKey], Conflict]


@transaction.atomic
def save_imported(
    typed: Reports, *, by: User, versions: Mapping[int, int], tell: Callable[[int], None] = lambda done: None
) -> Imported:
    """Writes the figures of a table into drafts, all of them or none, with the number of queries growing by batches
    and not by rows. `versions` are those of the preview; a report without one counts as never seen.

    Raises Refused where `by` may not import for one of the units, and where entry into one of them is closed.
    It is no member of the unit who writes here, so the right is another than in `save`; gate, versions and changes
    are the same, and handing in is left to the unit. `tell` hears how many cells are written so far.
    """
    reports = _lock_imported(typed)
    _require_right(by, reports)
    for report in reports:
        if sentence := closed_because(report):
            raise Refused(_named(report, sentence))
    current, theirs = cells_in(typed), _changes_in(versions, typed)
    changed: dict[int, dict[CellKey, Cell]] = {}
    conflicts: dict[tuple[int, CellKey], Conflict] = {}
    for pk, cells in typed.items():
        written, clashing = _compare(cells, current.get(pk, {}), theirs.get(pk, {}))
        conflicts |= {(pk, key): conflict for key, conflict in clashing.items()}
        if written:
            changed[pk] = written
    if conflicts:
        return Imported(0, 0, conflicts)
    _write_imported([report for report in reports if report.pk in changed], changed, current, by, tell)
    return Imported(len(changed), sum(map(len, changed.values())), {})


def cells_in(reports: Collection[int]) -> dict[int, dict[CellKey, Cell]]:
    """The cells of many reports, as `cells_of` those of one."""
    found: dict[int, dict[CellKey, Cell]] = defaultdict(dict)
    for pks in _portions(sorted(reports)):
        rows = Entry.objects.filter(submission__in=pks).order_by("pk")
        for report, line, subject, *facts in rows.values_list("submission", "line", "subject", *FIELDS):
            found[report][line, subject] = Cell(*facts)
    return found


def _lock_imported(typed: Reports) -> list[Submission]:
    """In the order of their keys, so that two imports wait for each other and never across."""
    reports: list[Submission] = []
    for pks in _portions(sorted(typed)):
        rows = Submission.objects.filter(pk__in=pks).order_by("pk")
        list(rows.select_for_update().values_list("pk"))
        reports += rows.select_related("round__form", "round__period", "unit")
    return reports


def _require_right(by: User, reports: Iterable[Submission]) -> None:
    """Asked of the account as it stands now: hours may lie behind the preview of a large table."""
    units = set(units_imported_by(User.objects.get(pk=by.pk)).order_by("pk").values_list("pk", flat=True))
    for report in reports:
        if report.unit_id not in units:
            raise Refused(_named(report, _("Figures for this unit are imported by those who administer it.")))


def _named(report: Submission, sentence: str) -> str:
    unit = Unit.objects.with_slice(report.round.period.last_day).get(pk=report.unit_id)
    return _("%(report)s, %(unit)s: %(sentence)s") % {"report": report.round, "unit": unit, "sentence": sentence}


def _changes_in(versions: Mapping[int, int], reports: Iterable[int]) -> dict[int, dict[CellKey, list[EntryChange]]]:
    """As `changes_since`. Most reports have none since the preview, so one query finds those that have."""
    found: dict[int, dict[CellKey, list[EntryChange]]] = defaultdict(dict)
    for pks in _portions(sorted(reports)):
        stands = Submission.objects.filter(pk__in=pks).order_by("pk").values_list("pk", "version")
        moved = [pk for pk, version in stands if version > versions.get(pk, 0)]
        for change in (
            EntryChange.objects.filter(submission__in=moved).select_related("by").order_by("version", "pk")
        ):
            if change.version > versions.get(change.submission_id, 0):
                key = change.line_id, change.subject_id
                found[change.submission_id].setdefault(key, []).append(change)
    return found


def _write_imported(
    reports: list[Submission], changed: Reports, current: Reports, by: User, tell: Callable[[int], None]
) -> None:
    """What `_write` does for one report: version by compare-and-swap, entries, and a change for each."""
    at = now()
    _move_on(reports, at)
    version = {report.pk: report.version + 1 for report in reports}
    cells = [(pk, key, cell) for pk in version for key, cell in changed[pk].items()]
    empty, moment = json.dumps(EMPTY.as_json()), bulk.moment(at)
    for start in range(0, len(cells), bulk.ROWS_AT_ONCE):
        entries, changes = [], []
        for pk, key, cell in cells[start : start + bulk.ROWS_AT_ONCE]:
            before = current.get(pk, {}).get(key)
            old = json.dumps(before.as_json()) if before else empty
            entries.append((pk, *key, *cell))
            changes.append((pk, version[pk], *key, old, json.dumps(cell.as_json()), by.pk, moment))
        bulk.upsert(Entry, ENTRY_COLUMNS, entries, unique=ENTRY_COLUMNS[:3])
        bulk.insert(EntryChange, CHANGE_COLUMNS, changes)
        tell(start + len(entries))


def _move_on(reports: Iterable[Submission], at: datetime) -> None:
    """Compare-and-swap on (state, version): one statement for all reports that stand alike."""
    alike: dict[tuple[str, int], list[int]] = defaultdict(list)
    for report in reports:
        alike[report.state, report.version].append(report.pk)
    for (state, version), all_pks in alike.items():
        for pks in _portions(all_pks):
            stand = Submission.objects.filter(pk__in=pks, state=state, version=version)
            if stand.update(version=F("version") + 1, changed_at=at) != len(pks):
                raise Refused(_("Somebody else changed these reports at the same moment. Send again."))


def _portions(pks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pks), PKS_AT_ONCE):
        yield pks[start : start + PKS_AT_ONCE]
