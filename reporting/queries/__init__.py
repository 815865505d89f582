"""One function a page. Only published figures: Observation and Total, and of the rounds what was asked of whom.

Entries are never read, so a draft cannot leak; reports are read for who handed in, never for what.
"""

from .completeness import Completeness, asked_rounds, by_period, completeness, sees_reports_of_all
from .indicator import IndicatorPage, SeriesRow, indicator, indicator_page
from .summary import Owed, Row, Summary, summary
from .unit import Child, FigureRow, ReportRow, UnitPage, bearers, unit_page, unit_with_code
from .unreported import Missing, Unreported, chased_among, rounds_to_chase, unreported
from .wanted import Figure, Figures, indicators_by_code, measured, wanted_figures

__all__ = [
    "Child",
    "Completeness",
    "Figure",
    "FigureRow",
    "Figures",
    "IndicatorPage",
    "Missing",
    "Owed",
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
    "rounds_to_chase",
    "sees_reports_of_all",
    "summary",
    "unit_page",
    "unit_with_code",
    "unreported",
    "wanted_figures",
]
