"""Recomputing what stands above: the totals of one indicator in one base period, under that period's lock.

Without the lock two first approvals of sister units would each read the other as missing, and the later writer
would keep a total that lacks a figure: a total may not exist yet, so it is the period's row that is locked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .models import (
    Definition,
    Observation,
    OverTime,
    OverUnits,
    Period,
    RoundLine,
    Stage,
    Submission,
    Total,
)
from .refusals import Refused
from .rollup import Contribution, Rollup, as_one_unit, over_reporters, over_subjects
from .tree import Tree, tree_on, trees_on

MAX_TOTAL_DIGITS = 15  # what SQLite keeps exactly

Where = tuple[int, int]  # (period, indicator)
Expected = dict[int, set[int]]  # subject → the reporters whose contribution is expected
Given = dict[tuple[int, int], Contribution]  # (subject, reporter) → what stands at a stage
_put_off: ContextVar[dict[int, set[int]] | None] = ContextVar("put_off", default=None)
FIELDS = [
    "value",
    "numerator",
    "denominator",
    "n_expected",
    "n_reported",
    "n_without_parts",
    "n_not_available",
    "n_not_applicable",
    "n_closing",
    "n_closing_reported",
]


def lock_period(period_id: int) -> Period:
    return Period.objects.select_for_update().get(pk=period_id)


@contextmanager
def once() -> Iterator[None]:
    """Inside one transaction: what each of many approvals would compute anew is computed at its end, once. Nobody
    else reads anything of it before the commit, so no approved figure is ever seen without its total."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Totals are put off only inside a transaction.")
    asked: dict[int, set[int]] = defaultdict(set)
    token = _put_off.set(asked)
    try:
        yield
    finally:
        _put_off.reset(token)
    for period_id, indicators in sorted(asked.items()):
        recompute(period_id, indicators)


@transaction.atomic
def recompute(period_id: int, indicators: Iterable[int]) -> None:
    """Totals of the indicators at both stages, read and written after the lock, in as many queries as for one."""
    if (asked := _put_off.get()) is not None:
        asked[period_id].update(indicators)
        return
    period, wanted = lock_period(period_id), sorted(set(indicators))
    tree = tree_on(period.last_day)
    found = Definition.objects.on(period.last_day).filter(indicator__in=wanted)
    definitions = list(found.select_related("indicator").order_by("indicator"))
    expected = expected_contributions(definitions, period, tree)
    for stage in Stage:
        given = given_at(wanted, period, stage)
        sums = {d: rollups(d, expected[d.indicator_id], given[d.indicator_id], tree) for d in definitions}
        _write(period, stage, sums)


def of_standing(standing: QuerySet[Observation], wanted: Collection[Where]) -> dict[Where, dict[int, Rollup]]:
    """The same arithmetic over the contributions among `standing`, whichever they are: what was known on a day, or
    would be after an act. Subject → what stands there, for each (period, indicator) wanted. Writes nothing and
    takes as many queries for one period as for many. Who is expected is as today."""
    periods = Period.objects.in_bulk({period for period, _indicator in wanted})
    indicators = sorted({indicator for _period, indicator in wanted})
    trees = trees_on(period.last_day for period in periods.values())
    definitions = list(Definition.objects.filter(indicator__in=indicators).order_by("valid_from", "pk"))
    asked, reporting = _asked(indicators, list(periods))
    given = _given(indicators, list(periods), standing)
    found: dict[Where, dict[int, Rollup]] = {}
    for where in wanted:
        day = periods[where[0]].last_day
        known = [d for d in definitions if d.indicator_id == where[1] and d.valid_from <= day]
        if known:
            expected = _expected(known[-1], asked[where], reporting, trees[day])
            found[where] = rollups(known[-1], expected, given[where], trees[day])
    return found


def _asked(indicators: list[int], periods: list[int]) -> tuple[dict[Where, dict[int, str]], dict[int, list[int]]]:
    """(period, indicator) → round → about whom; and round → the units that report to it."""
    lines = RoundLine.objects.filter(indicator__in=indicators, round__period__in=periods)
    asked: dict[Where, dict[int, str]] = defaultdict(dict)
    rows = lines.order_by("pk").values_list("round__period", "indicator", "round", "subject_rule")
    for period, indicator, round_id, rule in rows:
        asked[period, indicator][round_id] = rule
    reporting: dict[int, list[int]] = defaultdict(list)
    reports = Submission.objects.expected().filter(round__in=lines.order_by().values("round")).order_by("pk")
    for round_id, unit in reports.values_list("round", "unit"):
        reporting[round_id].append(unit)
    return asked, reporting


