"""Tables as the reader of spreadsheets hands them over, what becomes of them, and what stands in the database."""

import unicodedata
from typing import Any

from django.apps import apps
from tablib import Dataset

from indicators.models import User
from indicators.resources import Resource, Result

Sheet = list[dict[str, str]]


def dataset(sheet: Sheet) -> Dataset:
    columns = list(sheet[0]) if sheet else []
    return Dataset(*[[row[name] for name in columns] for row in sheet], headers=columns)


def bring(kind: type[Resource], sheet: Sheet, *, by: User, dry_run: bool = False) -> Result:
    return kind().import_data(dataset(sheet), dry_run=dry_run, user=by)


def refused(kind: type[Resource], sheet: Sheet, *, by: User) -> list[str]:
    """The sentences, which are the same in the dry run; and nothing at all was written."""
    before = stored()
    result = bring(kind, sheet, by=by)
    assert bring(kind, sheet, by=by, dry_run=True).sentences == result.sentences
    assert stored() == before
    return result.sentences


def stored() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours."""
    models = apps.get_app_config("indicators").get_models(include_auto_created=True)
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def types(result: Result) -> list[str]:
    assert result.sentences == []
    return [row.import_type for row in result.rows]


def leave(kind: type[Resource], *, by: User) -> Sheet:
    return [dict(row) for row in kind(user=by).export().dict]


def changed(sheet: Sheet, row: int = 3, **cells: str) -> Sheet:
    """The sheet with cells of one row changed; rows are counted as the sheet counts them, its header is row 1."""
    return [{**each, **cells} if number == row else each for number, each in enumerate(sheet, 2)]


def without(sheet: Sheet, column: str) -> Sheet:
    return [{name: text for name, text in row.items() if name != column} for row in sheet]


def extended(sheet: Sheet, column: str, text: str = "1") -> Sheet:
    return [{**row, column: text} for row in sheet]


def decomposed(sheet: Sheet) -> Sheet:
    """As a Macintosh writes it: letters and their marks apart."""
    return [{name: unicodedata.normalize("NFD", text) for name, text in row.items()} for row in sheet]
