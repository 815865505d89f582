"""What stands on the units that an act ends or moves: read, never changed here."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from ..models import (
    Definition,
    Membership,
    Observation,
    ReportingForm,
    State,
    StepHolder,
    Submission,
    Target,
)

Days = dict[int, str]  # unit → the label of its newest period with approved figures that ends on the day or later


@dataclass(frozen=True)
class Touched:
    """How many rows name a unit that ends: memberships valid on the day or later, reports not approved yet (those
    from archived documents apart, which its successors type), targets for its year or later, forms that ask it or
    whose steps it holds, definitions that name it."""

    unit: int
    memberships: int
    reports: int
    targets: int
    forms: int
    definitions: int

    @property
    def is_anything(self) -> bool:
        return any((self.memberships, self.reports, self.targets, self.forms, self.definitions))


def touched_by(units: Collection[int], day: date) -> list[Touched]:
    """Those of the units on which anything stands; eight queries, however many units."""
    still = Membership.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), unit__in=units)
    reports = Submission.objects.filter(unit__in=units, round__is_archival=False).exclude(
        state__in=[State.APPROVED, State.CLOSED]
    )
    targets = Target.objects.filter(unit__in=units, superseded_at__isnull=True, year__gte=day.year)
    asked = Counter(unit for unit, _form in _forms(units))
    named = Counter(unit for unit, _definition in _definitions(units, day))
    counts = [_counted(still), _counted(reports), _counted(targets), asked, named]
    rows = (Touched(unit, *(count[unit] for count in counts)) for unit in units)
    return [row for row in rows if row.is_anything]


def _counted(rows: QuerySet[Any]) -> Counter[int]:
    return Counter(rows.order_by("pk").values_list("unit", flat=True))


def _forms(units: Collection[int]) -> set[tuple[int, int]]:
    through = ReportingForm.units.through.objects.filter(unit__in=units).order_by("pk")
    found = set(through.values_list("unit", "reportingform"))
    steps = StepHolder.objects.order_by("pk")
    found |= set(steps.filter(holder__in=units).values_list("holder", "form"))
    return found | set(steps.filter(reporting_unit__in=units).values_list("reporting_unit", "form"))


def _definitions(units: Collection[int], day: date) -> set[tuple[int, int]]:
    """Those that hold on the day or begin later."""
    holding = Q(pk__in=Definition.objects.on(day).order_by().values("pk")) | Q(valid_from__gt=day)
    rows = Definition.objects.filter(holding).order_by("pk")
    found = set(rows.filter(lead_unit__in=units).values_list("lead_unit", "pk"))
    return found | set(rows.filter(source_unit__in=units).values_list("source_unit", "pk"))


def reported_after(units: Collection[int], day: date) -> Days:
    """Approved figures that a unit reported, or that are about it, in a period that ends on the day or later: by
    then the unit would have ended, or stood elsewhere in the totals."""
    rows = Observation.objects.filter(
        Q(reporter__in=units) | Q(subject__in=units), period__day_after_last__gt=day, superseded_at__isnull=True
    )
    found: Days = {}
    for reporter, subject, label in rows.order_by("period__day_after_last", "pk").values_list(
        "reporter", "subject", "period__label"
    ):
        found |= {unit: label for unit in (reporter, subject) if unit in units}
    return found
