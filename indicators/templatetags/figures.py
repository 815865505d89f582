"""The only way a figure, a day or a moment is printed on a page."""

import datetime
from decimal import Decimal
from typing import Protocol

from django import template
from django.utils.timezone import localtime

from .. import numbers

register = template.Library()


class Figure(Protocol):
    value: Decimal | None
    decimals: int
    qualifier: str


@register.filter
def figure(figure: Figure | None) -> str:
    """An entry, observation or total as written; nothing where there is no value: its state says why."""
    if figure is None or figure.value is None:
        return ""
    return numbers.show(figure.value, figure.decimals, figure.qualifier)


@register.filter
def with_unit(printed: Figure | str | None, unit: str) -> str:
    """`{{ entry|with_unit:unit }}`, or behind `figure`."""
    return numbers.with_unit(printed if isinstance(printed, str) else figure(printed), unit)


@register.filter
def day(date: datetime.date | None) -> str:
    """25/02/2022; of a moment the local day (domain.md 20, 27)."""
    if not date:
        return ""
    return f"{localtime(date) if isinstance(date, datetime.datetime) else date:%d/%m/%Y}"


@register.filter
def moment(moment: datetime.datetime | None) -> str:
    """15/09/2026 16:20, local time (domain.md 20, 27)."""
    return f"{localtime(moment):%d/%m/%Y %H:%M}" if moment else ""
