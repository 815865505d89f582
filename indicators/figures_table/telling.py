"""What a table comes to, in the same sentences on the page and in the command."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import numbers
from .understanding import Plan


def summary(plan: Plan) -> Iterator[str]:
    """ "N rows, M figures, total …": to be compared with what the sender counted."""
    sentence = _("%(rows)s rows, %(figures)s figures, in %(reports)s reports.")
    counts = {"rows": len(plan.rows), "figures": plan.figures, "reports": len(plan.reports)}
    yield sentence % {name: whole(count) for name, count in counts.items()}
    if plan.totals:
        yield _("Totals of the file: %(totals)s.") % {"totals": "; ".join(plan.totals)}
    sentence = _("Changed: %(changed)s. As they stand: %(kept)s. Refused: %(refused)s.")
    counts = {"changed": len(plan.changed), "kept": len(plan.unchanged), "refused": len(plan.refused)}
    yield sentence % {name: whole(count) for name, count in counts.items()}


def written(figures: int, reports: int) -> str:
    """The units themselves hand in what was written."""
    sentence = ngettext(
        "%(count)s figure was written into drafts (reports: %(reports)s). Their units check, sign and send them.",
        "%(count)s figures were written into drafts (reports: %(reports)s). Their units check, sign and send them.",
        figures,
    )
    return sentence % {"count": whole(figures), "reports": whole(reports)}


def whole(count: int) -> str:
    return numbers.show(Decimal(count), 0)
