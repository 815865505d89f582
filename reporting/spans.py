"""Longer periods and the months or quarters they are made of, each of its own calendar (domain.md 18, 19). Half,
nine months and year overlap and are no parts of each other. Plain periods: nothing is read here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from indicators import calendars
from indicators.calendars import KINDS, TURNS, Frequency, UnknownLabel, Window
from indicators.models import Period, Round

from .asked import Offered, offered

LONGER = (Frequency.QUARTER, Frequency.HALF, Frequency.NINE_MONTHS, Frequency.YEAR)
PARTS = (Frequency.QUARTER, Frequency.MONTH)
Parts = dict[Frequency, list[Period]]  # every one of the span, oldest first


@dataclass(frozen=True)
class Span:
    """A longer period; `rounds` ask for at least one part of each frequency in `parts`, newest first. Of a period
    that nothing shorter was asked for both are empty."""

    period: Period
    parts: Parts
    rounds: list[Round]

    @property
    def is_made(self) -> bool:
        return bool(self.parts)

    @property
    def asked(self) -> list[Period]:
        """The parts that a round asks for, newest first."""
        return list(dict.fromkeys(each.period for each in self.rounds))

    def of(self, asked: Collection[int]) -> tuple[Frequency, list[Period]] | None:
        """The parts that a figure is made of, of which `asked` (keys) were asked for: of one frequency, the one
        with the least missing, and of two alike the longer."""
        known = [(each, of) for each, of in self.parts.items() if any(p.pk in asked for p in of)]
        return max(known, key=lambda pair: _share(pair[1], asked), default=None)


def _share(parts: Sequence[Period], asked: Collection[int]) -> tuple[Fraction, int]:
    return Fraction(sum(p.pk in asked for p in parts), len(parts)), -len(parts)


@lru_cache(maxsize=4096)
def _tiles(label: str) -> tuple[tuple[Frequency, tuple[Window, ...]], ...]:
    whole = calendars.window(label)
    tiled = ((frequency, tuple(calendars.parts(whole, frequency))) for frequency in PARTS)
    return tuple((frequency, windows) for frequency, windows in tiled if windows)


def _is_longer(label: str) -> bool:
    try:
        return calendars.frequency_of(label) in LONGER
    except UnknownLabel:
        return False


def without_row(window: Window) -> Period:
    """A period that no round asks for has no row, and reading writes none: its key, below zero, is one that no row
    bears, so that whoever looks for its figures finds none."""
    frequency, calendar = calendars.frequency_of(window.label), calendars.calendar_of(window.label)
    place = list(KINDS).index(frequency) * 10 + list(TURNS).index(calendar)
    return Period(
        pk=-(window.first_day.toordinal() * 100 + place),
        calendar=calendar,
        label=window.label,
        first_day=window.first_day,
        day_after_last=window.day_after_last,
    )


def has_row(period: Period) -> bool:
    return period.pk > 0


def parts_of(period: Period, known: Mapping[str, Period]) -> Parts:
    """`known`: the periods that rounds ask for, by label. A frequency of which none was asked for is left out."""
    if not _is_longer(period.label):
        return {}
    return {
        frequency: [known.get(each.label) or without_row(each) for each in windows]
        for frequency, windows in _tiles(period.label)
        if any(each.label in known for each in windows)
    }


def span_of(period: Period, rounds: Iterable[Round]) -> Span:
    """`rounds`: newest period first, as `asked.rounds` brings them."""
    found = list(rounds)
    parts = parts_of(period, _by_label(each.period for each in found))
    mine = {each.pk for of in parts.values() for each in of}
    return Span(period, parts, [each for each in found if each.period_id in mine])


def _by_label(periods: Iterable[Period]) -> dict[str, Period]:
    return {each.label: each for each in periods}


def longer(periods: Iterable[Period]) -> list[Period]:
    """The longer periods that no round asks for and that have a part some round does, newest first."""
    known = _by_label(periods)
    years = {(_year(each), each.calendar) for each in known.values()}
    windows = (
        window
        for year, calendar in years
        for frequency in LONGER
        for window in calendars.windows_of_year(year, frequency, calendar)
        if window.label not in known
    )
    found = [without_row(each) for each in windows if _has_part(each.label, known)]
    return sorted(found, key=lambda each: (each.day_after_last, each.first_day), reverse=True)


def _year(period: Period) -> int:
    """By NĐ 09/2019 the year of a label is its cut-off's."""
    return period.last_day.year


def _has_part(label: str, known: Mapping[str, Period]) -> bool:
    return any(each.label in known for _frequency, windows in _tiles(label) for each in windows)


def all_offered(rounds: list[Round]) -> list[Offered]:
    """The periods of the select: those that rounds ask for, then the longer ones that are derived from them."""
    asked = offered(rounds)
    return [*asked, *(Offered(each, is_derived=True) for each in longer(one.period for one in asked))]
