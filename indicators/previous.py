"""What a unit last had approved about the same things: the column "previous period" of its form, and what of it may
be compared with a new figure or kept as one."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from .calendars import frequency_of
from .drafts import Cell
from .models import (
    Definition,
    EntryState,
    Observation,
    OverTime,
    Period,
    Stage,
    Submission,
    ValueKind,
)

Previous = dict[tuple[int, int], Observation]  # (indicator, subject) → the newest figure of an earlier period


def last_approved(submission: Submission, indicators: Iterable[int], *, figures_only: bool = False) -> Previous:
    """What this unit said last in an earlier period, as it stands approved; one query. The period stands beside
    the figure, because it need not be the one just before. `figures_only` passes over periods without a figure."""
    earlier = approved_before(submission, indicators)
    if figures_only:
        earlier = earlier.filter(state=EntryState.REPORTED, value__isnull=False)
    later = earlier.filter(
        indicator=OuterRef("indicator"),
        subject=OuterRef("subject"),
        period__day_after_last__gt=OuterRef("period__day_after_last"),
    )
    newest = earlier.filter(~Exists(later)).select_related("period", "definition").order_by("pk")
    return {(o.indicator_id, o.subject_id): o for o in newest}


def approved_before(submission: Submission, indicators: Iterable[int]) -> QuerySet[Observation]:
    """All that stands approved of this unit about these indicators in earlier periods."""
    return Observation.objects.at(Stage.APPROVED).filter(
        reporter=submission.unit_id,
        indicator__in=set(indicators),
        period__day_after_last__lt=submission.round.period.day_after_last,
    )


def is_comparable(definition: Definition, before: Observation, period: Period) -> bool:
    """The same measure; a running total begins anew every year, a flow is compared over as long a period
    (domain.md 9, 13)."""
    if not definition.measures_as(before.definition):
        return False
    if definition.over_time == OverTime.RUNNING:
        return before.period.last_day.year == period.last_day.year
    if definition.over_time == OverTime.FLOW:
        return frequency_of(before.period.label) == frequency_of(period.label)
    return True


def keepable(definition: Definition, before: Observation | None) -> Cell | None:
    """The last figure of a stock as a cell of the new report. None where there is none, where it was measured
    another way meanwhile, and for what a period adds up anew: a flow or a running total is never "as before"."""
    if before is None or before.state != EntryState.REPORTED or before.value is None:
        return None
    if definition.over_time != OverTime.STOCK or definition.value_kind not in (ValueKind.NUMBER, ValueKind.RATIO):
        return None
    if not definition.measures_as(before.definition) or not _is_written_alike(definition, before):
        return None
    return Cell(
        state=EntryState.REPORTED.value,
        value=before.value,
        numerator=before.numerator,
        denominator=before.denominator,
        decimals=before.decimals,
        qualifier=before.qualifier,
        kept=True,
    )


def _is_written_alike(definition: Definition, before: Observation) -> bool:
    """The new report could hold it as it stands: the same unit of measure, and no decimals too many or, where it is
    computed from parts, too few."""
    if definition.unit_of_measure != before.definition.unit_of_measure:
        return False
    if before.has_parts:
        return definition.is_ratio and before.decimals == definition.decimals
    return before.decimals <= definition.decimals
