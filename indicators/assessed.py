"""The reviewers' own figures as they stand beside what a unit handed in (domain.md 26): plain reading.

The newest of a figure holds, unless it took back what held. It is about the figure that was handed in: in a later
hand-in it stands as long as the unit says the same there, and lapses where it says anything else.

What a reviewer has read is named by one code: the check code of the content, and behind it the version of the last
act that entered such a figure or explained one. Rows are append-only, so the two name exactly what stood.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from .drafts import Cell, CellKey, cell_from, plain
from .models import Assessment, Explanation, Revision, Round, Submission, SubmissionEvent

ACTS = ("assess", "explain")  # in the chain of a report's events; they leave its state where it is
FIGURE = ("state", "value", "numerator", "denominator", "text", "decimals", "qualifier", "status")
NUMBERS = ("value", "numerator", "denominator")

Frozen = Mapping[str, Any]  # one cell of a revision, as drafts.Cell.as_json wrote it
Standing = dict[CellKey, Assessment]


def rows_of(submissions: Collection[int]) -> dict[int, list[Assessment]]:
    """By report, oldest first, with their explanations; one query."""
    found: dict[int, list[Assessment]] = {pk: [] for pk in submissions}
    rows = Assessment.objects.filter(submission__in=submissions).select_related(
        "by", "explanation__by", "line__indicator"
    )
    for row in rows.order_by("pk"):
        found[row.submission_id].append(row)
    return found


def standing(rows: Iterable[Assessment], revision: Revision | None, *, until: int | None = None) -> Standing:
    """Beside this hand-in; `until` is the version of the report up to which rows count."""
    newest = {row.cell: row for row in rows if until is None or row.version <= until}
    if not newest or revision is None:
        return {}
    cells = cells_in(revision)
    return {key: row for key, row in newest.items() if row.state and key in cells and _is_about(row, cells[key])}


def cells_in(revision: Revision) -> dict[CellKey, Frozen]:
    return {(cell["line"], cell["subject"]): cell for cell in json.loads(revision.content)["cells"]}


def _is_about(row: Assessment, cell: Frozen) -> bool:
    """A note or a tick changes no figure; another status does: an estimate that became official is another."""
    then, now = cell_from(row.reported), cell_from(cell)
    return all(getattr(then, name) == getattr(now, name) for name in FIGURE)


def standing_on(submission: Submission, revision: Revision | None) -> Standing:
    return standing(rows_of([submission.pk])[submission.pk], revision)


def figure(row: Assessment) -> dict[str, Any]:
    """The fields of a figure, as it counts where the reviewer's own does."""
    return {name: getattr(row, name) for name in FIGURE}


def counting(round_: Round, frozen: Mapping[CellKey, Cell], stands: Standing) -> Mapping[CellKey, Cell]:
    """What approval would write: where the reviewers' own figures count, these."""
    if not round_.counts_assessed:
        return frozen
    return {**frozen, **{key: Cell(**figure(row)) for key, row in stands.items()}}


def open_until(stands: Iterable[Assessment], day: date) -> date | None:
    """Until when the unit may still explain one of these; None where nothing is open."""
    days = [row.explain_by for row in stands if row.explain_by and row.explain_by >= day and row.explained is None]
    return max(days, default=None)


# --- What was read


def code(sha256: str, version: int) -> str:
    return f"{sha256}-{version}" if version else sha256


def code_of(latest: Revision) -> str:
    """What a reviewer who opens the report now reads, where `latest` is its last hand-in; one query."""
    report = latest.submission_id
    return code(latest.sha256, last_versions([report]).get(report, 0))


def content_in(read: str) -> str:
    """The check code of the content in a code of what was read."""
    return read.partition("-")[0]


def version_in(read: str) -> int:
    """Up to which version figures of reviewers and explanations were read; 0 where there were none."""
    version = read.partition("-")[2]
    return int(version) if version.isdecimal() and len(version) < 10 else 0


def last_version(events: Iterable[SubmissionEvent]) -> int:
    return max((event.version for event in events if event.move in ACTS), default=0)


def last_versions(submissions: Collection[int]) -> dict[int, int]:
    """By report, of those that have any; one query."""
    rows = SubmissionEvent.objects.filter(submission__in=submissions, move__in=ACTS).order_by("version")
    return dict(rows.values_list("submission", "version"))


# --- What the event of an act holds the check code of


def said_in(rows: Iterable[Assessment]) -> list[dict[str, Any]]:
    """Plain JSON of the figures that one act entered or took back."""
    return [
        {
            "line": row.line_id,
            "subject": row.subject_id,
            "revision": row.revision_id,
            "reported": row.reported,
            "reason": row.reason,
            "explain_by": row.explain_by.isoformat() if row.explain_by else None,
            **plain_figure(row),
        }
        for row in sorted(rows, key=lambda row: row.cell)
    ]


def plain_figure(row: Assessment) -> dict[str, Any]:
    said = figure(row)
    return said | {name: None if said[name] is None else plain(said[name]) for name in NUMBERS}


def explained_in(rows: Iterable[Explanation]) -> list[dict[str, Any]]:
    """Plain JSON of what one act explained."""
    return [
        {"assessment": row.assessment_id, "text": row.text}
        for row in sorted(rows, key=lambda row: row.assessment_id)
    ]
