"""What a filled form says, line by line, and what it would change in the draft. Nothing is written here.

How one line is read:
- an empty cell clears nothing: it says what the draft said when the form was downloaded. But the figure is one
  thing: where one of value, numerator, denominator is filled, these three and the word beside them count as they
  stand; where a state without a figure is chosen and no figure is typed, there is none;
- "-" and "không phát sinh" in place of a figure are 0, "…" is "could not be collected"; each is told;
- then `forms.read`, as on the page: no second rule for any figure.
A line that differs from what was downloaded is a change; one that somebody else changed meanwhile is a conflict.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from .. import numbers
from ..calendars import show_moment
from ..drafts import EMPTY, Cell, Conflict, cell_from, cells_of, changes_since
from ..forms import Typed, read, tidy, typed_of
from ..models import Definition, EntryChange, EntryState, FigureStatus, Qualifier, Submission, ValueKind
from ..sheet import in_words
from ..slots import Layout, Slot
from ..spreadsheet import Content, Kind, error_in, formula_in
from ..validation import as_typed
from . import columns
from .columns import FIELDS, FIGURES
from .reading import Fault, Filled, Line

_FIGURE = re.compile("[0-9.,]+")  # as most are written; nothing of it is tidied away
ZERO = frozenset({"-", "–", "—", "−"})
ZERO_WORDS = frozenset({"khong phat sinh", "khong phat sinh (= 0)", "khong phat sinh (=0)", "nothing occurred"})
ABSENT = frozenset({"…", "...", "....", "……"})
NO_FIGURE = {"value": "", "numerator": "", "denominator": "", "qualifier": ""}
_CHOICES: dict[str, type[TextChoices]] = {"state": EntryState, "status": FigureStatus, "qualifier": Qualifier}


class Understood(NamedTuple):
    """One line: what stands in the draft, what the file makes of it. `mine` is None where it cannot be taken."""

    slot: Slot
    current: Cell
    base: Cell
    mine: Cell | None
    is_filled: bool = True
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    conflict: Conflict | None = None
    conflict_version: int = 0

    @property
    def definition(self) -> Definition:
        return self.slot.line.definition

    @property
    def is_changed(self) -> bool:
        return self.mine is not None and not _same(self.mine, self.base) and not _same(self.mine, self.current)

    @property
    def name(self) -> str:
        return self.slot.name

    @property
    def old(self) -> str:
        return in_words(self.definition, self.current)

    @property
    def new(self) -> str:
        return in_words(self.definition, self.mine) if self.mine is not None else ""

    @property
    def conflict_sentence(self) -> str:
        if self.conflict is None:
            return ""
        return _("%(who)s saved this line at %(time)s: %(theirs)s. In the file: %(mine)s. Keep which?") % {
            "who": self.conflict.by,
            "time": show_moment(self.conflict.at),
            "theirs": self.old,
            "mine": self.new,
        }


@dataclass(frozen=True)
class Preview:
    """Every line of the form, and the faults that belong to none. `version` is the draft's that it was compared
    with."""

    version: int
    filled: Filled
    rows: list[Understood]
    stray: list[Fault]

    @property
    def faults(self) -> list[Fault]:
        return [*self.stray, *(fault for row in self.rows for fault in row.faults)]

    @property
    def changed(self) -> list[Understood]:
        """Conflicts among them."""
        return [row for row in self.rows if row.is_changed]

    @property
    def kept(self) -> list[Understood]:
        return [row for row in self.rows if not row.is_changed and not row.faults]

    @property
    def refused(self) -> list[Understood]:
        return [row for row in self.rows if row.faults]

    @property
    def conflicts(self) -> list[Understood]:
        return [row for row in self.rows if row.conflict]

    @property
    def can_be_written(self) -> bool:
        return not self.faults and bool(self.changed)

    @property
    def filled_rows(self) -> int:
        return sum(row.is_filled for row in self.rows)

    @property
    def figures(self) -> list[Understood]:
        return figures_of(self.rows)

    @property
    def totals(self) -> list[str]:
        return totals_of(self.figures)


def figures_of(rows: Iterable[Understood]) -> list[Understood]:
    numeric = [row for row in rows if row.is_filled and row.definition.value_kind in columns.NUMERIC]
    return [row for row in numeric if row.mine is not None and row.mine.value is not None]


def totals_of(figures: Iterable[Understood]) -> list[str]:
    """By unit of measure, to be compared with the sum below the column in Excel; percentages are not added."""
    sums: dict[str, Decimal] = {}
    for row in figures:
        definition, value = row.definition, row.mine.value if row.mine else None
        if definition.value_kind == ValueKind.NUMBER and not definition.is_percent and value is not None:
            sums[definition.unit_of_measure] = sums.get(definition.unit_of_measure, Decimal(0)) + value
    return [numbers.with_unit(as_typed(total), unit) for unit, total in sums.items()]


def understand(filled: Filled, submission: Submission, layout: Layout) -> Preview:
    """Two queries, whatever the number of lines."""
    current = cells_of(submission)
    since = changes_since(submission, filled.stamp.version)
    slots = {slot.name: slot for slot in layout.slots}
    lines, stray = _by_slot(filled.lines, slots)
    rows = [
        understood(slot, lines[slot.name], current.get(slot.key, EMPTY), since.get(slot.key, []), last=slot.last)
        for slot in layout.slots
        if slot.name in lines
    ]
    stray += [
        Fault("", _("The line %(code)s is missing from the file.") % {"code": name}, name)
        for name in slots
        if name not in lines
    ]
    return Preview(submission.version, filled, rows, [*filled.stray, *stray])


def _by_slot(lines: Iterable[Line], slots: Mapping[str, Slot]) -> tuple[dict[str, Line], list[Fault]]:
    """Each line of the form once; codes that are unknown or come twice are named."""
    found: dict[str, Line] = {}
    faults = []
    for line in lines:
        cell = line.cell(columns.KEY)
        facts = {"cell": cell, "code": line.key}
        if line.key not in slots:
            sentence = _("Cell %(cell)s: code %(code)s does not belong to this form. Nothing was written.")
            faults.append(Fault(cell, sentence % facts))
        elif line.key in found:
            sentence = _("Cell %(cell)s: the line %(code)s stands in the file twice, first in %(first)s.")
            faults.append(Fault(cell, sentence % {**facts, "first": found[line.key].cell(columns.KEY)}))
        else:
            found[line.key] = line
    return found, faults


def understood(slot: Slot, line: Line, current: Cell, since: list[EntryChange], *, last: Cell | None) -> Understood:
    """One line beside what stands in the draft; `since` are its changes since the file was made. A row of a table
    of figures is read here too."""
    base = cell_from(since[0].old) if since else current
    definition = slot.line.definition
    reader = _Reader(slot, definition, line)
    before = typed_of(base, definition)._replace(base=str(slot.base.pk) if slot.base else "")
    typed = reader.typed(before)
    mine, faults = None, reader.faults
    if not faults and typed == before:
        mine = base
    elif not faults:
        reading = read(definition, typed, last, slot.base)
        mine, faults = reading.cell, [reader.fault(f.field, f.sentence) for f in reading.faults]
    row = Understood(slot, current, base, mine, bool(line.contents), tuple(faults), tuple(reader.notes))
    if not since or mine is None or mine is base or not row.is_changed:
        return row
    newest = since[-1]
    conflict = Conflict(theirs=current, mine=mine, by=str(newest.by), at=newest.at)
    return row._replace(conflict=conflict, conflict_version=newest.version)


def _same(a: Cell, b: Cell) -> bool:
    return a == b


class _Reader:
    """The cells of one line on their way to the fields of the page, with what is wrong or worth telling."""

    def __init__(self, slot: Slot, definition: Definition, line: Line) -> None:
        self.definition = definition
        self.takes = columns.taken_by(definition.value_kind)
        self.slot = slot
        self.line = line
        self.faults: list[Fault] = []
        self.notes: list[str] = []

    def typed(self, base: Typed) -> Typed:
        contents = self._without_base()
        texts = {name: self._text(name, contents[name]) for name in FIELDS if name in contents}
        said = {name: text for name, text in texts.items() if text is not None}
        if self._says_absent(said):
            said = {k: v for k, v in said.items() if k not in FIGURES} | {"state": EntryState.NOT_AVAILABLE.value}
        if not said.keys().isdisjoint(FIGURES):
            said = {**NO_FIGURE, "state": "", **said}
        elif said.get("state") in (EntryState.NOT_AVAILABLE, EntryState.NOT_APPLICABLE):
            said = {**NO_FIGURE, **said, "kept": "", "status": Typed().status}
        return base._replace(**said, base=str(self.slot.base.pk) if self.slot.base else "")

    def _without_base(self) -> Mapping[str, Content]:
        """A denominator that is the base figure stands in the file to be read; another one is refused."""
        contents, register = self.line.contents, self.slot.base
        if register is None or "denominator" not in contents:
            return contents
        written = contents["denominator"]
        if tidy(written.text).replace(".", "") != as_typed(register.value).replace(".", ""):
            sentence = _(
                "The denominator comes from the base figures and is not changed here. It is %(base)s; an objection "
                "to it is written on the page of the report."
            )
            self._refuse("denominator", sentence % {"base": register})
        return {name: content for name, content in contents.items() if name != "denominator"}

    def fault(self, field: str, sentence: str) -> Fault:
        cell = self.line.cell(field)
        sentence = _("Cell %(cell)s: %(sentence)s") % {"cell": cell, "sentence": sentence}
        return Fault(cell, sentence, self.slot.name, field)

    def _says_absent(self, said: Mapping[str, str]) -> bool:
        """ "…" in a figure, and no figure beside it."""
        if self.definition.value_kind not in columns.NUMERIC or ABSENT.isdisjoint(said.values()):
            return False
        figures = {name: said[name] for name in FIGURES if name in said}
        absent = {name: text for name, text in figures.items() if text in ABSENT}
        if not absent:
            return False
        name, text = next(iter(absent.items()))
        if len(absent) < len(figures) or said.get("state") in (EntryState.REPORTED, EntryState.NOT_APPLICABLE):
            self.faults.append(
                self.fault(
                    name,
                    _(
                        "“%(text)s” says that there is no figure, another cell of the line "
                        "says otherwise. Keep one of them."
                    )
                    % {"text": text},
                )
            )
        self.notes.append(_("“%(text)s” is understood as: could not be collected.") % {"text": text})
        return True

    def _text(self, name: str, content: Content) -> str | None:
        """As the field of the page would hold it; None where the cell is refused."""
        if content.kind == Kind.FORMULA:
            return self._refuse(name, formula_in(self.line.cell(name)), names_cell=True)
        if content.kind == Kind.ERROR:
            return self._refuse(name, error_in(self.line.cell(name)), names_cell=True)
        if name not in self.takes:
            return self._refuse(name, _("This line takes nothing in this column. Empty the cell."))
        if name in _CHOICES:
            return self._choice(name, content)
        if name in FIGURES and self.definition.value_kind in columns.NUMERIC:
            return self._figure(name, content)
        if self.definition.value_kind == ValueKind.YES_NO and name == "value":
            answer = columns.answer(self.definition, content.text)
            return answer or self._refuse(name, _("Choose one of the listed values."))
        return tidy(content.text)

    def _refuse(self, name: str, sentence: str, *, names_cell: bool = False) -> str | None:
        fault = self.fault(name, sentence)
        self.faults.append(replace(fault, sentence=sentence) if names_cell else fault)
        return None

    def _choice(self, name: str, content: Content) -> str | None:
        chosen = columns.choice(_CHOICES[name], content.text)
        return chosen or self._refuse(name, _("Choose one of the listed values."))

    def _figure(self, name: str, content: Content) -> str | None:
        if content.kind == Kind.DAY:
            sentence = _(
                "Excel holds the day %(day)s here, not a figure. Set the format of the cell to a number and "
                "type the figure anew."
            )
            return self._refuse(name, sentence % {"day": content.text})
        if content.kind == Kind.YES_NO:
            return self._refuse(name, _("TRUE or FALSE stands here, not a figure."))
        if content.kind == Kind.NUMBER:
            return _with_shown_zeros(content, self.definition.decimals if name == "value" else 0)
        if _FIGURE.fullmatch(content.text):
            return content.text
        if content.text in ZERO or numbers.fold(content.text) in ZERO_WORDS:
            self.notes.append(_("“%(text)s” is understood as 0: nothing occurred.") % {"text": content.text})
            return "0"
        return tidy(content.text)


def _with_shown_zeros(content: Content, allowed: int) -> str:
    """53.8 in the format 0.00 is 53,80 as it is seen, where the definition keeps two decimals (domain.md 12)."""
    text, percent = content.text.removesuffix("%"), "%" if content.text.endswith("%") else ""
    whole, _comma, fraction = text.partition(",")
    fraction = fraction.ljust(min(content.decimals, allowed), "0")
    return (f"{whole},{fraction}" if fraction else whole) + percent
