"""Publication as a step of its own: what would be published, the act, and what is frozen of it (domain.md 22, 36).

`proposal` reads, `publish` writes. What a publisher presses is bound to what the page showed: the check code of the
proposal comes back with the press. Everything published earlier stays readable as it was published.
"""

from .act import Paper, barred, publish, rounds_published_by
from .proposal import LineFigure, Proposal, Report, propose

__all__ = ["LineFigure", "Paper", "Proposal", "Report", "barred", "propose", "publish", "rounds_published_by"]
