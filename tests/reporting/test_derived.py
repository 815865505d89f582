"""One figure out of those of months or quarters: the rule over time, its coverage in unit-periods, and why there is
none (domain.md 7, 9, 11, 13; design.md)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from indicators.calendars import Frequency, window
from indicators.models import Definition, Period
from indicators.rollup import Contribution, over_reporters, over_subjects
from reporting import figures
from reporting.derived import Derived, Piece, derive
from reporting.figures import Coverage, Reason, Standing
from reporting.shown import Shown, of_total
from reporting.trend import Then, is_partial_sum
from tests.reporting.figures.reference import FIGURES, half_up

D = Decimal
SINCE, LATER = date(2020, 1, 1), date(2026, 2, 1)
OVER = date(2027, 1, 1)  # a day on which every cut-off of 2026 is over


def measured(rule: str, **facts) -> Definition:
    usual = {"value_kind": "number", "unit_of_measure": "km", "over_units": "sum", "over_time": rule}
    return Definition(valid_from=SINCE, **usual | facts)


def share(rule: str = "flow", **facts) -> Definition:
    usual = {"value_kind": "ratio", "unit_of_measure": "%", "decimals": 1, "over_units": "ratio"}
    return measured(rule, **usual | facts)


def month(number: int, shown: Shown | None, *, is_asked: bool = True, since: date = SINCE, **facts) -> Piece:
    found = window(f"2026-M{number:02}")
    period = Period(number, "nd09", found.label, found.first_day, found.day_after_last)
    return Piece(period, is_asked, None if shown is None else Then(period, shown, since), **facts)


def told(value: str, n: int = 1, m: int = 1, **facts) -> Shown:
    places = max(0, -int(D(value).as_tuple().exponent))
    return Shown(Standing.REPORTED, D(value), decimals=places, unit="km", coverage=Coverage(n, m), **facts)


def made(definition: Definition, *pieces: Piece, on: date = OVER) -> Derived:
    with override("en"):
        return derive(definition, Frequency.MONTH, pieces, on=on)


def notes(derived: Derived) -> list[str]:
    with override("en"):
        return derived.notes


class TestAFlow:
    def test_is_the_sum_with_the_finest_decimals_and_counts_unit_periods(self) -> None:
        found = made(measured("flow"), month(1, told("1", 38, 38)), month(2, told("2.5", 25, 38)))
        assert (found.shown.value, found.shown.decimals) == (D("3.5"), 1)
        assert found.shown.coverage == Coverage(63, 76, counts_periods=True)
        assert found.shown.derived == "computed from the months"

    @pytest.mark.parametrize(
        ("missing", "said"),
        [
            (month(2, None, n_expected=40, missing=["Xã A", "Xã B"]), "Month 2/2026: 0/40; missing: Xã A, Xã B"),
            (month(2, None, is_asked=False), "Not asked for: Month 2/2026"),
            (month(2, None), "Month 2/2026: no data"),
            (month(2, told("3", 36, 38), missing=["Xã A"]), "Month 2/2026: 36/38; missing: Xã A"),
            (month(2, told("3", 36, 38)), "Month 2/2026: 36/38"),
        ],
    )
    def test_is_never_silently_partial(self, missing: Piece, said: str) -> None:
        found = made(measured("flow"), month(1, told("1", 38, 38)), missing)
        assert is_partial_sum(measured("flow", over_units="none"), found.shown)
        counted = str(found.shown.coverage).replace("/", " of ")
        assert notes(found) == [f"Partial: from {counted} unit-periods. {said}"]

    def test_counts_a_part_of_which_nothing_is_known_like_the_fullest(self) -> None:
        pieces = month(1, told("1", 30, 38)), month(2, told("1", 36, 36)), month(3, None, is_asked=False)
        assert str(made(measured("flow"), *pieces).shown.coverage) == "66/112"

    def test_that_concerns_nobody_in_a_month_lacks_nothing_there(self) -> None:
        nobody = Shown(Standing.NOT_APPLICABLE, coverage=Coverage(0, 0))
        found = made(measured("flow"), month(1, told("1")), month(2, nobody))
        assert (found.shown.value, str(found.shown.coverage), notes(found)) == (D(1), "1/1", [])

    def test_names_the_first_few_of_many(self) -> None:
        found = made(measured("flow"), month(1, told("1")), *(month(n, None, is_asked=False) for n in range(2, 9)))
        assert notes(found)[0].endswith("Month 2/2026, Month 3/2026, Month 4/2026, Month 5/2026 and 3 more")

    def test_of_estimates_is_an_estimate(self) -> None:
        found = made(measured("flow"), month(1, told("1")), month(2, told("1", status="Estimate")))
        assert found.shown.status == "Estimate"

    @pytest.mark.parametrize(
        ("definition", "pieces", "reason"),
        [
            (measured("flow"), [month(1, told("1")), month(2, told("1"), since=LATER)], "definition_changed"),
            (measured("flow"), [month(1, told("1")), month(2, told("400", qualifier="nearly"))], "about"),
            (measured("flow"), [month(1, told("1", words="Có"))], "no_number"),
            (measured("flow", unit_of_measure="%"), [month(1, told("50")), month(2, told("60"))], "without_parts"),
            (share(), [month(1, told("50"))], "without_parts"),
            (share(), [month(1, Shown(Standing.NOT_COMPUTABLE))], "without_parts"),
            (measured("flow"), [month(1, told("1")), month(2, Shown(Standing.NO_RULE))], "no_rule"),
        ],
    )
    def test_that_does_not_add_up_says_why(self, definition: Definition, pieces, reason: str) -> None:
        found = made(definition, *pieces)
        assert (found.shown.standing, found.shown.value) == (Standing.NOT_COMPUTABLE, None)
        assert (found.shown.reason, found.shown.barred) == (Reason(reason), Reason(reason))
        assert notes(found)[0].endswith(".")

    @pytest.mark.parametrize(
        ("standings", "expected"),
        [
            ((Standing.MISSING, Standing.NOT_AVAILABLE), Standing.NOT_AVAILABLE),
            ((Standing.NOT_APPLICABLE, Standing.MISSING), Standing.MISSING),
            ((Standing.NOT_APPLICABLE, Standing.NOT_APPLICABLE), Standing.NOT_APPLICABLE),
            ((Standing.BY_UNIT, Standing.BY_UNIT), Standing.BY_UNIT),
        ],
    )
    def test_of_nothing_is_no_zero(self, standings, expected) -> None:
        found = made(measured("flow"), *(month(n, Shown(each)) for n, each in enumerate(standings, 1)))
        assert (found.shown.standing, found.shown.value) == (expected, None)


@pytest.mark.parametrize("rule", ["stock", "running"])
class TestAStockAndARunningTotal:
    def test_take_the_last_cut_off_as_it_was_written(self, rule: str) -> None:
        last = told("400", 35, 38, qualifier="nearly")
        found = made(measured(rule), month(1, told("1")), month(2, last))
        assert found.shown == replace(last, derived="from the months: Month 2/2026")
        assert notes(found) == ["Partial: from 35 of 38. Month 2/2026: 35/38"]
        assert found.behind == [found.pieces[1].period]

    def test_are_never_an_older_one_where_the_last_is_missing(self, rule: str) -> None:
        found = made(measured(rule), month(1, told("1")), month(2, None, n_expected=2, missing=["Xã A"]))
        assert (found.shown.standing, str(found.shown.coverage)) == (Standing.MISSING, "0/2")

    def test_wait_for_no_cut_off_that_is_not_over_yet(self, rule: str) -> None:
        pieces = month(1, told("1")), month(2, None), month(3, None, is_asked=False)
        assert made(measured(rule), *pieces, on=date(2026, 2, 14)).shown.value == 1  # the last day of the month
        assert made(measured(rule), *pieces, on=date(2026, 2, 15)).shown.value is None

    def test_may_be_known_before_their_cut_off(self, rule: str) -> None:
        found = made(measured(rule), month(1, told("1")), month(2, told("2")), on=date(2026, 1, 20))
        assert found.shown.value == 2

    def test_of_a_percentage_are_as_they_were_reported(self, rule: str) -> None:
        assert made(share(rule), month(1, told("40")), month(2, told("50"))).shown.value == 50


def test_a_period_of_nothing_has_no_figure_to_compare() -> None:
    nothing = made(measured("stock"), month(1, None))
    assert nothing.then(nothing.pieces[0].period) is None


# --- Against a slow, obvious reference

SAID = st.one_of(st.none(), st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)))
UNITS = st.lists(SAID, min_size=1, max_size=5)  # one month: what each of its units said, whose number may change


def province(definition: Definition, units: list[tuple[int, int] | None]) -> Shown:
    """The province's total of one month, as totals.py makes it."""
    given = [
        Contribution() if said is None else Contribution("reported", D(said[0]), D(said[0]), D(said[1]))
        for said in units
    ]
    sums = over_subjects([over_reporters(definition.over_units, [each]) for each in given])
    return of_total(definition, figures.sums_of(sums))


