"""What is another by now in a report than what was read of it (domain.md 23); never what its unit has not let
out."""

from dataclasses import dataclass, field

from .. import assessed
from ..drafts import frozen_cells
from ..evidence import frozen
from ..models import Revision, State, Submission
from ..validation import expected_cells
from ..workflow import latest_revision
from .printing import difference
from .review_assessed import in_words

OUT = (State.SUBMITTED, State.VERIFIED, State.APPROVED)


@dataclass(frozen=True)
class ChangedLine:
    name: str
    before: str
    now: str


@dataclass(frozen=True)
class Changed:
    """`is_with_the_unit`: the report left the reviewers, so that what it holds now is nobody else's yet."""

    lines: list[ChangedLine]
    evidence: list[str]  # the lines whose evidence is another
    own: list[ChangedLine] = field(default_factory=list)  # the reviewers' own figures
    is_with_the_unit: bool = False


def changed_since(submission: Submission, read: str) -> Changed | None:
    """None where what is said to have been read never stood in the report."""
    sha256, until = assessed.content_in(read), assessed.version_in(read)
    seen = Revision.objects.filter(submission=submission, sha256=sha256).order_by("-number").first()
    if seen is None:
        return None
    if submission.state not in OUT:
        return Changed([], [], is_with_the_unit=True)
    now = latest_revision(submission)
    before, after = frozen_cells(seen), frozen_cells(now)
    proofs_before, proofs_after = frozen(seen), frozen(now)
    rows = assessed.rows_of([submission.pk])[submission.pk]
    then, stands = assessed.standing(rows, seen, until=until), assessed.standing(rows, now)
    lines, evidence, own = [], [], []
    for key, line in expected_cells(submission).items():
        changed = difference(before.get(key), after.get(key), line.definition)
        for pair in filter(None, (changed.figure, changed.note)):
            lines.append(ChangedLine(line.indicator.name, *pair))
        if proofs_before.get(key) != proofs_after.get(key):
            evidence.append(line.indicator.name)
        pair = in_words(then.get(key), line.definition, until=until), in_words(stands.get(key), line.definition)
        if pair[0] != pair[1]:
            own.append(ChangedLine(line.indicator.name, *pair))
    return Changed(lines, evidence, own)
