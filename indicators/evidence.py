"""Evidence beside the cells of a report (domain.md 37): attached and removed by those who report, while entry is
open; frozen with the figures at the hand-in (figures_kind.content), so that an approval is bound to it.

What a revision names is only withdrawn: its row and its file stay, for whoever asks what was approved. Who works on
the report reads all of it; who verifies or approves it reads what was handed in with it. Nobody else reads any:
readers of the province see figures, never the papers behind them.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from . import files, keys, numbers
from .clock import now
from .drafts import CellKey, lock
from .entry import closed_because
from .models import Evidence, Observation, Revision, State, Submission, SubmissionEvent, User
from .permissions import Standing, standing
from .refusals import Refused
from .validation import expected_cells

MAX_A_CELL = 10
MAX_A_REPORT = 200
LINK_LENGTH = 500
DESCRIPTION_LENGTH = 300


@dataclass(frozen=True)
class Attached:
    """One item as a page shows it. `address` is where its file is downloaded, or from where its link is followed:
    both are written down there."""

    number: int
    name: str
    description: str
    address: str
    is_link: bool


@dataclass(frozen=True)
class Earlier:
    """What stood beside the figure of an earlier period."""

    item: Attached
    period: str


class _Repeated(Exception):
    """The page had been sent already: undoes what was begun."""


def attach_file(
    submission: Submission, cell: CellKey, upload: files.Upload, *, description: str, by: User, key: str = ""
) -> bool:
    """False where the page with this one-time key had been sent already. Raises Refused, or files.NoRoom."""
    refuse_barred(submission, by)  # before anything is written; asked again under the lock
    same, said = {"file__sha256": upload.sha256}, {"description": plain_description(description)}
    try:
        with files.keeping(upload, by=by) as kept:
            _add(submission, cell, same, by=by, key=key, said={**said, "file": kept})
    except _Repeated:
        return False
    return True


def attach_link(
    submission: Submission, cell: CellKey, link: str, *, description: str, by: User, key: str = ""
) -> bool:
    """As attach_file; whether anything stands behind the link is not looked at, since nothing here calls out."""
    said = {"link": plain_link(link), "description": plain_description(description)}
    try:
        with transaction.atomic():
            _add(submission, cell, {"link": said["link"]}, by=by, key=key, said=said)
    except _Repeated:
        return False
    return True


def remove(submission: Submission, number: int, *, by: User) -> bool:
    """True where the item was deleted with its file; False where a revision names it, so that it is withdrawn and
    kept. Raises Refused."""
    with transaction.atomic():
        submission = lock(submission)
        refuse_barred(submission, by)
        item = _standing(submission).filter(pk=number).select_related("file").first()
        if item is None:
            raise Refused(_("This evidence was removed already."))
        if item.pk in _named_by(Revision.objects.filter(submission=submission)):
            item.removed_at, item.removed_by = now(), by
            item.save(update_fields=["removed_at", "removed_by"])
            return False
        item.delete()
        if item.file:
            files.discard(item.file)
    return True


def _add(
    submission: Submission, cell: CellKey, same: Mapping[str, str], *, by: User, key: str, said: Mapping[str, Any]
) -> None:
    """Inside the transaction: sent before, permission and state, the cell, the limits. `same` finds its like."""
    if key and keys.use(key, by=by, result=page_of(submission)) is not None:
        raise _Repeated
    submission = lock(submission)
    refuse_barred(submission, by)
    if cell not in expected_cells(submission):
        raise Refused(_("This line is not part of the report."))
    _refuse_too_many(submission, cell, same)
    line, subject = cell
    Evidence.objects.create(submission=submission, line_id=line, subject_id=subject, added_by=by, **said)


def _refuse_too_many(submission: Submission, cell: CellKey, same: Mapping[str, str]) -> None:
    of_report = _standing(submission)
    of_cell = of_report.filter(line=cell[0], subject=cell[1])
    if of_cell.filter(**same).exists():
        raise Refused(_("This evidence is attached to the line already."))
    if of_cell.count() >= MAX_A_CELL:
        raise Refused(_("A line takes at most %(limit)s pieces of evidence.") % {"limit": MAX_A_CELL})
    if of_report.count() >= MAX_A_REPORT:
        raise Refused(_("A report takes at most %(limit)s pieces of evidence.") % {"limit": MAX_A_REPORT})


def barred(submission: Submission, where: Standing) -> str:
    """The sentence that says why nothing can be attached or removed now; empty while it can."""
    if not where.reports:
        return _("Evidence is attached and removed by those who enter figures for the unit.")
    return closed_because(submission) or ""


def refuse_barred(submission: Submission, by: User) -> None:
    if sentence := barred(submission, standing(by, submission)):
        raise Refused(sentence)


def plain_link(link: str) -> str:
    link = numbers.normalise(link)
    try:
        URLValidator(schemes=["http", "https"])(link)
    except ValidationError as wrong:
        raise Refused(_("A link begins with https:// or http:// and names a page.")) from wrong
    if len(link) > LINK_LENGTH:
        raise Refused(_("The link is longer than %(limit)s characters.") % {"limit": LINK_LENGTH})
    files.refuse_marked(name=link)
    scheme, colon, rest = link.partition(":")
    return f"{scheme.lower()}{colon}{rest}"


def plain_description(description: str) -> str:
    description = " ".join(numbers.normalise(description).split())
    if len(description) > DESCRIPTION_LENGTH:
        raise Refused(_("The description is longer than %(limit)s characters.") % {"limit": DESCRIPTION_LENGTH})
    files.refuse_marked(name=description)
    return description


# --- Reading


def attached(submission: Submission) -> dict[CellKey, tuple[Attached, ...]]:
    """What stands beside each cell now, in one query: for those who work on the report."""
    items = _standing(submission).select_related("file").order_by("pk")
    return _by_cell([item.as_json() for item in items], submission.pk)


def withdrawn(submission: Submission) -> dict[CellKey, tuple[Attached, ...]]:
    """What was taken back and is kept, because a hand-in names it; one query."""
    gone = Evidence.objects.filter(submission=submission, removed_at__isnull=False)
    return _by_cell([item.as_json() for item in _in_order(gone)], submission.pk)


def frozen(revision: Revision | None) -> dict[CellKey, tuple[Attached, ...]]:
    """What was handed in with a revision, from its content alone: for those who decide about it."""
    return _by_cell(_frozen_items(revision.content), revision.submission_id) if revision else {}


def readable(submission: Submission, number: int, where: Standing) -> Evidence | None:
    """What this person may have of a report that he or she may see; a draft's own stay with the unit."""
    item = Evidence.objects.filter(submission=submission, pk=number).select_related("file").first()
    if item is None or not (where.works_on_it or item.pk in _handed_in(submission)):
        return None
    return item


