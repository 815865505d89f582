"""The one base of what enters in bulk: a table is read as a whole, then written as a whole or not at all.

Every fault is one sentence that names the row as the sheet counts it, the column and what was read. What was put
right on the way (a zero that a spreadsheet took) is said in `notes`. One Resource serves one import or export.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from import_export import fields, resources, results

from ..clock import today
from ..models import BEGINNING, User
from ..refusals import Refused
from .directory import Directory
from .rows import HEADER_ROWS, Result, Row, as_cell, as_text, owner_of, quote
from .widgets import TextWidget

logger = logging.getLogger(__name__)


class UnitField(fields.Field):
    """A unit by its code on the day of the row. `resource` is set by the resource that holds the field."""

    resource: "Resource"

    def clean(self, row: Any, **kwargs: Any) -> Any:
        return self.resource.unit_named(row[self.column_name], kwargs["days"]) if row[self.column_name] else None

    def export(self, instance: Any, **kwargs: Any) -> str:
        unit = self.get_value(instance)
        return self.resource.code_of(unit, self.resource.days_of(instance)) if unit else ""


class Resource(resources.ModelResource):
    """`labels` name the columns on the screen; `required` ones have a value in every row; `agree` says which
    columns rows that share a key must have in common; `dated_by` is the column on whose day units are looked up."""

    labels: ClassVar[dict[str, Any]] = {}
    required: ClassVar[tuple[str, ...]] = ()
    agree: ClassVar[tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = ()
    dated_by: ClassVar[str] = ""
    visible_to_users: ClassVar[bool] = False

    class Meta:
        clean_model_instances = True  # in `validate_instance`, with every object that a row writes
        use_transactions = True
        skip_unchanged = True
        report_skipped = True

    def __init__(self, *, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user = user
        self.notes: list[str] = []
        self.rows: list[Row] = []
        for each in self.fields.values():
            if isinstance(each, UnitField):
                each.resource = self

    @classmethod
    def get_result_class(cls) -> type[Result]:
        return Result

    def get_queryset(self) -> QuerySet[Any]:
        """Only what the person may see; nobody sees nothing."""
        rows = self._meta.model._default_manager.order_by(*self._meta.model._meta.ordering)
        if not self.visible_to_users:
            return rows
        return rows.visible_to(self.user) if self.user else rows.none()

    @cached_property
    def directory(self) -> Directory:
        return Directory(self.user)

    # The table as a whole

    def import_data(self, dataset: Any, dry_run: bool = False, raise_errors: bool = False, **kwargs: Any) -> Any:
        """All or nothing: one faulty row, and nothing at all is written."""
        self.user = kwargs.get("user") or self.user
        if self.user is None:
            raise TypeError("an import names the user who imports")
        if faults := self._faults_of_table(dataset):
            return self._refuse(faults, raise_errors)
        whole = {"use_transactions": True, "rollback_on_validation_errors": True}
        result = super().import_data(dataset, dry_run, raise_errors, **{**kwargs, **whole})
        result.notes = self.notes
        return result

    def _refuse(self, faults: list[str], raise_errors: bool) -> Result:
        result = self.get_result_class()()
        for sentence in faults:
            self.handle_import_error(result, Refused(sentence), raise_errors)
        return result

    def _faults_of_table(self, dataset: Any) -> list[str]:
        """Columns by name: a state, a password or a flag that nobody may import is not skipped in silence."""
        headers = list(dataset.headers or [])
        known = set(self.labels)
        unknown = [name or "–" for name in headers if name not in known]
        missing = [name for name in [*self.required, *self.get_import_id_fields()] if name not in headers]
        faults = [_("The column “%(name)s” is not taken here.") % {"name": name} for name in dict.fromkeys(unknown)]
        faults += [
            _("The column “%(label)s” (%(name)s) is missing.") % {"label": self.labels[name], "name": name}
            for name in dict.fromkeys(missing)
        ]
        faults += [
            _("The column “%(name)s” stands in the table twice.") % {"name": name}
            for name in dict.fromkeys(headers)
            if headers.count(name) > 1
        ]
        return faults or ([] if len(dataset) else [_("The table holds no rows.")])

    def import_data_inner(self, dataset: Any, *args: Any, **kwargs: Any) -> Any:
        self.load()
        counted = range(1 + HEADER_ROWS, 1 + HEADER_ROWS + len(dataset))
        for number, cells in zip(getattr(dataset, "row_numbers", counted), dataset, strict=True):
            row = Row(number, {name: as_text(cell) for name, cell in zip(dataset.headers, cells, strict=False)})
            self.rows.append(row)
            self.read_row(row, dict(zip(dataset.headers, map(as_cell, cells), strict=False)))
        self._compare_rows()
        if self.is_readable:
            self.prepare(self.rows)
        return super().import_data_inner(dataset, *args, **kwargs)

    @property
    def is_readable(self) -> bool:
        return not any(row.faults for row in self.rows)

    def load(self) -> None:
        """Reads once what the rows are compared with."""

    def prepare(self, rows: list[Row]) -> None:
        """What must stand before the first row is written; rows may still be refused here."""

    def faults_of_whole(self) -> list[str]:
        """What is wrong with everything together after the last row."""
        return []

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """No sequence is reset as in the library: no import names a primary key."""
        if not result.sentences:
            for sentence in self.faults_of_whole():
                result.append_base_error(self.get_error_result_class()(Refused(sentence)))

    # Reading

    def read_row(self, row: Row, cells: dict[str, Any]) -> None:
        for each in self.get_import_fields():
            if each.column_name not in cells:
                continue
            try:
                row.values[each.column_name] = self._read_cell(each, cells, row)
            except ValidationError as wrong:
                row.faults += [self.in_cell(row, each.column_name, sentence) for sentence in wrong.messages]
            except ValueError as wrong:
                row.faults.append(self.in_cell(row, each.column_name, str(wrong)))

    def _read_cell(self, each: fields.Field, cells: dict[str, Any], row: Row) -> Any:
        """Through the widget, then through the model's own field: length, choices, validators."""
        if each.column_name in self.required and cells[each.column_name] == "":
            raise ValueError(_("This cell must be filled in."))
        self.reading = row
        value = each.clean(cells, days=self.days_on(row.values.get(self.dated_by)), percent=self.is_percent(cells))
        stored = self._model_field(each.attribute)
        if stored is None or stored.is_relation:
            return value
        if value in ("", None) and stored.has_default():
            return stored.get_default()
        return stored.clean(value, None)

    def is_percent(self, cells: dict[str, Any]) -> bool:
        """Whether the figures of a row may carry a percent sign."""
        return False

    def _model_field(self, attribute: str | None) -> Any:
        model, stored = self._meta.model, None
        for name in attribute.split("__") if attribute else ():
            try:
                stored = model._meta.get_field(name)
            except FieldDoesNotExist:
                return None
            model = stored.related_model
        return stored

    def _compare_rows(self) -> None:
        """No key twice; and what several rows say of the same thing they say alike."""
        self._compare(self.get_import_id_fields(), (), self._repeated)
        for key, shared in self.agree:
            self._compare(key, shared, self._contradicted)

    def _compare(self, key: Iterable[str], shared: tuple[str, ...], fault: Any) -> None:
        first: dict[tuple[Any, ...], Row] = {}
        for row in self.rows:
            if all(name in row.values for name in key):
                before = first.setdefault(tuple(row.values[name] for name in key), row)
                if before is not row:
                    row.faults += fault(row, before, key, shared)

    def _repeated(self, row: Row, before: Row, key: Iterable[str], shared: Any) -> list[str]:
        sentence = _("Row %(row)s repeats row %(first)s: both are %(key)s.")
        return [sentence % {"row": row.number, "first": before.number, "key": self._key(row, key)}]

    def _contradicted(self, row: Row, before: Row, key: Iterable[str], shared: tuple[str, ...]) -> list[str]:
        sentence = _("“%(text)s” is not what row %(first)s says of %(key)s: “%(other)s”.")
        return [
            self.in_cell(
                row,
                name,
                sentence
                % {
                    "text": quote(row.texts[name]),
                    "first": before.number,
                    "key": self._key(row, key),
                    "other": quote(before.texts[name]),
                },
            )
            for name in shared
            if name in row.values and name in before.values and row.values[name] != before.values[name]
        ]

    def _key(self, row: Row, key: Iterable[str]) -> str:
        return ", ".join(quote(row.texts[name]) for name in key if row.texts[name])

    # Units

    def days_on(self, day: Any) -> tuple[date, ...]:
        """On the row's own day, and where nobody has the code on it on today's. Of a row whose first day is not
        known the units are those of today, else of the beginning."""
        if isinstance(day, int):
            return (min(date(day, 12, 31), today()), today())
        return (day, today()) if day and day != BEGINNING else (today(), BEGINNING)

    def days_of(self, instance: Any) -> tuple[date, ...]:
        return self.days_on(self.fields[self.dated_by].get_value(instance) if self.dated_by else None)

    def unit_named(self, code: str, days: tuple[date, ...]) -> Any:
        unit, text, day = self.directory.find(code, days)
        if text != code:
            self.say_restored(code, text, self.directory.name_of(unit, day))
        return unit

    def say_restored(self, code: str, text: str, name: str) -> None:
        sentence = _("Row %(row)s: %(code)s was read as %(text)s (%(unit)s).")
        said = sentence % {"row": self.reading.number, "code": code, "text": text, "unit": name}
        if said not in self.notes:
            self.notes.append(said)

    def code_of(self, unit: Any, days: tuple[date, ...]) -> str:
        return TextWidget().render(self.directory.code_of(unit, days))

    # Writing, one row after the other

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> Any:
        """Where a row cannot be read, the others wait: what they would say may only follow from it."""
        self.row = self.rows[kwargs["row_number"] - 1]
        if not self.is_readable and not self.row.faults:
            waiting = self.get_row_result_class()()
            waiting.import_type = results.RowResult.IMPORT_TYPE_SKIP
            return waiting
        result = super().import_row(row, instance_loader, **kwargs)
        for each in result.errors:
            if not isinstance(each.error, Refused):
                logger.error("a row of a table could not be written", exc_info=each.error)
                each.error = Refused(_("Row %(row)s could not be written.") % {"row": self.row.number})
        return result

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        if self.row.faults:
            raise ValidationError(self.row.faults)

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Any, bool]:
        found = self.find(self.row.values)
        return (found, False) if found else (self.make(self.row.values), True)

    def find(self, values: dict[str, Any]) -> Any:
        """What the row is about, with everything that its columns reach, or None."""
        raise NotImplementedError

    def make(self, values: dict[str, Any]) -> Any:
        return self._meta.model()

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        for each in self.get_import_fields():
            if each.attribute and each.column_name in self.row.values:
                owner, name = owner_of(instance, each.attribute)
                setattr(owner, name, self.row.values[each.column_name])

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        self.original = original
        is_new = instance._state.adding
        return not is_new and super().skip_row(instance, original, row, import_validation_errors)

    def parts(self, instance: Any) -> list[models.Model]:
        """Every object that this row writes."""
        return [instance]

    def rules(self, instance: Any) -> Iterator[str]:
        """What the row may not do, in sentences without the number of the row."""
        yield from ()

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        faults = [self.in_row(sentence) for sentence in self.rules(instance)]
        for part in self.parts(instance):
            faults += self._faults_of(part, instance)
        if faults:
            raise ValidationError(list(dict.fromkeys(faults)))

    def _faults_of(self, part: models.Model, instance: Any) -> Iterator[str]:
        """As `full_clean`, but for relations: the units and indicators of a row were looked up when it was read."""
        relations = [each.name for each in part._meta.fields if each.is_relation]
        checks = (lambda: part.clean_fields(relations), part.clean, part.validate_unique, part.validate_constraints)
        for check in checks:
            try:
                check()
            except ValidationError as wrong:
                yield from self._sentences(wrong, part, instance)

    def _sentences(self, wrong: ValidationError, part: models.Model, instance: Any) -> Iterator[str]:
        by_field = wrong.message_dict if hasattr(wrong, "error_dict") else {NON_FIELD_ERRORS: wrong.messages}
        columns = {
            name: each.column_name
            for each in self.get_import_fields()
            if each.attribute
            for owner, name in [owner_of(instance, each.attribute)]
            if owner is part
        }
        for name, sentences in by_field.items():
            for sentence in sentences:
                column = columns.get(name)
                yield self.in_cell(self.row, column, sentence) if column else self.in_row(sentence)

    def in_row(self, sentence: str) -> str:
        return _("Row %(row)s: %(sentence)s") % {"row": self.row.number, "sentence": sentence}

    def in_cell(self, row: Row, column: str, sentence: str) -> str:
        """Repeats what was read, unless the sentence already does."""
        text = quote(row.texts.get(column, ""))
        facts = {"row": row.number, "column": self.labels[column], "text": text, "sentence": sentence}
        if not text or text in sentence:
            return _("Row %(row)s, column “%(column)s”: %(sentence)s") % facts
        return _("Row %(row)s, column “%(column)s”, “%(text)s”: %(sentence)s") % facts

    # Leaving

    def attach(self, instance: Any) -> Any:
        """Adds to a stored row what its columns reach beyond the model's own fields."""
        return instance

    def iter_queryset(self, queryset: Any) -> Iterator[Any]:
        self.load()
        yield from map(self.attach, super().iter_queryset(queryset))
