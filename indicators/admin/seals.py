from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ..calendars import show_day
from ..models import Seal
from ..templatetags.figures import moment
from .base import ReadOnly


@admin.register(Seal)
class SealAdmin(ReadOnly, admin.ModelAdmin):
    """The check code of each day, to be printed and kept outside the system."""

    actions = None
    list_display = ["number", "of_day", "sealed_at", "heads", "check_code", "mailed"]
    list_display_links = ["number", "of_day"]
    list_filter = ["day"]
    list_per_page = 31
    list_select_related = ()
    fields = ["number", "of_day", "sealed_at", "heads", "check_code", "hash", "previous_hash", "mailed"]
    readonly_fields = ["of_day", "sealed_at", "check_code", "mailed"]
    search_fields = ["hash"]
    ordering = ["-number", "pk"]
    show_full_result_count = False
    change_list_template = "admin/indicators/seal/change_list.html"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """A code is printed in groups and may be typed so."""
        return super().get_search_results(request, queryset, "".join(search_term.split()))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "keeper": settings.SEAL_KEEPER})

    @admin.display(description=_("day"), ordering="day")
    def of_day(self, seal: Seal) -> str:
        return show_day(seal.day)

    @admin.display(description=_("sealed at"), ordering="at")
    def sealed_at(self, seal: Seal) -> str:
        return moment(seal.at)

    @admin.display(description=_("check code"), ordering="hash")
    def check_code(self, seal: Seal) -> str:
        return seal.code

    @admin.display(description=_("mailed at"), ordering="mailed_at")
    def mailed(self, seal: Seal) -> str:
        return moment(seal.mailed_at) if seal.mailed_at else "–"
