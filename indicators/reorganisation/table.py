"""The lines of an act out of a table, one line a row, as the annex of a resolution has them. They become a draft:
the preview and its confirmation come after. Read as a whole or refused as a whole, each fault with its row."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import numbers, spreadsheet
from ..models import ChangeKind, CodeSystem, LegalAct, UnitChange, UnitKind
from ..models.legal_acts import WORDS
from ..refusals import Refused
from ..structure import Life, holds, lives
from .applying import refuse_applied

LABELS = {
    "kind": gettext_lazy("kind of change"),
    "source": gettext_lazy("code of the unit"),
    "target": gettext_lazy("code of the unit that takes over"),
    "code_system": gettext_lazy("code system"),
    "code": gettext_lazy("new code"),
    "name": gettext_lazy("new name"),
    "unit_kind": gettext_lazy("new kind"),
    "parent": gettext_lazy("code of the parent unit"),
}
REQUIRED = ("kind",)
CHOSEN: dict[str, Any] = {"kind": ChangeKind, "code_system": CodeSystem, "unit_kind": UnitKind}
MOST_ROWS = 2_000
MOST_FAULTS = 20

Cells = dict[str, str]


@dataclass
class Read:
    """`notes` say what was read otherwise than it stands in the file."""

    rows: list[Cells] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(data: bytes, filename: str, day: date) -> Read:
    """Raises Refused for what the guard or the columns refuse; `day` is the act's."""
    table = spreadsheet.read(data, filename)
    codes = spreadsheet.map_headers(table.headers, LABELS, REQUIRED)
    if not table.rows:
        raise Refused(_("The table holds no rows."))
    if len(table.rows) > MOST_ROWS:
        raise Refused(_("The table has more than %(most)s rows.") % {"most": MOST_ROWS})
    found = Read(notes=list(table.notes))
    numbered = list(zip(table.numbers, (dict(zip(codes, row, strict=True)) for row in table.rows), strict=True))
    for number, row in numbered:
        found.faults += [_in_row(number, sentence) for sentence in _choose(row)]
    _restore_zeros(numbered, day, found)
    found.rows = [row for _number, row in numbered]
    if not found.faults:
        found.faults += _faults(numbered)
    found.faults = found.faults[:MOST_FAULTS]
    return found


@transaction.atomic
def write(act: LegalAct, rows: Iterable[Cells]) -> int:
    """The rows take the place of the lines that the draft had; how many they are. Raises Refused once applied."""
    act = refuse_applied(act)
    act.changes.all().delete()
    return len(UnitChange.objects.bulk_create(UnitChange(act=act, **row) for row in rows))


@dataclass(frozen=True)
class Column:
    label: str
    code: str
    is_required: bool
    explanation: str


def described() -> Iterator[Column]:
    """Every column, and how its cells are written."""
    said = {
        "source": _("As on the day before the act takes effect, with its leading zeros"),
        "target": _("Of a unit that exists, or the new code of one that the table creates"),
        "code": _("Of a unit that is created or takes another code"),
        "parent": _("Of a unit that exists, or the new code of one that the table creates"),
        "name": _("Of a unit that is created or renamed"),
    }
    for code, label in LABELS.items():
        words = "; ".join(str(choice.label) for choice in CHOSEN.get(code, ()))
        yield Column(str(label).capitalize(), code, code in REQUIRED, said.get(code, words))


def _in_row(number: int, sentence: str) -> str:
    return _("Row %(row)s: %(sentence)s") % {"row": number, "sentence": sentence}


def _choose(row: Cells) -> Iterator[str]:
    """Words become what is stored: "Merges into another unit" or "merge", in any of our languages."""
    for name, choices in CHOSEN.items():
        text = row.get(name, "")
        if not text:
            continue
        known = _words(choices)
        if (value := known.get(numbers.fold(text))) is None:
            said = {"text": text[:40], "label": LABELS[name], "words": ", ".join(str(c.label) for c in choices)}
            yield _("“%(text)s” is not known in the column “%(label)s”; use one of: %(words)s.") % said
        row[name] = value or text


def _words(choices: Any) -> Mapping[str, str]:
    known = {numbers.fold(value): value for value in choices.values}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            known |= {numbers.fold(str(choice.label)): choice.value for choice in choices}
    return known


def _faults(numbered: Iterable[tuple[int, Cells]]) -> Iterator[str]:
    first: dict[tuple[str, ...], int] = {}
    for number, row in numbered:
        line = UnitChange(**row)
        try:
            line.clean_fields(exclude=["act"])
            line.validate_constraints(exclude={"act"})
        except ValidationError as wrong:
            yield from (_in_row(number, sentence) for sentence in wrong.messages)
        key = tuple(row.get(name, "") for name in ("kind", *WORDS))
        if (before := first.setdefault(key, number)) != number:
            yield _in_row(number, _("it repeats row %(first)s.") % {"first": before})


# --- Zeros that a spreadsheet took (domain.md 5)


def _restore_zeros(numbered: list[tuple[int, Cells]], day: date, found: Read) -> None:
    """Only where one code alone can be meant: a new code among all that were ever given, any other among those in
    use on the day before and those that the table gives."""
    known = _Known(list(lives()), day - timedelta(days=1))
    for number, row in numbered:
        known.restore(row, "code", known.ever, number, found.notes)
    given = {row.get("code", "") for _number, row in numbered} - {""}
    for number, row in numbered:
        known.restore(row, "source", known.in_use, number, found.notes)
        for name in ("target", "parent"):
            known.restore(row, name, known.in_use | given, number, found.notes)


class _Known:
    def __init__(self, units: list[Life], eve: date) -> None:
        self.ever = {coded.code for life in units for coded in life.codes}
        self.in_use = {
            coded.code for life in units for coded in life.codes if holds(life, coded.system, coded.code, eve)
        }

    def restore(self, row: Cells, name: str, codes: set[str], number: int, notes: list[str]) -> None:
        code = row.get(name, "")
        if not code.isdigit() or code in codes:
            return
        longer = [text for text in codes if len(text) > len(code) and text.lstrip("0") == code.lstrip("0")]
        if len(longer) == 1:
            row[name] = longer[0]
            sentence = _("%(code)s was read as %(text)s.") % {"code": code, "text": longer[0]}
            notes.append(_in_row(number, sentence))
