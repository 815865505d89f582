"""What leaves and enters in bulk. Every Resource names its fields; every decimal goes through FigureWidget."""

from .base import Resource
from .forms import FormResource
from .holidays import SpecialDayResource
from .indicators import IndicatorResource
from .observations import ObservationExportForm, ObservationResource
from .people import AccountResource
from .rows import Result
from .targets import TargetResource
from .units import UnitResource
from .widgets import FigureWidget, TextWidget

__all__ = [
    "AccountResource",
    "FigureWidget",
    "FormResource",
    "IndicatorResource",
    "ObservationExportForm",
    "ObservationResource",
    "Resource",
    "Result",
    "SpecialDayResource",
    "TargetResource",
    "TextWidget",
    "UnitResource",
]
