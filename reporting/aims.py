"""What is aimed at: the province's own targets by programme, the national ones as references beside them, and where
the way starts (domain.md 15, 16, 42). What was replaced is left to the admin's history."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F

from indicators import numbers
from indicators.models import Baseline, Document, Indicator, Level, Recorded, ReferenceFigure, Target

from . import facts
from .figures import places
from .known import TODAY, Known


@dataclass(frozen=True)
class Aim:
    """A figure for a year, with the document that sets it; printed like any figure."""

    year: int
    operator: str
    value: Decimal
    unit: str
    document: Document
    qualifier: str = ""
    place: str = ""  # of a figure that another place reached

    @property
    def decimals(self) -> int:
        return places(self.value)


@dataclass(frozen=True)
class OwnAims:
    programme: str  # empty where the target stands in none
    aims: list[Aim]


@dataclass(frozen=True)
class Aims:
    targets: list[Target]
    own: list[OwnAims]
    national: list[Aim]
    baselines: list[Aim]


def targets_of(indicators: Collection[int], known: Known = TODAY) -> dict[int, list[Target]]:
    """By indicator, in the order of years; one query. Targets of single units stand on the units' pages."""
    return _targets(frozenset(indicators), known)


@facts.kept("catalogue")
def _targets(indicators: frozenset[int], known: Known) -> dict[int, list[Target]]:
    current = Target.objects.filter(known.recorded(), indicator__in=indicators, unit__isnull=True)
    found: dict[int, list[Target]] = {each: [] for each in indicators}
    signed = F("document__signed_on").asc(nulls_first=True)
    for target in current.select_related("programme", "document").order_by("year", signed, "pk"):
        found[target.indicator_id].append(target)
    return found


@facts.kept("catalogue")
def _baselines(indicator: Indicator, known: Known) -> list[Baseline]:
    started = Baseline.objects.filter(known.recorded(), indicator=indicator, unit__isnull=True)
    return list(started.select_related("document").order_by("year", "pk"))


def aims_of(indicator: Indicator, unit: str, known: Known = TODAY) -> Aims:
    """Two queries."""
    targets = targets_of([indicator.pk], known)[indicator.pk]
    return Aims(
        targets=targets,
        own=_by_programme([t for t in targets if t.level == Level.PROVINCE], unit),
        national=national_of(targets, unit),
        baselines=[aim_of(b, unit) for b in _baselines(indicator, known)],
    )


def national_of(targets: Sequence[Target], unit: str) -> list[Aim]:
    return [aim_of(t, unit) for t in targets if t.level == Level.NATIONAL]


def elsewhere_of(units: Mapping[int, str], known: Known = TODAY) -> dict[int, list[Aim]]:
    """What other places reached, by indicator: the newest year of each place; one query, none of nothing. `units`:
    the unit of measure of each indicator. In no total and no ranking (domain.md 42)."""
    return _elsewhere(tuple(sorted(units.items())), known) if units else {}


@facts.kept("catalogue")
def _elsewhere(measured: tuple[tuple[int, str], ...], known: Known) -> dict[int, list[Aim]]:
    units, found = dict(measured), defaultdict[int, dict[str, Aim]](dict)
    standing = ReferenceFigure.objects.filter(known.recorded(), indicator__in=units)
    for each in standing.select_related("document").order_by("place", "year", "pk"):
        unit = units[each.indicator_id]
        found[each.indicator_id][each.place] = Aim(each.year, "", each.value, unit, each.document, place=each.place)
    return {pk: sorted(of.values(), key=lambda aim: numbers.sort_key(aim.place)) for pk, of in found.items()}


def _by_programme(targets: list[Target], unit: str) -> list[OwnAims]:
    """Newest programme first; targets that stand in none come last."""
    found: dict[tuple[int, str], list[Aim]] = defaultdict(list)
    for target in targets:
        programme = target.programme
        found[(-programme.first_year, programme.name) if programme else (0, "")].append(aim_of(target, unit))
    return [OwnAims(name, aims) for (_year, name), aims in sorted(found.items(), key=lambda pair: pair[0])]


def aim_of(recorded: Recorded, unit: str) -> Aim:
    operator = recorded.get_operator_display() if isinstance(recorded, Target) else ""
    return Aim(recorded.year, operator, recorded.value, unit, recorded.document)
