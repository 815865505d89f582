"""What one box finds: units by every name they ever bore, indicators, and the reports that the asking person may
open. What a report says is not read, and reports are found through `visible_to` alone, so that nobody learns of
others (domain.md 36, 41)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from indicators.models import (
    BEGINNING,
    Definition,
    Indicator,
    IndicatorGroup,
    Observation,
    Period,
    ReportingForm,
    Return,
    State,
    Submission,
    Unit,
    UnitCode,
    UnitKind,
    UnitSlice,
    User,
)
from indicators.numbers import fold
from indicators.wording import Said, state_of, timing_now

from ..kin import Kin, Named, Span, kin_of

FIRST = 8  # of each kind, where all kinds stand on one page
PER_PAGE = 25
UNITS, INDICATORS, REPORTS = "units", "indicators", "reports"
KINDS = (UNITS, INDICATORS, REPORTS)


@dataclass(frozen=True)
class FoundUnit:
    unit: Named  # as it is called today, or was on its last day
    kind: str
    span: Span
    other_names: list[str]  # by which it was found, and which it does not bear (any more)
    has_ended: bool
    kin: list[Kin]  # of an ended unit who took over, else from whom it took over


@dataclass(frozen=True)
class FoundIndicator:
    code: str
    name: str
    group: str
    unit_of_measure: str


@dataclass(frozen=True)
class FoundReport:
    pk: int
    unit: str
    form: str
    form_code: str
    period: Period
    state: Said
    timing: Said
    is_illustrative: bool


Row = FoundUnit | FoundIndicator | FoundReport


@dataclass(frozen=True)
class Group:
    kind: str
    page: Page[Any]
    rows: Sequence[Row]

    @property
    def n(self) -> int:
        return self.page.paginator.count

    @property
    def n_more(self) -> int:
        return self.n - len(self.rows)


@dataclass(frozen=True)
class Found:
    groups: list[Group]
    counts: dict[str, int]

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values())


@dataclass(frozen=True)
class _Names:
    """A unit with all that it was ever called."""

    unit: Unit
    slices: list[UnitSlice]
    codes: list[UnitCode]
    spellings: list[tuple[str, str]]  # as written, folded
    day: date  # today, or a day of its life that is nearest to it

    @property
    def slice(self) -> UnitSlice:
        return next((s for s in reversed(self.slices) if s.valid_from <= self.day), self.slices[0])

    @property
    def code(self) -> str:
        held = [c for c in self.codes if c.valid_from <= self.day]
        return min(held, key=lambda c: (-c.valid_from.toordinal(), c.system)).code if held else ""

    @property
    def text(self) -> str:
        return " ".join([*(s.search for s in self.slices), *(f for _, f in self.spellings), *self.folded_codes])

    @property
    def folded_codes(self) -> list[str]:
        return [fold(c.code) for c in self.codes]


def search(folded: str, *, user: User, on: date, only: str = "", page: str | None = None) -> Found:
    """`folded` as `numbers.fold` makes it: every word of it has to be found, in whatever order. The first of each
    kind, or with `only` one kind page by page. An exact code comes first, and so does its kind."""
    words = folded.split()
    units = _names(on)
    found: dict[str, Any] = {
        UNITS: _units(units, words, folded, on),
        INDICATORS: _indicators(words, folded),
        REPORTS: _reports(units, words, user),
    }
    pages = {
        kind: Paginator(found[kind], PER_PAGE if kind == only else FIRST).get_page(page if kind == only else 1)
        for kind in KINDS
    }
    drawn: dict[str, Callable[[list[Any]], Sequence[Row]]] = {
        UNITS: lambda rows: _found_units(rows, words, on),
        INDICATORS: _found_indicators,
        REPORTS: _found_reports,
    }
    shown = [only] if only else sorted(KINDS, key=lambda kind: not _has_code(found[kind], kind, folded))
    return Found(
        groups=[Group(kind, pages[kind], drawn[kind](list(pages[kind]))) for kind in shown if len(pages[kind])],
        counts={kind: pages[kind].paginator.count for kind in KINDS},
    )


def _holds(words: Iterable[str], text: str) -> bool:
    return all(word in text for word in words)


def _has_code(rows: Any, kind: str, folded: str) -> bool:
    if kind == UNITS:
        return any(folded in row.folded_codes for row in rows)
    return kind == INDICATORS and any(fold(row.code) == folded for row in rows)


# --- Units


def _names(on: date) -> list[_Names]:
    """Four queries. A province has some hundred units, and every database has to fold a code the same way."""
    units = Unit.objects.order_by("pk").prefetch_related("slices", "codes", "aliases")
    return [
        _Names(
            unit=unit,
            slices=list(unit.slices.all()),
            codes=list(unit.codes.all()),
            spellings=[(alias.name, alias.search) for alias in unit.aliases.all()],
            day=_day(unit, on),
        )
        for unit in units
        if unit.slices.all()
    ]


def _day(unit: Unit, on: date) -> date:
    last = unit.ended - timedelta(days=1) if unit.ended and unit.ended <= on else on
    return max(last, unit.began)


def _units(units: list[_Names], words: list[str], folded: str, on: date) -> list[_Names]:
    """The exact code, then the exact name, then the living, by name."""

    def place(each: _Names) -> tuple[bool, bool, bool, bool, str, int]:
        bore = {s.search for s in each.slices} | {spelt for _, spelt in each.spellings}
        return (
            folded not in each.folded_codes,
            folded not in bore,
            _has_ended(each.unit, on),
            not each.slice.search.startswith(folded),
            each.slice.sort_key,
            each.unit.pk,
        )

    return sorted((each for each in units if _holds(words, each.text)), key=place)


def _has_ended(unit: Unit, on: date) -> bool:
    return unit.ended is not None and unit.ended <= on


def _found_units(rows: list[_Names], words: list[str], on: date) -> list[FoundUnit]:
    ended = {each.unit.pk for each in rows if _has_ended(each.unit, on)}
    after = kin_of(ended, "successor")
    before = kin_of({each.unit.pk for each in rows} - ended, "predecessor")
    return [
        FoundUnit(
            unit=Named(each.slice.name, each.code, each.day),
            kind=str(UnitKind(each.slice.kind).label),
            span=_span(each.unit),
            other_names=_other_names(each, words),
            has_ended=each.unit.pk in ended,
            kin=(after if each.unit.pk in ended else before)[each.unit.pk],
        )
        for each in rows
    ]


def _span(unit: Unit) -> Span:
    first = None if unit.began == BEGINNING else unit.began
    return Span(first, unit.ended - timedelta(days=1) if unit.ended else None)


def _other_names(each: _Names, words: list[str]) -> list[str]:
    """The names that hold a word which the name of the day does not."""
    lacking = [word for word in words if word not in each.slice.search]
    written = [(s.name, s.search) for s in each.slices] + each.spellings
    others = [name for name, spelt in written if name != each.slice.name and any(w in spelt for w in lacking)]
    return list(dict.fromkeys(others))


# --- Indicators


def _indicators(words: list[str], folded: str) -> list[Any]:
    """The exact code, then codes that begin so, then by code; one query."""
    groups = IndicatorGroup.objects.filter(programmeindicator__indicator=OuterRef("pk"))
    newest = groups.order_by("-programmeindicator__programme__first_year", "programmeindicator__pk")
    definitions = Definition.objects.filter(indicator=OuterRef("pk")).order_by("-valid_from")
    rows: QuerySet[Any] = Indicator.objects.annotate(
        group=Subquery(newest.values("name")[:1]),
        unit_of_measure=Subquery(definitions.values("unit_of_measure")[:1]),
    )
    found = [row for row in rows.order_by("code", "pk") if _holds(words, f"{row.search} {fold(row.code)}")]
    return sorted(found, key=lambda row: (fold(row.code) != folded, not fold(row.code).startswith(folded)))


def _found_indicators(rows: list[Any]) -> list[FoundIndicator]:
    return [FoundIndicator(r.code, r.name, r.group or "", r.unit_of_measure or "") for r in rows]


# --- Reports


def _reports(units: list[_Names], words: list[str], user: User) -> QuerySet[Any]:
    """Each word names the unit, the form or the period; the newest period first. Two queries beside its own."""
    forms = {form.pk: fold(str(form)) for form in ReportingForm.objects.order_by("pk")}
    periods = {period.pk: fold(f"{period.label} {period}") for period in Period.objects.order_by("pk")}
    named = Q()
    for word in words:
        named &= (
            Q(unit__in=[each.unit.pk for each in units if word in each.text])
            | Q(round__form__in=[pk for pk, text in forms.items() if word in text])
            | Q(round__period__in=[pk for pk, text in periods.items() if word in text])
        )
    order = ("-round__period__day_after_last", "-round__period__first_day", "round__form__code", "unit_sort", "pk")
    return _with_words(Submission.objects.visible_to(user).filter(named)).order_by(*order)


def _with_words(reports: QuerySet[Submission]) -> QuerySet[Any]:
    """By the units' names of the period's own day (domain.md 4), with what the word for the state depends on."""
    by_then = {"unit": OuterRef("unit"), "valid_from__lt": OuterRef("round__period__day_after_last")}
    slices = UnitSlice.objects.filter(**by_then).order_by("-valid_from")
    back = Return.objects.standing().filter(submission=OuterRef("pk"))
    return reports.select_related("round__form", "round__period").annotate(
        unit_name=Subquery(slices.values("name")[:1]),
        unit_sort=Subquery(slices.values("sort_key")[:1]),
        waits=Exists(Observation.objects.waiting().filter(submission=OuterRef("pk"))),
        resend_on=Subquery(back.values("resend_due_on")[:1]),
    )


def _found_reports(rows: list[Any]) -> list[FoundReport]:
    return [
        FoundReport(
            pk=row.pk,
            unit=row.unit_name or "–",
            form=row.round.form.name,
            form_code=row.round.form.code,
            period=row.round.period,
            state=state_of(
                row.state,
                row.round,
                is_started=row.version > 0,
                tells_lock=row.state not in (State.SUBMITTED, State.VERIFIED),
                resend_on=row.resend_on,
                waits=row.waits,
            ),
            timing=timing_now(row, row.resend_on),
            is_illustrative=row.round.is_illustrative,
        )
        for row in rows
    ]
