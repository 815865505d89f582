"""A series the size of a word."""

from decimal import Decimal

from indicators.sparkline import HEIGHT, MOST, WIDTH, spark


def series(*values: str) -> list[tuple[str, Decimal, str]]:
    return [(f"Quý {n}", Decimal(value), value) for n, value in enumerate(values, 1)]


def test_one_figure_is_no_line():
    assert spark([]) is None
    assert spark(series("7")) is None


def test_the_line_runs_from_the_least_to_the_greatest():
    drawn = spark(series("1", "3", "2"))
    assert drawn.points == "4.0,22.0 42.0,4.0 80.0,13.0"
    assert (drawn.x, drawn.y) == ("80.0", "13.0")
    assert (drawn.width, drawn.height) == (WIDTH, HEIGHT)


def test_equal_figures_stand_in_the_middle():
    assert spark(series("0", "0")).points == "4.0,13.0 80.0,13.0"


def test_only_the_last_figures_are_drawn_and_said():
    drawn = spark(series(*map(str, range(20))))
    assert len(drawn.points.split()) == MOST
    assert drawn.words.split("; ")[0] == "Quý 13: 12"
    assert drawn.words.split("; ")[-1] == "Quý 20: 19"
