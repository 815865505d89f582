"""Who has not reported, and how many units have: what the overview says of reports."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from indicators.models import Period

from .. import figures
from ..asked import Field, Report
from ..figures import Coverage


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


def published_units(reports: list[Report]) -> Coverage:
    """Units all of whose reports are published, of the units asked."""
    published: dict[int, bool] = defaultdict(lambda: True)
    for report in reports:
        published[report.unit] &= report.published_at is not None
    return Coverage(sum(published.values()), len(published))


def owed_of(field: Field, on: date, period: Period) -> list[Owed]:
    """Reports not handed in, worst first; those of parts of the period with their own."""
    late = [r for r in field.reports if r.handed_in_at is None]
    late.sort(key=lambda r: (r.due_on or date.max, field.units[r.unit].sort_on_day or "", r.unit, r.round.pk))
    return [
        Owed(
            unit=field.name(r.unit),
            code=field.units[r.unit].code_on_day or "",
            form=str(r.round) if r.round.period_id != period.pk else r.round.form.name,
            contact=r.round.form.contact,
            due_on=r.due_on,
            days_late=figures.days_late(r.due_on or on, on),
            is_locked=r.round.is_locked,
        )
        for r in late
    ]
