"""What leaves of the approved figures."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from import_export import fields, forms, resources

from ..drafts import cell_from
from ..models import Observation
from .widgets import FigureWidget, TextWidget, as_text


class ObservationResource(resources.ModelResource):
    """Approved figures, one a row, as written; moments in ISO 8601. Export only: figures enter by approval."""

    indicator = fields.Field(attribute="indicator__code", column_name="indicator", widget=TextWidget())
    indicator_name = fields.Field(attribute="indicator__name", column_name="indicator_name", widget=TextWidget())
    period = fields.Field(attribute="period__label", column_name="period", widget=TextWidget())
    subject = fields.Field(attribute="subject_name", column_name="subject", widget=TextWidget())
    reporter = fields.Field(attribute="reporter_name", column_name="reporter", widget=TextWidget())
    unit_of_measure = fields.Field(
        attribute="definition__unit_of_measure", column_name="unit_of_measure", widget=TextWidget()
    )
    value = fields.Field(attribute="value", column_name="value", widget=FigureWidget())
    numerator = fields.Field(attribute="numerator", column_name="numerator", widget=FigureWidget())
    denominator = fields.Field(attribute="denominator", column_name="denominator", widget=FigureWidget())
    text = fields.Field(attribute="text", column_name="text", widget=TextWidget())
    explanation = fields.Field(attribute="explanation", column_name="explanation", widget=TextWidget())
    on_behalf = fields.Field(attribute="on_behalf_name", column_name="on_behalf", widget=TextWidget())
    reported_value = fields.Field(column_name="reported_value", widget=TextWidget())
    own_value = fields.Field(column_name="own_value", widget=TextWidget())
    own_reason = fields.Field(attribute="assessment__reason", column_name="own_reason", widget=TextWidget())
    check_code = fields.Field(attribute="revision__sha256", column_name="check_code", widget=TextWidget())

    class Meta:
        model = Observation
        fields = export_order = (
            "indicator",
            "indicator_name",
            "period",
            "subject",
            "reporter",
            "state",
            "value",
            "qualifier",
            "unit_of_measure",
            "numerator",
            "denominator",
            "text",
            "status",
            "explanation",
            "reported_value",
            "own_value",
            "own_reason",
            "contributes",
            "on_behalf",
            "check_code",
            "approved_at",
            "superseded_at",
            "published_at",
            "unpublished_at",
        )

    def dehydrate_value(self, observation: Observation) -> str:
        return _value(observation.value, observation.decimals)

    def dehydrate_reported_value(self, observation: Observation) -> str:
        if observation.assessment is None:
            return ""
        said = cell_from(observation.assessment.reported)
        return _value(said.value, said.decimals)

    def dehydrate_own_value(self, observation: Observation) -> str:
        theirs = observation.assessment
        return _value(theirs.value, theirs.decimals) if theirs else ""


def _value(value: Decimal | None, decimals: int) -> str:
    return "" if value is None else as_text(value, decimals)


class ObservationExportForm(forms.SelectableFieldsExportForm):
    """The library's form, which would call the columns by their names in the file."""

    labels = {
        "indicator": _("indicator code"),
        "indicator_name": _("indicator"),
        "period": _("period"),
        "subject": _("about whom"),
        "reporter": _("reporting unit"),
        "state": _("state"),
        "value": _("value"),
        "qualifier": _("qualifier"),
        "unit_of_measure": _("unit of measure"),
        "numerator": _("numerator"),
        "denominator": _("denominator"),
        "text": _("text"),
        "status": _("status of the figure"),
        "explanation": _("explanation"),
        "reported_value": _("reported value, where a reviewer has another"),
        "own_value": _("reviewer's own value"),
        "own_reason": _("reviewer's reason"),
        "contributes": _("counts in totals"),
        "on_behalf": _("entered on behalf of the unit by"),
        "check_code": _("check code"),
        "approved_at": _("approved at"),
        "superseded_at": _("superseded at"),
        "published_at": _("published at"),
        "unpublished_at": _("no longer published since"),
    }

    def _get_field_label(self, resource: Any, field_name: str) -> str:
        return f"{self.labels[field_name]} ({field_name})"
