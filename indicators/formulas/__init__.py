"""A small language for figures that are computed from others: text → tree → value, on plain values, no database.

    HT.01 ÷ HT.02 × 100
    (KT.01 + or0(KT.02)) − 12,5
    count(applications; LGSP = yes) ÷ count(applications) × 100

`read` turns a text into an immutable tree or raises `NotAFormula`, which says in words where and what was expected.
`evaluate` gives an exact fraction, or what is `Lacking`: never a zero in place of a figure that is not there.
Nothing is ever run: no eval, no attribute, no name but codes and the two functions. What an indicator's figure is
and what rows a register holds is the caller's; cycles are found over the formulas of all indicators
(`cycle_through`).
"""

from .cycles import cycle_through
from .evaluating import Counting, Input, Lacking, Outcome, evaluate, within_reach
from .reading import MAX_LENGTH, NotAFormula, read, read_saved
from .tree import Chain, Code, Condition, Count, Figure, Formula, Negative, OrZero, Piece, codes, counts, pieces

__all__ = [
    "MAX_LENGTH",
    "Chain",
    "Code",
    "Condition",
    "Count",
    "Counting",
    "Figure",
    "Formula",
    "Input",
    "Lacking",
    "Negative",
    "NotAFormula",
    "OrZero",
    "Outcome",
    "Piece",
    "codes",
    "counts",
    "cycle_through",
    "evaluate",
    "pieces",
    "read",
    "read_saved",
    "within_reach",
]
