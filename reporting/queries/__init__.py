"""One function a page. Only published figures: Observation and Total, and of the rounds what was asked of whom.

Entries are never read, so a draft cannot leak; reports are read for who handed in, never for what, and found by
a search through `visible_to`.
"""

from .comparing import Comparison, Pair, compare_periods, compare_references, compare_units
from .completeness import Completeness, asked_rounds, by_period, completeness, sees_reports_of_all
from .computed_indicator import asked_for_it
from .indicator import IndicatorPage, SeriesRow, indicator, indicator_page
from .owed import Owed
from .public import Opened, PublicSummary, offered_to_all, opened, programme_of, public_summary
from .ranking import Apart, Ranked, Ranking, indicators_ranked, is_period, ranking
from .registers import (
    RegisterPage,
    RowPage,
    lists_of,
    periods_of,
    register,
    register_page,
    registers,
    row_page,
    rows_at,
)
from .report import Prose, issuer, prose_of
from .scores import (
    Scored,
    ScorePage,
    frameworks_in_force,
    newest_scored,
    offered_sets,
    score_page,
    sets_of_kind,
    version_for,
    versions_of,
    years_of,
)
from .search import KINDS, Found, FoundIndicator, FoundReport, FoundUnit, search
from .summary import Group, Row, Summary, group_with_code, summary
from .tasks import TasksPage, tasks_page
from .unit import Child, FigureRow, ReportRow, UnitPage, bearers, unit_page, unit_with_code
from .unit_aims import unit_tracks
from .unit_score import Part, UnitScorePage, unit_score
from .unreported import Missing, Unreported, chased_among, rounds_to_chase, unreported
from .wanted import Figure, Figures, indicators_by_code, measured, wanted_figures

__all__ = [
    "KINDS",
    "Apart",
    "Child",
    "Comparison",
    "Completeness",
    "Figure",
    "FigureRow",
    "Figures",
    "Found",
    "FoundIndicator",
    "FoundReport",
    "FoundUnit",
    "Group",
    "IndicatorPage",
    "Missing",
    "Opened",
    "Owed",
    "Pair",
    "Part",
    "Prose",
    "PublicSummary",
    "Ranked",
    "Ranking",
    "RegisterPage",
    "ReportRow",
    "Row",
    "RowPage",
    "ScorePage",
    "Scored",
    "SeriesRow",
    "Summary",
    "TasksPage",
    "UnitPage",
    "UnitScorePage",
    "Unreported",
    "asked_for_it",
    "asked_rounds",
    "bearers",
    "by_period",
    "chased_among",
    "compare_periods",
    "compare_references",
    "compare_units",
    "completeness",
    "frameworks_in_force",
    "group_with_code",
    "indicator",
    "indicator_page",
    "indicators_by_code",
    "indicators_ranked",
    "is_period",
    "issuer",
    "lists_of",
    "measured",
    "newest_scored",
    "offered_sets",
    "offered_to_all",
    "opened",
    "periods_of",
    "programme_of",
    "prose_of",
    "public_summary",
    "ranking",
    "register",
    "register_page",
    "registers",
    "rounds_to_chase",
    "row_page",
    "rows_at",
    "score_page",
    "search",
    "sees_reports_of_all",
    "sets_of_kind",
    "summary",
    "tasks_page",
    "unit_page",
    "unit_score",
    "unit_tracks",
    "unit_with_code",
    "unreported",
    "version_for",
    "versions_of",
    "wanted_figures",
    "years_of",
]
