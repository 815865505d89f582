"""Holidays and swapped days."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from import_export import fields

from ..models import DayKind, SpecialDay
from .base import Resource
from .widgets import ChoiceWidget, DayWidget, TextWidget

SATURDAY = 5


class SpecialDayResource(Resource):
    """One row a day. A holiday may fall on a weekend; a day worked in exchange must."""

    labels = {"day": _("day"), "kind": _("kind of day"), "name": _("occasion")}
    required = ("day", "kind", "name")

    day = fields.Field(attribute="day", widget=DayWidget())
    kind = fields.Field(attribute="kind", widget=ChoiceWidget(DayKind))
    name = fields.Field(attribute="name", widget=TextWidget())

    class Meta:
        model = SpecialDay
        fields = ("day", "kind", "name")
        import_id_fields = ("day",)

    def load(self) -> None:
        self.stored = {row.day: row for row in self.get_queryset()}

    def find(self, values: dict[str, Any]) -> SpecialDay | None:
        return self.stored.get(values["day"])

    def rules(self, instance: SpecialDay) -> Iterator[str]:
        if instance.kind == DayKind.SWAPPED and instance.day.weekday() < SATURDAY:
            yield str(_("Only a Saturday or Sunday is worked in exchange for a holiday."))
