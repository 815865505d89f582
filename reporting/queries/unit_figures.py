"""The figures on the page of a unit: those that it reported and those about it, as far as a reader may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from indicators.carried import carried_to, words
from indicators.formulas import Count
from indicators.models import (
    Definition,
    Indicator,
    Observation,
    Period,
    ProgrammeIndicator,
    Reader,
    Unit,
    UnitKind,
    UnitSlice,
    ValueKind,
)

from .. import facts, formula_counts, two_figures
from ..changes import Change, last_changes
from ..computed import Computed, Given, behind, compute, leaves
from ..derived import Derived
from ..figures import Standing
from ..known import Known
from ..series import since
from ..shown import Shown, of_observation
from ..trend import Then
from ..two_figures import TwoFigures
from .unit_parts import Place, derived_of_unit, part_keys, place_of


@dataclass(frozen=True)
class FigureRow:
    code: str
    name: str
    shown: Shown
    period: Period
    about: str  # another unit than this one and the province
    reporter: str  # another unit that reported about this one
    contributes: bool
    source_document: str
    on_behalf: str  # which unit entered it for the one that reported
    is_illustrative: bool
    round: int
    asks_publication: bool
    begun_at: datetime  # since when it stands among the figures that the page reads
    definition: Definition
    subject: int
    change: Change | None  # by which the figure came to be another than it was
    two: TwoFigures | None = None  # where a reviewer has another figure
    derived: Derived | None = None  # from the parts of the period
    computed: Computed | None = None  # by a formula, from other figures
    carried: str = ""  # what its running total of the year began with


def published_of(unit: Unit, known: Known) -> QuerySet[Observation]:
    return known.observations().filter(*_about(unit))


def _about(unit: Unit) -> tuple[Q, Q]:
    """What it reported, and what was reported about it; of the province only the first: its own page is the
    overview. Sections of prose are for whoever compiles the report (domain.md 43)."""
    whose = Q(reporter=unit)
    if unit.kind_on_day != UnitKind.PROVINCE:
        whose |= Q(subject=unit)
    in_programme = Exists(ProgrammeIndicator.objects.filter(indicator=OuterRef("indicator")))
    is_figure = ~Q(definition__value_kind=ValueKind.TEXT) | Q(in_programme)
    return whose, is_figure


def figures_of(
    unit: Unit,
    published: QuerySet[Observation],
    period: Period,
    reader: Reader,
    known: Known,
    *,
    periods: Sequence[Period] = (),
) -> tuple[list[FigureRow], bool]:
    """And whether the reader may not see others. `periods`: all that rounds ask for; of a longer one its parts are
    read too, for what nobody was asked for it as a whole."""
    keys = [period.pk, *part_keys(period, periods)]

    def then(unit_field: str, wanted: str) -> Subquery:
        slices = UnitSlice.objects.filter(unit=OuterRef(unit_field), valid_from__lt=period.day_after_last)
        return Subquery(slices.order_by("-valid_from").values(wanted)[:1])

    found: QuerySet[Any] = (
        published.with_seen(reader, until=known.until)  # type: ignore[attr-defined]
        .filter(period__in=keys)
        .select_related("indicator", "definition", "assessment__explanation", "period")
        .annotate(
            subject_name=then("subject", "name"),
            subject_kind=then("subject", "kind"),
            reporter_name=then("reporter", "name"),
            document=F("submission__round__source_document"),
            on_behalf=then("revision__on_behalf__unit", "name"),
            is_illustrative=F("submission__round__is_illustrative"),
            round=F("submission__round"),
            asks_publication=F("submission__round__asks_publication"),
            any_formula=Exists(Definition.objects.computed()),
        )
        .order_by("indicator__code", "-contributes", "subject", "pk")
    )
    everything = list(found)
    read, hidden = [each for each in everything if each.is_seen], _hidden(everything)
    rows = [each for each in read if each.period_id == period.pk]
    changed = last_changes(
        Observation.objects.filter(*_about(unit), period=period), [place_of(each) for each in rows], known
    )
    figures = [_figure(unit, period, each, known, changed.get(place_of(each))) for each in rows]
    for derived, given in derived_of_unit(period, periods, read, hidden, known).values():
        figures.append(_derived(_figure(unit, period, given[-1], known, None), derived, given))
    figures = _with_carried(unit, period, figures, known)
    more_hidden = hidden - {place_of(each) for each in rows}
    is_asked = any(each.any_formula for each in read)
    own = [row for row in figures if is_asked and row.subject == unit.pk and row.contributes]
    figures += [
        _computed(unit, period, own, each, made) for each, made in _made_of(own, period, more_hidden, reader, known)
    ]
    figures.sort(key=lambda row: (row.code, not row.contributes))
    return figures, bool(more_hidden)


def _hidden(everything: Sequence[Any]) -> set[Place]:
    """Places of which something was published that the reader may not see."""
    return {place_of(each) for each in everything if not each.is_seen}


def _with_carried(unit: Unit, period: Period, figures: list[FigureRow], known: Known) -> list[FigureRow]:
    """Of running totals about the unit itself; no query where there are none."""
    own = {row.definition.indicator_id: row.definition for row in figures if row.subject == unit.pk}
    carried = carried_to(unit.pk, period, own.values(), known.observations())
    return [
        replace(row, carried=words(carried[row.definition.indicator_id], row.definition))
        if row.subject == unit.pk and row.definition.indicator_id in carried
        else row
        for row in figures
    ]


def _derived(newest: FigureRow, derived: Derived, given: Sequence[Any]) -> FigureRow:
    """As the newest of its parts says who reported it about whom."""
    return replace(
        newest,
        shown=derived.shown,
        derived=derived,
        is_illustrative=any(each.is_illustrative for each in given),
        two=None,
    )


def _made_of(
    own: Sequence[FigureRow], period: Period, hidden: set[Place], reader: Reader, known: Known
) -> list[tuple[Definition, Computed]]:
    """What formulas give of the figures about the unit that the reader sees, and of the rows of registers that it
    owns; none of a reader who may not see a breakdown of it. One query where figures are hidden, three where a
    formula counts; the formulas are kept."""
    if not own:
        return []
    unit = own[0].subject
    made = _formulas_on(period.last_day)
    given = _given(own)
    for code in _codes_of(pk for pk, subject, _reporter in hidden if subject == unit) if made and hidden else ():
        given[code] = Given(code, is_hidden=True)
    names = {row.code: row.name for row in own} | {code: each.indicator.name for code, each in made.items()}
    counts = formula_counts.counted_at(made.values(), [period.last_day], known, owner=unit).get(period.last_day, {})
    found, here = compute(made, given, period, names, counts), {row.code for row in own}
    owned = {each.count for each in counts.values() if each.n_owned}
    return [
        (each, found[code])
        for code, each in made.items()
        if (leaves([code], made) & here or _counts_any(code, made, owned))
        and (unit in reader.units or reader.sees_all(each.breakdown, companies=None))
    ]


def _counts_any(code: str, made: dict[str, Definition], owned: set[Count]) -> bool:
    return any(count in owned for each in behind([code], made) for count in formula_counts.counts_in(each))


@facts.kept("catalogue")
def _formulas_on(day: date) -> dict[str, Definition]:
    held = Definition.objects.on(day).computed().select_related("indicator")
    return {each.indicator.code: each for each in held.order_by("indicator__code", "pk")}


def _given(own: Sequence[FigureRow]) -> dict[str, Given]:
    """Several contributions about one unit are no one figure: its page adds nothing up."""
    found: dict[str, Given] = {}
    for row in own:
        shown = Shown(Standing.NO_RULE) if row.code in found else row.shown
        found[row.code] = Given(row.code, row.name, Then(row.period, shown, since(row.definition)))
    return found


def _codes_of(indicators: Iterable[int]) -> list[str]:
    return list(Indicator.objects.filter(pk__in=set(indicators)).order_by("pk").values_list("code", flat=True))


def _computed(
    unit: Unit, period: Period, own: Sequence[FigureRow], definition: Definition, computed: Computed
) -> FigureRow:
    """It stands since the newest of what it is made of does."""
    of_it = [row for row in own if row.code in {each.code for each in computed.inputs}] or list(own)
    newest = max(of_it, key=lambda row: row.begun_at)
    return replace(
        newest,
        code=definition.indicator.code,
        name=definition.indicator.name,
        shown=computed.shown,
        period=period,
        reporter="",
        source_document="",
        on_behalf="",
        is_illustrative=any(row.is_illustrative for row in of_it),
        definition=definition,
        subject=unit.pk,
        change=None,
        two=None,
        derived=None,
        computed=computed,
    )


def _figure(unit: Unit, period: Period, given: Any, known: Known, change: Change | None) -> FigureRow:
    is_its_own = given.subject_id == unit.pk or given.subject_kind == UnitKind.PROVINCE
    return FigureRow(
        code=given.indicator.code,
        name=given.indicator.name,
        shown=of_observation(given, given.definition),
        period=period,
        about="" if is_its_own else given.subject_name or "",
        reporter="" if given.reporter_id == unit.pk else given.reporter_name or "",
        contributes=given.contributes,
        source_document=given.document,
        on_behalf=given.on_behalf or "",
        is_illustrative=given.is_illustrative,
        round=given.round,
        asks_publication=given.asks_publication,
        begun_at=getattr(given, known.begun),
        definition=given.definition,
        subject=given.subject_id,
        change=change,
        two=two_figures.of(given),
    )
