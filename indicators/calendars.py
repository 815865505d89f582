"""Periods, cut-offs, due days and their names: pure functions of dates (NĐ 09/2019/NĐ-CP; domain.md 18-20).

A period is half-open: from its first day to the day after its last. Its label alone names it and its calendar.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REPORTING = "nd09"
STATISTICAL = "tk"

DAY = timedelta(days=1)
SATURDAY = 5
LONGEST_REST = 3660  # days; ten years without a working day are a mistake in the table of holidays
ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}


class Frequency(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine_months"
    YEAR = "year"
    AD_HOC = "ad_hoc"


class Kind(NamedTuple):
    """Of one frequency: how many months a window has, how many windows a year has, how their labels end."""

    months: int
    a_year: int
    ending: str


class Turn(NamedTuple):
    """Where a calendar turns: its year begins on `day`, `months` months after January (-1: December before)."""

    months: int
    day: int
    mark: str


class Place(NamedTuple):
    """What a label says: 2026-Q3-TK is the third quarter of 2026 in the statistical calendar."""

    year: int
    frequency: Frequency
    number: int
    calendar: str


KINDS = {
    Frequency.MONTH: Kind(1, 12, "-M{:02}"),
    Frequency.QUARTER: Kind(3, 4, "-Q{}"),
    Frequency.HALF: Kind(6, 2, "-H{}"),
    Frequency.NINE_MONTHS: Kind(9, 1, "-9M"),
    Frequency.YEAR: Kind(12, 1, ""),
    Frequency.AD_HOC: Kind(0, 999, "-A{:02}"),  # no months: a person chooses its days
}
TURNS = {REPORTING: Turn(-1, 15, ""), STATISTICAL: Turn(0, 1, "-TK")}
ENDINGS = {
    kind.ending.format(number): (frequency, number)
    for frequency, kind in KINDS.items()
    for number in range(1, kind.a_year + 1)
}
# Up to 8999, so that no window of a label leaves the years that `date` knows.
LABEL = re.compile(r"([1-8][0-9]{3})((?:-[MQHA][0-9]+|-9M)?)((?:-TK)?)")

NAMES = {
    Frequency.MONTH: gettext_lazy("Month %(number)s/%(year)s"),
    Frequency.QUARTER: gettext_lazy("Quarter %(number)s/%(year)s"),
    Frequency.NINE_MONTHS: gettext_lazy("First nine months of %(year)s"),
    Frequency.YEAR: gettext_lazy("Year %(year)s"),
    Frequency.AD_HOC: gettext_lazy("Ad-hoc round %(number)s/%(year)s"),
}
HALVES = {1: gettext_lazy("First half of %(year)s"), 2: gettext_lazy("Second half of %(year)s")}


class UnknownLabel(ValueError):
    """The text is no label, or one of an ad-hoc round where days were asked for; carries the text."""


@dataclass(frozen=True)
class Window:
    label: str
    first_day: date
    day_after_last: date

    @property
    def last_day(self) -> date:
        return self.day_after_last - DAY


# --- Labels


@lru_cache(maxsize=4096)
def _find(label: str) -> Place | None:
    found = LABEL.fullmatch(label)
    if found is None or found[2] not in ENDINGS:
        return None
    calendar = next(name for name, turn in TURNS.items() if turn.mark == found[3])
    return Place(int(found[1]), *ENDINGS[found[2]], calendar)


def _read(label: str) -> Place:
    if place := _find(label):
        return place
    raise UnknownLabel(label)


def _label(place: Place) -> str:
    return f"{place.year}{KINDS[place.frequency].ending.format(place.number)}{TURNS[place.calendar].mark}"


def calendar_of(label: str) -> str:
    """REPORTING or STATISTICAL; UnknownLabel for a text that is no label."""
    return _read(label).calendar


def frequency_of(label: str) -> Frequency:
    """AD_HOC included; UnknownLabel for a text that is no label."""
    return _read(label).frequency


def next_ad_hoc_label(year: int, taken: Iterable[str], calendar: str = REPORTING) -> str:
    """2026-A01, 2026-A02 …: after the highest number taken in that year and calendar. A gap is not filled, so
    the numbers keep the order in which the rounds were asked for."""
    places = [place for label in taken if (place := _find(label))]
    numbers = [p.number for p in places if p == (year, Frequency.AD_HOC, p.number, calendar)]
    number = max(numbers, default=0) + 1
    if number > KINDS[Frequency.AD_HOC].a_year:
        raise ValueError(f"{year} has no number left for an ad-hoc round")
    return _label(Place(year, Frequency.AD_HOC, number, calendar))


# --- Windows


def _turn(year: int, months: int, calendar: str) -> date:
    """The day on which a calendar has left `months` months of a year behind. After three of 2026 that is
    15/3/2026 by NĐ 09/2019 and 1/4/2026 in the statistical calendar; after none, 15/12/2025 and 1/1/2026."""
    turn = TURNS[calendar]
    years, month = divmod(months + turn.months, 12)
    return date(year + years, month + 1, turn.day)


def _window(place: Place) -> Window:
    """The label's year is the cut-off's: 15/12/2025..14/1/2026 is 2026-M01 (domain.md 18)."""
    months = KINDS[place.frequency].months
    first_day = _turn(place.year, months * (place.number - 1), place.calendar)
    return Window(_label(place), first_day, _turn(place.year, months * place.number, place.calendar))


def window(label: str) -> Window:
    """UnknownLabel for a text that is no label, and for an ad-hoc round: its days are chosen by a person."""
    place = _read(label)
    if place.frequency == Frequency.AD_HOC:
        raise UnknownLabel(label)
    return _window(place)


def windows_of_year(year: int, frequency: Frequency, calendar: str = REPORTING) -> list[Window]:
    """Oldest first; none for AD_HOC."""
    if frequency == Frequency.AD_HOC:
        return []
    numbers = range(1, KINDS[frequency].a_year + 1)
    return [_window(Place(year, frequency, number, calendar)) for number in numbers]


def earlier_in_year(label: str) -> list[str]:
    """The labels of the same frequency before this one in its year, oldest first; none before an ad-hoc round."""
    place = _read(label)
    if place.frequency == Frequency.AD_HOC:
        return []
    return [_label(place._replace(number=number)) for number in range(1, place.number)]


def _windows_around(day: date, frequency: Frequency, calendar: str) -> Iterator[Window]:
    for year in (day.year, day.year + 1):
        for each in windows_of_year(year, frequency, calendar):
            if each.first_day <= day < each.day_after_last:
                yield each


def window_of(day: date, frequency: Frequency, calendar: str = REPORTING) -> Window | None:
    """The window a day falls in. None for the quarter that follows the nine months, and for AD_HOC."""
    return next(_windows_around(day, frequency, calendar), None)


def windows_between(frequency: Frequency, calendar: str, first: date, last: date) -> list[Window]:
    """Every window that begins on `first`, on `last` or between, oldest first. Whoever asks again from the day
    after `last` misses no window and gets none twice."""
    years = range(first.year, last.year + 2)
    begun = (each for year in years for each in windows_of_year(year, frequency, calendar))
    return [each for each in begun if first <= each.first_day <= last]


def parts(window: Window, frequency: Frequency) -> list[Window]:
    """The windows of a shorter frequency that tile a window exactly, else []: the year is H1 + H2, or its
    quarters, or its months; nine months are quarters or months, never halves, for half, nine months and year
    overlap and are not children of each other (domain.md 18). Nothing tiles an ad-hoc window."""
    place = _find(window.label)
    if place is None or KINDS[frequency].months >= KINDS[place.frequency].months:
        return []
    inside = windows_between(frequency, place.calendar, window.first_day, window.last_day)
    begins = [each.first_day for each in inside]
    ends = [each.day_after_last for each in inside]
    return inside if [*begins, window.day_after_last] == [window.first_day, *ends] else []


def quarter(year: int, number: int) -> Window:
    """Quarter 1 of 2026 is 15/12/2025..14/3/2026: cut-offs run from the 15th to the 14th (domain.md 18)."""
    return window(f"{year}-Q{number}")


def quarter_of(day: date) -> Window:
    """The quarter a day falls in; its label's year is the cut-off's, so 15/12/2025 is in 2026-Q1."""
    return next(_windows_around(day, Frequency.QUARTER, REPORTING))


# --- Due days


@dataclass(frozen=True)
class WorkingDays:
    """Monday to Friday without the holidays, and the weekend days worked in exchange for a day off
    (domain.md 19). The day off of such an exchange is a holiday here. Where a day stands in both tables the
    holiday wins: a due date that is a day late harms nobody, one on a holiday makes everybody late."""

    holidays: frozenset[date] = frozenset()
    swapped: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        return day not in self.holidays and (day.weekday() < SATURDAY or day in self.swapped)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after a day, before it where n is negative; 0 is the day itself, working or not.
        ValueError where ten years hold no working day."""
        step = DAY if n > 0 else -DAY
        for _nth in range(abs(n)):
            day = self._next(day, step)
        return day

    def _next(self, day: date, step: timedelta) -> date:
        for days in range(1, LONGEST_REST + 1):
            if self.is_working_day(day + days * step):
                return day + days * step
        raise ValueError(f"No working day within ten years of {show_day(day)}: check the table of holidays")


