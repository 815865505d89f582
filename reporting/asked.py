"""What was asked of whom: the rounds of a period, its units as they stood on the cut-off day, the reports
expected of them, and the lines with the province's published totals. Nothing of what a report says is read here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from indicators.formulas import Formula
from indicators.models import (
    Definition,
    FormKind,
    Indicator,
    Observation,
    Period,
    Publication,
    Round,
    RoundLine,
    State,
    Submission,
    Unit,
    UnitKind,
)
from indicators.tree import Tree

from . import facts, rows
from .figures import DEFAULT_BAND, Sums
from .known import GIVEN, ISSUE, TODAY, Known
from .rows import Totals

Asked = tuple[tuple[tuple[int, str], ...], str, int | None]  # (round, about whom) …, contributing source
Expected = dict[int, set[int]]  # subject → the reporters whose contribution is expected


@dataclass(frozen=True)
class Offered:
    period: Period
    is_published: bool = False
    is_derived: bool = False  # no round asks for it: its figures are made of those of shorter periods


@dataclass(frozen=True)
class Report:
    """One expected report: who owes it to which round, and what became of it."""

    unit: int
    round: Round
    due_on: date | None
    handed_in_at: datetime | None
    published_at: datetime | None  # when its figures began to stand among those that the page reads


@dataclass(frozen=True)
class Field:
    """The units of a period's cut-off day and the reports expected of them."""

    units: dict[int, Unit]
    tree: Tree
    top: int | None  # the province
    reports: list[Report]

    def name(self, unit: int | None) -> str:
        return str(self.units[unit]) if unit in self.units else ""

    def names(self, units: Iterable[int]) -> list[str]:
        known = [self.units[u] for u in units if u in self.units]
        return [str(u) for u in sorted(known, key=lambda u: (u.sort_on_day or "", u.pk))]

    def supplier(self, line: "Line") -> str:
        """Who contributes: a unit or a kind of unit; where that unit has ended, who answers now."""
        if kind := line.definition.source_kind:
            return str(UnitKind(kind).label)
        return self.name(line.definition.source_unit_id) or self.name(line.lead)


NO_UNITS = Field({}, Tree({}, {}), None, [])  # before they are read


@dataclass(frozen=True)
class Line:
    """One indicator of a period: all that the rounds ask about it, and the province's total. Not asked for in the
    period of the page, it stands in from the last period before."""

    indicator: Indicator
    definition: Definition
    period: Period
    is_stand_in: bool
    group: str
    lead: int | None
    expected: Expected
    answered: set[int]  # reporters whose published report had to say something here
    is_mandatory: bool
    plan: "Plan | None"  # whose targets count; None where it stands in no programme
    group_code: str
    band: Decimal  # per cent: of the indicator in the programme, else of the programme, else the default
    baseline: tuple[int, Decimal] | None  # (year, value): where the way starts
    sums: Sums | None
    rounds: frozenset[int] = frozenset()  # that ask for it in its period
    is_derived: bool = False  # made of the parts of the period, which no round asks for it as a whole
    formula: Formula | None = None  # computed from the figures of other lines (domain.md 9)
    place: tuple[Any, ...] = ()  # in the order of the programme
    has_references: bool = False  # whether figures of other places are recorded
    is_counted: bool = False  # from a register too (counting.py)


def rounds(*asked_for: Indicator, known: Known = TODAY, of: QuerySet[Observation] | None = None) -> list[Round]:
    """All rounds, or those that ask for one of some indicators, newest period first; each with `is_published`,
    whether figures of its period are (those `of` something), `issue`, its last publication, and of the first of the
    indicators GIVEN. Two queries, of which one is kept."""
    columns = GIVEN if asked_for else ()
    stand = known.with_issues(known.with_given(_rounds_asking(asked_for), asked_for, of), *columns)
    stands = {pk: (is_published, rest) for pk, is_published, *rest in stand}
    found = []
    for each in kept_rounds(*asked_for):
        if each.pk in stands:
            is_published, rest = stands[each.pk]
            said = dict(zip(columns, rest, strict=False)) | {"is_published": bool(is_published)}
            found.append(_standing(each, said, rest[len(columns) :]))
    return found


@facts.kept("catalogue")
def kept_rounds(*asked_for: Indicator) -> list[Round]:
    """Without what stands of figures."""
    order = ("-period__day_after_last", "-period__first_day", "period", "pk")
    return list(_rounds_asking(asked_for).select_related("period", "form").order_by(*order))


