from typing import Any

from axes.models import AccessFailureLog, AccessLog
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..models import LoginEvent
from ..templatetags.figures import moment
from .base import ReadOnly

for replaced in (AccessLog, AccessFailureLog):  # half of the story each; their old rows are purged like ours
    admin.site.unregister(replaced)


@admin.register(LoginEvent)
class LoginEventAdmin(ReadOnly, admin.ModelAdmin):
    """Who logged in, failed to, or was locked out: for the administrators of the province."""

    actions = None
    list_display = ["happened_at", "act", "username", "user", "address"]
    list_display_links = ["happened_at"]
    list_filter = ["act", "at"]
    list_per_page = 50
    list_select_related = ["user"]
    fields = ["happened_at", "act", "username", "user", "address", "agent"]
    readonly_fields = ["happened_at"]
    search_fields = ["username", "user__full_name", "address"]
    ordering = ["-at", "pk"]
    show_full_result_count = False

    @admin.display(description=_("at"), ordering="at")
    def happened_at(self, event: Any) -> str:
        return moment(event.at)
