"""The Excel form of a report: numbers are numbers, lists are drop-downs, only what is filled in is unlocked.

Texts are cells of the text format, so that Excel takes "- Thiếu cán bộ" for no formula, even when it is edited.
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from ..calendars import show_day, window_sentence
from ..drafts import EMPTY, Cell, cells_of
from ..forms import typed_of
from ..models import Definition, EntryState, FigureStatus, Qualifier, Submission, ValueKind
from ..sheet import Row, before_in, group_names, grouped
from ..slots import Layout, Slot
from ..spreadsheet import Content, Kind
from ..validation import as_typed
from . import columns
from .columns import FIELDS, LINES, NARRATIVE, Stamp
from .instructions import instructions

FONT = "Times New Roman"
WIDTHS = {
    "number": 5,
    "name": 42,
    "subject": 22,
    "unit": 11,
    "before": 18,
    "value": 15,
    "numerator": 13,
    "denominator": 13,
    "state": 20,
    "status": 14,
    "qualifier": 12,
    "note": 36,
}
NARRATIVE_WIDTHS = {"name": 36, "value": 100, "state": 20, "note": 36}
NARRATIVE_HEIGHT = 150
TITLE_ROWS = 5
HEAD = TITLE_ROWS + 1  # XlsxWriter counts from 0
MESSAGE = 255  # what Excel shows beside a cell
BORDER = {"border": 1, "border_color": "#9aa5b1"}
ENTRY = {**BORDER, "locked": False, "bg_color": "#fffbe6", "valign": "top", "text_wrap": True}
BARRED = {**BORDER, "bg_color": "#e6e9ec", "valign": "top"}
TOLD = {**BORDER, "valign": "top", "text_wrap": True}
FAULTY = {"bg_color": "#ffd0c7"}

Filling = Mapping[str, Content]  # what stands in the fields of one line


@dataclass(frozen=True)
class Marked:
    """A refused workbook as it goes back: what was typed, by line, and what is wrong with it, by line and field.
    `elsewhere` are the faults that belong to no line of the form."""

    fillings: Mapping[str, Filling] = field(default_factory=dict)
    faults: Mapping[tuple[str, str], list[str]] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)


def write(submission: Submission, layout: Layout, *, version: int, marked: Marked | None = None) -> bytes:
    """The form as it stands in the draft, or a refused one with its faults marked. `version` is the draft's that
    the filling started from."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": 12},
    }
    with xlsxwriter.Workbook(out, options) as book:
        stamp = columns.stamp_of(submission, str(layout.unit), version=version)
        _Writer(book, submission, layout, marked).write(stamp)
    return out.getvalue()


def rows_of(submission: Submission, layout: Layout) -> list[Row]:
    """As the page has them."""
    cells = cells_of(submission)
    return [
        Row(
            slot,
            cell := cells.get(slot.key, EMPTY),
            typed_of(cell, slot.line.definition),
            before=before_in(slot),
        )
        for slot in layout.slots
    ]


def filling_of(definition: Definition, cell: Cell) -> dict[str, Content]:
    """A cell of the draft in the fields of its line. "Reported" is not written: a figure says it."""
    said = {"note": cell.note}
    if cell.state == EntryState.REPORTED:
        said["status"] = str(FigureStatus(cell.status).label)
        said["qualifier"] = str(Qualifier(cell.qualifier).label) if cell.qualifier else ""
    elif cell.state:
        said["state"] = str(EntryState(cell.state).label)
    if definition.value_kind == ValueKind.YES_NO and cell.value is not None:
        said["value"] = columns.answers(definition)[0 if cell.value else 1]
    elif definition.value_kind == ValueKind.TEXT:
        said = {k: v for k, v in said.items() if k in ("state", "note")} | {"value": cell.text}
    texts = {name: Content(text) for name, text in said.items() if text}
    return texts | _numbers(definition, cell)


