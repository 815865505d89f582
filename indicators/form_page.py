"""What the page of a report shows: its head, its cells by group, the moves of the person who looks, its history.

A constant number of queries whatever the number of lines. The revision is read before the entries and the version
with the submission before both, so that what changes in between is found when the page is sent.
"""

import secrets
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from . import workflow
from .acts import Outcome
from .calendars import show_day, show_moment
from .drafts import EMPTY, Cell, CellKey, cells_of
from .entry import closed_because
from .forms import WRITES_CELLS, Fault, Layout, Slot, Typed, equation, typed_of
from .models import (
    EntryState,
    FigureStatus,
    OverTime,
    ProgrammeIndicator,
    Qualifier,
    State,
    SubjectRule,
    Submission,
    SubmissionEvent,
    User,
    ValueKind,
)
from .permissions import Standing, standing
from .wording import Said, deed, state_of, timing

UNITS_MOVES = ("submit", "sign", "return", "withdraw")  # the reviewers' moves stand in the admin


@dataclass(frozen=True)
class Row:
    """One cell: what is asked, what stands in its fields, and what is wrong with it."""

    slot: Slot
    cell: Cell
    typed: Typed
    faults: tuple[Fault, ...] = ()
    choices: tuple[str, ...] = ()
    conflict: str = ""
    is_saved: bool = True

    @property
    def kind(self) -> str:
        return self.slot.line.definition.value_kind

    @property
    def is_grid(self) -> bool:
        return self.slot.line.subject_rule == SubjectRule.EACH_COMMUNE

    @property
    def answers(self) -> list[tuple[str, str]]:
        yes, no = yes_no_words(self.slot)
        return [("", "–"), ("1", yes), ("0", no)]

    @property
    def window(self) -> str:
        """Up to which day a stock is counted; a flow and a running total name their stretch (domain.md 9, 19)."""
        line = self.slot.line
        if line.definition.over_time == OverTime.STOCK:
            return _("to the end of %(date)s") % {"date": show_day(line.round.period.last_day)}
        return (
            _("in the period") if line.definition.over_time == OverTime.FLOW else _("since the start of the year")
        )

    @property
    def is_filled(self) -> bool:
        return bool(self.cell.state)

    @property
    def wrong_fields(self) -> set[str]:
        return {fault.field for fault in self.faults}

    @property
    def first_field(self) -> str:
        return f"{self.slot.name}-{'numerator' if self.kind == ValueKind.RATIO else 'value'}"

    @property
    def wrong_field(self) -> str:
        return f"{self.slot.name}-{self.faults[0].field}" if self.faults else self.first_field

    @property
    def has_more_to_say(self) -> bool:
        """Whether the folded part stands open: something is in it, or a reason is due (domain.md 10)."""
        said = self.typed.note or self.typed.qualifier or self.typed.status != FigureStatus.OFFICIAL
        due = self.typed.state == EntryState.NOT_AVAILABLE
        return bool(said or due or self.wrong_fields & {"note", "qualifier", "status"})

    @property
    def readback(self) -> str:
        return figure_of(self.slot, self.cell)

    @property
    def state_words(self) -> str:
        return state_words(self.cell)

    @property
    def qualities(self) -> str:
        return str(FigureStatus(self.cell.status).label) if self.cell.status != FigureStatus.OFFICIAL else ""


@dataclass(frozen=True)
class Group:
    name: str
    rows: list[Row]

    @property
    def filled(self) -> int:
        return sum(row.is_filled for row in self.rows)


@dataclass(frozen=True)
class Button:
    move: str
    label: str
    sentence: str | None = None


