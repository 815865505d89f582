"""The lines of rounds with all that the catalogue says of them, and the province's totals of them. A row is a line
and one of the programmes that hold its indicator; rows are kept, and shared (facts.py)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value

from indicators.models import (
    Baseline,
    Definition,
    Period,
    ReferenceFigure,
    RegisterCount,
    Round,
    RoundLine,
    Total,
    ValueKind,
)
from indicators.totals import Where

from . import facts
from .figures import Sums, sums_of
from .known import TODAY, Known

Totals = Mapping[Where, Sums]


@facts.kept("catalogue")
def at(period: Period, codes: frozenset[str] | None, known: Known) -> list[Any]:
    """Lines of the rounds of a period and, of what these do not ask for, of the last ones before; of all indicators
    or of some."""
    ended = Q(round__period__day_after_last__lte=period.day_after_last) & ~Q(round__period=period)
    later = RoundLine.objects.filter(
        ended,
        indicator=OuterRef("indicator"),
        round__period__day_after_last__gt=OuterRef("round__period__day_after_last"),
    )
    now_asked = RoundLine.objects.filter(round__period=period, indicator=OuterRef("indicator"))
    of_some = Q() if codes is None else Q(indicator__code__in=codes)
    wanted = of_some & (Q(round__period=period) | (ended & ~Exists(now_asked) & ~Exists(later)))
    return _rows(wanted, known, leads_on=period.last_day)


@facts.kept("catalogue")
def asked(by: frozenset[Round], indicators: frozenset[int] | None, known: Known) -> list[Any]:
    """Lines of the rounds of one period, of all indicators or of some."""
    wanted = Q(round__in=by) if indicators is None else Q(round__in=by, indicator__in=indicators)
    return _rows(wanted, known, leads_on=next(iter(by)).period.last_day)


@facts.kept("catalogue")
def of_formulas(period: Period, known: Known) -> list[Any]:
    """Definitions that compute a figure on the cut-off day, each once for every programme that holds its
    indicator."""
    held = Definition.objects.on(period.last_day).computed().select_related("indicator")
    rows = held.annotate(order=Value(0), **_in_programmes(known, period.last_day))
    return list(rows.order_by("indicator__code", "pk", "indicator__programme_places__programme__code"))


def _rows(wanted: Q, known: Known, *, leads_on: date) -> list[Any]:
    """Lines of rounds, each once for every programme that holds its indicator; prose is left out. Who answers is
    who does so on the page's own day, however old the figure."""
    rows: list[Any] = list(
        RoundLine.objects.filter(wanted)
        .select_related("indicator", "definition", "round__period")
        .annotate(**_in_programmes(known, leads_on), any_formula=Exists(Definition.objects.computed()))
        .order_by("order", "pk", "indicator__programme_places__programme__code")
    )
    return sorted((row for row in rows if not _is_narrative(row)), key=by_place)


def _in_programmes(known: Known, leads_on: date) -> dict[str, Any]:
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


def by_place(row: Any) -> tuple[bool, int, str, int, int, int]:
    """In the order of the programme; what stands in none comes last."""
    place = (row.group_order or 0, row.group_code or "", row.place_order or 0)
    return (row.plan_code is None, *place, row.order, row.pk)


def places(rows: Iterable[Any]) -> set[Where]:
    return {(row.round.period_id, row.indicator_id) for row in rows}


def totals_at(places: Collection[Where], top: int | None, known: Known = TODAY) -> Totals:
    """The province's totals there, of those that there are; one query, none without places."""
    if not places:
        return {}
    if known.day:
        return {where: sums_of(of) for where, of in known.sums(places, top).items()}
    rows = Total.objects.filter(
        stage=known.stage,
        subject=top or 0,
        period__in={period for period, _indicator in places},
        indicator__in={indicator for _period, indicator in places},
    ).order_by("pk")
    found = rows.values_list("period", "indicator", *Sums.__dataclass_fields__)
    return {(period, indicator): Sums(*sums) for period, indicator, *sums in found}
