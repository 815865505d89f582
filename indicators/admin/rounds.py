from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ..models import Period, Round, RoundLine
from ..opening import open_round
from ..refusals import Refused
from .base import CatalogueAdmin, Inline, ReadOnly


@admin.register(Period)
class PeriodAdmin(CatalogueAdmin):
    list_display = ["__str__", "label", "calendar", "first_day", "last_day"]
    list_filter = ["calendar"]
    list_select_related = ()
    search_fields = ["label"]
    ordering = ["-day_after_last", "-first_day", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Period]:
        has_rounds = Exists(Round.objects.filter(period=OuterRef("pk")))
        return super().get_queryset(request).annotate(has_rounds=has_rounds)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Reports stand on a period's days; it is shown and not changed once a round asks for it."""
        fixed = obj is not None and obj.has_rounds
        return ["calendar", "label", "first_day", "day_after_last"] if fixed else []

    @admin.display(description=_("last day"), ordering="day_after_last")
    def last_day(self, period: Period) -> Any:
        return period.last_day


class OpenRoundForm(forms.ModelForm):
    """What opening a round asks for; `refusal` is the sentence of an attempt that was turned down."""

    refusal = ""

    class Meta:
        model = Round
        fields = ["form", "period", "due_on"]

    def clean(self) -> dict[str, Any] | None:
        if self.refusal:
            raise forms.ValidationError(self.refusal, code="refused")
        return super().clean()


class RoundLineInline(ReadOnly, Inline):
    model = RoundLine
    fields = readonly_fields = ("order", "indicator", "subject_rule", "is_mandatory")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoundLine]:
        return super().get_queryset(request).select_related("indicator")


@admin.register(Round)
class RoundAdmin(CatalogueAdmin):
    """A round is opened here and then only looked at: it keeps what was asked."""

    form = OpenRoundForm
    inlines = [RoundLineInline]
    list_display = ["form", "period", "opens_on", "due_on", "handed_in", "locked_at"]
    list_filter = ["form"]
    list_select_related = ["form", "period"]
    search_fields = ["form__code", "form__name", "period__label"]
    ordering = ["-period__day_after_last", "form__code", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Round]:
        sent = Count("submissions", filter=Q(submissions__handed_in_at__isnull=False))
        return super().get_queryset(request).annotate(n_expected=Count("submissions"), n_handed_in=sent)

    @admin.display(description=_("handed in"))
    def handed_in(self, round_: Any) -> str:
        return f"{round_.n_handed_in}/{round_.n_expected}"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = ["form", "period", "due_on"]
        kept = ["opens_on", "asks_sign_off", "asks_verification", "asks_publication", "locked_at"]
        return asked + kept if obj else asked

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return self.inlines if obj else []

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A refusal takes back the whole attempt and then stands in the form as its error."""
        try:
            return super().add_view(request, form_url, extra_context)
        except Refused as refused:
            request.refusal = refused.sentence  # type: ignore[attr-defined]
            return super().add_view(request, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", "")  # type: ignore[attr-defined]  # a class of this request
        return form

    def save_model(self, request: HttpRequest, obj: Round, form: Any, change: bool) -> None:
        opened = open_round(obj.form, obj.period, due_on=obj.due_on)
        obj.pk, obj.opens_on = opened.pk, opened.opens_on
