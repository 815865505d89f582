"""What leaves and enters in bulk. Every Resource names its fields; every decimal goes through FigureWidget."""

from .base import Resource
from .elsewhere import BaseFigureResource, ReferenceFigureResource
from .forms import FormResource
from .holidays import SpecialDayResource
from .indicators import IndicatorResource
from .observations import ObservationExportForm, ObservationResource
from .people import AccountResource
from .rows import Result
from .scores import FrameworkResource
from .targets import TargetResource
from .tasks import TaskResource
from .units import UnitResource
from .widgets import FigureWidget, TextWidget

__all__ = [
    "AccountResource",
    "BaseFigureResource",
    "FigureWidget",
    "FormResource",
    "FrameworkResource",
    "IndicatorResource",
    "ObservationExportForm",
    "ObservationResource",
    "ReferenceFigureResource",
    "Resource",
    "Result",
    "SpecialDayResource",
    "TargetResource",
    "TaskResource",
    "TextWidget",
    "UnitResource",
]
