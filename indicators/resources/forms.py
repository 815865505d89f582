"""Reporting forms, line by line."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import fields

from ..clock import today
from ..models import (
    Calendar,
    FormLine,
    Frequency,
    Indicator,
    ReportingForm,
    SubjectRule,
    Unit,
    UnitKind,
)
from .base import Resource, UnitField
from .widgets import ChoiceWidget, LookupWidget, TextWidget, WholeWidget, YesNoWidget

OF_KIND = "kind:"
OF_FORM = (
    "form_name",
    "issued_by",
    "contact",
    "frequency",
    "calendar",
    "due_after",
    "due_in_working_days",
    "units",
)


class UnitsField(UnitField):
    """Codes separated by semicolons, or "kind:commune" for all units of a kind that live today."""

    def clean(self, row: Any, **kwargs: Any) -> Any:
        named = [part.strip() for part in row[self.column_name].split(";") if part.strip()]
        return frozenset(unit.pk for part in named for unit in self._units(part, kwargs["days"]))

    def _units(self, part: str, days: Any) -> list[Unit]:
        if not part.startswith(OF_KIND):
            return [self.resource.unit_named(part, days)]
        kind = ChoiceWidget(UnitKind).clean(part.removeprefix(OF_KIND).strip())
        living = self.resource.directory.living(kind, today())
        if not living:
            raise ValueError(_("No unit of the kind “%(kind)s” lives today.") % {"kind": UnitKind(kind).label})
        return living

    def export(self, instance: Any, **kwargs: Any) -> str:
        units = map(self.resource.directory.units.__getitem__, self.get_value(instance) or ())
        return "; ".join(sorted(self.resource.code_of(unit, self.resource.days_of(instance)) for unit in units))


class FormResource(Resource):
    """One row a line; what the rows say of their form they say alike. Lines and forms that the table does not
    name stay. `line.reporting` are the primary keys of the form's units."""

    labels = {
        "form": gettext_lazy("form code"),
        "form_name": gettext_lazy("name"),
        "issued_by": gettext_lazy("issuing document"),
        "contact": gettext_lazy("whom to call"),
        "frequency": gettext_lazy("frequency"),
        "calendar": gettext_lazy("calendar"),
        "due_after": gettext_lazy("due, days after the cut-off day"),
        "due_in_working_days": gettext_lazy("the due date counts working days"),
        "order": gettext_lazy("order"),
        "indicator": gettext_lazy("indicator code"),
        "subject_rule": gettext_lazy("about whom"),
        "is_mandatory": gettext_lazy("must be filled"),
        "asks_evidence": gettext_lazy("evidence must be attached"),
        "units": gettext_lazy("units that report"),
    }
    required = ("form", "form_name", "contact", "order", "indicator", "subject_rule", "units")
    agree = ((("form",), OF_FORM),)

    form = fields.Field(attribute="form__code", widget=TextWidget())
    form_name = fields.Field(attribute="form__name", widget=TextWidget())
    issued_by = fields.Field(attribute="form__issued_by", widget=TextWidget())
    contact = fields.Field(attribute="form__contact", widget=TextWidget())
    frequency = fields.Field(attribute="form__frequency", widget=ChoiceWidget(Frequency))
    calendar = fields.Field(attribute="form__calendar", widget=ChoiceWidget(Calendar))
    due_after = fields.Field(attribute="form__due_after", widget=WholeWidget())
    due_in_working_days = fields.Field(attribute="form__due_in_working_days", widget=YesNoWidget())
    order = fields.Field(attribute="order", widget=WholeWidget())
    indicator = fields.Field(
        attribute="indicator",
        widget=LookupWidget(Indicator, unknown=gettext_lazy("No indicator has the code “%(text)s”.")),
    )
    subject_rule = fields.Field(attribute="subject_rule", widget=ChoiceWidget(SubjectRule))
    is_mandatory = fields.Field(attribute="is_mandatory", widget=YesNoWidget())
    asks_evidence = fields.Field(attribute="asks_evidence", widget=YesNoWidget())
    units = UnitsField(attribute="reporting")

    class Meta:
        model = FormLine
        fields = (
            "form",
            "form_name",
            "issued_by",
            "contact",
            "frequency",
            "calendar",
            "due_after",
            "due_in_working_days",
            "order",
            "indicator",
            "subject_rule",
            "is_mandatory",
            "asks_evidence",
            "units",
        )
        import_id_fields = ("form", "indicator")

    def get_queryset(self) -> models.QuerySet[FormLine]:
        return FormLine.objects.select_related("form", "indicator").order_by("form__code", "order", "pk")

    def load(self) -> None:
        self.forms = {form.code: form for form in ReportingForm.objects.order_by("pk")}
        self.lines = {
            (line.form_id, line.indicator_id): line
            for line in FormLine.objects.select_related("indicator").order_by("pk")
        }
        self.reporting: dict[int, set[int]] = {}
        through = ReportingForm.units.through.objects.order_by("pk")
        for form, unit in through.values_list("reportingform", "unit"):
            self.reporting.setdefault(form, set()).add(unit)

    def find(self, values: dict[str, Any]) -> FormLine | None:
        form = self.forms.get(values["form"])
        line = self.lines.get((form.pk, values["indicator"].pk)) if form else None
        if line and form:
            line.form = form
            return self.attach(line)
        return None

    def make(self, values: dict[str, Any]) -> FormLine:
        code = values["form"]
        return self.attach(FormLine(form=self.forms.setdefault(code, ReportingForm(code=code))))

    def attach(self, instance: Any) -> Any:
        instance.reporting = frozenset(self.reporting.get(instance.form_id or instance.form.pk, ()))
        return instance

    def rules(self, instance: Any) -> Iterator[str]:
        if not instance.reporting:
            yield _("Name at least one unit that reports.")

    def parts(self, instance: FormLine) -> list[models.Model]:
        return [instance.form, instance]

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """The form once, with the first of its rows that changes it."""
        form, before = instance.form, self.original.form
        if form._state.adding or any(_fact(form, name) != _fact(before, name) for name in OF_FORM):
            form.save()
        instance.form = form
        if instance.reporting != self.reporting.get(form.pk, set()):
            form.units.set(instance.reporting)
            self.reporting[form.pk] = set(instance.reporting)


def _fact(form: ReportingForm, column: str) -> Any:
    return getattr(form, "name" if column == "form_name" else column) if column != "units" else None
