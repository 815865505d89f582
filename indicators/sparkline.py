"""A few figures over time as a line the size of a word: plain values in, coordinates out.

Coordinates come out as texts with a point, as SVG reads them: a template would print a Decimal with a comma.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 84, 26
EDGE = 4  # px around, so that the last dot is not cut off
MOST = 8  # points; a cell of a table has no room for more


@dataclass(frozen=True)
class Spark:
    points: str
    x: str  # of the last point
    y: str
    words: str  # the figures one after another, for those who do not see the line
    width: int = WIDTH
    height: int = HEIGHT


def spark(figures: Sequence[tuple[str, Decimal, str]]) -> Spark | None:
    """`figures`: (period, value, as written), oldest first; the last ones are drawn, on a scale of their own. None
    of fewer than two: then the figure itself is what there is to show."""
    shown = figures[-MOST:]
    if len(shown) < 2:
        return None
    values = [value for _period, value, _text in shown]
    low, high = min(values), max(values)
    places = [(_x(place, len(shown)), _y(value, low, high)) for place, value in enumerate(values)]
    return Spark(
        points=" ".join(f"{x},{y}" for x, y in places),
        x=places[-1][0],
        y=places[-1][1],
        words="; ".join(f"{period}: {text}" for period, _value, text in shown),
    )


def _x(place: int, count: int) -> str:
    return _px(EDGE + Decimal(WIDTH - 2 * EDGE) * place / (count - 1))


def _y(value: Decimal, low: Decimal, high: Decimal) -> str:
    """Equal values stand in the middle."""
    share = (value - low) / (high - low) if high > low else Decimal("0.5")
    return _px(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * share)


def _px(number: Decimal) -> str:
    return str(number.quantize(Decimal("0.1")))
