"""What was asked of whom: the rounds of a period, its units as they stood on the cut-off day, the reports
expected of them, and the lines with the province's published totals. Nothing of what a report says is read here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery

from indicators.formulas import Formula
from indicators.models import (
    Baseline,
    Definition,
    FormKind,
    Indicator,
    Period,
    ReferenceFigure,
    RegisterCount,
    Round,
    RoundLine,
    State,
    Unit,
    UnitKind,
    ValueKind,
)
from indicators.tree import Tree

from .figures import DEFAULT_BAND, Sums
from .known import TODAY, Known

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


def rounds(*asked_for: Indicator, known: Known = TODAY) -> list[Round]:
    """All rounds that ask for figures, or those that ask for one of some indicators, newest period first."""
    published = known.observations().filter(period=OuterRef("period"))
    found = Round.objects.select_related("period", "form").exclude(form__kind=FormKind.REGISTER)
    if asked_for:
        published = published.filter(indicator__in=asked_for)
        found = found.filter(Exists(RoundLine.objects.filter(round=OuterRef("pk"), indicator__in=asked_for)))
    order = ("-period__day_after_last", "-period__first_day", "period", "pk")
    return list(found.annotate(is_published=Exists(published)).order_by(*order))


def offered(found: list[Round]) -> list[Offered]:
    """The periods of the select: each that a round asks for."""
    by_period = {r.period_id: Offered(r.period, r.is_published) for r in found}  # type: ignore[attr-defined]
    return list(by_period.values())


def field_of(period: Period, asked: list[Round], known: Known = TODAY) -> Field:
    """One query: the units that live on the cut-off day, each with its reports to the rounds asked for."""
    by_pk = {r.pk: r for r in asked}
    published = known.observations().filter(submission=OuterRef("report"))
    rows = (
        Unit.objects.alive_on(period.last_day)
        .with_slice(period.last_day)
        .annotate(
            report=FilteredRelation(
                "submissions",
                condition=Q(submissions__round__in=[*by_pk, 0]) & ~Q(submissions__state=State.CLOSED),
            ),
            due_round=F("report__round"),
            due_on=F("report__due_on"),
            handed_in_at=F("report__handed_in_at"),
            published_at=Subquery(published.order_by(f"-{known.begun}").values(known.begun)[:1]),
        )
        .order_by("pk", "report__pk")
    )
    units = list(rows)
    province = [u.pk for u in units if u.kind_on_day == UnitKind.PROVINCE]
    return Field(
        units={u.pk: u for u in units},
        tree=Tree({u.pk: u.parent_on_day for u in units}, {u.pk: u.kind_on_day for u in units}),
        top=province[0] if province else None,
        reports=[
            Report(u.pk, by_pk[u.due_round], u.due_on, u.handed_in_at, u.published_at)
            for u in units
            if u.due_round is not None
        ],
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


def lines_of(asked: list[Round], field: Field, indicator: Indicator, known: Known = TODAY) -> list[Line]:
    """What the rounds ask about one indicator: one line, or none; in the programme that a page opens on."""
    if not asked:
        return []
    period = asked[0].period
    rows = rows_asked(Q(indicator=indicator, round__in=asked), field, known, leads_on=period.last_day)
    plan = plan_of(period, asked, plans_of(rows))
    return lines_from([row for row in rows if row.plan_code in (None, plan.code if plan else None)], asked, field)


def lines_about(asked: list[Round], field: Field, indicators: Collection[int], known: Known = TODAY) -> list[Line]:
    """One query: what the rounds of one period ask about some indicators, whatever the programme."""
    wanted = Q(indicator__in=indicators, round__in=asked)
    return lines_from(rows_asked(wanted, field, known, leads_on=asked[0].period.last_day), asked, field)


def lines_asked(asked: list[Round], field: Field, known: Known = TODAY) -> list[Line]:
    """One query: all that the rounds of one period ask, whatever the programme."""
    if not asked:
        return []
    return lines_from(rows_asked(Q(round__in=asked), field, known, leads_on=asked[0].period.last_day), asked, field)


def rows_asked(wanted: Q, field: Field, known: Known, *, leads_on: date) -> list[Any]:
    """Lines of rounds, each once for every programme that holds its indicator; prose is left out. Who answers is
    who does so on the page's own day, however old the figure."""
    the_total = Q(
        indicator__totals__period=F("round__period"),
        indicator__totals__subject=field.top or 0,
        indicator__totals__stage="" if known.day else known.stage,
    )
    rows: list[Any] = list(
        RoundLine.objects.filter(wanted)
        .select_related("indicator", "definition", "round__period")
        .annotate(
            **in_programmes(known, leads_on),
            any_formula=Exists(Definition.objects.computed()),
            total=FilteredRelation("indicator__totals", condition=the_total),
            **{f"total_{name}": F(f"total__{name}") for name in Sums.__dataclass_fields__},
        )
        .order_by("order", "pk", "indicator__programme_places__programme__code")
    )
    known.fill(rows, field.top)
    return sorted((row for row in rows if not _is_narrative(row)), key=_by_place)


