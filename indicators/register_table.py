"""A list as a table: down to be filled in, up to be read into the draft. What a row says is read by one form, on
the page and from a file, so there is no second rule for any field.

A column that is not there leaves what stands; a row that is not there is left alone: a row goes only where the file
says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import F, Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import numbers, spreadsheet
from .calendars import show_day
from .fields import VietnameseDateField
from .models import Audience, RowStatus, Submission, Unit
from .register_drafts import Drafted, Facts, Listed, blank, the_list

YES, NO = "yes", "no"
YES_NO = (("", gettext_lazy("Not stated")), (YES, gettext_lazy("Yes")), (NO, gettext_lazy("No")))
SAYS_YES = frozenset({"yes", "co", "x", "1", "true"})
SAYS_NO = frozenset({"no", "khong", "0", "false"})
OFF = "off"
LABELS = {
    "code": gettext_lazy("Code"),
    "name": gettext_lazy("Name of what is listed"),
    "owner": gettext_lazy("Owner unit"),
    "audience": gettext_lazy("Audience"),
    "kind": gettext_lazy("Kind of system"),
    "status": gettext_lazy("Status"),
    "status_since": gettext_lazy("In this status since"),
    "address": gettext_lazy("Address"),
    "shares_data": gettext_lazy("Shares data"),
    "via_lgsp": gettext_lazy("Connected through LGSP"),
    "in_official_use": gettext_lazy("NDXP service used officially"),
    "approved_list": gettext_lazy("Approved list it belongs to"),
    "note": gettext_lazy("Note"),
}
VERSION = "version"  # of the report and its draft, as the table was taken: 12/5
COLUMNS = {
    **LABELS,
    OFF: gettext_lazy("Take off the list (x)"),
    VERSION: gettext_lazy("Version of the table (leave as it is)"),
}
ANSWERS = ("shares_data", "via_lgsp", "in_official_use")
CHOICES: dict[str, type[TextChoices]] = {"audience": Audience, "status": RowStatus}


class Text(forms.CharField):
    """In NFC, like everything that is typed (domain.md 29)."""

    def to_python(self, value: Any) -> str:
        return numbers.normalise(super().to_python(value) or "")


def _is_yes(text: str) -> bool:
    return text == YES


class YesNo(forms.TypedChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=YES_NO, coerce=_is_yes, empty_value=None, required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {True: YES, False: NO}.get(value, value or "")


class RowForm(forms.Form):
    """One row of a list; `owners` are the units that may keep it, by their code on the cut-off day."""

    code = Text(
        label=LABELS["code"],
        max_length=60,
        validators=[
            RegexValidator(r"^[A-Za-z0-9._-]+\Z", gettext_lazy("Letters without accents, digits, . _ and -."))
        ],
    )
    name = Text(label=LABELS["name"], max_length=300)
    owner = forms.ChoiceField(label=LABELS["owner"], required=False)
    audience = forms.ChoiceField(label=LABELS["audience"], required=False)
    kind = Text(label=LABELS["kind"], max_length=100, required=False)
    status = forms.ChoiceField(label=LABELS["status"], required=False)
    status_since = VietnameseDateField(label=LABELS["status_since"], required=False)
    address = Text(label=LABELS["address"], max_length=300, required=False)
    shares_data = YesNo(label=LABELS["shares_data"])
    via_lgsp = YesNo(label=LABELS["via_lgsp"])
    in_official_use = YesNo(label=LABELS["in_official_use"])
    approved_list = Text(label=LABELS["approved_list"], max_length=300, required=False)
    note = Text(label=LABELS["note"], max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, owners: Mapping[str, Unit], code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = owners
        named = [(key, f"{unit} ({key})") for key, unit in owners.items()]
        unsaid = ("", _("Not stated"))
        lists: dict[str, list[Any]] = {
            "owner": named,
            "audience": list(Audience.choices),
            "status": list(RowStatus.choices),
        }
        for name, choices in lists.items():
            self.fields[name].choices = [unsaid, *choices]  # type: ignore[attr-defined]
        if code:  # of a row that stands: it keeps its code
            self.fields["code"].disabled = True
            self.initial["code"] = code

    @property
    def facts(self) -> Facts:
        said = dict(self.cleaned_data)
        del said["code"]
        owner = said.pop("owner")
        return said | {"owner_id": self.owners[owner].pk if owner else None}


def owners(report: Submission, rows: Iterable[Listed] = ()) -> dict[str, Unit]:
    """Units that live on the cut-off day, and whoever keeps a row already, by code in the order of their names."""
    day = report.round.period.last_day
    keeping = [row.facts["owner_id"] for row in rows if row.facts["owner_id"]]
    units = Unit.objects.with_slice(day).filter(
        Q(pk__in=Unit.objects.alive_on(day).order_by().values("pk")) | Q(pk__in=keeping)
    )
    return {unit.code_on_day or str(unit.pk): unit for unit in units.order_by(F("sort_on_day"), "pk")}


def initial_of(facts: Facts, units: Mapping[str, Unit]) -> dict[str, Any]:
    """What the form shows of a row."""
    codes = {unit.pk: code for code, unit in units.items()}
    return {**{name: facts[name] for name in LABELS if name in facts}, "owner": codes.get(facts["owner_id"], "")}


# --- Down


def write(report: Submission) -> bytes:
    """The list as it would be handed in, under the columns that `read` knows; what goes is marked. Each row says of
    which version of the draft it is, so that an older table takes back nobody's later change unseen."""
    rows = the_list(report)
    units = owners(report, rows)
    codes = {unit.pk: code for code, unit in units.items()}
    version = f"{report.pk}/{report.version}"
    heads = [str(label) for label in COLUMNS.values()]
    return spreadsheet.write_xlsx(heads, [_cells(row, codes, version) for row in rows])


