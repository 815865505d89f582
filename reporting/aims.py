"""What is aimed at: the province's own targets by programme, the national ones as references beside them, and where
the way starts (domain.md 15, 16, 42). What was replaced is left to the admin's history."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

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
    own: list[OwnAims]
    national: list[Aim]
    baselines: list[Aim]


def aims_of(indicator: Indicator, unit: str, known: Known = TODAY) -> Aims:
    """Two queries. Targets and baselines of single units stand on the units' pages."""
    current = Target.objects.filter(known.recorded(), indicator=indicator, unit__isnull=True)
    targets = list(current.select_related("programme", "document").order_by("year", "document__signed_on", "pk"))
    started = Baseline.objects.filter(known.recorded(), indicator=indicator, unit__isnull=True)
    return Aims(
        own=_by_programme([t for t in targets if t.level == Level.PROVINCE], unit),
        national=[_aim(t, unit) for t in targets if t.level == Level.NATIONAL],
        baselines=[_aim(b, unit) for b in started.select_related("document").order_by("year", "pk")],
    )


def _by_programme(targets: list[Target], unit: str) -> list[OwnAims]:
    """Newest programme first; targets that stand in none come last."""
    found: dict[tuple[int, str], list[Aim]] = defaultdict(list)
    for target in targets:
        programme = target.programme
        found[(-programme.first_year, programme.name) if programme else (0, "")].append(_aim(target, unit))
    return [OwnAims(name, aims) for (_year, name), aims in sorted(found.items(), key=lambda pair: pair[0])]


def _aim(recorded: Recorded, unit: str) -> Aim:
    operator = recorded.get_operator_display() if isinstance(recorded, Target) else ""
    return Aim(recorded.year, operator, recorded.value, unit, recorded.document)
