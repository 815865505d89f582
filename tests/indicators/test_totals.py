"""Totals in the database: written with the approval, over the tree of the period's own day, at both stages."""

import random
from datetime import date
from decimal import Decimal

import pytest

from indicators import totals
from indicators.calendars import quarter
from indicators.models import Definition, Observation, Submission, Total, Unit, UnitSlice
from indicators.refusals import Refused
from tests import people
from tests.factories import cell, indicator, perform, ratio, type_in, unit

pytestmark = pytest.mark.usefixtures("english")

MERGER = date(2025, 7, 1)
PLAIN = {"asks_sign_off": False, "asks_verification": False}


def approve(province, round_, reporting, *cells, by=None):
    """Enters, hands in and approves the report of one unit."""
    by = by or people.person(f"reporter of {reporting.pk}", reporting, "reporter")
    submission = type_in(round_.submissions.get(unit=reporting), *cells, by=by)
    return province.walk(submission, "submit", "approve", reporter=by)


def communes(province, *names, parent=None):
    return [unit(name, "commune", parent=parent or province.root) for name in names]


def standing(stage="approved"):
    """subject → the total as numbers and counts that are not empty."""
    rows = Total.objects.filter(stage=stage).order_by("subject")
    return {row.subject_id: {f: v for f in totals.FIELDS if (v := getattr(row, f))} for row in rows}


# --- Hand-worked


def test_sister_departments_add_up_about_the_province(province):
    units = [province.department, province.sister]
    round_ = province.round(indicator("HT.01"), units=units, **PLAIN)
    approve(province, round_, province.department, cell("14433"))
    assert standing() == {province.root.pk: {"value": 14433, "n_expected": 2, "n_reported": 1}}
    approve(province, round_, province.sister, cell("8.5"))
    assert standing() == {province.root.pk: {"value": Decimal("14441.5"), "n_expected": 2, "n_reported": 2}}
    assert standing("published") == standing("approved")


def test_one_source_about_the_province_has_no_total_and_stands_as_written(province):
    round_ = province.round(ratio("XH.01"), **PLAIN)
    approve(province, round_, province.department, cell("53.8"))
    assert (standing(), Observation.objects.get().value) == ({}, Decimal("53.8"))


def test_a_grid_over_communes_adds_up_what_one_department_said_of_each(province):
    first, second, third = communes(province, "Bum Tở", "Mù Cả", "Tà Tổng")
    round_ = province.round(indicator("HT.02"), subject="each_commune", **PLAIN)
    cells = [cell("3"), cell(state="not_available", note="mất sóng"), cell("4")]
    approve(province, round_, province.department, *cells)
    counts = {"value": 7, "n_expected": 3, "n_reported": 2, "n_not_available": 1}
    assert standing() == {province.root.pk: counts}
    assert set(Observation.objects.values_list("subject", flat=True)) == {first.pk, second.pk, third.pk}


def test_communes_that_report_themselves_are_counted_while_some_are_missing(province):
    units = communes(province, "Bum Tở", "Mù Cả", "Tà Tổng", "Pa Ủ")
    asked = ratio("XH.03", source_kind="commune")
    round_ = province.round(asked, units=units, subject="self", **PLAIN)
    approve(province, round_, units[0], cell("50", of=("150", "300")))
    approve(province, round_, units[1], cell("90", of=("90", "100")))
    expected = {"numerator": 240, "denominator": 400, "n_expected": 4, "n_reported": 2}
    assert standing() == {province.root.pk: expected}
    approve(province, round_, units[2], cell("80"))
    assert standing()[province.root.pk] == expected | {"n_reported": 3, "n_without_parts": 1}
    approve(province, round_, units[3], cell(state="not_applicable"))
    assert standing()[province.root.pk] == expected | {
        "n_reported": 3,
        "n_without_parts": 1,
        "n_not_applicable": 1,
    }


