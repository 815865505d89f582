"""A form of somebody else, with markers in its cells, filled in from published figures."""

from .answers import Answer, Line, Sought, answer, places_of
from .language import Wanted, read

__all__ = ["Answer", "Line", "Sought", "Wanted", "answer", "places_of", "read"]
