"""The reviewers' queue and review page. It shows and asks; every decision is workflow's."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import kept, reviewing
from ..deciding import rounds_to_approve
from ..models import Role, State, Submission
from ..permissions import holds_role, reviews
from ..refusals import ContentChanged, Refused
from ..templatetags.figures import day, moment
from ..wording import Said
from .base import FoldedSearch, ReadOnly, person
from .deciding_views import decide_round
from .figures_import import empty_table, import_figures, may_import
from .queue import (
    flags_of,
    state_of,
    timing_of,
    waiting_for,
    with_acts,
    with_flags,
    with_unit_names,
)
from .review import page, told
from .review_form import read, typed_before
from .review_typed import Posted


class QueueFilter(admin.SimpleListFilter):
    """What waits for the reader stands first; somebody without a step (a superuser) begins with all reports."""

    title = _("state")
    parameter_name = "queue"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.user = person(request)
        has_step = not self.user.is_superuser or holds_role(self.user, Role.VERIFIER, Role.APPROVER)
        self.default = "mine" if has_step else "all"
        super().__init__(request, *args)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("Waiting for me")), ("all", _("All reports")), *State.choices]

    def value(self) -> str:
        return super().value() or self.default

    def choices(self, changelist: Any) -> Any:
        for lookup, title in self.lookup_choices:
            yield {
                "selected": self.value() == lookup,
                "query_string": changelist.get_query_string({self.parameter_name: lookup}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "mine":
            return waiting_for(self.user, queryset)
        return queryset.filter(state=self.value()) if self.value() in State.values else queryset


def _status(said: Said) -> SafeString:
    return format_html('<span class="status {}">{}</span>', said.shape or "not-due", said.word)


def _headed(head: Any, said: str) -> SafeString:
    """With its head beside it, which a phone shows: there the rows stand without the heads of their columns."""
    return format_html('<span class="row-head">{}</span> {}', capfirst(str(head)), said)


@admin.register(Submission)
class SubmissionAdmin(ReadOnly, FoldedSearch):
    actions = None
    list_display = ["report", "unit_name", "state_word", "due", "handed_in", "flags"]
    list_filter = [QueueFilter]
    list_per_page = 100
    list_select_related = ["round__form", "round__period"]
    ordering = [F("due_on").asc(nulls_last=True), "pk"]
    search_fields = ["unit__slices__search"]
    show_full_result_count = False

    change_list_template = "admin/indicators/submission/change_list.html"

    def get_urls(self) -> list[Any]:
        """The import of figures is a page of those who have that right, whether or not they review."""
        names = ("indicators_submission_import", "indicators_submission_import_template")
        return [
            path("import/", self.admin_site.admin_view(self.import_figures), name=names[0]),
            path(
                "round/<int:pk>/",
                self.admin_site.admin_view(self.decide_round),
                name="indicators_submission_round",
            ),
            path("import/template.xlsx", self.admin_site.admin_view(self.empty_table), name=names[1]),
            *super().get_urls(),
        ]

    def import_figures(self, request: HttpRequest) -> HttpResponse:
        return import_figures(request, self.admin_site)

    def decide_round(self, request: HttpRequest, pk: int) -> HttpResponse:
        return decide_round(request, self.admin_site, pk)

    def empty_table(self, request: HttpRequest) -> HttpResponse:
        return empty_table(request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Without the list of models beside it: the rows need the room, and most reviewers have this one alone."""
        context = {
            "may_import": may_import(request),
            "rounds": rounds_to_approve(person(request)),
            "title": _("Reports to verify and approve"),
            "is_nav_sidebar_enabled": False,
        }
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Looked up once a request: the site asks for every list of models that it draws."""
        if not hasattr(request, "reviews"):
            is_known = request.user.is_authenticated  # the login page asks for nobody
            request.reviews = is_known and reviews(person(request))  # type: ignore[attr-defined]
        return bool(request.reviews)  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        return with_flags(self._reports(request))

    def _reports(self, request: HttpRequest) -> QuerySet[Submission]:
        return with_acts(with_unit_names(Submission.objects.to_review(person(request))))

    @admin.display(description=_("report"), ordering="round__form__code")
    def report(self, submission: Submission) -> str:
        return str(submission.round)

    @admin.display(description=_("reporting unit"), ordering="unit_sort")
    def unit_name(self, submission: Any) -> str | None:
        return submission.unit_name

    @admin.display(description=_("state"), ordering="state")
    def state_word(self, submission: Any) -> SafeString:
        return _status(state_of(submission, resend_on=submission.resend_on))

    @admin.display(description=_("due on"), ordering="due_on")
    def due(self, submission: Submission) -> SafeString:
        return _headed(_("due on"), day(submission.due_on))

    @admin.display(description=_("handed in at"), ordering="handed_in_at")
    def handed_in(self, submission: Submission) -> SafeString:
        said = format_html("{} {}", moment(submission.handed_in_at), _status(timing_of(submission)))
        return _headed(_("handed in at"), said)

    @admin.display(description=_("to look at"), empty_value="")
    def flags(self, submission: Any) -> SafeString | None:
        rows = ((_status(said),) for said in flags_of(submission))
        return format_html_join("", "<p>{}</p>", rows) or None

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The history of a report is its events, which stand on its page."""
        submission = self._found(request, object_id)
        return redirect(reverse("admin:indicators_submission_change", args=[submission.pk]) + "#history")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        submission = self._found(request, object_id)
        if request.method == "POST":
            return self._decide(request, submission)
        typed = kept.laid_by(request, request.path)
        posted = typed_before(typed.fields, submission) if typed else None
        return self._page(request, submission, posted=posted)

    def _found(self, request: HttpRequest, object_id: str) -> Submission:
        """What is not the reader's to review is not there at all."""
        reports = self._reports(request).select_related("round__form", "round__period", "unit")
        try:
            return reports.get(pk=unquote(object_id))
        except (Submission.DoesNotExist, ValueError) as missing:
            raise Http404 from missing

    def _decide(self, request: HttpRequest, submission: Submission) -> HttpResponse:
        """Carries out what was pressed, or answers 409 with the page, the sentence and all that was typed."""
        press, posted = read(request.POST, submission)
        if posted.fault:
            return self._page(request, submission, refused=posted.fault, posted=posted, status=200)
        if posted.own_faults:
            wrong = gettext("Nothing was saved: a figure of the reviewer cannot be read yet.")
            return self._page(request, submission, refused=wrong, posted=posted, status=200)
        try:
            is_new = reviewing.carry_out(press, submission, by=person(request))
        except Refused as refused:
            before = press.revision if isinstance(refused, ContentChanged) else ""
            again = self._found(request, str(submission.pk))
            return self._page(request, again, refused=refused.in_full, posted=posted, read=before, status=409)
        kept.forget(request, request.path)
        if not is_new:
            messages.info(request, gettext("This page had been sent already, so nothing was done again."))
        else:
            report = f"{submission.round} – {self.unit_name(submission)}"
            messages.success(request, told(press.action, report))
        if press.action in reviewing.KEEPS:
            return redirect("admin:indicators_submission_change", submission.pk)
        return redirect("admin:indicators_submission_changelist")

    def _page(
        self,
        request: HttpRequest,
        submission: Submission,
        *,
        refused: str = "",
        posted: Posted | None = None,
        read: str = "",
        status: int = 200,
    ) -> HttpResponse:
        posted = posted or Posted()
        context = {
            **self.admin_site.each_context(request),
            "title": f"{submission.round} – {self.unit_name(submission)}",
            "opts": self.opts,
            "is_nav_sidebar_enabled": False,
            "unit_name": self.unit_name(submission),
            "page": page(submission, person(request), read=read, typed=posted),
            "refused": refused,
            "posted": posted,
            "typist": kept.typist(person(request), request.path),
            "is_given_back": posted != Posted() and request.method != "POST",
            "changed": bool(read),
        }
        template = "admin/indicators/submission/change_form.html"
        return TemplateResponse(request, template, context, status=status)
