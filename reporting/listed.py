"""What stands in registers at cut-offs: the rows, the approved lists behind them and how many lists are asked for.
Whatever is counted from registers is counted from this, by register_rules.matches."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count as Number
from django.db.models import DateField, Value
from django.urls import reverse
from django.utils.http import urlencode

from indicators.models import Register, RegisterList, RegisterRow, Submission
from indicators.register_rules import Asked

from .figures import Coverage
from .known import Known
from .register_filter import query_of


@dataclass(frozen=True)
class Listed:
    """By register, at one cut-off. A register without a list has no approved one up to it: none is not zero."""

    rows: Mapping[int, list[RegisterRow]]
    lists: Mapping[int, list[RegisterList]]  # oldest first
    expected: Mapping[int, int]  # lists asked for at this very cut-off
    cut_off: date

    def coverage(self, registers: Collection[int]) -> Coverage:
        n = sum(each.period.last_day == self.cut_off for pk in registers for each in self.lists[pk])
        return Coverage(n, sum(self.expected.get(pk, 0) for pk in registers))

    def is_illustrative(self, registers: Collection[int]) -> bool:
        behind = [each.submission.round for pk in registers for each in self.lists[pk][-1:]]
        behind += [row.listed.submission.round for pk in registers for row in self.rows[pk]]
        return any(each.is_illustrative for each in behind)

    def newest(self, registers: Collection[int]) -> date:
        """The cut-off of the last list, of the register that was listed longest ago."""
        return min(self.lists[pk][-1].period.last_day for pk in registers)

    def address(self, register: Register, asked: Asked, known: Known, **more: str) -> str:
        """Of just the rows that were asked for."""
        query = query_of(asked, self.cut_off) | more | ({"as_of": known.day.isoformat()} if known.day else {})
        return f"{reverse('register', args=[register.code])}?{urlencode(query)}"


def at(registers: Collection[int], cut_offs: Collection[date], known: Known) -> dict[date, Listed]:
    """Three queries, however many registers and cut-offs; none without."""
    if not registers or not cut_offs:
        return {}
    rows: dict[date, dict[int, list[RegisterRow]]] = {day: defaultdict(list) for day in cut_offs}
    for row in _rows(registers, sorted(cut_offs), known):
        rows[row.stood_on][row.listed.register_id].append(row)
    approved = RegisterList.objects.known(known.until).filter(register__in=registers)
    approved = approved.select_related("period", "submission__round")
    lists = list(approved.order_by("period__day_after_last", "pk"))
    expected = _expected(registers, cut_offs)
    return {
        day: Listed(rows[day], _up_to(day, lists), {pk: n for (on, pk), n in expected.items() if on == day}, day)
        for day in cut_offs
    }


def _rows(registers: Collection[int], cut_offs: list[date], known: Known) -> list[Any]:
    """Each with the day on which it stood so; one arm a cut-off."""
    mine = RegisterRow.objects.filter(listed__register__in=registers)
    arms = [
        mine.standing(day, known.until)
        .annotate(stood_on=Value(day, output_field=DateField()))
        .select_related("listed__submission__round")
        .order_by()
        for day in cut_offs
    ]
    found = arms[0].union(*arms[1:], all=True) if arms[1:] else arms[0]
    return sorted(found, key=lambda row: (row.code, row.pk))


def _up_to(day: date, lists: list[RegisterList]) -> dict[int, list[RegisterList]]:
    found: dict[int, list[RegisterList]] = defaultdict(list)
    for each in lists:
        if each.period.last_day <= day:
            found[each.register_id].append(each)
    return found


def _expected(registers: Collection[int], cut_offs: Collection[date]) -> dict[tuple[date, int], int]:
    days = {day + timedelta(days=1) for day in cut_offs}
    due = Submission.objects.filter(round__form__register__in=registers, round__period__day_after_last__in=days)
    of = due.order_by().values_list("round__period__day_after_last", "round__form__register")
    return {(after - timedelta(days=1), pk): n for after, pk, n in of.annotate(Number("pk"))}
