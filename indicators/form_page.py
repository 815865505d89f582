"""What the page of a report shows: its head, its cells by group, the moves of the person who looks, its history.

A constant number of queries whatever the number of lines. The revision is read before the entries and the version
with the submission before both, so that what changes in between is found when the page is sent.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from . import (
    behalf,
    check_codes,
    evidence,
    explaining,
    history,
    mending,
    report_points,
    returns,
    signed_papers,
    workflow,
)
from .acts import Outcome, blanks
from .assessing import own_of
from .calendars import show_moment, window_sentence
from .clock import now
from .denominators import overtaken
from .drafts import EMPTY, Cell, CellKey, cells_of
from .entry import closed_because
from .form_problems import Problem, problems_of, unsettled_of
from .forms import WRITES_CELLS, typed_of
from .mending import Adjusting, Changed, ToMend
from .models import Observation, Period, Return, Revision, State, Submission, SubmissionEvent, User
from .official import Official, desk, official
from .permissions import Standing
from .sheet import Group, Row, Sheet, before_in, change_of, group_names, grouped, in_words
from .slots import Layout, Slot
from .validation import Known, findings
from .validation import Problem as Finding
from .wording import Said, deed, state_of, timing_now
from .year import of_the_year

EVIDENCE = "evidence/"  # relative, so that equal lines of two reports are drawn once
UNITS_MOVES = ("submit", "sign", "return", "withdraw")  # the reviewers' moves stand in the admin


@dataclass(frozen=True)
class Button:
    move: str
    label: str
    sentence: str | None = None


@dataclass(frozen=True)
class Happened:
    event: SubmissionEvent
    deed: str
    is_on_behalf: bool

    @property
    def check_code(self) -> str:
        return check_codes.short(self.event.revision_sha256)


@dataclass(frozen=True)
class Page(Sheet):
    submission: Submission
    unit: str
    state: Said
    timing: Said
    buttons: list[Button]
    history: list[Happened]
    closed: str
    is_editable: bool
    shows_fields: bool
    version: int  # the one that what stands in the fields is to be compared with
    key: str
    handed_in: Revision | None  # what stands handed in; None while the figures may still change
    revision: str
    comment: str
    on_behalf: behalf.Shown | None
    official: Official
    where: Standing  # of the person who looks
    takes_paper: bool  # a signed document may be attached now, by this person
    problems: list[Problem]
    unsettled: list[Problem]  # what stands in the draft and would block its hand-in
    outcome: Outcome | None
    assessed: list[explaining.Shown]  # the reviewers' own figures beside those of the unit
    points: list[report_points.ReportPoints]  # what the figures come to by the sets that score the unit
    asked: Return | None  # the return that stands
    to_mend: list[ToMend]  # the lines it names
    changed: list[Changed]  # since that return, for whoever signs the report again
    adjusting: Adjusting
    drawn_at: datetime
    group: int  # the one that is drawn alone, as on a phone; 0 draws the whole form
    blanks: int  # how many mandatory figures nothing is said of

    @property
    def shown(self) -> list[Group]:
        return [group for group in self.groups if self.group in (0, group.number)]

    @property
    def next_group(self) -> Group | None:
        return self.groups[self.group] if 0 < self.group < len(self.groups) else None

    @property
    def other_groups(self) -> list[Group]:
        return [group for group in self.groups if group.number != self.group]

    @property
    def is_at_its_end(self) -> bool:
        """Where the report is handed in: below the whole form, or below its last group."""
        return self.next_group is None

    @property
    def reason(self) -> str:
        """For the remaining blanks, as it was typed."""
        return self.outcome.posted.reason if self.outcome else ""

    @property
    def reason_fault(self) -> str:
        return self.outcome.reason_fault if self.outcome else ""

    @property
    def due_on(self) -> date | None:
        """A return that stands has its own day."""
        return self.asked.resend_due_on if self.asked else self.submission.due_on

    @property
    def window(self) -> str:
        report = self.submission
        return window_sentence(report.round.period.first_day, report.last_day)

    @property
    def code(self) -> str:
        return check_codes.of(self.handed_in.sha256, self.handed_in.number) if self.handed_in else ""

    @property
    def where_to_check(self) -> str:
        return f"{settings.BASE_URL}/check/" if self.handed_in else ""

    @property
    def signs_as(self) -> str:
        """The capacity in words, beside the button."""
        membership = self.where.signs_as
        if membership is None or not membership.capacity:
            return ""
        return ", ".join(filter(None, (membership.get_capacity_display(), membership.title)))

    @property
    def can_explain(self) -> bool:
        """Some figure of a reviewer still waits for what the unit says to it."""
        return any(not figure.closed for figure in self.assessed)

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
        events = [happened.event for happened in self.history]
        return next((e for e in events if e.from_state != e.to_state == State.RETURNED), None)


def draw(
    submission: Submission,
    layout: Layout,
    *,
    user: User,
    where: Standing,
    outcome: Outcome | None = None,
    group: int = 0,
) -> Page:
    """`group` draws the fields of one group alone; a number that is none of the form's draws them all."""
    handed_in = None if submission.is_editable else workflow.latest_revision(submission)
    if not where.works_on_it:  # what this person typed comes back, of what others wrote nothing is told
        layout = replace(layout, slots=[s for s in layout.slots if outcome and s.key in outcome.given_back])
    cells = cells_of(submission) if where.works_on_it else {}
    slots = layout.slots if where.works_on_it else []
    closed = closed_because(submission) or ""
    found = _findings(submission, layout, cells) if slots else []
    rows = _rows(submission, layout, cells, found, outcome) if layout.slots else []
    asked = returns.standing(submission)
    rows = mending.marked(rows, asked)
    resend_on = asked.resend_due_on if asked else None
    groups = grouped(rows, layout.once("groups", lambda: group_names(layout.slots)) if rows else {})
    shows_fields = (where.reports and not closed) or bool(outcome and outcome.given_back)
    group = group if shows_fields and 1 < len(groups) >= group else 0
    happened = _history(submission)
    events, on_behalf = [each.event for each in happened], _on_behalf(submission, where, happened)
    return Page(
        submission=submission,
        unit=str(layout.unit),
        state=_state(submission, groups, resend_on),
        timing=timing_now(submission, resend_on),
        groups=groups,
        buttons=_buttons(submission, user, where),
        history=happened,
        closed=closed or ("" if where.reports else _("Figures are entered by those who report for the unit.")),
        is_editable=where.reports and not closed,
        shows_fields=shows_fields,
        version=outcome.posted.version if outcome and outcome.is_kept else submission.version,
        key=secrets.token_urlsafe(12),
        handed_in=handed_in,
        revision=handed_in.sha256 if handed_in else "",
        comment=outcome.posted.comment if outcome else "",
        on_behalf=on_behalf,
        official=_official(submission, layout, happened if handed_in else [], on_behalf, where),
        where=where,
        takes_paper=signed_papers.is_open(submission, user, where),
        problems=problems_of(groups, outcome, group),
        unsettled=unsettled_of(groups, found, group),
        outcome=outcome,
        assessed=(assessed := explaining.shown(submission, slots, events)),
        points=_points(submission, layout, cells, assessed) if slots else [],
        asked=asked,
        to_mend=mending.to_mend(groups, group),
        changed=mending.changes(submission, asked, events, rows),
        adjusting=mending.adjusting(submission, where, events, rows),
        drawn_at=now(),
        group=group,
        blanks=len(blanks(layout.expected, cells)) if slots else 0,
    )


