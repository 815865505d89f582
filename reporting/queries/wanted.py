"""Published figures by name: of an indicator, a period and, where it is asked for, one unit. Of the province the
totals that its pages show; of a unit what it reported or what was reported about it, as far as this reader sees it
(domain.md 41)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from indicators.models import (
    Definition,
    Indicator,
    Observation,
    Period,
    Round,
    RoundLine,
    UnitCode,
    User,
    ValueKind,
)

from ..asked import Field, field_of, lines_about
from ..computed import Computed
from ..derived import Derived
from ..known import TODAY
from ..shown import Shown, of_observation
from ..spans import Span, span_of
from . import wanted_parts
from .computed_indicator import formulas_of
from .notes import notes_of
from .read_lines import shown_of

Place = tuple[int, int]  # (period, indicator)


@dataclass(frozen=True)
class Figure:
    """`shown` is None where no report asks the unit, or the province, for it in that period."""

    shown: Shown | None
    notes: list[str] = field(default_factory=list)
    is_ambiguous: bool = False  # several figures of the unit, and no rule that makes them one


@dataclass(frozen=True)
class Figures:
    of_province: dict[Place, Figure]
    of_unit: dict[tuple[int, int, str], Figure]  # (period, indicator, code of the unit)
    units: dict[tuple[int, str], str]  # (period, code) → what the unit was called on its last day
    illustrative: set[Place]


def indicators_by_code() -> dict[str, Indicator]:
    """However they are spelt: ht.01 is HT.01."""
    return {each.code.casefold(): each for each in Indicator.objects.order_by("pk")}


def measured(on: date) -> list[tuple[str, str, str]]:
    """(code, name, unit of measure) of every indicator that is measured on a day."""
    found = Definition.objects.on(on).exclude(value_kind=ValueKind.TEXT).order_by("indicator__code", "pk")
    return list(found.values_list("indicator__code", "indicator__name", "unit_of_measure"))


def wanted_figures(places: Collection[tuple[Period, int, str]], rounds: list[Round], *, reader: User) -> Figures:
    """`places`: (period, indicator, code of a unit or nothing). As many queries for one figure as for all of a
    period: three, and one more where units are asked for; besides one for all periods, and three for units; and of
    a period those of `formulas_of`. Of a unit no formula is evaluated."""
    periods = {period.pk: period for period, _indicator, _unit in places}
    asked_of: dict[int, set[int]] = defaultdict(set)
    units_of: dict[int, set[str]] = defaultdict(set)
    for period, indicator, unit in places:
        asked_of[period.pk].add(indicator)
        units_of[period.pk] |= {unit} - {""}
    spans = {pk: span_of(period, rounds) for pk, period in periods.items()}
    fields = {pk: field_of(period, [*_asked(rounds, pk), *spans[pk].rounds]) for pk, period in periods.items()}
    of_province: dict[Place, Figure] = {}
    made: dict[int, wanted_parts.Derivable] = {}
    made_up: set[Place] = set()
    for pk, wanted in asked_of.items():
        of_province |= _of_province(pk, wanted, _asked(rounds, pk), fields[pk])
        made[pk] = wanted_parts.of_province(
            spans[pk], wanted - {i for of, i in of_province if of == pk}, fields[pk]
        )
        for indicator, of_parts in made[pk].of_province.items():
            of_province[pk, indicator] = Figure(of_parts.shown, of_parts.notes)
        computed = _computed(periods[pk], wanted, spans[pk], rounds, fields[pk])
        of_province |= computed.figures
        made_up |= computed.illustrative
    held = {pk: _held(periods[pk], codes) for pk, codes in units_of.items() if codes}
    of_unit = _of_units(asked_of, held, fields, reader) if held else {}
    for pk in held:
        of_unit |= _made_of_units(spans[pk], made[pk].of_province, held[pk], fields[pk], reader)
    return Figures(
        of_province=of_province,
        of_unit=of_unit,
        units={(pk, code): fields[pk].name(unit) for pk, of in held.items() for code, unit in of.items()},
        illustrative=_illustrative(asked_of)
        | {(pk, each) for pk, of in made.items() for each in of.illustrative}
        | made_up,
    )


def _asked(rounds: list[Round], period: int) -> list[Round]:
    return [r for r in rounds if r.period_id == period]


def _of_province(period: int, wanted: set[int], asked: list[Round], units: Field) -> dict[Place, Figure]:
    if not asked:
        return {}
    lines = lines_about(asked, units, wanted)
    contributions = TODAY.observations().filter(period=period, indicator__in=wanted, contributes=True)
    given: dict[int, list[Observation]] = defaultdict(list)
    for row in contributions.order_by("pk"):
        given[row.indicator_id].append(row)
    found = {}
    for line in lines:
        said = given[line.indicator.pk]
        shown = shown_of(line, said, units.top)
        found[period, line.indicator.pk] = Figure(shown, notes_of(shown, line, said, units))
    return found


@dataclass(frozen=True)
class _Computed:
    """What formulas give in one period. Where one figure in it is made up, so is what comes of it."""

    figures: dict[Place, Figure] = field(default_factory=dict)
    illustrative: set[Place] = field(default_factory=set)


def _computed(period: Period, wanted: set[int], span: Span, rounds: list[Round], units: Field) -> _Computed:
    """What would stand in from an earlier period is none of this one."""
    behind = [*_asked(rounds, period.pk), *span.rounds]
    read = formulas_of(wanted, period, behind, span, units, TODAY)
    mine = {pk: each for pk, each in read.items() if not each.line.is_stand_in}
    figures = {
        (period.pk, pk): Figure(each.shown(units.top), each.computed.notes)
        for pk, each in mine.items()
        if each.computed
    }
    made_up = {pk for pk, each in mine.items() if each.computed and _is_made_up(each.computed, behind)}
    return _Computed(figures, {(period.pk, pk) for pk in made_up})


def _is_made_up(computed: Computed, behind: list[Round]) -> bool:
    """One query, and none where no round of the period is."""
    rounds = [each for each in behind if each.is_illustrative]
    if any(each.is_illustrative for each in computed.counted):
        return True
    codes = [each.code for each in computed.inputs]
    return bool(rounds) and RoundLine.objects.filter(round__in=rounds, indicator__code__in=codes).exists()


def _held(period: Period, codes: set[str]) -> dict[str, int]:
    """Code → the unit that it means on the last day of the period, if that unit lives then (domain.md 1)."""
    held = UnitCode.objects.filter(code__in=codes).held_on(period.last_day)
    alive = held.filter(unit__began__lte=period.last_day).filter(
        Q(unit__ended__isnull=True) | Q(unit__ended__gt=period.last_day)
    )
    return dict(alive.order_by("-system", "pk").values_list("code", "unit"))


def _of_units(
    asked_of: dict[int, set[int]], held: dict[int, dict[str, int]], fields: dict[int, Field], reader: User
) -> dict[tuple[int, int, str], Figure]:
    """What was reported about the unit; where there is none, what it reported about the province."""
    units = {unit for of in held.values() for unit in of.values()}
    indicators = set().union(*asked_of.values())
    published = TODAY.observations().visible_to(reader)  # type: ignore[attr-defined]
    rows = published.filter(
        Q(subject__in=units) | Q(reporter__in=units),
        period__in=held,
        indicator__in=indicators,
        contributes=True,
    )
    about: dict[tuple[int, int, int], list[Observation]] = defaultdict(list)
    by: dict[tuple[int, int, int], list[Observation]] = defaultdict(list)
    for row in rows.select_related("definition").order_by("pk"):
        about[row.period_id, row.indicator_id, row.subject_id].append(row)
        if row.subject_id == fields[row.period_id].top:
            by[row.period_id, row.indicator_id, row.reporter_id].append(row)
    found = {}
    for period, of in held.items():
        for code, unit in of.items():
            for indicator in asked_of[period]:
                place = (period, indicator, unit)
                found[period, indicator, code] = _one_of(about[place] or by[place])
    return found


def _made_of_units(
    span: Span, indicators: Iterable[int], held: dict[str, int], units: Field, reader: User
) -> dict[tuple[int, int, str], Figure]:
    """Of indicators that nobody was asked for in the period as a whole."""
    made = wanted_parts.of_units(span, indicators, set(held.values()), units.top, reader)
    return {
        (span.period.pk, indicator, code): _one_made(made[indicator, unit])
        for code, unit in held.items()
        for indicator in indicators
        if (indicator, unit) in made
    }


def _one_made(derived: list[Derived]) -> Figure:
    return Figure(None, is_ambiguous=True) if len(derived) > 1 else Figure(derived[0].shown, derived[0].notes)


def _one_of(rows: list[Observation]) -> Figure:
    if len(rows) > 1:
        return Figure(None, is_ambiguous=True)
    if not rows:
        return Figure(None)
    notes = [rows[0].explanation] if rows[0].state == "not_available" and rows[0].explanation else []
    return Figure(of_observation(rows[0], rows[0].definition), notes)


def _illustrative(asked_of: dict[int, set[int]]) -> set[Place]:
    indicators = set().union(*asked_of.values())
    made_up = RoundLine.objects.filter(
        round__is_illustrative=True, round__period__in=asked_of, indicator__in=indicators
    )
    return set(made_up.order_by("pk").values_list("round__period", "indicator"))
