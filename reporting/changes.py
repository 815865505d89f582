"""What became of figures that stood once: another one replaced them, by an adjustment or as the official figure
after an estimate (domain.md 12, 22). Told with the old and the new figure, the day and, where it may be told, why.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators.calendars import show_day
from indicators.models import Breakdown, FigureStatus, Observation, SubmissionEvent, UnitKind
from indicators.rollup import Contribution
from indicators.totals import Where, rollups

from . import figures
from .asked import Field, Line
from .figures import Standing
from .known import Known
from .shown import Shown, of_observation, of_total

FIRST_REASONS = 4
Place = tuple[int, int]  # (subject, reporter)


@dataclass(frozen=True)
class Change:
    """A figure that another one replaced."""

    at: datetime | None
    old: str
    new: str
    reason: str
    is_official_update: bool  # of an estimate or provisional figure: not the mending of an error (domain.md 12)

    def __str__(self) -> str:
        said = {
            "date": show_day(localdate(self.at)) if self.at else "",
            "old": self.old,
            "new": self.new,
            "reason": self.reason,
        }
        if self.is_official_update:
            return _("Official figure since %(date)s: %(old)s to %(new)s.") % said
        if self.reason:
            return _("Adjusted on %(date)s: %(old)s to %(new)s. Reason: %(reason)s") % said
        return _("Adjusted on %(date)s: %(old)s to %(new)s.") % said


def with_reasons(rows: QuerySet[Observation], known: Known) -> QuerySet[Any]:
    """Each row says for what reason it came to be (`reason`) and went (`reason_to_go`), and `stood_until` when."""
    return rows.annotate(
        reason=_reopened("approved_at"), reason_to_go=_reopened("superseded_at"), stood_until=F(known.ended)
    )


def _reopened(by: str) -> Subquery:
    """The reason of the last reopening before a moment of the row."""
    known = SubmissionEvent.objects.filter(submission=OuterRef("submission"), move="reopen", at__lte=OuterRef(by))
    return Subquery(known.order_by("-number").values("reason")[:1])


def changes(former: Sequence[Any], current: Any) -> list[Change]:
    """Newest first, of one subject and reporter; an approval that repeats the figure changes nothing. `former`
    stood once, oldest first, and `current` stands, if anything does: rows with_reasons."""
    found = []
    for place, old in enumerate(former):
        new = former[place + 1] if place + 1 < len(former) else current
        before, after = _text(old), _text(new)
        is_update = new is not None and old.status != FigureStatus.OFFICIAL and new.status == FigureStatus.OFFICIAL
        if before != after or is_update:
            reason = new.reason if new is not None else old.reason_to_go
            found.append(Change(old.stood_until, before, after, reason or "", is_update))
    return found[::-1]


def _text(given: Observation | None) -> str:
    return str(Shown(Standing.MISSING) if given is None else of_observation(given, given.definition))


# --- What units reported


def last_changes(
    rows: QuerySet[Observation], places: Iterable[tuple[int, int, int]], known: Known
) -> dict[tuple[int, int, int], Change]:
    """(indicator, subject, reporter) → the last change there, of one period's `rows` that stood at some time; one
    query. Whether a reader may see them is for the caller to say, by the places it asks for."""
    wanted, former, current = set(places), defaultdict(list), {}
    for row in (
        with_reasons(rows.filter(known.ever()), known).select_related("definition").order_by(known.begun, "pk")
    ):
        place = (row.indicator_id, row.subject_id, row.reporter_id)
        if known.has_ended(row):
            former[place].append(row)
        else:
            current[place] = row
    told = {place: changes(former[place], current.get(place)) for place in wanted & former.keys()}
    return {place: found[0] for place, found in told.items() if found}


# --- The province's figures


def changes_of_lines(lines: Sequence[Line], rows: Iterable[Any], field: Field, known: Known) -> dict[Where, Change]:
    """(period, indicator) → the last change of the province's figure. `rows`: as `once_replaced` finds them, oldest
    first. The total of a line that stands in from an earlier period is told on the page of that period."""
    of_place: dict[Where, dict[Place, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        of_place[row.period_id, row.indicator_id][row.subject_id, row.reporter_id].append(row)
    found = {}
    for line in lines:
        where = (line.period.pk, line.indicator.pk)
        if where in of_place and (change := _change_of_line(line, of_place[where], field, known)):
            found[where] = change
    return found


def once_replaced(lines: Sequence[Line], known: Known) -> QuerySet[Any]:
    """All that ever stood of those lines of which something was replaced. Which they are is asked once, not of
    every figure of the period."""
    of_period: dict[int, list[int]] = defaultdict(list)
    for line in lines:
        of_period[line.period.pk].append(line.indicator.pk)
    gone = Observation.objects.filter(known.ever(), known.gone(), contributes=True).order_by()
    wanted = Q(pk__in=[])
    for period, indicators in of_period.items():
        replaced = gone.filter(period=period, indicator__in=indicators).values("indicator")
        wanted |= Q(period=period, indicator__in=replaced)
    return with_reasons(Observation.objects.filter(known.ever(), wanted, contributes=True), known)


def without_reasons(rows: QuerySet[Observation], known: Known) -> QuerySet[Any]:
    """In the shape of with_reasons, to stand beside such rows in one query."""
    none = Value(None, output_field=TextField())
    return rows.annotate(reason=none, reason_to_go=none, stood_until=F(known.ended))


def _change_of_line(line: Line, of_place: dict[Place, list[Any]], field: Field, known: Known) -> Change | None:
    last = {}
    for place, rows in of_place.items():
        former = [row for row in rows if known.has_ended(row)]
        current = next((row for row in rows if not known.has_ended(row)), None)
        if found := changes(former, current):
            last[place] = found[0]
    if line.sums is None:
        about = ((place, change) for place, change in last.items() if place[0] == field.top)
        return next((_as_told(line, place[1], change, field) for place, change in about), None)
    at = max((change.at for change in last.values() if change.at), default=None)
    if at is None or line.is_stand_in:
        return None
    then = {place: change for place, change in last.items() if change.at == at}
    return _change_of_total(line, [row for rows in of_place.values() for row in rows], then, field, known)


def _change_of_total(
    line: Line, rows: Sequence[Any], then: dict[Place, Change], field: Field, known: Known
) -> Change | None:
    """The total just before and just after the moment, from what stood at each; None where it did not move."""
    at = next(iter(then.values())).at
    before = [row for row in rows if _begun(row, known) < at and _stood(row, known, at, strictly=False)]
    after = [row for row in rows if _begun(row, known) <= at and _stood(row, known, at, strictly=True)]
    old, new = (_total(line, given, field) for given in (before, after))
    is_update = all(change.is_official_update for change in then.values())
    if old == new and not is_update:
        return None
    return Change(at, old, new, _reasons(line, then, field), is_update)


def _begun(row: Observation, known: Known) -> Any:
    return getattr(row, known.begun)


def _stood(row: Observation, known: Known, at: Any, *, strictly: bool) -> bool:
    ended = getattr(row, known.ended)
    return ended is None or (ended > at if strictly else ended >= at)


def _total(line: Line, given: Iterable[Observation], field: Field) -> str:
    said = {
        (o.subject_id, o.reporter_id): Contribution(o.state, o.value, o.numerator, o.denominator) for o in given
    }
    expected = {subject: set(reporters) for subject, reporters in line.expected.items()}
    sums = rollups(line.definition, expected, said, field.tree)
    if field.top not in sums:
        return str(Shown(Standing.MISSING))
    return str(of_total(line.definition, figures.sums_of(sums[field.top])))


def _reasons(line: Line, then: dict[Place, Change], field: Field) -> str:
    told = {
        field.name(reporter): change.reason
        for (_subject, reporter), change in then.items()
        if change.reason and may_tell(line, reporter, field)
    }
    return "; ".join(f"{name}: {reason}" for name, reason in sorted(told.items())[:FIRST_REASONS])


def _as_told(line: Line, reporter: int, change: Change, field: Field) -> Change:
    return change if may_tell(line, reporter, field) else replace(change, reason="")


def may_tell(line: Line, reporter: int, field: Field) -> bool:
    """A unit's reason is its own: told to everybody only where the breakdown by unit is public, and never of a
    company (domain.md 41)."""
    is_company = field.tree.kind.get(reporter) == UnitKind.COMPANY
    return line.definition.breakdown == Breakdown.PUBLIC and not is_company
