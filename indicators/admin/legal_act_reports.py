"""The page on which is decided what becomes of the reports that ended units left open (left_reports.py)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..left_reports import Choice, Left, for_all, left
from ..models import LegalAct
from ..refusals import Refused
from ..transitions import CLOSE, CUT_OFF, HAND_OVER
from ..wording import Said, state_of

FOR_ALL = {
    "": gettext_lazy("As chosen for each report"),
    CUT_OFF: gettext_lazy("Cut off all whose period goes on after the act"),
    HAND_OVER: gettext_lazy("Hand over all whose unit has one successor"),
    CLOSE: gettext_lazy("Close all"),
}


@dataclass(frozen=True)
class Row:
    """`options`: what may be chosen, as (value, words, whether it was)."""

    left: Left
    state: Said
    field: str
    options: list[tuple[str, str, bool]]


def rows(act: LegalAct, data: Mapping[str, str]) -> list[Row]:
    """As chosen before, where the page comes back."""
    return [_row(each, data) for each in left(act)]


def _row(each: Left, data: Mapping[str, str]) -> Row:
    report, field = each.report, f"becomes-{each.report.pk}"
    said = report.get_ending_display() or _("Not decided yet")
    options = [("", str(said)), *_options(each)]
    return Row(
        each,
        state_of(report.state, report.round, is_started=report.version > 0),
        field,
        [(value, words, value == data.get(field, "")) for value, words in options],
    )


def _options(each: Left) -> Iterator[tuple[str, str]]:
    for move in each.moves:
        if move == CLOSE:
            yield CLOSE, _("Close it")
        for heir in each.heirs if move != CLOSE else ():
            sentence = _("%(unit)s finishes it") if move == HAND_OVER else _("Cut it off; %(unit)s finishes it")
            yield f"{move}:{heir.pk}", sentence % {"unit": heir}
        if move == CUT_OFF and not each.heirs:
            yield CUT_OFF, _("Cut it off")


def choices(act: LegalAct, data: Mapping[str, str]) -> dict[int, Choice]:
    """What was chosen. Raises Refused where nothing was, or where it is no choice of this page."""
    wanted = data.get("all", "")
    found = for_all(act, wanted) if wanted in FOR_ALL and wanted else dict(_chosen(data))
    if not found:
        raise Refused(_("Nothing was chosen."))
    return found


def _chosen(data: Mapping[str, str]) -> Iterator[tuple[int, Choice]]:
    for field, value in data.items():
        head, _dash, pk = field.partition("-")
        if head != "becomes" or not value:
            continue
        move, _colon, heir = value.partition(":")
        if not pk.isdecimal() or (heir and not heir.isdecimal()):
            raise Refused(_("This choice is not understood."))
        yield int(pk), Choice(move, int(heir) if heir else None)


def context(act: LegalAct, data: Mapping[str, str]) -> dict[str, Any]:
    asked = data.get("all", "")
    for_all_options = [(value, words, value == asked) for value, words in FOR_ALL.items()]
    return {"rows": rows(act, data), "for_all": for_all_options, "title": _("Open reports of the units that ended")}
