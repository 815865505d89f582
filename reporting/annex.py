"""The list of units that have not reported as an annex to an official letter, in Word (indicators/word.py). Plain
rows in, the bytes of a file out."""

from django.utils.translation import gettext as _

from indicators import word
from indicators.calendars import show_day

from .queries import Missing, Unreported

WIDTHS = (12, 40, 31, 26, 29, 27)  # mm: what the margins leave of 210


def unreported_annex(page: Unreported) -> bytes:
    made = word.document()
    word.line(made, _("ANNEX"), bold=True)
    word.line(made, _("LIST OF UNITS THAT HAVE NOT REPORTED"), bold=True)
    word.line(made, f"{page.round.form.name} ({page.round.form.code}), {page.round.period}")
    word.line(made, _("(Attached to document No. ……/…… of …/…/……)"), italic=True)
    word.line(made, page.headline)
    rows = [_cells(number, row) for number, row in enumerate(page.missing, 1)]
    word.table(made, _heads(), rows, widths=WIDTHS, centred=(0, 3))
    return word.content(made)


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
