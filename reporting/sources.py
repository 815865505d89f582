"""Where a figure comes from: who reported what, when it was approved and published, and what stood there before.

What a unit reported is shown to whom the indicator's breakdown allows (domain.md 41). The one figure that is the
province's as written is the published figure itself, and hides nothing.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import OuterRef, Subquery

from indicators.models import FigureStatus, Indicator, Observation, Period, Stage, SubmissionEvent

from .asked import Field, Line
from .figures import Standing
from .shown import Shown, of_observation

Place = tuple[int, int]  # (subject, reporter)


@dataclass(frozen=True)
class Scope:
    """Whose figures somebody sees: all units', or those of the own units."""

    sees_all: bool
    units: frozenset[int] = frozenset()

    def holds(self, reporter: int) -> bool:
        return self.sees_all or reporter in self.units


@dataclass(frozen=True)
class Change:
    """A published figure that another one replaced."""

    at: datetime | None
    old: str
    new: str
    reason: str
    is_official_update: bool  # of an estimate or provisional figure: not the mending of an error (domain.md 12)


@dataclass(frozen=True)
class SourceRow:
    unit: str
    sort: tuple[str, int]
    about: str  # the subject, where it is another unit
    contributes: bool
    shown: Shown
    explanation: str = ""
    approved_at: datetime | None = None
    published_at: datetime | None = None
    revision: str = ""
    changes: list[Change] = field(default_factory=list)


def published_about(indicator: Indicator, period: Period) -> list[Observation]:
    """What stands published, cross-checks included; `changes` of each are fetched by sources_of."""
    rows = Observation.objects.at(Stage.PUBLISHED).filter(indicator=indicator, period=period)
    return list(rows.select_related("revision", "definition").order_by("-contributes", "pk"))


def sources_of(
    line: Line, period: Period, published: list[Observation], units: Field, scope: Scope
) -> tuple[list[SourceRow], bool]:
    """The rows this reader sees, and whether others are hidden. Expected units without a figure are rows too."""
    former = _former(line.indicator, period)
    is_sole = line.sums is None
    given = {(o.subject_id, o.reporter_id): o for o in published}
    expected = [(s, r) for s, reporters in sorted(line.expected.items()) for r in sorted(reporters)]
    rows, hidden = [], False
    for place in dict.fromkeys([*given, *expected]):
        found = given.get(place)
        is_the_figure = is_sole and place[0] == units.top and (found is None or found.contributes)
        if not is_the_figure and not scope.holds(place[1]):
            hidden = True
        elif found is None:
            missing = _row(place, units, contributes=True, shown=Shown(Standing.MISSING))
            rows.append(replace(missing, changes=_changes(former.get(place, []), None)))
        else:
            rows.append(_given_row(found, units, former.get(place, [])))
    return sorted(rows, key=lambda row: (not row.contributes, row.sort)), hidden


def _row(place: Place, units: Field, *, contributes: bool, shown: Shown) -> SourceRow:
    subject, reporter = place
    return SourceRow(
        unit=units.name(reporter),
        sort=((units.units[reporter].sort_on_day or "") if reporter in units.units else "", reporter),
        about="" if subject in (reporter, units.top) else units.name(subject),
        contributes=contributes,
        shown=shown,
    )


def _given_row(given: Observation, units: Field, former: list[Observation]) -> SourceRow:
    place = (given.subject_id, given.reporter_id)
    plain = _row(place, units, contributes=given.contributes, shown=of_observation(given, given.definition))
    return replace(
        plain,
        explanation=given.explanation,
        approved_at=given.approved_at,
        published_at=given.published_at,
        revision=str(given.revision),
        changes=_changes(former, given),
    )


def _former(indicator: Indicator, period: Period) -> dict[Place, list[Observation]]:
    """Figures that were published once and are no longer; what was never published stays unread."""
    reopened = SubmissionEvent.objects.filter(
        submission=OuterRef("submission"), move="reopen", at__lte=OuterRef("unpublished_at")
    )
    rows = (
        Observation.objects.filter(
            indicator=indicator, period=period, published_at__isnull=False, unpublished_at__isnull=False
        )
        .select_related("definition")
        .annotate(reason=Subquery(reopened.order_by("-number").values("reason")[:1]))
    )
    former: dict[Place, list[Observation]] = defaultdict(list)
    for row in rows.order_by("published_at", "pk"):
        former[row.subject_id, row.reporter_id].append(row)
    return former


def _changes(former: list[Observation], current: Observation | None) -> list[Change]:
    """Newest first; an approval that repeats the figure changes nothing."""
    found = []
    for place, old in enumerate(former):
        new = former[place + 1] if place + 1 < len(former) else current
        before, after = _text(old), _text(new)
        is_update = new is not None and old.status != FigureStatus.OFFICIAL and new.status == FigureStatus.OFFICIAL
        if before != after or is_update:
            found.append(Change(old.unpublished_at, before, after, old.reason or "", is_update))  # type: ignore[attr-defined]
    return found[::-1]


def _text(given: Observation | None) -> str:
    return str(Shown(Standing.MISSING) if given is None else of_observation(given, given.definition))
