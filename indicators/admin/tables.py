"""Tables that leave and enter in bulk, as XLSX and CSV.

An upload is tried out first and shown with every fault; only a table without one can be confirmed. What is
confirmed is what was shown: the page carries a signed note of the file that was kept, its SHA-256, the person and
the table, so neither another file nor another person's is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, ClassVar

import tablib
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ExportMixin, ImportExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import Format
from import_export.forms import SelectableFieldsExportForm
from import_export.results import RowResult

from .. import spreadsheet
from ..clock import today
from ..models import SCORED_KINDS
from ..refusals import Refused
from ..resources import FigureWidget, Resource
from ..resources.base import UnitField
from ..resources.scores import DocumentWidget, KindsWidget
from ..resources.widgets import ChoiceWidget, DayWidget, LookupWidget, WholeWidget, YearWidget, YesNoWidget
from .base import person
from .uploads import KeptFile, UploadForm, choices_of, table_of

KEPT_FOR = 3600  # seconds between the preview and its confirmation
SHOWN = 200  # rows of a preview
_SALT = "indicators.admin.tables"
_WORDS = {RowResult.IMPORT_TYPE_NEW: gettext_lazy("New"), RowResult.IMPORT_TYPE_UPDATE: gettext_lazy("Changed")}


class ExcelFormat(Format):
    """Figures and days leave as such (`_native`)."""

    def get_title(self) -> str:
        return "xlsx"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return spreadsheet.XLSX

    def can_export(self) -> bool:
        return True

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        return spreadsheet.write_xlsx(dataset.headers, list(dataset))


class CsvFormat(ExcelFormat):
    """Which Excel opens in UTF-8 by its mark."""

    def get_title(self) -> str:
        return "csv"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return "text/csv"

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        return spreadsheet.write_csv(dataset.headers, dataset)


class ExportForm(SelectableFieldsExportForm):
    """The library's form, which would not call the columns by their labels."""

    def _get_field_label(self, resource: Any, field_name: str) -> str:
        return f"{label_of(resource, field_name)} ({field_name})"


