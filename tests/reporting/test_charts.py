"""What the line of a series draws: plain values in, coordinates of an SVG out. No database here."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reporting.charts import Chart, Point, Reference, Way, line_chart

ONE = Way(1)
TWO = Way(2, date(2025, 6, 15))
DAY = date(2024, 12, 14)

figures = st.decimals(min_value=-(10**15), max_value=10**15, places=6, allow_nan=False)
maybe = st.none() | figures


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def point(number: int, value: str | Decimal | None, way: Way = ONE, **facts) -> Point:
    on = DAY + timedelta(days=91 * number)
    known = None if value is None else Decimal(value)
    return Point(on, "I", str(on.year), known, "" if value is None else str(value), way, **facts)


def points(*values: str | Decimal | None) -> list[Point]:
    return [point(number, value) for number, value in enumerate(values)]


def drawn(*values: str | Decimal | None, **facts) -> Chart:
    chart = line_chart(points(*values), **facts)
    assert chart is not None
    return chart


def scale(chart: Chart) -> list[str]:
    return [rule.label.text for rule in chart.scale]


class TestWhatever:
    @given(st.lists(maybe, max_size=30))
    def test_stands_inside_the_box_in_the_order_of_time(self, values) -> None:
        chart = line_chart(points(*values))
        known = [v for v in values if v is not None]
        if len(known) < 2:
            assert chart is None
            return
        assert len(chart.dots) == len(known)
        xs = [Decimal(dot.x) for dot in chart.dots]
        assert xs == sorted(xs)
        assert all(0 <= x <= 100 for x in xs)
        assert all(0 <= Decimal(dot.y) <= Decimal(chart.floor) for dot in chart.dots)
        assert Decimal(chart.floor) < chart.height

    @given(st.lists(figures, min_size=2, max_size=20))
    def test_a_larger_figure_stands_higher(self, values) -> None:
        chart = line_chart(points(*values))
        for value, dot in zip(values, chart.dots, strict=True):
            for other_value, other in zip(values, chart.dots, strict=True):
                assert value <= other_value or Decimal(dot.y) <= Decimal(other.y)

    @given(st.lists(figures, min_size=2, max_size=20))
    def test_its_scale_is_short_and_holds_it(self, values) -> None:
        chart = line_chart(points(*values))
        assert 2 <= len(chart.scale) <= 7
        ys = [Decimal(rule.y) for rule in chart.scale]
        assert ys == sorted(ys, reverse=True)
        assert ys[0] == Decimal(chart.floor)

    @given(st.lists(maybe, min_size=2, max_size=20))
    def test_a_line_never_joins_over_a_gap(self, values) -> None:
        chart = line_chart(points(*values))
        if chart is None:
            return
        joined = [len(line.split()) for line in chart.lines]
        runs = "".join("x" if v is not None else " " for v in values).split()
        assert joined == [len(run) for run in runs if len(run) > 1]

    @given(st.lists(st.tuples(maybe, st.sampled_from([ONE, TWO])), max_size=20))
    def test_every_break_is_named_and_the_two_ends_are_labelled(self, given_points) -> None:
        made = [point(number, value, way) for number, (value, way) in enumerate(given_points)]
        chart = line_chart(made)
        if chart is None:
            return
        known = [p for p in made if p.value is not None]
        changes = sum(a.way != b.way for a, b in pairwise(known))
        assert len(chart.breaks) == changes
        texts = [label.text for label in chart.labels]
        assert known[0].text in texts
        assert known[-1].text in texts


@pytest.mark.parametrize("values", [[], [None], ["5"], [None, "5", None]])
def test_fewer_than_two_figures_make_no_chart(values: list) -> None:
    assert line_chart(points(*values)) is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["41.5", "52.3"], ["40", "45", "50", "55"]),
        (["13000", "14433"], ["13.000", "13.500", "14.000", "14.500"]),
        (["-3", "3"], ["−4", "−2", "0", "2", "4"]),
        (["0.1", "0.2"], ["0,100", "0,125", "0,150", "0,175", "0,200"]),
        (["5", "5"], ["4,75", "5,00", "5,25"]),
        (["0", "0"], ["−1", "0", "1"]),
        (["1000000000000", "3000000000000"], [f"{n}00.000.000.000" for n in ("1.0", "1.5", "2.0", "2.5", "3.0")]),
    ],
)
def test_scales_are_round_and_vietnamese(values: list[str], expected: list[str]) -> None:
    assert scale(drawn(*values)) == expected


def test_a_percentage_says_so_once_and_does_not_begin_at_zero() -> None:
    chart = drawn("41.5", "52.3", unit="%")
    assert scale(chart) == ["40", "45", "50", "55%"]
    assert not chart.starts_at_zero
    assert drawn("1", "20").starts_at_zero


def test_bounds_of_the_definition_bound_the_scale() -> None:
    assert scale(drawn("100", "100")) == ["95", "100", "105"]
    assert scale(drawn("100", "100", highest=Decimal(100))) == ["95", "100"]
    assert scale(drawn("0", "0", lowest=Decimal(0))) == ["0", "1"]


def test_first_and_last_are_labelled_as_written_and_away_from_the_line() -> None:
    made = [point(0, "400"), point(1, "500"), point(2, "600")]
    made[0] = Point(made[0].on, "IV", "2024", Decimal(400), "nearly 400", ONE)
    first, last = line_chart(made).labels
    dots = line_chart(made).dots
    assert (first.text, first.anchor, last.text, last.anchor) == ("nearly 400", "start", "600", "end")
    assert Decimal(first.y) > Decimal(dots[0].y)  # the line leaves upwards
    assert Decimal(last.y) < Decimal(dots[-1].y)  # it came from below


def test_a_break_cuts_the_line_names_both_ways_and_labels_both_sides() -> None:
    made = [point(0, "47.9"), point(1, "52.3"), point(2, "34.0", TWO), point(3, "35.9", TWO)]
    chart = line_chart(made)
    assert [len(line.split()) for line in chart.lines] == [2, 2]
    [cut] = chart.breaks
    assert Decimal(chart.dots[1].x) < Decimal(cut.x) < Decimal(chart.dots[2].x)
    assert (cut.before, cut.after) == ("way 1, until 14/06/2025", "way 2")
    assert [label.text for label in chart.labels] == ["47.9", "52.3", "34.0", "35.9"]
    assert not chart.has_gaps


def test_the_longer_name_stands_on_the_roomier_side() -> None:
    made = [point(0, "47.9"), *(point(number, "34", TWO) for number in range(1, 6))]
    [cut] = line_chart(made).breaks
    assert (cut.before, cut.after) == ("way 1", "way 2, from 15/06/2025")


def test_a_period_that_nobody_asked_for_cuts_the_line_too() -> None:
    chart = line_chart([point(0, "1"), point(1, "2"), point(3, "3", after_gap=True)])
    assert [len(line.split()) for line in chart.lines] == [2]
    assert (chart.has_gaps, len(chart.dots)) == (True, 3)


def test_room_is_left_by_the_days_that_lie_between() -> None:
    a, b, c = (Decimal(dot.x) for dot in drawn("1", "2", None, "3").dots)
    assert abs((c - b) - 2 * (b - a)) <= Decimal("0.02")


def test_at_most_eight_ticks_carry_a_name_the_last_always() -> None:
    chart = drawn(*map(str, range(40)))
    assert len(chart.ticks) == 8
    assert chart.ticks[-1].x == chart.dots[-1].x
    assert [text.text for text in chart.under_ticks] == sorted({text.text for text in chart.under_ticks})


class TestReferences:
    def marks(self, *references: Reference) -> list[tuple[str, str]]:
        return [(rule.y, rule.label.text) for rule in drawn("40", "50", "45", references=references).references]

    def test_stand_at_the_last_figure_of_their_year(self) -> None:
        chart = drawn("40", "50", "45", references=[Reference(2025, Decimal(60), "60% national")])
        [rule] = chart.references
        assert Decimal(rule.x1) < Decimal(chart.dots[-1].x) < Decimal(rule.x2)
        assert rule.label.text == "60% national"

    def test_of_a_year_that_is_not_measured_are_left_to_the_table(self) -> None:
        assert self.marks(Reference(2030, Decimal(50), "x")) == []

    def test_that_would_flatten_the_line_are_left_to_the_table(self) -> None:
        assert self.marks(Reference(2025, Decimal(1000), "x")) == []

    def test_that_would_cover_each_other_are_drawn_once(self) -> None:
        same = [Reference(2025, Decimal("50"), "a"), Reference(2025, Decimal("50.1"), "b")]
        assert [text for _y, text in self.marks(*same)] == ["a"]


def test_the_template_draws_it_without_a_comma_in_a_coordinate() -> None:
    made = [point(0, "47.9"), point(1, "52.3"), point(2, "34.0", TWO, is_firm=False)]
    chart = line_chart(made, [Reference(2025, Decimal(60), "60% <quốc gia>")])
    with translation.override("vi"):
        svg = render_to_string("charts/line.html", {"chart": chart, "chart_title": "Cáp quang <b>"})
    assert "Cáp quang &lt;b&gt;" in svg
    assert "60% &lt;quốc gia&gt;" in svg
    assert svg.count("<circle") == 3
    assert svg.count('class="hollow"') == 1
    assert svg.count("<polyline") == 1
    assert f'points="{chart.lines[0]}"' in svg
    assert 'stroke-dasharray="4 4"' in svg
    assert all("," not in text for dot in chart.dots for text in (dot.x, dot.y))
    assert "I/2024: 47.9; I/2025: 52.3; I/2025: 34.0" in svg
