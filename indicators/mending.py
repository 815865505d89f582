"""What a reviewer's return asks for, on the unit's pages: the lines to mend with what was said of each, and what
was changed since, for whoever signs it again."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from .drafts import EMPTY, Cell, frozen_cells
from .models import Return, Revision, State, Submission, SubmissionEvent
from .sheet import Group, Row, in_words


@dataclass(frozen=True)
class ToMend:
    """`group` is where the line stands, if not on this page."""

    name: str
    title: str
    remark: str
    group: int = 0

    @property
    def link(self) -> str:
        return f"?group={self.group}#{self.name}" if self.group else f"#{self.name}"


@dataclass(frozen=True)
class Changed:
    """Of one figure what was returned and what stands now; `was_asked` says that the return named it."""

    title: str
    before: str
    now: str
    was_asked: bool


def marked(rows: list[Row], asked: Return | None) -> list[Row]:
    """The rows that the return names, with the remark on each."""
    if asked is None:
        return rows
    lines = asked.lines
    return [
        replace(row, to_mend=True, remark=lines[row.slot.key]) if row.slot.key in lines else row for row in rows
    ]


def to_mend(groups: list[Group], shown: int) -> list[ToMend]:
    """In the order of the form; `shown` is the group that is drawn alone, or 0."""
    return [
        ToMend(
            name=row.slot.name,
            title=title(row),
            remark=row.remark,
            group=group.number if shown and group.number != shown else 0,
        )
        for group in groups
        for row in group.rows
        if row.to_mend
    ]


def changes(
    submission: Submission, asked: Return | None, events: list[SubmissionEvent], rows: list[Row]
) -> list[Changed]:
    """What differs from the revision that was returned, for whoever signs the report again: one query, and none
    where it does not wait for a signature after a return."""
    if asked is None or submission.state != State.AWAITING_SIGN_OFF:
        return []
    code = next((event.revision_sha256 for event in events if event.version == asked.version), "")
    returned = Revision.objects.filter(submission=submission, sha256=code).order_by("-number").first()
    before = frozen_cells(returned) if returned else {}
    found = [_changed(row, before.get(row.slot.key, EMPTY)) for row in rows]
    return sorted(filter(None, found), key=lambda each: not each.was_asked)


def _changed(row: Row, before: Cell) -> Changed | None:
    if row.cell == before:
        return None
    definition = row.definition
    return Changed(title(row), in_words(definition, before), in_words(definition, row.cell), row.to_mend)


def title(row: Row) -> str:
    name = row.slot.line.indicator.name
    return _("%(indicator)s, %(unit)s") % {"indicator": name, "unit": row.slot.subject} if row.is_grid else name