class TableExport(ExportMixin):
    """What the list shows may leave: its scope, search and filters, for whoever has export_<model>."""

    export_formats = [CsvFormat, ExcelFormat]
    export_form_class = ExportForm
    export_through: ClassVar[str] = ""  # the field by which the table's rows point to those of the list

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"user": request.user}

    def get_export_queryset(self, request: HttpRequest) -> Any:
        listed = super().get_export_queryset(request)
        if not self.export_through:
            return listed
        rows = self.resource_classes[0](user=request.user).get_queryset()
        return rows.filter(**{f"{self.export_through}__in": listed.order_by().values("pk")})

    def get_valid_export_item_pks(self, request: HttpRequest) -> list[int]:
        """No list offers to export what is ticked, so nothing posted chooses rows past the filters."""
        return []

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Format) -> str:
        return f"{self.opts.model_name}-{today():%Y-%m-%d}.{file_format.get_extension()}"

    def get_export_data(self, file_format: Format, request: HttpRequest, queryset: Any, **kwargs: Any) -> bytes:
        """Under the labels of the page, by which the same table can be read again."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        is_excel = type(file_format) is ExcelFormat
        dataset = self.get_data_for_export(request, queryset, force_native_type=is_excel, **kwargs)
        resource = self.choose_export_resource_class(kwargs["export_form"], request)
        if is_excel:
            dataset = _native(dataset, resource)
        dataset.headers = [label_of(resource, name) for name in dataset.headers]
        return file_format.export_data(dataset)


def label_of(resource: Any, column: str) -> str:
    """Of a table that only leaves, the columns are called by their codes."""
    return capfirst(str(resource.labels[column])) if column in getattr(resource, "labels", ()) else column


def _native(dataset: Any, resource: Any) -> Any:
    """Figures, which FigureWidget prints as text, as the Decimals that this text says: 53,80 keeps its zero."""
    widgets = {field.column_name: field.widget for field in resource.fields.values()}
    figures = [isinstance(widgets[name], FigureWidget) for name in dataset.headers]
    rows = [
        [_figure(cell) if is_figure else cell for cell, is_figure in zip(row, figures, strict=True)]
        for row in dataset
    ]
    return tablib.Dataset(*rows, headers=dataset.headers)


def _figure(text: str) -> Any:
    """Left as text where it is longer than Excel would keep."""
    try:
        return FigureWidget().clean(text)
    except ValueError:
        return text


@dataclass(frozen=True)
class Column:
    label: str
    code: str
    is_required: bool
    explanation: str


def columns_of(resource: Any) -> list[Column]:
    fields = {field.column_name: field for field in resource.fields.values()}
    return [
        Column(label_of(resource, code), code, code in resource.required, explain(fields[code]))
        for code in resource.labels
    ]


def explain(field: Field) -> str:
    """How a cell of this column is written."""
    widget = field.widget
    if isinstance(field, UnitField):
        return _("Code of a unit, with its leading zeros")
    if isinstance(widget, ChoiceWidget):
        return "; ".join(f"{choice.label} ({choice.value})" for choice in widget.choices)
    if isinstance(widget, DocumentWidget):
        return _("Document by the name that it is cited with")
    if isinstance(widget, KindsWidget):
        kinds = "; ".join(f"{kind.label} ({kind.value})" for kind in SCORED_KINDS)
        return _("One or more, with semicolons between: %(kinds)s") % {"kinds": kinds}
    if isinstance(widget, LookupWidget):
        return _("Code from the table “%(table)s”") % {"table": widget.model._meta.verbose_name_plural}
    written = {
        DayWidget: _("Day, as 25/02/2022"),
        FigureWidget: _("Figure, with a comma before its decimals and no dots, as 1250,5"),
        WholeWidget: _("Whole number"),
        YearWidget: _("Year of four digits"),
        YesNoWidget: _("yes or no"),
    }
    return next((said for kind, said in written.items() if isinstance(widget, kind)), _("Any text"))


@dataclass(frozen=True)
class PreviewRow:
    number: int
    change: str
    cells: list[tuple[str, str]]  # label of the column, what stands there with the changes marked


class Preview:
    """What a table would do, or what is wrong with it."""

    def __init__(self, result: Any, table: Any, resource: Any) -> None:
        self.result = result
        self.table = table
        self.labels = [label_of(resource, name) for name in result.diff_headers]
        self.sentences = result.sentences
        self.notes = [*table.notes, *result.notes]
        self.new = result.totals[RowResult.IMPORT_TYPE_NEW]
        self.changed = result.totals[RowResult.IMPORT_TYPE_UPDATE]
        self.unchanged = result.totals[RowResult.IMPORT_TYPE_SKIP]
        self.refused = result.totals[RowResult.IMPORT_TYPE_INVALID] + result.totals[RowResult.IMPORT_TYPE_ERROR]
        self.total = len(table)
        self.shown = SHOWN

    @property
    def has_more(self) -> bool:
        return self.new + self.changed > self.shown

    def rows(self) -> Iterator[PreviewRow]:
        numbered = zip(self.table.row_numbers, self.result.rows, strict=False)
        written = [(number, row) for number, row in numbered if row.import_type in _WORDS]
        for number, row in written[: self.shown]:
            cells = list(zip(self.labels, row.diff, strict=True))
            yield PreviewRow(number, str(_WORDS[row.import_type]), cells)


class TableAdmin(TableExport, ImportExportMixin):
    """Put before the ModelAdmin; `resource_classes` names one Resource of ours. Import asks for import_<model>."""

    import_template_name = "admin/import_export/import.html"
    resource_classes: ClassVar[list[type[Resource]]]

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_import_template"
        view = self.admin_site.admin_view(self.import_template)
        return [path("import/template.xlsx", view, name=name), *super().get_urls()]

    def import_template(self, request: HttpRequest) -> HttpResponse:
        """The headers alone."""
        headers = [column.label for column in columns_of(self._resource(request))]
        answer = HttpResponse(spreadsheet.write_xlsx(headers, []), content_type=spreadsheet.XLSX)
        answer["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}.xlsx"'
        return answer

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The form; with a file, what it would do. Nothing is written yet."""
        resource = self._resource(request)
        if request.method != "POST":
            return self._page(request, UploadForm(resource))
        try:
            return self._answer(request, resource) if "kept" in request.POST else self._receive(request, resource)
        except Refused as refused:
            return self._page(request, UploadForm(resource), refused=refused)

    import_action.reads_files = True  # type: ignore[attr-defined]

    def _receive(self, request: HttpRequest, resource: Resource) -> HttpResponse:
        form = UploadForm(resource, request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form)
        storage = self.get_tmp_storage_class()(read_mode="rb")
        file = KeptFile(storage, form.cleaned_data["file"].name, form.data_of_file)
        if form.undecided:
            self._store(file)
            return self._page(request, form, undecided=form.undecided, kept=self._note(request, file))
        return self._preview(request, form, form.table, file)

    def _answer(self, request: HttpRequest, resource: Resource) -> HttpResponse:
        """How the file was meant, whose first reading was not certain; without an answer it is asked again."""
        form = UploadForm(resource)
        file = replace(self._kept(request), reading=request.POST.get("reading", ""))
        try:
            table = table_of(file.data, file.name, resource, file.reading)
        except spreadsheet.Undecided as undecided:
            return self._page(request, form, undecided=undecided, kept=self._note(request, file))
        return self._preview(request, form, table, file)

    def _preview(self, request: HttpRequest, form: UploadForm, table: Any, file: KeptFile) -> HttpResponse:
        result = form.resource.import_data(table, dry_run=True, user=request.user)
        kept = ""
        if not result.sentences:
            self._store(file)
            kept = self._note(request, file)
        return self._page(request, form, Preview(result, table, form.resource), kept=kept)

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Writes what was previewed, all of it or nothing; 409 where that is no longer possible."""
        resource = self._resource(request)
        try:
            file = self._kept(request)
            table = table_of(file.data, file.name, resource, file.reading)
        except Refused as refused:
            return self._page(request, UploadForm(resource), refused=refused)
        with transaction.atomic():
            result = resource.import_data(
                table, dry_run=False, user=request.user, retain_instance_in_row_result=True
            )
            answer = None if result.sentences else self.process_result(result, request)
        if answer is None:
            changed = Refused(_("The data changed after the preview. Nothing was written."))
            preview = Preview(result, table, resource)
            return self._page(request, UploadForm(resource), preview, refused=changed)
        file.storage.remove()
        return answer

    def _resource(self, request: HttpRequest) -> Resource:
        """For whoever may import."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        return self.resource_classes[0](user=person(request))

    def _store(self, file: KeptFile) -> None:
        """The library's storage: a file of the server's own naming, readable by its user alone."""
        if not file.storage.name:
            file.storage.save(file.data)

    def _note(self, request: HttpRequest, file: KeptFile) -> str:
        note = [file.storage.name, file.name, sha256(file.data).hexdigest(), file.reading]
        return signing.dumps([*note, *self._owner(request)], salt=_SALT)

    def _kept(self, request: HttpRequest) -> KeptFile:
        """Raises Refused where there is no such file any more, or never was one for this person and table."""
        expired = Refused(_("This preview has expired, or its table was already imported. Upload the file again."))
        try:
            note = signing.loads(request.POST.get("kept", ""), salt=_SALT, max_age=KEPT_FOR)
            stored, name, digest, reading, *owner = note
            storage = self.get_tmp_storage_class()(name=stored, read_mode="rb")
            data = storage.read()
        except (signing.BadSignature, FileNotFoundError) as gone:
            raise expired from gone
        if owner != self._owner(request) or not data or sha256(data).hexdigest() != digest:
            raise expired
        return KeptFile(storage, name, data, reading)

    def _owner(self, request: HttpRequest) -> list[Any]:
        return [request.user.pk, self.opts.label_lower]

    def _page(
        self,
        request: HttpRequest,
        form: UploadForm,
        preview: Preview | None = None,
        *,
        kept: str = "",
        refused: Refused | None = None,
        undecided: spreadsheet.Undecided | None = None,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import: %(table)s") % {"table": self.opts.verbose_name_plural},
            "opts": self.opts,
            "form": form,
            "columns": columns_of(form.resource),
            "preview": preview,
            "kept": kept,
            "refused": refused,
            "undecided": undecided,
            "choices": choices_of(undecided) if undecided else [],
        }
        request.current_app = self.admin_site.name
        status = refused.status if refused else 200
        return TemplateResponse(request, self.import_template_name, context, status=status)
