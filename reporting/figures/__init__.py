"""Arithmetic and decisions of the readers' pages, on plain values: no database, nothing of ours imported.

Figures come in as Decimals and days as dates; on the way they are fractions, so nothing is rounded but once, half
up, where a result is handed out. No floats. Where there is no value the answer is a `Reason`, never a zero and
never a blank: `reporting/wording.py` says it in words.
"""

from .changes import Change, Compared, Scale, on_last_period, on_last_year
from .outlook import ends_left, needed_each_period, reached_on
from .over_time import OverTime, Part, Spanned, in_period, since_new_year, spanned
from .path import Milestone, Path, attainment, path_through, planned, planned_of_year
from .progress import (
    AFTER,
    DEFAULT_BAND,
    LATE,
    MET,
    Goal,
    Progress,
    Reading,
    Status,
    leaning,
    meets,
    progress,
    worst_first,
)
from .ranking import Place, ranking
from .reasons import Reason, rounded
from .standings import (
    NOT_ASKED,
    WITHOUT_DATA,
    Coverage,
    Expected,
    Headline,
    Standing,
    Sums,
    coverage,
    days_late,
    expected_sums,
    headline,
    lacking,
    newest_published,
    places,
    standing_of_nothing,
    standing_of_total,
    sums_of,
)

__all__ = [
    "AFTER",
    "DEFAULT_BAND",
    "LATE",
    "MET",
    "NOT_ASKED",
    "WITHOUT_DATA",
    "Change",
    "Compared",
    "Coverage",
    "Expected",
    "Goal",
    "Headline",
    "Milestone",
    "OverTime",
    "Part",
    "Path",
    "Place",
    "Progress",
    "Reading",
    "Reason",
    "Scale",
    "Spanned",
    "Standing",
    "Status",
    "Sums",
    "attainment",
    "coverage",
    "days_late",
    "ends_left",
    "expected_sums",
    "headline",
    "in_period",
    "lacking",
    "leaning",
    "meets",
    "needed_each_period",
    "newest_published",
    "on_last_period",
    "on_last_year",
    "path_through",
    "places",
    "planned",
    "planned_of_year",
    "progress",
    "ranking",
    "reached_on",
    "rounded",
    "since_new_year",
    "spanned",
    "standing_of_nothing",
    "standing_of_total",
    "sums_of",
    "worst_first",
]
