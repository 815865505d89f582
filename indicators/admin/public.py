"""What everybody may read without an account is switched on and off here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..models import PublicPage
from .base import KeptAdmin

WHAT_BECOMES_PUBLIC = _(
    "While it is open, everybody on the Internet reads the summary of this programme at /public/, without an "
    "account: the published figures of the province, each with its period, cut-off day, source and publication. "
    "Not there: figures that are not published, breakdowns by unit, the list of reports not sent, and telephone "
    "numbers. Opening and closing take effect at once, but a browser may go on showing what it read up to five "
    "minutes before."
)


@admin.register(PublicPage)
class PublicPageAdmin(KeptAdmin):
    """One row a programme; closed until somebody opens it. Who opened and closed it stands in its history."""

    fieldsets = [(None, {"fields": ["programme", "is_open"], "description": WHAT_BECOMES_PUBLIC})]
    list_display = ["programme", "is_open"]
    list_select_related = ["programme"]
    search_fields = ["programme__code", "programme__name"]
    ordering = ["programme__code", "pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Another programme is another row, with a history of its own."""
        return ["programme"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def view_on_site(self, page: PublicPage) -> str | None:
        return reverse("public") if page.is_open else None
