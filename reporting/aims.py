"""What is aimed at: the province's own targets by programme, the national ones as references beside them, and where
the way starts (domain.md 15, 16, 42). What was replaced is left to the admin's history."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F

from indicators.models import Baseline, Document, Indicator, Level, Recorded, Target

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
    current = Target.objects.filter(known.recorded(), indicator__in=indicators, unit__isnull=True)
    found: dict[int, list[Target]] = defaultdict(list)
    signed = F("document__signed_on").asc(nulls_first=True)
    for target in current.select_related("programme", "document").order_by("year", signed, "pk"):
        found[target.indicator_id].append(target)
    return found


def aims_of(indicator: Indicator, unit: str, known: Known = TODAY) -> Aims:
    """Two queries."""
    targets = targets_of([indicator.pk], known)[indicator.pk]
    started = Baseline.objects.filter(known.recorded(), indicator=indicator, unit__isnull=True)
    return Aims(
        targets=targets,
        own=_by_programme([t for t in targets if t.level == Level.PROVINCE], unit),
        national=national_of(targets, unit),
        baselines=[aim_of(b, unit) for b in started.select_related("document").order_by("year", "pk")],
    )


def national_of(targets: Sequence[Target], unit: str) -> list[Aim]:
    return [aim_of(t, unit) for t in targets if t.level == Level.NATIONAL]


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
