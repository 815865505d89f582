"""A publication as it was published, from its frozen JSON alone: what has changed since in names, definitions or
figures does not touch it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from indicators.calendars import period_name
from indicators.check_codes import short
from indicators.models import Definition, Observation, OverUnits, Publication, SubjectRule
from indicators.sealing import sha256

from . import two_figures
from .figures import Coverage, Standing, Sums
from .shown import Shown, of_observation, of_total
from .two_figures import TwoFigures

NUMBERS = ("value", "numerator", "denominator")
WORDS = ("state", "text", "decimals", "qualifier", "status", "explanation")


@dataclass(frozen=True)
class OfUnit:
    unit: str
    about: str
    shown: Shown
    counts: bool
    explanation: str
    two: TwoFigures | None = None  # where a reviewer had another figure


@dataclass(frozen=True)
class FrozenRow:
    code: str
    name: str
    counts: bool  # False: what the round reported of it is a cross-check
    shown: Shown
    explanation: str  # of the one figure about the province
    of_units: list[OfUnit]
    two: TwoFigures | None = None  # of the one figure about the province


@dataclass(frozen=True)
class FrozenReport:
    unit: str
    code: str
    revision: int
    check_code: str
    word: str  # what the publication did to it; empty where it stood published before


@dataclass(frozen=True)
class Frozen:
    number: int
    document: str
    document_date: date
    at: datetime
    form: str
    form_name: str
    period: str
    first_day: date
    last_day: date
    is_illustrative: bool
    archived_document: str
    coverage: Coverage
    missing: list[str]
    rows: list[FrozenRow]
    reports: list[FrozenReport]


def agrees(publication: Publication) -> bool:
    """Whether the content still has the check code that was written beside it."""
    return sha256(publication.content) == publication.sha256


def read(publication: Publication) -> Frozen | None:
    """None where the content was changed and is no publication any more."""
    try:
        return _read(json.loads(publication.content))
    except (ValueError, KeyError, TypeError):
        if agrees(publication):
            raise
        return None


def _read(said: dict[str, Any]) -> Frozen:
    head, asked = said["publication"], said["round"]
    return Frozen(
        number=head["number"],
        document=head["document"],
        document_date=date.fromisoformat(head["document_date"]),
        at=datetime.fromisoformat(head["at"]),
        form=asked["form"],
        form_name=asked["form_name"],
        period=period_name(asked["period"]),
        first_day=date.fromisoformat(asked["first_day"]),
        last_day=date.fromisoformat(asked["last_day"]),
        is_illustrative=asked["illustrative"],
        archived_document=asked["archived_document"],
        coverage=Coverage(said["coverage"]["n"], said["coverage"]["m"]),
        missing=said["missing"],
        rows=[_row(each) for each in said["figures"]],
        reports=[_report(each) for each in said["reports"]],
    )


def _row(said: dict[str, Any]) -> FrozenRow:
    definition = Definition(**said["definition"])
    return FrozenRow(
        code=said["indicator"],
        name=said["name"],
        counts=said["counts"],
        shown=_shown(said, definition),
        explanation=said["written"]["explanation"] if said["written"] else "",
        of_units=[_of_unit(each, definition) for each in said["by_unit"]],
        two=two_figures.of_frozen(said["written"], definition) if said["written"] else None,
    )


def _shown(said: dict[str, Any], definition: Definition) -> Shown:
    if said["total"]:
        return of_total(definition, Sums(**_with_numbers(said["total"])))
    if said["written"]:
        return of_observation(_figure(said["written"]), definition)
    is_by_unit = definition.over_units == OverUnits.NONE and said["about"] != SubjectRule.PROVINCE
    return Shown(Standing.BY_UNIT if is_by_unit else Standing.MISSING, coverage=Coverage(0, 0))


def _of_unit(said: dict[str, Any], definition: Definition) -> OfUnit:
    shown = of_observation(_figure(said), definition)
    return OfUnit(
        said["unit"],
        said["about"],
        shown,
        said["counts"],
        said["explanation"],
        two_figures.of_frozen(said, definition),
    )


def _figure(said: dict[str, Any]) -> Observation:
    return Observation(**_with_numbers({name: said[name] for name in (*NUMBERS, *WORDS)}))


def _with_numbers(said: dict[str, Any]) -> dict[str, Any]:
    numbers = {name: None if said[name] is None else Decimal(said[name]) for name in NUMBERS}
    return {**said, **numbers}


def _report(said: dict[str, Any]) -> FrozenReport:
    word = _("Adjusted") if said["is_adjusted"] else _("New in this issue") if said["is_new"] else ""
    return FrozenReport(said["unit"], said["code"], said["revision"], short(said["sha256"]), word)
