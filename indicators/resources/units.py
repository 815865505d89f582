"""Units with their names, places and codes, slice by slice (domain.md 1-5)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import fields

from .. import structure
from ..calendars import show_day
from ..clock import today
from ..models import CodeSystem, Unit, UnitCode, UnitKind, UnitSlice
from ..roles import units_named_by
from .base import Resource, UnitField
from .rows import Row
from .widgets import ChoiceWidget, DayWidget, TextWidget, YesNoWidget

DAY = timedelta(days=1)
GSO_DIGITS = {UnitKind.PROVINCE: 2, UnitKind.DISTRICT: 3, UnitKind.COMMUNE: 5}  # of the statistical office's codes


class ParentField(UnitField):
    """Read as text: the parent may begin in the same table, so it is looked up once all units stand."""

    def clean(self, row: Any, **kwargs: Any) -> str:
        return TextWidget().clean(row[self.column_name])


class UnitResource(Resource):
    """One row a slice: its code, name, kind and parent from a day on; `valid_to` is its last day, as acts write it.

    A slice of an existing unit is found by its code on its day. A code that another slice held before means a new
    unit, unless `same_unit` says that it is the same one under a new name or parent.
    """

    labels = {
        "system": gettext_lazy("code system"),
        "code": gettext_lazy("code"),
        "name": gettext_lazy("name"),
        "kind": gettext_lazy("kind"),
        "parent_code": gettext_lazy("code of the parent unit"),
        "valid_from": gettext_lazy("valid from"),
        "valid_to": gettext_lazy("last day"),
        "same_unit": gettext_lazy("goes on as the same unit"),
        "is_confirmed": gettext_lazy("confirmed"),
        "source": gettext_lazy("where it is established"),
    }
    required = ("system", "code", "name", "kind", "is_confirmed")
    dated_by = "valid_from"
    visible_to_users = False  # its rows are narrowed by `get_queryset`

    system = fields.Field(attribute="system", widget=ChoiceWidget(CodeSystem))
    code = fields.Field(attribute="code", widget=TextWidget())
    name = fields.Field(attribute="name", widget=TextWidget())
    kind = fields.Field(attribute="kind", widget=ChoiceWidget(UnitKind))
    parent_code = ParentField(attribute="parent")
    valid_from = fields.Field(attribute="valid_from", widget=DayWidget())
    valid_to = fields.Field(attribute="last_day", widget=DayWidget())
    same_unit = fields.Field(widget=YesNoWidget())
    is_confirmed = fields.Field(attribute="is_confirmed", widget=YesNoWidget())
    source = fields.Field(attribute="source", widget=TextWidget())

    class Meta:
        model = UnitSlice
        fields = (
            "system",
            "code",
            "name",
            "kind",
            "parent_code",
            "valid_from",
            "valid_to",
            "same_unit",
            "is_confirmed",
            "source",
        )
        import_id_fields = ("system", "code", "valid_from")

    def get_queryset(self) -> models.QuerySet[UnitSlice]:
        rows = UnitSlice.objects.select_related("unit", "parent").order_by("valid_from", "unit", "pk")
        return rows.filter(unit__in=units_named_by(self.user).order_by().values("pk")) if self.user else rows.none()

    def load(self) -> None:
        self.planned: dict[int, UnitSlice] = {}  # number of the row → its slice

    # Reading

    def read_row(self, row: Row, cells: dict[str, Any]) -> None:
        super().read_row(row, cells)
        values = row.values
        if {"system", "code", "kind", "valid_from"} <= set(values):
            values["code"] = self._with_zeros(row, values["system"], values["code"], values["valid_from"])
            digits = GSO_DIGITS.get(values["kind"]) if values["system"] == CodeSystem.GSO else None
            is_known = values["code"] in self.directory.with_text
            if digits and not is_known and not (values["code"].isdigit() and len(values["code"]) == digits):
                sentence = _("A code of the General Statistics Office has %(digits)s digits for this kind of unit.")
                row.faults.append(self.in_cell(row, "code", sentence % {"digits": digits}))
        last = values.get("valid_to")
        if last and values.get("valid_from") and last < values["valid_from"]:
            sentence = _("The last day comes before the first.")
            row.faults.append(self.in_cell(row, "valid_to", sentence))

    def _with_zeros(self, row: Row, system: str, code: str, day: date) -> str:
        """The code that a spreadsheet shortened, where nobody has the short one and one unit the long one."""
        days = (day, today())
        if any(self.directory.holders(code, each, system=system) for each in days):
            return code
        found = {text: each for each in reversed(days) for text in self.directory.with_zeros(code, each)}
        found = {text: each for text, each in found.items() if self.directory.holders(text, each, system=system)}
        if len(found) != 1:
            return code
        [(text, each)] = found.items()
        [unit] = self.directory.holders(text, each, system=system)
        self.say_restored(code, text, self.directory.name_of(unit, each))
        return text

    # Which unit a row is about

    def prepare(self, rows: list[Row]) -> None:
        in_order = sorted(rows, key=lambda row: row.values["valid_from"])
        for row in in_order:
            place = self._slice_for(row)
            for number, other in self.planned.items():
                if other is place:
                    row.faults.append(self.in_cell(row, "code", self._named_twice(number)))
            self.planned[row.number] = place
        for row in in_order:
            self._look_up_parent(row)
            self._settle_last_day(row)

    def _named_twice(self, number: int) -> str:
        return _("Row %(row)s is about the same unit on the same day.") % {"row": number}

    def _slice_for(self, row: Row) -> UnitSlice:
        values = row.values
        system, code, day = values["system"], values["code"], values["valid_from"]
        held = [c for c in self.directory.with_text.get(code, ()) if c.system == system]
        before = [c for c in held if c.valid_from <= day]
        for each in [*reversed(before), *held]:
            for place in self.directory.slices.get(each.unit_id, ()):
                if place.valid_from == day:
                    return self._allowed(row, place)
        unit = self.directory.units[before[-1].unit_id] if before and values.get("same_unit") else None
        if values.get("same_unit") and (unit is None or (unit.ended and unit.ended < day)):
            sentence = _("No unit had this code until %(date)s, so none can go on.")
            row.faults.append(self.in_cell(row, "same_unit", sentence % {"date": show_day(day)}))
        place = UnitSlice(unit=unit or self._begin(system, code, day), valid_from=day)
        places = self.directory.slices.setdefault(place.unit_id, [])
        places.append(place)
        places.sort(key=lambda each: each.valid_from)
        return self._allowed(row, place)

    def _begin(self, system: str, code: str, day: date) -> Unit:
        unit = Unit.objects.create(began=day)
        self.directory.add(unit, UnitCode.objects.create(unit=unit, system=system, code=code, valid_from=day))
        return unit

    def _allowed(self, row: Row, place: UnitSlice) -> UnitSlice:
        if place.unit_id not in self.directory.may_name:
            sentence = _("The unit with this code may not be changed by the person who imports.")
            row.faults.append(self.in_cell(row, "code", sentence))
        place.unit = self.directory.units[place.unit_id]
        return place

    def _look_up_parent(self, row: Row) -> None:
        code = row.values.get("parent_code")
        if code is None:
            return
        day = row.values["valid_from"]
        self.reading = row
        try:
            row.values["parent_code"] = self.unit_named(code, self.days_on(day)) if code else None
        except ValueError as wrong:
            row.faults.append(self.in_cell(row, "parent_code", str(wrong)))

    def days_on(self, day: Any) -> tuple[date, ...]:
        """A slice whose beginning is not known is under a unit of the beginning, else of later."""
        return (day, today()) if day else (today(),)

    def _settle_last_day(self, row: Row) -> None:
        """The day before the unit's next slice says nothing new; any other last day ends the unit."""
        place = self.planned[row.number]
        following = self._next(place)
        last = row.values.get("valid_to")
        if following is None or "valid_to" not in row.values:
            return
        if last and last + DAY != following.valid_from:
            sentence = _("The next name of the same unit holds from %(date)s, so this one ends the day before.")
            row.faults.append(self.in_cell(row, "valid_to", sentence % {"date": show_day(following.valid_from)}))
        row.values["valid_to"] = following.valid_from - DAY

    def _next(self, place: UnitSlice) -> UnitSlice | None:
        return next((p for p in self.directory.slices[place.unit_id] if p.valid_from > place.valid_from), None)

    # Writing

    def find(self, values: dict[str, Any]) -> UnitSlice | None:
        place = self.planned[self.row.number]
        return self.attach(place) if place.pk else None

    def make(self, values: dict[str, Any]) -> UnitSlice:
        return self.attach(self.planned[self.row.number])

    def attach(self, instance: Any) -> Any:
        """By the code of its first day, else the first that its unit ever had."""
        own = self.directory.of_unit.get(instance.unit_id, [])
        on_day = [c for c in own if instance.unit in self.directory.holders(c.code, instance.valid_from)]
        held = next(iter(sorted(on_day, key=lambda c: c.system) or own), None)
        instance.system, instance.code = (held.system, held.code) if held else ("", "")
        following = self._next(instance) if instance.unit_id in self.directory.slices else None
        ends = following.valid_from if following else instance.unit.ended
        instance.last_day = ends - DAY if ends else None
        return instance

    def rules(self, instance: Any) -> Iterator[str]:
        parent = instance.parent_id
        if self.directory.names_all or (parent and parent in self.directory.may_name):
            return
        yield _("Only who administers the province places a unit outside the units that he administers.")

    def parts(self, instance: Any) -> list[models.Model]:
        if self._next(instance) is None:
            instance.unit.ended = instance.last_day + DAY if instance.last_day else None
        return [instance.unit, instance]

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        if instance.unit.ended != self.original.unit.ended:
            instance.unit.save(update_fields=["ended"])

    def faults_of_whole(self) -> list[str]:
        return structure.faults()
