"""What stands in the place of a figure: of each kind, state and rule, without a database."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from indicators.models import Definition, Observation
from reporting.figures import Coverage, Standing, Sums
from reporting.shown import Shown, of_observation, of_total

D = Decimal


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def definition(**facts) -> Definition:
    return Definition(**{"value_kind": "number", "unit_of_measure": "km", "over_units": "sum"} | facts)


def percentage(**facts) -> Definition:
    return definition(
        **{"value_kind": "ratio", "unit_of_measure": "%", "decimals": 1, "over_units": "ratio"} | facts
    )


def given(**facts) -> Observation:
    return Observation(**{"state": "reported"} | facts)


class TestOfTotal:
    def test_a_sum_has_the_decimals_of_its_definition(self) -> None:
        shown = of_total(definition(decimals=2), Sums(value=D("53.8"), n_expected=3, n_reported=2))
        assert shown == Shown(Standing.REPORTED, value=D("53.8"), decimals=2, unit="km", coverage=Coverage(2, 3))
        assert str(shown) == "53,80 km"

    def test_a_sum_of_zero_is_zero(self) -> None:
        assert str(of_total(definition(), Sums(value=D(0), n_expected=1, n_reported=1))) == "0 km"

    @pytest.mark.parametrize(
        ("parts", "facts", "value", "said"),
        [
            (("91", "110"), {}, "82.7", "82,7%"),
            (("1", "8"), {"decimals": 2}, "12.50", "12,50%"),
            (("1", "2000"), {}, "0.1", "0,1%"),  # 0,05 rounds half up
            (("3", "2000"), {"ratio_base": 10000, "unit_of_measure": "người", "decimals": 0}, "15", "15 người"),
            (("0", "7"), {}, "0.0", "0,0%"),
            (("-1", "8"), {}, "-12.5", "−12,5%"),
        ],
    )
    def test_a_ratio_is_of_the_sums(self, parts: tuple[str, str], facts: dict, value: str, said: str) -> None:
        sums = Sums(numerator=D(parts[0]), denominator=D(parts[1]), n_expected=2, n_reported=2)
        shown = of_total(percentage(**facts), sums)
        assert (shown.value, str(shown)) == (D(value), said)

    def test_the_parts_of_a_ratio_lose_their_empty_decimals_alone(self) -> None:
        sums = Sums(numerator=D("729.500000"), denominator=D("14433.000000"), n_expected=1, n_reported=1)
        assert of_total(percentage(), sums).parts == "729,5/14.433"

    def test_a_ratio_over_nothing_has_no_number(self) -> None:
        shown = of_total(percentage(), Sums(numerator=D(0), denominator=D(0), n_expected=1, n_reported=1))
        assert (shown.value, shown.parts, str(shown)) == (None, "0/0", "")

    def test_a_percentage_alone_hides_the_sums_of_the_others(self) -> None:
        sums = Sums(numerator=D(1), denominator=D(10), n_expected=2, n_reported=2, n_without_parts=1)
        assert of_total(percentage(), sums) == Shown(
            Standing.NOT_COMPUTABLE, decimals=1, unit="%", coverage=Coverage(2, 2)
        )

    def test_a_count_is_a_whole_number_whatever_the_definition_keeps(self) -> None:
        asked = definition(value_kind="yes_no", over_units="count", unit_of_measure="sở", decimals=2)
        shown = of_total(asked, Sums(value=D("7.000000"), n_expected=9, n_reported=8, n_not_applicable=1))
        assert (str(shown), shown.decimals, shown.coverage) == ("7 sở", 0, Coverage(8, 8))

    @pytest.mark.parametrize(
        ("sums", "standing", "coverage"),
        [
            (Sums(n_expected=3), Standing.MISSING, "0/3"),
            (Sums(n_expected=3, n_not_available=1, n_not_applicable=1), Standing.NOT_AVAILABLE, "0/2"),
            (Sums(n_expected=3, n_not_applicable=3), Standing.NOT_APPLICABLE, "–"),
            (Sums(n_expected=3, n_reported=2), Standing.NO_RULE, "2/3"),
        ],
    )
    def test_without_a_value_its_standing_and_coverage_remain(
        self, sums: Sums, standing: Standing, coverage: str
    ) -> None:
        shown = of_total(definition(), sums)
        assert (shown.standing, shown.value, shown.parts, str(shown.coverage)) == (standing, None, "", coverage)


class TestOfObservation:
    def test_keeps_the_decimals_as_written(self) -> None:
        shown = of_observation(given(value=D("53.80"), decimals=2), definition(decimals=0))
        assert str(shown) == "53,80 km"

    @pytest.mark.parametrize(
        ("qualifier", "said"),
        [("", "400 km"), ("nearly", "nearly 400 km"), ("over", "over 400 km"), ("about", "about 400 km")],
    )
    def test_keeps_the_qualifier(self, qualifier: str, said: str) -> None:
        assert str(of_observation(given(value=D(400), qualifier=qualifier), definition())) == said

    @pytest.mark.parametrize(
        ("status", "said"), [("official", ""), ("provisional", "Provisional"), ("estimate", "Estimate")]
    )
    def test_says_the_status_of_all_but_official_figures(self, status: str, said: str) -> None:
        assert of_observation(given(value=D(1), status=status), definition()).status == said

    @pytest.mark.parametrize(
        ("state", "standing", "word", "coverage"),
        [
            ("not_available", Standing.NOT_AVAILABLE, ("no-data", "No data"), Coverage(0, 1)),
            ("not_applicable", Standing.NOT_APPLICABLE, ("not_applicable", "Not applicable"), Coverage(0, 0)),
        ],
    )
    def test_without_a_figure_says_its_state(self, state, standing, word, coverage) -> None:
        shown = of_observation(given(state=state), definition())
        assert shown == Shown(standing, coverage=coverage)
        assert (shown.word, str(shown), shown.is_empty) == (word, word[1], True)

    def test_counts_the_units_that_should_have_spoken(self) -> None:
        assert of_observation(given(value=D(1)), definition(), n_expected=3).coverage == Coverage(1, 3)

    def test_counts_its_own_unit_where_nobody_was_expected(self) -> None:
        assert of_observation(given(value=D(1)), definition(), n_expected=0).coverage == Coverage(1, 1)

    def test_one_that_is_not_concerned_leaves_the_others_missing(self) -> None:
        shown = of_observation(given(state="not_applicable"), definition(), n_expected=2)
        assert (shown.standing, shown.coverage) == (Standing.MISSING, Coverage(0, 1))

    def test_parts_alone_make_the_ratio_with_the_decimals_of_the_definition(self) -> None:
        shown = of_observation(given(numerator=D(7), denominator=D(13), decimals=0), percentage())
        assert (str(shown), shown.parts) == ("53,8%", "7/13")

    def test_a_written_ratio_is_not_computed_anew(self) -> None:
        shown = of_observation(given(value=D(54), numerator=D(7), denominator=D(13)), percentage())
        assert (str(shown), shown.parts) == ("54%", "7/13")

    @pytest.mark.parametrize("parts", [{"numerator": D(7)}, {"denominator": D(13)}])
    def test_one_part_alone_is_not_shown(self, parts: dict) -> None:
        assert of_observation(given(value=D(54), **parts), percentage()).parts == ""

    @pytest.mark.parametrize(
        ("facts", "value", "said"),
        [
            ({}, 1, "Yes"),
            ({}, 0, "No"),
            ({"yes_words": "Đã có", "no_words": "Chưa có"}, 1, "Đã có"),
            ({"yes_words": "Đã có", "no_words": "Chưa có"}, 0, "Chưa có"),
            ({"yes_words": "Đã có"}, 0, "No"),
        ],
    )
    def test_yes_and_no_are_words(self, facts: dict, value: int, said: str) -> None:
        shown = of_observation(given(value=D(value)), definition(value_kind="yes_no", **facts))
        assert (shown.words, str(shown)) == (said, said)

    def test_yes_and_no_follow_the_language(self) -> None:
        with translation.override("vi"):
            said = [str(of_observation(given(value=D(v)), definition(value_kind="yes_no"))) for v in (1, 0)]
        assert said == ["Có", "Không"]

    def test_a_text_stands_as_written(self) -> None:
        asked = definition(value_kind="text", unit_of_measure="")
        assert str(of_observation(given(text="Đã ban hành"), asked)) == "Đã ban hành"

    def test_a_number_is_never_replaced_by_a_text_beside_it(self) -> None:
        assert str(of_observation(given(value=D(5), text="Đã ban hành"), definition())) == "5 km"


class TestShown:
    @pytest.mark.parametrize(
        ("standing", "is_reported", "is_empty"),
        [
            (Standing.REPORTED, True, False),
            (Standing.NOT_COMPUTABLE, False, False),
            (Standing.NO_RULE, False, False),
            (Standing.BY_UNIT, False, False),
            (Standing.MISSING, False, True),
            (Standing.NOT_AVAILABLE, False, True),
            (Standing.NOT_APPLICABLE, False, True),
        ],
    )
    def test_is_reported_or_empty_or_explained(self, standing, is_reported: bool, is_empty: bool) -> None:
        shown = Shown(standing)
        assert (shown.is_reported, shown.is_empty) == (is_reported, is_empty)

    @pytest.mark.parametrize(("unit", "expected"), [("%", True), ("%/năm", True), ("km", False), ("", False)])
    def test_a_percent_sign_comes_first(self, unit: str, expected: bool) -> None:
        assert replace(Shown(Standing.REPORTED), unit=unit).is_percent == expected
