"""One function a page. Only published figures: Observation and Total, and of the rounds what was asked of whom.

Entries are never read, so a draft cannot leak; reports are read for who handed in, never for what, and found by
a search through `visible_to`.
"""

from .completeness import Completeness, asked_rounds, by_period, completeness, sees_reports_of_all
from .indicator import IndicatorPage, SeriesRow, indicator, indicator_page
from .public import Opened, PublicSummary, offered_to_all, opened, programme_of, public_summary
from .search import KINDS, Found, FoundIndicator, FoundReport, FoundUnit, search
from .summary import Group, Owed, Row, Summary, summary
from .unit import Child, FigureRow, ReportRow, UnitPage, bearers, unit_page, unit_with_code
from .unreported import Missing, Unreported, chased_among, rounds_to_chase, unreported
from .wanted import Figure, Figures, indicators_by_code, measured, wanted_figures

__all__ = [
    "KINDS",
    "Child",
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
    "PublicSummary",
    "ReportRow",
    "Row",
    "SeriesRow",
    "Summary",
    "UnitPage",
    "Unreported",
    "asked_rounds",
    "bearers",
    "by_period",
    "chased_among",
    "completeness",
    "indicator",
    "indicator_page",
    "indicators_by_code",
    "measured",
    "offered_to_all",
    "opened",
    "programme_of",
    "public_summary",
    "rounds_to_chase",
    "search",
    "sees_reports_of_all",
    "summary",
    "unit_page",
    "unit_with_code",
    "unreported",
    "wanted_figures",
]
