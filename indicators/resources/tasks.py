"""Tasks of programmes, from tables. A deadline that differs from the recorded one is moved, as an act with its
reason."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import fields

from .. import tasks
from ..models import Document, Indicator, Programme, Task
from ..refusals import Refused
from .base import Resource, UnitField
from .documents import ANOTHER_DAY
from .forms import UnitsField
from .widgets import DayWidget, LookupWidget, TextWidget, YesNoWidget

KEPT = ("text", "document", "lead", "follower", "indicator", "is_illustrative")  # saved as they stand in the row


class OfDocument(fields.Field):
    """A fact of the document that sets the task, where there is one; read beside the row (`import_instance`)."""

    def __init__(self, fact: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fact = fact

    def get_value(self, instance: Any) -> Any:
        return getattr(instance.document, self.fact) if instance.document else None


class TaskResource(Resource):
    """One row a task. `task.supports` are the primary keys of its supporting units."""

    labels = {
        "programme": gettext_lazy("programme"),
        "code": gettext_lazy("code"),
        "text": gettext_lazy("task"),
        "document": gettext_lazy("document that sets the task"),
        "document_signed_on": gettext_lazy("signed on"),
        "lead": gettext_lazy("lead unit"),
        "supporting": gettext_lazy("supporting units"),
        "follower": gettext_lazy("unit that follows it up"),
        "indicator": gettext_lazy("indicator code"),
        "due_on": gettext_lazy("deadline"),
        "reason": gettext_lazy("why the deadline is moved"),
        "is_illustrative": gettext_lazy("illustration"),
    }
    required = ("programme", "code", "text", "lead", "follower")
    agree = ((("document",), ("document_signed_on",)),)

    programme = fields.Field(
        attribute="programme",
        widget=LookupWidget(Programme, unknown=gettext_lazy("No programme has the code “%(text)s”.")),
    )
    code = fields.Field(attribute="code", widget=TextWidget())
    text = fields.Field(attribute="text", widget=TextWidget())
    document = OfDocument("name", widget=TextWidget())
    document_signed_on = OfDocument("signed_on", widget=DayWidget())
    lead = UnitField(attribute="lead")
    supporting = UnitsField(attribute="supports")
    follower = UnitField(attribute="follower")
    indicator = fields.Field(
        attribute="indicator",
        widget=LookupWidget(Indicator, unknown=gettext_lazy("No indicator has the code “%(text)s”.")),
    )
    due_on = fields.Field(attribute="due_on", widget=DayWidget())
    reason = fields.Field(widget=TextWidget())
    is_illustrative = fields.Field(attribute="is_illustrative", widget=YesNoWidget())

    class Meta:
        model = Task
        fields = (
            "programme",
            "code",
            "text",
            "document",
            "document_signed_on",
            "lead",
            "supporting",
            "follower",
            "indicator",
            "due_on",
            "reason",
            "is_illustrative",
        )
        import_id_fields = ("programme", "code")

    def get_queryset(self) -> models.QuerySet[Task]:
        rows = Task.objects.select_related("programme", "document", "lead", "follower", "indicator")
        return rows.order_by("programme__code", "code", "pk")

    def load(self) -> None:
        self.tasks = {(row.programme_id, row.code): row for row in self.get_queryset()}
        self.documents = {row.name: row for row in Document.objects.order_by("pk")}
        self.supports: dict[int, set[int]] = {}
        through = Task.supporting.through.objects.order_by("pk")
        for task, unit in through.values_list("task", "unit"):
            self.supports.setdefault(task, set()).add(unit)

    def find(self, values: dict[str, Any]) -> Task | None:
        found = self.tasks.get((values["programme"].pk, values["code"]))
        return self.attach(found) if found else None

    def make(self, values: dict[str, Any]) -> Task:
        return self.attach(Task())

    def attach(self, instance: Any) -> Any:
        instance.supports = frozenset(self.supports.get(instance.pk, ()))
        return instance

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Another document is another one, not the first by another name."""
        name, self.signed_on = (self.row.values.pop(each, None) for each in ("document", "document_signed_on"))
        super().import_instance(instance, row, **kwargs)
        if name is not None:
            instance.document = self.documents.setdefault(name, Document(name=name)) if name else None
        if instance.document and instance.document._state.adding and self.signed_on:
            instance.document.signed_on = self.signed_on

    def rules(self, instance: Any) -> Iterator[str]:
        if self.signed_on and instance.document and instance.document.signed_on != self.signed_on:
            yield str(ANOTHER_DAY)
        if instance._state.adding or instance.due_on == self.original.due_on:
            return
        if instance.due_on is None:
            yield _("A deadline that was set is moved to another day, not taken away.")
        elif not self.row.values.get("reason"):
            said = {"date": DayWidget().render(self.original.due_on) or "–", "column": self.labels["reason"]}
            yield _("The recorded deadline is %(date)s. Give the reason in the column “%(column)s”.") % said

    def parts(self, instance: Task) -> list[models.Model]:
        new = instance.document if instance.document and instance.document._state.adding else None
        return [*([new] if new else []), instance]

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        if instance.document and instance.document._state.adding:
            instance.document.save()
        instance.document = instance.document  # its key, once it is saved
        if is_create:
            instance.save()
        else:
            instance.save(update_fields=[name for name in KEPT if self._differs(instance, name)])
        if instance.supports != self.supports.get(instance.pk, set()):
            instance.supporting.set(instance.supports)
        if not is_create and instance.due_on != self.original.due_on:
            self._move(instance)

    def _differs(self, instance: Any, name: str) -> bool:
        return getattr(instance, name) != getattr(self.original, name)

    def _move(self, instance: Any) -> None:
        try:
            tasks.move_deadline(self.original, instance.due_on, by=self.user, reason=self.row.values["reason"])  # type: ignore[arg-type]
        except Refused as refused:
            raise Refused(self.in_row(refused.sentence)) from refused
