"""Periods, cut-offs and their names: pure functions of dates (NĐ 09/2019/NĐ-CP; domain.md 18-20).

A period is half-open: from its first day to the day after its last.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}
QUARTER_LABEL = re.compile(r"(\d{4})-Q([1-4])")


@dataclass(frozen=True)
class Window:
    label: str
    first_day: date
    day_after_last: date


def quarter(year: int, number: int) -> Window:
    """Quarter 1 of 2026 is 15/12/2025..14/3/2026: cut-offs run from the 15th to the 14th (domain.md 18)."""
    end = date(year, 3 * number, 15)
    start = date(year - 1, 12, 15) if number == 1 else date(year, 3 * number - 3, 15)
    return Window(f"{year}-Q{number}", start, end)


def quarter_of(day: date) -> Window:
    """The quarter a day falls in; its label's year is the cut-off's, so 15/12/2025 is in 2026-Q1."""
    if day >= date(day.year, 12, 15):
        return quarter(day.year + 1, 1)
    return next(q for n in (1, 2, 3, 4) if day < (q := quarter(day.year, n)).day_after_last)


def period_name(label: str) -> str:
    """How a label reads on the screen: 2026-Q3 is Quý III/2026. Labels without a wording stand as they are."""
    if found := QUARTER_LABEL.fullmatch(label):
        year, number = found.groups()
        return _("Quarter %(number)s/%(year)s") % {"number": ROMAN[int(number)], "year": year}
    return label


def show_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def show_moment(moment: datetime) -> str:
    """In the province's time, whatever zone it was stored in: 15/09/2026 16:20."""
    return f"{timezone.localtime(moment):%d/%m/%Y %H:%M}"
