"""What every list and form of the admin shares: dates as day/month/year, search without case and tones, units by
their names, and lists whose number of queries does not grow with their rows."""

from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from .. import numbers
from ..clock import today
from ..fields import VietnameseDateField
from ..models import Unit, UnitSlice, User

DAY = forms.DateInput(format="%d/%m/%Y", attrs={"size": 10})


def person(request: HttpRequest) -> User:
    """Whoever asks; the admin site has sent everybody else to the login."""
    return cast(User, request.user)


def unit_name(unit: str, *, column: str = "name", **valid: Any) -> Subquery:
    """The name of the unit that `unit` points to, on a day: `unit_name("unit", valid_from__lte=today())`."""
    slices = UnitSlice.objects.filter(unit=OuterRef(unit), **valid)
    return Subquery(slices.order_by("-valid_from").values(column)[:1])


def named_units(day: date | None = None) -> QuerySet[Unit]:
    return Unit.objects.with_slice(day or today()).order_by(F("sort_on_day"), "pk")


class PlainFields(BaseModelAdmin):
    """Dates are typed as day/month/year; a choice among units shows their names and is read once a page.

    Figures need nothing here: FigureField brings its own form field.
    """

    formfield_overrides = {models.DateField: {"form_class": VietnameseDateField, "widget": DAY}}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            for act in ("add", "change", "delete", "view"):  # a choice only chooses what it names
                setattr(field.widget, f"can_{act}_related", False)
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Unit:
            kwargs.setdefault("queryset", named_units())
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.choices = list(cast(Any, field.choices))  # or every row of an inline would ask again
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Unit:
            kwargs.setdefault("queryset", named_units())
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class CatalogueAdmin(PlainFields, admin.ModelAdmin):
    """For tables of hundreds of rows: the search folds in Python, so any column can be searched."""

    list_per_page = 50
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = numbers.fold(search_term).split()
        if not words:
            return queryset, False
        rows = queryset.order_by("pk").values_list("pk", *self.get_search_fields(request))
        found = {pk for pk, *texts in rows if _holds(words, texts)}
        return queryset.filter(pk__in=found), False


def _holds(words: list[str], texts: list[str | None]) -> bool:
    folded = numbers.fold(" ".join(filter(None, texts)))
    return all(word in folded for word in words)


class FoldedSearch(admin.ModelAdmin):
    """For long tables: `search_fields` names folded columns, which the database searches itself."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        folded = numbers.fold(search_term)
        return super().get_search_results(request, queryset, folded)


class ReadOnly:
    """Nothing is added, changed or deleted here; who may look is asked as usual."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class InlineForm(forms.ModelForm):
    def _post_clean(self) -> None:
        """Django leaves an inline's parent out of what it validates, and with it every constraint that names the
        parent; here the parent is known, so the database's refusal comes as its sentence."""
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                self.instance.validate_constraints()
            except ValidationError as refused:
                self._update_errors(refused)  # type: ignore[attr-defined]


class Inline(PlainFields, admin.TabularInline):
    form = InlineForm
    extra = 0
