"""All units of one import in memory: whom a code means on a day, and which code a unit has. Three queries, and
one more for a text that is no code."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from ..calendars import show_day
from ..models import Unit, UnitAlias, UnitCode, UnitSlice, User
from ..numbers import fold
from ..roles import units_named_by


class Directory:
    """Holds to `Unit.objects.with_code`; `may_name` are the units that the importing person may name."""

    def __init__(self, user: User | None) -> None:
        self.units = {unit.pk: unit for unit in Unit.objects.order_by("pk")}
        self.slices: dict[int, list[UnitSlice]] = {}
        for place in UnitSlice.objects.order_by("valid_from", "pk"):
            self.slices.setdefault(place.unit_id, []).append(place)
        self.with_text: dict[str, list[UnitCode]] = {}
        self.of_unit: dict[int, list[UnitCode]] = {}
        for row in UnitCode.objects.order_by("valid_from", "system", "pk"):
            self._keep(row)
        may_name = units_named_by(user).order_by("pk").values_list("pk", flat=True) if user else ()
        self.may_name = set(may_name)
        self.names_all = bool(user and user.is_superuser) or (bool(self.units) and self.may_name >= set(self.units))

    def add(self, unit: Unit, code: UnitCode) -> None:
        """A unit that this import begins; whoever begins it may name it."""
        self.units[unit.pk] = unit
        self.may_name.add(unit.pk)
        self._keep(code)
        self.of_unit[unit.pk].sort(key=lambda row: row.valid_from)
        self.with_text[code.code].sort(key=lambda row: row.valid_from)

    def _keep(self, row: UnitCode) -> None:
        self.with_text.setdefault(row.code, []).append(row)
        self.of_unit.setdefault(row.unit_id, []).append(row)

    def holders(self, code: str, day: date, *, system: str = "") -> list[Unit]:
        """The units a code means on a day, at most one in each system."""
        rows = [row for row in self.with_text.get(code, ()) if row.valid_from <= day]
        newest = {row.system: row for row in rows if system in ("", row.system)}
        pks = {row.unit_id for row in newest.values() if not self._is_renumbered(row, day)}
        return [self.units[pk] for pk in sorted(pks) if self._lives(self.units[pk], day)]

    def _is_renumbered(self, held: UnitCode, day: date) -> bool:
        own = self.of_unit[held.unit_id]
        return any(row.system == held.system and held.valid_from < row.valid_from <= day for row in own)

    @staticmethod
    def _lives(unit: Unit, day: date) -> bool:
        return unit.began <= day and (unit.ended is None or day < unit.ended)

    def find(self, code: str, days: tuple[date, ...]) -> tuple[Unit, str, date]:
        """(unit, its code, the day on which it has it): the first of `days` on which somebody has the code, and
        only where nobody has it on any of them the code with the zeros that a spreadsheet took (domain.md 5).
        Raises ValueError where nobody or more than one unit is meant."""
        for day in days:
            if units := self.holders(code, day):
                return self._one(units, code, day), code, day
        for day in days:
            long = {unit: text for text in self.with_zeros(code, day) for unit in self.holders(text, day)}
            if long:
                unit = self._one(list(long), code, day)
                return unit, long[unit], day
        raise ValueError(self._not_found(code, days[0]))

    def _not_found(self, text: str, day: date) -> str:
        """Names mislead, so no row is matched by one; but who bears it, or is spelt so, is said with the code."""
        folded = fold(text)
        spelt = set(UnitAlias.objects.filter(search=folded).order_by("pk").values_list("unit", flat=True))
        alike = [
            unit
            for unit in (self.units[pk] for pk in sorted(self.may_name))
            if self._lives(unit, day) and (unit.pk in spelt or fold(self.name_of(unit, day)) == folded)
        ]
        if not folded or not alike:
            return _unknown(text)
        named = ", ".join(f"{self.name_of(unit, day)} ({self.code_of(unit, (day,))})" for unit in alike)
        sentence = _("“%(text)s” is a name and no code; it may be: %(units)s.")
        return sentence % {"text": text, "units": named}

    def with_zeros(self, code: str, day: date) -> Iterator[str]:
        """Codes in use on a day that are `code` with zeros before it."""
        if not code.isdigit():
            return
        for text in self.with_text:
            is_longer = len(text) > len(code) and text.lstrip("0") == code.lstrip("0")
            if is_longer and self.holders(text, day):
                yield text

    def _one(self, units: list[Unit], code: str, day: date) -> Unit:
        named = [unit for unit in units if unit.pk in self.may_name]
        if not named:
            raise ValueError(_unknown(code))
        if len(named) > 1:
            raise ValueError(self._several(code, day, named))
        return named[0]

    def _several(self, code: str, day: date, units: list[Unit]) -> str:
        names = ", ".join(self.name_of(unit, day) for unit in units)
        sentence = _("“%(code)s” may mean several units on %(date)s: %(units)s.")
        return sentence % {"code": code, "date": show_day(day), "units": names}

    def living(self, kind: str, day: date) -> list[Unit]:
        """The units of a kind that live on a day and that may be named."""
        units = [self.units[pk] for pk in sorted(self.may_name) if self._lives(self.units[pk], day)]
        return [unit for unit in units if self._kind_on(unit, day) == kind]

    def _kind_on(self, unit: Unit, day: date) -> str:
        kinds = [place.kind for place in self.slices.get(unit.pk, ()) if place.valid_from <= day]
        return kinds[-1] if kinds else ""

    def code_of(self, unit: Unit, days: tuple[date, ...]) -> str:
        """The code that means this unit alone on the first of `days` that has one, else its first code."""
        own = self.of_unit.get(unit.pk, [])
        for day in days:
            for row in sorted(own, key=lambda row: row.system):
                if self.holders(row.code, day) == [unit]:
                    return row.code
        return own[0].code if own else ""

    def name_of(self, unit: Unit, day: date) -> str:
        places = self.slices.get(unit.pk, [])
        named = [place for place in places if place.valid_from <= day] or places[:1]
        return named[-1].name if named else self.code_of(unit, (day,)) or str(unit)


def _unknown(code: str) -> str:
    return _("No unit that may be named here has the code “%(code)s”.") % {"code": code}
