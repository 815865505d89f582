"""The reviewer's own figure beside the reported one, and the unit's explanation of it (domain.md 26).

Whoever may verify or approve a report now may enter, with a reason, what he or she takes a figure of it to be.
The form says which of the two counts on approval; the unit's entry is never touched, and neither the state of the
report nor its timeliness moves. The unit is told and may explain within the days that the form gives, once for each
figure, until the report is approved: an approval before that is no fault, but the page says that time was left.

Each act joins the report's chain of events with the check code of what it said. Where the reviewer's figure counts,
whoever entered one since the last approval does not approve the report (four_eyes.py).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from . import assessed, keys, notifications, workflow
from .assessed import Standing as Stands
from .calendars import show_day, show_moment
from .clock import now, today
from .drafts import EMPTY, Cell, CellKey, cell_from, lock
from .entry import whom_to_call
from .four_eyes import barred_by, said_of
from .models import Assessment, Explanation, Revision, RoundLine, State, Submission, User, ValueKind
from .models.submissions import Bar
from .opening import working_days
from .permissions import Standing, standing
from .refusals import ContentChanged, Refused
from .sealing import canonical, sha256

LENGTH = 2_000
WITH_REVIEWERS = (State.SUBMITTED, State.VERIFIED)
KINDS = (ValueKind.NUMBER, ValueKind.RATIO, ValueKind.YES_NO)


@dataclass(frozen=True)
class Own:
    """What a reviewer typed for one figure; an empty cell without a reason is nothing, or takes back what stood."""

    cell: Cell = EMPTY
    reason: str = ""


def barred(
    submission: Submission, user: User, where: Standing, bars: Mapping[str, str | None] | None = None
) -> str:
    """Why this person enters no figure of his or her own now; empty where nothing bars. `bars` are the refusals of
    the moves, where somebody asked for them already. That an own figure keeps its author from approving does not
    keep him or her from mending it."""
    if not (where.verifies or where.approves):
        return _("Only those who verify or approve the report enter a figure of their own.")
    if submission.state not in WITH_REVIEWERS:
        return _("A reviewer's own figure is entered while the report waits for verification or approval.")
    mine = [move for move in ("verify", "approve") if move in workflow.moves_from_here(submission, where)]
    if not mine:
        return _("At this step others decide about the report, and enter figures of their own.")
    if bars and any(bars[move] is None for move in mine):
        return ""
    bar = barred_by(mine[0], submission, user, where)
    return "" if bar in (None, Bar.ASSESSED) else said_of(bar, mine[0])


@transaction.atomic
def write(submission: Submission, typed: Mapping[CellKey, Own], *, by: User, read: str) -> str:
    """Enters, changes or takes back what differs from what stood when the page was drawn. `read` is the code of
    what was read; returned is the code of what stands now, if all that stood before was read. Raises Refused, also
    where somebody else entered another figure there meanwhile."""
    if not typed:
        return read
    submission = lock(submission)
    latest = workflow.latest_revision(submission)
    rows = assessed.rows_of([submission.pk])[submission.pk]
    new = _new(rows, latest, typed, seen=assessed.version_in(read))
    if latest is None or not new:
        return read
    if sentence := barred(submission, by, standing(by, submission)):
        raise Refused(sentence)
    if latest.sha256 != assessed.content_in(read):
        raise ContentChanged(workflow.content_changed(submission))
    before = assessed.code_of(latest)
    version = _record(submission, latest, new, by=by)
    return assessed.code(latest.sha256, version) if read == before else read


def _new(
    rows: list[Assessment], latest: Revision | None, typed: Mapping[CellKey, Own], *, seen: int
) -> dict[CellKey, Own]:
    """What was typed on the page: what stood when it was drawn was not."""
    drawn, stands = assessed.standing(rows, latest, until=seen), assessed.standing(rows, latest)
    newest = {row.cell: row for row in rows}
    new = {}
    for key, own in typed.items():
        if own in (own_of(drawn.get(key)), own_of(stands.get(key))):
            continue
        if (last := newest.get(key)) is not None and last.version > seen:
            raise Refused(_overtaken(last))
        new[key] = own
    return new


def own_of(row: Assessment | None) -> Own:
    """What stands of a figure, as it would be typed."""
    if row is None:
        return Own()
    return Own(Cell(row.state, row.value, row.numerator, row.denominator, decimals=row.decimals), row.reason)


def _overtaken(last: Assessment) -> str:
    said = {"who": last.by, "time": show_moment(last.at), "line": last.line.indicator.code, "text": last.reason}
    if not last.state:
        return _("%(line)s: %(who)s took back the reviewer's own figure (%(time)s). Nothing was saved.") % said
    return (
        _("%(line)s: %(who)s entered another figure of the reviewer (%(time)s): “%(text)s”. Nothing was saved.")
        % said
    )


def _record(submission: Submission, latest: Revision, new: Mapping[CellKey, Own], *, by: User) -> int:
    """The rows and their event; the unit is told."""
    at, until = now(), working_days().add(today(), submission.round.days_to_explain)
    rows = list(_rows(submission, latest, new))
    for row in rows:
        row.by, row.at, row.explain_by = by, at, until if row.state else None
    version = workflow.note(
        "assess",
        submission,
        by=by,
        at=at,
        reason=_named(rows),
        revision=latest,
        details=sha256(canonical({"assessments": assessed.said_in(rows)})),
    )
    Assessment.objects.bulk_create(rows)
    notifications.tell_assessed(submission, by=by, at=at, until=until)
    return version


def _rows(submission: Submission, latest: Revision, new: Mapping[CellKey, Own]) -> Iterator[Assessment]:
    """In the order of the cells. An own figure is as final as the reported one: an estimate stays one."""
    lines = {line.pk: line for line in submission.round.lines.select_related("indicator", "definition")}
    cells = assessed.cells_in(latest)
    for key, own in sorted(new.items()):
        if key[0] not in lines or key not in cells:
            raise Refused(_("Nothing was reported there, so that no figure of a reviewer can stand beside it."))
        line, reported = lines[key[0]], cell_from(cells[key])
        _refuse_unfit(line, own, reported)
        said = own.cell._replace(status=reported.status) if own.cell.state else EMPTY
        yield Assessment(
            submission=submission,
            version=submission.version + 1,
            revision=latest,
            line=line,
            subject_id=key[1],
            reported=reported.as_json(),
            reason=own.reason,
            **{name: getattr(said, name) for name in assessed.FIGURE},
        )


def _refuse_unfit(line: RoundLine, own: Own, reported: Cell) -> None:
    if line.definition.value_kind not in KINDS:
        raise Refused(
            _("%(line)s holds text: a remark says what is to be changed.") % {"line": line.indicator.code}
        )
    if sentence := fault(own, reported):
        raise Refused(f"{line.indicator.code}: {sentence}")


def fault(own: Own, reported: Cell = EMPTY) -> str:
    """What is wrong with an own figure, beside the reported one where that is known; empty where nothing is."""
    if own.cell.qualifier:
        return _("A reviewer's own figure is exact: enter the number alone.")
    if len(own.reason) > LENGTH:
        return _("A reason takes at most %(limit)s characters.") % {"limit": LENGTH}
    if not own.cell.state:
        return _("The reviewer's own figure is missing.") if own.reason else ""
    if not own.reason:
        return _("Give the reason for the reviewer's own figure.")
    if all(getattr(own.cell, name) == getattr(reported, name) for name in assessed.NUMBERS):
        return _("This is the reported figure: leave the field empty where there is no other.")
    return ""


def _named(rows: Collection[Assessment]) -> str:
    return ", ".join(dict.fromkeys(row.line.indicator.code for row in rows))


# --- The unit


def may_explain(where: Standing) -> bool:
    """The unit's own people; who enters on its behalf reviews the report."""
    return where.signs or (where.reports and not where.on_behalf)


