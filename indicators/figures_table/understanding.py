"""What a table says, row by row, and what it would change in which drafts. Nothing is written here.

A row names its cell by reporting unit, period and indicator, and by the subject where the line has several; its
figure is read by `workbook.understanding`, that is as in the Excel form and on the page. An empty cell clears
nothing. No two rows say something of the same cell, even if they say the same.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..denominators import overtaken
from ..drafts import EMPTY, Cell, CellKey, Conflict, cells_in
from ..models import EntryState, FigureStatus, Qualifier, Submission, User
from ..slots import Slot
from ..spreadsheet import Content, Kind
from ..validation import Known, problems_in
from ..workbook.reading import Line
from ..workbook.understanding import Understood, figures_of, totals_of, understood
from .asked import Asked, Draft, Unplaced
from .columns import Address, File

ROWS_BETWEEN_NEWS = 1_000
_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}(?: [0-9:]{8})?|\d{4}-\d{2}-\d{2}")
_FIGURES = ("value", "numerator", "denominator")
_CODED: dict[str, type[TextChoices]] = {"state": EntryState, "status": FigureStatus, "qualifier": Qualifier}

Tell = Callable[[int], None]


@dataclass(frozen=True)
class Report:
    """One draft that the table speaks of. `problems` are what would still block its hand-in once written."""

    submission: Submission
    title: str
    rows: int
    changed: int
    problems: tuple[str, ...]


class Row(NamedTuple):
    """`number` is the row's in its file; `line` is None where it means no cell of a report."""

    number: int
    file: str
    report: int = 0
    title: str = ""
    subject: str = ""
    line: Understood | None = None
    faults: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"row-{self.number}"

    @property
    def is_changed(self) -> bool:
        return self.line is not None and self.line.is_changed


@dataclass(frozen=True)
class Plan:
    """Every row, and the drafts as they stood: `versions` go with what is written."""

    rows: list[Row]
    notes: list[str] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)

    @cached_property
    def faults(self) -> list[str]:
        return [sentence for row in self.rows for sentence in row.faults]

    @property
    def refused(self) -> list[Row]:
        return [row for row in self.rows if row.faults]

    @cached_property
    def changed(self) -> list[Row]:
        """Conflicts among them."""
        return [row for row in self.rows if row.is_changed and not row.faults]

    @cached_property
    def unchanged(self) -> list[Row]:
        return [row for row in self.rows if not row.is_changed and not row.faults]

    @property
    def conflicts(self) -> list[Row]:
        return [row for row in self.rows if row.line and row.line.conflict]

    @property
    def figures(self) -> int:
        return len(figures_of(self._lines))

    @property
    def totals(self) -> list[str]:
        return totals_of(figures_of(self._lines))

    @property
    def _lines(self) -> Iterator[Understood]:
        return (row.line for row in self.rows if row.line)

    @property
    def can_be_written(self) -> bool:
        return bool(self.changed) and not self.faults

    @property
    def versions(self) -> dict[int, int]:
        return {report.submission.pk: report.submission.version for report in self.reports}

    @property
    def bases(self) -> list[int]:
        """The base figures that its denominators are."""
        cells = [row.line.mine for row in self.changed if row.line and row.line.mine]
        return sorted({cell.base_id for cell in cells if cell.base_id})

    def cells(self, *, without: Iterable[int] = ()) -> dict[int, dict[CellKey, Cell]]:
        """What is to be written, by report; `without` the rows of these numbers."""
        left_out = set(without)
        found: dict[int, dict[CellKey, Cell]] = {}
        for row in self.changed:
            if row.line and row.line.mine is not None and row.number not in left_out:
                found.setdefault(row.report, {})[row.line.slot.key] = row.line.mine
        return found

    def with_conflicts(self, conflicts: Mapping[tuple[int, CellKey], Conflict]) -> "Plan":
        return replace(self, rows=[_beside(row, conflicts) for row in self.rows])


def _beside(row: Row, conflicts: Mapping[tuple[int, CellKey], Conflict]) -> Row:
    conflict = conflicts.get((row.report, row.line.slot.key)) if row.line else None
    if row.line is None or conflict is None:
        return row
    return row._replace(line=row.line._replace(current=conflict.theirs, conflict=conflict))


def understand(files: Iterable[File], *, by: User, tell: Tell = lambda done: None) -> Plan:
    """For what `by` may import. `tell` hears how many rows are read."""
    reader = _Reader(list(files), by)
    rows = list(reader.rows(tell))
    notes = [*reader.restored_codes(), *_notes(rows)]
    return Plan(rows, notes, reader.reports(rows))


