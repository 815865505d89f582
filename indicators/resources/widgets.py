"""How one cell is read and printed. `clean` raises ValueError with the sentence that the person understands; what
`render` prints, `clean` reads back."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export import widgets

from .. import numbers
from ..calendars import show_day
from ..models import BEGINNING
from ..spreadsheet import FORMULA

LAST_YEAR = 2100
READ_AS_FORMULA = ("=", "@")  # a telephone may begin with a plus, an item of a list with a dash

_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_YES = ("yes", "true", "1", "x", "có")
_NO = ("no", "false", "0", "không")


class FigureWidget(widgets.Widget):
    """A figure as text that `numbers.parse` and a Vietnamese Excel read in one way: "14433", "53,8", "-0,38".

    No dots between thousands: "8.569" has two readings, unless the figure is a whole number (`decimals=0`).
    """

    def __init__(self, *, decimals: int | None = None) -> None:
        super().__init__()
        self.decimals = decimals

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        """Raises ValueError with the sentence that the person understands."""
        if value is None or isinstance(value, Decimal):
            return value
        text = numbers.normalise(str(value))
        if not text:
            return None
        number = numbers.parse(text, decimals=self.decimals, percent=kwargs.get("percent", False))
        if number.qualifier:
            sentence = _('Enter the number alone: "%(text)s" carries a word that cannot be kept here.')
            raise ValueError(sentence % {"text": text})
        return number.value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value is None:
            return ""
        return as_text(value, max(0, -int(value.normalize().as_tuple().exponent)))


def as_text(value: Decimal, decimals: int) -> str:
    return numbers.show(value, decimals).replace(".", "").replace(numbers.MINUS, "-")


class TextWidget(widgets.CharWidget):
    """A text that no spreadsheet takes for a formula. The library's own guard knows "=" alone, and drops it.

    It leaves with an apostrophe before it and comes back without; a formula that never had one is refused.
    """

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = numbers.normalise(super().clean(value, row, **kwargs))
        if text.startswith(READ_AS_FORMULA):
            raise ValueError(_("“%(text)s” is a formula. Enter the text that it stands for.") % {"text": text})
        if any(unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in text):
            raise ValueError(_("The text holds a control character, which cannot be kept."))
        return text[1:] if _is_shielded(text) else text

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        text = super().render(value, **kwargs)
        return f"'{text}" if text.startswith(FORMULA) or _is_shielded(text) else text


def _is_shielded(text: str) -> bool:
    return text.startswith("'") and text.lstrip("'").startswith(FORMULA)


class WholeWidget(widgets.Widget):
    """A small whole number: an order, a number of days. Dots are refused, since none is needed."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        text = str(value)
        if not text:
            return None
        if not re.fullmatch(r"[-−]?[0-9]{1,9}", text):
            raise ValueError(_("“%(text)s” is not a whole number without dots or commas.") % {"text": text})
        return int(text.replace(numbers.MINUS, "-"))


class YearWidget(widgets.Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        text = str(value)
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{4}", text):
            raise ValueError(_("“%(text)s” is not a year of four digits, for example 2030.") % {"text": text})
        return int(text)


class DayWidget(widgets.Widget):
    """dd/mm/yyyy and ISO: 03/04/2025 is 3 April in every language (domain.md 27). A beginning that is not known is
    an empty cell, unless the column says something else by being empty (`writes_beginning`)."""

    def __init__(self, *, writes_beginning: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.writes_beginning = writes_beginning

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        text = str(value or "")
        return read_day(text) if text else None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        if value == BEGINNING:  # as text: Excel's own days begin after it
            return show_day(value) if self.writes_beginning else ""
        if not value:
            return ""
        return value if kwargs.get("force_native_type") else show_day(value)


def read_day(text: str) -> date:
    typed, iso = _DAY.fullmatch(text), _ISO.fullmatch(text)
    parts = iso.groups() if iso else typed.groups()[::-1] if typed else ()
    try:
        day = date(*map(int, parts))
    except (TypeError, ValueError):
        sentence = _("“%(text)s” is not a day. Enter it as day/month/year, for example 25/02/2022.")
        raise ValueError(sentence % {"text": text}) from None
    if not BEGINNING.year <= day.year <= LAST_YEAR:
        raise ValueError(_("The year of “%(text)s” is out of sight.") % {"text": text})
    return day


class ChoiceWidget(widgets.Widget):
    """A choice by its code, by its words in any language of ours whatever their case and tones, or by `also`."""

    def __init__(self, choices: type[models.TextChoices], also: dict[str, str] | None = None) -> None:
        super().__init__()
        self.choices = choices
        self.also = also or {}

    @cached_property
    def readings(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for text, value in [*self._words(), *self.also.items()]:
            found.setdefault(numbers.fold(text), set()).add(value)
        return found

    def _words(self) -> Iterable[tuple[str, str]]:
        for language, _name in settings.LANGUAGES:
            with override(language):
                yield from ((str(choice.label), choice.value) for choice in self.choices)
        yield from ((choice.value, choice.value) for choice in self.choices)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = str(value)
        if not text:
            return ""
        meant = self.readings.get(numbers.fold(text), set())
        if len(meant) != 1:
            offered = "; ".join(f"{choice.value} ({choice.label})" for choice in self.choices)
            sentence = _("“%(text)s” is none of the choices: %(choices)s.")
            raise ValueError(sentence % {"text": text, "choices": offered})
        return next(iter(meant))


class YesNoWidget(widgets.Widget):
    """có, x, yes, true, 1 and không, no, false, 0; printed as yes and no, which are read in every language."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool | None:
        folded = numbers.fold(str(value))
        if not folded:
            return None
        if folded in {numbers.fold(word) for word in _YES}:
            return True
        if folded in {numbers.fold(word) for word in _NO}:
            return False
        raise ValueError(_("“%(text)s” is neither yes nor no.") % {"text": value})

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else "yes" if value else "no"


class LookupWidget(widgets.Widget):
    """One of the rows of a small table by its code; the table is read once an import."""

    def __init__(self, model: type[models.Model], *, unknown: Any) -> None:
        super().__init__()
        self.model = model
        self.unknown = unknown

    @cached_property
    def by_code(self) -> dict[str, Any]:
        return {row.code: row for row in self.model._default_manager.order_by("pk")}  # type: ignore[attr-defined]

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = str(value)
        if not text:
            return None
        if text not in self.by_code:
            raise ValueError(self.unknown % {"text": text})
        return self.by_code[text]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return TextWidget().render(value.code) if value else ""