def _rounds_asking(asked_for: Sequence[Indicator]) -> QuerySet[Round]:
    lines = RoundLine.objects.filter(round=OuterRef("pk"), indicator__in=asked_for)
    of_figures = Round.objects.exclude(form__kind=FormKind.REGISTER)
    return of_figures.filter(Exists(lines)) if asked_for else of_figures


def _standing(kept: Round, said: dict[str, Any], issue: Sequence[Any]) -> Round:
    """What is kept is shared by all pages, so each has a round of its own to write on."""
    mine: Any = Round.__new__(Round)
    mine.__dict__ = kept.__dict__ | said | {"issue": None}
    if issue[0] is not None:
        mine.issue = Publication(round=mine, **dict(zip(ISSUE, issue, strict=True)))
    return mine


def issues_of(found: Iterable[Round]) -> list[Publication]:
    """The last publication of each of the rounds whose publication is a step of its own."""
    of = {r.pk: r.issue for r in found if r.asks_publication and r.issue}  # type: ignore[attr-defined]
    return sorted(of.values(), key=lambda issue: (issue.round.form.code, issue.pk))


def offered(found: list[Round]) -> list[Offered]:
    """The periods of the select: each that a round asks for."""
    by_period = {r.period_id: Offered(r.period, getattr(r, "is_published", False)) for r in found}
    return list(by_period.values())


def field_of(period: Period, asked: Iterable[Round], known: Known = TODAY) -> Field:
    """The units that live on the cut-off day, which are kept, and their reports to the rounds: one query."""
    return fields_of({period: asked}, known)[period]


def fields_of(asked: Mapping[Period, Iterable[Round]], known: Known = TODAY) -> dict[Period, Field]:
    """As many queries for several periods, but for those that are kept."""
    by_pk = {r.pk: r for of in asked.values() for r in of}
    published = known.observations().filter(submission=OuterRef("pk"))
    at = Subquery(published.order_by(f"-{known.begun}").values(known.begun)[:1])
    expected = Submission.objects.filter(round__in=by_pk).exclude(state=State.CLOSED).annotate(at=at)
    sent = expected.order_by("unit", "pk").values_list("unit", "round", "due_on", "handed_in_at", "at")
    reports = [Report(unit, by_pk[round_id], *rest) for unit, round_id, *rest in sent] if by_pk else []
    found = {}
    for period, of in asked.items():
        here, units = {r.pk for r in of}, _units_on(period.last_day)
        mine = [r for r in reports if r.round.pk in here and r.unit in units.units]
        found[period] = replace(units, reports=mine)
    return found


@facts.kept("catalogue")
def _units_on(day: date) -> Field:
    """Without reports."""
    units = {u.pk: u for u in Unit.objects.alive_on(day).with_slice(day).order_by("pk")}
    kinds = {pk: u.kind_on_day for pk, u in units.items()}
    province = [pk for pk, kind in kinds.items() if kind == UnitKind.PROVINCE]
    return Field(
        units=units,
        tree=Tree({pk: u.parent_on_day for pk, u in units.items()}, kinds),
        top=province[0] if province else None,
        reports=[],
    )


@dataclass(frozen=True)
class Plan:
    """A programme whose lines a page may show."""

    code: str
    name: str
    first_year: int
    last_year: int
    is_illustrative: bool
    band: Decimal  # per cent


def lines_of(
    asked: list[Round], field: Field, indicator: Indicator, known: Known = TODAY, totals: Totals | None = None
) -> list[Line]:
    """What the rounds ask about one indicator: one line, or none; in the programme that a page opens on. `totals`:
    where the page has read them."""
    if not asked:
        return []
    found = rows.asked(frozenset(asked), frozenset({indicator.pk}), known)
    plan = plan_of(asked[0].period, asked, plans_of(found))
    mine = [row for row in found if row.plan_code in (None, plan.code if plan else None)]
    if totals is None:
        totals = rows.totals_at(rows.places(mine), field.top, known)
    return lines_from(mine, asked, field, totals)


def lines_about(
    asked: list[Round], field: Field, indicators: Collection[int] | None = None, known: Known = TODAY
) -> list[Line]:
    """What the rounds of one period ask, about some indicators or all, whatever the programme."""
    if not asked:
        return []
    found = rows.asked(frozenset(asked), None if indicators is None else frozenset(indicators), known)
    return lines_from(found, asked, field, rows.totals_at(rows.places(found), field.top, known))


