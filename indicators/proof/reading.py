"""What is stored, read in batches: the memory that a check needs, and its queries for a batch, do not grow with the
number of reports."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Max, OuterRef, QuerySet, Subquery

from ..drafts import lock
from ..models import (
    AdjustmentRequest,
    Assessment,
    EntryChange,
    Observation,
    RegisterList,
    Return,
    Revision,
    RoundLine,
    Seal,
    SealedHead,
    Submission,
    SubmissionEvent,
    Unit,
    UnitSlice,
)
from .chain import History

AT_ONCE = 50  # reports
ROWS_AT_ONCE = 2_000


def histories(submission: int | None = None) -> Iterator[list[History]]:
    """All reports by their numbers, or one; ten queries a batch, and one more where lists were approved."""
    reports = _reports() if submission is None else _reports().filter(pk=submission)
    last = 0
    while batch := list(reports.filter(pk__gt=last)[:AT_ONCE]):
        yield _with_rows(batch)
        last = batch[-1].pk


@transaction.atomic
def history_of(submission: int) -> History:
    """Under the lock of the report: nobody moves it while it is read."""
    lock(Submission(pk=submission))
    return _with_rows(list(_reports().filter(pk=submission)))[0]


def _reports() -> QuerySet[Submission]:
    return Submission.objects.select_related("round__form", "round__period").order_by("pk")


def _with_rows(batch: list[Submission]) -> list[History]:
    found = {report.pk: History(report) for report in batch}
    for event in (
        SubmissionEvent.objects.filter(submission__in=found)
        .select_related("decision", "signature__file")
        .order_by("submission", "number")
    ):
        found[event.submission_id].events.append(event)
    for revision in Revision.objects.filter(submission__in=found).order_by("submission", "number"):
        found[revision.submission_id].revisions.append(revision)
    for row in Observation.objects.filter(submission__in=found).order_by("submission", "pk"):
        found[row.submission_id].observations.append(row)
    lists = RegisterList.objects.filter(submission__in=found).prefetch_related("rows").order_by("submission", "pk")
    for listed in lists:
        found[listed.submission_id].lists.append(listed)
    for asked in Return.objects.filter(submission__in=found).order_by("submission", "version"):
        found[asked.submission_id].returns[asked.version] = asked
    _add_assessments(found)
    for request in AdjustmentRequest.objects.filter(submission__in=found).order_by("submission", "version"):
        found[request.submission_id].requests.append(request)
    changes = EntryChange.objects.filter(submission__in=found).order_by("submission").values("submission")
    for change in changes.annotate(last=Max("version")):
        found[change["submission"]].last_change = change["last"]
    _add_lines(found.values())
    _add_kinds(found.values())
    return list(found.values())


def _add_assessments(found: dict[int, History]) -> None:
    """One query; the explanations come with what they explain."""
    rows = Assessment.objects.filter(submission__in=found).select_related("explanation")
    for row in rows.order_by("submission", "pk"):
        history = found[row.submission_id]
        history.assessments.setdefault(row.version, []).append(row)
        if (said := row.explained) is not None:
            history.explanations.setdefault(said.version, []).append(said)


def _add_lines(histories: Collection[History]) -> None:
    of_round: dict[int, dict[int, RoundLine]] = {each.submission.round_id: {} for each in histories}
    lines = RoundLine.objects.filter(round__in=of_round).select_related("definition")
    for line in lines.order_by("pk"):
        of_round[line.round_id][line.pk] = line
    for each in histories:
        each.lines = of_round[each.submission.round_id]


def _add_kinds(histories: Collection[History]) -> None:
    """As tree_on tells it, for the units and days of a batch: a unit that does not live has no kind."""
    slices = UnitSlice.objects.filter(unit__in={each.submission.unit_id for each in histories})
    told: dict[int, list[tuple[date, str, Unit]]] = {}
    for row in slices.select_related("unit").order_by("unit", "valid_from"):
        told.setdefault(row.unit_id, []).append((row.valid_from, row.kind, row.unit))
    for each in histories:
        day = each.submission.round.period.last_day
        since = [(kind, unit) for start, kind, unit in told.get(each.submission.unit_id, []) if start <= day]
        if not since:
            continue
        kind, unit = since[-1]
        if each.submission.is_cut_off or (unit.began <= day and (unit.ended is None or unit.ended > day)):
            each.kind = kind


# --- Seals


@dataclass(frozen=True)
class SealedFact:
    """A head as it was sealed, beside the event as it stands: None where that is gone."""

    seal: int  # its number
    day: date
    submission: int
    number: int
    hash: str
    stands: str | None


def seals() -> Iterator[Seal]:
    return Seal.objects.order_by("number").iterator(chunk_size=ROWS_AT_ONCE)


def sealed_facts(*, submission: int | None = None) -> Iterator[SealedFact]:
    """In the order in which they were sealed; those of one report where it is named."""
    event = SubmissionEvent.objects.filter(submission=OuterRef("submission"), number=OuterRef("number"))
    rows: QuerySet[Any] = SealedHead.objects.annotate(
        seal_number=F("seal__number"), day=F("seal__day"), stands=Subquery(event.values("hash")[:1])
    )
    if submission is not None:
        rows = rows.filter(submission=submission)
    told = rows.order_by("seal__number", "submission").values_list(
        "seal_number", "day", "submission_id", "number", "hash", "stands"
    )
    for facts in told.iterator(chunk_size=ROWS_AT_ONCE):
        yield SealedFact(*facts)
