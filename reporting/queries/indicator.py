"""One indicator: what it means, its figure at a period, where that comes from, and the figures before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Prefetch
from django.utils.timezone import localdate

from indicators.clock import today
from indicators.models import (
    Definition,
    Indicator,
    Observation,
    Period,
    Programme,
    Publication,
    Reader,
    Round,
    Unit,
    UnitKind,
)

from .. import counting, facts
from ..aims import Aim, Aims, aims_of, elsewhere_of
from ..asked import Field, Line, field_of, issues_of, lines_of
from ..charts import Chart, line_chart
from ..derived_series import derived_series, making_of
from ..known import TODAY, Known
from ..ranked import barred, has_places
from ..rows import totals_at
from ..series import (
    Measure,
    SeriesRow,
    archives_of,
    line_of,
    measures,
    period_before,
    references_of,
    series_of,
    since,
)
from ..sources import CrossCheck, Place, SourceRow, cross_checks, said_about, scope_of, sources_of
from ..spans import span_of
from ..tracking import Track, track_of
from ..trend import Then, trend_of
from .computed_indicator import computed_of, series_of_formula
from .summary import Row, row_of


@dataclass(frozen=True)
class Meaning:
    """What the figures of the page mean: how they are measured, for which programmes, and what is aimed at."""

    definition: Definition | None
    measure: Measure | None  # the way of measuring that `definition` belongs to
    measures: list[Measure]
    source: str
    lead: str
    programmes: list[Programme]
    aims: Aims

    @property
    def others(self) -> list[Measure]:
        """How it was measured before and, on the page of an old period, since; newest first."""
        return [each for each in self.measures[::-1] if each != self.measure]


@dataclass(frozen=True)
class Figures:
    """What was published of the indicator for one period, and where it comes from."""

    period: Period
    group: str
    group_code: str
    row: Row
    published_on: date | None
    issues: list[Publication]  # the last publication of each round that publishes as a step of its own
    is_illustrative: bool
    archives: str  # the documents that the figures were typed from, where they are of the past
    sources: list[SourceRow]
    checks: list[CrossCheck]
    n_contributions: int
    is_total: bool
    is_ratio: bool
    has_ranking: bool  # whether units may have places by it that this reader may see
    line: Line
    elsewhere: list[Aim]  # what other places reached
    hides: str  # the rule that keeps what other units reported from this reader; empty where all is shown


@dataclass(frozen=True)
class IndicatorPage:
    indicator: Indicator
    meaning: Meaning
    figures: Figures | None  # None where no round has asked for it yet
    series: list[SeriesRow]
    chart: Chart | None  # None with fewer than two figures of one pace

    def track_of(self, row: SeriesRow) -> Track | None:
        """How the figure of any of its periods stood to the targets, as it was measured then; no query. None where
        nothing says how."""
        measured = {since(each.definition): each.definition for each in self.meaning.measures}
        definition = measured.get(row.measured_since)
        if self.figures is None or definition is None:
            return None
        line = replace(self.figures.line, definition=definition, period=row.period)
        earlier = [_then(each) for each in self.series]
        trend = trend_of(definition, _then(row), earlier)
        return track_of(line, row.shown, self.meaning.aims.targets, trend)


def _then(row: SeriesRow) -> Then:
    return Then(row.period, row.shown, row.measured_since)


def indicator(code: str) -> Indicator | None:
    """With its definitions, newest first."""
    if "\0" in code:
        return None
    return _indicator(code)


@facts.kept("catalogue")
def _indicator(code: str) -> Indicator | None:
    dated = Prefetch("definitions", Definition.objects.order_by("-valid_from"))
    return Indicator.objects.filter(code=code).prefetch_related(dated).first()


@facts.kept("catalogue")
def _programmes(found: Indicator) -> list[Programme]:
    return list(Programme.objects.filter(programmeindicator__indicator=found).order_by("-first_year", "code"))


def indicator_page(
    found: Indicator, period: Period | None, rounds_of_it: list[Round], *, reader: Reader, known: Known = TODAY
) -> IndicatorPage:
    definitions = list(found.definitions.all())
    if period is None:
        return _without_period(found, definitions, known)
    asked, span = [r for r in rounds_of_it if r.period_id == period.pk], span_of(period, rounds_of_it)
    behind = asked or span.rounds
    field = field_of(period, behind, known)
    is_computed = _is_computed(definitions, period)
    course = computed_of(found, period, rounds_of_it, span, field, known) if is_computed else None
    if course and course.computed and not course.computed.inputs:
        behind, field = [], replace(field, reports=[])  # it rests on registers alone
    totals = totals_at({(r.period_id, found.pk) for r in rounds_of_it}, field.top, known)
    made = None if asked or course else making_of(found, span, field, known, totals)
    line = course.line if course else made.line if made else lines_of(asked, field, found, known, totals)[0]
    said = said_about(found, period, period_before(period, rounds_of_it), field.top, known)
    contributions = [o for o in said.now if o.contributes]
    scope = scope_of(reader, line.definition, companies=_companies(contributions, field))
    said = replace(said, last=_seen(said.last, reader, field))
    rows, hidden = sources_of(line, said, field, scope)
    series = series_of(found, rounds_of_it, definitions, said.written, totals)
    of_parts = derived_series(made, series, rounds_of_it, field, known) if made else None
    series = of_parts.rows if of_parts else series_of_formula(course, period, rounds_of_it) if course else series
    meaning = _meaning(found, line.definition, definitions, field.units, known)
    earlier = [_then(row) for row in series]
    derived = of_parts.derived if of_parts else None
    row = row_of(
        line,
        contributions,
        field,
        earlier=earlier,
        targets=meaning.aims.targets,
        derived=derived,
        computed=course.computed if course else None,
        counted=counting.counts_of([line], period.last_day, known).get(found.pk),
    )
    sources, checks = cross_checks(rows, row.shown, field.top, is_total=line.sums is not None or bool(course))
    measured_in = {found.pk: line.definition.unit_of_measure} if line.has_references else {}
    shown = Figures(
        period=period,
        group=line.group,
        group_code=line.group_code,
        row=row,
        published_on=of_parts.on if of_parts else _begun(contributions, field, known, of_reports=bool(course)),
        issues=issues_of(behind),
        is_illustrative=any(r.is_illustrative for r in behind),
        archives=archives_of(behind),
        sources=sources,
        checks=checks,
        n_contributions=sum(o.state == "reported" for o in contributions),
        is_total=line.sums is not None,
        is_ratio=line.definition.is_ratio,
        has_ranking=scope.sees_all and not known.is_latest and _has_ranking(line, field, contributions),
        line=line,
        elsewhere=elsewhere_of(measured_in, known).get(found.pk, []),
        hides=line.definition.breakdown if hidden else "",
    )
    chart = _chart(series, rounds_of_it, meaning, period, row.track)
    return IndicatorPage(found, meaning, shown, series, chart)


def _without_period(found: Indicator, definitions: list[Definition], known: Known) -> IndicatorPage:
    definition = definitions[0] if definitions else None
    names = _names_today(definition)
    return IndicatorPage(found, _meaning(found, definition, definitions, names, known), None, [], None)


def _has_ranking(line: Line, field: Field, contributions: list[Observation]) -> bool:
    """Of a figure that is made of others the ranking's own page says who holds a place."""
    if line.is_derived or line.formula:
        return not barred(line.indicator, line.definition)
    return has_places(line.indicator, line, field, contributions)


