"""From an uploaded workbook to its lines, each field with the name of its cell. Which line and which field a cell
is, the hidden keys say, not its place."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from django.utils.translation import gettext as _

from ..models import Submission
from ..refusals import Refused
from ..slots import Layout
from ..spreadsheet import BookSheet, Content, Kind, error_in, formula_in, read_book
from . import columns
from .columns import FIELDS, LINES, NARRATIVE, Stamp, stamp_of

MARK_ROWS = 20  # the hidden marks stand on top


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell of the file; `line` and `field` say where it stands in the form, if it does."""

    cell: str
    sentence: str
    line: str = ""
    field: str = ""


class Line(NamedTuple):
    """One line of the file: what is in its fields, and how their cells are called. `cell` gives the key's own for
    whatever has none."""

    key: str
    contents: Mapping[str, Content]
    cell: Callable[[str], str]


@dataclass(frozen=True)
class Filled:
    """A filled form as it was read. `stray` are faults of cells that belong to no line."""

    stamp: Stamp
    lines: list[Line] = field(default_factory=list)
    stray: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(data: bytes, submission: Submission, layout: Layout) -> Filled:
    """Raises Refused for what is no filled form of this report."""
    sheets = read_book(data).sheets
    stamp = _stamp(sheets)
    _refuse_other_report(stamp, stamp_of(submission, str(layout.unit), version=stamp.version), submission.version)
    forms = [sheet for sheet in sheets if _find(sheet, columns.FORM_MARK)]
    if not forms:
        raise Refused(_no_form())
    filled = Filled(stamp, notes=list(_notes(sheets, forms)))
    for sheet in forms:
        prefix = "" if sheet is forms[0] else f"{sheet.title}!"
        _read_sheet(sheet, _shape(sheet), prefix, filled)
    return filled


def _find(sheet: BookSheet, mark: str, *, within: int = MARK_ROWS) -> tuple[int, int] | None:
    """Row and column of a hidden mark, wherever rows or columns were inserted."""
    for number, row in sheet.rows.items():
        for column, content in row.items():
            if number <= within and content.text == mark:
                return number, column
    return None


def _mark_row(sheet: BookSheet) -> int:
    return (_find(sheet, columns.FORM_MARK) or (0, 0))[0]


def _no_form() -> str:
    return _(
        "This file is not the Excel form of this system. Download the Excel form of this report and fill it in."
    )


def _changed() -> str:
    return _(
        "The hidden parts of this file were changed. Download the Excel form anew and copy the figures into it."
    )


# --- Of which report


def _stamp(sheets: list[BookSheet]) -> Stamp:
    meta = next((sheet for sheet in sheets if _find(sheet, columns.META_MARK)), None)
    if meta is None:
        raise Refused(_no_form())
    said = {row[1].text: row[2].text for row in meta.rows.values() if 1 in row and 2 in row}
    try:
        return Stamp(
            submission=int(said["submission"]),
            version=int(said["version"]),
            round=int(said["round"]),
            **{name: said[name] for name in ("form", "period", "unit", "check")},
        )
    except (KeyError, ValueError) as changed:
        raise Refused(_changed()) from changed


def _refuse_other_report(stamp: Stamp, mine: Stamp, version: int) -> None:
    """Of another unit, period or form: the sentence names both."""
    if stamp.submission != mine.submission:
        sentence = _(
            "This file is the form %(form)s of %(unit)s, %(period)s. This page is of the form %(my_form)s of "
            "%(my_unit)s, %(my_period)s. Nothing was written."
        )
        theirs = {"form": stamp.form, "unit": stamp.unit, "period": stamp.period}
        ours = {"my_form": mine.form, "my_unit": mine.unit, "my_period": mine.period}
        raise Refused(sentence % {**theirs, **ours})
    if (stamp.round, stamp.check) != (mine.round, mine.check) or not 0 <= stamp.version <= version:
        raise Refused(_changed())


def _notes(sheets: list[BookSheet], forms: list[BookSheet]) -> Iterator[str]:
    """What a reader of the preview would not expect."""
    if hidden := sum(len((sheet.hidden_rows & set(sheet.rows)) - {_mark_row(sheet)}) for sheet in forms):
        yield _("Rows that are hidden in the file were read too: %(count)s.") % {"count": hidden}
    for sheet in forms:
        if sheet.is_hidden:
            yield _("The sheet “%(title)s” is hidden; it was read too.") % {"title": sheet.title}
        yield from sheet.notes
    ours = (columns.META_MARK, columns.TOLD_MARK, columns.FORM_MARK)
    others = [s.title for s in sheets if s.rows and not any(_find(s, mark) for mark in ours)]
    if others:
        yield _("Sheets that are no part of the form were not read: %(names)s.") % {"names": ", ".join(others)}


# --- The lines of one sheet


@dataclass(frozen=True)
class _Shape:
    """Where the lines begin, and what the columns hold."""

    head: int
    key: int
    codes: Mapping[int, str]

    @property
    def columns(self) -> range:
        return range(min([self.key, *self.codes]), max([self.key, *self.codes]) + 1)


def _shape(sheet: BookSheet) -> _Shape:
    row, key = _find(sheet, columns.FORM_MARK) or (0, 0)
    codes = {column: content.text for column, content in sheet.rows[row].items() if column != key}
    head = _find(sheet, columns.HEAD_MARK, within=max(sheet.rows))
    if head is None or sorted(codes.values()) not in (sorted(LINES[1:]), sorted(NARRATIVE[1:])):
        raise Refused(_changed())
    return _Shape(head[0], key, codes)


def _read_sheet(sheet: BookSheet, shape: _Shape, prefix: str, filled: Filled) -> None:
    for number in sorted(n for n in sheet.rows if n > shape.head):
        row = sheet.rows[number]
        names = {column: prefix + sheet.name(number, column) for column in {*row, *shape.codes, shape.key}}
        filled.stray.extend(_stray(row, shape, names))
        key = row.get(shape.key)
        if key is None or key.kind == Kind.FORMULA:
            continue
        by_code = {code: column for column, code in shape.codes.items() if code in FIELDS}
        contents = {code: row[column] for code, column in by_code.items() if column in row}
        cells = {code: names[column] for code, column in by_code.items()}
        filled.lines.append(Line(key.text, contents, partial(_named, cells, names[shape.key])))
    below = range(shape.head + 1, max(sheet.rows) + 2)
    for ref in sheet.merged_into(below, shape.columns):
        sentence = _("Cells %(cells)s are merged. Unmerge them and type each figure into its own cell.")
        filled.stray.append(Fault(prefix + ref, sentence % {"cells": prefix + ref}))


def _named(cells: Mapping[str, str], key_cell: str, field: str) -> str:
    return cells.get(field, key_cell)


def _stray(row: Mapping[int, Content], shape: _Shape, names: Mapping[int, str]) -> Iterator[Fault]:
    """Nothing typed is passed over: what stands beside the lines, or in a row without a key, is named."""
    has_key = shape.key in row
    for column, content in row.items():
        is_entry = shape.codes.get(column) in FIELDS
        if content.kind == Kind.FORMULA and not (has_key and is_entry):
            yield Fault(names[column], formula_in(names[column]))
        elif content.kind == Kind.ERROR and not (has_key and is_entry):
            yield Fault(names[column], error_in(names[column]))
        elif column != shape.key and (column not in shape.codes or (is_entry and not has_key)):
            sentence = _("Cell %(cell)s stands outside the lines of the form. Move what it holds, or empty it.")
            yield Fault(names[column], sentence % {"cell": names[column]})
