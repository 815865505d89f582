"""What the sheet of instructions says. Each sentence is a rule of `understanding`."""

from django.utils.translation import gettext as _


def instructions() -> list[str]:
    return [
        _("Fill in the yellow cells alone. The other cells are locked, because the lines are recognised by them."),
        _("Type figures as numbers. A whole number needs no dots; the decimal sign is the one of this Excel."),
        _("A ratio is computed from its numerator and denominator; leave the column of the figure empty then."),
        _("A grey denominator is a base figure and stands as it is; objections are written on the page."),
        _("“-” or “Không phát sinh” in place of a figure means 0: nothing occurred."),
        _("“…” in place of a figure means that it could not be collected; give the reason in the note."),
        _("An empty cell clears nothing: what stands in the system stays. To clear a figure, use the page."),
        _("A word with the figure (nearly, over, about) belongs to it: a figure typed without one is exact."),
        _("Paste values only (Paste Special, Values): formulas, errors of Excel and merged cells are refused."),
        _(
            "Upload the file on the page of this report. A page shows line by line what was understood, and "
            "nothing is written before it is confirmed."
        ),
        _("If somebody changes the same line in the system meanwhile, both figures are shown and one is chosen."),
        _("Do not type classified content into this file."),
    ]