def test_a_count_of_yes_counts_and_a_figure_without_a_rule_does_not(province):
    units = communes(province, "Bum Tở", "Mù Cả", "Tà Tổng")
    of_communes = {"source_kind": "commune"}
    asked = [
        indicator("CQ.01", value_kind="yes_no", over_units="count", **of_communes),
        indicator("CQ.02", over_units="none", **of_communes),
    ]
    round_ = province.round(*asked, units=units, subject="self", **PLAIN)
    for each, answer in zip(units, ("1", "0", "1"), strict=True):
        approve(province, round_, each, cell(answer), cell("5"))
    assert standing() == {province.root.pk: {"value": 2, "n_expected": 3, "n_reported": 3}}


def test_a_cross_check_is_kept_and_never_added(province):
    """Sở Tài chính reports what only Sở KH&CN contributes (domain.md 7)."""
    asked = indicator("HT.01", source_unit=province.department)
    round_ = province.round(asked, units=[province.department, province.sister], **PLAIN)
    approve(province, round_, province.department, cell("100"))
    approve(province, round_, province.sister, cell("999"))
    assert dict(Observation.objects.values_list("value", "contributes")) == {100: True, 999: False}
    assert standing() == {}


def test_a_total_of_an_earlier_period_uses_the_tree_of_its_own_day(province):
    """Before 1/7/2025 the commune stood under a district; afterwards under the province itself."""
    district = unit("Huyện Mường Tè", "district", parent=province.root)
    commune, other = communes(province, "Mù Cả", "Bum Tở", parent=district)
    for each in (commune, other):
        UnitSlice.objects.create(unit=each, name="x", kind="commune", parent=province.root, valid_from=MERGER)
    Unit.objects.filter(pk=district.pk).update(ended=MERGER)
    asked = indicator("HT.02", source_kind="commune")
    reporters = {each: people.person(f"of {each.pk}", each, "reporter") for each in (commune, other)}
    for number, figure in ((2, "1"), (4, "10")):
        round_ = province.round(
            asked, units=[commune, other], subject="self", window=quarter(2025, number), **PLAIN
        )
        for each, reporter in reporters.items():
            approve(province, round_, each, cell(figure), by=reporter)
    by_period = Total.objects.filter(stage="approved").values_list("period__label", "subject", "value")
    assert set(by_period) == {
        ("2025-Q2", district.pk, 2),
        ("2025-Q2", province.root.pk, 2),
        ("2025-Q4", province.root.pk, 20),
    }


def test_the_definition_of_the_periods_cut_off_decides_the_rule(province):
    asked = indicator("HT.01", over_units="none")
    known = Definition.objects.get()
    known.pk, known.valid_from, known.over_units = None, date(2026, 1, 1), "sum"
    known.save()
    units = [province.department, province.sister]
    reporters = {province.department: province.reporter, province.sister: province.outsider}
    for year in (2025, 2026):
        round_ = province.round(asked, units=units, window=quarter(year, 3), **PLAIN)
        for each, by in reporters.items():
            approve(province, round_, each, cell("2"), by=by)
    by_period = Total.objects.filter(stage="approved").values_list("period__label", "value", "n_reported")
    assert set(by_period) == {("2025-Q3", None, 2), ("2026-Q3", 4, 2)}


def test_a_total_that_nobody_contributes_to_any_more_is_taken_away(province):
    units = [province.department, province.sister]
    round_ = province.round(indicator("HT.01"), units=units, **PLAIN)
    approve(province, round_, province.department, cell("1"))
    assert Total.objects.count() == 2
    Submission.objects.filter(unit=province.sister).delete()
    totals.recompute(round_.period_id, [Observation.objects.get().indicator_id])
    assert Total.objects.count() == 0


def test_recomputing_again_changes_nothing_and_leaves_other_indicators_alone(province):
    first, second = indicator("HT.01"), indicator("HT.02")
    round_ = province.round(first, second, units=[province.department, province.sister], **PLAIN)
    approve(province, round_, province.department, cell("1"), cell("2"))
    before = list(Total.objects.order_by("pk").values())
    assert len(before) == 4
    totals.recompute(round_.period_id, [first.pk, second.pk])
    assert list(Total.objects.order_by("pk").values()) == before
    Total.objects.update(value=0)
    totals.recompute(round_.period_id, [first.pk])
    assert dict(Total.objects.filter(stage="approved").values_list("indicator", "value")) == {
        first.pk: 1,
        second.pk: 0,
    }