def _numbers(definition: Definition, cell: Cell) -> dict[str, Content]:
    """The computed value of two parts is left to the reader of the file, as on the page."""
    if definition.value_kind not in columns.NUMERIC or cell.value is None:
        return {}
    if cell.numerator is not None:
        parts = {"numerator": cell.numerator, "denominator": cell.denominator}
        return {name: _number(as_typed(part).replace(".", "")) for name, part in parts.items()}
    return {"value": _number(f"{cell.value:.{cell.decimals}f}")}


def _number(text: str) -> Content:
    text = text.replace("\N{MINUS SIGN}", "-").replace(".", ",")
    return Content(text, Kind.NUMBER, len(text.partition(",")[2]))


class _Writer:
    """One workbook while it is drawn: its formats, and where its lists stand."""

    def __init__(self, book: Any, submission: Submission, layout: Layout, marked: Marked | None) -> None:
        self.book = book
        self.submission = submission
        self.unit = str(layout.unit)
        self.marked = marked
        self.groups = grouped(rows_of(submission, layout), group_names(layout.slots))
        self.formats: dict[tuple[Any, ...], Any] = {}
        self.lists: dict[str, str] = {}

    def write(self, stamp: Stamp) -> None:
        figures = [group for group in self.groups if not group.is_narrative]
        narrative = [row for group in self.groups if group.is_narrative for row in group.rows]
        sheets = {}
        if figures or not narrative:
            sheets["lines"] = self.book.add_worksheet(_("Form"))
        if narrative:
            sheets["narrative"] = self.book.add_worksheet(_("Narrative part")[:31])
        told = self.book.add_worksheet(_("Instructions"))
        self._write_meta(self.book.add_worksheet(columns.META_TITLE), stamp)
        if "lines" in sheets:
            self._write_lines(sheets["lines"], [(group.name, group.rows) for group in figures])
        if narrative:
            self._write_narrative(sheets["narrative"], narrative)
        self._write_told(told)

    def format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": FONT, "font_size": 12} | properties)
        return self.formats[key]

    # --- Sheets

    def _write_meta(self, sheet: Any, stamp: Stamp) -> None:
        sheet.write_string(0, 0, columns.META_MARK)
        for row, (name, value) in enumerate(vars(stamp).items(), 1):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, str(value))
        for column, (name, words) in enumerate(columns.lists().items(), 3):
            self._write_list(sheet, column, name, words)
        sheet.very_hidden()
        self.meta, self.next_list = sheet, 6

    def _write_list(self, sheet: Any, column: int, name: str, words: Iterable[str]) -> None:
        """A drop-down takes its words from cells: a word may hold a comma, and all together more than 255 signs."""
        words = list(words)
        sheet.write_column(0, column, words)
        letter = xlsxwriter.utility.xl_col_to_name(column)
        self.lists[name] = f"={columns.META_TITLE}!${letter}$1:${letter}${len(words)}"

    def _write_lines(self, sheet: Any, groups: list[tuple[str, list[Row]]]) -> None:
        self._write_head(sheet, LINES, WIDTHS)
        place = HEAD + 1
        for name, rows in groups:
            for column in range(1, len(LINES)):
                sheet.write_blank(place, column, None, self.format(bold=True, bg_color="#dfe6ee"))
            sheet.write_string(place, 1, name, self.format(bold=True, bg_color="#dfe6ee"))
            for row in rows:
                place += 1
                self._write_line(sheet, place, row, LINES)
            place += 1
        self._set_up(sheet, place, freeze=3)

    def _write_narrative(self, sheet: Any, rows: list[Row]) -> None:
        self._write_head(sheet, NARRATIVE, NARRATIVE_WIDTHS)
        for place, row in enumerate(rows, HEAD + 1):
            sheet.set_row(place, NARRATIVE_HEIGHT)
            self._write_line(sheet, place, row, NARRATIVE)
        self._set_up(sheet, HEAD + 1 + len(rows), freeze=2)

    def _write_told(self, sheet: Any) -> None:
        sheet.set_column(0, 0, 110)
        sheet.write_string(0, 0, columns.TOLD_MARK)
        sheet.set_row(0, None, None, {"hidden": True})
        bold = self.format(bold=True, text_wrap=True, valign="top")
        plain = self.format(text_wrap=True, valign="top")
        lines = [(text, plain) for text in instructions()]
        if self.marked and self.marked.elsewhere:
            lines = [(text, plain) for text in self.marked.elsewhere] + lines
            lines.insert(0, (_("What is wrong outside the lines of the form"), bold))
        for row, (text, how) in enumerate(lines, 1):
            sheet.write_string(row, 0, text, how)
        sheet.protect()
        self._set_up_page(sheet)

    # --- Parts of a sheet

    def _write_head(self, sheet: Any, codes: tuple[str, ...], widths: Mapping[str, int]) -> None:
        asked = self.submission.round
        sheet.write_string(0, 0, columns.FORM_MARK)
        for column, code in enumerate(codes[1:], 1):
            sheet.write_string(0, column, code)
            sheet.set_column(column, column, widths[code], self.format())
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_column(0, 0, None, None, {"hidden": True})
        issued = f" ({asked.form.issued_by})" if asked.form.issued_by else ""
        titles = [
            _("Form %(code)s") % {"code": asked.form.code} + issued,
            asked.form.name,
            _("Reporting unit: %(unit)s") % {"unit": self.unit},
            f"{asked.period}. {self._window()}",
            _("Questions: %(contact)s") % {"contact": asked.form.contact},
        ]
        for row, title in enumerate(titles, 1):
            sheet.write_string(row, 1, title, self.format(bold=row in (2, 3)))
        names = columns.headers() | ({"value": _("Content")} if codes == NARRATIVE else {})
        sheet.write_string(HEAD, 0, columns.HEAD_MARK)
        head = self.format(
            **BORDER, bold=True, text_wrap=True, align="center", valign="vcenter", bg_color="#dfe6ee"
        )
        for column, code in enumerate(codes[1:], 1):
            sheet.write_string(HEAD, column, names[code], head)

    def _window(self) -> str:
        report, due = self.submission, self.submission.due_on
        window = window_sentence(report.round.period.first_day, report.last_day)
        return f"{window}. " + _("Due on %(date)s.") % {"date": show_day(due)} if due else window

    def _write_line(self, sheet: Any, place: int, row: Row, codes: tuple[str, ...]) -> None:
        sheet.write_string(place, 0, row.slot.name)
        for column, code in enumerate(codes):
            if code in columns.TOLD:
                self._write_told_cell(sheet, place, column, _told(row)[code])
        filling = self._filling(row)
        taken = columns.takes(row.slot)
        for column, code in enumerate(codes):
            if code in FIELDS:
                if code == "denominator" and row.slot.base:
                    self._write_base(sheet, place, column, row.slot)
                elif code in taken:
                    self._write_entry(sheet, place, column, row.slot, code, filling.get(code))
                else:
                    sheet.write_blank(place, column, None, self.format(**BARRED))

    def _write_told_cell(self, sheet: Any, place: int, column: int, said: str | int) -> None:
        if isinstance(said, int):
            sheet.write_number(place, column, said, self.format(**TOLD))
        else:
            sheet.write_string(place, column, said, self.format(**TOLD))

    def _write_base(self, sheet: Any, place: int, column: int, slot: Slot) -> None:
        """The denominator as the register has it, locked; where it comes from is told at the cell."""
        if slot.base is None:
            return
        told = self.marked.faults.get((slot.name, "denominator"), []) if self.marked else []
        look = BARRED | (FAULTY if told else {})
        sheet.write_number(place, column, slot.base.value, self.format(**look, num_format="#,##0", align="right"))
        sheet.write_comment(place, column, "\n".join([slot.base.origin, *told]), {"x_scale": 2.5, "y_scale": 1.5})

    def _filling(self, row: Row) -> Filling:
        if self.marked is not None:
            return self.marked.fillings.get(row.slot.name, {})
        return filling_of(row.slot.line.definition, row.cell)

    def _write_entry(
        self, sheet: Any, place: int, column: int, slot: Slot, code: str, content: Content | None
    ) -> None:
        faults = self.marked.faults.get((slot.name, code), []) if self.marked else []
        look = ENTRY | (FAULTY if faults else {})
        is_figure = code in columns.FIGURES and slot.line.definition.value_kind in columns.NUMERIC
        if is_figure:
            self._write_figure(sheet, place, column, content, look)
        elif content:
            sheet.write_string(place, column, content.text, self.format(**look, num_format="@"))
        else:
            sheet.write_blank(place, column, None, self.format(**look, num_format="@"))
        if faults:
            sheet.write_comment(place, column, "\n".join(faults), {"x_scale": 2.5, "y_scale": 1.5})
        self._offer(sheet, place, column, slot.line.definition, code)

    def _write_figure(self, sheet: Any, place: int, column: int, content: Content | None, look: dict) -> None:
        """The format shows every decimal that stands in the cell: what is read is what is seen. Of a whole number
        Excel would leave a comma at the end, so a second format, for whole numbers, stands above the first."""
        is_number = content is not None and content.kind == Kind.NUMBER and not content.text.endswith("%")
        decimals = min(content.decimals, 6) if content and is_number else 0
        shown = self.format(**look, num_format="#,##0." + "0" * decimals + "#" * (6 - decimals), align="right")
        if content is None:
            sheet.write_blank(place, column, None, shown)
        elif is_number:
            sheet.write_number(place, column, Decimal(content.text.replace(",", ".")), shown)
        else:
            sheet.write_string(place, column, content.text, shown)
        if not decimals:
            cell = xlsxwriter.utility.xl_rowcol_to_cell(place, column)
            rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({cell}),{cell}=INT({cell}))"}
            whole = self.formats.setdefault(("whole",), self.book.add_format({"num_format": "#,##0"}))
            sheet.conditional_format(place, column, place, column, rule | {"format": whole})

    def _offer(self, sheet: Any, place: int, column: int, definition: Definition, code: str) -> None:
        """The drop-down of a field, or what is told beside it."""
        if code == "value" and definition.value_kind == ValueKind.YES_NO:
            words = columns.answers(definition)
            name = "\n".join(words)
            if name not in self.lists:
                self._write_list(self.meta, self.next_list, name, words)
                self.next_list += 1
            sheet.data_validation(place, column, place, column, {"validate": "list", "source": self.lists[name]})
        elif code in self.lists:
            sheet.data_validation(place, column, place, column, {"validate": "list", "source": self.lists[code]})
        elif told := _hint(definition, code):
            sheet.data_validation(
                place, column, place, column, {"validate": "any", "input_message": told[:MESSAGE]}
            )

    def _set_up(self, sheet: Any, rows: int, *, freeze: int) -> None:
        sheet.freeze_panes(HEAD + 1, freeze)
        sheet.repeat_rows(HEAD)
        sheet.protect(options={"format_columns": True, "format_rows": True})
        self._set_up_page(sheet)

    def _set_up_page(self, sheet: Any) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.6, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f'&C&"{FONT},Regular"&P/&N')


def _told(row: Row) -> dict[str, str | int]:
    line, before = row.slot.line, row.before
    said = ""
    if before:
        own = f"{before.figure or before.words}\n({before.period})" if before.period else ""
        said = "\n".join(filter(None, (own, before.carried)))
    return {
        "number": row.number or "",
        "name": line.indicator.name if row.is_narrative else f"{line.indicator.name}\n({row.window})",
        "subject": str(row.slot.subject) if row.is_grid else "",
        "unit": line.definition.unit_of_measure,
        "before": said,
    }


def _hint(definition: Definition, code: str) -> str:
    if code == "numerator":
        return definition.numerator_name
    if code == "denominator":
        return definition.denominator_name
    if code != "value" or definition.value_kind not in columns.NUMERIC:
        return ""
    if definition.is_ratio:
        return _("The ratio alone, only where numerator and denominator are not known.")
    if definition.decimals == 0:
        return _("A whole number.")
    return _("A number with at most %(decimals)s decimals.") % {"decimals": definition.decimals}
