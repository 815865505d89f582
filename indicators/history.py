"""The unit's own approved figures of earlier periods, for the rules that compare a new one with them. Each question
is one query, and none where no definition asks it; `Past` answers both for many reports with one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models.functions import Coalesce

from . import calendars
from .calendars import Frequency, frequency_of
from .models import Definition, EntryState, Observation, OverTime, Stage, Submission, ValueKind
from .previous import Previous, approved_before, is_comparable, last_approved
from .rules import total

Place = tuple[int, int]  # (indicator, subject)
Series = dict[Place, list[Decimal]]  # figures, oldest first
COMPARED = (ValueKind.NUMBER, ValueKind.RATIO)


def last_figures(submission: Submission, definitions: Iterable[Definition]) -> Previous:
    """The newest earlier figure that the definition of today may be compared with, where its rules ask for one."""
    asked = {d.indicator_id: d for d in definitions if _asks_for_last(d)}
    found = last_approved(submission, asked, figures_only=True) if asked else {}
    period = submission.round.period
    return {place: o for place, o in found.items() if is_comparable(asked[place[0]], o, period)}


def series(submission: Submission, definitions: Iterable[Definition]) -> Series:
    """All earlier figures of the same measure, where the definition looks for unusual ones (domain.md 13)."""
    asked = {d.indicator_id: d for d in definitions if _asks_for_series(d)}
    found: Series = {}
    if not asked:
        return found
    rows = approved_before(submission, asked).filter(state=EntryState.REPORTED, value__isnull=False)
    measured = Coalesce("definition__measured_since", "definition__valid_from")
    for indicator, subject, value, since in rows.order_by("period__day_after_last", "pk").values_list(
        "indicator", "subject", "value", measured
    ):
        definition = asked[indicator]
        if since == (definition.measured_since or definition.valid_from):
            found.setdefault((indicator, subject), []).append(value)
    return found


def earlier_in_year(submission: Submission, asked: Mapping[Place, Definition]) -> dict[Place, Decimal]:
    """What stands approved of these flows in the year's earlier periods, added up; only where every one of them has
    a figure, because a partial sum proves nothing (domain.md 11). An ad-hoc round adds up nothing."""
    labels = _labels_before(submission)
    if not asked or labels is None:
        return {}
    rows = approved_before(submission, {indicator for indicator, _subject in asked})
    rows = rows.filter(state=EntryState.REPORTED, value__isnull=False, period__label__in=labels)
    return _added_up(rows.select_related("definition").order_by("pk"), asked, len(labels))


def _labels_before(submission: Submission) -> list[str] | None:
    label = submission.round.period.label
    return None if frequency_of(label) == Frequency.AD_HOC else calendars.earlier_in_year(label)


def _added_up(rows: Iterable[Observation], asked: Mapping[Place, Definition], periods: int) -> dict[Place, Decimal]:
    found: Series = {}
    for each in rows:
        place = (each.indicator_id, each.subject_id)
        if each.value is not None and place in asked and asked[place].measures_as(each.definition):
            found.setdefault(place, []).append(each.value)
    return {place: total(figures) for place in asked if len(figures := found.get(place, [])) == periods}


def _asks_for_last(definition: Definition) -> bool:
    asks = definition.never_falls or definition.change_limit is not None or adds_up(definition)
    return asks and definition.value_kind in COMPARED


def _asks_for_series(definition: Definition) -> bool:
    return bool(definition.outliers) and definition.value_kind in COMPARED


def adds_up(definition: Definition) -> bool:
    """A running total of amounts only grows within its year; a ratio over the same stretch may fall."""
    return definition.over_time == OverTime.RUNNING and definition.value_kind == ValueKind.NUMBER


class Past:
    """The approved figures of many units: what `last_figures` and `series` say of each report, read once; and
    `earlier_in_year`, where `adds_flows` says that a rule may ask for it."""

    def __init__(
        self, units: Iterable[int], definitions: Iterable[Definition], *, adds_flows: bool = False
    ) -> None:
        asked = {
            d.indicator_id
            for d in definitions
            if _asks_for_last(d) or _asks_for_series(d) or (adds_flows and d.over_time == OverTime.FLOW)
        }
        rows = Observation.objects.at(Stage.APPROVED).filter(
            reporter__in=set(units), indicator__in=asked, state=EntryState.REPORTED, value__isnull=False
        )
        self.of_unit: dict[int, list[Observation]] = defaultdict(list)
        if asked:
            for o in rows.select_related("period", "definition").order_by("period__day_after_last", "pk"):
                self.of_unit[o.reporter_id].append(o)

    def last_figures(self, submission: Submission, definitions: Iterable[Definition]) -> Previous:
        if submission.unit_id not in self.of_unit:
            return {}
        asked = {d.indicator_id: d for d in definitions if _asks_for_last(d)}
        newest = {(o.indicator_id, o.subject_id): o for o in self._before(submission) if o.indicator_id in asked}
        period = submission.round.period
        return {place: o for place, o in newest.items() if is_comparable(asked[place[0]], o, period)}

    def series(self, submission: Submission, definitions: Iterable[Definition]) -> Series:
        if submission.unit_id not in self.of_unit:
            return {}
        asked = {d.indicator_id: d for d in definitions if _asks_for_series(d)}
        found: Series = {}
        for o in self._before(submission):
            if o.indicator_id in asked and o.value is not None and asked[o.indicator_id].measures_as(o.definition):
                found.setdefault((o.indicator_id, o.subject_id), []).append(o.value)
        return found

    def earlier_in_year(self, submission: Submission, asked: Mapping[Place, Definition]) -> dict[Place, Decimal]:
        labels = _labels_before(submission)
        if not asked or labels is None:
            return {}
        rows = [o for o in self._before(submission) if o.period.label in labels]
        return _added_up(rows, asked, len(labels))

    def _before(self, submission: Submission) -> list[Observation]:
        end = submission.round.period.day_after_last
        return [o for o in self.of_unit.get(submission.unit_id, ()) if o.period.day_after_last < end]
