"""Markers that name a longer period which no round asks for: filled in with what its months make."""

import pytest

from indicators.calendars import window
from tests.factories import cell, indicator, ratio
from tests.reporting.filling.conftest import Desk, lines_of

M1, M2 = window("2026-M01"), window("2026-M02")


def published(desk: Desk, asked, when, *cells) -> None:
    province = desk.site.province
    both = [province.department, province.sister]
    made = province.round(asked, window=when, units=both, subject="self")
    for unit, said in zip(both, cells, strict=False):
        desk.site.approve(made.submissions.get(unit=unit), said)


def test_of_the_province_and_of_a_unit(desk: Desk) -> None:
    asked = ratio("XH.01", over_time="flow")
    published(desk, asked, M1, cell(of=("1", "10")), cell(of=("90", "100")))
    published(desk, asked, M2, cell(of=("5", "10")))
    answer = desk.fill("{{XH.01|2026-Q1}}", "{{xh.01|2026-q1|LC-SKHCN}}", "{{XH.01|2026-Q2}}")
    assert desk.cells(answer) == [80, 30, "{{XH.01|2026-Q2}}"]
    of_province, of_unit = lines_of(answer, "filled")
    assert of_province[2:4] == ["80,0% 96/120 computed from the months", "3/6 unit-periods"]
    assert of_province[4].startswith("computed from the months Partial: from 3 of 6 unit-periods.")
    assert of_unit[2:4] == ["30,0% 6/20 computed from the months", "2/3 unit-periods"]
    assert 'no reporting period "2026-Q2"' in lines_of(answer, "unfilled")[0][2]


def test_that_do_not_add_up_keep_the_marker_with_the_reason(desk: Desk) -> None:
    asked = ratio("XH.01", over_time="flow")
    published(desk, asked, M1, cell("50"))
    published(desk, asked, M2, cell(of=("5", "10")))
    (line,) = lines_of(desk.fill("{{XH.01|2026}}"), "unfilled")
    assert "Cannot be computed: of one of its parts only a percentage is known." in line[2]


def test_that_are_made_up_are_not_filled_in_unasked(desk: Desk) -> None:
    asked = indicator("KT.01", over_time="flow")
    published(desk, asked, M1, cell("10"), cell("7"))
    made = asked.observations.first().submission.round
    type(made).objects.filter(pk=made.pk).update(is_illustrative=True)
    (line,) = lines_of(desk.fill("{{KT.01|2026-Q1}}"), "unfilled")
    assert "The figure is made up to show the system." in line[2]
    assert desk.cells(desk.fill("{{KT.01|2026-Q1}}", illustrative="on")) == [17]


@pytest.mark.parametrize("count", [1, 3])
def test_takes_as_many_queries_for_one_marker_as_for_many(
    desk: Desk, django_assert_num_queries, count: int
) -> None:
    asked = [indicator(f"HT.{n}", over_time="flow") for n in range(count)]
    for when in (M1, M2):
        made = desk.site.province.round(*asked, window=when)
        desk.site.approve(made.submissions.get(), *[cell("5")] * count)
    texts = [f"{{{{HT.{n}|2026-Q1}}}} {{{{HT.{n}|2026-Q1|LC-SKHCN}}}}" for n in range(count)]
    with django_assert_num_queries(23):
        desk.fill(*texts)
