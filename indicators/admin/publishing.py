"""Where rounds are published: those that wait, and the page of one round. The act itself is publishing.publish."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..check_codes import short
from ..clock import today
from ..fields import VietnameseDateField
from ..models import Publication, Round
from ..publishing import Paper, publish, rounds_published_by
from ..refusals import Refused
from .base import ReadOnly, person
from .publishing_page import page, waiting_rounds

PER_PAGE = 50


class PaperForm(forms.Form):
    document = forms.CharField(
        label=_("number of the document"),
        max_length=100,
        help_text=_("Of the document that publishes the figures, for example 15/TB-UBND."),
        error_messages={"required": _("State the number of the document that publishes the figures.")},
    )
    document_date = VietnameseDateField(
        label=_("date of the document"),
        error_messages={"required": _("State the date of the document that publishes the figures.")},
    )

    def clean_document_date(self) -> Any:
        dated = self.cleaned_data["document_date"]
        if dated > today():
            raise forms.ValidationError(
                gettext("The document that publishes the figures cannot be dated after today.")
            )
        return dated

    @property
    def paper(self) -> Paper:
        return Paper(number=self.cleaned_data["document"], dated=self.cleaned_data["document_date"])


@admin.register(Publication)
class PublicationAdmin(ReadOnly, admin.ModelAdmin):
    """For the people of the unit that holds publication; a superuser looks on."""

    actions = None
    list_display = ["round", "number", "at", "document", "coverage"]
    list_per_page = PER_PAGE
    list_select_related = ["round__form", "round__period"]
    ordering = ["-at", "pk"]
    search_fields = ["document", "round__form__code", "round__period__label"]
    show_full_result_count = False
    change_list_template = "admin/indicators/publication/change_list.html"

    def get_urls(self) -> list[Any]:
        rounds, one = (self.admin_site.admin_view(view) for view in (self.rounds_view, self.round_view))
        return [
            path("rounds/", rounds, name="indicators_publication_rounds"),
            path("rounds/<int:pk>/", one, name="indicators_publication_round"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publication]:
        mine = rounds_published_by(person(request)).order_by().values("pk")
        return super().get_queryset(request).filter(round__in=mine).defer("content")

    @admin.display(description=_("units"))
    def coverage(self, publication: Publication) -> str:
        return f"{publication.n_published}/{publication.n_expected}"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = request.user
        return user.is_superuser or bool(getattr(user, "publishes_today", False))

    def rounds_view(self, request: HttpRequest) -> HttpResponse:
        self._require(request)
        shown = Paginator(waiting_rounds(person(request)), PER_PAGE).get_page(request.GET.get("page"))
        title = gettext("Publication of rounds")
        return self._answer(request, "admin/indicators/publication/rounds.html", title=title, shown=shown)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What was published is read where everybody reads it."""
        self._require(request)
        return redirect("publication", object_id) if object_id.isdecimal() else self._missing()

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return self.change_view(request, object_id)

    def round_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._require(request)
        found = rounds_published_by(person(request)).select_related("form", "period")
        round_ = found.filter(pk=pk).first() or self._missing()
        if request.method != "POST":
            return self._page(request, round_, PaperForm(initial={"document_date": today()}))
        form = PaperForm(request.POST)
        if not form.is_valid():
            return self._page(request, round_, form)
        try:
            made = publish(round_, form.paper, by=person(request), read=request.POST.get("read", ""))
        except Refused as refused:
            return self._page(request, round_, form, refused=refused.sentence)
        said = {"round": round_, "n": made.number, "code": short(made.sha256)}
        messages.success(request, gettext("Published, issue %(n)s: %(round)s. Check code %(code)s.") % said)
        return redirect("admin:indicators_publication_rounds")

    def _require(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _missing(self) -> Any:
        raise Http404

    def _page(self, request: HttpRequest, round_: Round, form: PaperForm, *, refused: str = "") -> TemplateResponse:
        template = "admin/indicators/publication/round.html"
        shown = page(round_, person(request))
        title = gettext("Publish: %(round)s") % {"round": round_}
        return self._answer(request, template, refused=refused, title=title, page=shown, form=form)

    def _answer(
        self, request: HttpRequest, template: str, *, refused: str = "", **context: Any
    ) -> TemplateResponse:
        everything = {**self.admin_site.each_context(request), "opts": self.opts, "refused": refused, **context}
        return TemplateResponse(request, template, everything, status=409 if refused else 200)