def plans_of(given: list[Any]) -> list[Plan]:
    """Newest first."""
    found = {_plan(row) for row in given if row.plan_code is not None}
    return sorted(found, key=lambda plan: (-plan.first_year, plan.code))


def _plan(row: Any) -> Plan:
    band = DEFAULT_BAND if row.plan_band is None else row.plan_band
    return Plan(row.plan_code, row.plan_name, row.first_year, row.last_year, row.plan_is_illustrative, band)


def of_its_programme(row: Any) -> dict[str, Any]:
    """What a line is told by the programme it stands in, where its way starts, and that it is counted too."""
    plan = None if row.plan_code is None else _plan(row)
    default = plan.band if plan else DEFAULT_BAND
    return {
        "group": row.group_name or "",
        "group_code": row.group_code or "",
        "plan": plan,
        "band": default if row.place_band is None else row.place_band,
        "is_counted": row.is_counted,
        "baseline": None if row.base_year is None else (row.base_year, row.base_value),
        "lead": row.lead,
        "place": rows.by_place(row),
        "has_references": row.has_references,
    }


def plan_of(period: Period, asked: Sequence[Round], plans: list[Plan]) -> Plan | None:
    """The newest programme that runs in the year of the cut-off, else the newest at all. Made-up targets are held
    against made-up figures first, and never against others unasked."""
    is_illustrative = any(each.is_illustrative for each in asked)
    year = period.last_day.year
    fitting = [plan for plan in plans if is_illustrative or not plan.is_illustrative]
    running = [plan for plan in fitting if plan.first_year <= year <= plan.last_year]
    running.sort(key=lambda plan: plan.is_illustrative != is_illustrative)
    return next(iter(running or fitting or plans), None)


def lines_from(found: list[Any], asked: list[Round], field: Field, totals: Totals) -> list[Line]:
    by_indicator: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in found:
        by_indicator[row.indicator_id].setdefault(row.pk, row)
    known: dict[Asked, Expected] = {}
    rounds_here = {r.pk for r in asked}
    lines = []
    for same in by_indicator.values():
        here = [row for row in same.values() if row.round_id in rounds_here]
        line = _line(here, field, known) if here else _stand_in(list(same.values()))
        lines.append(replace(line, sums=totals.get((line.period.pk, line.indicator.pk))))
    return lines


def _stand_in(same: list[Any]) -> Line:
    """The last period before; of two that end together the shorter. Whom it waited for is said on its own page."""
    row = max(same, key=lambda row: (row.round.period.first_day, -row.pk))
    return Line(
        indicator=row.indicator,
        definition=row.definition,
        period=row.round.period,
        is_stand_in=True,
        expected={},
        answered=set(),
        is_mandatory=row.is_mandatory,
        sums=None,
        **of_its_programme(row),
    )


def _line(same: list[Any], field: Field, known: dict[Asked, Expected]) -> Line:
    first, measured = same[0], same[0].definition
    asked = (
        tuple((line.round_id, line.subject_rule) for line in same),
        measured.source_kind,
        measured.source_unit_id,
    )
    if asked not in known:  # most lines ask the same units about the same subjects
        known[asked] = expected_of(dict(asked[0]), measured, field)
    mandatory = {line.round_id for line in same if line.is_mandatory}
    return Line(
        indicator=first.indicator,
        definition=measured,
        period=first.round.period,
        is_stand_in=False,
        expected=known[asked],
        answered={r.unit for r in field.reports if r.published_at and r.round.pk in mandatory},
        is_mandatory=len(mandatory) == len(same),
        sums=None,
        rounds=frozenset(line.round_id for line in same),
        **of_its_programme(first),
    )


def expected_of(rule_of: dict[int, str], measured: Definition, field: Field) -> Expected:
    """Who is expected to contribute about whom: as `totals` does, from what is at hand."""
    expected: Expected = defaultdict(set)
    for report in field.reports:
        kind = field.tree.kind[report.unit]
        if report.round.pk not in rule_of or not measured.is_contributed_by(unit_id=report.unit, kind=kind):
            continue
        for subject in field.tree.subjects(rule_of[report.round.pk], report.unit):
            if field.top in (subject, *field.tree.ancestors(subject)):
                expected[subject].add(report.unit)
    return dict(expected)
