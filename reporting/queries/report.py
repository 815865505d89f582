"""What the official report needs beside the overview: who issues it, and what units wrote for its compiler."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from indicators.models import (
    EntryState,
    Period,
    ProgrammeIndicator,
    RoundLine,
    Unit,
    UnitKind,
    UnitSlice,
    User,
    ValueKind,
)
from indicators.official import Desk, desk

from ..known import Known


@dataclass(frozen=True)
class Prose:
    """A narrative section as one unit wrote it. `section`: of the report; empty where nobody said which."""

    section: str
    name: str
    unit: str
    text: str


def issuer(code: str, day: date) -> Desk | None:
    """Who has the code on the day, else the province; None where no province is entered. Two queries, and one more
    where nobody has the code."""
    units: Any = Unit.objects.alive_on(day).with_slice(day)
    asked: Any = Unit.objects.with_code(code, day).with_slice(day)
    unit = asked.order_by("pk").first() if code else None
    unit = unit or units.filter(kind_on_day=UnitKind.PROVINCE).order_by("pk").first()
    return desk(unit, day) if unit else None


def prose_of(period: Period, *, reader: User, known: Known) -> list[Prose]:
    """Of the units whose words the reader may see (domain.md 41, 43), in the order of the form. What stands in a
    programme is a figure and no narrative."""
    asked = RoundLine.objects.filter(round=OuterRef("submission__round"), indicator=OuterRef("indicator"))
    names = UnitSlice.objects.filter(unit=OuterRef("reporter"), valid_from__lt=period.day_after_last)
    newest = names.order_by("-valid_from")
    in_programme = ProgrammeIndicator.objects.filter(indicator=OuterRef("indicator"))
    found: Any = (
        known.observations()
        .visible_to(reader, until=known.until)  # type: ignore[attr-defined]
        .filter(~Exists(in_programme), period=period, definition__value_kind=ValueKind.TEXT)
        .filter(state=EntryState.REPORTED)
        .exclude(text="")
        .annotate(
            line=Subquery(asked.values("order")[:1]),
            whose=Subquery(newest.values("name")[:1]),
            sort=Subquery(newest.values("sort_key")[:1]),
        )
        .select_related("indicator")
        .order_by("line", "indicator", "sort", "pk")
    )
    return [Prose(each.indicator.section, each.indicator.name, each.whose or "", each.text) for each in found]