def due_day(last_day: date, days: int, *, in_working_days: bool, working: WorkingDays) -> date:
    """The due date counts from the cut-off day and, where `days` is negative, falls before it (domain.md 19).
    Counted in calendar days it stays where it falls, on a holiday too."""
    return working.add(last_day, days) if in_working_days else last_day + timedelta(days=days)


# --- Words


def period_name(label: str) -> str:
    """How a label reads on the screen: 2026-Q3 is Quý III/2026. A text that is no label stands as it is."""
    place = _find(label)
    if place is None:
        return label
    wording = HALVES[place.number] if place.frequency == Frequency.HALF else NAMES[place.frequency]
    name = wording % {"number": _show_number(place), "year": place.year}
    if place.calendar == STATISTICAL:
        return _("%(name)s, statistical calendar") % {"name": name}
    return name


def _show_number(place: Place) -> str:
    """Tháng 7, Quý III; an ad-hoc round is numbered like its label: 01."""
    if place.frequency == Frequency.QUARTER:
        return ROMAN[place.number]
    return f"{place.number:02}" if place.frequency == Frequency.AD_HOC else str(place.number)


def window_sentence(first_day: date, last_day: date) -> str:
    """The window spelt out, as it always is (domain.md 19): Số liệu từ 15/06/2026 đến hết 14/09/2026."""
    days = {"first": show_day(first_day), "last": show_day(last_day)}
    return _("Figures from %(first)s to the end of %(last)s") % days


def show_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def show_moment(moment: datetime) -> str:
    """In the province's time, whatever zone it was stored in: 15/09/2026 16:20."""
    return f"{timezone.localtime(moment):%d/%m/%Y %H:%M}"
