"""What a submission of figures freezes (content), complains of (problems), tells reviewers to look at (flag) and
writes on approval (apply).

workflow.py knows these four functions and nothing of what is in a report.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from . import assessed, totals
from .denominators import objections, problems
from .drafts import EMPTY, cell_of, cells_of, plain
from .models import (
    Assessment,
    BaseFigure,
    Entry,
    Evidence,
    Flags,
    Observation,
    OnBehalf,
    Revision,
    RoundLine,
    Submission,
)
from .tree import tree_on
from .validation import expected_cells, findings, lacks_evidence

__all__ = ["apply", "content", "flag", "problems"]


def content(submission: Submission, *, on_behalf: OnBehalf | None = None) -> dict[str, Any]:
    """Everything the hand-in says, in plain JSON: the report's place, its cells in the order of the form, the
    evidence beside them, by the check codes of the files, and who entered it on behalf of the unit, if anybody."""
    entries = (
        Entry.objects.select_related("line__indicator", "base__document")
        .filter(submission=submission)
        .exclude(state="")
    )
    said: dict[str, Any] = {
        "submission": submission.pk,
        "form": submission.round.form.code,
        "period": submission.round.period.label,
        "unit": submission.unit_id,
        "cells": [_frozen(entry) for entry in entries.order_by("line__order", "line", "subject")],
        "evidence": [item.as_json() for item in _evidence(submission)],
    }
    return said | {"on_behalf": on_behalf.as_json()} if on_behalf else said


def _evidence(submission: Submission) -> QuerySet[Evidence]:
    items = Evidence.objects.standing().filter(submission=submission).select_related("file")
    return items.order_by("line__order", "line", "subject", "pk")


def _frozen(entry: Entry) -> dict[str, Any]:
    place = {"line": entry.line_id, "indicator": entry.line.indicator.code, "subject": entry.subject_id}
    return place | cell_of(entry).as_json() | ({"base": _register(entry.base)} if entry.base else {})


def _register(base: BaseFigure) -> dict[str, Any]:
    """The base figure that a denominator is, as it stood at the hand-in."""
    return {
        "kind": base.kind,
        "value": plain(base.value),
        "day": base.day.isoformat(),
        "source": base.source,
        "document": str(base.document),
    }


def flag(submission: Submission, revision: Revision) -> None:
    """Counts what of the hand-in asks for a look, as the figures and the past stand at this moment. The review page
    asks the rules anew, so that an adjustment of the past shows there."""
    expected, cells = expected_cells(submission), cells_of(submission)
    found = findings(submission, expected, cells)
    proven = {item.cell for item in _evidence(submission)}
    bare = [key for key, line in expected.items() if lacks_evidence(line, cells.get(key, EMPTY), key in proven)]
    Flags.objects.create(
        revision=revision,
        warnings=sum(each.is_warning for each in found) + objections(cells),
        large_changes=sum(each.is_large_change for each in found),
        without_evidence=len(bare),
    )


def apply(submission: Submission, revision: Revision, *, at: datetime) -> None:
    """Writes what was read and approved, from the frozen revision: an observation for every cell, the old ones
    superseded line by line, then the totals above. Where a reviewer entered a figure of his or her own, that stands
    beside it, or counts in its place, as the round says. A form without the publication step publishes at once."""
    lines = {line.pk: line for line in submission.round.lines.select_related("definition")}
    totals.lock_period(submission.round.period_id)
    _supersede(submission, at, publishes=not submission.round.asks_publication)
    Observation.objects.bulk_create(_observations(submission, revision, lines, at))
    totals.recompute(submission.round.period_id, [line.indicator_id for line in lines.values()])


def _supersede(submission: Submission, at: datetime, *, publishes: bool) -> None:
    own = Observation.objects.filter(submission=submission)
    if publishes:
        own.filter(published_at__isnull=False, unpublished_at__isnull=True).update(unpublished_at=at)
    own.filter(superseded_at__isnull=True).update(superseded_at=at)


def _observations(
    submission: Submission, revision: Revision, lines: dict[int, RoundLine], at: datetime
) -> Iterator[Observation]:
    tree = tree_on(submission.round.period.last_day)
    stands = assessed.standing_on(submission, revision)
    for cell in json.loads(revision.content)["cells"]:
        definition = lines[cell["line"]].definition
        theirs = stands.get((cell["line"], cell["subject"]))
        yield Observation(
            indicator_id=definition.indicator_id,
            definition=definition,
            period_id=submission.round.period_id,
            subject_id=cell["subject"],
            reporter_id=submission.unit_id,
            contributes=totals.contributes(definition, submission.unit_id, tree),
            explanation=cell["note"],
            assessment=theirs,
            submission=submission,
            revision=revision,
            approved_at=at,
            published_at=None if submission.round.asks_publication else at,
            **counting(cell, theirs, counts_assessed=submission.round.counts_assessed),
        )


def counting(cell: dict[str, Any], theirs: Assessment | None, *, counts_assessed: bool) -> dict[str, Any]:
    """The figure that counts: of the frozen cell, or the reviewer's own."""
    if theirs is not None and counts_assessed:
        return assessed.figure(theirs)
    return _figure(cell)


def _figure(cell: dict[str, Any]) -> dict[str, Any]:
    numbers = {n: None if cell[n] is None else Decimal(cell[n]) for n in ("value", "numerator", "denominator")}
    words = {n: cell[n] for n in ("state", "text", "decimals", "qualifier", "status")}
    return numbers | words | {"base_id": cell.get("base_id")}