class _Reader:
    def __init__(self, files: list[File], by: User) -> None:
        self.files = files
        labels = {row[file.codes.index("period")].upper() for file in files for row in file.rows}
        self.asked = Asked(by, labels)
        self.found: dict[int, Draft] = {}
        self.current: dict[int, dict[CellKey, Cell]] = {}

    def rows(self, tell: Tell) -> Iterator[Row]:
        placed = self._placed()
        self.current = cells_in(self.found)
        for done, (file, number, texts, place) in enumerate(placed, 1):
            yield (
                self._refused(file, number, place)
                if isinstance(place, Unplaced)
                else self._row(file, number, texts, *place)
            )
            if done % ROWS_BETWEEN_NEWS == 0 or done == len(placed):
                tell(done)

    def _placed(self) -> list[tuple[File, int, list[str], tuple[Draft, Slot] | Unplaced]]:
        """Every row with its cell, or why it has none; each cell once."""
        first: dict[tuple[int, CellKey], tuple[File, int]] = {}
        placed = []
        for file in self.files:
            for number, texts in zip(file.numbers, file.rows, strict=True):
                placed.append((file, number, texts, self._place(file.address(texts), file, number, first)))
        return placed

    def _place(
        self, said: Address, file: File, number: int, first: dict[tuple[int, CellKey], tuple[File, int]]
    ) -> tuple[Draft, Slot] | Unplaced:
        try:
            draft, slot = self.asked.place(said, number)
        except Unplaced as unplaced:
            return unplaced
        here = file, number
        before = first.setdefault((draft.pk, slot.key), here)
        if before is not here:
            sentence = _("Row %(row)s repeats row %(first)s: both are %(key)s.")
            facts = {
                "row": number,
                "first": _where(before, file),
                "key": f"{draft.title}, {slot.name}",
            }
            return Unplaced("indicator", sentence % facts)
        self.found[draft.pk] = draft
        return draft, slot

    def _refused(self, file: File, number: int, why: Unplaced) -> Row:
        cell = file.cell(why.column, number)
        sentence = _("Cell %(cell)s: %(sentence)s") % {"cell": cell, "sentence": why.sentence}
        return Row(number, file.name, faults=(sentence,))

    def _row(self, file: File, number: int, texts: list[str], draft: Draft, slot: Slot) -> Row:
        report = draft.pk
        current = self.current[report].get(slot.key, EMPTY)
        last = current if current.kept else None  # a note beside it leaves it kept, another figure does not
        said = Line(slot.name, contents_of(file, texts), partial(file.cell_of_row, number))
        line = understood(slot, said, current, [], last=last)
        subject = ""
        if slot.key[1] != draft.report.unit_id:
            subject = self.asked.directory.name_of(slot.subject, draft.day)
        faults = tuple(fault.sentence for fault in line.faults) if line.faults else ()
        return Row(number, file.name, report, draft.title, subject, line, faults)

    def restored_codes(self) -> Iterator[str]:
        for restored, numbers in self.asked.restored.items():
            facts = {"code": restored.code, "text": restored.text, "unit": restored.unit, "row": numbers[0]}
            sentence = ngettext(
                "%(code)s was read as %(text)s (%(unit)s) in row %(row)s.",
                "%(code)s was read as %(text)s (%(unit)s) in %(count)s rows, first in row %(row)s.",
                len(numbers),
            )
            yield sentence % {**facts, "count": len(numbers)}

    def reports(self, rows: list[Row]) -> list[Report]:
        """In the order of the table, each with what its draft would still lack."""
        past = self.asked.past(self.found.values())
        proven = self.asked.proven(self.found)
        of: dict[int, list[Row]] = {pk: [] for pk in self.found}
        for row in rows:
            if row.report:
                of[row.report].append(row)
        return [
            self._report(self.found[pk], own, self.asked.known(self.found[pk], past, proven.get(pk, set())))
            for pk, own in of.items()
        ]

    def _report(self, draft: Draft, rows: list[Row], known: Known) -> Report:
        mine = {row.line.slot.key: row.line.mine for row in rows if row.line and row.line.mine is not None}
        cells = {**self.current[draft.report.pk], **mine}
        expected = self.asked.expected(draft)
        found = problems_in(draft.report, expected, cells, known)
        found += overtaken(draft.report, expected, cells, self.asked.bases(draft, expected), known.names)
        problems = tuple(problem.in_full for problem in found)
        return Report(draft.report, draft.title, len(rows), sum(row.is_changed for row in rows), problems)


def _where(row: tuple[File, int], here: File) -> str:
    file, number = row
    return str(number) if file is here else f"{number} ({file.name})"


def contents_of(file: File, texts: list[str]) -> dict[str, Content]:
    return {name: _content(name, text) for name, text in file.said(texts)}


def _content(name: str, text: str) -> Content:
    """The guard gives plain texts: a day is known by its shape, a word of a list may be given by its code."""
    if name in _FIGURES:
        is_day = not text.isdigit() and _DAY.fullmatch(text)
        return Content(text, Kind.DAY) if is_day else Content(text)
    if name in _CODED and text in _CODED[name].values:
        return Content(str(_CODED[name](text).label))
    return Content(text)


def _notes(rows: Iterable[Row]) -> Iterator[str]:
    """What was read otherwise than it was written, with the row."""
    for row in rows:
        for note in row.line.notes if row.line else ():
            yield _("Row %(row)s: %(sentence)s") % {"row": row.number, "sentence": note}
