"""Acts of law on units: planned, shown, applied (domain.md 1-5).

`plan` writes nothing. `apply` carries out in one transaction what was read, or refuses.
"""

from .applying import already_applied, apply, refuse_applied
from .plan import Plan, plan
from .planning import Line, Reason, Refusal, Reorganised, reorganise

__all__ = [
    "Line",
    "Plan",
    "Reason",
    "Refusal",
    "Reorganised",
    "already_applied",
    "apply",
    "plan",
    "refuse_applied",
    "reorganise",
]
