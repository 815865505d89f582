"""A document in Word by Decree 30/2020 (domain.md 34): A4, its margins, Times New Roman, the running page number.
Plain texts in; python-docx underneath."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FONT = "Times New Roman"
SHORT, LONG = 210, 297  # mm of A4
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15  # mm
LEFTWARDS, CENTRED, RIGHTWARDS = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
JUSTIFIED = WD_ALIGN_PARAGRAPH.JUSTIFY
RIGHT_TAB, DOTS = WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
BODY, INDENT = 14, 10  # points; mm
AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")  # the order that the format asks for
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


def mark(made: Any, text: str) -> None:
    """At the foot of every page, the first one too."""
    first = made.sections[0]  # those after it take over its foot
    for foot in (first.first_page_footer, first.footer):
        paragraph = foot.paragraphs[0]
        paragraph.alignment = CENTRED
        write(paragraph, text, bold=True, size=11)


def lie(made: Any) -> None:
    """From here on the pages lie, for a wide table; their number stands on the first of them too."""
    section = made.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(LONG), Mm(SHORT)
    section.different_first_page_header_footer = False


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


def prose(
    where: Any, text: str, *, bold: bool = False, italic: bool = False, size: float = BODY, stays: bool = False
) -> None:
    """Running text: each line of it a paragraph that begins indented, with both margins straight. A bold one, and
    what `stays`, is on one page with what follows."""
    for part in text.splitlines() or [""]:
        paragraph = line(where, part.strip(), bold=bold, italic=italic, size=size, align=JUSTIFIED)
        paragraph.paragraph_format.first_line_indent = Mm(INDENT)
        paragraph.paragraph_format.keep_with_next = bold or stays


def dotted(where: Any, n: int) -> None:
    """Lines to be written on."""
    for _each in range(n):
        paragraph = line(where, "\t", align=LEFTWARDS)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(SHORT - LEFT - RIGHT), RIGHT_TAB, DOTS)


def rule(where: Any, width: float, *, room: float) -> None:
    """A stroke of `width` mm in the middle of `room` mm, as under the motto."""
    paragraph = line(where, "", size=1)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm((room - width) / 2)
    paragraph._p.get_or_add_pPr().insert_element_before(_stroke("top"), *AFTER_BORDERS)


def band(where: Any, text: str) -> None:
    """A framed, shaded line across the page."""
    paragraph = line(where, text, bold=True, size=12)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(_stroke("top", "left", "bottom", "right"), *AFTER_BORDERS)
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), "E7E6E6")
    properties.insert_element_before(shade, *AFTER_BORDERS[1:])


def _stroke(*sides: str) -> Any:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        stroke = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
            stroke.set(qn(f"w:{name}"), value)
        borders.append(stroke)
    return borders


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
