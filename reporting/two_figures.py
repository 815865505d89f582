"""The reported figure and the reviewer's own, side by side, whichever of the two counts (domain.md 26)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators import assessed
from indicators.models import Definition, Observation

from .shown import Shown, of_observation


@dataclass(frozen=True)
class TwoFigures:
    reported: Shown
    own: Shown
    own_counts: bool
    reason: str  # of the reviewer
    explanation: str  # of the unit; empty where it gave none before the approval


def of(given: Observation) -> TwoFigures | None:
    """No query where the assessment was brought along with its explanation."""
    if given.assessment_id is None or given.assessment is None:
        return None
    said = given.assessment.explained
    return TwoFigures(
        reported=_shown(given.assessment.reported, given.definition),
        own=_shown(assessed.figure(given.assessment), given.definition),
        own_counts=given.is_assessed,
        reason=given.assessment.reason,
        explanation=said.text if said else "",
    )


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