@given(st.lists(UNITS, min_size=1, max_size=12))
def test_over_units_first_then_over_time_is_the_sum_over_all_that_was_said(months) -> None:
    said = [one for units in months for one in units if one is not None]
    amount, ratio = measured("flow", unit_of_measure="người"), share()
    for definition in (amount, ratio):
        found = made(definition, *(month(n, province(definition, units)) for n, units in enumerate(months, 1)))
        assert (found.shown.coverage.n, found.shown.coverage.m) == (len(said), sum(map(len, months)))
        expected = sum(a for a, _b in said) if definition is amount else None
        if said and definition is ratio:
            whole = Fraction(sum(a for a, _b in said) * 100, sum(b for _a, b in said))
            expected = half_up(whole, 1)
        assert found.shown.value == (expected if said else None)
        assert found.shown.coverage.is_partial == bool(notes(found)) == (len(said) < sum(map(len, months)))


@given(
    st.lists(st.one_of(FIGURES, st.none()), min_size=1, max_size=12), st.sampled_from(["flow", "stock", "running"])
)
def test_random_months_are_added_or_the_last_is_taken(values: list[Decimal | None], rule: str) -> None:
    pieces = [month(n, None if value is None else told(str(value))) for n, value in enumerate(values, 1)]
    found = made(measured(rule), *pieces).shown
    known = [value for value in values if value is not None]
    expected = values[-1]
    if rule == "flow":
        expected = sum(map(Fraction, known), Fraction(0)) if known else None
    assert found.value == expected
    assert found.is_reported == (expected is not None)
    if rule == "flow" and known:
        assert (found.coverage.n, found.coverage.m) == (len(known), len(values))
