"""One report as the issued form on paper, to be printed or taken along in Word: a draft as it stands, anything else
from the content that was handed in (domain.md 34, 45).

The unit's own people print every hand-in and their draft; those who decide about a report print what reached them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from . import behalf, check_codes, slots
from .calendars import window_sentence
from .clock import now
from .drafts import EMPTY, Cell, CellKey, cells_of, frozen_cells
from .forms import typed_of
from .models import OnBehalf, Revision, State, Submission, SubmissionEvent
from .official import Official, desk, official
from .permissions import Standing
from .register_page import ListedRow, ListPage, as_handed_in, is_list, written
from .sheet import Row, Sheet, before_in, group_names, grouped, line_of
from .year import of_the_year


@dataclass(frozen=True)
class Printed(Sheet):
    """`handed_in` is None of a draft, which bears no check code."""

    submission: Submission
    unit: str
    handed_in: Revision | None
    official: Official
    on_behalf: behalf.Shown | None
    drawn_at: datetime
    is_newest: bool  # of the report's hand-ins
    the_list: ListPage | None = None  # of a report of a list: its rows
    shows_fields = False

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


def printed(submission: Submission, where: Standing, *, number: int | None = None) -> Printed | None:
    """The hand-in of that number, else what stands: to the unit its draft, to others what they were sent last. None
    where there is nothing that this person may have."""
    revisions = revisions_for(submission, where)
    if number is not None:
        revision = next((each for each in revisions if each.number == number), None)
        return _printed(submission, where, revision, revisions) if revision else None
    if where.works_on_it and submission.is_editable:
        return _printed(submission, where, None, revisions)
    return _printed(submission, where, revisions[-1], revisions) if revisions else None


def revisions_for(submission: Submission, where: Standing) -> list[Revision]:
    """Oldest first; one that still waits for its signature stays with the unit."""
    found = Revision.objects.filter(submission=submission)
    if not where.works_on_it:
        moves = SubmissionEvent.objects.filter(submission=submission, to_state=State.SUBMITTED)
        found = found.filter(sha256__in=moves.order_by().values("revision_sha256"))
    return list(found.order_by("number"))


def _printed(submission: Submission, where: Standing, revision: Revision | None, all_: list[Revision]) -> Printed:
    layout = slots.layout(submission)
    cells = frozen_cells(revision) if revision else cells_of(submission)
    act = _act(revision)
    events = _of_hand_in(submission, revision)
    at = layout.once("desk", lambda: desk(layout.unit, submission.round.period.last_day))
    rows = _rows(submission, layout, cells)
    return Printed(
        groups=grouped(rows, layout.once("groups", lambda: group_names(layout.slots)) if rows else {}),
        submission=submission,
        unit=str(layout.unit),
        handed_in=revision,
        official=official(at, events, act=act.act if act else None, signers=where.signers),
        on_behalf=act,
        drawn_at=now(),
        is_newest=revision is None or revision == all_[-1],
        the_list=_list(submission, revision),
    )


def _list(submission: Submission, revision: Revision | None) -> ListPage | None:
    if not is_list(submission):
        return None
    return as_handed_in(submission, revision) if revision else written(submission)


def _act(revision: Revision | None) -> behalf.Shown | None:
    """No query where the unit entered itself."""
    if revision is None or revision.on_behalf_id is None:
        return None
    found: Any = OnBehalf.objects.with_unit_name().select_related("by").get(pk=revision.on_behalf_id)
    return behalf.Shown(found, found.unit_name or "", "")


def _of_hand_in(submission: Submission, revision: Revision | None) -> list[SubmissionEvent]:
    """Newest first, from its sending to the one before the next: equal figures sent again are another hand-in."""
    if revision is None:
        return []
    found: list[list[SubmissionEvent]] = []
    for event in behalf.events_of(submission):
        if event.move == "submit":
            found.append([])
        if found:
            found[-1].append(event)
    return found[revision.number - 1][::-1] if revision.number <= len(found) else []


def _rows(submission: Submission, layout: slots.Layout, cells: dict[CellKey, Cell]) -> list[Row]:
    lines = {slot.key: slot.line for slot in layout.slots}
    years = layout.once("years", lambda: of_the_year(submission, lines))
    return [
        Row(
            slot,
            cells.get(slot.key, EMPTY),
            typed_of(cells.get(slot.key, EMPTY), slot.line.definition),
            before=before_in(slot),
            year=years[slot.key],
        )
        for slot in layout.slots
    ]


def heads() -> list[str]:
    """Of the nine columns of the issued form (domain.md 45)."""
    return [
        _("No."),
        _("Indicator"),
        _("Unit of measure"),
        _("Plan of the year"),
        _("Previous period"),
        _("In the period"),
        _("Since the start of the year"),
        _("On the same period"),
        _("Note"),
    ]


def texts(row: Row) -> list[str]:
    """The nine cells of a line in words, as printed_row.html says them."""
    line = line_of(row)
    figure = "–" if line.figure and line.is_running else line.figure or line.state_words
    parts = [line.parts] if line.parts else []
    before = line.before
    return [
        "" if row.is_grid else str(line.number),
        line.subject if row.is_grid else f"{line.title} ({line.window})",
        line.unit or "–",
        line.plan or "–",
        "\n".join(filter(None, (before.figure or before.words, before.period, before.carried))) if before else "–",
        "\n".join(filter(None, [figure, *([] if line.is_running else parts), line.qualities])),
        "\n".join(filter(None, [line.so_far or "–", *(parts if line.is_running else [])])),
        line.on_last_year or "–",
        line.note,
    ]


def list_heads() -> list[str]:
    """Of the columns in which the rows of a list are printed."""
    return [
        _("No."),
        _("Code"),
        _("Name of what is listed"),
        _("Owner unit"),
        _("Audience"),
        _("Kind of system"),
        _("Status"),
        _("LGSP"),
        _("What becomes of it"),
    ]


def list_texts(number: int, row: ListedRow) -> list[str]:
    return [
        str(number),
        row.code,
        row.name,
        row.owner or "–",
        row.audience or "–",
        row.kind or "–",
        " ".join(filter(None, [row.status or "–", row.status_since and f"({row.status_since})"])),
        row.via_lgsp or "–",
        str(row.change.word) if row.change else "",
    ]


def list_rows(page: Printed) -> list[list[str]]:
    """Those that go stand last: they are in the list no more."""
    rows = page.the_list.rows if page.the_list else []
    ordered = sorted(rows, key=lambda row: row.is_off)
    return [list_texts(number, row) for number, row in enumerate(ordered, start=1)]
