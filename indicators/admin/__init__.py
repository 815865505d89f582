"""The administrators' catalogue and the reviewers' queue; each module registers its own models."""

from . import (
    catalogue,
    digests,
    documents,
    downloads,
    forms,
    legal_acts,
    logins,
    observations,
    people,
    public,
    publishing,
    rounds,
    seals,
    submissions,
    targets,
    units,
)

__all__ = [
    "catalogue",
    "digests",
    "documents",
    "downloads",
    "forms",
    "legal_acts",
    "logins",
    "observations",
    "people",
    "public",
    "publishing",
    "rounds",
    "seals",
    "submissions",
    "targets",
    "units",
]
