"""The reviewers' queue and review page. It shows and asks; every decision is workflow's."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from .. import workflow
from ..models import Role, State, Submission
from ..permissions import holds_role, reviews
from ..refusals import ContentChanged, Refused
from ..templatetags.figures import moment
from ..wording import Said
from .base import FoldedSearch, ReadOnly, person
from .queue import state_of, timing_of, waiting_for, with_unit_names
from .review import LABELS, page, told


class DecisionForm(forms.Form):
    action = forms.ChoiceField(choices=list(LABELS.items()))
    comment = forms.CharField(required=False)
    revision = forms.CharField(required=False)


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


@admin.register(Submission)
class SubmissionAdmin(ReadOnly, FoldedSearch):
    actions = None
    list_display = ["report", "unit_name", "state_word", "due_on", "handed_in"]
    list_filter = [QueueFilter]
    list_per_page = 50
    list_select_related = ["round__form", "round__period"]
    ordering = ["round__due_on", "pk"]
    search_fields = ["unit__slices__search"]
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Looked up once a request: the site asks for every list of models that it draws."""
        if not hasattr(request, "reviews"):
            is_known = request.user.is_authenticated  # the login page asks for nobody
            request.reviews = is_known and reviews(person(request))  # type: ignore[attr-defined]
        return bool(request.reviews)  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        return with_unit_names(Submission.objects.to_review(person(request)))

    @admin.display(description=_("report"), ordering="round__form__code")
    def report(self, submission: Submission) -> str:
        return str(submission.round)

    @admin.display(description=_("reporting unit"), ordering="unit_sort")
    def unit_name(self, submission: Any) -> str | None:
        return submission.unit_name

    @admin.display(description=_("state"), ordering="state")
    def state_word(self, submission: Submission) -> SafeString:
        return _status(state_of(submission))

    @admin.display(description=_("due on"), ordering="round__due_on")
    def due_on(self, submission: Submission) -> Any:
        return submission.round.due_on

    @admin.display(description=_("handed in at"), ordering="handed_in_at")
    def handed_in(self, submission: Submission) -> SafeString:
        return format_html("{} {}", moment(submission.handed_in_at), _status(timing_of(submission)))

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
        return self._page(request, submission)

    def _found(self, request: HttpRequest, object_id: str) -> Submission:
        """What is not the reader's to review is not there at all."""
        reports = self.get_queryset(request).select_related("round__form", "round__period")
        try:
            return reports.get(pk=unquote(object_id))
        except (Submission.DoesNotExist, ValueError) as missing:
            raise Http404 from missing

    def _decide(self, request: HttpRequest, submission: Submission) -> HttpResponse:
        """Carries out the move, or answers 409 with the page, the sentence and the comment as typed."""
        form = DecisionForm(request.POST)
        if not form.is_valid():
            raise BadRequest("No move of a reviewer.")
        said = form.cleaned_data
        try:
            workflow.perform(
                said["action"],
                submission,
                by=person(request),
                comment=said["comment"],
                revision=said["revision"],
            )
        except Refused as refused:
            read = said["revision"] if isinstance(refused, ContentChanged) else ""
            again = self._found(request, str(submission.pk))
            return self._page(request, again, refused=refused.sentence, comment=said["comment"], read=read)
        report = f"{submission.round} – {self.unit_name(submission)}"
        messages.success(request, told(said["action"], report))
        return redirect("admin:indicators_submission_changelist")

    def _page(
        self,
        request: HttpRequest,
        submission: Submission,
        *,
        refused: str = "",
        comment: str = "",
        read: str = "",
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"{submission.round} – {self.unit_name(submission)}",
            "opts": self.opts,
            "page": page(submission, person(request), read=read),
            "refused": refused,
            "comment": comment,
            "changed": bool(read),
        }
        template = "admin/indicators/submission/change_form.html"
        return TemplateResponse(request, template, context, status=409 if refused else 200)
