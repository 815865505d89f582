"""What stands where in the Excel form, and the words of its lists. The hidden first row names the columns and the
hidden first column the lines, so both are found wherever they have moved to."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from .. import numbers
from ..models import Definition, EntryState, FigureStatus, Qualifier, Submission, ValueKind
from ..slots import Slot

FORM_MARK = "tien-do-so/form"  # in cell A1 of a sheet with lines
HEAD_MARK = "tien-do-so/head"  # in column A of the row that names the columns to people
META_MARK = "tien-do-so/meta"
TOLD_MARK = "tien-do-so/told"
META_TITLE = "meta"

KEY = "key"
TOLD = ("number", "name", "subject", "unit", "before")  # told by the form, not read back
FIGURES = ("value", "numerator", "denominator")
FIELDS = (*FIGURES, "state", "status", "qualifier", "note")
LINES = (KEY, *TOLD, *FIELDS)
NARRATIVE = (KEY, "name", "value", "state", "note")
NUMERIC = (ValueKind.NUMBER, ValueKind.RATIO)


@dataclass(frozen=True)
class Stamp:
    """Of which report the workbook is, and as of which version of its draft. `check` is over what is compared;
    form, period and unit are there to be named, and may be renamed while the file is out."""

    submission: int
    version: int
    round: int
    form: str
    period: str
    unit: str
    check: str = ""

    def checked(self) -> "Stamp":
        """Found where somebody typed into the hidden sheet; no secret, because who may write is asked elsewhere."""
        compared = f"{self.submission}/{self.version}/{self.round}"
        return replace(self, check=hashlib.sha256(compared.encode()).hexdigest()[:16])


def stamp_of(submission: Submission, unit: str, *, version: int) -> Stamp:
    asked = submission.round
    said = (asked.form.code, str(asked.period), unit)
    return Stamp(submission.pk, version, asked.pk, *map(numbers.normalise, said)).checked()


def headers() -> dict[str, str]:
    return {
        KEY: _("Key"),
        "number": _("No."),
        "name": _("Indicator"),
        "subject": _("Whom it concerns"),
        "unit": _("Unit of measure"),
        "before": _("Previous period"),
        "value": _("Figure"),
        "numerator": _("Numerator"),
        "denominator": _("Denominator"),
        "state": _("State, where there is no figure"),
        "status": _("Status of the figure"),
        "qualifier": _("Word with the figure"),
        "note": _("Note"),
    }


def takes(slot: Slot) -> frozenset[str]:
    return taken_by(slot.line.definition.value_kind)


@cache
def taken_by(kind: str) -> frozenset[str]:
    """The columns in which a line of that kind may be filled in."""
    if kind == ValueKind.TEXT:
        return frozenset({"value", "state", "note"})
    fields = {"value", "state", "status", "note"}
    if kind in NUMERIC:
        fields.add("qualifier")
    if kind == ValueKind.RATIO:
        fields |= {"numerator", "denominator"}
    return frozenset(fields)


def answers(definition: Definition) -> tuple[str, str]:
    return definition.yes_words or _("Yes"), definition.no_words or _("No")


def lists() -> dict[str, list[str]]:
    """What the drop-downs offer."""
    kinds: dict[str, type[TextChoices]] = {"state": EntryState, "status": FigureStatus, "qualifier": Qualifier}
    return {field: [str(label) for _value, label in of.choices] for field, of in kinds.items()}


def choice(of: type[TextChoices], text: str) -> str | None:
    """The value that a word of a list means, in whichever of our languages; None for any other word."""
    return _words(of).get(numbers.fold(text))


@cache
def _words(of: type[TextChoices]) -> dict[str, str]:
    known: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            known |= {numbers.fold(str(label)): value for value, label in of.choices}
    return known


def answer(definition: Definition, text: str) -> str | None:
    """1 or 0 for the definition's own words, yes and no, and TRUE and FALSE, which Excel keeps as 1 and 0."""
    words = [("1", "1"), ("0", "0"), *_said(answers(definition))]
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words += _said((_("Yes"), _("No")))
    known = {numbers.fold(word): value for word, value in reversed(words)}
    return known.get(numbers.fold(text))


def _said(words: Iterable[str]) -> list[tuple[str, str]]:
    return list(zip(words, ("1", "0"), strict=True))
