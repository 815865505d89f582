"""The figures on the page of a unit: those that it reported and those about it, as far as a reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from indicators.models import (
    Definition,
    Observation,
    Period,
    ProgrammeIndicator,
    Reader,
    Unit,
    UnitKind,
    UnitSlice,
    ValueKind,
)

from .. import two_figures
from ..changes import Change, last_changes
from ..derived import Derived
from ..known import Known
from ..shown import Shown, of_observation
from ..two_figures import TwoFigures
from .unit_parts import derived_of_unit, hidden_of, part_keys, place_of


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


def newest_period(published: QuerySet[Observation], on: date) -> Period | None:
    found = Period.objects.filter(Exists(published.filter(period=OuterRef("pk"))), first_day__lte=on)
    return found.order_by("-day_after_last", "-first_day", "pk").first()


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
        published.seen_by(reader, until=known.until)  # type: ignore[attr-defined]
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
        )
        .order_by("indicator__code", "-contributes", "subject", "pk")
    )
    read = list(found)
    rows = [each for each in read if each.period_id == period.pk]
    changed = last_changes(
        Observation.objects.filter(*_about(unit), period=period), [place_of(each) for each in rows], known
    )
    hidden = hidden_of(published, read, keys)
    figures = [_figure(unit, period, each, known, changed.get(place_of(each))) for each in rows]
    for derived, given in derived_of_unit(period, periods, read, hidden, known).values():
        figures.append(_derived(_figure(unit, period, given[-1], known, None), derived, given))
    figures.sort(key=lambda row: (row.code, not row.contributes))
    return figures, bool(hidden - {place_of(each) for each in rows})


def _derived(newest: FigureRow, derived: Derived, given: Sequence[Any]) -> FigureRow:
    """As the newest of its parts says who reported it about whom."""
    return replace(
        newest,
        shown=derived.shown,
        derived=derived,
        is_illustrative=any(each.is_illustrative for each in given),
        two=None,
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
