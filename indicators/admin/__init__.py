"""The administrators' catalogue and the reviewers' queue; each module registers its own models."""

from . import catalogue, observations, people, rounds, submissions, units

__all__ = ["catalogue", "observations", "people", "rounds", "submissions", "units"]