# --- Fifteen digits


@pytest.mark.parametrize(
    ("decimals", "figures", "total"),
    [
        (6, ("999999999.999998", "0.000001"), "999999999.999999"),
        (0, ("999999999999", "999999999999"), "1999999999998"),
        (3, ("999999999999", "0.999"), "999999999999.999"),
    ],
)
def test_a_total_of_fifteen_digits_is_stored_and_read_back_exactly(province, decimals, figures, total):
    asked = indicator("HT.01", decimals=decimals)
    round_ = province.round(asked, units=[province.department, province.sister], **PLAIN)
    approve(province, round_, province.department, cell(figures[0]))
    approve(province, round_, province.sister, cell(figures[1]))
    assert set(Total.objects.values_list("stage", "value")) == {
        ("approved", Decimal(total)),
        ("published", Decimal(total)),
    }


def test_a_total_of_sixteen_digits_is_refused_with_advice_and_the_report_stays_as_it_was(province):
    asked = indicator("HT.01", decimals=4, name="Doanh thu")
    round_ = province.round(asked, units=[province.department, province.sister], **PLAIN)
    approve(province, round_, province.department, cell("99999999999"))
    by = people.person("reporter of the sister", province.sister, "reporter")
    submission = type_in(round_.submissions.get(unit=province.sister), cell("1"), by=by)
    submission = province.walk(submission, "submit", reporter=by)
    with pytest.raises(Refused) as refused:
        perform("approve", submission, by=province.approver)
    assert refused.value.sentence == (
        "The total of “Doanh thu” has more than 15 digits. Choose a larger unit of measure."
    )
    submission.refresh_from_db()
    assert (submission.state, Observation.objects.count()) == ("submitted", 1)
    assert set(Total.objects.values_list("value", flat=True)) == {99999999999}


# --- After any approvals a total is the sum over the observations that stand


def obvious_total(stage):
    """value, numerator, denominator and how many reported, added up from the rows in plain Python."""
    rows = [o for o in Observation.objects.at(stage) if o.state == "reported"]
    parts = [o for o in rows if o.numerator is not None]
    return (
        sum((o.numerator for o in parts), Decimal(0)) if parts else None,
        sum((o.denominator for o in parts), Decimal(0)) if parts else None,
        len(rows),
        len(rows) - len(parts),
    )


def some_cell(luck):
    whole = luck.randint(1, 10**6)
    part = luck.randint(0, whole)
    return luck.choice(
        [
            cell("50", of=(str(part), str(whole))),
            cell("50"),
            cell(state="not_available", note="mất sóng"),
            cell(state="not_applicable"),
        ]
    )


@pytest.mark.parametrize("seed", range(3))
def test_after_random_approvals_and_adjustments_the_total_is_the_sum_over_what_stands(province, seed):
    luck = random.Random(seed)
    units = communes(province, *(f"Xã {n}" for n in range(4)))
    reporters = {each.pk: people.person(f"of {each.pk}", each, "reporter") for each in units}
    asked = ratio("XH.03", source_kind="commune", decimals=0)
    round_ = province.round(asked, units=units, subject="self", **PLAIN)
    for _ in range(12):
        submission = luck.choice(list(round_.submissions.order_by("pk")))
        by = reporters[submission.unit_id]
        if submission.state == "approved":
            submission = province.walk(submission, "reopen")
        submission = type_in(submission, some_cell(luck), by=by)
        province.walk(submission, "submit", "approve", reporter=by)
        for stage in ("approved", "published"):
            row = Total.objects.filter(stage=stage, subject=province.root)
            found = row.values_list("numerator", "denominator", "n_reported", "n_without_parts").get()
            assert found == obvious_total(stage)