def _points(
    submission: Submission, layout: Layout, cells: Mapping[CellKey, Cell], assessed: list[explaining.Shown]
) -> list[report_points.ReportPoints]:
    kind = getattr(layout.unit, "kind_on_day", "")
    sets = layout.once("sets", lambda: report_points.sets_of(submission, layout.expected, kind))
    own = {each.row.cell: own_of(each.row).cell for each in assessed}
    return report_points.points_of(sets, layout.expected, cells, own, submission.unit_id)


def _state(submission: Submission, groups: list[Group], resend_on: date | None) -> Said:
    is_started, waits = any(each.filled for each in groups), _waits(submission)
    return state_of(submission.state, submission.round, is_started=is_started, resend_on=resend_on, waits=waits)


def _waits(submission: Submission) -> bool:
    """For its publication; asked only where that is a step of its own."""
    may_wait = submission.state == State.APPROVED and submission.round.asks_publication
    return may_wait and Observation.objects.waiting().filter(submission=submission).exists()


def _findings(submission: Submission, layout: Layout, cells: Mapping[CellKey, Cell]) -> list[Finding]:
    """None where nothing is entered: an empty form is not greeted with complaints."""
    if not any(cell.state for cell in cells.values()):
        return []
    known = layout.once("known", lambda: _known(submission, layout))
    found = findings(submission, layout.expected, cells, known)
    return found + overtaken(submission, layout.expected, cells, layout.bases, known.names)


