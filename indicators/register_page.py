"""The rows of a list as pages show them: on the unit's own page while it is written, and to reviewers as it was
handed in, each with what becomes of it and what stood before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from .calendars import show_day
from .models import FormKind, Revision, RowChange, Submission, Unit
from .register_drafts import Facts, Listed, before, the_list
from .register_kind import rows_of
from .register_table import LABELS, in_words
from .wording import Said

SHAPES = {RowChange.ADDED: "done", RowChange.CHANGED: "", RowChange.TAKEN_OFF: "missed"}


@dataclass(frozen=True)
class Difference:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ListedRow:
    code: str
    name: str
    owner: str
    audience: str
    kind: str
    status: str
    status_since: str
    via_lgsp: str
    change: Said | None  # None where the row stays as it was
    is_off: bool
    differences: list[Difference]  # of a row that changed


@dataclass(frozen=True)
class ListPage:
    rows: list[ListedRow]

    @property
    def departing(self) -> list[ListedRow]:
        return [row for row in self.rows if row.change]

    @property
    def staying(self) -> list[ListedRow]:
        return [row for row in self.rows if not row.change]

    @property
    def sentence(self) -> str:
        """How many there are, and what becomes of them."""
        return _("%(rows)s rows; %(departing)s of them were added, changed or taken off.") % {
            "rows": sum(not row.is_off for row in self.rows),
            "departing": len(self.departing),
        }


def is_list(submission: Submission) -> bool:
    return submission.round.form.kind == FormKind.REGISTER


def written(submission: Submission) -> ListPage:
    """The draft; four queries."""
    return _page(the_list(submission), submission.round.period.last_day)


def as_handed_in(submission: Submission, revision: Revision) -> ListPage:
    """What was frozen, beside what stood at the cut-off before."""
    stood = before(submission)
    rows = [Listed(r.code, r.facts, r.change, stood.get(r.code)) for r in rows_of(revision)]
    return _page(rows, submission.round.period.last_day)


def _page(rows: list[Listed], day: date) -> ListPage:
    names = _names(rows, day)
    return ListPage([_row(row, names) for row in rows])


def _names(rows: Iterable[Listed], day: date) -> dict[int, str]:
    keeping = {facts["owner_id"] for row in rows for facts in (row.facts, row.before) if facts} - {None}
    return {unit.pk: str(unit) for unit in Unit.objects.with_slice(day).filter(pk__in=keeping).order_by("pk")}


def _row(row: Listed, names: dict[int, str]) -> ListedRow:
    said = {name: shown(name, row.facts, names) for name in LABELS if name != "code"}
    change = Said(str(RowChange(row.change).label), SHAPES[RowChange(row.change)]) if row.change else None
    return ListedRow(
        code=row.code,
        name=said["name"],
        owner=said["owner"],
        audience=said["audience"],
        kind=said["kind"],
        status=said["status"],
        status_since=said["status_since"],
        via_lgsp=said["via_lgsp"],
        change=change,
        is_off=row.is_off,
        differences=_differences(row, names) if row.change == RowChange.CHANGED and row.before else [],
    )


def _differences(row: Listed, names: dict[int, str]) -> list[Difference]:
    found = []
    for name, label in LABELS.items():
        if name == "code" or row.before is None:
            continue
        old, new = shown(name, row.before, names), shown(name, row.facts, names)
        if old != new:
            found.append(Difference(str(label), old or "–", new or "–"))
    return found


def shown(name: str, facts: Facts, names: dict[int, str]) -> str:
    """One fact in words; empty where the list does not say."""
    if name == "owner":
        return names.get(facts["owner_id"], "")
    value = in_words(name, facts[name])
    return show_day(value) if isinstance(value, date) else str(value)
