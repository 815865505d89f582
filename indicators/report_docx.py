"""The printed form of a report in Word (word.py): what printed_form.py says, laid out by Decree 30/2020."""

from typing import Any

from django.utils.translation import gettext as _

from . import word
from .calendars import show_moment
from .printed_form import Printed, heads, list_heads, list_rows, texts

WIDTHS = (14, 60, 20, 24, 28, 30, 28, 22, 26)  # mm: what the margins leave of 297
CENTRED, RIGHTWARDS = (0, 2), (3, 4, 5, 6, 7)
LIST_WIDTHS = (12, 30, 60, 40, 26, 26, 26, 14, 18)  # mm: 252 too
HALVES = (110, 142)


def report_docx(page: Printed) -> bytes:
    made = word.document(lies=True)
    _head(made, page)
    _title(made, page)
    _figures(made, page)
    _list(made, page)
    _narrative(made, page)
    _foot(made, page)
    return word.content(made)


def _head(made: Any, page: Printed) -> None:
    left, right = word.halves(made, HALVES)
    if page.official.superior:
        word.line(left, page.official.superior)
    for said in page.official.body:
        word.line(left, said, bold=True)
    word.line(left, page.official.number)
    word.line(right, _("SOCIALIST REPUBLIC OF VIET NAM"), bold=True)
    word.line(right, _("Independence – Freedom – Happiness"), bold=True, size=14)
    word.line(right, page.official.place_and_day, italic=True)


def _title(made: Any, page: Printed) -> None:
    round_ = page.submission.round
    form = _("Form %(code)s") % {"code": round_.form.code}
    issued = f" ({round_.form.issued_by})" if round_.form.issued_by else ""
    word.line(made, f"{form}{issued}", align=word.LEFTWARDS, size=12)
    if page.handed_in is None:
        word.line(made, _("DRAFT"), bold=True)
    if round_.is_illustrative:
        said = _("The figures of this period are made up to show the system; they are nobody's report.")
        word.line(made, f"{_('Illustration')} – {said}", bold=True)
    word.line(made, _("REPORT"), bold=True, size=14)
    word.line(made, round_.form.name, bold=True)
    word.line(made, f"{round_.period}. {page.window}", italic=True)
    if round_.is_archival:
        facts = {"document": round_.source_document}
        word.line(made, _("Entered from an archived document: %(document)s") % facts)


def _figures(made: Any, page: Printed) -> None:
    rows: list[list[str]] = []
    for group in page.figures:
        rows.append([group.name])
        for row in group.rows:
            if row.opens_grid:
                rows.append([f"{row.number}. {row.slot.line.indicator.name} ({row.window})"])
            rows.append(texts(row))
    if rows:
        word.table(made, heads(), rows, widths=WIDTHS, centred=CENTRED, rightwards=RIGHTWARDS, size=11)


def _list(made: Any, page: Printed) -> None:
    """The rows of a list, one line each."""
    if page.the_list is None:
        return
    word.line(made, page.the_list.sentence, align=word.LEFTWARDS, size=12)
    if rows := list_rows(page):
        word.table(made, list_heads(), rows, widths=LIST_WIDTHS, centred=(0, 7), size=10)


def _narrative(made: Any, page: Printed) -> None:
    if page.narrative is None:
        return
    word.line(made, page.narrative.name, bold=True, align=word.LEFTWARDS)
    for row in page.narrative.rows:
        word.line(made, row.slot.line.indicator.name, bold=True, align=word.LEFTWARDS)
        word.line(made, row.cell.text or row.state_words, align=word.JUSTIFIED)
        if row.cell.note:
            word.line(made, f"{_('Note')}: {row.cell.note}", align=word.JUSTIFIED)


def _foot(made: Any, page: Printed) -> None:
    word.line(made, "", size=6)
    left, right = word.halves(made, HALVES)
    official = page.official
    word.line(left, _("Drawn up by"), bold=True)
    word.line(left, _("(signature, full name)"), italic=True, size=12)
    _room(left)
    word.line(left, official.drawn_up.name, bold=True)
    if official.drawn_up.telephone:
        word.line(left, _("Telephone: %(telephone)s") % {"telephone": official.drawn_up.telephone}, size=12)
    for said in official.block:
        word.line(right, said, bold=True)
    word.line(right, _("(signature, seal, full name)"), italic=True, size=12)
    _room(right)
    word.line(right, official.signer, bold=True)
    if official.signed:
        word.line(right, official.signed, size=11)
    for said in _last_lines(page):
        word.line(made, said, align=word.LEFTWARDS, size=11)


def _room(where: Any) -> None:
    """For the signature."""
    for _each in range(2):
        word.line(where, "")


def _last_lines(page: Printed) -> list[str]:
    said = []
    if page.on_behalf:
        act = page.on_behalf.act
        facts = {"who": act.by, "unit": page.on_behalf.unit}
        said.append(_("Entered on behalf of the unit: %(who)s (%(unit)s)") % facts + f". {act.document}")
    if page.handed_in is None:
        return [*said, _("Draft: not handed in, the figures may still change.")]
    told = _("Hand-in %(number)s, check code %(code)s.") % {"number": page.handed_in.number, "code": page.code}
    check = _("To be checked at %(address)s") % {"address": page.where_to_check}
    when = _("Printed at %(time)s.") % {"time": show_moment(page.drawn_at)}
    return [*said, f"{told} {check}. {when}"]
