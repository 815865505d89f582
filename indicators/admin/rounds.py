from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models import Period, ReportingForm, Round, SpecialDay, State
from ..opening import open_round
from ..refusals import Refused
from ..resources import SpecialDayResource
from .base import CatalogueAdmin, KeptAdmin, ReadOnly, person
from .round_acts import ACTS, Act
from .round_forms import OpenRoundForm, PeriodForm, begun
from .round_page import page
from .tables import TableAdmin


@admin.register(SpecialDay)
class SpecialDayAdmin(TableAdmin, KeptAdmin):
    """Due dates of rounds that stand are kept; a day entered later counts for the rounds opened after it."""

    resource_classes = [SpecialDayResource]
    list_display = ["day", "kind", "name"]
    list_filter = ["kind"]
    list_select_related = ()
    search_fields = ["name"]
    ordering = ["-day", "pk"]


@admin.register(Period)
class PeriodAdmin(CatalogueAdmin):
    form = PeriodForm
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


@admin.register(Round)
class RoundAdmin(ReadOnly, CatalogueAdmin):
    """A round is opened, extended, locked and unlocked here, and units are added or taken out; the lines that it
    asked are never changed."""

    list_display = ["form", "period", "opens_on", "due_on", "handed_in", "locked_at"]
    list_filter = ["form", ("locked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["form", "period"]
    search_fields = ["form__code", "form__name", "period__label"]
    ordering = ["-period__day_after_last", "form__code", "pk"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Round]:
        expected = ~Q(submissions__state=State.CLOSED)
        sent = Count("submissions", filter=expected & Q(submissions__handed_in_at__isnull=False))
        counts = {"n_expected": Count("submissions", filter=expected), "n_handed_in": sent}
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=_("handed in"))
    def handed_in(self, round_: Any) -> str:
        return f"{round_.n_handed_in}/{round_.n_expected}"

    # --- Opening: first which form, then which of its periods

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        asked = request.POST.get("form") or request.GET.get("form")
        if asked is None:
            return self._choose_form(request)
        form = ReportingForm.objects.filter(pk=asked).first() if asked.isdecimal() else None
        if form is None:
            raise Http404
        return self._open(request, form)

    def _choose_form(self, request: HttpRequest) -> HttpResponse:
        forms = ReportingForm.objects.annotate(n_units=Count("units", distinct=True)).order_by("code", "pk")
        return self.answer(
            request, "admin/indicators/round/choose.html", title=gettext("Open a round"), forms=forms
        )

    def _open(self, request: HttpRequest, asked: ReportingForm) -> HttpResponse:
        """Another period than the page was drawn for is shown with its units before anything is opened."""
        form = OpenRoundForm(request.POST, asked=asked) if request.method == "POST" else begun(asked, {})
        if form.is_bound and form.asks_for_another_window(request.POST):
            form = form.begun_anew()
        refused = ""
        if form.is_valid():
            try:
                return self._opened(request, form)
            except Refused as barred:
                refused = barred.sentence
        title = gettext("Open a round of %(form)s") % {"form": asked}
        return self.answer(
            request, "admin/indicators/round/open.html", refused=refused, title=title, form=form, asked=asked
        )

    def _opened(self, request: HttpRequest, form: OpenRoundForm) -> HttpResponse:
        """One transaction: a refusal leaves no period behind either."""
        with transaction.atomic():
            period, said = form.period_to_open(), form.cleaned_data
            if Round.objects.filter(form=form.asked, period=period).exists():
                raise Refused(gettext("This form already has a round for that period."))
            opened = open_round(
                form.asked,
                period,
                due_on=said["due_on"],
                opens_on=said["opens_on"],
                archive=said["archive"],
                asking_document=said["asking_document"],
                by=person(request),
                reason=" ".join(form.missing),
            )
            self.log_addition(request, opened, [{"added": {}}])
        messages.success(request, gettext("The round is open: %(round)s.") % {"round": opened})
        return redirect("admin:indicators_round_change", opened.pk)

    # --- The page of a round, and the pages of its acts

    def get_urls(self) -> list[Any]:
        acts = [
            path(
                f"<int:pk>/{act.name}/",
                self.admin_site.admin_view(self.act_view),
                {"act": act},
                name=f"indicators_round_{act.name}",
            )
            for act in ACTS
        ]
        return [*acts, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        round_ = self.found(request, object_id)
        return self.answer(
            request,
            "admin/indicators/round/change_form.html",
            title=str(round_),
            page=page(round_),
            acts=[act for act in ACTS if act.is_open(round_)] if self._may_act(request) else [],
        )

    def act_view(self, request: HttpRequest, pk: int, act: Act) -> HttpResponse:
        round_ = self.found(request, str(pk))
        if not self._may_act(request):
            raise PermissionDenied
        form = act.form(request.POST if request.method == "POST" else None, round_=round_)
        refused = ""
        if form.is_valid():
            try:
                return self._acted(request, round_, act, form.cleaned_data)
            except Refused as barred:
                refused = barred.sentence
        is_open = act.is_open(round_)
        context = {"act": act, "round": round_, "form": form, "is_open": is_open, "remarks": act.remarks(round_)}
        sentence = refused or ("" if is_open else str(act.barred))
        return self.answer(request, "admin/indicators/round/act.html", refused=sentence, title=act.label, **context)

    def _acted(self, request: HttpRequest, round_: Round, act: Act, said: dict[str, Any]) -> HttpResponse:
        done = act.carry_out(round_, said, person(request))
        self.log_change(request, round_, done.sentence)
        messages.success(request, done.sentence)
        for warning in done.warnings:
            messages.warning(request, warning)
        return redirect("admin:indicators_round_change", round_.pk)

    def found(self, request: HttpRequest, object_id: str) -> Round:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            return self.get_queryset(request).select_related("form", "period").get(pk=unquote(object_id))
        except (Round.DoesNotExist, ValueError) as missing:
            raise Http404 from missing

    def _may_act(self, request: HttpRequest) -> bool:
        return request.user.has_perm("indicators.change_round")

    def answer(self, request: HttpRequest, template: str, *, refused: str = "", **context: Any) -> TemplateResponse:
        everything = {**self.admin_site.each_context(request), "opts": self.opts, "refused": refused, **context}
        status = 409 if refused else 200
        return TemplateResponse(request, template, everything, status=status)
