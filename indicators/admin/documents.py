from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import Document
from .base import KeptAdmin, PlainFields


class SignedFilter(admin.SimpleListFilter):
    """By the year of signing; those without a known day are a choice too."""

    title = _("year of signing")
    parameter_name = "signed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        years = Document.objects.dates("signed_on", "year", order="DESC")
        return [*((str(day.year), str(day.year)) for day in years), ("unknown", _("Not known"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == "unknown":
            return queryset.filter(signed_on__isnull=True)
        return queryset.filter(signed_on__year=int(value)) if value else queryset


@admin.register(Document)
class DocumentAdmin(KeptAdmin):
    """What targets, programmes and reorganisations are cited from."""

    formfield_overrides = {**PlainFields.formfield_overrides, models.URLField: {"assume_scheme": "https"}}
    fields = ["name", "signed_on", "signed_by", "address"]
    list_display = ["name", "signed_on", "signed_by"]
    list_filter = [SignedFilter]
    list_select_related = ()
    search_fields = ["name", "signed_by"]
    ordering = ["name", "pk"]
