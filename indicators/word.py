"""A document in Word by Decree 30/2020 (domain.md 34): A4, its margins, Times New Roman, the running page number.
Plain texts in; python-docx underneath."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FONT = "Times New Roman"
SHORT, LONG = 210, 297  # mm of A4
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15  # mm
LEFTWARDS, CENTRED, RIGHTWARDS = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
JUSTIFIED = WD_ALIGN_PARAGRAPH.JUSTIFY
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(*, lies: bool = False) -> Any:
    """Empty; upright, or lying for a wide table. The number of the page stands from the second one on."""
    made = Document()
    made.core_properties.author, made.core_properties.comments = "", ""  # the library writes its own name there
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(13)
    fonts = normal.element.rPr.rFonts
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if lies else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(LONG), Mm(SHORT)) if lies else (Mm(SHORT), Mm(LONG))
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    return made


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = CENTRED
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def content(made: Any) -> bytes:
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def line(
    where: Any, text: str, *, bold: bool = False, italic: bool = False, size: float = 13, align: Any = CENTRED
) -> Any:
    """A paragraph of its own, in the document or in a cell."""
    paragraph = where.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(6)
    write(paragraph, text, bold=bold, italic=italic, size=size)
    return paragraph


def table(
    made: Any,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    widths: Sequence[float],
    centred: Iterable[int] = (),
    rightwards: Iterable[int] = (),
    size: float = 12,
) -> Any:
    """`widths` in mm. The heads come again on every page, and no row is torn in two. A row of one text spans all
    columns, as the name of a group does."""
    laid = grid(made, widths, style="Table Grid")
    aligned = dict.fromkeys(rightwards, RIGHTWARDS) | dict.fromkeys(centred, CENTRED)
    _row(laid, heads, widths, marks=("w:cantSplit", "w:tblHeader"), bold=True, size=size, aligned={}, usual=CENTRED)
    for cells in rows:
        is_group = len(cells) == 1 < len(heads)
        texts = [*cells, *[""] * (len(heads) - len(cells))]
        row = _row(laid, texts, widths, marks=("w:cantSplit",), bold=is_group, size=size, aligned=aligned)
        if is_group:
            row.cells[0].merge(row.cells[-1])
            for empty in row.cells[0].paragraphs[1:]:
                empty._p.getparent().remove(empty._p)
            row.cells[0].paragraphs[0].alignment = LEFTWARDS
    return laid


def halves(made: Any, widths: tuple[float, float]) -> tuple[Any, Any]:
    """Two cells side by side without a frame, never torn in two, each to be filled with lines of its own."""
    row = grid(made, widths).add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = Mm(width)
        cell._tc.remove(cell.paragraphs[0]._p)
    return row.cells


def grid(made: Any, widths: Sequence[float], *, style: str | None = None) -> Any:
    """Without a row yet."""
    laid = made.add_table(rows=0, cols=len(widths))
    if style:
        laid.style = style
    laid.alignment, laid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(laid.columns, widths, strict=True):
        column.width = Mm(width)
    return laid


def _row(
    laid: Any,
    texts: Sequence[str],
    widths: Sequence[float],
    *,
    marks: Sequence[str],
    bold: bool,
    size: float,
    aligned: dict[int, Any],
    usual: Any = LEFTWARDS,
) -> Any:
    row = laid.add_row()
    for mark in marks:
        row._tr.get_or_add_trPr().append(OxmlElement(mark))
    for number, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
        cell.width = Mm(width)
        paragraph = cell.paragraphs[0]
        paragraph.alignment = aligned.get(number, usual)
        write(paragraph, text, bold=bold, size=size)
    return row


def write(paragraph: Any, text: str, *, bold: bool = False, italic: bool = False, size: float = 13) -> None:
    """As text alone: a formula is letters, what XML cannot hold is left out, a line feed begins a line."""
    run = paragraph.add_run(NO_XML.sub("", text))
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
