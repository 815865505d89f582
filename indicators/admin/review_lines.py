"""The lines of a report on its review page: each figure as it was handed in, what stands beside it, what changed,
and why it asks for a look."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ..base_figures import Base, bases_of
from ..denominators import frozen_bases
from ..drafts import EMPTY, Cell, CellKey, frozen_cells
from ..evidence import Attached, frozen
from ..models import EntryState, Remark, Return, Revision, RoundLine, State, SubjectRule, Submission
from ..returns import WITH_THE_UNIT
from ..slots import arrange
from ..validation import Problem, expected_cells, findings, lacks_evidence
from ..wording import Said
from .beside import Beside, beside
from .printing import Change, Difference, Printed, change, difference, printed
from .review_assessed import OwnFigure

Cells = Mapping[CellKey, Cell]


@dataclass(frozen=True)
class Line:
    key: CellKey
    asks: RoundLine
    slot: str  # its name on the form of the unit, by which its fields are called
    anchor: str
    name: str
    code: str
    subject: str
    now: Printed
    note: str
    beside: Beside
    before: Printed | None
    before_period: str
    change: Change
    since: Difference  # against the revision that was handed in before
    since_read: Difference  # against what the reviewer had read, where that has changed
    findings: list[Problem]  # what the rules say of it, with the unit's explanation
    evidence: tuple[Attached, ...]  # handed in with the figures
    evidence_changed: bool  # against what the reviewer had read
    lacks_evidence: bool
    why: list[Said] = field(default_factory=list)  # it asks for a look
    remark: str = ""  # what stands or was typed in its field
    remarked: Remark | None = None  # what stands, with who wrote it
    is_to_mend: bool = False  # ticked
    asked: str | None = None  # what the last return said of it, where it named it
    own: OwnFigure | None = None  # the reviewer's own figure
    base: Base | None = None  # the base figure that its denominator is
    base_by_now: Base | None = None  # where the register has another by now
    objection: str = ""  # the unit's, to the base figure

    @property
    def is_explained_by_note(self) -> bool:
        """Then the note stands under the warning that it answers, not once more as a note."""
        return any(found.answer == self.note for found in self.findings if self.note)

    @property
    def has_remark(self) -> bool:
        said = self.note or self.since or self.findings or self.evidence or self.beside.others or self.base
        return bool(said or self.asked or self.remarked or (self.own and self.own.is_there))


def lines_of(
    submission: Submission,
    current: Revision,
    earlier: Revision | None,
    read: Revision | None,
    returned: Return | None,
) -> list[Line]:
    """In the order of the form. `earlier` was handed in before, `read` is what the reviewer had read, `returned`
    what was asked of the unit last."""
    now, proofs = frozen_cells(current), frozen(current)
    lines = _places(submission, now)
    arranged = arrange(lines, submission.unit_id, day=submission.round.period.last_day)
    slots = {slot.key: slot for slot in arranged.slots}
    context = beside(submission, lines, now)
    then, seen, proofs_seen = frozen_cells(earlier), frozen_cells(read), frozen(read)
    found = findings(submission, lines, now)
    asked = returned.lines if returned else {}
    bases = frozen_bases(current)
    is_decided = submission.state == State.APPROVED
    by_now = bases if is_decided else bases_of(lines, submission.last_day)
    is_with_unit = submission.state in WITH_THE_UNIT
    to_mend = _("To be mended by the unit") if is_with_unit else _("Named in the return, unchanged")
    return [
        _line(
            line,
            key,
            name=slots[key].name,
            subject=str(slots[key].subject) if line.subject_rule == SubjectRule.EACH_COMMUNE else "",
            now=now.get(key, EMPTY),
            beside=context[key],
            since=difference(then.get(key), now.get(key), line.definition) if earlier else Difference(),
            since_read=difference(seen.get(key), now.get(key), line.definition) if read else Difference(),
            found=[each for each in found if each.key == key],
            proofs=proofs.get(key, ()),
            proofs_changed=read is not None and proofs.get(key) != proofs_seen.get(key),
            asked=asked.get(key),
            to_mend=to_mend if key in asked else "",
            bases=(bases.get(key), by_now.get(key)),
        )
        for key, line in lines.items()
    ]


def _line(
    line: RoundLine,
    key: CellKey,
    *,
    name: str,
    subject: str,
    now: Cell,
    beside: Beside,
    since: Difference,
    since_read: Difference,
    found: list[Problem],
    proofs: tuple[Attached, ...],
    proofs_changed: bool,
    asked: str | None,
    to_mend: str,
    bases: tuple[Base | None, Base | None],
) -> Line:
    before = beside.before
    bare = lacks_evidence(line, now, bool(proofs))
    return Line(
        key=key,
        asks=line,
        slot=name,
        anchor=f"{line.indicator.code}-{key[1]}" if subject else line.indicator.code,
        name=line.indicator.name,
        code=line.indicator.code,
        subject=subject,
        now=printed(now, line.definition),
        note=now.note,
        beside=beside,
        before=printed(before, before.definition) if before else None,
        before_period=str(before.period) if before else "",
        change=change(now, before, line.definition) if before else Change(),
        since=since,
        since_read=since_read,
        findings=found,
        evidence=proofs,
        evidence_changed=proofs_changed,
        lacks_evidence=bare,
        why=_why(now, line, found, since, beside, bare=bare, to_mend=to_mend),
        asked=asked,
        base=bases[0],
        base_by_now=bases[1] if now.denominator is not None and bases[0] != bases[1] else None,
        objection=now.objection,
    )


def _why(
    now: Cell,
    line: RoundLine,
    found: list[Problem],
    since: Difference,
    beside: Beside,
    *,
    bare: bool,
    to_mend: str,
) -> list[Said]:
    """What the line is to be looked at for, the gravest first; empty where there is nothing."""
    warnings = [each for each in found if each.is_warning]
    is_missing = line.is_mandatory and now.state not in (EntryState.REPORTED, EntryState.NOT_APPLICABLE)
    reasons = (
        (len(warnings) < len(found), Said(_("Error"), "behind")),
        (any(each.is_large_change for each in warnings), Said(_("Large change"), "late")),
        (any(not each.is_large_change for each in warnings), Said(_("Warning"), "late")),
        (since, Said(_("Changed"), "extended")),
        (to_mend and not since, Said(to_mend, "returned")),
        (beside.differs, Said(_("Sources differ"), "extended")),
        (now.objection, Said(_("Objection to the base figure"), "late")),
        (bare, Said(_("Evidence missing"), "missing")),
        (is_missing, Said(_("No figure"), "no-data")),
        (now.note and not (found or since or is_missing), Said(_("Note of the unit"), "no-target")),
    )
    return [said for holds, said in reasons if holds]


def _places(submission: Submission, frozen: Cells) -> dict[CellKey, RoundLine]:
    """Every cell of the form in its order, those left empty too, and whatever else was frozen."""
    expected = expected_cells(submission)
    lines = {line.pk: line for line in expected.values()}
    return expected | {key: lines[key[0]] for key in frozen if key not in expected}
