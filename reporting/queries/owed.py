"""Which reports of a period have not been handed in, and whom to call."""

from dataclasses import dataclass
from datetime import date

from .. import figures
from ..asked import Field


@dataclass(frozen=True)
class Owed:
    """A report that has not been handed in, and whom to call about it."""

    unit: str
    code: str
    form: str
    contact: str
    due_on: date | None
    days_late: int
    is_locked: bool


def owed_of(field: Field, on: date) -> list[Owed]:
    """Reports not handed in, worst first."""
    late = [r for r in field.reports if r.handed_in_at is None]
    late.sort(key=lambda r: (r.due_on or date.max, field.units[r.unit].sort_on_day or "", r.unit, r.round.pk))
    return [
        Owed(
            unit=field.name(r.unit),
            code=field.units[r.unit].code_on_day or "",
            form=r.round.form.name,
            contact=r.round.form.contact,
            due_on=r.due_on,
            days_late=figures.days_late(r.due_on or on, on),
            is_locked=r.round.is_locked,
        )
        for r in late
    ]
