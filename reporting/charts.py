"""What the SVG templates draw, from plain values: no database. The charts are fluid without a script: x is a share
of the width in percent, y is in pixels, so that text never scales.

Coordinates come out as texts with a point, as SVG reads them: a template would print a Decimal with a comma.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from indicators import numbers
from indicators.calendars import show_day

from .figures import places

LEFT, WIDEST_LEFT, RIGHT = Decimal(12), Decimal(24), Decimal(94)  # % of the width; scale labels stand to the left
TOP, DEPTH, ROW, BELOW = 30, 190, 16, 62  # px: above the scale, of the scale, of a name of a break, below the scale
NEAR = 16  # px: two labels closer than this would cover each other
MOST_TICKS = 8
STEPS = tuple(map(Decimal, ("1", "2", "2.5", "5", "10")))
FURTHEST = 4  # a reference may stretch the scale to this many times the measured range


@dataclass(frozen=True)
class Way:
    """A way of measuring: figures of two ways are not compared (domain.md 13)."""

    number: int
    since: date | None = None  # None: not known


@dataclass(frozen=True)
class Point:
    """A figure at its cut-off day, or None where the period has none."""

    on: date
    tick: str  # "III"; "2025" for a year
    under_tick: str  # "2025"; empty for a year
    value: Decimal | None
    text: str  # as written
    way: Way
    is_firm: bool = True  # neither partial nor an estimate nor made up
    after_gap: bool = False  # between the point before and this one lies a period that nobody asked for


@dataclass(frozen=True)
class Reference:
    year: int
    value: Decimal
    text: str


@dataclass(frozen=True)
class Planned:
    """A bend of the planned way, or where it enters or leaves the chart."""

    on: date
    value: Decimal


@dataclass(frozen=True)
class Text:
    x: str
    y: str
    anchor: str
    text: str


@dataclass(frozen=True)
class Rule:
    """A line across: the scale and the references."""

    x1: str
    x2: str
    y: str
    label: Text


@dataclass(frozen=True)
class Dot:
    x: str
    y: str
    is_firm: bool


@dataclass(frozen=True)
class Break:
    x: str
    y: str  # where its two names stand
    before: str
    after: str


@dataclass(frozen=True)
class Chart:
    height: int
    floor: str  # y of the foot of the scale
    scale: list[Rule]
    ticks: list[Text]
    under_ticks: list[Text]
    lines: list[str]
    dots: list[Dot]
    labels: list[Text]
    breaks: list[Break]
    references: list[Rule]
    way: str  # the planned one; empty where none is known
    starts_at_zero: bool
    has_gaps: bool
    words: str  # the figures one after another, for those who do not see the line

    @property
    def has_soft_dots(self) -> bool:
        return any(not dot.is_firm for dot in self.dots)


@dataclass(frozen=True)
class Placed:
    """A point that has a figure, at its place."""

    point: Point
    x: Decimal
    y: Decimal


@dataclass(frozen=True)
class Scale:
    low: Decimal
    high: Decimal
    step: Decimal

    @property
    def marks(self) -> list[Decimal]:
        n = int((self.high - self.low) / self.step)
        return [self.low + self.step * each for each in range(n + 1)]

    def y(self, value: Decimal, top: int) -> Decimal:
        return top + (self.high - value) / (self.high - self.low) * DEPTH


def line_chart(
    points: Sequence[Point],
    references: Sequence[Reference] = (),
    *,
    way: Sequence[Planned] = (),
    unit: str = "",
    lowest: Decimal | None = None,
    highest: Decimal | None = None,
) -> Chart | None:
    """`points` in the order of time, of one frequency. None with fewer than two figures: then the figure itself is
    what there is to show. `lowest` and `highest` bound the scale where the figures keep within them."""
    points = _trimmed(points)
    values = [p.value for p in points if p.value is not None]
    if len(values) < 2:
        return None
    near = [r for r in references if _is_near(r, points, values)]
    way = [bend for bend in way if points[0].on <= bend.on <= points[-1].on]
    scale = _scale([*values, *(r.value for r in near), *(bend.value for bend in way)], lowest, highest)
    left = _left(scale)
    n_breaks = sum(a.way != b.way for a, b in pairwise(p for p in points if p.value is not None))
    top = TOP + ROW * n_breaks
    xs = _xs(points, left)
    placed = [Placed(p, x, scale.y(p.value, top)) for p, x in zip(points, xs, strict=True) if p.value is not None]
    stretches = _stretches(points, placed)
    return Chart(
        height=top + DEPTH + BELOW,
        floor=_px(Decimal(top + DEPTH)),
        scale=_scale_rules(scale, top, unit),
        ticks=_ticks(points, xs, top),
        under_ticks=_under_ticks(points, xs, top),
        lines=[" ".join(f"{_share(p.x)},{_px(p.y)}" for p in each) for each in stretches if len(each) > 1],
        dots=[Dot(_share(p.x), _px(p.y), p.point.is_firm) for p in placed],
        labels=_labels(stretches),
        breaks=_breaks(placed),
        references=_reference_rules(near, placed, scale, top),
        way=_way(way, points, scale, left, top),
        starts_at_zero=scale.low == 0,
        has_gaps=len(stretches) > n_breaks + 1,
        words="; ".join(f"{_when(p.point)}: {p.point.text}" for p in placed),
    )


def _trimmed(points: Sequence[Point]) -> list[Point]:
    """From the first figure to the last."""
    known = [place for place, p in enumerate(points) if p.value is not None]
    return list(points[known[0] : known[-1] + 1]) if known else []


def _px(number: Decimal) -> str:
    return str(number.quantize(Decimal("0.1")))


def _share(number: Decimal) -> str:
    return str(number.quantize(Decimal("0.01")))


def _when(point: Point) -> str:
    return f"{point.tick}/{point.under_tick}" if point.under_tick else point.tick


# --- The scale


def _scale(values: Sequence[Decimal], lowest: Decimal | None, highest: Decimal | None) -> Scale:
    """About four round steps that hold all values; equal values stand in the middle of two."""
    low, high = min(values), max(values)
    step = _round_step((high - low) / 4 or abs(high) / 20 or Decimal(1))
    bottom = (low / step).to_integral_value(ROUND_FLOOR) * step
    top = (high / step).to_integral_value(ROUND_CEILING) * step
    if bottom == top:
        bottom, top = bottom - step, top + step
    if lowest is not None and bottom < lowest <= low < top:
        bottom = lowest
    if highest is not None and bottom < high <= highest < top:
        top = highest
    return Scale(bottom, top, step)


def _round_step(raw: Decimal) -> Decimal:
    unit = Decimal(1).scaleb(raw.adjusted())
    return next(unit * step for step in STEPS if unit * step >= raw)


def _left(scale: Scale) -> Decimal:
    """Where the first point stands: long scale labels push it to the right."""
    longest = max(len(_number(mark, scale)) for mark in scale.marks)
    return max(LEFT, min(WIDEST_LEFT, Decimal(2 * longest)))


def _number(mark: Decimal, scale: Scale) -> str:
    return numbers.show(mark, max(places(scale.step), places(scale.low)))


def _scale_rules(scale: Scale, top: int, unit: str) -> list[Rule]:
    """The unit stands at the highest label alone, and only a percent sign is short enough."""
    rules = []
    for mark in scale.marks:
        y = scale.y(mark, top)
        sign = unit if unit == "%" and mark == scale.marks[-1] else ""
        rules.append(Rule("0", "100", _px(y), Text("0", _px(y - 4), "start", f"{_number(mark, scale)}{sign}")))
    return rules


# --- Along the time


def _xs(points: Sequence[Point], left: Decimal) -> list[Decimal]:
    return [_x(p.on, points, left) for p in points]


def _x(on: date, points: Sequence[Point], left: Decimal) -> Decimal:
    """By the day, so that a period that is missing leaves its room."""
    first, last = points[0].on, points[-1].on
    return left + (RIGHT - left) * (on - first).days / Decimal(max(1, (last - first).days))


def _way(bends: Sequence[Planned], points: Sequence[Point], scale: Scale, left: Decimal, top: int) -> str:
    """A way of one point is none."""
    if len(bends) < 2:
        return ""
    return " ".join(f"{_share(_x(b.on, points, left))},{_px(scale.y(b.value, top))}" for b in bends)


def _kept(points: Sequence[Point]) -> list[int]:
    """The places that carry a tick: at most MOST_TICKS, evenly, the last always among them."""
    every = -(-len(points) // MOST_TICKS)
    return [place for place in range(len(points)) if (len(points) - 1 - place) % every == 0]


def _ticks(points: Sequence[Point], xs: Sequence[Decimal], top: int) -> list[Text]:
    y = _px(Decimal(top + DEPTH + 40))
    return [Text(_share(xs[place]), y, "middle", points[place].tick) for place in _kept(points)]


def _under_ticks(points: Sequence[Point], xs: Sequence[Decimal], top: int) -> list[Text]:
    """The year, under the first tick of each."""
    y = _px(Decimal(top + DEPTH + 57))
    first_of: dict[str, Decimal] = {}
    for place in _kept(points):
        first_of.setdefault(points[place].under_tick, xs[place])
    return [Text(_share(x), y, "middle", year) for year, x in first_of.items() if year]


def _stretches(points: Sequence[Point], placed: Sequence[Placed]) -> list[list[Placed]]:
    """What one line may join: no period without a figure between, and one way of measuring."""
    found: list[list[Placed]] = []
    rest = iter(placed)
    is_cut = True
    for point in points:
        if point.value is None:
            is_cut = True
            continue
        here = next(rest)
        if is_cut or point.after_gap or found[-1][-1].point.way != point.way:
            found.append([])
        found[-1].append(here)
        is_cut = False
    return found


# --- What is written at the line


def _labels(stretches: Sequence[Sequence[Placed]]) -> list[Text]:
    """First, last, before and after a break."""
    labels = []
    for number, stretch in enumerate(stretches):
        before = stretches[number - 1][-1] if number else None
        after = stretches[number + 1][0] if number + 1 < len(stretches) else None
        opens = before is None or before.point.way != stretch[0].point.way
        closes = after is None or after.point.way != stretch[-1].point.way
        if opens:
            labels.append(_label(stretch[0], "start", stretch[1].y if len(stretch) > 1 else None))
        if closes and (len(stretch) > 1 or not opens):
            labels.append(_label(stretch[-1], "end", stretch[-2].y if len(stretch) > 1 else None))
    return labels


def _label(at: Placed, anchor: str, neighbour: Decimal | None) -> Text:
    """Away from its own line: below where the line leaves upwards, else above."""
    is_below = neighbour is not None and neighbour < at.y
    return Text(_share(at.x), _px(at.y + 20 if is_below else at.y - 10), anchor, at.point.text)


def _breaks(placed: Sequence[Placed]) -> list[Break]:
    """Halfway between the two figures; each break has a row of its own for its names."""
    found: list[Break] = []
    for before, after in pairwise(placed):
        if before.point.way != after.point.way:
            x = (before.x + after.x) / 2
            names = _names(before.point.way, after.point.way, long_is_right=x < 50)
            found.append(Break(_share(x), _px(Decimal(12 + ROW * len(found))), *names))
    return found


def _names(before: Way, after: Way, *, long_is_right: bool) -> tuple[str, str]:
    """Of the two ways of measuring; the one on the roomier side carries the day."""
    old, new = (_("way %(number)s") % {"number": way.number} for way in (before, after))
    if after.since is None:
        return old, new
    if long_is_right:
        day = show_day(after.since)
        return old, _("way %(number)s, from %(day)s") % {"number": after.number, "day": day}
    day = show_day(after.since - timedelta(days=1))
    return _("way %(number)s, until %(day)s") % {"number": before.number, "day": day}, new


# --- References


def _is_near(reference: Reference, points: Sequence[Point], values: Sequence[Decimal]) -> bool:
    """Whether its year is measured, and its value does not flatten the line."""
    if reference.year not in {p.on.year for p in points if p.value is not None}:
        return False
    low, high = min(values), max(values)
    room = max(high - low, abs(high) / 10, abs(low) / 10) * FURTHEST
    return max(high, reference.value) - min(low, reference.value) <= room


def _reference_rules(
    references: Sequence[Reference], placed: Sequence[Placed], scale: Scale, top: int
) -> list[Rule]:
    """A short mark at the last figure of its year; of two that would cover each other the first stays."""
    rules: list[Rule] = []
    taken: list[tuple[Decimal, Decimal]] = []
    for each in dict.fromkeys(references):
        x = max(p.x for p in placed if p.point.on.year == each.year)
        y = scale.y(each.value, top)
        if any(abs(x - other_x) < 40 and abs(y - other_y) < NEAR for other_x, other_y in taken):
            continue
        taken.append((x, y))
        anchor, at = ("end", x + 5) if x > 60 else ("start", x - 5)
        label = Text(_share(at), _px(y - 6), anchor, each.text)
        rules.append(Rule(_share(x - 5), _share(x + 5), _px(y), label))
    return rules


# --- A bar in a table


def bar_share(value: Decimal, longest: Decimal) -> str:
    """How much of the longest bar: "65.7%"; empty where there is no length to speak of."""
    return f"{_share(value / longest * 100)}%" if longest > 0 else ""
