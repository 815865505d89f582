"""Model and form fields that read and print figures and dates the Vietnamese way."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from . import numbers


class NumberField(forms.Field):
    """The text field of every figure; `decimals` is the definition's, None where none is at hand."""

    widget = forms.TextInput
    default_error_messages = {
        "qualifier": _('Enter the number alone: "%(text)s" carries a word that cannot be kept here.'),
    }

    def __init__(self, *, decimals: int | None = None, percent: bool = False, **kwargs: Any) -> None:
        self.decimals = decimals
        self.percent = percent
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, int | Decimal):
            return Decimal(value)
        text = numbers.normalise(value or "")
        if not text:
            return None
        try:
            number = numbers.parse(text, decimals=self.decimals, percent=self.percent)
        except numbers.Unreadable as refusal:
            raise ValidationError(refusal.sentence, code="unreadable") from refusal
        if number.qualifier:
            raise ValidationError(self.error_messages["qualifier"], code="qualifier", params={"text": text})
        return number.value

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        return numbers.show_in_input(value, _decimals_needed(value), allowed=self.decimals)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}


def _decimals_needed(value: Decimal) -> int:
    """The column fills up with zeros: 53.800000 needs one decimal."""
    return len(f"{value:f}".partition(".")[2].rstrip("0"))


class VietnameseDateField(forms.DateField):
    """dd/mm/yyyy in every language of the page (25/2/2022 too), ISO accepted (domain.md 27)."""

    widget = forms.DateInput(format="%d/%m/%Y")
    input_formats = ["%d/%m/%Y", "%Y-%m-%d"]
    default_error_messages = {"invalid": _("Enter the date as day/month/year, for example 25/02/2022.")}

    def to_python(self, value: Any) -> datetime.date | None:
        return super().to_python(numbers.normalise(value) if isinstance(value, str) else value)


class FigureField(models.DecimalField):
    """A figure of any definition: wide enough for a total of MAX_DIGITS entries with MAX_DECIMALS."""

    def __init__(
        self,
        verbose_name: Any = None,
        name: str | None = None,
        max_digits: int = 18,
        decimal_places: int = 6,
        **kwargs: Any,
    ) -> None:
        super().__init__(verbose_name, name, max_digits, decimal_places, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for option, default in (("max_digits", 18), ("decimal_places", 6)):
            if kwargs[option] == default:
                del kwargs[option]
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        # Past DecimalField.formfield, whose max_digits and step belong to Django's own number input.
        options = {"form_class": NumberField, "decimals": self._decimals_in_forms(), **kwargs}
        return super(models.DecimalField, self).formfield(**options)

    def _decimals_in_forms(self) -> int | None:
        return self.decimal_places if self.decimal_places < numbers.MAX_DECIMALS else None


class _DerivedField(models.CharField):
    """A column computed from another one by save and bulk_create.

    Django asks only the fields that it is told to write: `save(update_fields=["name"])` must name this one
    too; `update` and `bulk_update` leave it stale.
    """

    derive: Callable[[str], str]

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        self.source = source
        super().__init__(*args, **{**kwargs, "editable": False, "blank": True})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"], kwargs["blank"]
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = type(self).derive(getattr(model_instance, self.source) or "")[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value


class FoldedField(_DerivedField):
    """What a search looks in: `source` without case and tones."""

    derive = staticmethod(numbers.fold)


class SortKeyField(_DerivedField):
    """What a list is ordered by: `source` the Vietnamese way, under every collation."""

    derive = staticmethod(numbers.sort_key)
