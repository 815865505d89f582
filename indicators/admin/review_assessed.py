"""The reviewer's own figure beside a line of the review page: what stands, what stands in its fields, and what came
after the page was opened."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from .. import assessed
from ..assessed import Standing
from ..assessing import KINDS, own_of
from ..clock import today
from ..drafts import CellKey
from ..forms import typed_of
from ..models import Assessment, Definition, Revision, RoundLine, ValueKind
from .printing import Printed, printed
from .review_typed import NOTHING, OwnTyped


@dataclass(frozen=True)
class OwnFigure:
    """Of one line. `lapsed` stood beside another figure of the unit; `since_read` is what had been read and what
    stands, where the two differ."""

    stands: Assessment | None
    said: Printed | None
    lapsed: Printed | None
    typed: OwnTyped
    kind: str
    answers: tuple[tuple[str, str], ...]
    can_be_entered: bool
    is_open: bool  # the unit may still explain it
    since_read: tuple[str, str] | None

    @property
    def is_there(self) -> bool:
        return bool(self.stands or self.lapsed or self.can_be_entered)

    @property
    def stands_open(self) -> bool:
        """Its fields are not folded away."""
        return bool(self.stands) or self.typed != NOTHING


@dataclass(frozen=True)
class OwnFigures:
    """Of one report: the figures of all acts, oldest first; which stand, and which stood when the page was read,
    up to that version (0: it was not read before)."""

    rows: list[Assessment]
    stands: Standing
    then: Standing
    cells: Collection[CellKey]  # beside which one can be entered
    was_read: bool
    read_until: int

    @property
    def open_until(self) -> date | None:
        return assessed.open_until(self.stands.values(), today())


def own_figures(rows: list[Assessment], current: Revision | None, before: Revision | None, read: str) -> OwnFigures:
    """`before` is the hand-in that had been read, by the code `read`, when a decision came too late."""
    until = assessed.version_in(read)
    return OwnFigures(
        rows=rows,
        stands=assessed.standing(rows, current),
        then=assessed.standing(rows, before, until=until),
        cells=assessed.cells_in(current).keys() if current else (),
        was_read=before is not None,
        read_until=until,
    )


def beside(
    key: CellKey, line: RoundLine, own: OwnFigures, typed: Mapping[CellKey, OwnTyped], *, can_enter: bool
) -> OwnFigure:
    definition, stands = line.definition, own.stands.get(key)
    newest = next((row for row in reversed(own.rows) if row.cell == key), None)
    lapsed = newest if newest is not None and newest.state and stands is None else None
    return OwnFigure(
        stands=stands,
        said=printed(stands, definition) if stands else None,
        lapsed=printed(lapsed, definition) if lapsed else None,
        typed=typed.get(key) or _typed(stands, definition),
        kind=definition.value_kind,
        answers=_answers(definition),
        can_be_entered=can_enter and key in own.cells and definition.value_kind in KINDS,
        is_open=stands is not None and assessed.open_until([stands], today()) is not None,
        since_read=_since(own, key, definition) if own.was_read else None,
    )


def _typed(stands: Assessment | None, definition: Definition) -> OwnTyped:
    if stands is None:
        return NOTHING
    own = own_of(stands)
    return OwnTyped(typed_of(own.cell, definition), own.reason)


def _answers(definition: Definition) -> tuple[tuple[str, str], ...]:
    if definition.value_kind != ValueKind.YES_NO:
        return ()
    return (("", "–"), ("1", definition.yes_words or _("Yes")), ("0", definition.no_words or _("No")))


def _since(own: OwnFigures, key: CellKey, definition: Definition) -> tuple[str, str] | None:
    then = in_words(own.then.get(key), definition, until=own.read_until)
    now = in_words(own.stands.get(key), definition)
    return (then, now) if then != now else None


def in_words(row: Assessment | None, definition: Definition, *, until: int | None = None) -> str:
    """On one line, with the reason and what the unit says to it up to a version of the report."""
    if row is None:
        return "–"
    said = _("%(figure)s (reason: %(reason)s)") % {"figure": printed(row, definition), "reason": row.reason}
    if row.explained is None or (until is not None and row.explained.version > until):
        return said
    return _("%(figure)s; the unit explains: %(text)s") % {"figure": said, "text": row.explained.text}