def readable_among(submission: Submission, items: QuerySet[Evidence], where: Standing) -> list[Evidence]:
    """Those of `items`, of a report that this person may see: to who works on it what stands, to others what was
    handed in."""
    found = items.select_related("file", "line__indicator").order_by("line__order", "line", "pk")
    if where.works_on_it:
        return list(found.filter(removed_at__isnull=True))
    known = _handed_in(submission)
    return [item for item in found if item.pk in known]


def of_last_period(figures: Collection[Observation]) -> dict[int, tuple[Earlier, ...]]:
    """What stands beside approved figures of the last period, by figure: a hint of what may be asked for again,
    never taken over. No query without such a figure, else one."""
    places = {(each.submission_id, each.indicator_id, each.subject_id): each for each in figures}
    if not places:
        return {}
    reports = {report for report, _indicator, _subject in places}
    items = Evidence.objects.standing().filter(submission__in=reports)
    found: dict[int, tuple[Earlier, ...]] = {}
    for item in items.select_related("file", "line", "submission__round__period").order_by("pk"):
        if figure := places.get((item.submission_id, item.line.indicator_id, item.subject_id)):
            shown = _attached(item.as_json(), item.submission_id)
            said = Earlier(shown, str(item.submission.round.period))
            found[figure.pk] = (*found.get(figure.pk, ()), said)
    return found


def page_of(submission: Submission) -> str:
    return reverse("submission_evidence", args=[submission.pk])


def _handed_in(submission: Submission) -> set[int]:
    """What reached the reviewers: a revision still waiting for its signature is not among it."""
    moves = SubmissionEvent.objects.filter(submission=submission, to_state=State.SUBMITTED)
    codes = moves.order_by().values("revision_sha256")
    return _named_by(Revision.objects.filter(submission=submission, sha256__in=codes))


def _named_by(revisions: QuerySet[Revision]) -> set[int]:
    contents = revisions.order_by("number").values_list("content", flat=True)
    return {item["id"] for content in contents for item in _frozen_items(content)}


def _frozen_items(content: str) -> list[dict[str, Any]]:
    """None in what was handed in before there was evidence."""
    return json.loads(content).get("evidence", [])


def _standing(submission: Submission) -> QuerySet[Evidence]:
    return Evidence.objects.standing().filter(submission=submission)


def _in_order(items: QuerySet[Evidence]) -> QuerySet[Evidence]:
    return items.select_related("file").order_by("line__order", "line", "subject", "pk")


def _by_cell(items: list[dict[str, Any]], submission: int) -> dict[CellKey, tuple[Attached, ...]]:
    found: dict[CellKey, tuple[Attached, ...]] = {}
    for item in items:
        cell = (item["line"], item["subject"])
        found[cell] = (*found.get(cell, ()), _attached(item, submission))
    return found


def _attached(item: dict[str, Any], submission: int) -> Attached:
    address = reverse("evidence_file", args=[submission, item["id"]])
    return Attached(item["id"], item["name"], item["description"], address, is_link=bool(item["link"]))
