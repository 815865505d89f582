"""Which units of a past day make up one of today: whole, through however many acts, or not at all."""

import random
from datetime import date

import pytest

from reporting.figures.restating import Barred, Made, came_into, crossing, made_of

FIRST, SECOND = date(2020, 1, 1), date(2025, 7, 1)
OLD, BETWEEN, NEW = date(2019, 6, 30), date(2024, 6, 30), date(2025, 9, 14)
ALWAYS = (date(1900, 1, 1), None)


def until(day):
    return date(1900, 1, 1), day


# 1 and 2 became 3, 3 and 4 became 5; 6 was split into 5's neighbours 7 and 8; 9 goes on and took 10 over
PASSINGS = [
    (1, 3, FIRST),
    (2, 3, FIRST),
    (3, 5, SECOND),
    (4, 5, SECOND),
    (6, 7, SECOND),
    (6, 8, SECOND),
    (11, 7, SECOND),
    (10, 9, SECOND),
]
LIVES = {
    1: until(FIRST),
    2: until(FIRST),
    3: (FIRST, SECOND),
    4: until(SECOND),
    5: (SECOND, None),
    6: until(SECOND),
    7: (SECOND, None),
    8: (SECOND, None),
    9: ALWAYS,
    10: until(SECOND),
    11: until(SECOND),
    12: (SECOND, None),
}


@pytest.mark.parametrize(
    ("unit", "day", "made"),
    [
        (5, NEW, Made((5,))),
        (5, BETWEEN, Made((3, 4))),
        (5, OLD, Made((1, 2, 4))),
        (9, NEW, Made((9,))),
        (9, BETWEEN, Made((9, 10))),
        (7, BETWEEN, Made(barred=Barred.SPLIT)),
        (8, BETWEEN, Made(barred=Barred.SPLIT)),
        (12, BETWEEN, Made(barred=Barred.NOBODY)),
    ],
)
def test_a_unit_of_today_is_the_units_of_the_day_that_went_into_it_whole(unit, day, made):
    assert made_of(unit, PASSINGS, LIVES, day) == made


def test_a_unit_that_was_split_and_came_together_again_is_whole():
    passings = [(1, 2, FIRST), (1, 3, FIRST), (2, 4, SECOND), (3, 4, SECOND)]
    lives = {1: until(FIRST), 2: (FIRST, SECOND), 3: (FIRST, SECOND), 4: (SECOND, None)}
    assert made_of(4, passings, lives, OLD) == Made((1,))


def test_units_that_cross_the_line_of_a_district_are_named():
    parent = {1: 100, 2: 100, 3: 200, 4: 200, 10: None}
    passings = [(1, 50, SECOND), (2, 51, SECOND), (3, 51, SECOND), (4, 52, SECOND)]
    assert crossing(100, parent, passings) == crossing(200, parent, passings) == {51}


# --- Whatever the acts


def some_acts(chance: random.Random):
    """Mergers and splits, one a year: everything that lives, and who passed to whom."""
    lives = dict.fromkeys(range(1, 7), ALWAYS)
    passings = []
    for year in range(2001, 2009):
        day, alive = date(year, 1, 1), [u for u, (_began, ended) in lives.items() if ended is None]
        gone = chance.sample(alive, min(len(alive), chance.randint(1, 3)))
        heirs = [max(lives) + n + 1 for n in range(chance.choice([1, 1, 2]))]
        lives |= {unit: (lives[unit][0], day) for unit in gone} | dict.fromkeys(heirs, (day, None))
        passings += [(unit, heir, day) for unit in gone for heir in heirs]
    return lives, passings


@pytest.mark.parametrize("seed", range(40))
def test_no_unit_of_a_day_is_in_two_of_today_and_what_is_whole_loses_nobody(seed):
    lives, passings = some_acts(random.Random(seed))
    now = [unit for unit, (_began, ended) in lives.items() if ended is None]
    for year in range(2000, 2009):
        day = date(year, 6, 30)
        alive = {u for u, (began, ended) in lives.items() if began <= day and (ended is None or day < ended)}
        made = {unit: made_of(unit, passings, lives, day) for unit in now}
        used = [member for each in made.values() for member in each.units]
        assert len(used) == len(set(used))
        assert set(used) <= alive
        divided = {unit for unit, each in made.items() if each.barred == Barred.SPLIT}
        left = alive - set(used)  # in no unit of today whole: each went, in part, into some that say so
        assert all(any(gone in came_into(unit, passings) for unit in divided) for gone in left)
        figures = {unit: 10**unit for unit in alive}
        restated = sum(figures[member] for member in used)
        assert restated + sum(figures[unit] for unit in left) == sum(figures.values())
        for unit, each in made.items():
            assert each.barred or set(each.units) == came_into(unit, passings) & alive
