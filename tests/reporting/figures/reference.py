"""The same arithmetic once more, slow and obvious, written from domain.md alone: fractions, day by day, and falling
indicators as rising ones in a mirror."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

FIGURES = st.decimals(min_value=-(10**6), max_value=10**6, places=2)
POSITIVE = st.decimals(min_value=1, max_value=10**6, places=2)
BANDS = st.sampled_from([Decimal(0), Decimal(5), Decimal(15), Decimal("2.5")])
FIRST = date(2020, 12, 14)
DAYS = st.integers(0, 1200).map(lambda n: FIRST + timedelta(days=n))


def walk(stations: list[tuple[date, Decimal]], on: date) -> Fraction:
    """From the first station on, one day and one day's step at a time."""
    day, value = stations[0][0], Fraction(stations[0][1])
    for end, aim in stations[1:]:
        step = (Fraction(aim) - Fraction(value)) / (end - day).days
        while day < end and day < on:
            day += timedelta(days=1)
            value += step
    return value


def half_up(number: Fraction, decimals: int) -> Decimal:
    """By trying: the first multiple of half a unit that is greater decides."""
    sign, rest, units = (-1 if number < 0 else 1), abs(number) * 10**decimals, 0
    units = int(rest)
    if rest - units >= Fraction(1, 2):
        units += 1
    return Decimal(sign * units) / Decimal(10) ** decimals


def status(value: Decimal, on: date, stations: list[tuple[date, Decimal]], *, operator: str, band: Decimal) -> str:
    """Of a figure on or after the first station, the last of which is the target."""
    if operator in ("lte", "lt"):
        mirrored = [(day, -aim) for day, aim in stations]
        return status(-value, on, mirrored, operator={"lte": "gte", "lt": "gt"}[operator], band=band)
    figure, target = Fraction(value), Fraction(stations[-1][1])
    is_met = figure > target if operator == "gt" else figure >= target
    if on >= stations[-1][0]:
        if not is_met:
            return "missed"
        return "exceeded" if figure > target + abs(target) * Fraction(band) / 100 else "reached"
    if is_met:
        return "already_met"
    asked = walk(stations, on)
    return "on_track" if figure >= asked - abs(asked) * Fraction(band) / 100 else "late"
