"""What is aimed at for one unit itself, and how its figures stand to that (domain.md 15, 16): for the files
that are taken along."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import F

from indicators.models import Baseline, Indicator, Level, Target, Unit

from ..asked import Line
from ..figures import DEFAULT_BAND
from ..known import Known
from ..series import since
from ..tracking import Track, track_of
from ..trend import Then, trend_of
from .unit_figures import FigureRow


def unit_tracks(unit: Unit, rows: Iterable[FigureRow], known: Known) -> dict[int, Track]:
    """Indicator → how the unit's own figure of the page's period stands; two queries. Of what comes together over a
    year only the page's period is at hand, so a part of it is held against nothing but from the first period on."""
    own = {row.definition.indicator_id: row for row in rows if row.subject == unit.pk and row.contributes}
    targets: dict[int, list[Target]] = defaultdict(list)
    signed = F("document__signed_on").asc(nulls_first=True)
    set_for_it = Target.objects.filter(known.recorded(), level=Level.UNIT, unit=unit, indicator__in=own)
    for target in set_for_it.select_related("document").order_by("year", signed, "pk"):
        targets[target.indicator_id].append(target)
    started = Baseline.objects.filter(known.recorded(), unit=unit, indicator__in=own).order_by("pk")
    baselines = {each.indicator_id: (each.year, each.value) for each in started}
    return {pk: _track(row, targets[pk], _line(row, baselines.get(pk))) for pk, row in own.items() if targets[pk]}


def _track(row: FigureRow, targets: list[Target], line: Line) -> Track:
    trend = trend_of(row.definition, Then(row.period, row.shown, since(row.definition)), [])
    return track_of(line, row.shown, targets, trend, own=targets)


def _line(row: FigureRow, baseline: tuple[int, Decimal] | None) -> Line:
    """Of one unit: nobody else is expected, and it stands in no programme."""
    return Line(
        indicator=Indicator(pk=row.definition.indicator_id, code=row.code, name=row.name),
        definition=row.definition,
        period=row.period,
        is_stand_in=False,
        group="",
        lead=None,
        expected={},
        answered=set(),
        is_mandatory=False,
        plan=None,
        group_code="",
        band=DEFAULT_BAND,
        baseline=baseline,
        sums=None,
    )
