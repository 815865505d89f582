"""What was asked of whom: the rounds of a period, its units as they stood on the cut-off day, the reports
expected of them, and the lines with the province's published totals. Nothing of what a report says is read here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from indicators.models import (
    Definition,
    Indicator,
    Observation,
    Period,
    ProgrammeIndicator,
    Round,
    RoundLine,
    Stage,
    Unit,
    UnitKind,
)
from indicators.tree import Tree

from .figures import Sums

Asked = tuple[tuple[tuple[int, str], ...], str, int | None]  # (round, about whom) …, contributing source
Expected = dict[int, set[int]]  # subject → the reporters whose contribution is expected


@dataclass(frozen=True)
class Offered:
    period: Period
    is_published: bool


@dataclass(frozen=True)
class Report:
    """One expected report: who owes it to which round, and what became of it."""

    unit: int
    round: Round
    handed_in_at: datetime | None
    published_at: datetime | None


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


@dataclass(frozen=True)
class Line:
    """One indicator of a period: all that the rounds ask about it, and the province's total."""

    indicator: Indicator
    definition: Definition
    group: str
    expected: Expected
    answered: set[int]  # reporters whose published report had to say something here
    is_mandatory: bool
    sums: Sums | None


def rounds(asked_for: Indicator | None = None) -> list[Round]:
    """All rounds, or those that ask for an indicator, newest period first."""
    published = Observation.objects.at(Stage.PUBLISHED).filter(period=OuterRef("period"))
    found = Round.objects.select_related("period", "form")
    if asked_for is not None:
        published = published.filter(indicator=asked_for)
        found = found.filter(Exists(RoundLine.objects.filter(round=OuterRef("pk"), indicator=asked_for)))
    order = ("-period__day_after_last", "-period__first_day", "period", "pk")
    return list(found.annotate(is_published=Exists(published)).order_by(*order))


def offered(found: list[Round]) -> list[Offered]:
    """The periods of the select: each that a round asks for."""
    by_period = {r.period_id: Offered(r.period, r.is_published) for r in found}  # type: ignore[attr-defined]
    return list(by_period.values())


def field_of(period: Period, asked: list[Round]) -> Field:
    """One query: the units that live on the cut-off day, each with its reports to the rounds asked for."""
    by_pk = {r.pk: r for r in asked}
    published = Observation.objects.at(Stage.PUBLISHED).filter(submission=OuterRef("report"))
    rows = (
        Unit.objects.alive_on(period.last_day)
        .with_slice(period.last_day)
        .annotate(
            report=FilteredRelation("submissions", condition=Q(submissions__round__in=[*by_pk, 0])),
            due_round=F("report__round"),
            handed_in_at=F("report__handed_in_at"),
            published_at=Subquery(published.order_by("-published_at").values("published_at")[:1]),
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
            Report(u.pk, by_pk[u.due_round], u.handed_in_at, u.published_at)
            for u in units
            if u.due_round is not None
        ],
    )


def lines_of(period: Period, asked: list[Round], field: Field, indicator: Indicator | None = None) -> list[Line]:
    """One query: what the rounds ask for, in the order of the programme, with the province's published totals."""
    of_one = Q() if indicator is None else Q(indicator=indicator)
    places = ProgrammeIndicator.objects.filter(indicator=OuterRef("indicator")).order_by(
        "programme__code", "group__order", "group__code", "order", "pk"
    )
    at = JSONObject(name="group__name", group="group__order", code="group__code", order="order")
    the_total = Q(
        indicator__totals__period=period,
        indicator__totals__subject=field.top or 0,
        indicator__totals__stage=Stage.PUBLISHED,
    )
    rows = (
        RoundLine.objects.filter(of_one, round__in=asked)
        .select_related("indicator", "definition")
        .annotate(
            place=Subquery(places.values(at=at)[:1]),
            total=FilteredRelation("indicator__totals", condition=the_total),
            **{f"total_{name}": F(f"total__{name}") for name in Sums.__dataclass_fields__},
        )
        .order_by("order", "pk")
    )
    by_indicator: dict[int, list[RoundLine]] = defaultdict(list)
    for row in sorted(rows, key=_by_place):
        by_indicator[row.indicator_id].append(row)
    expected_of: dict[Asked, Expected] = {}
    return [_line(same, field, expected_of) for same in by_indicator.values()]


def _by_place(line: RoundLine) -> tuple[bool, int, str, int, int, int]:
    """In the order of the programme; what stands in none comes last."""
    place = line.place or {"group": 0, "code": "", "order": 0}  # type: ignore[attr-defined]
    is_elsewhere = line.place is None  # type: ignore[attr-defined]
    return is_elsewhere, place["group"], place["code"], place["order"], line.order, line.pk


def _line(same: list[RoundLine], field: Field, expected_of: dict[Asked, Expected]) -> Line:
    first, measured = same[0], same[0].definition
    asked = (
        tuple((line.round_id, line.subject_rule) for line in same),
        measured.source_kind,
        measured.source_unit_id,
    )
    if asked not in expected_of:  # most lines ask the same units about the same subjects
        expected_of[asked] = _expected(dict(asked[0]), measured, field)
    sums = {name: getattr(first, f"total_{name}") for name in Sums.__dataclass_fields__}
    mandatory = {line.round_id for line in same if line.is_mandatory}
    return Line(
        indicator=first.indicator,
        definition=measured,
        group=first.place["name"] if first.place else "",  # type: ignore[attr-defined]
        expected=expected_of[asked],
        answered={r.unit for r in field.reports if r.published_at and r.round.pk in mandatory},
        is_mandatory=len(mandatory) == len(same),
        sums=None if sums["n_expected"] is None else Sums(**sums),
    )


def _expected(rule_of: dict[int, str], measured: Definition, field: Field) -> Expected:
    """Who is expected to contribute about whom: as totals.expected_contributions, from what is at hand."""
    expected: Expected = defaultdict(set)
    for report in field.reports:
        kind = field.tree.kind[report.unit]
        if report.round.pk not in rule_of or not measured.is_contributed_by(unit_id=report.unit, kind=kind):
            continue
        for subject in field.tree.subjects(rule_of[report.round.pk], report.unit):
            if field.top in (subject, *field.tree.ancestors(subject)):
                expected[subject].add(report.unit)
    return dict(expected)
