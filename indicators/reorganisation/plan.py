"""An act against the units and figures as they are stored: the picture before and after, and what bars it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from ..calendars import period_name, show_day
from ..models import LegalAct
from ..models.legal_acts import WORDS
from ..sealing import canonical, sha256
from ..structure import Life, lives
from .picture import Picture, picture
from .planning import Line, Reason, Refusal, Reorganised, reorganise
from .touched import reported_after, touched_by


@dataclass(frozen=True)
class Plan:
    """`sha256` is the check code of all that the page shows: a confirmation names it."""

    found: Reorganised
    picture: Picture
    sha256: str

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        return self.found.refusals

    @property
    def can_be_applied(self) -> bool:
        return not self.refusals


def plan(act: LegalAct) -> Plan:
    """As many queries for a hundred lines as for one."""
    lines = lines_of(act)
    found = reorganise(lives(), lines, act.effective_on)
    found = replace(found, refusals=(*found.refusals, *_before_reports(found, lines)))
    shown = picture(act, lines, found, touched_by(found.ended, act.effective_on))
    return Plan(
        found, shown, sha256(canonical(shown | {"refused": [(each.reason, each.line) for each in found.refusals]}))
    )


def lines_of(act: LegalAct) -> list[Line]:
    rows = act.changes.order_by("pk").values("kind", *WORDS)
    return [Line(number, **row) for number, row in enumerate(rows, 1)]


def _before_reports(found: Reorganised, lines: Iterable[Line]) -> Iterable[Refusal]:
    """Approved figures are frozen: no act ends a unit, or moves it elsewhere, on a day before they were given."""
    moved = {unit for unit in found.changed if _is_moved(found, unit)}
    below = _below(found.before.values(), moved, found)
    labels = reported_after({*found.ended, *moved, *below}, found.day)
    numbers = {line.source: line.number for line in lines}
    for unit, label in sorted(labels.items()):
        life = found.before[unit]
        named = {"unit": life.name_on(found.day), "date": show_day(found.day), "period": period_name(label)}
        sentence = _("%(unit)s has approved figures of %(period)s, which ends after %(date)s.") % named
        line = next((numbers[coded.code] for coded in life.codes if coded.code in numbers), None)
        yield Refusal(Reason.AFTER_REPORTS, sentence, line)


def _is_moved(found: Reorganised, unit: int) -> bool:
    old, new = found.before[unit].place_on(found.day), found.after[unit].place_on(found.day)
    return old is not None and new is not None and (old.parent, old.kind) != (new.parent, new.kind)


def _below(units: Iterable[Life], moved: set[int], found: Reorganised) -> set[int]:
    """Whoever stands under a moved unit on the day moves with it."""
    above = {life.unit: place.parent for life in units if (place := life.place_on(found.day))}
    inside, grew = set(moved), True
    while grew:
        more = {unit for unit, parent in above.items() if parent in inside} - inside
        inside |= more
        grew = bool(more)
    return inside - moved
