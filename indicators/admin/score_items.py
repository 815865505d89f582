"""The parts of a score framework as one table: units and indicators are named by their codes, which the browser
offers from one list a page. Thirty parts with a choice among all of them each would be a page of megabytes."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import numbers
from ..models import Indicator, ScoreItem, Unit
from .base import Inline, UnitLabels, in_scope, named_units

HINTS = {  # what stands in a field of a cell that holds several
    "code": _("code"),
    "parent_code": _("part of"),
    "maximum": _("maximum points"),
    "indicator": _("indicator"),
    "base_indicator": _("denominator of a ratio"),
    "steps": _("4: 20; 3: 15"),
    "full_at": _("all points at"),
}
LONG = ("name", "evidence", "data_source")


class CodeField(forms.Field):
    """`found`: what can be named, by its code, read once a page."""

    def __init__(self, found: Mapping[str, Any], *, offered: str, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"list": offered, "autocomplete": "off"}), **kwargs)
        self.found = found
        self.codes = {row.pk: code for code, row in found.items()}

    def prepare_value(self, value: Any) -> Any:
        return self.codes.get(value, "") if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.codes.get(initial, "") != numbers.normalise(data or "")

    def to_python(self, value: Any) -> Any:
        text = numbers.normalise(value or "")
        if text and text not in self.found:
            raise ValidationError(gettext("“%(text)s” is no code that may be named here.") % {"text": text})
        return self.found[text] if text else None


def units_by_code(request: HttpRequest) -> dict[str, Unit]:
    """Of units that live by the code alone; of others with the day of their end: a code may have passed on."""
    label = UnitLabels().label_from_instance
    found: dict[str, Unit] = {}
    for unit in in_scope(request, named_units()):
        code = unit.code_on_day if unit.ended is None else label(unit)
        if code:
            found.setdefault(code, unit)
    return found


def indicators_by_code() -> dict[str, Indicator]:
    return {row.code: row for row in Indicator.objects.order_by("code", "pk")}


class Offered:
    """What the fields of one page may name; read when the first of them asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.units = units_by_code(request)
        self.indicators = indicators_by_code()

    def lists(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each list's id with its codes and names."""
        return [
            ("offered-units", [(code, str(unit)) for code, unit in self.units.items() if unit.ended is None]),
            ("offered-indicators", [(code, row.name) for code, row in self.indicators.items()]),
        ]


def offered(request: HttpRequest) -> Offered:
    if not hasattr(request, "offered"):
        request.offered = Offered(request)  # type: ignore[attr-defined]
    return request.offered  # type: ignore[attr-defined]


class ItemInline(Inline):
    model = ScoreItem
    ordering = ["order", "code", "pk"]
    template = "admin/indicators/scoreframework/items.html"
    verbose_name_plural = _("groups and components")
    extra = 3

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        made = self._field(db_field, request, **kwargs)
        if db_field.name in HINTS:
            made.widget.attrs["placeholder"] = HINTS[db_field.name]
        return made

    def _field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        facts = {"label": db_field.verbose_name, "required": not db_field.blank, "help_text": db_field.help_text}
        if db_field.related_model is Unit:
            return CodeField(offered(request).units, offered="offered-units", **facts)
        if db_field.related_model is Indicator:
            return CodeField(offered(request).indicators, offered="offered-indicators", **facts)
        if db_field.name in LONG:
            kwargs["widget"] = forms.Textarea(attrs={"rows": 2, "maxlength": db_field.max_length})
        return super().formfield_for_dbfield(db_field, request, **kwargs)