def _expected(
    definition: Definition, asked: dict[int, str], reporting: dict[int, list[int]], tree: Tree
) -> Expected:
    """Who is expected to contribute about whom: every round's line for the indicator x the round's submissions."""
    expected: Expected = defaultdict(set)
    for round_id, rule in asked.items():
        for unit in reporting[round_id]:
            if contributes(definition, unit, tree):
                for subject in tree.subjects(rule, unit):
                    expected[subject].add(unit)
    return expected


def contributes(definition: Definition, unit: int, tree: Tree) -> bool:
    """Whether what a unit reports counts. Of a closing report only a flow does: its stock on the cut-off day, and
    the running total from then on, are the successors' to report."""
    if unit in tree.closing and definition.over_time != OverTime.FLOW:
        return False
    return definition.is_contributed_by(unit_id=unit, kind=tree.kind.get(unit, ""))


def expected_contributions(definitions: Iterable[Definition], period: Period, tree: Tree) -> dict[int, Expected]:
    """Who is expected to contribute in one period, by indicator."""
    wanted = list(definitions)
    asked, reporting = _asked([d.indicator_id for d in wanted], [period.pk])
    return {d.indicator_id: _expected(d, asked[period.pk, d.indicator_id], reporting, tree) for d in wanted}


def given_at(indicators: list[int], period: Period, stage: Stage) -> dict[int, Given]:
    """What stands at a stage in one period, by indicator."""
    given = _given(indicators, [period.pk], Observation.objects.at(stage))
    return {indicator: given[period.pk, indicator] for indicator in indicators}


def _given(indicators: list[int], periods: list[int], standing: QuerySet[Observation]) -> dict[Where, Given]:
    rows = standing.filter(indicator__in=indicators, period__in=periods, contributes=True)
    given: dict[Where, Given] = defaultdict(dict)
    for o in rows.order_by("pk"):
        said = Contribution(o.state, o.value, o.numerator, o.denominator)
        given[o.period_id, o.indicator_id][o.subject_id, o.reporter_id] = said
    return given


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
        said = [
            replace(given.get((subject, reporter), Contribution()), is_closing=reporter in tree.closing)
            for reporter in sorted(expected[subject])
        ]
        return over_reporters(definition.over_units, said)

    def counted(child: int) -> Rollup:
        return as_one_unit(at(child)) if child in expected else at(child)

    places = {*expected, *below}
    return {s: at(s) for s in places if below.get(s) or len(expected.get(s, ())) > 1}


def _write(period: Period, stage: Stage, sums: dict[Definition, dict[int, Rollup]]) -> None:
    rows = {(d.indicator_id, subject): rollup for d, of in sums.items() for subject, rollup in sorted(of.items())}
    for definition, of_subjects in sums.items():
        for rollup in of_subjects.values():
            _refuse_too_long(definition, rollup)
    standing = Total.objects.filter(period=period, stage=stage, indicator__in=[d.indicator_id for d in sums])
    places = standing.order_by("pk").values_list("pk", "indicator", "subject")
    if gone := [pk for pk, *place in places if tuple(place) not in rows]:
        Total.objects.filter(pk__in=gone).delete()
    Total.objects.bulk_create(
        [
            Total(
                period=period,
                stage=stage,
                indicator_id=indicator,
                subject_id=subject,
                **{f: getattr(rollup, f) for f in FIELDS},
            )
            for (indicator, subject), rollup in rows.items()
        ],
        update_conflicts=True,
        unique_fields=["indicator", "period", "subject", "stage"],
        update_fields=FIELDS,
    )


def _refuse_too_long(definition: Definition, rollup: Rollup) -> None:
    whole_digits = MAX_TOTAL_DIGITS - definition.decimals
    for number in (rollup.value, rollup.numerator, rollup.denominator):
        if number is not None and abs(number) >= 10**whole_digits:
            name = definition.indicator.name
            raise Refused(
                _("The total of “%(name)s” has more than 15 digits. Choose a larger unit of measure.")
                % {"name": name}
            )
