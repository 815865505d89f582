"""What every list and form of the admin shares: dates as day/month/year, search without case and tones, units by
their names, rows and choices within the asking person's scope, and lists whose number of queries does not grow with
their rows."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from simple_history.admin import SimpleHistoryAdmin

from .. import numbers
from ..calendars import show_day
from ..clock import today
from ..fields import VietnameseDateField
from ..models import Unit, UnitSlice, User
from ..refusals import Refused
from ..roles import administers_province, units_named_by
from . import past

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


def keeps_all_accounts(request: HttpRequest) -> bool:
    """A superuser or the administrator of the province. Looked up once a request."""
    if not hasattr(request, "keeps_all"):
        user = person(request)
        request.keeps_all = user.is_superuser or administers_province(user)  # type: ignore[attr-defined]
    return bool(request.keeps_all)  # type: ignore[attr-defined]


def in_scope(request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of `rows` that the asking person may see, for every model whose manager has `visible_to`.

    Two exceptions. Who keeps the catalogue finds every unit (`roles.units_named_by`). Who keeps all accounts
    finds those without any membership too, or nobody could give them one.
    """
    manager: Any = rows.model._default_manager
    if not hasattr(manager, "visible_to"):
        return rows
    if rows.model is Unit:
        return rows.filter(pk__in=units_named_by(person(request)).order_by().values("pk"))
    if rows.model is User and keeps_all_accounts(request):
        return rows
    return rows.filter(pk__in=manager.visible_to(person(request)).order_by().values("pk"))


class UnitLabels:
    """With code and end: two units bore the name Xã Mường Than, one of them ended (domain.md 1)."""

    def label_from_instance(self, obj: Any) -> str:
        named = {"unit": str(obj), "code": obj.code_on_day or "–"}
        if obj.ended is None:
            return gettext("%(unit)s (%(code)s)") % named
        return gettext("%(unit)s (%(code)s), ended on %(date)s") % {**named, "date": show_day(obj.ended)}


class UnitChoice(UnitLabels, forms.ModelChoiceField):
    pass


class UnitChoices(UnitLabels, forms.ModelMultipleChoiceField):
    pass


class Scoped(BaseModelAdmin):
    """Rows, and choices among units and accounts, are those in the asking person's scope: in lists, inlines,
    searches, autocompletes and exports, which all begin with `get_queryset`."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return in_scope(request, super().get_queryset(request))

    def _choose_in_scope(self, db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> None:
        if db_field.related_model is Unit:
            kwargs.setdefault("queryset", in_scope(request, named_units()))
        if db_field.related_model is User:
            kwargs.setdefault("queryset", in_scope(request, User.objects.order_by("username", "pk")))


class PlainFields(Scoped):
    """Dates are typed as day/month/year; a choice among units shows their names and is read once a page.

    Figures need nothing here: FigureField brings its own form field.
    """

    formfield_overrides = {
        models.DateField: {"form_class": VietnameseDateField, "widget": DAY},
        models.URLField: {"assume_scheme": "https"},
    }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            for act in ("add", "change", "delete", "view"):  # a choice only chooses what it names
                setattr(field.widget, f"can_{act}_related", False)
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self._choose_in_scope(db_field, request, kwargs)
        if db_field.related_model is Unit:
            kwargs.setdefault("form_class", UnitChoice)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.choices = list(cast(Any, field.choices))  # or every row of an inline would ask again
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self._choose_in_scope(db_field, request, kwargs)
        if db_field.related_model is Unit:
            kwargs.setdefault("form_class", UnitChoices)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class CatalogueAdmin(PlainFields, admin.ModelAdmin):
    """For tables of hundreds of rows: the search folds in Python, so any column can be searched."""

    list_per_page = 50
    show_full_result_count = False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """One object is read through the scope; what is not in it is not there at all, for every page of it."""
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

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


class KeptAdmin(CatalogueAdmin, SimpleHistoryAdmin):
    """For tables whose rows keep their history, which is read here and not put back: the library's "revert" asks
    for no right to change and passes by the checks of the page, so what was is typed anew.

    The library finds past rows by number, whoever asks; here the history of a scoped row is read through the row.
    Once the row is gone, nobody's scope holds it any more.
    """

    within: ClassVar[past.Within] = ()  # whose changes stand on the page too
    shows_past_form: ClassVar[bool] = True

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        self._require_in_scope(request, object_id)
        return past.page(self, request, int(object_id), within=self.within, more=self.acts_beside(int(object_id)))

    def acts_beside(self, pk: int) -> Iterable[past.Act]:
        """What no history of a table tells."""
        return ()

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        self._require_in_scope(request, object_id)
        if not self.shows_past_form:
            raise Http404
        if request.method == "POST":
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)

    def _require_in_scope(self, request: HttpRequest, object_id: str) -> None:
        if not object_id.isdecimal():
            raise Http404
        if hasattr(self.model._default_manager, "visible_to") and not keeps_all_accounts(request):
            self.get_object(request, object_id)


class RefusalInForm(admin.ModelAdmin):
    """A refusal raised while a page is saved takes back all of it; then it stands in the form as its error, beside
    everything as it was typed. For adding and changing alike."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:  # the library's transaction is rolled back by now
            request.refusal = refused.sentence  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        sentence = getattr(request, "refusal", "")
        return _refused(form, sentence) if sentence else form


def _refused(form: Any, sentence: str) -> Any:
    class RefusedForm(form):
        def clean(self) -> Any:
            super().clean()
            raise ValidationError(sentence, code="refused")

    return RefusedForm


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


class LabelledRows(forms.models.BaseInlineFormSet):
    """The fields of a table have no labels of their own: each says its column to those who hear the page."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            widget: Any = getattr(field.widget, "widget", field.widget)  # behind Django's links that add and change
            widget.attrs.setdefault("aria-label", field.label)


class Inline(PlainFields, admin.TabularInline):
    """Ends in an empty row: the link that adds rows needs JavaScript. Left as it is, it is not saved."""

    form = InlineForm
    formset = LabelledRows
    extra = 1
