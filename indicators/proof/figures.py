"""Approved figures beside the content that was approved: plain rows in, what differs in words out."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from ..assessed import Standing, standing
from ..drafts import plain
from ..figures_kind import counting
from ..models import Observation, OverTime, Revision, SubmissionEvent
from .chain import History, Replay

Facts = dict[str, Any]
NUMBERS = ("value", "numerator", "denominator")
WORDS = ("state", "text", "decimals", "qualifier", "status")


@dataclass(frozen=True)
class Approval:
    event: SubmissionEvent
    revision: Revision
    ended_at: datetime | None  # by the next approval of the report, which replaced these figures


def faults(history: History, replay: Replay) -> Iterator[str]:
    """For each approval the figures written by it; then what stands for none."""
    written: dict[int, list[Observation]] = defaultdict(list)
    for row in history.observations:
        written[row.revision_id].append(row)
    for approval in approvals(replay):
        yield from _of_approval(history, approval, written.pop(approval.revision.pk, []))
    for rows in written.values():
        for row in rows:
            yield _("Figure #%(pk)s was approved by no event.") % {"pk": row.pk}


def approvals(replay: Replay) -> Iterator[Approval]:
    """Each with the moment of the next one, which replaced what it wrote."""
    ends = [event.at for event, _revision in replay.approvals[1:]]
    for (event, revision), end in zip_longest(replay.approvals, ends):
        yield Approval(event, revision, end)


def _of_approval(history: History, approval: Approval, rows: list[Observation]) -> Iterator[str]:
    cells, stands = _cells(history, approval.revision), _standing(history, approval)
    for row in rows:
        cell = cells.pop((row.indicator_id, row.subject_id), None)
        said: Facts = {"pk": row.pk, "number": approval.event.number}
        if cell is None:
            yield _("Figure #%(pk)s stands in no line of the content that event %(number)s approved.") % said
            continue
        said["indicator"] = cell["indicator"]
        stored, approved = _stored(row), _approved(history, approval, cell, stands)
        for name in stored:
            if stored[name] != approved[name]:
                said |= {"fact": _label(name), "stored": _shown(stored[name]), "approved": _shown(approved[name])}
                yield (
                    _(
                        "Figure #%(pk)s (%(indicator)s), approved by event %(number)s: %(fact)s is %(stored)s, but "
                        "should be %(approved)s."
                    )
                    % said
                )
        if sentence := _of_publication(history, approval, row):
            yield sentence % said
    for cell in cells.values():
        yield _("Event %(number)s approved a figure of %(indicator)s that does not stand.") % {
            "number": approval.event.number,
            "indicator": cell["indicator"],
        }


def _cells(history: History, revision: Revision) -> dict[tuple[int, int], Facts]:
    """By indicator and subject, as one report has at most one figure for each."""
    cells = json.loads(revision.content)["cells"]
    return {(history.lines[cell["line"]].definition.indicator_id, cell["subject"]): cell for cell in cells}


def _stored(row: Observation) -> Facts:
    names = (*NUMBERS, *WORDS, "definition_id", "period_id", "reporter_id", "contributes", "explanation")
    return {
        name: getattr(row, name) for name in (*names, "base_id", "assessment_id", "approved_at", "superseded_at")
    }


def _standing(history: History, approval: Approval) -> Standing:
    """The reviewers' own figures that stood when it was approved."""
    rows = sorted((row for rows in history.assessments.values() for row in rows), key=lambda row: row.pk)
    return standing(rows, approval.revision, until=approval.event.version)


def _approved(history: History, approval: Approval, cell: Facts, stands: Standing) -> Facts:
    """What figures_kind.apply writes for a cell."""
    definition, report = history.lines[cell["line"]].definition, history.submission
    theirs = stands.get((cell["line"], cell["subject"]))
    return {
        "base_id": None,
        **counting(cell, theirs, counts_assessed=report.round.counts_assessed),
        "assessment_id": theirs.pk if theirs else None,
        "definition_id": definition.pk,
        "period_id": report.round.period_id,
        "reporter_id": report.unit_id,
        "contributes": definition.is_contributed_by(unit_id=report.unit_id, kind=history.kind)
        and (not report.is_cut_off or definition.over_time == OverTime.FLOW),
        "explanation": cell["note"],
        "approved_at": approval.event.at,
        "superseded_at": approval.ended_at,
    }


def _of_publication(history: History, approval: Approval, row: Observation) -> str:
    """Where publication is no step of its own, it is part of the approval; elsewhere it follows."""
    since, until = row.published_at, row.unpublished_at
    if not history.submission.round.asks_publication and since != approval.event.at:
        return _("Figure #%(pk)s (%(indicator)s): it was not published by event %(number)s, which approved it.")
    if since and since < approval.event.at:
        return _("Figure #%(pk)s (%(indicator)s): it was published before event %(number)s approved it.")
    if until and (since is None or until < since):
        return _("Figure #%(pk)s (%(indicator)s): it was withdrawn before it was published.")
    return ""


def _shown(fact: Any) -> str:
    if fact is None or fact == "":
        return "–"
    if isinstance(fact, Decimal):
        return plain(fact)
    return fact.isoformat() if isinstance(fact, datetime) else str(fact)


def _label(name: str) -> str:
    field: Any = Observation._meta.get_field(name)
    return str(field.verbose_name)
