"""The list of units that have not reported as an annex to an official letter, in Word: A4, Times New Roman, the
margins and the running page number of Decree 30/2020 (domain.md 34). Plain rows in, the bytes of a file out."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from indicators.calendars import show_day

from .queries import Missing, Unreported

FONT = "Times New Roman"
CENTRED = WD_ALIGN_PARAGRAPH.CENTER
WIDTHS = (12, 40, 31, 26, 29, 27)  # mm: what the margins leave of 210
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def unreported_annex(page: Unreported) -> bytes:
    made = Document()
    made.core_properties.author, made.core_properties.comments = "", ""  # the library writes its own name there
    _page_of_decree(made)
    _line(made, _("ANNEX"), bold=True)
    _line(made, _("LIST OF UNITS THAT HAVE NOT REPORTED"), bold=True)
    _line(made, f"{page.round.form.name} ({page.round.form.code}), {page.round.period}")
    _line(made, _("(Attached to document No. ……/…… of …/…/……)"), italic=True)
    _line(made, page.headline)
    _table(made, _heads(), [_cells(number, row) for number, row in enumerate(page.missing, 1)])
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def _heads() -> list[str]:
    return [_("No."), _("Unit"), _("State"), _("Due on"), _("Person in charge"), _("Telephone")]


def _cells(number: int, row: Missing) -> list[str]:
    people = [", ".join(filter(None, (each.name, each.position))) for each in row.contacts]
    return [
        str(number),
        row.unit,
        row.report.word,
        show_day(row.due_on) if row.due_on else "",
        "\n".join(people) or _("No account yet"),
        "\n".join(each.telephone or "–" for each in row.contacts),
    ]


def _page_of_decree(made: Any) -> None:
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(13)
    fonts = normal.element.rPr.rFonts
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True  # the number stands from the second page on
    _page_number(section.header.paragraphs[0])


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = CENTRED
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _line(made: Any, text: str, *, bold: bool = False, italic: bool = False) -> None:
    paragraph = made.add_paragraph()
    paragraph.alignment = CENTRED
    paragraph.paragraph_format.space_after = Pt(6)
    _write(paragraph, text, bold=bold, italic=italic)


def _table(made: Any, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The heads come again on every page, and no row is torn in two."""
    table = made.add_table(rows=0, cols=len(heads))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = Mm(width)
    _row(table, heads, bold=True, centred=range(len(heads)), marks=("w:cantSplit", "w:tblHeader"))
    for cells in rows:
        _row(table, cells, centred=(0, 3), marks=("w:cantSplit",))


def _row(
    table: Any, texts: Sequence[str], *, marks: Sequence[str], centred: Iterable[int] = (), bold: bool = False
) -> None:
    row = table.add_row()
    for mark in marks:
        row._tr.get_or_add_trPr().append(OxmlElement(mark))
    for number, (cell, text, width) in enumerate(zip(row.cells, texts, WIDTHS, strict=True)):
        cell.width = Mm(width)
        paragraph = cell.paragraphs[0]
        paragraph.alignment = CENTRED if number in centred else WD_ALIGN_PARAGRAPH.LEFT
        _write(paragraph, text, bold=bold, size=12)


def _write(paragraph: Any, text: str, *, bold: bool = False, italic: bool = False, size: int = 13) -> None:
    """What XML cannot hold is left out; a line feed begins a line."""
    run = paragraph.add_run(NO_XML.sub("", text))
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