def _known(submission: Submission, layout: Layout) -> Known:
    """What the rules of the round compare with: of the catalogue and of approved figures; at most three queries."""
    definitions = [line.definition for line in layout.expected.values()]
    return Known(
        last=history.last_figures(submission, definitions),
        series=history.series(submission, definitions),
        checks=list(submission.round.checks.order_by("order", "pk")),
        names={slot.subject.pk: str(slot.subject) for slot in layout.slots},
        proven=set(),  # asked for at the hand-in alone
    )


def _rows(
    submission: Submission,
    layout: Layout,
    cells: Mapping[CellKey, Cell],
    found: list[Finding],
    outcome: Outcome | None,
) -> list[Row]:
    """One query, and three more where nothing is kept."""
    attached = evidence.attached(submission)
    years = layout.once("years", lambda: of_the_year(submission, layout.expected))
    about = defaultdict(list)
    for finding in found:
        about[finding.key].append(finding)
    return [
        _row(
            slot,
            cells.get(slot.key, EMPTY),
            outcome,
            submission.round.period,
            findings=tuple(about.get(slot.key, ())),
            evidence=attached.get(slot.key, ()),
            evidence_page=EVIDENCE,
            year=years[slot.key],
        )
        for slot in layout.slots
    ]


def _row(slot: Slot, cell: Cell, outcome: Outcome | None, period: Period, **beside: Any) -> Row:
    """Findings are about what is stored, so a row that shows something else keeps them back."""
    back = outcome.given_back.get(slot.key) if outcome else None
    conflict = outcome.conflicts.get(slot.key) if outcome else None
    definition = slot.line.definition
    beside["before"] = before_in(slot)
    if back is None or (back.cell == cell and not conflict):
        change = change_of(definition, cell, slot.before, period)
        return Row(slot, cell, typed_of(cell, definition), change=change, **beside)
    said = ""
    if conflict:
        said = _("Another person saved this line at %(time)s: %(theirs)s. Yours: %(mine)s. Keep which?") % {
            "time": show_moment(conflict.at),
            "theirs": in_words(definition, conflict.theirs),
            "mine": in_words(definition, conflict.mine),
        }
    beside["findings"] = ()
    return Row(slot, cell, back.typed, back.faults, back.choices, said, is_saved=False, **beside)


def _buttons(submission: Submission, user: User, where: Standing) -> list[Button]:
    """The moves from here that are this person's, the barred ones with their sentence (workflow decides)."""
    mine = workflow.moves_from_here(submission, where)
    send = _("Send for signature") if submission.round.asks_sign_off else _("Send report")
    if where.on_behalf:
        send = _("Send on behalf of the unit")
    labels = {
        "submit": send,
        "sign": _("Sign off and send"),
        "return": _("Return for completion"),
        "withdraw": _("Withdraw"),
    }
    shown = [move for move in UNITS_MOVES if move in mine]
    barred = workflow.refusals(submission, user, where, moves=shown)
    return [Button(move, labels[move], barred[move]) for move in shown]


def _history(submission: Submission) -> list[Happened]:
    events = reversed(behalf.events_of(submission))
    return [Happened(event, deed(event, is_on_behalf=event.is_on_behalf), event.is_on_behalf) for event in events]


def _on_behalf(submission: Submission, where: Standing, history: list[Happened]) -> behalf.Shown | None:
    """Every act left its event in the chain, and most reports have none: then nothing is asked."""
    acted = any(happened.event.move == behalf.OPENED for happened in history)
    return behalf.shown(submission, where) if acted else None


def _official(
    submission: Submission, layout: Layout, history: list[Happened], acted: behalf.Shown | None, where: Standing
) -> Official:
    """`history` back to the sending: an earlier signature on the same figures is not one on this hand-in."""
    events = [happened.event for happened in history]
    last = next((place for place, event in enumerate(events) if event.move == "submit"), -1)
    at = layout.once("desk", lambda: desk(layout.unit, submission.round.period.last_day))
    return official(at, events[: last + 1], act=acted.act if acted else None, signers=where.signers)
