"""What the styles of a workbook make of a number: how it is shown, and whether it is a day (ECMA-376, 18.8.30)."""

import re
from datetime import datetime, time, timedelta

from .xml import Attributes, Walk

# The formats that a file may name by number alone; those of days hold the letters by which days are known.
BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), "dd/mm/yyyy"),
    **dict.fromkeys((18, 19, 20, 21, *range(32, 36)), "hh:mm:ss"),
    22: "dd/mm/yyyy hh:mm",
    37: "#,##0",
    38: "#,##0",
    39: "#,##0.00",
    40: "#,##0.00",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}
_ASIDE = re.compile(r'"[^"]*"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]|[_\\*].', re.IGNORECASE)
_DAY = re.compile("[dmyhs]", re.IGNORECASE)
_SPAN = re.compile(r"\[(?:hh?|mm?|ss?)\]", re.IGNORECASE)
_SINCE_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - days in a sheet have no zone
_SINCE_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_MILLISECONDS = 86_400_000


class Formats:
    """The number format of each style of cells, by its place."""

    def __init__(self) -> None:
        self.named = dict(BUILT_IN)
        self.numbers: list[int] = []
        self.part = ""

    def walk(self, namespaces: tuple[str, ...]) -> Walk:
        """Differential formats and those of named styles hold the same tags; their numbers are of another list."""
        starts = {
            "numFmts": lambda _attributes: self._enter("names"),
            "cellXfs": lambda _attributes: self._enter("cells"),
            "numFmt": self._name,
            "xf": self._add,
        }
        return Walk(namespaces, starts, {"numFmts": self._leave, "cellXfs": self._leave})

    def __getitem__(self, style: int) -> str:
        """A file without styles shows every number in general."""
        return self.named.get(self.numbers[style], "General") if style or self.numbers else "General"

    def _name(self, attributes: Attributes) -> None:
        if self.part == "names":
            self.named[int(attributes["numFmtId"])] = attributes.get("formatCode", "General")

    def _enter(self, part: str) -> None:
        self.part = part

    def _leave(self, _text: str) -> None:
        self.part = ""

    def _add(self, attributes: Attributes) -> None:
        if self.part == "cells":
            self.numbers.append(int(attributes.get("numFmtId", 0)))


def is_day(number_format: str) -> bool:
    return _DAY.search(_ASIDE.sub("", number_format.partition(";")[0])) is not None


def day_of(value: int | float, number_format: str, *, since_1904: bool) -> datetime | time | timedelta | None:
    """None where Excel shows #### instead. It takes 1900 for a leap year, so its days before March are one off."""
    try:
        if _SPAN.search(number_format.partition(";")[0]):
            return timedelta(milliseconds=round(value * _MILLISECONDS))
        days, part = divmod(value, 1)
        moment = timedelta(milliseconds=round(part * _MILLISECONDS))
        if value < 0:
            return None
        if value < 1 and moment.days == 0:
            return (_SINCE_1900 + moment).time()
        if value < 60 and not since_1904:
            days += 1
        return (_SINCE_1904 if since_1904 else _SINCE_1900) + timedelta(days=days) + moment
    except (OverflowError, ValueError):
        return None
