"""What the script on the page of a report is told: first the lines and its words, then after each save of the cells
that were typed what became of them, said by the same templates as on the page.

One version stands for the whole page. So an answer carries, beside the cells that were sent, those that somebody
else changed since the version sent: the page shows them, and the next save is compared with what the page shows.
"""

from collections.abc import Container, Mapping
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from .acts import Outcome
from .clock import now
from .drafts import CellKey
from .form_page import Page
from .forms import FIELDS
from .models import Period, User
from .previous import is_comparable
from .sheet import COMPARED, Row


def for_script(page: Page, user: User) -> dict[str, Any]:
    """What the script needs to know before anything is typed. `lines` are those whose figure it can read back."""
    period = page.submission.round.period
    rows = [row for group in page.shown for row in group.rows if row.kind in COMPARED]
    return {
        "user": user.pk,
        "submission": page.submission.pk,
        "login": reverse("login"),
        "lines": {row.slot.name: _measure(row, period) for row in rows} if page.is_editable else {},
        "words": _words(),
    }


def _measure(row: Row, period: Period) -> dict[str, Any]:
    definition = row.definition
    return {
        "decimals": definition.decimals,
        "unit": definition.unit_of_measure,
        "percent": definition.is_percent,
        "base": definition.ratio_base if definition.is_ratio else None,
        "before": _before(row, period),
    }


def _before(row: Row, period: Period) -> str:
    """As sheet.change_of: nothing where the two cannot be compared, or the last one is only about right."""
    last = row.slot.before
    if last is None or last.value is None or last.qualifier or not is_comparable(row.definition, last, period):
        return ""
    return row.before.figure if row.before else ""


def _words() -> dict[str, str]:
    """The texts of the script; what it fills in stands in braces."""
    change = {"change": "{change}"}
    return {
        "offline": _("Not saved yet: no connection. What was typed is kept on this device."),
        "offlineOnly": _("Not saved yet: no connection. This browser keeps nothing: leave the page open."),
        "failed": _("Not saved yet: the server cannot take it now. What was typed is kept on this device."),
        "ended": _("Log in again"),
        "restored": _("What had not been sent was put back."),
        "unsaved": _("Some figures have not been saved."),
        "understood": _("Understood as %(figure)s") % {"figure": "{figure}"},
        "unchanged": _("unchanged on the last period"),
        "points": _("%(change)s percentage points on the last period") % change,
        "moved": _("%(change)s on the last period") % change,
        "movedBy": _("%(change)s (%(percent)s%%) on the last period") % {**change, "percent": "{percent}"},
        "pasted": _("Pasted into %(count)s fields.") % {"count": "{count}"},
        "unfit": _("No field for: %(texts)s.") % {"texts": "{texts}"},
        "undo": _("Undo paste"),
        "undone": _("The paste was undone."),
    }


def answer(page: Page, outcome: Outcome, post: Mapping[str, str], changed: Container[CellKey]) -> dict[str, Any]:
    """`changed` are the cells that changed since the version sent, by whomever."""
    told = [row for row in page.rows if row.slot.key in changed or _is_posted(row, post)]
    is_done = outcome.has_saved or outcome.is_repeated
    return {
        "version": page.version,
        "said": _("Saved at %(time)s") % {"time": f"{localtime(now()):%H:%M}"} if is_done else "",
        "is_repeated": outcome.is_repeated,
        "sentence": outcome.sentence,
        "filled": page.filled,
        "progress": page.progress,
        "groups": {
            group.number: _("%(filled)s/%(total)s entered") % {"filled": group.filled, "total": len(group.rows)}
            for group in page.groups
        },
        "cells": {row.slot.name: _cell(row, outcome) for row in told},
    }


def _is_posted(row: Row, post: Mapping[str, str]) -> bool:
    return any(f"{row.slot.name}-{field}" in post for field in FIELDS)


def _cell(row: Row, outcome: Outcome) -> dict[str, Any]:
    """The line as the page draws it. A press that had been sent already says nothing of its cells: they are saved
    where they still stand so."""
    sent = outcome.posted.readings.get(row.slot.key)
    return {
        "is_saved": row.is_saved and (sent is None or sent.cell == row.cell),
        "is_torn": bool(row.conflict),
        "line": row.with_fields,
    }