def _cells(row: Listed, codes: Mapping[int, str], version: str) -> list[Any]:
    said = {
        **row.facts,
        "code": row.code,
        "owner": codes.get(row.facts["owner_id"], ""),
        OFF: "x" if row.is_off else "",
        VERSION: version,
    }
    return [in_words(name, said[name]) for name in COLUMNS]


def in_words(name: str, value: Any) -> Any:
    """As a table and a page show it: choices by their labels, yes and no in words; days stay days."""
    if name in CHOICES:
        return str(CHOICES[name](value).label) if value else ""
    if name in ANSWERS:
        return "" if value is None else str(_("Yes") if value else _("No"))
    return "" if value is None else value


# --- Up


@dataclass(frozen=True)
class Read:
    """What a file asks of the draft, or what is wrong with it; then nothing is written. `versions`: of the draft,
    as its rows were taken; a table that does not say is of the draft as it stands."""

    typed: dict[str, Drafted] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    versions: set[int] = field(default_factory=set)

    def since(self, report: Submission) -> int:
        """The oldest of them."""
        return min(self.versions, default=report.version)


def read(data: bytes, filename: str, report: Submission) -> Read:
    """Raises Refused where it is no table of ours."""
    table = spreadsheet.read(data, filename)
    names = spreadsheet.map_headers(table.headers, COLUMNS, required=("code",))
    rows = {row.code: row for row in the_list(report)}
    units = owners(report, rows.values())
    found = Read(notes=table.notes)
    for number, texts in zip(table.numbers, table.rows, strict=True):
        said = dict(zip(names, texts, strict=True))
        _version(number, said.pop(VERSION, ""), report, found)
        _row(number, said, rows, units, report, found)
    return found


def _version(number: int, text: str, report: Submission, found: Read) -> None:
    if not text:
        return
    of, _slash, version = text.partition("/")
    if of != str(report.pk) or not (version.isdecimal() and len(version) < 10 and int(version) <= report.version):
        sentence = _(
            "Row %(row)s: this table was not taken from this report. Take it anew, or leave the column out."
        )
        found.faults.append(sentence % {"row": number})
        return
    found.versions.add(int(version))


def _row(
    number: int,
    said: dict[str, str],
    rows: Mapping[str, Listed],
    units: Mapping[str, Unit],
    report: Submission,
    found: Read,
) -> None:
    code = said.get("code", "")
    stands = rows.get(code)
    form = RowForm({**_standing(stands, units, report), **_values(said)}, owners=units)
    if code in found.typed:
        found.faults.append(
            _("Row %(row)s: the code %(code)s stands in the file twice.") % {"row": number, "code": code}
        )
    for name, errors in form.errors.items():
        said_of = {
            "row": number,
            "column": COLUMNS[name],
            "text": said.get(name, ""),
            "sentence": " ".join(map(str, errors)),
        }
        found.faults.append(_("Row %(row)s, %(column)s “%(text)s”: %(sentence)s") % said_of)
    if form.is_valid():
        is_off = numbers.fold(said.get(OFF, "")) in SAYS_YES
        found.typed[code] = Drafted(stands.before or form.facts if stands and is_off else form.facts, is_off=is_off)


def _standing(row: Listed | None, units: Mapping[str, Unit], report: Submission) -> dict[str, Any]:
    """What the form would be sent with if nobody touched it."""
    shown = initial_of(row.facts if row else blank(report), units)
    answers = {True: YES, False: NO, None: ""}
    sent = {name: answers[shown[name]] if name in ANSWERS else shown[name] for name in shown}
    return sent | {"status_since": show_day(shown["status_since"]) if shown["status_since"] else ""}


def _values(said: Mapping[str, str]) -> dict[str, str]:
    """The words of a table as the form's own values; what is unknown stays, so that the form names it."""
    found = {name: text for name, text in said.items() if name != OFF}
    for name, choices in CHOICES.items():
        if name in found:
            labels = {numbers.fold(str(each.label)): each.value for each in choices}
            found[name] = labels.get(numbers.fold(found[name]), found[name])
    for name in ANSWERS:
        if name in found:
            folded = numbers.fold(found[name])
            found[name] = YES if folded in SAYS_YES else NO if folded in SAYS_NO else found[name]
    return found
