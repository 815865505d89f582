"""Registers, and how indicators are counted from them. Their rows come from the lists that units hand in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import Register, RegisterCount
from .base import Inline, KeptAdmin


class CountInline(Inline):
    model = RegisterCount
    ordering = ["part", "pk"]
    fields = [
        "part",
        "register",
        "code",
        "audience",
        "kind",
        "status",
        "shares_data",
        "via_lgsp",
        "in_official_use",
    ]


@admin.register(Register)
class RegisterAdmin(KeptAdmin):
    """Opening a register to the public is a switch here, off until somebody turns it on."""

    fields = ["code", "name", "kind", "is_public"]
    list_display = ["code", "name", "kind", "is_public", "collected_by"]
    list_display_links = ["code", "name"]
    list_filter = ["kind", "is_public"]
    list_select_related = ["form"]
    search_fields = ["code", "name"]
    ordering = ["code", "pk"]

    @admin.display(description=_("collected by"), ordering="form__code")
    def collected_by(self, register: Register) -> str:
        return register.form.code if hasattr(register, "form") else "–"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was ever listed stays readable."""
        return False
