"""The pages of figures restated on the units of today: of one unit over time, of one indicator unit by unit."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from indicators.models import Indicator, Period, Reader, Unit, UnitKind, ValueKind

from .. import wording
from ..figures.restating import came_into, crossing
from ..known import Known
from ..restated import Map, Restated, is_illustrative, read_figures, restate

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class RestatedRow:
    """`members`: the units of that day that make the figure up; empty where it is the unit itself."""

    period: Period
    restated: Restated
    members: list[str]
    why: str  # it is not restated

    @property
    def is_own(self) -> bool:
        return not self.why and not self.members


@dataclass(frozen=True)
class RestatedSeries:
    """Newest period first, cut into stretches where a reorganisation lies between two cut-off days."""

    indicator: Indicator
    stretches: list[list[RestatedRow]]


@dataclass(frozen=True)
class RestatedUnit:
    unit: Unit
    on: date
    series: list[RestatedSeries]
    breaks: list[tuple[date, str]]  # the acts between the stretches, newest first
    is_illustrative: bool
    crossed_by: list[str]  # of a district that ended: the units of today that cross its line


def restated_unit(unit: Unit, *, on: date, reader: Reader, known: Known) -> RestatedUnit:
    """`on`: today. Five queries, however many units and periods."""
    units = Map.read()
    inside = came_into(unit.pk, units.passings)
    wanted = known.observations().filter(Q(subject__in=inside) | Q(subject__in=_above(units, inside)))
    seen, hidden = read_figures(wanted.exclude(definition__value_kind=ValueKind.TEXT), reader, known)
    days = sorted({day for _gone, heir, day in units.passings if heir in inside}, reverse=True)
    periods: dict[int, Period] = {}
    indicators: dict[int, Indicator] = {}
    for (indicator, period), of in seen.items():
        row = next(iter(of.values()))[0]
        periods[period], indicators[indicator] = row.period, row.indicator
    rows: dict[int, list[RestatedRow]] = defaultdict(list)
    for (indicator, pk), of in seen.items():
        if not of.keys() & inside:
            continue
        found = restate(units, unit.pk, periods[pk], of, hidden[indicator, pk])
        rows[indicator].append(_row(units, unit.pk, periods[pk], found))
    series = [
        RestatedSeries(indicators[each], _cut(rows[each], days))
        for each in sorted(rows, key=lambda pk: indicators[pk].code)
    ]
    acts = [(day, units.acts[day]) for day in days]
    return RestatedUnit(unit, on, series, acts, is_illustrative(seen), _crossed_by(units, unit, on))


def _above(units: Map, inside: Iterable[int]) -> set[int]:
    """Those under whom they ever stood: districts that reported in their place."""
    above = {place[3] for unit in inside for place in units.places.get(unit, ())}
    return {pk for pk in above if pk is not None and units.places[pk][-1][2] == UnitKind.DISTRICT}


def _row(units: Map, unit: int, period: Period, found: Restated) -> RestatedRow:
    members = [pk for pk in found.units if pk != unit or len(found.units) > 1]
    names = sorted(units.name(pk, period.last_day) for pk in members)
    return RestatedRow(period, found, names, wording.of_barred(found.barred) if found.barred else "")


def _cut(rows: list[RestatedRow], days: list[date]) -> list[list[RestatedRow]]:
    """`days` newest first; a figure belongs to the stretch that its cut-off day lies in."""
    rows.sort(key=lambda row: (row.period.day_after_last, row.period.first_day), reverse=True)
    of_stretch: dict[int, list[RestatedRow]] = defaultdict(list)
    for row in rows:
        of_stretch[sum(row.period.last_day < day for day in days)].append(row)
    return [of_stretch[number] for number in sorted(of_stretch)]


def _crossed_by(units: Map, unit: Unit, on: date) -> list[str]:
    if unit.ended is None or unit.ended > on:
        return []
    eve = unit.ended - ONE_DAY
    parent = {pk: units.parent(pk, eve) for pk in units.lives}
    now = [p for p in units.passings if p[2] == unit.ended]
    return sorted(units.name(heir, on) for heir in crossing(unit.pk, parent, now))


# --- One indicator, unit by unit


@dataclass(frozen=True)
class RestatedPlace:
    """What a unit of today has, by the units of that day that make it up."""

    name: str
    code: str
    row: RestatedRow


@dataclass(frozen=True)
class RestatedIndicator:
    indicator: Indicator
    period: Period
    on: date
    kinds: list[str]
    places: list[RestatedPlace]
    left: list[str]  # units of that day that are in no unit of today whole, and had a figure
    n_then: int  # units of those kinds that lived on the cut-off day
    n_now: int
    is_illustrative: bool


def restated_indicator(
    indicator: Indicator, period: Period, *, on: date, reader: Reader, known: Known
) -> RestatedIndicator:
    """The units of today of those kinds about which figures of the period are. Six queries."""
    units = Map.read()
    seen, hidden = read_figures(known.observations().filter(indicator=indicator, period=period), reader, known)
    said, kept_back = seen.get((indicator.pk, period.pk), {}), hidden[indicator.pk, period.pk]
    kinds = {units.kind(subject, period.last_day) for subject in {*said, *kept_back}} - {"", UnitKind.PROVINCE}
    now = units.living(on, kinds)
    codes = {u.pk: u.code_on_day for u in Unit.objects.with_slice(on).filter(pk__in=now).order_by("pk")}
    places, used = [], set()
    for unit in now:
        found = restate(units, unit, period, said, kept_back)
        used |= set(found.units)
        places.append(RestatedPlace(units.name(unit, on), codes[unit] or "", _row(units, unit, period, found)))
    apart = [s for s in said if s not in used and units.kind(s, period.last_day) in kinds]
    return RestatedIndicator(
        indicator,
        period,
        on,
        [str(UnitKind(kind).label) for kind in UnitKind.values if kind in kinds],
        places,
        sorted(units.name(each, period.last_day) for each in apart),
        n_then=len(units.living(period.last_day, kinds)),
        n_now=len(now),
        is_illustrative=is_illustrative(seen),
    )


def ended_with_code(code: str, on: date) -> Unit | None:
    """The last unit that bore a code which means nobody today: a district that ended."""
    if "\0" in code:
        return None
    borne = Unit.objects.filter(codes__code=code, ended__lte=on).order_by("-ended", "pk").first()
    if borne is None or borne.ended is None:
        return None
    return Unit.objects.with_slice(borne.ended - ONE_DAY).get(pk=borne.pk)
