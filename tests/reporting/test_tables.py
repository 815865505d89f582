"""Each column of the readers' tables sorts both ways on what it means, and prints what it says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from indicators.models import Period
from reporting.differences import Difference
from reporting.figures import Coverage, Standing
from reporting.series import SeriesRow
from reporting.shown import Shown
from reporting.sources import SourceRow
from reporting.tables import NOTHING, SeriesTable, SourceTable

START = datetime(2026, 1, 31, 18, 0, tzinfo=UTC)  # 1/2/2026, 01:00 in the province


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def shown(value: str, n: int = 1, m: int = 1, **facts) -> Shown:
    return Shown(Standing.REPORTED, value=Decimal(value), coverage=Coverage(n, m), unit="km", **facts)


def series_row(year: int, figure: Shown, *, approved: int, published: int) -> SeriesRow:
    period = Period(pk=year, label=f"{year}-Q1", first_day=f"{year - 1}-12-15", day_after_last=f"{year}-03-15")
    return SeriesRow(period, figure, START + timedelta(days=approved), START + timedelta(days=published))


SERIES = [
    series_row(2024, shown("9", 2, 3), approved=2, published=3),
    series_row(2025, shown("10", 1, 3), approved=1, published=5),
    series_row(2026, shown("-1", 2, 2), approved=3, published=4),
]


def source_row(
    unit: str, key: str, figure: Shown, day: int, *, said: str = "", code: str = "", change: str | None = None
) -> SourceRow:
    at = START + timedelta(days=day)
    return SourceRow(
        unit=unit,
        sort=(key, 1),
        about="",
        contributes=True,
        shown=figure,
        explanation=said,
        approved_at=at,
        published_at=at,
        revision=code,
        change=None if change is None else Difference(Decimal(change), 0, "km"),
        numerator=figure.value,
        denominator=None if change is None else Decimal(change),
    )


SOURCES = [
    source_row("Đa", "2", shown("9"), 3, said="b", code="aa", change="5"),
    source_row("Da", "1", shown("10"), 1, said="c", code="cc", change="-20"),
    source_row("Ê", "3", shown("-1"), 2, said="a", code="bb", change="0"),
]


def cells(table, column: str) -> list[str]:
    return [" ".join(str(row.get_cell(column)).split()) for row in table.rows]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("period", [2024, 2025, 2026]),
        ("value", [2026, 2024, 2025]),
        ("coverage", [2025, 2026, 2024]),
        ("approved", [2025, 2024, 2026]),
        ("published", [2024, 2026, 2025]),
    ],
)
def test_figures_over_time_sort_both_ways(key: str, expected: list[int]) -> None:
    years = [[row.record.period.pk for row in SeriesTable(SERIES, order_by=way + key).rows] for way in ("", "-")]
    assert years == [expected, expected[::-1]]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("unit", ["Da", "Đa", "Ê"]),
        ("value", ["Ê", "Đa", "Da"]),
        ("change", ["Da", "Ê", "Đa"]),
        ("numerator", ["Ê", "Đa", "Da"]),
        ("denominator", ["Da", "Ê", "Đa"]),
        ("remarks", ["Ê", "Đa", "Da"]),
        ("approved", ["Da", "Ê", "Đa"]),
        ("published", ["Da", "Ê", "Đa"]),
        ("revision", ["Đa", "Ê", "Da"]),
    ],
)
def test_sources_sort_both_ways(key: str, expected: list[str]) -> None:
    units = [
        [row.record.unit for row in SourceTable(SOURCES, with_parts=True, order_by=way + key).rows]
        for way in ("", "-")
    ]
    assert units == [expected, expected[::-1]]


def test_figures_over_time_come_newest_first() -> None:
    assert cells(SeriesTable(SERIES), "period") == ["Quarter I/2026", "Quarter I/2025", "Quarter I/2024"]


def test_a_period_keeps_to_one_line() -> None:
    [row, *_] = SeriesTable(SERIES).rows
    assert row.get_cell("period").strip() == "Quarter\N{NO-BREAK SPACE}I/2026"


def test_words_sort_beside_numbers_and_missing_figures_come_last_both_ways() -> None:
    said = Shown(Standing.REPORTED, value=Decimal(1), words="Yes")
    rows = [SOURCES[0], source_row("Có", "4", said, 0), source_row("Thiếu", "5", Shown(Standing.MISSING), 0)]
    found = [[row.record.unit for row in SourceTable(rows, order_by=way).rows] for way in ("value", "-value")]
    assert found == [["Có", "Đa", "Thiếu"], ["Đa", "Có", "Thiếu"]]


def test_partial_coverage_is_marked_and_full_is_not() -> None:
    assert cells(SeriesTable(SERIES, order_by="period"), "coverage") == [
        '<span class="partial">2/3</span>',
        '<span class="partial">1/3</span>',
        "2/2",
    ]


def test_days_are_those_of_the_province() -> None:
    row = series_row(2026, shown("5"), approved=0, published=1)
    assert (cells(SeriesTable([row]), "approved"), cells(SeriesTable([row]), "published")) == (
        ["01/02/2026"],
        ["02/02/2026"],
    )


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (shown("14433"), '14.433 <span class="unit">km</span>'),
        (shown("400", qualifier="nearly"), 'nearly 400 <span class="unit">km</span>'),
        (shown("5", status="Estimate"), '5 <span class="unit">km</span> <span class="unit of">Estimate</span>'),
        (Shown(Standing.REPORTED, value=Decimal(5)), "5"),
        (
            Shown(Standing.REPORTED, value=Decimal("53.8"), decimals=1, unit="%", parts="7/13"),
            '53,8% <span class="unit of">7/13</span>',
        ),
        (Shown(Standing.REPORTED, words="<b>Có</b>"), "&lt;b&gt;Có&lt;/b&gt;"),
        (Shown(Standing.NOT_COMPUTABLE), "Cannot be computed"),
        (Shown(Standing.NO_RULE), "Cannot be computed"),
        (Shown(Standing.BY_UNIT), '<span class="meta">By unit only</span>'),
        (Shown(Standing.MISSING), '<span class="status no-data meta">No data</span>'),
        (Shown(Standing.NOT_AVAILABLE), '<span class="status no-data meta">No data</span>'),
        (Shown(Standing.NOT_APPLICABLE), '<span class="status not_applicable meta">Not applicable</span>'),
    ],
)
def test_a_figure_is_drawn_with_all_that_is_said_of_it(figure: Shown, expected: str) -> None:
    row = series_row(2026, figure, approved=0, published=0)
    assert cells(SeriesTable([row]), "value") == [expected]


def test_what_is_not_there_is_a_dash() -> None:
    row = SourceRow(unit="Xã", sort=("", 1), about="", contributes=True, shown=Shown(Standing.MISSING))
    table = SourceTable([row])
    assert [cells(table, name) for name in ("approved", "published", "revision")] == [[NOTHING]] * 3


def test_a_page_holds_what_it_is_told() -> None:
    table = SeriesTable([series_row(year, shown("1"), approved=0, published=0) for year in range(2000, 2026)])
    table.paginate(page=2, per_page=25)
    assert [row.record.period.pk for row in table.page.object_list] == [2000]
    assert (table.paginator.num_pages, table.paginator.count) == (2, 26)


@pytest.mark.parametrize("key", ["value", "change", "numerator", "denominator"])
def test_rows_without_a_figure_come_last_both_ways_in_the_order_of_their_units(key: str) -> None:
    without = [source_row(name, name, Shown(Standing.MISSING), 0) for name in ("A", "B")]
    for way in ("", "-"):
        table = SourceTable([*without, SOURCES[0], SOURCES[1]], with_parts=True, order_by=way + key)
        assert [row.record.unit for row in table.rows][2:] == ["A", "B"]


def test_equal_figures_keep_the_order_of_their_units_both_ways() -> None:
    rows = [source_row(name, name, shown("5"), 0, change="1") for name in ("A", "B", "C")]
    for key in ("value", "-value", "change", "-change", "approved", "-approved"):
        assert [row.record.unit for row in SourceTable(rows, order_by=key).rows] == ["A", "B", "C"]


def test_only_a_ratio_has_columns_for_its_parts_and_then_says_them_once() -> None:
    ratio = Shown(Standing.REPORTED, value=Decimal("53.8"), decimals=1, unit="%", parts="7/13")
    row = replace(source_row("A", "1", ratio, 0), numerator=Decimal(7), denominator=Decimal(13))
    plain, parted = SourceTable([row]), SourceTable([row], with_parts=True)
    assert [c.name for c in parted.columns if c.name not in [p.name for p in plain.columns]] == [
        "numerator",
        "denominator",
    ]
    assert cells(plain, "value") == ['53,8% <span class="unit of">7/13</span>']
    assert [cells(parted, name) for name in ("value", "numerator", "denominator")] == [["53,8%"], ["7"], ["13"]]


def test_a_unit_leads_to_its_page_on_the_last_day_of_the_period() -> None:
    row = replace(source_row("Phường Đoàn Kết", "1", shown("5"), 0), code="03388", day=date(2026, 9, 14))
    assert cells(SourceTable([row]), "unit") == ['<a href="/units/03388/?on=2026-09-14">Phường Đoàn Kết</a>']


def test_made_up_and_archived_figures_are_marked() -> None:
    row = series_row(2026, shown("5"), approved=0, published=0)
    said = [
        cells(SeriesTable([replace(row, **facts)]), "period")[0]
        for facts in ({"is_illustrative": True}, {"archives": "Bài"})
    ]
    assert said == [
        'Quarter I/2026 <span class="meta">Illustration</span>',
        'Quarter I/2026 <span class="meta">From the archive</span>',
    ]