def in_programmes(known: Known, leads_on: date) -> dict[str, Any]:
    """Of rows that name an indicator: the programmes that hold it, where its way starts, and who answers for it."""
    definitions = Definition.objects.filter(indicator=OuterRef("indicator"), valid_from__lte=leads_on)
    started = Baseline.objects.filter(known.recorded(), indicator=OuterRef("indicator"), unit__isnull=True)
    place, programme = "indicator__programme_places", "indicator__programme_places__programme"
    references = ReferenceFigure.objects.filter(known.recorded(), indicator=OuterRef("indicator"))
    return {
        "has_references": Exists(references),
        "plan_code": F(f"{programme}__code"),
        "plan_name": F(f"{programme}__name"),
        "first_year": F(f"{programme}__first_year"),
        "last_year": F(f"{programme}__last_year"),
        "group_name": F(f"{place}__group__name"),
        "group_order": F(f"{place}__group__order"),
        "group_code": F(f"{place}__group__code"),
        "place_order": F(f"{place}__order"),
        "plan_is_illustrative": F(f"{programme}__is_illustrative"),
        "plan_band": F(f"{programme}__band"),
        "place_band": F(f"{place}__band"),
        "base_year": Subquery(started.order_by("pk").values("year")[:1]),
        "base_value": Subquery(started.order_by("pk").values("value")[:1]),
        "lead": Subquery(definitions.order_by("-valid_from").values("lead_unit")[:1]),
        "is_counted": Exists(RegisterCount.objects.filter(indicator=OuterRef("indicator"))),
    }


def _is_narrative(row: Any) -> bool:
    """A section of prose is collected for whoever compiles the report; it stands in no programme (domain.md 43)."""
    return row.definition.value_kind == ValueKind.TEXT and row.plan_code is None


def _by_place(row: Any) -> tuple[bool, int, str, int, int, int]:
    """In the order of the programme; what stands in none comes last."""
    place = (row.group_order or 0, row.group_code or "", row.place_order or 0)
    return (row.plan_code is None, *place, row.order, row.pk)


def plans_of(rows: list[Any]) -> list[Plan]:
    """Newest first."""
    found = {_plan(row) for row in rows if row.plan_code is not None}
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
        "place": _by_place(row),
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


def lines_from(rows: list[Any], asked: list[Round], field: Field) -> list[Line]:
    by_indicator: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in rows:
        by_indicator[row.indicator_id].setdefault(row.pk, row)
    known: dict[Asked, Expected] = {}
    rounds_here = {r.pk for r in asked}
    lines = []
    for same in by_indicator.values():
        here = [row for row in same.values() if row.round_id in rounds_here]
        lines.append(_line(here, field, known) if here else _stand_in(list(same.values())))
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
        sums=_sums(row),
        **of_its_programme(row),
    )


def _sums(row: Any) -> Sums | None:
    sums = {name: getattr(row, f"total_{name}") for name in Sums.__dataclass_fields__}
    return None if sums["n_expected"] is None else Sums(**sums)


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
        sums=_sums(first),
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