def _begun(contributions: list[Observation], field: Field, known: Known, *, of_reports: bool) -> date | None:
    """Since which day the figure stands; a computed one since the reports behind it do."""
    moments = [getattr(o, known.begun) for o in contributions]
    if of_reports:
        moments = [r.published_at for r in field.reports if r.published_at]
    return localdate(max(moments)) if moments else None


def _is_computed(definitions: Sequence[Definition], period: Period) -> bool:
    measured = next((each for each in definitions if each.valid_from <= period.last_day), None)
    return measured is not None and bool(measured.formula)


def _chart(
    series: list[SeriesRow], rounds_of_it: list[Round], meaning: Meaning, period: Period, track: Track
) -> Chart | None:
    measured = meaning.definition
    points = line_of(series, rounds_of_it, meaning.measures, period)
    days = [point.on for point in points if point.value is not None]
    return line_chart(
        points,
        references_of(meaning.aims),
        way=track.way(days[0], days[-1]) if days else (),
        unit=measured.unit_of_measure if measured else "",
        lowest=measured.lower_bound if measured else None,
        highest=measured.upper_bound if measured else None,
    )


def _meaning(
    found: Indicator,
    definition: Definition | None,
    definitions: list[Definition],
    units: dict[int, Unit],
    known: Known,
) -> Meaning:
    ways = measures(definitions)
    unit = definition.unit_of_measure if definition else ""
    return Meaning(
        definition=definition,
        measure=next((m for m in ways if definition and since(m.definition) == since(definition)), None),
        measures=ways,
        source=_source(definition, units) if definition else "",
        lead=_name(definition.lead_unit_id if definition else None, units),
        programmes=_programmes(found),
        aims=aims_of(found, unit, known),
    )


def _source(definition: Definition, units: dict[int, Unit]) -> str:
    return _name(definition.source_unit_id, units) or definition.get_source_kind_display()


def _name(unit: int | None, units: dict[int, Unit]) -> str:
    return str(units[unit]) if unit in units else ""


def _names_today(definition: Definition | None) -> dict[int, Unit]:
    named = [definition.lead_unit_id or 0, definition.source_unit_id or 0] if definition else []
    return {u.pk: u for u in Unit.objects.with_slice(today()).filter(pk__in=named).order_by("pk")}


def _seen(last: dict[Place, Observation], who: Reader, field: Field) -> dict[Place, Observation]:
    """What this reader might see on the page of the period before: a difference would tell the rest. Fewer
    companies may have reported then, and another rule may have held (domain.md 41)."""
    contributions = [o for o in last.values() if o.contributes]
    if len(contributions) == 1 and contributions[0].subject_id == field.top:
        alone = contributions[0]
        return {(alone.subject_id, alone.reporter_id): alone} | _held(last, who, field)
    return _held(last, who, field)


def _held(last: dict[Place, Observation], who: Reader, field: Field) -> dict[Place, Observation]:
    companies = _companies([o for o in last.values() if o.contributes], field)
    return {p: o for p, o in last.items() if scope_of(who, o.definition, companies=companies).holds(p[1])}


def _companies(contributions: list[Observation], field: Field) -> int | None:
    """How many companies reported a figure: one that says "not applicable" hides nobody's."""
    of_companies = [o for o in contributions if field.tree.kind.get(o.reporter_id) == UnitKind.COMPANY]
    return len({o.reporter_id for o in of_companies if o.state == "reported"}) if of_companies else None