@dataclass(frozen=True)
class Problem:
    """A line of the list on top, linked to the field it is about."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Happened:
    event: SubmissionEvent
    deed: str


@dataclass(frozen=True)
class Page:
    submission: Submission
    unit: str
    state: Said
    timing: Said
    groups: list[Group]
    buttons: list[Button]
    history: list[Happened]
    closed: str
    is_editable: bool
    shows_fields: bool
    key: str
    revision: str
    comment: str
    problems: list[Problem]
    outcome: Outcome | None

    @property
    def states(self) -> list[tuple[str, str]]:
        choices = {"": _("Not entered"), **dict(_choices(EntryState))}
        choices[EntryState.NOT_AVAILABLE] = _("Could not be collected (state why)")
        return list(choices.items())

    @property
    def statuses(self) -> list[tuple[str, str]]:
        return _choices(FigureStatus)

    @property
    def qualifiers(self) -> list[tuple[str, str]]:
        return [("", _("exact")), *_choices(Qualifier)]

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    @property
    def filled(self) -> int:
        return sum(group.filled for group in self.groups)

    @property
    def open_moves(self) -> list[Button]:
        return [b for b in self.buttons if b.sentence is None]

    @property
    def decisions(self) -> list[Button]:
        """The open moves that write no figures; sending stands beside the fields."""
        return [b for b in self.open_moves if b.move not in WRITES_CELLS]

    @property
    def can_return(self) -> bool:
        return any(b.move == "return" for b in self.decisions)

    @property
    def barred(self) -> dict[str, list[Button]]:
        """The sentence → the buttons that it bars, so that it is said once."""
        said: dict[str, list[Button]] = {}
        for button in self.buttons:
            if button.sentence is not None:
                said.setdefault(button.sentence, []).append(button)
        return said

    @property
    def returned(self) -> SubmissionEvent | None:
        """The return that stands, with its reason."""
        if self.submission.state != State.RETURNED:
            return None
        return next((h.event for h in self.history if h.event.to_state == State.RETURNED), None)


def draw(submission: Submission, layout: Layout, *, user: User, outcome: Outcome | None = None) -> Page:
    latest = workflow.latest_revision(submission)
    cells = cells_of(submission)
    where = standing(user, submission)
    closed = closed_because(submission) or ""
    slots = layout.slots if where.works_on_it else []
    groups = _groups(submission, [_row(slot, cells.get(slot.key, EMPTY), outcome) for slot in slots])
    history = _history(submission)
    is_started = any(group.filled for group in groups)
    return Page(
        submission=submission,
        unit=str(layout.unit),
        state=state_of(submission.state, submission.round, is_started=is_started),
        timing=timing(submission.round.due_on, submission.handed_in_at, is_locked=submission.round.is_locked),
        groups=groups,
        buttons=_buttons(submission, user, where),
        history=history,
        closed=closed or _not_mine(where),
        is_editable=where.reports and not closed,
        shows_fields=(where.reports and not closed) or bool(outcome and outcome.given_back),
        key=secrets.token_urlsafe(12),
        revision=latest.sha256 if latest else "",
        comment=outcome.posted.comment if outcome else "",
        problems=_problems(groups, outcome),
        outcome=outcome,
    )


def _not_mine(where: Standing) -> str:
    return "" if where.reports else _("Figures are entered by those who report for the unit.")


def _choices(of: type[TextChoices]) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in of.choices]


def _row(slot: Slot, cell: Cell, outcome: Outcome | None) -> Row:
    back = outcome.given_back.get(slot.key) if outcome else None
    conflict = outcome.conflicts.get(slot.key) if outcome else None
    if back is None or (back.cell == cell and not conflict):
        return Row(slot, cell, typed_of(cell, slot.line.definition))
    said = ""
    if conflict:
        said = _("Another person saved this line at %(time)s: %(theirs)s. Yours: %(mine)s. Keep which?") % {
            "time": show_moment(conflict.at),
            "theirs": in_words(slot, conflict.theirs),
            "mine": in_words(slot, conflict.mine),
        }
    return Row(slot, cell, back.typed, back.faults, back.choices, said, is_saved=False)


def figure_of(slot: Slot, cell: Cell) -> str:
    """The figure of a reported cell in words and unit; empty where there is none."""
    definition = slot.line.definition
    if cell.state != EntryState.REPORTED:
        return ""
    if definition.value_kind == ValueKind.TEXT:
        return cell.text
    if definition.value_kind == ValueKind.YES_NO and cell.value is not None:
        return yes_no_words(slot)[0 if cell.value else 1]
    return equation(definition, cell)


def state_words(cell: Cell) -> str:
    if cell.state == EntryState.NOT_AVAILABLE:
        return _("Could not be collected")
    return str(EntryState(cell.state).label) if cell.state else _("Not entered")


def in_words(slot: Slot, cell: Cell) -> str:
    """All that a cell says, on one line: two cells that differ are told apart."""
    said = figure_of(slot, cell) or state_words(cell)
    status = str(FigureStatus(cell.status).label) if cell.status != FigureStatus.OFFICIAL else ""
    return "; ".join(part for part in (said, status, f"“{cell.note}”" if cell.note else "") if part)


def yes_no_words(slot: Slot) -> tuple[str, str]:
    definition = slot.line.definition
    return definition.yes_words or _("Yes"), definition.no_words or _("No")


def _groups(submission: Submission, rows: list[Row]) -> list[Group]:
    """In the order of the form, each group where its first line stands; one query."""
    places = ProgrammeIndicator.objects.filter(indicator__in=[row.slot.line.indicator_id for row in rows])
    names = {
        p.indicator_id: p.group.name for p in places.select_related("group").order_by("-programme__code", "-pk")
    }
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(names.get(row.slot.line.indicator_id, ""), []).append(row)
    return [Group(name or _("Other indicators"), members) for name, members in grouped.items()]


def _buttons(submission: Submission, user: User, where: Standing) -> list[Button]:
    """The moves from here that are this person's, the barred ones with their sentence (workflow decides)."""
    mine = workflow.moves_from_here(submission, where)
    send = _("Send for signature") if submission.round.asks_sign_off else _("Send report")
    labels = {
        "submit": send,
        "sign": _("Sign off and send"),
        "return": _("Return for completion"),
        "withdraw": _("Withdraw"),
    }
    barred = workflow.refusals(submission, user, where)
    return [Button(move, labels[move], barred[move]) for move in UNITS_MOVES if move in mine]


def _history(submission: Submission) -> list[Happened]:
    events = submission.events.select_related("by").order_by("-number")
    return [Happened(event, deed(event)) for event in events]


def _problems(groups: list[Group], outcome: Outcome | None) -> list[Problem]:
    if outcome is None:
        return []
    rows = {row.slot.key: row for group in groups for row in group.rows}
    found = []
    for row in rows.values():
        said = [fault.sentence for fault in row.faults] + ([row.conflict] if row.conflict else [])
        found += [Problem(row.wrong_field, f"{row.slot.name}: {sentence}") for sentence in said]
    return found + [Problem(_field_of(rows, p.key), p.sentence) for p in outcome.problems]


def _field_of(rows: dict[CellKey, Row], key: CellKey | None) -> str:
    if key is None or key not in rows:
        return "main"
    row = rows[key]
    return f"{row.slot.name}-note" if row.cell.state == EntryState.NOT_AVAILABLE else row.first_field
