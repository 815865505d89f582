"""What stands in the place of each marker, or why nothing does. Nothing is left out in silence, and what cannot be
filled in keeps its marker, so that nobody takes an empty cell for a zero."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from indicators import numbers
from indicators.models import Indicator, Period
from indicators.spreadsheet import Instead, MarkedBook, MarkedCell

from ..exports.figure import decimal, why_none
from ..figures import Standing
from ..queries import Figure, Figures
from ..shown import Shown
from .language import Wanted, read

LONGEST_SHOWN = 80


@dataclass(frozen=True)
class Sought:
    """Where figures are looked for: the periods by their labels, and the one for markers that name none."""

    indicators: Mapping[str, Indicator]
    periods: Mapping[str, Period]
    default: Period | None
    takes_illustrative: bool = False

    def period(self, wanted: Wanted) -> Period | None:
        return self.periods.get(wanted.period) if wanted.period else self.default

    def indicator(self, wanted: Wanted) -> Indicator | None:
        return self.indicators.get(wanted.indicator.casefold())


@dataclass(frozen=True)
class Line:
    """One marker of one cell; `why` where it could not be filled in."""

    place: str
    marker: str
    name: str = ""
    unit: str = ""
    period: Period | None = None
    shown: Shown | None = None
    is_illustrative: bool = False
    remarks: list[str] = field(default_factory=list)
    why: str = ""


@dataclass(frozen=True)
class Answer:
    filled: list[Line]
    unfilled: list[Line]
    instead: dict[MarkedCell, Instead]

    @property
    def is_illustrative(self) -> bool:
        return any(line.is_illustrative for line in self.filled)


def places_of(book: MarkedBook, sought: Sought) -> set[tuple[Period, int, str]]:
    """What has to be looked up: (period, indicator, code of a unit or nothing)."""
    found = set()
    for wanted in (read(marker) for cell in book.cells if not cell.is_formula for marker in cell.markers):
        period = sought.period(wanted) if wanted else None
        indicator = sought.indicator(wanted) if wanted else None
        if wanted and period and indicator:
            found.add((period, indicator.pk, wanted.unit))
    return found


def answer(book: MarkedBook, sought: Sought, figures: Figures) -> Answer:
    filled, unfilled = [], []
    instead: dict[MarkedCell, Instead] = {}
    for cell in book.cells:
        lines = [*_lines(cell, sought, figures)]
        good = {line.marker: line.shown for line in lines if line.shown and not line.why}
        filled += [line for line in lines if not line.why]
        unfilled += [line for line in lines if line.why]
        if good:
            instead[cell] = _instead(cell, good)
    return Answer(filled, unfilled, instead)


def _lines(cell: MarkedCell, sought: Sought, figures: Figures) -> Iterator[Line]:
    told = Line(f"{cell.sheet}!{cell.name}", cell.text[:LONGEST_SHOWN])
    if cell.is_formula:
        why = _("The cell holds a formula. Write the marker as text, in a cell of its own.")
        yield replace(told, why=why)
    elif not cell.markers:
        yield replace(told, why=_("This is no marker: it begins with {{ and does not end with }}."))
    else:
        for marker in dict.fromkeys(cell.markers):
            yield _line(replace(told, marker=marker), cell, sought, figures)


def _line(told: Line, cell: MarkedCell, sought: Sought, figures: Figures) -> Line:
    wanted = read(told.marker)
    if wanted is None:
        return replace(
            told,
            why=_("This is no marker. Write {{indicator}}, {{indicator|period}} or {{indicator|period|unit}}."),
        )
    indicator, period = sought.indicator(wanted), sought.period(wanted)
    if indicator is None:
        return replace(told, why=_('There is no indicator with the code "%(code)s".') % {"code": wanted.indicator})
    told = replace(told, name=indicator.name, period=period)
    if period is None:
        return replace(told, why=_('There is no reporting period "%(text)s" here.') % {"text": wanted.period})
    place = (period.pk, indicator.pk)
    if wanted.unit and (period.pk, wanted.unit) not in figures.units:
        why = _('No unit bears the code "%(code)s" on the last day of this period.') % {"code": wanted.unit}
        return replace(told, why=why)
    if wanted.unit:
        told = replace(told, unit=figures.units[period.pk, wanted.unit])
        found = figures.of_unit.get((*place, wanted.unit))
    else:
        found = figures.of_province.get(place)
    is_made_up = place in figures.illustrative
    if why := _why_not(found, of_unit=bool(wanted.unit), is_barred=is_made_up and not sought.takes_illustrative):
        return replace(told, why=why)
    shown = found.shown if found else None
    remarks = [*_remarks(shown, cell, is_made_up=is_made_up), *(found.notes if found else [])]
    return replace(told, shown=shown, is_illustrative=is_made_up, remarks=remarks)


def _why_not(found: Figure | None, *, of_unit: bool, is_barred: bool) -> str:
    """Empty where there is a figure that may be filled in."""
    if found and found.is_ambiguous:
        return _("Several figures were reported, and no rule makes them one.")
    if of_unit and (found is None or found.shown is None):
        return _("No figure of this unit that may be shown here is published for this period.")
    if found is None or found.shown is None:
        return _("No report asks for this indicator in this period.")
    if found.shown.standing == Standing.MISSING:
        return _("No figure is published for this period.")
    if not found.shown.is_reported:
        return why_none(found.shown, found.notes)
    if found.shown.value is None and not found.shown.words:
        return _("Cannot be computed")
    return _("The figure is made up to show the system. Tick the box to fill such figures in.") if is_barred else ""


def _remarks(shown: Shown | None, cell: MarkedCell, *, is_made_up: bool) -> Iterator[str]:
    if is_made_up:
        yield _("Illustration")
    if shown and shown.derived:
        yield shown.derived
    if shown and shown.status:
        yield shown.status
    if shown and shown.qualifier and cell.is_one_marker:
        yield _("Written as text: the figure is not exact.")


# --- What goes into the cell


def _instead(cell: MarkedCell, good: Mapping[str, Shown]) -> Instead:
    """A number where the cell holds nothing but the marker, in words what is no exact number: "gần 400" is not 400
    (domain.md 12). A form of a ministry speaks Vietnamese, whoever fills it in."""
    if cell.is_one_marker:
        shown = good[cell.text]
        value = decimal(shown.value, shown.decimals)
        if value is not None and not shown.words and not shown.qualifier:
            return _number(value, shown, cell)
    with override("vi"):
        return {marker: _written(shown, cell.after(marker)) for marker, shown in good.items()}


def _number(value: Decimal, shown: Shown, cell: MarkedCell) -> Decimal:
    """As written; where the cell shows per cent, Excel multiplies by a hundred."""
    return value.scaleb(-2) if shown.is_percent and "%" in cell.number_format else value


def _written(shown: Shown, rest: str) -> str:
    """In a sentence: the figure without its unit of measure, which the sentence says itself; only the percent sign
    is written, unless it stands there already."""
    if shown.words or shown.value is None:
        return shown.words
    number = numbers.show(shown.value, shown.decimals, shown.qualifier)
    return f"{number}%" if shown.is_percent and not rest.lstrip().startswith("%") else number
