"""How a task's state is said: a word and a shape."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .calendars import show_day
from .models import Task
from .task_states import TaskState
from .wording import Said

WORDS = {
    TaskState.OVERDUE: (gettext_lazy("Past its deadline"), "missing"),
    TaskState.CLAIMED: (gettext_lazy("Reported as done, waiting for confirmation"), "waiting"),
    TaskState.UNDER_WAY: (gettext_lazy("Under way, within its time"), "draft"),
    TaskState.DONE_LATE: (gettext_lazy("Done late"), "late"),
    TaskState.DONE: (gettext_lazy("Done in time"), "done"),
}


def said_of(state: TaskState) -> Said:
    word, shape = WORDS[state]
    return Said(str(word), shape)


def due_of(task: Task) -> str:
    return show_day(task.due_on) if task.due_on else _("Regular task")
