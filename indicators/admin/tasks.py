"""Tasks of programmes, as administrators keep them. What units say of them stands on the task's own page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..clock import today
from ..models import Task
from ..resources import TaskResource
from ..task_words import said_of
from .base import KeptAdmin, unit_name
from .tables import TableAdmin


@admin.register(Task)
class TaskAdmin(TableAdmin, KeptAdmin):
    """The deadline of a task that stands is moved on its page or by a table, for a reason that stays."""

    resource_classes = [TaskResource]
    fields = [
        "programme",
        "code",
        "text",
        "document",
        "lead",
        "supporting",
        "follower",
        "indicator",
        "due_on",
        "is_illustrative",
    ]
    list_display = ["code", "programme", "text", "led_by", "followed_by", "due_on", "stands"]
    list_display_links = ["code", "text"]
    list_filter = ["programme", ("due_on", admin.DateFieldListFilter), "is_illustrative"]
    list_select_related = ["programme"]
    search_fields = ["code", "text", "programme__name"]
    ordering = ["programme__code", "code", "pk"]

    def get_queryset(self, request: HttpRequest) -> Any:
        names = {f"{side}_name": unit_name(side, valid_from__lte=today()) for side in ("lead", "follower")}
        return super().get_queryset(request).annotate(**names)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["due_on"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was once asked for stays readable."""
        return False

    @admin.display(description=_("lead unit"), ordering="lead_name")
    def led_by(self, task: Any) -> str:
        return task.lead_name or "–"

    @admin.display(description=_("unit that follows it up"), ordering="follower_name")
    def followed_by(self, task: Any) -> str:
        return task.follower_name or "–"

    @admin.display(description=_("state"))
    def stands(self, task: Task) -> str:
        return said_of(task.state).word
