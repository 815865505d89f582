"""Registers, and how indicators are counted from them. Their rows come from the lists that units hand in."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import computing
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


class RegisterForm(ModelForm):
    """Formulas know a register by its code, so a code in which one counts stays."""

    def clean_code(self) -> str:
        code, before = self.cleaned_data["code"], self.initial.get("code", "")
        if before and code != before and (counting := computing.counting_in(before)):
            sentence = _("The code %(code)s stands in the formula of %(codes)s; change that first.")
            raise ValidationError(sentence % {"code": before, "codes": ", ".join(counting)})
        return str(code)


@admin.register(Register)
class RegisterAdmin(KeptAdmin):
    """Opening a register to the public is a switch here, off until somebody turns it on."""

    form = RegisterForm

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
