"""Tables as files: an upload read behind a guard, its columns named, a file written without formulas.
Nothing here knows a model."""

from ..parsing.limits import COMMAND, Limits
from .books import Book, BookSheet, Content, Kind, read_book
from .children import IN_THE_HOUSE
from .headers import map_headers
from .marked import Instead, MarkedBook, MarkedCell, fill, read_marked
from .reading import MAX_BYTES, Table, read
from .sentences import Undecided, error_in, formula_in
from .writing import FORMULA, XLSX, Formats, as_text, neutral, write_cell, write_csv, write_xlsx

__all__ = [
    "COMMAND",
    "FORMULA",
    "IN_THE_HOUSE",
    "MAX_BYTES",
    "XLSX",
    "Book",
    "BookSheet",
    "Content",
    "Formats",
    "Instead",
    "Kind",
    "Limits",
    "MarkedBook",
    "MarkedCell",
    "Table",
    "Undecided",
    "as_text",
    "error_in",
    "fill",
    "formula_in",
    "map_headers",
    "neutral",
    "read",
    "read_book",
    "read_marked",
    "write_cell",
    "write_csv",
    "write_xlsx",
]
