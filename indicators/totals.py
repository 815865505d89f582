"""Recomputing what stands above: the totals of one indicator in one base period, under that period's lock.

Without the lock two first approvals of sister units would each read the other as missing, and the later writer
would keep a total that lacks a figure: a total may not exist yet, so it is the period's row that is locked.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from .models import (
    Definition,
    Indicator,
    Observation,
    OverUnits,
    Period,
    RoundLine,
    Stage,
    Submission,
    Total,
)
from .refusals import Refused
from .rollup import Contribution, Rollup, as_one_unit, over_reporters, over_subjects
from .tree import Tree, tree_on

MAX_TOTAL_DIGITS = 15  # what SQLite keeps exactly

Expected = dict[int, set[int]]  # subject → the reporters whose contribution is expected
Given = dict[tuple[int, int], Contribution]  # (subject, reporter) → what stands at a stage
FIELDS = [
    "value",
    "numerator",
    "denominator",
    "n_expected",
    "n_reported",
    "n_without_parts",
    "n_not_available",
    "n_not_applicable",
]


def lock_period(period_id: int) -> Period:
    return Period.objects.select_for_update().get(pk=period_id)


@transaction.atomic
def recompute(period_id: int, indicators: Iterable[int]) -> None:
    """Totals of the indicators at both stages, read and written after the lock."""
    period = lock_period(period_id)
    tree = tree_on(period.last_day)
    for indicator in sorted(set(indicators)):
        definition = Definition.objects.on(period.last_day).get(indicator=indicator)
        expected = expected_contributions(indicator, period, definition, tree)
        for stage in Stage:
            _write(
                indicator,
                period,
                stage,
                definition,
                rollups(definition, expected, _given(indicator, period, stage), tree),
            )


def expected_contributions(indicator: int, period: Period, definition: Definition, tree: Tree) -> Expected:
    """Who is expected to contribute about whom: every round's line for the indicator x its submissions."""
    lines = RoundLine.objects.filter(indicator=indicator, round__period=period)
    asked = dict(lines.values_list("round", "subject_rule"))
    expected: Expected = defaultdict(set)
    for round_id, unit in Submission.objects.filter(round__in=asked).order_by("pk").values_list("round", "unit"):
        if definition.is_contributed_by(unit_id=unit, kind=tree.kind.get(unit, "")):
            for subject in tree.subjects(asked[round_id], unit):
                expected[subject].add(unit)
    return expected


def _given(indicator: int, period: Period, stage: Stage) -> Given:
    rows = Observation.objects.at(stage).filter(indicator=indicator, period=period, contributes=True)
    return {
        (o.subject_id, o.reporter_id): Contribution(o.state, o.value, o.numerator, o.denominator)
        for o in rows.order_by("pk")
    }


def rollups(definition: Definition, expected: Expected, given: Given, tree: Tree) -> dict[int, Rollup]:
    """Subject → what stands there: its own contributions, else those of the subjects below, never both.

    A subject with a single contribution and nothing below has no total: its figure is shown as written.
    """
    below: dict[int, set[int]] = defaultdict(set)
    if definition.over_units != OverUnits.NONE:
        for subject in expected:
            for child, above in zip([subject, *tree.ancestors(subject)], tree.ancestors(subject), strict=False):
                below[above].add(child)
    done: dict[int, Rollup] = {}

    def at(subject: int) -> Rollup:
        if subject not in done:
            done[subject] = (
                own(subject) if subject in expected else over_subjects([counted(c) for c in sorted(below[subject])])
            )
        return done[subject]

    def own(subject: int) -> Rollup:
        said = [given.get((subject, reporter), Contribution()) for reporter in sorted(expected[subject])]
        return over_reporters(definition.over_units, said)

    def counted(child: int) -> Rollup:
        return as_one_unit(at(child)) if child in expected else at(child)

    places = {*expected, *below}
    return {s: at(s) for s in places if below.get(s) or len(expected.get(s, ())) > 1}


def _write(indicator: int, period: Period, stage: Stage, definition: Definition, sums: dict[int, Rollup]) -> None:
    place = {"indicator_id": indicator, "period": period, "stage": stage}
    Total.objects.filter(**place).exclude(subject__in=sums).delete()
    for rollup in sums.values():
        _refuse_too_long(definition, rollup)
    Total.objects.bulk_create(
        [Total(**place, subject_id=s, **{f: getattr(sums[s], f) for f in FIELDS}) for s in sorted(sums)],
        update_conflicts=True,
        unique_fields=["indicator", "period", "subject", "stage"],
        update_fields=FIELDS,
    )


def _refuse_too_long(definition: Definition, rollup: Rollup) -> None:
    whole_digits = MAX_TOTAL_DIGITS - definition.decimals
    for number in (rollup.value, rollup.numerator, rollup.denominator):
        if number is not None and abs(number) >= 10**whole_digits:
            name = Indicator.objects.get(pk=definition.indicator_id).name
            raise Refused(
                _("The total of “%(name)s” has more than 15 digits. Choose a larger unit of measure.")
                % {"name": name}
            )