def closed(submission: Submission, row: Assessment) -> str:
    """Why this figure cannot be explained now; empty where it can."""
    if row.explained is not None:
        said = {"who": row.explained.by, "time": show_moment(row.explained.at)}
        return _("This figure was explained already (%(who)s, %(time)s).") % said
    if submission.state == State.APPROVED:
        return _("The report is approved. If something is wrong with it, ask to adjust it.")
    if row.explain_by is not None and row.explain_by < today():
        return _("The figure could be explained until the end of %(date)s.") % {"date": show_day(row.explain_by)}
    return ""


@transaction.atomic
def explain(submission: Submission, texts: Mapping[int, str], *, by: User, key: str = "") -> bool:
    """What the unit says to reviewers' figures, by their numbers. False where the page with this one-time key had
    been sent already. Raises Refused; then nothing is written."""
    if key and keys.use(key, by=by, result=str(submission.pk)) is not None:
        return False
    submission = lock(submission)
    if not may_explain(standing(by, submission)):
        raise Refused(_("Only those who enter figures for the unit, or sign for it, explain them."))
    stands = assessed.standing_on(submission, workflow.latest_revision(submission))
    chosen = _to_explain(submission, stands, texts)
    at = now()
    rows = [
        Explanation(assessment=row, version=submission.version + 1, text=text, by=by, at=at) for row, text in chosen
    ]
    workflow.note(
        "explain",
        submission,
        by=by,
        at=at,
        reason=_named([row for row, _text in chosen]),
        details=sha256(canonical({"explanations": assessed.explained_in(rows)})),
    )
    Explanation.objects.bulk_create(rows)
    notifications.end_explained(submission, at=at)
    return True


def _to_explain(submission: Submission, stands: Stands, texts: Mapping[int, str]) -> list[tuple[Assessment, str]]:
    by_number = {row.pk: row for row in stands.values()}
    chosen = []
    for number, text in sorted(texts.items()):
        if not text.strip():
            continue
        if (row := by_number.get(number)) is None:
            raise Refused(_("The reviewer's figure is another by now, or was taken back. Nothing was saved."))
        if sentence := closed(submission, row):
            raise Refused(f"{row.line.indicator.code}: {sentence}", standing=whom_to_call(submission, sentence))
        if len(text) > LENGTH:
            raise Refused(_("An explanation takes at most %(limit)s characters.") % {"limit": LENGTH})
        chosen.append((row, text.strip()))
    if not chosen:
        raise Refused(_("The explanation is empty."))
    return chosen
