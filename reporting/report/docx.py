"""The official report laid out by Decree 30/2020 (indicators/word.py): head, sections, signature block, annex."""

from typing import Any

from django.utils.translation import gettext as _

from indicators import word

from .annex import Annex
from .compiled import Report, Section

HALVES = (62, 103)  # mm: what the margins leave of 210
UNDER_BODY, UNDER_MOTTO = 25, 70  # mm: the strokes
LINES_TO_WRITE = 3
RECIPIENTS_TO_WRITE = 2
WIDTHS = (12, 48, 17, 29, 23, 20, 25, 21, 16, 41)  # mm: what the margins leave of 297
CENTRED, RIGHTWARDS = (0, 2, 8), (3, 4, 5, 6)
HEAD, SMALL = 12, 10  # points


def write(report: Report) -> bytes:
    made = word.document()
    _head(made, report)
    _title(made, report)
    for section in report.sections:
        _section(made, section)
    word.prose(made, report.closing, stays=True)
    _foot(made, report)
    _annex(made, report.annex, report.band)
    if report.marks:
        word.mark(made, " · ".join(report.marks))
    return word.content(made)


def _head(made: Any, report: Report) -> None:
    left, right = word.halves(made, HALVES)
    if report.official.superior:
        word.line(left, report.official.superior, size=HEAD)
    for said in report.official.body:
        word.line(left, said, bold=True, size=HEAD)
    word.rule(left, UNDER_BODY, room=HALVES[0])
    word.line(left, report.official.number)
    word.line(right, _("SOCIALIST REPUBLIC OF VIET NAM"), bold=True, size=HEAD)
    word.line(right, _("Independence – Freedom – Happiness"), bold=True)
    word.rule(right, UNDER_MOTTO, room=HALVES[1])
    word.line(right, report.official.place_and_day, italic=True)


def _title(made: Any, report: Report) -> None:
    word.line(made, "", size=6)
    if report.band:
        word.band(made, report.band)
    word.line(made, _("REPORT"), bold=True, size=14)
    word.line(made, report.about, bold=True, size=14)
    word.line(made, "", size=6)
    word.prose(made, report.opening)
    for said in report.basis:
        word.prose(made, said, italic=True, size=13)


def _section(made: Any, section: Section) -> None:
    word.prose(made, f"{section.number}. {section.name}", bold=True)
    titled = 0
    for part in section.parts:
        if part.title:
            titled += 1
            word.prose(made, f"{titled}. {part.title}", bold=True)
        for said in part.said:
            word.prose(made, f"- {said}" if part.title else said)
    if section.is_open:
        word.prose(made, _("(to be written by whoever compiles the report)"), italic=True, size=13)
        word.dotted(made, LINES_TO_WRITE)


def _foot(made: Any, report: Report) -> None:
    left, right = word.halves(made, HALVES)
    name = word.line(left, "", align=word.LEFTWARDS)
    word.write(name, _("Recipients:"), bold=True, italic=True, size=12)
    for each in [*report.recipients, *([] if report.recipients else ["…………"] * RECIPIENTS_TO_WRITE)]:
        word.line(left, f"- {each};", align=word.LEFTWARDS, size=11)
    word.line(left, _("- Kept: Archives, ……"), align=word.LEFTWARDS, size=11)
    for said in report.official.block:
        word.line(right, said, bold=True, size=14)
    for _each in range(4):
        word.line(right, "", size=14)


def _annex(made: Any, annex: Annex, band: str) -> None:
    word.lie(made)
    word.line(made, _("ANNEX"), bold=True, size=14)
    word.line(made, annex.title, bold=True, size=14)
    word.line(made, _("(Attached to report No. ……/BC-…… of …/…/……)"), italic=True)
    if band:
        word.band(made, band)
    for said in annex.head:
        word.line(made, said, align=word.LEFTWARDS, size=11)
    word.table(made, annex.columns, annex.rows, widths=WIDTHS, centred=CENTRED, rightwards=RIGHTWARDS, size=SMALL)
