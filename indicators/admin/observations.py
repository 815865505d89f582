from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from .. import numbers
from ..models import Observation
from ..resources import ObservationExportForm, ObservationResource
from ..templatetags.figures import figure
from .base import FoldedSearch, ReadOnly, person, unit_name
from .figures_import import may_import
from .tables import TableExport


@admin.register(Observation)
class ObservationAdmin(ReadOnly, TableExport, FoldedSearch):
    """Approved figures to look up and to take away."""

    import_export_change_list_template = "admin/indicators/observation/change_list.html"
    resource_classes = [ObservationResource]
    export_form_class = ObservationExportForm
    readonly_fields = [
        "indicator",
        "period",
        "about",
        "by",
        "printed",
        "numerator",
        "denominator",
        "state",
        "status",
        "explanation",
        "approved_at",
        "superseded_at",
        "published_at",
        "unpublished_at",
    ]
    list_display = ["indicator", "period", "about", "by", "printed", "state", "is_current", "approved_at"]
    list_filter = ["state", ("superseded_at", admin.EmptyFieldListFilter), "period"]
    list_select_related = ["indicator", "period", "definition"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["indicator__search", "indicator__code", "subject__slices__search"]
    ordering = ["indicator__code", "-period__day_after_last", "pk"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Observation]:
        """Units by their names of the period's own day (domain.md 4)."""
        on_day: dict[str, Any] = {"valid_from__lt": OuterRef("period__day_after_last")}
        rows = Observation.objects.visible_to(person(request)).select_related(
            "indicator", "period", "definition", "revision", "assessment"
        )
        return rows.defer("revision__content").annotate(
            subject_name=unit_name("subject", **on_day),
            reporter_name=unit_name("reporter", **on_day),
            on_behalf_name=unit_name("revision__on_behalf__unit", **on_day),
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """New figures do not enter here: the link leads to where they enter drafts."""
        return super().changelist_view(request, {**(extra_context or {}), "may_import": may_import(request)})

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.display(description=_("about whom"), ordering="subject_name")
    def about(self, observation: Any) -> str:
        return observation.subject_name

    @admin.display(description=_("reporting unit"), ordering="reporter_name")
    def by(self, observation: Any) -> str:
        return observation.reporter_name

    @admin.display(description=_("figure"))
    def printed(self, observation: Observation) -> str:
        return numbers.with_unit(figure(observation), observation.definition.unit_of_measure) or observation.text

    @admin.display(description=_("current"), boolean=True, ordering="superseded_at")
    def is_current(self, observation: Observation) -> bool:
        return observation.superseded_at is None
