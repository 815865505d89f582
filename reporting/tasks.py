"""Tasks of programmes on the pages of readers: read once while no task, unit or programme changes, and shown to
whom `Task.objects.visible_to` shows them."""

from datetime import date

from indicators.models import Indicator, Reader, Task, Unit
from indicators.task_page import TaskRow, rows_of
from indicators.task_states import Tally, tally

from . import facts


@facts.kept("tasks", "catalogue")
def all_tasks(_day: date) -> list[TaskRow]:
    """Two queries, the second where there is any task."""
    return rows_of(Task.objects.that_press())


def of_unit(unit: Unit, reader: Reader, day: date, *, sees_all: bool) -> list[TaskRow]:
    """What the unit leads, supports or follows up, as far as the reader sees it: open ones first."""
    mine = [row for row in all_tasks(day) if unit.pk in row.units]
    seen = [row for row in mine if sees_all or reader.units & row.units]
    return sorted(seen, key=lambda row: row.is_finished)


def of_indicator(indicator: Indicator, reader: Reader, day: date, *, sees_all: bool) -> list[TaskRow]:
    """Open tasks that name it."""
    named = [row for row in all_tasks(day) if row.task.indicator_id == indicator.pk and not row.is_finished]
    return [row for row in named if sees_all or reader.units & row.units]


def of_programme(code: str, day: date) -> Tally:
    """How many stand how, whoever asks; without a code those of all programmes."""
    return tally([row.stands for row in all_tasks(day) if code in ("", row.task.programme.code)])
