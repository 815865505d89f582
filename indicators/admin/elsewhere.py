"""Base figures, which ratios rest on, and figures of other places: kept as targets are."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from .. import numbers, recording
from ..calendars import show_day
from ..clock import today
from ..models import BaseFigure, ReferenceFigure
from ..resources import BaseFigureResource, ReferenceFigureResource
from .base import unit_name
from .catalogue import of_today
from .tables import TableAdmin
from .targets import RecordedAdmin, StandingFilter


@admin.register(BaseFigure)
class BaseFigureAdmin(TableAdmin, RecordedAdmin):
    """One for each unit, kind and day; of another day is another figure, and both hold."""

    resource_classes = [BaseFigureResource]
    joined = ("unit", "document")
    fixed = ("about", "kind", "day")
    changing = ("value", "source", "document")
    chain = ("unit", "kind", "day")
    list_display = ["about", "at_kind", "day", "printed_value", "source", "from_document", "recorded", "holds"]
    list_display_links = ["about", "printed_value"]
    list_filter = [StandingFilter, "kind", ("day", admin.DateFieldListFilter)]
    list_select_related = ["document", "recorded_by"]
    search_fields = ["unit__slices__name", "source", "document__name"]
    ordering = ["unit", "kind", "-day", "pk"]

    def annotated(self) -> dict[str, Any]:
        return {"unit_name": unit_name("unit", valid_from__lte=today())}

    @admin.display(description=_("kind of base figure"), ordering="kind")
    def at_kind(self, row: BaseFigure) -> str:
        return row.get_kind_display()

    @admin.display(description=_("figure"), ordering="value")
    def printed_value(self, row: BaseFigure) -> str:
        return numbers.show(row.value, 0)

    def named(self, row: Any) -> str:
        unit = getattr(row, "unit_name", None) or str(row.unit)
        return f"{unit}, {row.get_kind_display()}, {show_day(row.day)}"

    record = staticmethod(recording.record_base_figure)
    replace = staticmethod(recording.replace_base_figure)
    withdraw = staticmethod(recording.withdraw)


@admin.register(ReferenceFigure)
class ReferenceFigureAdmin(TableAdmin, RecordedAdmin):
    """Beside the province's figure; in no total and no ranking."""

    resource_classes = [ReferenceFigureResource]
    fixed = ("indicator", "place", "year")
    changing = ("value", "document")
    chain = ("indicator", "place", "year")
    list_display = ["indicator", "place", "year", "printed_value", "from_document", "recorded", "holds"]
    list_filter = [StandingFilter, "place", ("year", admin.AllValuesFieldListFilter)]
    list_select_related = ["indicator", "document", "recorded_by"]
    search_fields = ["indicator__code", "indicator__name", "place", "document__name"]
    ordering = ["indicator__code", "place", "year", "pk"]

    def annotated(self) -> dict[str, Any]:
        return {"unit_of_measure": of_today("unit_of_measure", indicator="indicator")}

    def named(self, row: Any) -> str:
        return f"{row.indicator}, {row.place}, {row.year}"

    record = staticmethod(recording.record_reference_figure)
    replace = staticmethod(recording.replace_reference_figure)
    withdraw = staticmethod(recording.withdraw)
