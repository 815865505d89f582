"""The reported figure and the reviewer's own, side by side, whichever of the two counts (domain.md 26)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from indicators import assessed
from indicators.models import Definition, Observation

from .asked import Field, Line
from .changes import may_tell
from .shown import Shown, of_observation


@dataclass(frozen=True)
class TwoFigures:
    reported: Shown
    own: Shown
    own_counts: bool
    reason: str  # of the reviewer
    explanation: str  # of the unit; empty where it gave none before the approval

    def __str__(self) -> str:
        said = {"reported": self.reported, "own": self.own}
        if self.own_counts:
            told = _("Reported %(reported)s; reviewer's own figure %(own)s, which counts.") % said
        else:
            told = _("Reported %(reported)s, which counts; reviewer's own figure %(own)s.") % said
        why = [_("Reason: %(reason)s") % {"reason": self.reason}] if self.reason else []
        explained = [_("The unit explains: %(text)s") % {"text": self.explanation}] if self.explanation else []
        return " ".join([told, *why, *explained])


def of(given: Observation, definition: Definition | None = None) -> TwoFigures | None:
    """No query where the assessment was brought along with its explanation; `definition`: of the observation, where
    it is at hand."""
    if given.assessment_id is None or given.assessment is None:
        return None
    said = given.assessment.explained
    measured = definition or given.definition
    return TwoFigures(
        reported=_shown(given.assessment.reported, measured),
        own=_shown(assessed.figure(given.assessment), measured),
        own_counts=given.is_assessed,
        reason=given.assessment.reason,
        explanation=said.text if said else "",
    )


def of_line(line: Line, given: Sequence[Observation], field: Field) -> TwoFigures | None:
    """Of the one source's figure that is the province's. What reviewer and unit said of it is told as the reason of
    a change is (domain.md 41)."""
    about = [o for o in given if o.subject_id == field.top]
    found = of(about[0], line.definition) if line.sums is None and len(about) == 1 else None
    if found is None or may_tell(line, about[0].reporter_id, field):
        return found
    return replace(found, reason="", explanation="")


def of_frozen(said: Mapping[str, Any], definition: Definition) -> TwoFigures | None:
    """From a publication's JSON (publishing/content.py)."""
    two = said.get("assessed")
    if two is None:
        return None
    return TwoFigures(
        reported=_shown(two["reported"], definition),
        own=_shown(two["own"], definition),
        own_counts=two["own_counts"],
        reason=two["reason"],
        explanation=two["explanation"],
    )


def _shown(figure: Mapping[str, Any], definition: Definition) -> Shown:
    numbers = {n: None if figure[n] is None else Decimal(figure[n]) for n in assessed.NUMBERS}
    words = {name: figure[name] for name in assessed.FIGURE if name not in numbers}
    return of_observation(Observation(**numbers, **words), definition)
